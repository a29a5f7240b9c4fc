"""Booking, notices, polling, calling off: with a carrier that is played here by httpx calls that are answered in the test."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from saudagar.foundation.ids import Kind, handle, parse_handle
from saudagar.foundation.models import OutboxEvent
from saudagar.orders import actions as order_actions
from saudagar.orders.models import Order, State
from saudagar.orders.rules import WrongState
from saudagar.shipping import actions, carriers, queries
from saudagar.shipping.models import Parcel, TrackingEvent
from saudagar.shipping.rules import life
from saudagar.shipping.rules.life import AlreadyWithCarrier, CarrierRefused, CarrierSilent, NotBooked, ServiceGone, UnknownParcel
from saudagar.shipping.tests.cast import AT, CHEN, a_shop, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def indonesian():
    with translation.override("id"):
        yield


SECRET = "a secret of the carrier"
GATEWAY = {"sandbox": {"url": "http://carrier.example", "key": "key", "webhook_secret": SECRET}}
ROAD = ("confirmed", "allocated", "picking_up", "picked", "dropping_off", "delivered")


class Carrier:
    """What the other side knows and answers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.shipments: dict[str, dict[str, Any]] = {}
        self.broken: Any = None

    def answer(self, method: str, url: str, *, json: Any = None, headers: Any = None, timeout: float = 0) -> httpx.Response:
        path = url.removeprefix("http://carrier.example")
        self.calls.append((method, path))
        assert headers == {"authorization": "key"}
        if isinstance(self.broken, Exception):
            raise self.broken
        if self.broken is not None:
            return self.broken
        if path == "/v1/orders":
            number = len(self.shipments) + 1
            abroad = json["destination_country"] != "ID"
            fresh = {
                "success": True,
                "id": f"ship{number}",
                "price": 32_000,
                "asked": json,
                "courier": {"waybill_id": "LX000000014ID" if abroad else f"SBX{number:010d}"},
                "history": [{"status": "confirmed", "note": "Order received", "updated_at": AT.isoformat()}],
            }
            return httpx.Response(200, json=self.shipments.setdefault(json["reference_id"], fresh))
        shipment = next(row for row in self.shipments.values() if row["id"] in path)
        return httpx.Response(200, json=shipment)


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch):
    played = Carrier()
    monkeypatch.setattr(carriers.httpx, "request", played.answer)
    with override_settings(CARRIERS=GATEWAY):
        yield played


@pytest.fixture
def booked(carrier: Carrier) -> Parcel:
    shop = a_shop()
    order = an_order(shop)
    parcel = actions.prepare(shop.business_id, order.id, at=AT)
    return actions.book(shop.business_id, parcel.id, at=AT)


def notice(
    parcel: Parcel, status: str, hours: float = 1, *, secret: str = SECRET, event_id: str = "", sent: datetime | None = None, **more: Any
):
    """What a carrier posts, and the answer of the platform."""
    moment = AT + timedelta(hours=hours)
    body = json.dumps(
        {
            "event": "order.status",
            "event_id": event_id or f"event-{status}-{hours}",
            "order_id": parcel.reference,
            "reference_id": queries.parcel_handle(parcel),
            "courier_waybill_id": parcel.waybill,
            "status": status,
            "note": f"note of {status}",
            "updated_at": moment.isoformat(),
            **more,
        }
    )
    stamp = str(int((sent or datetime.now(tz=AT.tzinfo)).timestamp()))
    signature = hmac.new(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Carrier-Signature": f"t={stamp},v1={signature}"}
    return Client().post("/api/v1/carriers/sandbox/notices", body, content_type="application/json", headers=headers)


def state_of(order: Order) -> str:
    return Order.objects.get(business_id=order.business_id, id=order.id).state


def told(business_id: Any) -> list[str]:
    """Names of what was told; in no order, for within one moment there is none."""
    return sorted(event.name for event in OutboxEvent.objects.filter(business_id=business_id))


# Booking


def test_a_parcel_is_booked_with_all_the_carrier_needs(carrier: Carrier):
    shop = a_shop()
    order = an_order(shop)
    parcel = actions.prepare(shop.business_id, order.id, at=AT)
    assert (parcel.carrier, parcel.service, parcel.state, parcel.gross_grams) == ("jne", "oke", life.NEW, 540)
    assert (parcel.length_mm, parcel.width_mm, parcel.height_mm) == (200, 120, 120)

    booked = actions.book(shop.business_id, parcel.id, at=AT)

    assert (booked.state, booked.waybill, booked.price, booked.item_number) == (life.BOOKED, "SBX0000000001", 3_200_000, "")
    asked = carrier.shipments[handle(Kind.PARCEL, shop.business_id, parcel.id)]["asked"]
    assert asked["origin_contact_name"] == "Kopi Gayo Sari"
    assert asked["origin_contact_phone"] == "+6281200000001"
    assert asked["origin_address"] == "Jl. Danau No. 5, Kabupaten Aceh Tengah, Aceh 24519"
    assert asked["destination_contact_phone"] == "+6281200000002"
    assert asked["destination_address"] == "Jl. Contoh No. 1 RT 01/RW 02, Coblong, Kota Bandung 40135, Jawa Barat"
    assert (asked["courier_company"], asked["courier_type"]) == ("jne", "oke")
    assert asked["items"] == [{"name": "Kopi Gayo 250 g", "value": 107_000, "quantity": 2, "weight": 270}]
    assert told(shop.business_id) == ["shipping.booked"]


def test_abroad_the_waybill_is_a_postal_item_number(carrier: Carrier):
    shop = a_shop()
    parcel = actions.prepare(shop.business_id, an_order(shop, CHEN).id, at=AT)
    booked = actions.book(shop.business_id, parcel.id, at=AT)
    assert (booked.carrier, booked.service, booked.item_number) == ("pos", "packet", "LX000000014ID")
    assert carrier.shipments[queries.parcel_handle(booked)]["asked"]["destination_country"] == "CN"


def test_booking_twice_books_once(booked: Parcel, carrier: Carrier):
    again = actions.prepare(booked.business_id, booked.order_id, at=AT)
    assert again.id == booked.id
    actions.book(booked.business_id, booked.id, at=AT)
    assert carrier.calls == [("POST", "/v1/orders")]


def test_dying_after_the_call_and_trying_again_books_once(booked: Parcel, carrier: Carrier):
    Parcel.objects.filter(business_id=booked.business_id, id=booked.id).update(state=life.NEW, waybill="", reference="", booked_at=None)
    TrackingEvent.objects.filter(business_id=booked.business_id).delete()
    again = actions.ask(booked.business_id, booked.id, at=AT)
    assert (again.waybill, len(carrier.shipments)) == (booked.waybill, 1)


@pytest.mark.parametrize("state", [State.AWAITING_PAYMENT, State.SHIPPED, State.CANCELLED])
def test_only_paid_orders_get_a_parcel(state: str):
    shop = a_shop()
    order = an_order(shop, state=state)
    with pytest.raises(WrongState):
        actions.prepare(shop.business_id, order.id, at=AT)
    assert Parcel.objects.count() == 0


def test_a_service_on_no_card_is_refused():
    shop = a_shop()
    with pytest.raises(ServiceGone):
        actions.prepare(shop.business_id, an_order(shop, service="drone").id, at=AT)


def test_a_bare_code_means_the_service_of_its_destination():
    shop = a_shop()
    assert actions.prepare(shop.business_id, an_order(shop, service="regular").id, at=AT).service == "reg"
    assert actions.prepare(shop.business_id, an_order(shop, CHEN, service="economy").id, at=AT).carrier == "pos"


@pytest.mark.parametrize("broken", [httpx.ConnectError("down"), httpx.Response(500, json={}), httpx.Response(200, text="<html>")])
def test_a_silent_carrier_is_asked_again_later_and_later(carrier: Carrier, broken: Any):
    shop = a_shop()
    parcel = actions.prepare(shop.business_id, an_order(shop).id, at=AT)
    carrier.broken = broken
    with pytest.raises(CarrierSilent):
        actions.book(shop.business_id, parcel.id, at=AT)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.check_at, parcel.tries) == (life.NEW, AT + timedelta(minutes=1), 1)
    assert queries.to_check(at=AT) == []

    with pytest.raises(CarrierSilent):
        actions.ask(shop.business_id, parcel.id, at=AT)
    parcel.refresh_from_db()
    assert (parcel.check_at, parcel.tries) == (AT + timedelta(minutes=2), 2)

    carrier.broken = None
    assert queries.to_check(at=AT + timedelta(minutes=2)) == [(shop.business_id, parcel.id)]
    assert actions.ask(shop.business_id, parcel.id, at=AT).waybill


def test_a_carrier_that_refuses_leaves_room_for_another_parcel(carrier: Carrier):
    shop = a_shop()
    order = an_order(shop)
    parcel = actions.prepare(shop.business_id, order.id, at=AT)
    carrier.broken = httpx.Response(400, json={"success": False, "error": "postal code not served"})
    with pytest.raises(CarrierRefused):
        actions.book(shop.business_id, parcel.id, at=AT)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.failure, parcel.check_at) == (life.REFUSED, "postal code not served", None)
    assert told(shop.business_id) == ["shipping.trouble"]
    assert actions.prepare(shop.business_id, order.id, at=AT).id != parcel.id


def test_an_order_has_one_parcel_that_counts(booked: Parcel):
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.create(business_id=booked.business_id, order_id=booked.order_id, gross_grams=1, created_at=AT)


# Notices


def test_the_road_moves_the_order(booked: Parcel):
    for hour, status in enumerate(ROAD[1:], 1):
        assert notice(booked, status, hour).status_code == 200
        if status == "picking_up":
            assert state_of(booked.order) == State.PACKED
        if status == "picked":
            assert state_of(booked.order) == State.SHIPPED
    order = Order.objects.get(business_id=booked.business_id, id=booked.order_id)
    assert order.state == State.DELIVERED
    assert order.inspection_ends_at - order.delivered_at == timedelta(days=2)
    booked.refresh_from_db()
    assert (booked.state, booked.check_at, booked.moved_at) == (life.DELIVERED, None, AT + timedelta(hours=5))
    assert told(booked.business_id) == ["orders.delivered", "orders.shipped", "shipping.booked"]
    assert [row.label for row in queries.tracking(booked.business_id, booked.order_id)][:2] == [
        "Paket diterima",
        "Dalam perjalanan ke tujuan",
    ]


def test_repeated_notices_change_nothing(booked: Parcel):
    for _ in range(3):
        assert notice(booked, "picked", event_id="one").status_code == 200
    assert TrackingEvent.objects.filter(business_id=booked.business_id, carrier_status="picked").count() == 1
    assert told(booked.business_id) == ["orders.shipped", "shipping.booked"]


def test_notices_out_of_order_do_not_turn_the_parcel_back(booked: Parcel):
    notice(booked, "delivered", 5)
    assert state_of(booked.order) == State.DELIVERED
    for hour, status in ((3, "picked"), (4, "dropping_off"), (1, "allocated")):
        assert notice(booked, status, hour).status_code == 200
    booked.refresh_from_db()
    assert booked.state == life.DELIVERED
    assert state_of(booked.order) == State.DELIVERED
    assert told(booked.business_id) == ["orders.delivered", "orders.shipped", "shipping.booked"]


def test_an_order_that_was_never_marked_packed_is_packed_when_the_courier_has_it(carrier: Carrier):
    shop = a_shop()
    order = an_order(shop, state=State.PAID)
    parcel = actions.book(shop.business_id, actions.prepare(shop.business_id, order.id, at=AT).id, at=AT)
    notice(parcel, "picked")
    assert state_of(order) == State.SHIPPED


def test_forged_unsigned_and_old_notices_are_refused(booked: Parcel):
    answers = [
        notice(booked, "delivered", secret="somebody else's"),
        notice(booked, "delivered", sent=datetime.now(tz=AT.tzinfo) - timedelta(days=2)),
        notice(booked, "delivered", sent=datetime.now(tz=AT.tzinfo) + timedelta(hours=1)),
        Client().post("/api/v1/carriers/sandbox/notices", {"status": "delivered"}, content_type="application/json"),
        Client().post(
            "/api/v1/carriers/sandbox/notices", "{}", content_type="application/json", headers={"X-Carrier-Signature": "t=x,v1="}
        ),
    ]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert answers[0].json()["error"]["code"] == "bad_carrier_signature"
    booked.refresh_from_db()
    assert (booked.state, state_of(booked.order)) == (life.BOOKED, State.PACKED)
    assert TrackingEvent.objects.filter(business_id=booked.business_id).count() == 1


def test_a_body_changed_after_signing_is_refused(booked: Parcel):
    stamp = str(int(datetime.now(tz=AT.tzinfo).timestamp()))
    signature = hmac.new(SECRET.encode(), f"{stamp}.{{}}".encode(), hashlib.sha256).hexdigest()
    answer = Client().post(
        "/api/v1/carriers/sandbox/notices",
        '{"status":"delivered"}',
        content_type="application/json",
        headers={"X-Carrier-Signature": f"t={stamp},v1={signature}"},
    )
    assert answer.status_code == 401


def test_no_secret_means_no_notices(booked: Parcel):
    with override_settings(CARRIERS={"sandbox": {"url": "http://carrier.example", "key": "key", "webhook_secret": ""}}):
        assert notice(booked, "delivered", secret="").status_code == 401


def test_nonsense_that_is_signed_is_refused(booked: Parcel):
    assert notice(booked, "delivered", updated_at="yesterday").status_code == 422
    assert notice(booked, "delivered", updated_at="2026-11-21T10:00:00").status_code == 422  # no time zone
    assert notice(booked, "delivered", reference_id="K123").status_code == 404
    somebody = handle(
        Kind.PARCEL, booked.business_id, parse_handle(handle(Kind.PARCEL, booked.business_id, booked.order_id), Kind.PARCEL)[1]
    )
    assert notice(booked, "delivered", reference_id=somebody).status_code == 404
    assert notice(booked, "delivered", courier_waybill_id="SBX9999999999").status_code == 404
    assert Client().post("/api/v1/carriers/nobody/notices", "{}", content_type="application/json").status_code == 404
    assert state_of(booked.order) == State.PACKED


def test_the_ping_that_tries_an_address_is_answered(booked: Parcel):
    assert Client().post("/api/v1/carriers/sandbox/notices", b"", content_type="application/json").status_code == 200
    assert Client().get("/api/v1/carriers/sandbox/notices").status_code == 405


def test_words_nobody_knows_are_kept_and_move_nothing(booked: Parcel):
    assert notice(booked, "drone_launched").status_code == 200
    booked.refresh_from_db()
    assert booked.state == life.BOOKED
    assert queries.tracking(booked.business_id, booked.order_id)[0].label == "note of drone_launched"


def test_trouble_on_the_way_is_shown_and_told(booked: Parcel):
    notice(booked, "picked", 1)
    notice(booked, "on_hold", 2)
    newest = queries.tracking(booked.business_id, booked.order_id)[0]
    assert (newest.label, newest.state, newest.note) == ("Tertahan di perjalanan", "bad", "note of on_hold")
    notice(booked, "return_in_transit", 3)
    notice(booked, "returned", 4)
    booked.refresh_from_db()
    assert (booked.state, state_of(booked.order)) == (life.RETURNED, State.SHIPPED)
    assert told(booked.business_id) == ["orders.shipped", "shipping.booked"] + ["shipping.trouble"] * 3


def test_a_parcel_of_a_cancelled_order_moves_no_order(booked: Parcel):
    order_actions.cancel(booked.business_id, booked.order_id, reason="buyer", at=AT)
    assert notice(booked, "delivered").status_code == 200
    booked.refresh_from_db()
    assert (booked.state, state_of(booked.order)) == (life.DELIVERED, State.CANCELLED)


def test_a_notice_that_comes_before_the_answer_brings_the_waybill(carrier: Carrier):
    shop = a_shop()
    parcel = actions.prepare(shop.business_id, an_order(shop).id, at=AT)
    assert notice(parcel, "confirmed", 0, courier_waybill_id="SBX0000000001").status_code == 200
    parcel.refresh_from_db()
    assert (parcel.state, parcel.waybill, parcel.booked_at) == (life.BOOKED, "SBX0000000001", None)


# Asking unasked


def test_lost_notices_are_made_up_for(booked: Parcel, carrier: Carrier):
    assert queries.to_check(at=AT + actions.ASK_EVERY - timedelta(seconds=1)) == []
    assert queries.to_check(at=AT + actions.ASK_EVERY) == [(booked.business_id, booked.id)]
    shipment = carrier.shipments[queries.parcel_handle(booked)]
    shipment["history"] = [
        {"status": status, "note": "", "updated_at": (AT + timedelta(hours=hour)).isoformat()} for hour, status in enumerate(ROAD)
    ]
    later = AT + timedelta(days=9)
    actions.ask(booked.business_id, booked.id, at=later)
    order = Order.objects.get(business_id=booked.business_id, id=booked.order_id)
    # The buyer's days to inspect begin when the platform knows, not in the past.
    assert (order.state, order.inspection_ends_at) == (State.DELIVERED, later + timedelta(days=2))
    count = TrackingEvent.objects.filter(business_id=booked.business_id).count()
    assert count == len(ROAD)
    assert notice(booked, "delivered", 5.001).status_code == 200  # the lost notice comes after all
    assert told(booked.business_id) == ["orders.delivered", "orders.shipped", "shipping.booked"]
    assert queries.to_check(at=AT + timedelta(days=99)) == []


# Calling off


def test_a_cancelled_order_calls_its_courier_off(booked: Parcel, carrier: Carrier):
    actions.order_closed(booked.business_id, {"order": str(booked.order_id)}, AT)
    assert queries.to_check(at=AT) == [(booked.business_id, booked.id)]
    actions.ask(booked.business_id, booked.id, at=AT)
    booked.refresh_from_db()
    assert (booked.state, booked.check_at) == (life.CANCELLED, None)
    assert carrier.calls[-1] == ("POST", "/v1/orders/ship1/cancel")
    actions.finish_calling_off(booked.business_id, booked.id, at=AT)
    assert len(carrier.calls) == 2


def test_what_the_seller_handed_over_cannot_be_cancelled(booked: Parcel):
    actions.check_cancellable(booked.business_id, booked.order_id)
    actions.hand_over(booked.business_id, booked.id, at=AT)
    with pytest.raises(AlreadyWithCarrier):
        actions.check_cancellable(booked.business_id, booked.order_id)


def test_whoever_cancels_holds_the_parcel(booked: Parcel):
    """Else it is handed over between the question and the cancellation: the courier has it and the buyer the money back."""
    with CaptureQueriesContext(connection) as seen:
        actions.check_cancellable(booked.business_id, booked.order_id)
    assert any("FOR UPDATE" in query["sql"] and "shipping_parcel" in query["sql"] for query in seen.captured_queries)


def test_nothing_is_printed_or_handed_over_without_a_waybill():
    shop = a_shop()
    parcel = actions.prepare(shop.business_id, an_order(shop).id, at=AT)
    for deed in (
        lambda: actions.hand_over(shop.business_id, parcel.id, at=AT),
        lambda: actions.print_label(shop.business_id, [parcel.id], at=AT),
    ):
        with pytest.raises(NotBooked):
            deed()


def test_another_seller_finds_nothing(booked: Parcel):
    dewi = a_shop("Batik Dewi").business_id
    with pytest.raises(UnknownParcel):
        queries.parcel_by_handle(queries.parcel_handle(booked), business_id=dewi)
    with pytest.raises(UnknownParcel):
        actions.hand_over(dewi, booked.id, at=AT)
    assert queries.tracking(dewi, booked.order_id) == []
