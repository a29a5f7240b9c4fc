"""Which scheme taxes a parcel, which levies it is relieved of, which proofs of origin count: limits, reliefs, preferences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from saudagar.foundation.money import decimals
from saudagar.rulebook.rules.model import Destination, Limit, Preference, Relief, Scheme, TariffRow
from saudagar.rulebook.rules.parcel import Amounts, Claim, Item, Request, exchange, half_up
from saudagar.rulebook.rules.refusals import BadParcel, NoRulesOnDate, OverOrderLimit, OverUses, OverYearGrams, OverYearLimit, RateMissing
from saudagar.rulebook.rules.resolving import Way

NOTHING: Mapping[str, Relief] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Chosen:
    """The scheme of a parcel, and the limits it has passed."""

    scheme: Scheme
    passed: frozenset[str]


def choose(request: Request, way: Way, amounts: Amounts) -> Chosen:
    """The first scheme that fits, limits kept or passed; a refusal when one may not be passed."""
    there = way.destination
    passed = frozenset([limit.called for limit in way.limits if _is_passed(limit, request, there, amounts)]) if way.limits else NONE
    registrations = request.registrations
    for scheme in way.schemes:
        if _fits(scheme, passed, registrations):
            return Chosen(scheme, passed)
    raise NoRulesOnDate("on", destination=there.code, mode=way.mode.name, on=request.on.isoformat())


def _fits(scheme: Scheme, passed: frozenset[str], registrations: frozenset[str]) -> bool:
    return (
        (not scheme.within_limit or passed.isdisjoint(scheme.within_limit))
        and (not scheme.above_limit or passed.issuperset(scheme.above_limit))
        and (not scheme.if_registration or not registrations.isdisjoint(scheme.if_registration))
        and (not scheme.unless_registration or registrations.isdisjoint(scheme.unless_registration))
    )


NONE: frozenset[str] = frozenset()


def unreached(schemes: Sequence[Scheme]) -> frozenset[str]:
    """Ids of schemes that are never used, for those further up fit whenever they would. Schemes of one way in, on one day."""
    limits = sorted({name for scheme in schemes for name in (*scheme.within_limit, *scheme.above_limit)})
    keys = sorted({name for scheme in schemes for name in (*scheme.if_registration, *scheme.unless_registration)})
    if len(limits) + len(keys) > MOST_CONDITIONS:
        return NONE
    used = set()
    for passed in _subsets(limits):
        for held in _subsets(keys):
            used.add(next((scheme.id for scheme in schemes if _fits(scheme, passed, held)), ""))
    return frozenset(scheme.id for scheme in schemes) - used


MOST_CONDITIONS = 10  # a thousand cases; no way in has more than four conditions


def _subsets(names: Sequence[str]) -> Iterator[frozenset[str]]:
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


def _is_passed(limit: Limit, request: Request, destination: Destination, amounts: Amounts) -> bool:
    """Raises the limit's refusal when it may not be passed."""
    if limit.measure == "uses":
        return _is_used_up(limit, request)
    if limit.measure == "year_grams":
        return _is_too_heavy(limit, request)
    up, down = exchange(request, destination, limit.currency)
    ceiling, over = limit.at_most * up * amounts.down, down  # value ≤ at_most ⇔ value × over ≤ ceiling
    lines = amounts.of(limit.value_basis)
    if limit.measure == "order_value":
        measured = sum(lines)
        passed = _is_over(measured * over, ceiling, limit)
    elif limit.measure == "year_value":
        measured = sum(lines) + request.buyer_used.get(limit.id, request.buyer_year) * amounts.down
        passed = _is_over(measured * over, ceiling, limit)
    elif limit.measure == "line_value":
        measured = max(lines)
        passed = _is_over(measured * over, ceiling, limit)
    else:
        pieces = list(zip(lines, request.items, strict=True))
        measured = max(value // item.quantity for value, item in pieces)
        passed = any(_is_over(value * over, ceiling * item.quantity, limit) for value, item in pieces)
    if passed and limit.refuses:
        _refuse(limit, request, destination, half_up(measured * over, amounts.down * up))
    return passed


def _is_over(measured: int, ceiling: int, limit: Limit | Relief) -> bool:
    return measured >= ceiling if limit.is_exclusive else measured > ceiling


def _refuse(limit: Limit, request: Request, destination: Destination, value: int) -> None:
    """Unless it is one indivisible piece, which may pass the limit under another scheme. value: in the limit's currency."""
    places = destination.decimals if limit.currency == destination.currency else decimals(limit.currency)
    said = {"value": _major(value, places), "limit": _major(limit.at_most, places), "currency": limit.currency}
    if limit.measure == "year_value":
        up, down = exchange(request, destination, limit.currency)
        left = max(0, limit.at_most - half_up(request.buyer_used.get(limit.id, request.buyer_year) * down, up))
        raise OverYearLimit(rule=limit.id, **said, left=_major(left, places))
    if not (limit.unless == "one_piece" and len(request.items) == 1 and request.items[0].quantity == 1):
        raise OverOrderLimit(rule=limit.id, **said)


def _major(amount: int, places: int) -> str:
    """500000 at two decimals is "5000.00"."""
    whole, part = divmod(amount, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)


def _is_used_up(limit: Limit, request: Request) -> bool:
    """Counting this parcel."""
    passed = _is_over(request.buyer_used.get(limit.id, request.buyer_uses) + 1, limit.at_most, limit)
    if passed and limit.refuses:
        raise OverUses(rule=limit.id, limit=limit.at_most)
    return passed


def _is_too_heavy(limit: Limit, request: Request) -> bool:
    """The buyer's grams of these goods so far, with those of this parcel."""
    counted = [item for item in request.items if item.hs.startswith(limit.hs)]
    if not counted:
        return False
    for item in counted:
        if item.net_grams <= 0:
            raise BadParcel("net_grams", missing=f"net_grams (HS {item.hs}: {limit.id})")
    known = request.buyer_used.get(limit.id)
    before = sum(grams for hs, grams in request.buyer_grams.items() if hs.startswith(limit.hs)) if known is None else known
    grams = before + sum(item.net_grams for item in counted)
    passed = _is_over(grams, limit.at_most, limit)
    if passed and limit.refuses:
        left = max(0, limit.at_most - before)
        raise OverYearGrams(rule=limit.id, hs=", ".join(limit.hs), grams=grams, left=left, limit=limit.at_most)
    return passed


def relieved(request: Request, way: Way, scheme: Scheme, amounts: Amounts) -> list[Mapping[str, Relief]]:
    """For each line the levies it is relieved of, and by which rule."""
    found: list[dict[str, Relief]] = [{} for _ in request.items]
    for relief in way.reliefs:
        if relief.schemes and scheme.called not in relief.schemes:
            continue
        up, down = exchange(request, way.destination, relief.currency)
        ceiling = relief.at_most * up * amounts.down
        lines = amounts.of(relief.value_basis)
        if relief.per == "order" and _is_over(sum(lines) * down, ceiling, relief):
            continue
        for position, item in enumerate(request.items):
            if not _qualifies(item, relief):
                continue
            if relief.per == "line" and _is_over(lines[position] * down, ceiling, relief):
                continue
            if relief.per == "unit" and _is_over(lines[position] * down, ceiling * item.quantity, relief):
                continue
            for kind in relief.kinds:
                found[position].setdefault(kind, relief)
    return [each or NOTHING for each in found]


def _qualifies(item: Item, relief: Relief) -> bool:
    return (
        (not relief.hs or item.hs.startswith(relief.hs))
        and not (relief.but_hs and item.hs.startswith(relief.but_hs))
        and (not relief.if_origin or item.origin in relief.if_origin)
    )


def proven(
    request: Request, way: Way, rows: tuple[TariffRow, ...], amounts: Amounts, claims: Sequence[Claim] = ()
) -> tuple[TariffRow, ...]:
    """The agreement rates a line may use: with the paper, or under the agreement's threshold with a declaration.

    Of equal rates the first is used: one that needs nothing more, then one that a declaration is enough for, then one with its paper.
    """
    there = [
        row
        for row in rows
        if row.proof in request.registrations
        or any(
            preference.declaration in request.registrations and _is_enough(preference, row, request, way.destination, amounts)
            for preference in way.preferences
        )
    ]
    if claims:
        claimed = [(row, shown_by(row, claims, request, way, amounts)) for row in rows if row not in there]
        there += [row for by in (BY_DECLARATION, BY_PAPER) for row, how in claimed if how == by]
    return tuple(there)


def shown_by(row: TariffRow, claims: Sequence[Claim], request: Request, way: Way, amounts: Amounts) -> str:
    """How a claim shows the origin that a row asks for: by a "declaration" where the agreement takes one from anybody, for a parcel of this
    value or of any; else by the "paper", where the seller is to bring it; else not at all: ""."""
    claim = next((each for each in claims if each.agreement == row.agreement), None)
    if claim is None:
        return ""
    if row.proof == DECLARATION:
        return BY_DECLARATION
    try:
        if any(_is_enough(preference, row, request, way.destination, amounts) for preference in way.preferences):
            return BY_DECLARATION
    except RateMissing:
        pass  # a threshold in a currency whose rate nobody gave: what a seller states must not stop a parcel that went without it
    return BY_PAPER if claim.by == BY_PAPER else ""


def _is_enough(preference: Preference, row: TariffRow, request: Request, destination: Destination, amounts: Amounts) -> bool:
    """Whether a declaration would do for a parcel of this value."""
    if preference.agreement != row.agreement or preference.paper not in ("", row.proof):
        return False
    up, down = exchange(request, destination, preference.currency)
    return sum(amounts.of(GOODS)) * down <= preference.waived_up_to * up * amounts.down


GOODS = frozenset({"goods"})
DECLARATION = "origin_declaration"  # the proof that every exporter writes on the invoice
BY_DECLARATION, BY_PAPER = "declaration", "paper"
