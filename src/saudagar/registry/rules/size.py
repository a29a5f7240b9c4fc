"""Size class of a business: micro, small, medium or large (PP 7/2021 art 35). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_BILLION = 1_000_000_000_00  # minor units: the rupiah has two decimals


@dataclass(frozen=True, slots=True)
class SizeRule:
    """The limits valid in a span of days. Amounts in IDR minor units, both ends included."""

    valid_from: date
    valid_to: date | None
    capital: tuple[tuple[str, int], ...]  # class, highest capital without land and buildings
    sales: tuple[tuple[str, int], ...]  # class, highest sales of one year
    source: str


SIZE_RULES: tuple[SizeRule, ...] = (
    SizeRule(
        valid_from=date(2021, 2, 2),
        valid_to=None,
        capital=(("micro", 1 * _BILLION), ("small", 5 * _BILLION), ("medium", 10 * _BILLION)),
        sales=(("micro", 2 * _BILLION), ("small", 15 * _BILLION), ("medium", 50 * _BILLION)),
        source="PP 7/2021 art 35",
    ),
)


def size_class(
    *, on: date, capital: int | None = None, yearly_sales: int | None = None, rules: Sequence[SizeRule] = SIZE_RULES
) -> str | None:
    """Class of a business on a day: an existing one by its sales, a new one by its capital.

    capital, yearly_sales  IDR minor units; None: not known
    returns                "micro", "small", "medium", "large"; None when nothing is known or no rule was in force

    >>> size_class(on=date(2026, 11, 21), capital=50_000_000_00)
    'micro'
    """
    rule = next((rule for rule in rules if rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)), None)
    if rule is None:
        return None
    amount, limits = (yearly_sales, rule.sales) if yearly_sales is not None else (capital, rule.capital)
    if amount is None:
        return None
    return next((name for name, highest in limits if amount <= highest), "large")
