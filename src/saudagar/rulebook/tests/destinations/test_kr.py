"""South Korea: US$150 of goods, levies down to ₩10."""

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import RateMissing
from saudagar.rulebook.tests.destinations.asia import COFFEE, SKIN_CARE, Due, due, parcel, reliefs

RATES = {"USD": "1400"}  # US$150 = ₩210,000


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        pytest.param(209_999, (0, 0), id="below"),
        pytest.param(210_000, (0, 0), id="at"),
        # 230,001 × 6.5 % = 14,950.065 → 14,950; 244,951 × 10 % = 24,495.1 → 24,490
        pytest.param(210_001, (14_950, 24_490), id="above: the whole value"),
    ],
)
def test_150_dollars_of_goods_freight_not_counted(goods, expected):
    cost = parcel("KR", Item(SKIN_CARE, goods), freight=20_000, rates=RATES)

    assert due(cost) == Due(*expected)
    assert reliefs(cost) == (set() if any(expected) else {"kr-150"})


def test_coffee_above_the_line():
    # 325,555 × 8 % = 26,044.4 → 26,040; 351,595 × 10 % = 35,159.5 → 35,150
    assert due(parcel("KR", Item(COFFEE, 300_000), freight=25_555, rates=RATES)) == Due(26_040, 35_150)


@pytest.mark.parametrize("paper", ["form_ak", "form_ik"])
def test_the_agreements_leave_vat(paper):
    # 325,555 × 10 % = 32,555.5 → 32,550
    assert due(parcel("KR", Item(COFFEE, 300_000), freight=25_555, rates=RATES, has=(paper,))) == Due(0, 32_550)


def test_without_the_dollar_rate_the_line_cannot_be_known():
    with pytest.raises(RateMissing):
        parcel("KR", Item(COFFEE, 300_000))
