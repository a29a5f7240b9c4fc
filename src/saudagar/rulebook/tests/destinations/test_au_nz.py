"""Australia and New Zealand: duty on FOB, GST on everything, low-value goods at checkout."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.tests.destinations.asia import COFFEE, DRESS, Due, due, parcel

AU, NZ = ("au:gst",), ("nz:gst",)


@pytest.mark.parametrize(
    ("goods", "has", "scheme", "expected"),
    [
        pytest.param(999_99, AU, "au-lvig", (0, 105_00), id="below: 1,049.99 × 10 %"),
        pytest.param(1_000_00, AU, "au-lvig", (0, 105_00), id="at: 1,050 × 10 %"),
        # 5 % of 1,000.01 = 50.0005; 1,100.0105 × 10 % = 110.00105
        pytest.param(1_000_01, AU, "au-import", (50_00, 110_00), id="above"),
        pytest.param(999_99, (), "au-import", (0, 0), id="not registered, below"),
        pytest.param(1_000_00, (), "au-import", (0, 0), id="not registered, at"),
        pytest.param(1_000_01, (), "au-import", (50_00, 110_00), id="not registered, above"),
        # 1,050.01 × 10 % = 105.001
        pytest.param(1_000_01, (*AU, "form_ia"), "au-import", (0, 105_00), id="above, IA-CEPA"),
    ],
)
def test_australia_1000_dollars(goods, has, scheme, expected):
    cost = parcel("AU", Item(DRESS, goods), freight=50_00, has=has, rates={"USD": "1.50"})
    assert (due(cost), cost.scheme) == (Due(*expected), scheme)


def test_australia_coffee_is_free_of_gst():
    assert due(parcel("AU", Item(COFFEE, 40_00), freight=10_00, has=AU)) == Due(0, 0)


@pytest.mark.parametrize(("on", "tax"), [(date(2018, 6, 30), 0), (date(2018, 7, 1), 10_00)])
def test_australia_low_value_goods_began_in_july_2018(on, tax):
    assert due(parcel("AU", Item(DRESS, 100_00), has=AU, on=on)) == Due(0, tax)


@pytest.mark.parametrize(
    ("goods", "has", "scheme", "expected"),
    [
        pytest.param(999_99, NZ, "nz-lvg", (0, 157_50), id="below: 1,049.99 × 15 % = 157.4985"),
        pytest.param(1_000_00, NZ, "nz-lvg", (0, 157_50), id="at: 1,050 × 15 %"),
        # 10 % of 1,000.01 = 100.001; 1,150.011 × 15 % = 172.50165
        pytest.param(1_000_01, NZ, "nz-import", (100_00, 172_50), id="above"),
        pytest.param(1_000_00, (), "nz-import", (0, 0), id="not registered, at"),
        pytest.param(1_000_01, (), "nz-import", (100_00, 172_50), id="not registered, above"),
        # 1,050.01 × 15 % = 157.5015
        pytest.param(1_000_01, ("form_aanz",), "nz-import", (0, 157_50), id="above, AANZFTA"),
    ],
)
def test_new_zealand_1000_dollars(goods, has, scheme, expected):
    cost = parcel("NZ", Item(DRESS, goods), freight=50_00, has=has)
    assert (due(cost), cost.scheme) == (Due(*expected), scheme)


@pytest.mark.parametrize(
    ("on", "goods", "has", "expected"),
    [
        # 22.639 → 22.64; 249.029 × 15 % = 37.35435 → 37.35: 59.99 together
        pytest.param(date(2019, 11, 30), 226_39, NZ, (0, 0), id="before, below NZ$60 of levies"),
        # 22.64; 249.04 × 15 % = 37.356 → 37.36: 60.00 together
        pytest.param(date(2019, 11, 30), 226_40, NZ, (22_64, 37_36), id="before, at NZ$60"),
        pytest.param(date(2019, 12, 1), 226_40, NZ, (0, 33_96), id="since, registered"),
        pytest.param(date(2019, 12, 1), 226_40, (), (0, 0), id="since, not registered"),
    ],
)
def test_new_zealand_before_and_since_december_2019(on, goods, has, expected):
    assert due(parcel("NZ", Item(DRESS, goods), has=has, on=on)) == Due(*expected)
