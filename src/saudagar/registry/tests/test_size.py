from datetime import date

import pytest

from saudagar.registry.rules.size import size_class

TODAY = date(2026, 11, 21)
BILLION = 1_000_000_000 * 100


@pytest.mark.parametrize(
    ("capital", "expected"),
    [
        (0, "micro"),
        (BILLION, "micro"),
        (BILLION + 1, "small"),
        (5 * BILLION, "small"),
        (10 * BILLION, "medium"),
        (10 * BILLION + 1, "large"),
    ],
)
def test_a_new_business_is_classed_by_its_capital(capital, expected):
    assert size_class(on=TODAY, capital=capital) == expected


@pytest.mark.parametrize(
    ("sales", "expected"),
    [(2 * BILLION, "micro"), (2 * BILLION + 1, "small"), (15 * BILLION, "small"), (50 * BILLION, "medium"), (50 * BILLION + 1, "large")],
)
def test_an_existing_business_is_classed_by_its_sales_whatever_its_capital(sales, expected):
    assert size_class(on=TODAY, capital=999 * BILLION, yearly_sales=sales) == expected


def test_nothing_known_or_no_rule_in_force_gives_no_class():
    assert size_class(on=TODAY) is None
    assert size_class(on=date(2021, 2, 1), capital=1) is None
