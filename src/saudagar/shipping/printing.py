"""Address labels as PDF."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import segno
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.timezone import localdate

from saudagar.foundation import typesetting
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.shipping import queries
from saudagar.shipping.carriers import Party
from saudagar.shipping.models import Parcel
from saudagar.shipping.rules import code128

# At home the label speaks Indonesian, abroad English: what couriers and post offices read, whatever the buyer speaks.
WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "to": "KEPADA",
        "from": "DARI",
        "order": "Pesanan",
        "weight": "Berat",
        "date": "Tanggal",
        "contents": "Isi",
        "foot": "Saudagar · Video saat membuka paket memudahkan pengaduan.",
    },
    "en": {
        "to": "TO",
        "from": "FROM",
        "order": "Order",
        "weight": "Weight",
        "date": "Date",
        "contents": "Contents",
        "foot": "Saudagar · The customs declaration is attached to the parcel.",
    },
}
MOST_CONTENTS = 70  # characters
LONG_ADDRESS = 120  # characters; a longer one is set smaller


def labels(parcels: Sequence[Parcel], *, at: datetime) -> bytes:
    """One PDF with a page for each parcel, which all have waybills and belong to one business."""
    return typesetting.typeset(_template(), facts(parcels, at=at), at=at)


def pictures(parcels: Sequence[Parcel], *, at: datetime, dots_per_inch: float = 203) -> list[bytes]:
    """The same labels as PNG; 203 dots per inch is what thermal printers print."""
    return typesetting.pictures(_template(), facts(parcels, at=at), dots_per_inch=dots_per_inch)


def facts(parcels: Sequence[Parcel], *, at: datetime) -> dict[str, Any]:
    """What the template prints, ready to show."""
    return {
        "title": " ".join(parcel.waybill for parcel in parcels[:5]),
        "labels": [_label(parcel, order_queries.order(parcel.business_id, parcel.order_id), at=at) for parcel in parcels],
    }


def _label(parcel: Parcel, order: Order, *, at: datetime) -> dict[str, Any]:
    buyer = order_queries.buyer(order)
    is_abroad = buyer.address.country != "ID"
    language = "en" if is_abroad else "id"
    written = buyer.address.lines()
    contents = ", ".join(f"{line.quantity} × {line.title}" for line in order.lines.all())
    number = parcel.item_number or parcel.waybill  # post offices scan the item number
    return {
        "words": WORDS[language],
        "fonts": typesetting.families(buyer.address.country),
        "service": f"{parcel.carrier} {parcel.service}".upper(),
        "service_name": queries.service_name(order, language),
        "mark": buyer.address.country if is_abroad else parcel.service.upper()[:6],
        "bars": code128.svg(number),
        "qr": segno.make(number, error="m", micro=False).svg_inline(border=0),
        "waybill_shown": _spaced(parcel.item_number) if parcel.item_number else parcel.waybill,
        "receiver": {"name": buyer.name, "phone": buyer.phone, "lines": written, "is_long": sum(map(len, written)) > LONG_ADDRESS},
        "postal_code": buyer.address.postal_code,
        # The country in English capitals, as the Universal Postal Convention asks of mail abroad.
        "country": Locale("en").territories.get(buyer.address.country, buyer.address.country).upper() if is_abroad else "",
        "sender": _sender(queries.sender(order), is_abroad),
        "order": order_queries.names(order).number,
        "weight": format_decimal(Decimal(parcel.gross_grams) / 1000, format="0.00#", locale=language) + " kg",
        "date": format_date(localdate(at), format="d MMM y", locale=language),
        "contents": contents if len(contents) <= MOST_CONTENTS else contents[: MOST_CONTENTS - 1] + "…",
    }


def _sender(sender: Party, is_abroad: bool) -> dict[str, Any]:
    return {
        "name": sender.name,
        "phone": sender.phone,
        "lines": [", ".join([*sender.lines, *(["INDONESIA"] if is_abroad else [])])],
        "is_long": False,
    }


def _spaced(number: str) -> str:
    """RR 473 124 829 ID, as postal clerks read it."""
    return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"


@cache
def _template() -> str:
    return files("saudagar.shipping").joinpath("typst", "label.typ").read_text(encoding="utf-8")
