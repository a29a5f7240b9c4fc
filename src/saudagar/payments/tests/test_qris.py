"""QRIS payloads: the good and the malformed samples, byte for byte."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.payments.rules import qris

S1 = (
    "00020101021126620016ID.CO.CONTOH.WWW011893600998000000001702090000000170303UMI51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI"
    "5204581253033605802ID5914WARUNG BU SARI6007BANDUNG61054015463043662"
)
S2 = (
    "00020101021226620016ID.CO.CONTOH.WWW011893600998000000001702090000000170303UMI51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI"
    "5204581253033605405250005802ID5914WARUNG BU SARI6007BANDUNG6105401546304138B"
)
S3 = (
    "00020101021226620016ID.CO.CONTOH.WWW011893600998000000002502090000000250303UKE51440014ID.CO.QRIS.WWW0215ID10260000000200303UKE"
    "5204565153033605406150000550202560420005802ID5916TOKO BATIK LARAS6015KOTA PEKALONGAN61055111162200509INV2600010703A016304043D"
)
S4 = (
    "00020101021226620016ID.CO.CONTOH.WWW011893600998000000002502090000000250303UKE51440014ID.CO.QRIS.WWW0215ID10260000000200303UKE"
    "5204565153033605409150000.50550203570155802ID5916TOKO BATIK LARAS6010PEKALONGAN6105511116304B8BF"
)


def sealed(text: str) -> str:
    return text + qris.checksum(text)


def test_checksum_of_the_standard():
    assert qris.checksum("123456789") == "29B1"


def test_s1_printed():
    read = qris.parse(S1)
    assert not read.is_dynamic
    assert read.amount is None and read.total is None
    assert (read.merchant_name, read.city, read.postal_code, read.category_code) == ("WARUNG BU SARI", "BANDUNG", "40154", "5812")
    assert read.merchant_number == "ID1026000000012"
    acquirer, national = read.accounts
    assert acquirer == qris.Account("26", "ID.CO.CONTOH.WWW", "936009980000000017", "000000017", "UMI")
    assert national == qris.Account("51", "ID.CO.QRIS.WWW", "ID1026000000012", "", "UMI")
    assert read.payload() == S1


def test_s2_is_s1_for_25000():
    read = qris.parse(S2)
    assert read.is_dynamic and read.amount == read.total == 2_500_000
    assert read.payload() == S2
    assert qris.dynamic(qris.parse(S1), 2_500_000).payload() == S2
    # Making it once more from the dynamic one changes the amount and nothing else.
    assert qris.dynamic(qris.dynamic(qris.parse(S1), 1_00), 2_500_000).payload() == S2


def test_s3_fixed_tip_reference_and_terminal():
    read = qris.parse(S3)
    assert (read.amount, read.tip_fixed, read.tip_percent, read.total) == (15_000_000, 200_000, None, 15_200_000)
    assert (read.reference, read.terminal) == ("INV260001", "A01")
    assert read.payload() == S3
    plain = qris.Qris(
        tuple(("01", "11") if tag == "01" else (tag, value) for tag, value in read.fields if tag not in {"54", "55", "56", "62"})
    )
    assert qris.dynamic(plain, 15_000_000, tip_fixed=200_000, reference="INV260001", terminal="A01").payload() == S3


def test_s4_tip_of_five_per_cent():
    read = qris.parse(S4)
    assert (read.amount, read.tip_fixed, read.tip_percent) == (15_000_050, None, "5")
    assert read.total == 15_750_053  # 150,000.50 and 5 % is 157,500.525: half up
    assert read.payload() == S4


def test_b1_amount_changed_checksum_left():
    with pytest.raises(qris.QrisChecksumWrong) as caught:
        qris.parse(S2.replace("540525000", "540599000"))
    assert caught.value.facts == {"found": "138B", "expected": "BB88"}


def test_b2_length_runs_into_the_next_field():
    broken = sealed(S1[:-4].replace("5914", "5924"))
    assert broken.endswith("15AF")
    with pytest.raises(qris.QrisMalformed):
        qris.parse(broken)


def test_b3_merchant_number_fails_its_check_digit():
    broken = sealed(S1[:-4].replace("ID1026000000012", "ID1026000000013"))
    assert broken.endswith("BE50")
    with pytest.raises(qris.QrisMerchantNumberWrong):
        qris.parse(broken)


def test_b4_amount_with_separators():
    broken = sealed(S2[:-4].replace("540525000", "540925.000,00"))
    assert broken.endswith("78E1")
    with pytest.raises(qris.QrisAmountWrong):
        qris.parse(broken)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", qris.QrisMalformed),
        ("hello", qris.QrisMalformed),
        ("\ud800" + S1, qris.QrisMalformed),
        (S1[:-8], qris.QrisMalformed),
        (sealed(S1[:-8] + "5802ID" + "6304"), qris.QrisTagRepeated),
        (sealed(S1[:-8].replace("5303360", "5303840") + "6304"), qris.QrisFieldWrong),
        (sealed(S1[:-8].replace("5802ID", "") + "6304"), qris.QrisFieldWrong),
        (sealed(S1[:-8].replace("010211", "010213") + "6304"), qris.QrisFieldWrong),
        (sealed(S2[:-8].replace("540525000", "54010") + "6304"), qris.QrisAmountWrong),
        (sealed(S2[:-8].replace("540525000", "540525000550202") + "6304"), qris.QrisFieldWrong),
        (sealed(S1[:-8].replace("000201", "000202") + "6304"), qris.QrisFieldWrong),
        (sealed(S1[:-8] + "62080501A0501B" + "6304"), qris.QrisMalformed),
        (sealed(S1[:-8] + "62100501A0501B" + "6304"), qris.QrisTagRepeated),
    ],
)
def test_refused(text, refusal):
    with pytest.raises(refusal):
        qris.parse(text)


@pytest.mark.parametrize("length", [len("咖啡WANG"), len("咖啡WANG".encode())])
def test_lengths_in_characters_or_in_bytes(length):
    text = sealed(S1[:-8].replace("5914WARUNG BU SARI", f"59{length:02d}咖啡WANG") + "6304")
    assert qris.parse(text).merchant_name == "咖啡WANG"


def test_lower_case_checksum_and_blanks_around_are_taken():
    assert qris.parse(f" {S2[:-4]}138b\n").amount == 2_500_000


def test_full_card_number():
    assert qris.full_card_number("936008860000000042") == "9360088600000000423"


def test_limit_of_its_day():
    qris.check_limit(10_000_000_00, on=date(2026, 11, 21))
    with pytest.raises(qris.QrisAmountTooHigh) as caught:
        qris.check_limit(10_000_001_00, on=date(2026, 11, 21))
    assert caught.value.facts == {"limit": "10.000.000"}
    with pytest.raises(qris.QrisAmountTooHigh):
        qris.check_limit(6_000_000_00, on=date(2021, 12, 31))


@given(st.integers(1, 10_000_000_00), st.text("ABCDEFGHJKMNPQRSTVWXYZ0123456789", min_size=1, max_size=25))
def test_whatever_is_made_reads_back(amount, reference):
    read = qris.parse(qris.dynamic(qris.parse(S1), amount, reference=reference).payload())
    assert (read.amount, read.reference, read.is_dynamic) == (amount, reference, True)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text):
    for candidate in (text, sealed(text + "6304"), sealed(S1[:-8] + text + "6304")):
        try:
            qris.parse(candidate)
        except qris.Refusal:
            pass
