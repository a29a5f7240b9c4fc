"""What an order keeps of its day, so that duty and tax can be worked out again to the same minor unit at any time."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from saudagar.rulebook.rules.counting import Counted
from saudagar.rulebook.rules.landed import Claim, Item, LandedCost, Proven, Request, landed_cost
from saudagar.rulebook.rules.model import Rulebook

SAYS_WHAT_IT_COUNTS = 3  # the version from which on it says what it counts for
VERSION = 3  # 1: before regions, terms and fees; read as one that has none. 2: before it said what it counts for


class SnapshotLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """Grams are of all pieces. reference is the order line's position or id; description is what goes on the papers."""

    reference: str
    hs: str
    origin: str
    description: str
    quantity: int
    value: int
    net_grams: int
    freight: int
    insurance: int
    duty: int
    tax: int
    contained_tax: int
    fees: int = 0
    claims: list[Claim] = []  # what the seller stated of these goods that day
    gross_grams: int = 0  # 0 where it was not known, and in orders from before there were rates on gross weight


class SnapshotPart(msgspec.Struct, frozen=True, omit_defaults=True):
    kind: str
    line: int
    base: int
    rate: str
    amount: int
    charged: int
    contained: bool
    rule: str
    name: str = ""
    relief: str = ""
    collected: str = "border"


class CustomsSnapshot(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kept as a map in orders.Order.customs. Amounts in minor units of `currency`; parts' base and amount of `customs_currency`."""

    version: int
    release: str
    on: date
    destination: str
    mode: str
    scheme: str
    dispatch: str  # country of dispatch
    dispatch_area: str  # administrative area or port of the pool: "11.04"
    currency: str
    customs_currency: str
    rates: dict[str, str]
    exchange_rate_id: str
    registrations: list[str]
    buyer_year: int
    prices: str
    freight: int
    insurance: int
    duty: int
    tax: int
    contained_tax: int
    fees: int
    customs_value: int
    lines: list[SnapshotLine]
    parts: list[SnapshotPart]
    region: str = ""
    terms: str = "DDP"
    buyer_grams: dict[str, int] = {}
    buyer_uses: int = 0
    buyer_used: dict[str, int] = {}
    counts: list[Counted] = []  # what it adds to the buyer's tallies once it is paid
    due_at_checkout: int = 0  # 0 in version 1, when all of it was
    due_at_door: int = 0
    proofs: list[Proven] = []  # agreements whose rate is paid on the seller's word, and what must be there when the parcel leaves


def snapshot(
    request: Request,
    cost: LandedCost,
    *,
    descriptions: Mapping[str, str] | None = None,
    dispatch_area: str = "",
    exchange_rate_id: str = "",
    counts: Iterable[Counted] = (),
) -> CustomsSnapshot:
    """The snapshot of a priced parcel. descriptions: item reference → words for the customs papers; counts: what it counts for."""
    words = descriptions or {}
    return CustomsSnapshot(
        version=VERSION,
        release=cost.release,
        on=request.on,
        destination=request.destination,
        mode=cost.mode,
        scheme=cost.scheme,
        dispatch=request.dispatch,
        dispatch_area=dispatch_area,
        currency=request.currency,
        customs_currency=cost.customs_currency,
        rates=dict(request.rates),
        exchange_rate_id=exchange_rate_id,
        registrations=sorted(request.registrations),
        buyer_year=request.buyer_year,
        prices=request.prices,
        freight=request.freight,
        insurance=request.insurance,
        duty=cost.duty,
        tax=cost.tax,
        contained_tax=cost.contained_tax,
        fees=cost.fees,
        customs_value=cost.customs_value,
        lines=[
            SnapshotLine(
                reference=item.reference,
                hs=item.hs,
                origin=item.origin,
                description=words.get(item.reference, ""),
                quantity=item.quantity,
                value=item.value,
                net_grams=item.net_grams,
                freight=line.freight,
                insurance=line.insurance,
                duty=line.duty,
                tax=line.tax,
                contained_tax=line.contained_tax,
                fees=line.fees,
                claims=list(item.claims),
                gross_grams=item.gross_grams,
            )
            for item, line in zip(request.items, cost.lines, strict=True)
        ],
        parts=[
            SnapshotPart(
                part.levy.kind,
                part.line,
                part.base,
                part.levy.rate,
                part.amount,
                part.charged,
                part.levy.contained,
                part.levy.rule,
                part.levy.name,
                part.relief,
                part.levy.collected,
            )
            for part in cost.parts
        ],
        region=request.region,
        terms=request.terms,
        buyer_grams=dict(request.buyer_grams),
        buyer_uses=request.buyer_uses,
        buyer_used=dict(request.buyer_used),
        counts=list(counts),
        due_at_checkout=cost.due_at_checkout,
        due_at_door=cost.due_at_door,
        proofs=list(cost.proofs),
    )


def as_data(kept: CustomsSnapshot) -> dict[str, Any]:
    """Plain JSON values, for a jsonb column."""
    return msgspec.to_builtins(kept)


def from_data(data: Mapping[str, Any]) -> CustomsSnapshot:
    return msgspec.convert(data, CustomsSnapshot)


def request_of(kept: CustomsSnapshot) -> Request:
    """The question the snapshot answers."""
    items = [
        Item(line.hs, line.value, line.quantity, line.net_grams, line.origin, line.reference, tuple(line.claims), line.gross_grams)
        for line in kept.lines
    ]
    return asked(kept, items)


def asked(kept: Any, items: Iterable[Item]) -> Request:
    """The question of which something was kept under the names that `Request` has: an order's snapshot, a quote that is kept."""
    return Request(
        destination=kept.destination,
        items=tuple(items),
        currency=kept.currency,
        on=kept.on,
        mode=kept.mode,
        dispatch=kept.dispatch,
        freight=kept.freight,
        insurance=kept.insurance,
        registrations=frozenset(kept.registrations),
        buyer_year=kept.buyer_year,
        rates=kept.rates,
        prices=kept.prices,
        region=kept.region,
        terms=kept.terms,
        buyer_grams=kept.buyer_grams,
        buyer_uses=kept.buyer_uses,
        buyer_used=kept.buyer_used,
    )


def recompute(kept: CustomsSnapshot, rulebook: Rulebook) -> LandedCost:
    """Work it out again: under the release the snapshot names, the same minor units; under another, what its rules would make of it."""
    return landed_cost(request_of(kept), rulebook)


def agrees(kept: CustomsSnapshot, cost: LandedCost) -> bool:
    """Whether a recomputation gives what the order promised, part by part."""
    before = [(part.kind, part.line, part.base, part.amount, part.charged, part.rule) for part in kept.parts]
    after = [(part.levy.kind, part.line, part.base, part.amount, part.charged, part.levy.rule) for part in cost.parts]
    return before == after and (kept.duty, kept.tax, kept.contained_tax, kept.fees) == (cost.duty, cost.tax, cost.contained_tax, cost.fees)
