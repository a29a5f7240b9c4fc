"""How far a rulebook answers: for each destination, which of its goods have rates, and which may be sold there as they are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from saudagar.rulebook.rules.model import Destination, Mode, Rule, Rulebook
from saudagar.rulebook.rules.resolving import resolve
from saudagar.rulebook.rules.selling import ALLOWED, ALLOWED_WHEN, NOT_ALLOWED, ProductFacts, may_sell

GOODS_OF = "CN"  # the destination whose tariff names the goods one by one


@dataclass(frozen=True, slots=True)
class Covered:
    """One way into one destination; counts of goods from Indonesia."""

    destination: str
    mode: str
    goods: int
    with_duty: int
    without_duty: tuple[str, ...]  # the goods that are left, six digits each; none at home, where nothing is imported
    with_tax: int
    with_preference: int
    allowed: int
    allowed_when: int
    not_allowed: int
    only_small: int  # of those that may be sold: parcels up to a ceiling only, for a rate is not known
    rules: Counter[str]  # certainty → rules of the destination in force
    idle: int  # rules set aside, for their switch is off


def goods_of(rulebook: Rulebook) -> list[str]:
    """The goods that are counted: every HS code which the tariff of GOODS_OF taxes, at six digits."""
    return sorted({row.hs[:6].ljust(6, "0") for row in rulebook.destinations[GOODS_OF].tariffs if row.kind == "vat" and row.hs})


def coverage(rulebook: Rulebook, on: date, goods: Sequence[str], origin: str = "ID") -> list[Covered]:
    """A row for each way into each destination. Members of a union differ in their VAT rates only: the first stands for all."""
    places = {there.union or there.code: there for there in reversed(list(rulebook.destinations.values()))}
    return [_covered(rulebook, places[name], mode, on, goods, origin) for name in sorted(places) for mode in places[name].modes]


def _covered(rulebook: Rulebook, there: Destination, mode: Mode, on: date, goods: Sequence[str], origin: str) -> Covered:
    found = [resolve(rulebook, there.code, hs, origin, on, modes=_own(there, mode, on)) for hs in goods]
    dispatch = there.code if mode.home else origin if origin != there.code else "CN"
    facts = [ProductFacts(hs, origin if dispatch in (origin, there.code) else dispatch) for hs in goods]
    said = [may_sell(rulebook, each, there.code, on, mode=mode.name, dispatch=dispatch) for each in facts]
    verdicts = Counter(each.status for each in said)
    return Covered(
        there.union or there.code,
        mode.name,
        len(goods),
        # A scheme that charges no ad valorem duty (a flat one, none at home) needs no rate.
        sum(1 for rows in found if rows.duty),
        tuple(hs for hs, rows in zip(goods, found, strict=True) if not (rows.duty or mode.home)),
        sum(1 for rows in found if rows.vats),
        sum(1 for rows in found if rows.preferences),
        verdicts[ALLOWED],
        verdicts[ALLOWED_WHEN],
        verdicts[NOT_ALLOWED],
        sum(1 for each in said if each.up_to),
        Counter(rule.certainty for rule in _rules(there) if rule.holds(on)),
        sum(1 for rule in rulebook.idle if rule.id.startswith(f"{(there.union or there.code).lower()}-")),
    )


def _own(there: Destination, mode: Mode, on: date) -> tuple[str, ...]:
    """The schemes of the way in, whose rows win, and the way in itself."""
    return (*(scheme.called for scheme in there.schemes if scheme.mode == mode.name and scheme.holds(on)), mode.name)


def _rules(there: Destination) -> Iterable[Rule]:
    yield from (row for row in there.tariffs if not there.union or row.region in ("", there.code))
    yield from there.schemes
    yield from there.limits
    yield from there.reliefs
    yield from there.fees
    yield from there.requirements
    yield from there.prohibitions
