"""Limits that look at all one buyer imported: what counts, in which period, and what a parcel adds."""

from datetime import date
from types import MappingProxyType

import pytest

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, Request, counted_limits, landed_cost, read
from saudagar.rulebook.rules.counting import Counted, counts, period_of, used_by_limit
from saudagar.rulebook.rules.refusals import OverYearGrams, OverYearLimit
from saudagar.rulebook.tests.cast import TODAY, shipped

CHOCOLATE, SUGAR, COFFEE = "180690", "170199", "090121"
NOTHING = MappingProxyType({})


def priced(rulebook, destination, *items, used=NOTHING, currency="", rates=NOTHING):
    """Cost, what it adds, and the limits it keeps, after what the buyer used: tally → amount, in the period of today."""
    there = rulebook.destinations[destination]
    limits = counted_limits(rulebook, destination, TODAY)
    before = {(tally, period_of(limit.window, TODAY)): used.get(tally, 0) for limit, tally in limits}
    request = Request(destination, items, currency or there.currency, TODAY, rates=rates, buyer_used=used_by_limit(limits, before, TODAY))
    cost = landed_cost(request, rulebook)
    return cost, *counts(limits, request, there, cost)


@pytest.mark.parametrize(
    ("destination", "tallies"),
    [
        ("CN", ["CN cbec value", "CN cbec grams 1701", "CN cbec grams 1006"]),
        ("TW", ["TW parcel uses tw-2000"]),
        ("NO", []),  # "no food at all" looks at one parcel only
        ("KR", []),  # behind its switch
        ("JP", []),
        ("ID", []),
        ("DE", []),
    ],
)
def test_what_is_counted(destination, tallies):
    limits = counted_limits(shipped(), destination, TODAY, dispatch="ID")
    assert [tally for _, tally in limits] == tallies


@pytest.mark.parametrize(("day", "half"), [((2026, 6, 30), "2026-H1"), ((2026, 7, 1), "2026-H2"), ((2027, 1, 1), "2027-H1")])
def test_half_years_begin_in_january_and_july(day, half):
    assert period_of("half_year", date(*day)) == half


def test_chinas_sugar_is_counted_beside_the_value():
    sugar = Item(SUGAR, 30_00, 1, 1_500)
    _, counted, held = priced(shipped(), "CN", sugar, Item(COFFEE, 100_00, 1, 250))
    assert counted == [Counted("CN cbec value", "year", 130_00), Counted("CN cbec grams 1701", "year", 1_500)]
    assert [(each.rule, each.most, each.refuses) for each in held] == [
        ("cn-cbec-year", 26_000_00, True),
        ("cn-cbec-sugar-year", 2_000, True),
    ]
    assert priced(shipped(), "CN", sugar, used={"CN cbec grams 1701": 500})[0].tax > 0
    with pytest.raises(OverYearGrams) as refused:
        priced(shipped(), "CN", sugar, used={"CN cbec grams 1701": 501})
    assert refused.value.facts["left"] == 1_499
    with pytest.raises(OverYearLimit) as dear:
        priced(shipped(), "CN", sugar, used={"CN cbec value": 25_980_00})
    assert (dear.value.facts["left"], dear.value.facts["value"]) == ("20.00", "26010.00")


@pytest.mark.parametrize(
    ("goods", "before", "tax", "adds", "keeps"),
    [
        pytest.param(1_700_00, 0, False, 1, True, id="first, let off"),
        pytest.param(1_700_00, 5, False, 1, True, id="sixth"),
        pytest.param(1_700_00, 6, True, 0, False, id="seventh: taxed, and no use of the relief"),
        pytest.param(3_000_00, 0, True, 0, False, id="dear: taxed, and no use of the relief"),
    ],
)
def test_taiwan_counts_the_parcels_it_let_off(goods, before, tax, adds, keeps):
    cost, counted, held = priced(shipped(), "TW", Item(CHOCOLATE, goods), used={"TW parcel uses tw-2000": before})
    assert bool(cost.tax) == tax
    assert sum(each.amount for each in counted) == adds
    assert bool(held) == keeps
    assert all(not each.refuses for each in held)


@pytest.mark.parametrize(
    ("dollars", "before", "scheme"),
    [(150_00, 0, "kr-import"), (100_00, 70_000, "kr-import"), (100_00, 70_001, "kr-added-up"), (150_01, 0, "kr-added-up")],
)
def test_korea_adds_up_the_orders_of_a_day_when_its_switch_is_on(dollars, before, scheme):
    """US$150 at ₩1,400: ₩210,000 a day."""
    changed = texts()
    changed["switched-here.toml"] = "[switches]\nkr_same_day_orders = true\n"
    found = priced(
        read(changed), "KR", Item(CHOCOLATE, dollars), used={"KR parcel value goods": before}, currency="USD", rates={"USD": "1400"}
    )
    cost, counted, _ = found
    assert cost.scheme == scheme
    assert (cost.duty + cost.tax > 0) == (scheme == "kr-added-up")
    assert counted == [Counted("KR parcel value goods", "day", dollars * 14)]
