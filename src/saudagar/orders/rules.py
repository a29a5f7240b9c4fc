"""The life of an order, and who bought. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from saudagar.foundation.refusals import Refusal
from saudagar.foundation.sealing import masked

AWAITING_PAYMENT, PAID, PACKED, SHIPPED, DELIVERED, COMPLETED, EXPIRED, CANCELLED = (
    "awaiting_payment", "paid", "packed", "shipped", "delivered", "completed", "expired", "cancelled",
)  # fmt: skip

FOLLOWS: Mapping[str, frozenset[str]] = {
    AWAITING_PAYMENT: frozenset({PAID, EXPIRED, CANCELLED}),
    PAID: frozenset({PACKED, CANCELLED}),
    PACKED: frozenset({SHIPPED, CANCELLED}),
    SHIPPED: frozenset({DELIVERED}),
    DELIVERED: frozenset({COMPLETED}),
    COMPLETED: frozenset(),
    EXPIRED: frozenset(),
    CANCELLED: frozenset(),
}

SEND_WITHIN = timedelta(days=2)  # of the payment; later is late
LEAST_TO_JUDGE = 5  # orders: of fewer nobody can say whether a seller is late

# States in which the buyer's money lies in escrow.
IN_ESCROW = frozenset({PAID, PACKED, SHIPPED, DELIVERED})

# States in which the order holds its pieces: they are gone from the pool.
HOLDS_PIECES = frozenset({AWAITING_PAYMENT, PAID, PACKED, SHIPPED, DELIVERED, COMPLETED})


class UnknownOrder(Refusal):
    """There is no such order here, or it belongs to somebody else: both are answered alike. Facts: order."""

    code = "unknown_order"
    status = 404
    words = {
        "id": "Pesanan {order} tidak ditemukan.",
        "en": "There is no order {order}.",
        "zh-hans": "找不到订单 {order}。",
    }


class WrongState(Refusal):
    """The order has moved on, or is not there yet. Facts: state (now), wanted."""

    code = "wrong_order_state"
    status = 409
    words = {
        "id": "Pesanan ini berstatus {state}; tidak bisa diubah menjadi {wanted}.",
        "en": "This order is {state} and cannot become {wanted}.",
        "zh-hans": "订单当前状态为 {state}，不能改为 {wanted}。",
    }


def may_become(state: str, wanted: str) -> bool:
    """Whether an order in this state may move to the wanted one."""
    return wanted in FOLLOWS[state]


def is_paid_by(state: str) -> bool:
    """Whether a captured payment pays an order in this state."""
    return may_become(state, PAID)


def is_too_late_for(state: str, *, was_paid: bool) -> bool:
    """Whether the order was closed before anybody paid it. One that neither is paid now nor came too late was paid before.

    >>> is_too_late_for("expired", was_paid=False), is_too_late_for("cancelled", was_paid=True), is_too_late_for("shipped", was_paid=True)
    (True, False, False)
    """
    return state in (EXPIRED, CANCELLED) and not was_paid


LARGE_TO_SMALL = frozenset({"CN"})  # countries that write addresses from the province down to the door


class Address(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a parcel goes. Region: province or state; note: landmark, for streets without numbers."""

    country: str
    line: str
    city: str
    postal_code: str
    region: str = ""
    district: str = ""
    note: str = ""

    def lines(self) -> list[str]:
        """As people there write it, on a label and on a page; the country apart."""
        if self.country in LARGE_TO_SMALL:
            region = "" if self.city.startswith(self.region) else self.region  # 上海 before 上海市 says nothing
            return [part for part in (f"{region}{self.city}{self.district}", self.line, self.note, self.postal_code) if part]
        town = " ".join(part for part in (self.city, self.postal_code) if part)
        return [part for part in (self.line, self.note, self.district, town, self.region) if part]


class Buyer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who bought and where it goes: sealed in the order. Identity: only where the destination's law asks for it."""

    name: str
    phone: str
    address: Address
    email: str = ""
    identity: str = ""
    identity_kind: str = ""  # of the rulebook: "kr-pccc"; orders from before there were several have none and mean "cn-ric"

    def for_screen(self) -> dict[str, Any]:
        """What a list may show."""
        return {"name": self.name, "phone": masked(self.phone), "city": self.address.city, "country": self.address.country}


BUYER_PURPOSE = "orders.buyer"  # sealing.seal(…, BUYER_PURPOSE)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Buyer).decode


def buyer_bytes(buyer: Buyer) -> bytes:
    return _encode(buyer)


def buyer_of(data: bytes) -> Buyer:
    return _decode(data)


def late_share_bp(paid: int, late: int) -> int:
    """Which share of the paid orders was sent late, basis points; 0 where there are too few to judge.

    >>> late_share_bp(4, 4), late_share_bp(30, 1)
    (0, 333)
    """
    return late * 10_000 // paid if paid >= LEAST_TO_JUDGE else 0
