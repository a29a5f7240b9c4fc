"""Barcodes, SKUs and HS codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.catalogue.rules import identifiers


@pytest.mark.parametrize("text", ["8991234567891", "4006381333931", "96385074", "036000291452", "10614141000415", "899-1234-567891"])
def test_good_gtins(text):
    assert identifiers.gtin(text) == text.replace("-", "")


@pytest.mark.parametrize("text", ["8991234567890", "1234", "0000000000000", "89912345678911234", "ABCDEFGHIJKLM"])
def test_wrong_gtins_are_refused(text):
    with pytest.raises(identifiers.GtinWrong):
        identifiers.gtin(text)


def test_a_gtin_rounded_by_a_spreadsheet_is_named_as_such():
    with pytest.raises(identifiers.GtinSpoiled):
        identifiers.gtin("8.99123E+12")


@given(st.from_regex(r"[0-9]{12}", fullmatch=True).filter(lambda digits: digits.strip("0")), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits, place, change):
    whole = digits + str(identifiers.check_digit(digits))
    assert identifiers.gtin(whole) == whole
    spoiled = whole[:place] + str((int(whole[place]) + change) % 10) + whole[place + 1 :]
    with pytest.raises(identifiers.GtinWrong):
        identifiers.gtin(spoiled)


@given(st.text(max_size=120), st.text(max_size=50))
def test_a_made_sku_is_a_good_sku_and_always_the_same(title, source):
    try:
        made = identifiers.made_sku(title, source)
    except UnicodeEncodeError:
        return
    assert identifiers.sku(made) == made == identifiers.made_sku(title, source)
