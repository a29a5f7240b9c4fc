"""A batch of purchases as the parameters that `sql/place.sql` takes, and its answer as verdicts. The connection is taught by
`foundation.packing`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from saudagar.campaigns.rules import claim_id
from saudagar.checkout.rules.placing import Outcome, Verdict
from saudagar.checkout.rules.promises import LINE_FIELDS, ORDER_FIELDS, PURCHASE_FIELDS, Ask, Promise
from saudagar.foundation import composites
from saudagar.foundation.ids import new_id
from saudagar.foundation.packing import array, int4s, raw_uuids


@dataclass(frozen=True, slots=True)
class Placing:
    """One quote that somebody wants to place: the promise, and who buys."""

    quote: Promise
    buyer_sealed: bytes
    town: str
    method: str
    buyer_id: UUID | None = None
    buyer_key: str = ""  # by which limits per buyer count


class RowTypes(NamedTuple):
    """The oids that the database gave the composite types (`sql/place_oids.sql`)."""

    purchase: int
    order: int
    line: int


def parameters(batch: Sequence[Placing], moment: datetime, types: RowTypes) -> dict[str, Any]:
    """The parameters of one call. Indexes count from 1."""
    pools: dict[bytes, int] = {}
    claims: dict[bytes, int] = {}
    claim_of: dict[tuple[int, int], bytes] = {}  # purchase and line -> its claim
    for at, placing in enumerate(batch, 1):
        for place, ask in enumerate(placing.quote.asks):
            pools[ask.pool] = pools.get(ask.pool, 0) + ask.quantity
            if ask.most_per_buyer:
                claim = claim_of[at, place] = _claim(ask, placing.buyer_key)
                claims[claim] = ask.most_per_buyer
    # By business and id: the order in which everybody locks them.
    pool_at = {key: place for place, key in enumerate(sorted(pools), 1)}
    claim_at = {key: place for place, key in enumerate(sorted(claims), 1)}
    purchases: list[bytes] = []
    orders: list[bytes] = []
    lines: list[bytes] = []
    ends: list[int] = []
    line_pools: list[int] = []
    line_claims: list[int] = []
    line_pieces: list[int] = []
    for at, placing in enumerate(batch, 1):
        quote = placing.quote
        index = composites.AS_INT4 + at.to_bytes(4, "big")
        purchases.append(
            composites.row(PURCHASE_FIELDS, composites.uuid(placing.buyer_id), composites.code(placing.method), quote.purchase)
        )
        buyer = composites.text(placing.town) + composites.blob(placing.buyer_sealed)
        for order in quote.orders:
            orders.append(composites.row(ORDER_FIELDS, index, buyer, order))
        for place, ask in enumerate(quote.asks):
            claim_key = claim_of.get((at, place)) if claim_of else None
            claimed = composites.NULL_UUID if claim_key is None else composites.AS_UUID + claim_key[16:]
            lines.append(composites.row(LINE_FIELDS, index, claimed, ask.row))
            line_pools.append(pool_at[ask.pool])
            line_claims.append(0 if claim_key is None else claim_at[claim_key])
            line_pieces.append(ask.quantity)
        ends.append(len(lines))
    return {
        "pool_businesses": raw_uuids(key[:16] for key in pool_at),
        "pool_ids": raw_uuids(key[16:] for key in pool_at),
        "pool_pieces": int4s(pools[key] for key in pool_at),
        "claim_businesses": raw_uuids(key[:16] for key in claim_at),
        "claim_ids": raw_uuids(key[16:] for key in claim_at),
        "claim_mosts": int4s(claims[key] for key in claim_at),
        "purchases": array(types.purchase, purchases),
        "orders": array(types.order, orders),
        "lines": array(types.line, lines),
        "purchase_ends": int4s(ends),
        "line_pools": int4s(line_pools),
        "line_claims": int4s(line_claims),
        "line_pieces": int4s(line_pieces),
        "event_id": new_id(),
        "moment": moment,
    }


def _claim(ask: Ask, buyer_key: str) -> bytes:
    """Ids of business and claim, 32 bytes."""
    assert ask.campaign_id is not None
    return ask.pool[:16] + claim_id(ask.campaign_id, ask.listing_id, buyer_key).bytes


def verdicts(batch: Sequence[Placing], rows: Sequence[tuple[int, int, int, int]]) -> list[Verdict]:
    """The answer of a call, in order of the batch: it names those that were not placed. The line is counted inside its own
    purchase, from 0."""
    judged = [Verdict(Outcome.PLACED)] * len(batch)
    if rows:
        first_lines, lines = [], 0
        for placing in batch:
            first_lines.append(lines)
            lines += len(placing.quote.asks)
        for purchase, outcome, line, left in rows:
            judged[purchase - 1] = Verdict(Outcome(outcome), line - 1 - first_lines[purchase - 1] if line else -1, left)
    return judged
