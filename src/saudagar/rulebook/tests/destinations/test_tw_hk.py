"""Taiwan: NT$2,000, six times in half a year. Hong Kong: a free port."""

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import NoTariffData
from saudagar.rulebook.tests.destinations.asia import BAG, CHOCOLATE, DRESS, Due, due, parcel


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        pytest.param(1_699_00, (0, 0), id="below: 1,999"),
        pytest.param(1_700_00, (0, 0), id="at: 2,000"),
        # 2,001 × 10 % = 200.1 → 200; 2,201 × 5 % = 110.05 → 110
        pytest.param(1_701_00, (200_00, 110_00), id="above: 2,001"),
    ],
)
def test_taiwan_at_2000(goods, expected):
    assert due(parcel("TW", Item(CHOCOLATE, goods), freight=300_00)) == Due(*expected)


@pytest.mark.parametrize(
    ("before", "scheme", "expected"),
    [
        pytest.param(4, "tw-parcel", (0, 0), id="fifth"),
        pytest.param(5, "tw-parcel", (0, 0), id="sixth"),
        # 2,000 × 10 % = 200; 2,200 × 5 % = 110
        pytest.param(6, "tw-frequent", (200_00, 110_00), id="seventh"),
    ],
)
def test_taiwan_the_seventh_parcel_is_taxed(before, scheme, expected):
    cost = parcel("TW", Item(CHOCOLATE, 1_700_00), freight=300_00, buyer_uses=before)
    assert (due(cost), cost.scheme) == (Due(*expected), scheme)


def test_taiwan_drops_fractions_of_a_dollar():
    # 5,555 × 12 % = 666.6 → 666; 6,221 × 5 % = 311.05 → 311
    assert due(parcel("TW", Item(DRESS, 5_555_00))) == Due(666_00, 311_00)


def test_hong_kong_takes_nothing():
    cost = parcel("HK", Item(BAG, 10_000_00), Item(CHOCOLATE, 1_00), freight=100_00)
    assert (due(cost), cost.total) == (Due(0, 0), 10_101_00)


@pytest.mark.parametrize("hs", ["220820", "240220", "271012", "290511"])
def test_hong_kong_what_bears_duty_is_not_known_here(hs):
    with pytest.raises(NoTariffData):
        parcel("HK", Item(hs, 100_00))
