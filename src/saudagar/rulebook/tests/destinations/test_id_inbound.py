"""Parcels into Indonesia: PMK 4/2025, US$3 and US$1,500 FOB, each levy up to Rp1,000."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import NoRulesOnDate, OverOrderLimit
from saudagar.rulebook.tests.cast import parts_of
from saudagar.rulebook.tests.destinations.asia import BAG, COFFEE, SKIN_CARE, Due, due, parcel

CARVED, BOOK = "442019", "490199"


def inbound(*items: Item, **more):
    return parcel("ID", *items, currency="USD", rates={"USD": "16000"}, dispatch="CN", **more)


def of(hs: str, dollars: int) -> Item:
    return Item(hs, dollars, origin="CN")


def test_fob_50_dollars_of_the_facts():
    cost = inbound(of(CARVED, 50_00), freight=8_00, insurance=29)

    # CIF 58.29 × 16,000 = 932,640; 7.5 % = 69,948 → 70,000; (932,640 + 70,000) × 11 % = 110,290.4 → 111,000
    assert due(cost) == Due(70_000_00, 111_000_00)
    assert cost.customs_value == 932_640_00
    assert (cost.duty, cost.tax) == (4_38, 6_94)  # dollars: 4.375 and 6.9375


@pytest.mark.parametrize(
    ("fob", "expected"),
    [
        pytest.param(2_99, (0, 8_000_00), id="below: 63,840 × 11 % = 7,022.4"),
        pytest.param(3_00, (0, 8_000_00), id="at: 64,000 × 11 % = 7,040"),
        # 64,160 × 7.5 % = 4,812 → 5,000; 69,160 × 11 % = 7,607.6 → 8,000
        pytest.param(3_01, (5_000_00, 8_000_00), id="above"),
    ],
)
def test_3_dollars_fob(fob, expected):
    assert due(inbound(of(CARVED, fob), freight=1_00)) == Due(*expected)


def test_up_to_3_dollars_a_bag_bears_no_income_tax_either():
    assert due(inbound(of(BAG, 3_00), freight=1_00)) == Due(0, 8_000_00)


@pytest.mark.parametrize(
    ("hs", "duty", "taxes"),
    [
        # 932,640 × 25 % = 233,160 → 234,000; 1,166,640 × 11 % = 128,330.4 → 129,000; × 5 % = 58,332 → 59,000
        (BAG, 234_000_00, [59_000_00, 129_000_00]),
        # 15 % = 139,896 → 140,000; 1,072,640 × 11 % = 117,990.4 → 118,000; × 5 % = 53,632 → 54,000
        (SKIN_CARE, 140_000_00, [54_000_00, 118_000_00]),
        (BOOK, 0, [0]),
    ],
)
def test_groups_with_a_rate_of_their_own(hs, duty, taxes):
    cost = inbound(of(hs, 50_00), freight=8_00, insurance=29)
    assert (parts_of(cost, "duty"), sorted(parts_of(cost, "vat"))) == ([duty], taxes)


@pytest.mark.parametrize(
    ("fob", "expected"),
    [
        # 23,999,840 × 7.5 % = 1,799,988 → 1,800,000; 25,799,840 × 11 % = 2,837,982.4 → 2,838,000
        pytest.param(1_499_99, (1_800_000_00, 2_838_000_00), id="below"),
        # 24,000,000 × 7.5 %; 25,800,000 × 11 %
        pytest.param(1_500_00, (1_800_000_00, 2_838_000_00), id="at"),
    ],
)
def test_1500_dollars_fob(fob, expected):
    assert due(inbound(of(COFFEE, fob))) == Due(*expected)


def test_above_1500_dollars_it_is_general_import():
    with pytest.raises(OverOrderLimit):
        inbound(of(COFFEE, 1_500_01))
    cost = inbound(of(COFFEE, 1_500_01), mode="general")
    # 24,000,160 × 20 % = 4,800,032 → 4,801,000; 28,801,160 × 11 % = 3,168,127.6 → 3,169,000; × 7.5 % = 2,160,087 → 2,161,000
    assert (parts_of(cost, "duty"), sorted(parts_of(cost, "vat"))) == ([4_801_000_00], [2_161_000_00, 3_169_000_00])


def test_levies_of_several_lines_are_added_before_they_are_rounded():
    # 10 + 10 dollars: 12,000 + 12,000 = 24,000; 2 × (160,000 + 12,000) × 11 % = 37,840 → 38,000
    assert due(inbound(of(CARVED, 10_00), of("442011", 10_00))) == Due(24_000_00, 38_000_00)


@pytest.mark.parametrize("on", [date(2025, 3, 4), date(2024, 1, 1)])
def test_before_pmk_4_of_2025_nothing_is_known(on):
    with pytest.raises(NoRulesOnDate):
        inbound(of(CARVED, 50_00), on=on)


def test_the_day_pmk_4_of_2025_began():
    assert due(inbound(of(CARVED, 50_00), freight=8_00, insurance=29, on=date(2025, 3, 5))) == Due(70_000_00, 111_000_00)
