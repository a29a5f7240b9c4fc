import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.people import rules


@pytest.mark.parametrize(
    "written",
    [
        "0812-3456-7890",
        "0812 3456 7890",
        "+62 812 3456 7890",
        "62812 3456 7890",
        "6208123456 7890",
        "8123456 7890",
        "+62 0812-3456-7890",
        "0062 812 3456 7890",
    ],
)
def test_an_indonesian_number_is_one_number_however_it_is_written(written):
    found = rules.phone(written)

    assert found == rules.Phone(e164="+6281234567890", country="ID", is_mobile=True, shown="+62 812-3456-7890")


@pytest.mark.parametrize(
    ("written", "country", "e164", "lives_in"),
    [
        ("+86 138 0013 8000", "ID", "+8613800138000", "CN"),
        ("138 0013 8000", "CN", "+8613800138000", "CN"),
        ("+65 8123 4567", "ID", "+6581234567", "SG"),
        ("+81 90-1234-5678", "ID", "+819012345678", "JP"),
        ("+1 (201) 555-0123", "ID", "+12015550123", "US"),
        ("(021) 350-0000", "ID", "+62213500000", "ID"),
    ],
)
def test_numbers_abroad_and_landlines_are_known(written, country, e164, lives_in):
    found = rules.phone(written, country=country)

    assert (found.e164, found.country) == (e164, lives_in)


@pytest.mark.parametrize(
    "written", ["", "   ", "abc", "08", "0812", "+62", "+999 1234 5678", "0812345678901234567", "'; drop table", "+86 138", "٠٨١٢٣٤٥٦٧٨٩٠x"]
)
def test_what_is_no_number_is_refused_in_three_languages(written):
    with pytest.raises(rules.PhoneNotValid) as refusal:
        rules.phone(written)

    assert {len(refusal.value.message(language)) > 20 for language in ("id", "en", "zh-hans")} == {True}


@given(
    st.from_regex(r"8[1-9][0-9]{7,10}", fullmatch=True),
    st.sampled_from(["0", "62", "+62", "620", "", "+62 "]),
    st.sampled_from(["", " ", "-", "."]),
)
def test_every_way_of_writing_a_mobile_number_gives_the_same(rest, start, gap):
    written = start + gap.join([rest[:3], rest[3:7], rest[7:]])

    found = rules.phone(written)

    assert found.e164 == "+62" + rest
    assert rules.phone(found.e164) == found == rules.phone(found.shown)


@given(st.text(max_size=50))
def test_any_text_is_a_number_or_a_refusal(text):
    try:
        found = rules.phone(text)
    except rules.PhoneNotValid:
        return
    assert rules.phone(found.e164).e164 == found.e164


def test_a_masked_number_keeps_its_ends():
    assert rules.phone_masked("+6281234567890") == "+62 812-••••-7890"
    assert rules.phone_masked("+8613800138000") == "+86 138 •••• 8000"


def test_email_is_kept_in_small_letters_and_masked():
    assert rules.email("  Sari@Contoh.ID ") == "sari@contoh.id"
    assert rules.email_masked("sari@contoh.id") == "s••i@contoh.id"


@pytest.mark.parametrize(
    "written",
    [
        "sari@",
        "@contoh.id",
        "sari@contoh",
        "sa ri@contoh.id",
        "sari@contoh..id",
        "a@b@c.id",
        "x" * 250 + "@contoh.id",
        "sari@contoh.id\nBcc: x@y.id",
    ],
)
def test_what_is_no_email_is_refused(written):
    with pytest.raises(rules.ContactNotUnderstood):
        rules.email(written)


def test_a_contact_is_a_phone_or_an_email():
    assert rules.contact("0812 3456 7890") == rules.Contact(phone="+6281234567890")
    assert rules.contact("sari@contoh.id") == rules.Contact(email="sari@contoh.id")
    with pytest.raises(rules.ContactNotUnderstood):
        rules.contact("Bu Sari")
