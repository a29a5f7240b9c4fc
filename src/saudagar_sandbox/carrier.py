"""A carrier: rates, shipments with waybills, tracking, signed webhooks. The shape is Biteship's; the signature is ours."""

import hashlib
import hmac
import json
import secrets
from typing import Any

from saudagar_sandbox.world import World, dumps

STATUSES = (
    "confirmed",
    "allocated",
    "picking_up",
    "picked",
    "dropping_off",
    "delivered",
    "on_hold",
    "return_in_transit",
    "returned",
    "rejected",
    "courier_not_found",
    "cancelled",
    "disposed",
)
ROAD = STATUSES[:6]
NOTES = {
    "confirmed": "Order received",
    "allocated": "A courier was found",
    "picking_up": "The courier is on the way to the sender",
    "picked": "Parcel collected",
    "dropping_off": "On the way to the receiver",
    "delivered": "Handed over",
    "on_hold": "Waiting at the depot",
    "return_in_transit": "On the way back",
    "returned": "Back at the sender",
}
# company, service, name, whole rupiah for the first kilogram at home / abroad, duration
RATES = (
    ("jne", "reg", "JNE Reguler", 18_000, None, "2 - 3 days"),
    ("jne", "yes", "JNE YES", 32_000, None, "1 day"),
    ("jnt", "ez", "J&T EZ", 17_000, None, "2 - 3 days"),
    ("pos", "ems", "Pos EMS", None, 180_000, "4 - 6 days"),
    ("pos", "packet", "Pos ePacket", None, 96_000, "10 - 20 days"),
)


ASKS_THE_RECEIVER = frozenset({"KR", "TW", "IN", "TR"})  # customs there stops a parcel without its receiver's number


class Refused(Exception):
    pass


def is_partner(world: World, authorization: str) -> bool:
    return hmac.compare_digest(authorization.encode(), world.keys["CARRIER_API_KEY"].encode())


def rates(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    abroad = asked.get("destination_country", "ID") != "ID"
    kilograms = max(1, -(-sum(_whole(item.get("weight")) * _whole(item.get("quantity", 1)) for item in _items(asked)) // 1000))
    wanted = {code.strip() for code in str(asked.get("couriers", "")).split(",") if code.strip()}
    pricing = [
        {
            "company": company,
            "courier_code": company,
            "courier_service_code": service,
            "courier_service_name": name,
            "type": service,
            "price": price * kilograms,
            "duration": duration,
        }
        for company, service, name, home, away, duration in RATES
        if (price := away if abroad else home) and (not wanted or company in wanted)
    ]
    return {"success": True, "object": "courier_pricing", "pricing": pricing}


def create(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    for name in ("reference_id", "destination_contact_name", "destination_address", "courier_company", "courier_type"):
        if not isinstance(asked.get(name), str) or not asked[name].strip():
            raise Refused(f"{name} is required")
    identity = asked.get("destination_identity")
    if asked.get("destination_country") in ASKS_THE_RECEIVER and not (isinstance(identity, dict) and identity.get("number")):
        raise Refused(f"destination_identity is required for {asked['destination_country']}")
    if isinstance(identity, dict):  # customs has it; it is kept here no longer than that
        asked = asked | {"destination_identity": identity | {"number": "•" * 8 + str(identity.get("number", ""))[-4:]}}
    with world.store.change():
        known = world.store.row("SELECT * FROM shipment WHERE partner_reference = ?", asked["reference_id"])
        if not known:
            abroad = asked.get("destination_country", "ID") != "ID"
            prices = rates(world, asked | {"couriers": ""})["pricing"]
            fits = [
                row["price"]
                for row in prices
                if (row["company"], row["courier_service_code"]) == (asked["courier_company"], asked["courier_type"])
            ]
            now = world.now()
            number = world.store.count("waybill")
            reference = secrets.token_hex(12)
            world.store.add(
                "shipment",
                reference=reference,
                partner_reference=asked["reference_id"],
                waybill=_s10(number) if abroad else f"SBX{number:010d}",
                tracking=secrets.token_hex(10),
                company=asked["courier_company"],
                service=asked["courier_type"],
                status="confirmed",
                price=fits[0] if fits else 20_000,
                asked=asked,
                history=[{"status": "confirmed", "note": NOTES["confirmed"], "updated_at": world.stamp(now)}],
                created_at=now,
            )
            known = world.store.row("SELECT * FROM shipment WHERE reference = ?", reference)
    assert known
    return shown(known)


def found(world: World, reference: str) -> dict[str, Any]:
    """By our id, the platform's reference, the tracking id or the waybill."""
    row = world.store.row("SELECT * FROM shipment WHERE ? IN (reference, partner_reference, tracking, waybill)", reference)
    if not row:
        raise Refused("order not found")
    return row


def shown(shipment: dict[str, Any]) -> dict[str, Any]:
    return {
        "success": True,
        "object": "order",
        "id": shipment["reference"],
        "reference_id": shipment["partner_reference"],
        "status": shipment["status"],
        "price": shipment["price"],
        "courier": {
            "company": shipment["company"],
            "type": shipment["service"],
            "tracking_id": shipment["tracking"],
            "waybill_id": shipment["waybill"],
        },
        "history": json.loads(shipment["history"]),
    }


def advance(world: World, shipment: dict[str, Any], status: str, *, silently: bool = False, after: float = 0) -> dict[str, Any]:
    """The parcel moves on; the platform is told unless `silently`. status "next" is the next one of the usual road."""
    if status == "next":
        position = ROAD.index(shipment["status"]) if shipment["status"] in ROAD else 0
        status = ROAD[min(position + 1, len(ROAD) - 1)]
    if status not in STATUSES:
        raise Refused(f"unknown status {status}")
    with world.store.change():
        current = found(world, shipment["reference"])
        history = json.loads(current["history"])
        if history[-1]["status"] != status:
            history.append({"status": status, "note": NOTES.get(status, status), "updated_at": world.stamp()})
            world.store.run(
                "UPDATE shipment SET status = ?, history = ? WHERE reference = ?", status, dumps(history), shipment["reference"]
            )
        current = found(world, shipment["reference"])
        if not silently:
            notice(world, current, status, after=after)
    return current


def notice(
    world: World, shipment: dict[str, Any], status: str, *, kind: str = "", after: float = 0, event_id: str = "", at: float | None = None
) -> None:
    body = dumps(
        {
            "event": "order.status",
            "event_id": event_id or secrets.token_hex(12),
            "order_id": shipment["reference"],
            "reference_id": shipment["partner_reference"],
            "courier_company": shipment["company"],
            "courier_type": shipment["service"],
            "courier_tracking_id": shipment["tracking"],
            "courier_waybill_id": shipment["waybill"],
            "status": status,
            "note": NOTES.get(status, status),
            "updated_at": world.stamp(at),
        }
    )
    moment = str(int(world.now()))
    secret = "somebody else's" if kind == "forged" else world.keys["CARRIER_WEBHOOK_SECRET"]
    made = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {} if kind == "unsigned" else {"X-Carrier-Signature": f"t={moment},v1={made}"}
    world.notify(shipment["reference"], kind or status, world.web + world.carrier_notices, headers, body, after=after)


def _items(asked: dict[str, Any]) -> list[dict[str, Any]]:
    items = asked.get("items")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise Refused("items are required")
    return items


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise Refused("weight and quantity are numbers")
    return int(value)


def _s10(number: int) -> str:
    """UPU S10: LX, eight digits, a check digit, ID."""
    digits = f"{number % 10**8:08d}"
    remainder = 11 - sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return f"LX{digits}{ {10: 0, 11: 5}.get(remainder, remainder) }ID"
