"""Speaking with carriers over HTTP: book, ask, call off, and read what they tell.

One aggregator speaks for many couriers, as Biteship does in Indonesia; its protocol is what stands here, with a signature on
its notices. A second aggregator is a second class with the same four functions and its line in `settings.CARRIERS`.
Nothing here touches the database, so no call to the outside ever happens inside a transaction.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
from django.conf import settings

from saudagar.shipping.rules.identity import Identity
from saudagar.shipping.rules.life import BadNotice, CarrierRefused, CarrierSilent, ForgedNotice, Told, UnknownCarrier

# A notice is signed once and may be delivered again for hours; what keeps a replay harmless is its event id.
SIGNATURE_LIFE = timedelta(hours=24)
SIGNATURE_SKEW = timedelta(minutes=5)

Hidden = Callable[[str], str]  # a text that a carrier answered, without what nobody may keep; before it is cut to what fits


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a shipment."""

    name: str
    phone: str
    lines: tuple[str, ...]  # of the address, without the country
    postal_code: str
    country: str

    @property
    def address(self) -> str:
        return ", ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Item:
    """So many equal pieces in the box; value of one in whole rupiah."""

    name: str
    quantity: int
    grams: int
    rupiah: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a carrier is asked to carry. Our reference is the parcel's handle: the same one twice is the same shipment."""

    reference: str
    courier: str
    service: str
    sender: Party
    receiver: Party
    items: tuple[Item, ...]
    note: str = ""
    item_number: str = ""  # of our range, where the carrier does not number its items
    identity: Identity | None = None  # of the buyer, where customs of the destination asks for it


@dataclass(frozen=True, slots=True)
class Booking:
    """What the carrier answered. Price in rupiah minor units."""

    reference: str
    waybill: str
    price: int
    history: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What a carrier tells unasked, its signature checked."""

    parcel: str  # our reference
    waybill: str
    told: Told


class Aggregator:
    """A carrier gateway in Biteship's shape."""

    def __init__(self, name: str, *, url: str, key: str, webhook_secret: str, seconds: float = 10) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.key = key
        self.webhook_secret = webhook_secret
        self.seconds = seconds

    def book(self, shipment: Shipment) -> Booking:
        """Asks the carrier to carry a parcel; asking again gives the same booking. Raises CarrierSilent, CarrierRefused.

        The buyer's number for customs goes with it; should the answer repeat it, it is masked.
        """
        hidden = shipment.identity.hidden_in if shipment.identity else str
        return self._booking(self._ask_to_carry(shipment, hidden), hidden)

    def _ask_to_carry(self, shipment: Shipment, hidden: Hidden) -> dict[str, Any]:
        sender, receiver, identity = shipment.sender, shipment.receiver, shipment.identity
        return self._call(
            "POST",
            "/v1/orders",
            {
                "reference_id": shipment.reference,
                "shipper_contact_name": sender.name,
                "shipper_contact_phone": sender.phone,
                "origin_contact_name": sender.name,
                "origin_contact_phone": sender.phone,
                "origin_address": sender.address,
                "origin_postal_code": sender.postal_code,
                "destination_contact_name": receiver.name,
                "destination_contact_phone": receiver.phone,
                "destination_address": receiver.address,
                "destination_postal_code": receiver.postal_code,
                "destination_country": receiver.country,
                "courier_company": shipment.courier,
                "courier_type": shipment.service,
                "delivery_type": "now",
                "order_note": shipment.note,
                "items": [
                    {"name": item.name, "value": item.rupiah, "quantity": item.quantity, "weight": item.grams} for item in shipment.items
                ],
                **({"item_number": shipment.item_number} if shipment.item_number else {}),
                **({"destination_identity": {"type": identity.kind, "name": identity.name, "number": identity.number}} if identity else {}),
            },
            hidden,
        )

    def ask(self, reference: str) -> Booking:
        """What has happened to a shipment, by the carrier's id. Raises CarrierSilent, CarrierRefused."""
        return self._booking(self._call("GET", f"/v1/orders/{reference}"))

    def call_off(self, reference: str) -> None:
        """Cancels a shipment that was not picked up. Raises CarrierSilent, CarrierRefused."""
        self._call("POST", f"/v1/orders/{reference}/cancel", {"cancellation_reason": "order cancelled"})

    def notice(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Notice | None:
        """Reads a notice; None for the empty one that carriers send to try an address. Raises ForgedNotice, BadNotice."""
        if not body.strip():
            return None
        self._check_signature(headers.get("X-Carrier-Signature", ""), body, at=at)
        try:
            facts = msgspec.json.decode(body)
            told = Told(
                str(facts["status"])[:30], _moment(facts["updated_at"]), str(facts.get("note", ""))[:200], str(facts["event_id"])[:60]
            )
            return Notice(str(facts["reference_id"]), str(facts.get("courier_waybill_id", ""))[:40], told)
        except (msgspec.DecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadNotice(reason=f"{type(error).__name__} {error}"[:100]) from None

    def _check_signature(self, header: str, body: bytes, *, at: datetime) -> None:
        parts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
        moment, given = parts.get("t", ""), parts.get("v1", "")
        made = hmac.new(self.webhook_secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        if not self.webhook_secret or not moment.isdecimal() or len(moment) > 12 or not hmac.compare_digest(made.encode(), given.encode()):
            raise ForgedNotice
        age = at - datetime.fromtimestamp(int(moment), UTC)
        if not -SIGNATURE_SKEW <= age <= SIGNATURE_LIFE:
            raise ForgedNotice

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None, hidden: Hidden = str) -> dict[str, Any]:
        try:
            answer = httpx.request(method, self.url + path, json=body, headers={"authorization": self.key}, timeout=self.seconds)
            facts = answer.json()
        except (httpx.HTTPError, ValueError):
            raise CarrierSilent(carrier=self.name) from None
        if answer.status_code >= 500 or answer.status_code in (401, 403, 429) or not isinstance(facts, dict):
            # A wrong key is our mistake and will be mended: the parcel waits.
            raise CarrierSilent(carrier=self.name)
        if not answer.is_success or facts.get("success") is False:
            raise CarrierRefused(carrier=self.name, reason=hidden(str(facts.get("error", answer.status_code)))[:200])
        return facts

    def _booking(self, facts: dict[str, Any], hidden: Hidden = str) -> Booking:
        try:
            history = tuple(
                Told(str(entry["status"])[:30], _moment(entry["updated_at"]), hidden(str(entry.get("note", "")))[:200])
                for entry in facts.get("history", ())
            )
            return Booking(
                str(facts["id"])[:60], str(facts["courier"]["waybill_id"] or "")[:40], int(facts.get("price") or 0) * 100, history
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise CarrierSilent(carrier=self.name) from None


def gateway(name: str) -> Aggregator:
    """The carrier gateway of that name in `settings.CARRIERS`. Raises UnknownCarrier."""
    if name not in settings.CARRIERS:
        raise UnknownCarrier(carrier=name[:40])
    given = settings.CARRIERS[name]
    return Aggregator(name, url=given["url"], key=given["key"], webhook_secret=given["webhook_secret"])


def gateway_for(courier: str) -> Aggregator:
    """The gateway that books this courier: the first one, until an installation has contracts with several."""
    return gateway(next(iter(settings.CARRIERS)))


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    return moment
