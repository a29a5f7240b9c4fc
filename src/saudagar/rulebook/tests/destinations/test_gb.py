"""The United Kingdom: £135, VAT at checkout, zero-rated food, DCTS."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.tests.destinations.west import COFFEE, SHIRT, Due, due, parcel

VAT = ("uk:vat",)


@pytest.mark.parametrize(
    ("goods", "has", "scheme", "expected"),
    [
        (134_99, VAT, "gb-vat-checkout", (0, 29_00)),  # 144.99 × 20 % = 28.998
        (135_00, VAT, "gb-vat-checkout", (0, 29_00)),
        (135_00, (), "gb-import", (0, 29_00)),
        # 145.01 × 12 % = 17.4012; 162.4112 × 20 % = 32.48224
        (135_01, VAT, "gb-import", (17_40, 32_48)),
        # 145.01 × 9.6 % = 13.92096; 158.93096 × 20 % = 31.786192
        (135_01, (*VAT, "origin_declaration"), "gb-import", (13_92, 31_79)),
    ],
)
def test_135_pounds(goods, has, scheme, expected):
    cost = parcel("GB", Item(SHIRT, goods), freight=10_00, has=has)
    assert (due(cost), cost.scheme) == (Due(*expected), scheme)


@pytest.mark.parametrize(("on", "expected"), [(date(2028, 9, 30), (0, 20_00)), (date(2028, 10, 1), (12_00, 22_40))])
def test_the_duty_relief_ends(on, expected):
    assert due(parcel("GB", Item(SHIRT, 100_00), has=VAT, on=on)) == Due(*expected)


def test_coffee_is_zero_rated():
    assert due(parcel("GB", Item(COFFEE, 40_00), freight=5_00, has=VAT)) == Due(0, 0)


def test_at_the_door_nothing_is_left_up_to_135_pounds():
    cost = parcel("GB", Item(SHIRT, 100_00), freight=10_00, has=VAT, terms="DAP")
    assert (cost.due_at_checkout, cost.due_at_door) == (132_00, 0)
