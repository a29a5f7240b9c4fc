"""What a quote says. `promises.py` makes it ready to be handed to the buyer and taken back.

Amounts are minor units of the quote's currency. A purchase and each of its
orders have the id of the quote; a line has its order's id with its place in the low bits, which ids leave free.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from saudagar.rulebook.rules.counting import Held

LIFETIME_SECONDS = 15 * 60
MOST_LINES = 20
MOST_PIECES = 10_000
MOST_TOTAL = 10**15  # minor units: what no purchase costs, and what every column and sum can hold


class QuotedLine(msgspec.Struct, frozen=True, array_like=True):
    listing_id: UUID
    variant_id: UUID
    pool_id: UUID
    sku: str
    title: str  # in the buyer's language, as it will stand in the order
    quantity: int
    unit_price: int
    total: int
    campaign_id: UUID | None = None  # the pool is an allotment of it
    most_per_buyer: int = 0  # pieces in this campaign; 0 = no limit


class QuotedOrder(msgspec.Struct, frozen=True, array_like=True):
    """One seller's part. total = goods - discount + shipping + duty + tax + fees: what is paid with the order."""

    business_id: UUID
    lines: tuple[QuotedLine, ...]
    goods: int
    discount: int
    shipping: int
    duty: int
    tax: int
    fees: int
    total: int
    service: str
    customs: bytes  # the snapshot, MessagePack: goes into the order as it is
    due_at_door: int = 0  # under DAP what the carrier asks for, an estimate: in no sum of the order


class Quote(msgspec.Struct, frozen=True, array_like=True):
    id: UUID
    market: str
    currency: str
    total: int
    language: str
    country: str
    region: str
    postal_code: str
    methods: tuple[str, ...]
    pay_minutes: int
    expires_at: datetime
    not_before: datetime | None
    identity: str  # kind of identity number the destination asks for: "cn-ric", or ""
    mode: str  # the way in under which the buyer's tallies are kept: "cbec"; "" where nothing is counted
    held: tuple[Held, ...]  # limits per buyer that this price was made under
    buyer_reference: str
    orders: tuple[QuotedOrder, ...]  # by business id: the first one is the home of the purchase

    @property
    def home(self) -> UUID:
        return self.orders[0].business_id


def line_id(quote_id: UUID, place: int) -> UUID:
    """The id of the line at this place of an order, from 0."""
    return UUID(int=quote_id.int | place + 1)
