"""What one SDR is worth: dated, below what was read, and not relied on when it is old."""

import tomllib
from datetime import timedelta
from fractions import Fraction

import pytest

from saudagar.customs.queries import SDR, sdr, sdr_rate
from saudagar.customs.rules.papers import form_for
from saudagar.customs.tests.cast import a_parcel

FACTS = tomllib.loads(SDR.read_text(encoding="utf-8"))


def test_it_is_dated_and_names_its_source():
    known = sdr()
    assert known.as_of < known.valid_until <= known.as_of + timedelta(days=200)
    assert known.source and known.certainty in "VSGU"


@pytest.mark.parametrize("currency", sorted(FACTS["read"]))
def test_each_bound_lies_below_what_was_read(currency):
    read = FACTS["read"][currency]
    assert sdr().units[currency] <= Fraction(read["units"]) * Fraction(97, 100)
    assert read["on"] <= sdr().as_of


def test_when_it_is_old_every_form_is_a_cn23():
    last = sdr().valid_until
    assert sdr_rate("CNY", on=last) == 9 and sdr_rate("XXX", on=last) is None
    assert form_for(a_parcel(), sdr_rate("CNY", on=last)) == "cn22"
    assert sdr_rate("CNY", on=last + timedelta(days=1)) is None
    assert form_for(a_parcel(), sdr_rate("CNY", on=last + timedelta(days=1))) == "cn23"
