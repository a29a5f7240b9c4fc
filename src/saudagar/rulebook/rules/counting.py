"""What an order counts for: limits that look at all one buyer imported in a year, a half-year or a day. Pure.

A tally is what is counted together: "CN cbec value", "CN cbec grams 1701", "TW parcel uses tw-2000". It is named for what it counts
and not for the rule, so that a rule that follows another in the middle of a year goes on counting where that one stopped.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from saudagar.rulebook.rules.landed import LandedCost
from saudagar.rulebook.rules.model import Destination, Limit, Rulebook
from saudagar.rulebook.rules.parcel import Request, exchange, half_up
from saudagar.rulebook.rules.resolving import mode_of, remember, stretch

MEASURES: Mapping[str, str] = {"year_value": "value", "year_grams": "grams", "uses": "uses"}
ALL_OF_IT = frozenset({"goods", "freight", "insurance"})

Used = Mapping[tuple[str, str], int]  # tally, period → what the buyer used so far
Tallied = tuple[Limit, str]  # a limit that counts across orders, and its tally


class Counted(msgspec.Struct, frozen=True, array_like=True):
    """What one order adds to a tally: minor units of the customs currency, grams, or times."""

    tally: str
    window: str  # year | half_year | day
    amount: int

    def key(self, on: date) -> tuple[str, str]:
        return self.tally, period_of(self.window, on)


class Held(msgspec.Struct, frozen=True, array_like=True):
    """A limit that a promise was made under: it holds while what the buyer used, and `amount`, are at most `most`.

    refuses: passing it refuses the parcel; otherwise duty and tax would be others, and the basket must be priced again.
    """

    tally: str
    window: str
    amount: int
    most: int  # as `amount`: minor units of the customs currency, grams, or times
    rule: str
    measure: str  # value | grams | uses
    of: str  # value: the customs currency; grams: the HS prefixes
    refuses: bool

    def key(self, on: date) -> tuple[str, str]:
        return self.tally, period_of(self.window, on)


def counted_limits(rulebook: Rulebook, destination: str, on: date, *, mode: str = "", dispatch: str = "ID") -> tuple[Tallied, ...]:
    """The limits of this way in for which a buyer's other orders count. Nearly everywhere there are none, which is seen at once."""
    there = rulebook.destinations[destination]
    if rulebook.resolved.get(("counts", destination)) is False:
        return ()
    key = ("counted_limits", destination, mode, dispatch == destination, stretch(there, on))
    found: tuple[Tallied, ...] | None = rulebook.resolved.get(key)
    if found is None:
        counted = [limit for limit in there.limits if _is_counted(limit)]
        remember(rulebook, ("counts", destination), bool(counted))
        way = mode_of(rulebook, destination, mode, dispatch).name
        found = tuple((limit, tally_of(limit)) for limit in counted if limit.mode in ("", way) and limit.holds(on))
        remember(rulebook, key, found)
    return found


def _is_counted(limit: Limit) -> bool:
    # One that any amount passes is passed whatever was before.
    return limit.measure in MEASURES and limit.window != "parcel" and limit.at_most > 0


def tally_of(limit: Limit) -> str:
    """
    >>> tally_of(Limit("x", date.min, None, "", "V", destination="CN", mode="cbec", measure="year_grams", hs=("1701", "1702")))
    'CN cbec grams 1701 1702'
    """
    parts = [limit.destination, limit.mode or "*", MEASURES[limit.measure]]
    if limit.measure == "year_grams":
        parts += sorted(limit.hs)
    elif limit.measure == "uses" and limit.relief:
        parts.append(limit.relief)
    elif limit.measure == "year_value" and limit.value_basis != ALL_OF_IT:
        parts += sorted(limit.value_basis)
    return " ".join(parts)


def period_of(window: str, on: date) -> str:
    """
    >>> [period_of(window, date(2026, 7, 1)) for window in ("year", "half_year", "day")]
    ['2026', '2026-H2', '2026-07-01']
    """
    if window == "day":
        return on.isoformat()
    return f"{on.year}-H{1 if on.month < 7 else 2}" if window == "half_year" else str(on.year)


def periods_on(on: date) -> list[str]:
    """All periods a day lies in."""
    return [period_of(window, on) for window in ("year", "half_year", "day")]


def used_by_limit(limits: Sequence[Tallied], used: Used, on: date) -> dict[str, int]:
    """For `Request.buyer_used`: limits of which something was used."""
    if not used:
        return {}
    return {limit.id: amount for limit, tally in limits if (amount := used.get((tally, period_of(limit.window, on)), 0))}


def counts(limits: Sequence[Tallied], request: Request, there: Destination, cost: LandedCost) -> tuple[list[Counted], list[Held]]:
    """What this parcel adds to the buyer's tallies, and the limits it kept. request.buyer_used names what was before."""
    counted: list[Counted] = []
    held: list[Held] = []
    for limit, tally in limits:
        amount = _amount(limit, request, there, cost)
        if not amount:
            continue
        counted.append(Counted(tally, limit.window, amount))
        most = _most(limit, request, there)
        if request.buyer_used.get(limit.id, 0) + amount <= most:
            of = there.currency if limit.measure == "year_value" else ", ".join(limit.hs)
            held.append(Held(tally, limit.window, amount, most, limit.id, MEASURES[limit.measure], of, limit.refuses))
    return counted, held


def _amount(limit: Limit, request: Request, there: Destination, cost: LandedCost) -> int:
    if limit.measure == "uses":
        lets_off = {relief.id for relief in there.reliefs if relief.called == limit.relief}
        return int(not limit.relief or any(part.relief in lets_off for part in cost.parts))
    if limit.measure == "year_grams":
        return sum([item.net_grams for item in request.items if item.hs.startswith(limit.hs)])
    up, down = exchange(request, there, request.currency)
    basis = limit.value_basis
    value = (cost.goods if "goods" in basis else 0) + (cost.freight if "freight" in basis else 0)
    return half_up((value + (cost.insurance if "insurance" in basis else 0)) * up, down)


def _most(limit: Limit, request: Request, there: Destination) -> int:
    """The ceiling as whole units that keep it."""
    up, down = exchange(request, there, limit.currency) if limit.measure == "year_value" else (1, 1)
    return (limit.at_most * up - 1) // down if limit.is_exclusive else limit.at_most * up // down
