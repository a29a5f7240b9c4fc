"""A batch of purchases as the parameters that `sql/place.sql` takes, and its answer as verdicts.

Rows go as arrays of composite types in PostgreSQL's binary format, packed here by hand: through psycopg's dumpers, value by value,
packing cost more than all else that is done for an order in Python.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from saudagar.campaigns.rules import claim_id
from saudagar.checkout.rules.placing import ClaimKey, Outcome, PoolKey, Verdict
from saudagar.checkout.rules.quotes import Quote, QuotedLine, line_id
from saudagar.foundation.ids import new_id


@dataclass(frozen=True, slots=True)
class Placing:
    """One quote that somebody wants to place: the promise, and who buys."""

    quote: Quote
    buyer_sealed: bytes
    town: str
    method: str
    buyer_id: UUID | None = None
    buyer_key: str = ""  # by which limits per buyer count: the identity number, or the digits of the telephone number


class Packed(bytes):
    """A parameter that is already in PostgreSQL's binary format; the statement casts it to its type."""


class PackedDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: Buffer) -> Buffer:
        return obj


def teach(connection: AdaptContext) -> None:
    """Makes a connection able to send what is packed here."""
    connection.adapters.register_dumper(Packed, PackedDumper)


class RowTypes(NamedTuple):
    """The oids that the database gave the composite types (`sql/place_oids.sql`)."""

    purchase: int
    order: int
    line: int


_UUID, _INT4, _INT8 = 2950, 23, 20


def _number(value: int, size: int = 4) -> bytes:
    return value.to_bytes(size, "big", signed=True)


def _field(oid: int, size: int) -> bytes:
    """What stands before a value of fixed size in a composite."""
    return _number(oid) + _number(size)


_NULL_UUID = _field(_UUID, -1)
_AS_UUID, _AS_INT2, _AS_INT4, _AS_INT8 = _field(_UUID, 16), _field(21, 2), _field(_INT4, 4), _field(_INT8, 8)
_AS_TEXT, _AS_BYTES, _AS_JSONB, _AS_UUIDS = _number(25), _number(17), _number(3802), _number(2951)
_JSONB_VERSION = b"\x01"


def _text(value: str) -> bytes:
    data = value.encode()
    return _AS_TEXT + _number(len(data)) + data


_code = lru_cache(maxsize=4096)(_text)  # for words that come again and again: currencies, services, towns are not among them


def _array(oid: int, elements: Sequence[bytes]) -> Packed:
    """A one-dimensional array without NULL: elements with their lengths before them."""
    if not elements:
        return Packed(_number(0) + _number(0) + _number(oid))
    return Packed(_number(1) + _number(0) + _number(oid) + _number(len(elements)) + _number(1) + b"".join(elements))


_LENGTH_16, _LENGTH_4 = _number(16), _number(4)


def _uuids(values: Iterable[UUID]) -> Packed:
    return _array(_UUID, [_LENGTH_16 + value.bytes for value in values])


def _ints(values: Iterable[int]) -> Packed:
    return _array(_INT4, [_LENGTH_4 + value.to_bytes(4, "big") for value in values])


def _row(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return len(body).to_bytes(4, "big") + body


_PURCHASE, _ORDER, _LINE = _number(10), _number(20), _number(14)  # how many fields


def parameters(batch: Sequence[Placing], moment: datetime, types: RowTypes) -> dict[str, Any]:
    """The parameters of one call. Indexes count from 1."""
    pools: dict[PoolKey, int] = {}
    claims: dict[ClaimKey, int] = {}
    for placing in batch:
        for order in placing.quote.orders:
            for line in order.lines:
                pool = order.business_id, line.pool_id
                pools[pool] = pools.get(pool, 0) + line.quantity
                if line.most_per_buyer:
                    claims[_claim(placing, order.business_id, line)] = line.most_per_buyer
    pool_keys, claim_keys = sorted(pools), sorted(claims)
    pool_at = {key: place for place, key in enumerate(pool_keys, 1)}
    claim_at = {key: place for place, key in enumerate(claim_keys, 1)}
    purchases: list[bytes] = []
    orders: list[bytes] = []
    lines: list[bytes] = []
    ends: list[int] = []
    line_pools: list[int] = []
    line_claims: list[int] = []
    line_pieces: list[int] = []
    for at, placing in enumerate(batch, 1):
        quote = placing.quote
        index = _AS_INT4 + at.to_bytes(4, "big")
        identity, home = _AS_UUID + quote.id.bytes, _AS_UUID + quote.home.bytes
        market, currency, language = _code(quote.market), _code(quote.currency), _code(quote.language)
        minutes = _AS_INT4 + quote.pay_minutes.to_bytes(4, "big")
        sellers = _uuids(order.business_id for order in quote.orders)
        purchases.append(
            _row(
                _PURCHASE, home, identity, market, currency, _AS_INT8, _number(quote.total, 8), language,
                _NULL_UUID if placing.buyer_id is None else _AS_UUID + placing.buyer_id.bytes,
                _code(placing.method), _AS_UUIDS, _number(len(sellers)), sellers, minutes,
            )
        )  # fmt: skip
        common = b"".join(
            (language, _code(quote.country), _text(placing.town), _AS_BYTES, _number(len(placing.buyer_sealed)), placing.buyer_sealed)
        )
        for order in quote.orders:
            business = _AS_UUID + order.business_id.bytes
            orders.append(
                _row(
                    _ORDER, index, business, identity, home, market, currency,
                    _AS_INT8, _number(order.goods, 8), _AS_INT8, _number(order.discount, 8), _AS_INT8, _number(order.shipping, 8),
                    _AS_INT8, _number(order.duty, 8), _AS_INT8, _number(order.tax, 8), _AS_INT8, _number(order.fees, 8),
                    _AS_INT8, _number(order.total, 8), _code(order.service), common,
                    _AS_JSONB, _number(len(order.customs) + 1), _JSONB_VERSION, order.customs, minutes,
                )
            )  # fmt: skip
            for place, line in enumerate(order.lines):
                pool = order.business_id, line.pool_id
                claim = _claim(placing, order.business_id, line) if line.most_per_buyer else None
                lines.append(
                    _row(
                        _LINE, index, business, _AS_UUID, line_id(quote.id, place).bytes, identity, _AS_INT2, place.to_bytes(2, "big"),
                        _AS_UUID, line.listing_id.bytes, _AS_UUID, line.variant_id.bytes, _AS_UUID, line.pool_id.bytes,
                        _NULL_UUID if claim is None else _AS_UUID + claim[1].bytes, _text(line.sku), _text(line.title),
                        _AS_INT4, line.quantity.to_bytes(4, "big"),
                        _AS_INT8, _number(line.unit_price, 8), _AS_INT8, _number(line.total, 8),
                    )
                )  # fmt: skip
                line_pools.append(pool_at[pool])
                line_claims.append(0 if claim is None else claim_at[claim])
                line_pieces.append(line.quantity)
        ends.append(len(lines))
    return {
        "pool_businesses": _uuids(business for business, _ in pool_keys),
        "pool_ids": _uuids(pool for _, pool in pool_keys),
        "pool_pieces": _ints(pools[key] for key in pool_keys),
        "claim_businesses": _uuids(business for business, _ in claim_keys),
        "claim_ids": _uuids(claim for _, claim in claim_keys),
        "claim_mosts": _ints(claims[key] for key in claim_keys),
        "purchases": _array(types.purchase, purchases),
        "orders": _array(types.order, orders),
        "lines": _array(types.line, lines),
        "purchase_ends": _ints(ends),
        "line_pools": _ints(line_pools),
        "line_claims": _ints(line_claims),
        "line_pieces": _ints(line_pieces),
        "event_id": new_id(),
        "moment": moment,
    }


def _claim(placing: Placing, business_id: UUID, line: QuotedLine) -> ClaimKey:
    assert line.campaign_id is not None
    return business_id, claim_id(line.campaign_id, line.listing_id, placing.buyer_key)


def verdicts(batch: Sequence[Placing], rows: Sequence[tuple[int, int, int, int]]) -> list[Verdict]:
    """The answer of a call, in order of the batch: it names those that were not placed. The line is counted inside its own
    purchase, from 0."""
    judged = [Verdict(Outcome.PLACED)] * len(batch)
    if rows:
        first_lines, lines = [], 0
        for placing in batch:
            first_lines.append(lines)
            lines += sum(len(order.lines) for order in placing.quote.orders)
        for purchase, outcome, line, left in rows:
            judged[purchase - 1] = Verdict(Outcome(outcome), line - 1 - first_lines[purchase - 1] if line else -1, left)
    return judged
