"""India: heading 9804 for persons, the rate of the goods in general import, surcharge on the duty."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import NoRulesOnDate
from saudagar.rulebook.tests.cast import parts_of
from saudagar.rulebook.tests.destinations.asia import CARVING, DRESS, Due, due, parcel


@pytest.mark.parametrize(
    ("on", "duty", "surcharge", "igst"),
    [
        (date(2026, 3, 31), 1_000_00, 100_00, 1_098_00),  # 20 %; 10 % of it; 6,100 × 18 %
        (date(2026, 4, 1), 500_00, 50_00, 999_00),  # 10 %; 10 % of it; 5,550 × 18 %
    ],
)
def test_personal_parcel_under_each_law(on, duty, surcharge, igst):
    cost = parcel("IN", Item(DRESS, 4_500_00), freight=500_00, on=on)

    assert (parts_of(cost, "duty"), parts_of(cost, "extra"), parts_of(cost, "vat")) == ([duty], [surcharge], [igst])
    assert cost.total == 5_000_00 + duty + surcharge + igst


def test_exact_until_the_whole_rupee():
    # 500.3 → 500; 50.03 → 50; (5,003 + 550.33) × 18 % = 999.5994 → 1,000
    cost = parcel("IN", Item(DRESS, 5_003_00))
    assert (due(cost), parts_of(cost, "extra")) == (Due(500_00, 1_000_00), [50_00])


def test_there_is_no_line_below_which_nothing_is_due():
    # 10 → 1.0; 0.1 → 0; 11.1 × 18 % = 1.998 → 2
    cost = parcel("IN", Item(DRESS, 10_00))
    assert (due(cost), parts_of(cost, "extra")) == (Due(1_00, 2_00), [0])


def test_a_personal_parcel_pays_9804_whatever_the_agreement():
    assert due(parcel("IN", Item(CARVING, 10_000_00), has=("form_ai",))).duty == 1_000_00


@pytest.mark.parametrize(
    ("has", "duty", "surcharge", "igst"),
    [((), 1_000_00, 100_00, 555_00), (("form_ai",), 0, 0, 500_00)],  # 11,100 × 5 %; 10,000 × 5 %
)
def test_general_import_of_a_carving(has, duty, surcharge, igst):
    cost = parcel("IN", Item(CARVING, 10_000_00), mode="general", has=has)
    assert (due(cost), sum(parts_of(cost, "extra"))) == (Due(duty, igst), surcharge)


def test_before_the_tax_reform_of_2025_nothing_is_known():
    with pytest.raises(NoRulesOnDate):
        parcel("IN", Item(DRESS, 5_000_00), on=date(2025, 9, 21))
