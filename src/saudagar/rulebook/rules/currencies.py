"""Which currencies the rules of a destination count in, and at which rates."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from saudagar.rulebook.rules.model import Destination, Scheme, TariffRow


def currencies_of(there: Destination) -> frozenset[str]:
    """The destination's own and those of its thresholds, fees, flat duties and rates: Malaysia's Form E threshold counts in US dollars."""
    return _of(_Same(there))


class _Same:
    """A destination that is equal only to itself: its rules are thousands, and no one compares them for this."""

    __slots__ = ("there",)

    def __init__(self, there: Destination) -> None:
        self.there = there

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.there is other.there

    def __hash__(self) -> int:
        return id(self.there)


@lru_cache(maxsize=512)
def _of(same: _Same) -> frozenset[str]:
    found = {same.there.currency}
    for rule in same.there.rules():
        found.add(getattr(rule, "currency", ""))
        if isinstance(rule, Scheme) and rule.flat_duty:
            found.add(rule.flat_duty.currency)
        if isinstance(rule, TariffRow) and rule.rate:
            found.update(term.currency for term in rule.rate.terms)
    return frozenset(found - {""})


def rates_for(there: Destination, currency: str, home_rates: Mapping[str, Fraction]) -> dict[str, str]:
    """The `rates` of a request in `currency`: what one unit of it, and of each currency of the rules, is in the destination's own.

    home_rates  home currency for one unit of each, the home currency itself among them; what is not there is left out, and refused
                by whoever needs it
    """
    customs = home_rates.get(there.currency)
    asked = {currency, *currencies_of(there)} - {there.currency}
    return {each: rate_text(home_rates[each] / customs) for each in sorted(asked) if customs and each in home_rates}


def rate_text(rate: Fraction) -> str:
    """A rate with twelve decimals, as the order's snapshot keeps it.

    >>> rate_text(Fraction(16400, 13000)), rate_text(Fraction(1, 3)), rate_text(Fraction(130))
    ('1.261538461538', '0.333333333333', '130')
    """
    return f"{Decimal(round(rate * 10**12)).scaleb(-12).normalize():f}"
