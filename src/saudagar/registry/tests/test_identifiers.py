from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.id import npwp as stdnum_npwp

from saudagar.foundation.refusals import Refusal
from saudagar.registry.rules import identifiers
from saudagar.registry.rules.identifiers import check

TODAY = date(2026, 11, 21)
KNOWN = {"31.71", "11.04", "32.73"}
digits = st.text("0123456789", max_size=24)


def test_nib_is_thirteen_digits_and_keeps_leading_zeros():
    assert check("nib", "0220 2020 12345", on=TODAY).value == "0220202012345"
    with pytest.raises(identifiers.IdentifierLength) as refusal:
        check("nib", "91203010", on=TODAY)
    assert refusal.value.message("id") == "NIB harus 13 angka; yang Anda isi 8 angka."
    assert refusal.value.message("en") == "A NIB has 13 digits; you entered 8."
    assert refusal.value.message("zh-hans") == "NIB 应为 13 位数字，您输入了 8 位。"
    with pytest.raises(identifiers.IdentifierNotDigits):
        check("nib", "91203010A2345", on=TODAY)
    with pytest.raises(identifiers.IdentifierImpossible):
        check("nib", "0" * 13, on=TODAY)


def test_nik_tells_sex_and_both_possible_birth_dates():
    assert check("nik", "3171011708050001", on=TODAY).facts == {
        "sex": "male",
        "born": ["1905-08-17", "2005-08-17"],
        "province": "31",
        "area": "31.71",
    }
    assert check("nik", "3171015708450001", on=TODAY).facts["born"] == ["1945-08-17"]
    assert check("nik", "3171015708450001", on=TODAY).facts["sex"] == "female"
    assert check("nik", "3171012902001234", on=TODAY).facts["born"] == ["2000-02-29"]  # 1900 had no 29 February


@pytest.mark.parametrize(
    "value", ["3171013002001234", "3171014008450001", "3171017208450001", "3171010013450001", "3171018508450001", "3171010000450001"]
)
def test_nik_with_an_impossible_birth_date_is_refused(value):
    with pytest.raises(identifiers.NikBirthDate):
        check("nik", value, on=TODAY)


@pytest.mark.parametrize("value", ["0071011708450001", "1071011708450001", "3100011708450001", "3171001708450001"])
def test_nik_with_an_impossible_area_is_refused(value):
    with pytest.raises(identifiers.NikArea):
        check("nik", value, on=TODAY)


def test_nik_of_an_abolished_area_is_accepted_with_a_warning():
    # 54.01: East Timor, no longer in Indonesia; people born there carry the number.
    found = check("nik", "5401011708450001", on=TODAY, area_exists=KNOWN.__contains__)

    assert [warning.code for warning in found.warnings] == ["nik_area_unknown"]
    assert check("nik", "3171011708450001", on=TODAY, area_exists=KNOWN.__contains__).warnings == ()


def test_nik_serial_starts_at_one():
    with pytest.raises(identifiers.IdentifierImpossible):
        check("nik", "3171011708450000", on=TODAY)


def test_npwp_of_both_lengths_is_kept_with_sixteen_digits():
    old = check("npwp", "01.312.166.0-091.000", on=TODAY)
    new = check("npwp", "0013121660091000", on=TODAY)

    assert old.value == new.value == "0013121660091000"
    assert old.shown == "01.312.166.0-091.000"
    assert old.facts == {"is_nik": False, "tax_office": "091", "branch": "000"}
    with pytest.raises(identifiers.IdentifierCheckDigit):
        check("npwp", "01.312.166.1-091.000", on=TODAY)


def test_npwp_that_is_a_nik_claims_that_nik():
    tax = check("npwp", "3171011708450001", on=TODAY)
    person = check("nik", "3171011708450001", on=TODAY)

    assert tax.facts["is_nik"] is True
    assert tax.claim == person.claim == ("nik", "3171011708450001")
    assert check("npwp", "013121660091000", on=TODAY).claim == ("npwp", "0013121660091000")


def test_nitku_is_a_tax_number_and_a_place():
    assert check("nitku", "0013121660091000000000", on=TODAY).facts == {"is_head_office": True}
    with pytest.raises(identifiers.IdentifierCheckDigit):
        check("nitku", "0013121661091000000000", on=TODAY)


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(identifiers.IdentifierKindUnknown) as refusal:
        check("ssn", "1", on=TODAY)
    assert "nib, nik, npwp" in refusal.value.message("en")


@given(st.sampled_from(identifiers.KINDS), st.one_of(digits, st.text(max_size=30)))
def test_every_text_is_accepted_or_refused_in_three_languages_and_what_is_kept_is_accepted_again(kind, text):
    try:
        found = check(kind, text, on=TODAY)
    except Refusal as refusal:
        assert all(
            refusal.message(language) and "{" not in refusal.message(language).replace(text, "") for language in ("id", "en", "zh-hans")
        )
        return
    assert check(kind, found.value, on=TODAY).value == found.value
    assert check(kind, found.shown, on=TODAY).value == found.value


@given(st.text("0123456789", min_size=13, max_size=13))
def test_any_thirteen_digits_but_zeros_may_be_a_nib(value):
    assume(value.strip("0"))
    assert check("nib", value, on=TODAY).value == value


@given(st.dates(date(1927, 1, 1), TODAY), st.booleans(), st.integers(1, 9999))
def test_a_nik_says_its_birth_date_and_sex(born, is_woman, serial):
    day = born.day + 40 if is_woman else born.day
    found = check("nik", f"110401{day:02}{born.month:02}{born.year % 100:02}{serial:04}", on=TODAY)

    assert born.isoformat() in found.facts["born"]
    assert found.facts["sex"] == ("female" if is_woman else "male")


@given(st.text("0123456789", min_size=8, max_size=8), st.text("0123456789", min_size=6, max_size=6))
def test_an_old_npwp_agrees_with_the_library_and_one_wrong_digit_is_noticed(payer, office):
    assume(payer.strip("0"))
    value = payer + luhn.calc_check_digit(payer) + office

    assert check("npwp", value, on=TODAY).value == "0" + stdnum_npwp.validate(value)
    wrong = value[:3] + str((int(value[3]) + 1) % 10) + value[4:]
    with pytest.raises(identifiers.IdentifierCheckDigit):
        check("npwp", wrong, on=TODAY)


def test_masked_keeps_four_signs():
    assert identifiers.masked("3171015708450001") == "•••• 0001"
    assert identifiers.masked("1234") == "••••"
