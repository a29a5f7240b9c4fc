"""What a token holds: a quote made ready for placing. Pure.

"All that is slow is done before the rush": the rows that will be written are packed when the quote is made, and so is the answer
that whoever places it gets. Placing it then adds only what was not known: who buys, where to, how it is paid.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from saudagar.checkout.rules.quotes import Quote, QuotedLine, QuotedOrder, line_id
from saudagar.foundation import composites
from saudagar.foundation.ids import Kind, handle, short_number
from saudagar.rulebook.rules.counting import Held

# The number of this form of Promise and of the rows in it (sql/place_types.sql). A token of the form before is read as one of this.
LAYOUT = 2

PURCHASE_FIELDS, ORDER_FIELDS, LINE_FIELDS = 10, 20, 14
CUSTOMS_FIELD = 15  # of a promised order, counted from 0


class Ask(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line: what it takes, and its row."""

    pool: bytes  # ids of business and pool, 32 bytes
    quantity: int
    listing_id: UUID
    sku: str
    campaign_id: UUID | None
    most_per_buyer: int
    row: bytes  # fields of checkout_line from business_id on

    @property
    def business_id(self) -> UUID:
        return UUID(bytes=self.pool[:16])

    @property
    def pool_id(self) -> UUID:
        return UUID(bytes=self.pool[16:])


class Promise(msgspec.Struct, frozen=True, array_like=True):
    """Names mean what they mean in Quote."""

    layout: int
    id: UUID
    home: UUID
    market: str
    currency: str
    country: str
    postal_code: str
    methods: tuple[str, ...]
    expires_at: datetime
    not_before: datetime | None
    identity: str
    mode: str
    held: tuple[Held, ...]
    receipt: bytes  # what POST /api/v1/orders answers, every time it is placed: JSON
    purchase: bytes  # fields of checkout_purchase from business_id on
    orders: tuple[bytes, ...]  # fields of checkout_order from business_id on
    asks: tuple[Ask, ...]  # in order of purchase, order, line

    @property
    def businesses(self) -> list[UUID]:
        return list(dict.fromkeys(ask.business_id for ask in self.asks))


class FirstPromise(msgspec.Struct, frozen=True, array_like=True):
    """Layout 1: of limits per buyer only the value of China's year. Quotes ahead of a campaign still bring it, and orders sent again."""

    layout: int
    id: UUID
    home: UUID
    market: str
    currency: str
    country: str
    postal_code: str
    methods: tuple[str, ...]
    expires_at: datetime
    not_before: datetime | None
    identity: str
    scheme: str
    year_limit: int
    year_value: int
    receipt: bytes
    purchase: bytes
    orders: tuple[bytes, ...]
    asks: tuple[Ask, ...]


def as_now(old: FirstPromise) -> Promise:
    tally, rule = f"{old.country} {old.scheme} value", f"{old.scheme}-year"
    held = Held(tally, "year", old.year_value, old.year_limit, rule, "value", old.currency, True)
    facts = {name: getattr(old, name) for name in Promise.__struct_fields__ if name not in ("layout", "mode", "held")}
    return Promise(layout=LAYOUT, mode=old.scheme, held=(held,) if old.year_limit else (), **facts)


def promised(quote: Quote) -> Promise:
    return Promise(
        layout=LAYOUT,
        id=quote.id,
        home=quote.home,
        market=quote.market,
        currency=quote.currency,
        country=quote.country,
        postal_code=quote.postal_code,
        methods=quote.methods,
        expires_at=quote.expires_at,
        not_before=quote.not_before,
        identity=quote.identity,
        mode=quote.mode,
        held=quote.held,
        receipt=msgspec.json.encode(receipt(quote)),
        purchase=_purchase(quote),
        orders=tuple(_order(quote, order) for order in quote.orders),
        asks=tuple(_ask(quote, order, place, line) for order in quote.orders for place, line in enumerate(order.lines)),
    )


def receipt(quote: Quote) -> dict[str, Any]:
    """What POST /api/v1/orders answers."""
    return {
        "purchase": handle(Kind.PURCHASE, quote.home, quote.id),
        "status": "awaiting_payment",
        "currency": quote.currency,
        "total": quote.total,
        "orders": [
            {
                "order": handle(Kind.ORDER, order.business_id, quote.id),
                "number": short_number(quote.id),
                "business": handle(Kind.BUSINESS, order.business_id),
                "total": order.total,
            }
            for order in quote.orders
        ],
    }


def customs_of(promise: Promise) -> list[tuple[UUID, bytes]]:
    """Business and customs snapshot of each promised order."""
    found = []
    for order in promise.orders:
        fields = composites.values(order)
        found.append((UUID(bytes=fields[0]), fields[CUSTOMS_FIELD]))
    return found


def _purchase(quote: Quote) -> bytes:
    return b"".join(
        (
            composites.uuid(quote.home),
            composites.uuid(quote.id),
            composites.code(quote.market),
            composites.code(quote.currency),
            composites.int8(quote.total),
            composites.code(quote.language),
            composites.uuid_array(order.business_id for order in quote.orders),
            composites.int4(quote.pay_minutes),
        )
    )


def _order(quote: Quote, order: QuotedOrder) -> bytes:
    amounts = (order.goods, order.discount, order.shipping, order.duty, order.tax, order.fees, order.total)
    return b"".join(
        (
            composites.uuid(order.business_id),
            composites.uuid(quote.id),
            composites.uuid(quote.home),
            composites.code(quote.market),
            composites.code(quote.currency),
            *(composites.int8(amount) for amount in amounts),
            composites.code(order.service),
            composites.code(quote.language),
            composites.code(quote.country),
            composites.blob(order.customs),
            composites.int4(quote.pay_minutes),
        )
    )


def _ask(quote: Quote, order: QuotedOrder, place: int, line: QuotedLine) -> Ask:
    row = (
        composites.uuid(order.business_id),
        composites.uuid(line_id(quote.id, place)),
        composites.uuid(quote.id),
        composites.int2(place),
        composites.uuid(line.listing_id),
        composites.uuid(line.variant_id),
        composites.uuid(line.pool_id),
        composites.text(line.sku),
        composites.text(line.title),
        composites.int4(line.quantity),
        composites.int8(line.unit_price),
        composites.int8(line.total),
    )
    pool = order.business_id.bytes + line.pool_id.bytes
    return Ask(pool, line.quantity, line.listing_id, line.sku, line.campaign_id, line.most_per_buyer, b"".join(row))
