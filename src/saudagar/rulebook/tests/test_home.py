"""Indonesia at home: PPN is contained in what the buyer sees, and only a PKP charges it."""

import pytest

from saudagar.rulebook.rules import Item, landed_cost
from saudagar.rulebook.tests.cast import at_home, shipped


def test_a_million_before_tax_bears_110_000():
    cost = landed_cost(at_home(Item("090121", 1_000_000_00), prices="exclusive"), shipped())

    assert (cost.tax, cost.contained_tax, cost.total) == (110_000_00, 0, 1_110_000_00)
    ppn = cost.parts[0]
    assert (ppn.base, ppn.levy.rate) == (916_666_67, "12% × 11/12")


def test_a_listing_price_contains_it():
    cost = landed_cost(at_home(Item("090121", 1_110_000_00), freight=20_000_00), shipped())

    assert (cost.tax, cost.contained_tax, cost.total) == (0, 110_000_00, 1_130_000_00)
    assert cost.parts[0].levy.contained


@pytest.mark.parametrize(
    ("price", "ppn"),
    [
        (107_000_00, 10_604_00),  # 107,000 × 11/111 = 10,603.60
        (5_00, 0),  # Rp5: 0.495 → 0
        (6_00, 1_00),  # Rp6: 0.594 → 1
    ],
)
def test_in_whole_rupiah_half_up(price, ppn):
    assert landed_cost(at_home(Item("090121", price)), shipped()).contained_tax == ppn


def test_who_is_not_pkp_charges_none():
    cost = landed_cost(at_home(Item("090121", 1_110_000_00), registrations=frozenset()), shipped())
    assert (cost.parts, cost.tax, cost.contained_tax, cost.total) == ((), 0, 0, 1_110_000_00)


def test_fresh_fruit_is_exempt():
    cost = landed_cost(at_home(Item("080450", 50_000_00)), shipped())
    assert [(part.amount, part.levy.rule) for part in cost.parts] == [(0, "id-ppn-free-fruit-0804")]
