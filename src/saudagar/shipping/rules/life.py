"""The life of a parcel, as carriers tell it: late, twice, and in the wrong order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from saudagar.foundation.refusals import Refusal

NEW, BOOKED, COLLECTING, PICKED_UP, IN_TRANSIT, DELIVERED, HELD, RETURNING, RETURNED, LOST, REFUSED, CANCELLING, CANCELLED = (
    "new", "booked", "collecting", "picked_up", "in_transit", "delivered", "held", "returning", "returned", "lost", "refused",
    "cancelling", "cancelled",
)  # fmt: skip

STATES = (NEW, BOOKED, COLLECTING, PICKED_UP, IN_TRANSIT, DELIVERED, HELD, RETURNING, RETURNED, LOST, REFUSED, CANCELLING, CANCELLED)

NOTE = "note"  # a carrier's word that moves nothing

# What carriers say (aggregators of Indonesia share these words) -> what it means to us.
MEANING: Mapping[str, str] = {
    "confirmed": BOOKED,
    "scheduled": BOOKED,
    "allocated": BOOKED,
    "picking_up": COLLECTING,
    "picked": PICKED_UP,
    "dropping_off": IN_TRANSIT,
    "delivered": DELIVERED,
    "on_hold": HELD,
    "return_in_transit": RETURNING,
    "returned": RETURNED,
    "rejected": REFUSED,
    "courier_not_found": REFUSED,
    "cancelled": CANCELLED,
    "disposed": LOST,
}

# Parcels that count for nothing: the order may have another.
VOID = frozenset({REFUSED, CANCELLED})

# The carrier has, or had, the goods in hand.
CARRIED = frozenset({PICKED_UP, IN_TRANSIT, DELIVERED, RETURNING, RETURNED, LOST})

# Something is wrong; people should look.
TROUBLE = frozenset({HELD, RETURNING, RETURNED, LOST, REFUSED})

# Nothing more is expected.
OVER = frozenset({DELIVERED, RETURNED, LOST, REFUSED, CANCELLED})

# Before the carrier has the goods it can still be called off.
BEFORE_PICK_UP = frozenset({NEW, BOOKED, COLLECTING, REFUSED, CANCELLING})


class UnknownParcel(Refusal):
    """There is no such parcel here, or it belongs to somebody else. Facts: parcel."""

    code = "unknown_parcel"
    status = 404
    words = {
        "id": "Paket {parcel} tidak ditemukan.",
        "en": "There is no parcel {parcel}.",
        "zh-hans": "找不到包裹 {parcel}。",
    }


class UnknownCarrier(Refusal):
    """No carrier of this name is connected. Facts: carrier."""

    code = "unknown_carrier"
    status = 404
    words = {
        "id": "Kurir {carrier} belum terhubung.",
        "en": "The carrier {carrier} is not connected.",
        "zh-hans": "尚未接入承运商 {carrier}。",
    }


class ForgedNotice(Refusal):
    """A notice that the carrier did not sign, or signed too long ago."""

    code = "bad_carrier_signature"
    status = 401
    words = {
        "id": "Tanda tangan kurir tidak sah.",
        "en": "The carrier's signature is not valid.",
        "zh-hans": "承运商签名无效。",
    }


class BadNotice(Refusal):
    """A signed notice that cannot be read. Facts: reason."""

    code = "bad_carrier_notice"
    status = 422
    words = {
        "id": "Pemberitahuan kurir tidak terbaca: {reason}.",
        "en": "The carrier's notice cannot be read: {reason}.",
        "zh-hans": "无法读取承运商通知：{reason}。",
    }


class CarrierSilent(Refusal):
    """The carrier does not answer. The booking goes on by itself. Facts: carrier."""

    code = "carrier_silent"
    status = 503
    words = {
        "id": "Kurir {carrier} belum menjawab. Pemesanan kurir diulang otomatis; cetak label sebentar lagi.",
        "en": "{carrier} does not answer yet. The booking is repeated by itself; print the label in a moment.",
        "zh-hans": "{carrier} 暂无响应，系统会自动重试，请稍后打印面单。",
    }


class CarrierRefused(Refusal):
    """The carrier will not take the parcel. Facts: carrier, reason (in the carrier's words)."""

    code = "carrier_refused"
    status = 409
    words = {
        "id": "Kurir {carrier} menolak paket ini: {reason}",
        "en": "{carrier} refused this parcel: {reason}",
        "zh-hans": "{carrier} 拒收此包裹：{reason}",
    }


class NotBooked(Refusal):
    """There is no waybill yet, so no label and nothing to hand over."""

    code = "parcel_not_booked"
    status = 409
    words = {
        "id": "Paket belum punya nomor resi. Pesan kurir dahulu.",
        "en": "The parcel has no waybill yet. Book the courier first.",
        "zh-hans": "包裹尚无运单号，请先预约快递。",
    }


class LighterThanContents(Refusal):
    """The packed box is said to weigh less than the goods in it. Facts: gross, net (grams)."""

    code = "parcel_lighter_than_contents"
    status = 422
    words = {
        "id": "Paket {gross} g lebih ringan daripada isinya {net} g. Timbang paket yang sudah dikemas, atau betulkan berat bersih produk.",
        "en": "A box of {gross} g is lighter than the {net} g of goods in it. Weigh the packed box, or correct the product's net weight.",
        "zh-hans": "包裹毛重 {gross} 克小于内装货物净重 {net} 克。请称量已打包的包裹，或更正商品净重。",
    }


class ServiceGone(Refusal):
    """No rate card of the day the order was placed knows its service, so no carrier can be asked. Facts: service."""

    code = "shipping_service_unknown"
    status = 409
    words = {
        "id": "Layanan kirim {service} tidak ada di daftar tarif.",
        "en": "The shipping service {service} is on no rate card.",
        "zh-hans": "运价表中没有物流服务 {service}。",
    }


class AlreadyWithCarrier(Refusal):
    """The carrier has the parcel: the order can no longer be cancelled by the seller."""

    code = "parcel_with_carrier"
    status = 409
    words = {
        "id": "Paket sudah diserahkan ke kurir; pesanan tidak bisa dibatalkan lagi.",
        "en": "The courier has the parcel; the order can no longer be cancelled.",
        "zh-hans": "包裹已交给快递，订单无法取消。",
    }


class WeightStands(Refusal):
    """The carrier has the parcel: what it weighs can no longer be corrected here."""

    code = "parcel_weight_stands"
    status = 409
    words = {
        "id": "Paket sudah di kurir; beratnya tidak bisa dibetulkan lagi di sini.",
        "en": "The courier has the parcel; its weight can no longer be corrected here.",
        "zh-hans": "包裹已交给快递，重量无法在此更正。",
    }


def check_weight(*, gross_grams: int, net_grams: int) -> None:
    """Papers of a parcel that is lighter than its goods would be refused at every customs office. Raises LighterThanContents."""
    if gross_grams < net_grams:
        raise LighterThanContents("gross_grams", gross=gross_grams, net=net_grams)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a carrier said about a parcel."""

    status: str  # the carrier's word
    at: datetime
    note: str = ""
    event_id: str = ""  # empty where we asked ourselves and got a history without ids

    @property
    def meaning(self) -> str:
        return MEANING.get(self.status, NOTE)


def state_after(events: Iterable[tuple[datetime, str]], before: str = NEW) -> str:
    """The state of a parcel from all that was told of it, in whatever order it was heard.

    events  (moment, meaning); the newest counts. In one second the later on the road counts.
    before  what it was before anything was told

    Delivered and lost stay: an older word that comes late, or a carrier's clock that is wrong, does not take them back.
    Only a return, which begins after a failed or refused delivery, does.
    """
    state = before
    for _, status in sorted((moment, status) for moment, status in _ranked(events)):
        meaning = STATES[status]
        if state in (DELIVERED, LOST, RETURNED) and meaning not in (RETURNING, RETURNED, LOST):
            continue
        if state == RETURNED and meaning == RETURNING:
            continue
        if state in (CANCELLING, CANCELLED) and meaning in (BOOKED, COLLECTING):
            continue
        state = meaning
    return state


def _ranked(events: Iterable[tuple[datetime, str]]) -> Iterable[tuple[datetime, int]]:
    return ((moment, STATES.index(status)) for moment, status in events if status != NOTE)
