"""The United States: $800 until 2025-08-28, nothing since; additional duties one after the other."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import BadParcel, NoTariffData
from saudagar.rulebook.tests.destinations.west import COFFEE, HONEY, SEAWEED, SHAWL, SOFA, Due, due, extras, parcel


def test_a_cotton_batik_shawl_of_60_dollars():
    cost = parcel("US", Item(SHAWL, 60_00), freight=15_00)
    assert (due(cost), cost.duty, cost.total) == (Due(6_78, 0, 6_00), 12_78, 87_78)  # 11.3 % + 10 %, freight does not count


@pytest.mark.parametrize(
    ("on", "duty", "expected"),
    [
        (date(2025, 8, 28), 0, {"ieepa": 0}),  # below $800
        (date(2025, 8, 29), 6_78, {"ieepa": 11_40}),  # 19 %
        (date(2026, 2, 23), 6_78, {"ieepa": 11_40}),
        (date(2026, 2, 24), 6_78, {"s122": 6_00}),
        (date(2026, 7, 23), 6_78, {"s122": 6_00}),
        (date(2026, 7, 24), 6_78, {"s301": 6_00}),
    ],
)
def test_the_same_shawl_under_each_law(on, duty, expected):
    cost = parcel("US", Item(SHAWL, 60_00), on=on)
    assert (due(cost).duty, extras(cost)) == (duty, expected)


@pytest.mark.parametrize(("goods", "expected"), [(799_99, (0, 0, 0)), (800_00, (0, 0, 0)), (800_01, (90_40, 0, 152_00))])
def test_800_dollars_while_they_lasted(goods, expected):
    # 800.01 × 11.3 % = 90.40113, × 19 % = 152.0019
    assert due(parcel("US", Item(SHAWL, goods), on=date(2025, 8, 28))) == Due(*expected)


@pytest.mark.parametrize("goods", [1, 799_99, 800_01])
def test_no_free_line_today(goods):
    assert due(parcel("US", Item(SHAWL, goods))).extra == (goods + 5) // 10


@pytest.mark.parametrize(
    ("hs", "on", "expected"),
    [
        (SEAWEED, date(2026, 7, 23), {"s122": 10_00}),
        (SEAWEED, date(2026, 7, 24), {"s301": 0}),  # Indonesia's own list
        (COFFEE, date(2025, 11, 12), {"ieepa": 19_00}),
        (COFFEE, date(2025, 11, 13), {"ieepa": 0}),
        (COFFEE, date(2026, 7, 23), {"s122": 0}),
        (COFFEE, date(2026, 11, 21), {"s301": 0}),
        ("460212", date(2026, 11, 21), {"s301": 0}),
        (SOFA, date(2025, 10, 13), {"ieepa": 19_00}),
        (SOFA, date(2025, 10, 14), {"ieepa": 0, "s232": 25_00}),
        (SOFA, date(2026, 12, 31), {"s301": 0, "s232": 25_00}),
        (SOFA, date(2027, 1, 1), {"s301": 0, "s232": 30_00}),
        ("940340", date(2026, 12, 31), {"s301": 0, "s232": 25_00}),
        ("940340", date(2027, 1, 1), {"s301": 0, "s232": 50_00}),
    ],
)
def test_exempt_lists_and_section_232(hs, on, expected):
    assert extras(parcel("US", Item(hs, 100_00), on=on)) == expected


def test_section_301_is_for_goods_of_indonesia():
    assert extras(parcel("US", Item(SHAWL, 60_00, origin="JP"))) == {}


def test_duty_by_weight():
    assert due(parcel("US", Item(HONEY, 50_00, 5, 2_500))) == Due(5, 0, 5_00)  # 1.9 ¢ × 2.5 kg = 4.75 ¢
    with pytest.raises(BadParcel):
        parcel("US", Item(HONEY, 50_00, 5))


def test_goods_outside_the_data_are_refused():
    with pytest.raises(NoTariffData):
        parcel("US", Item("220830", 50_00))
