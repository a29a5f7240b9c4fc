"""A parcel from the seller's desk to the buyer's door, with the sandbox as its carrier over real HTTP, both ways."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client

from saudagar.foundation.clock import now
from saudagar.orders import queries as orders
from saudagar.orders.models import Order
from saudagar.payments.tests.cast import Sandbox, a_server
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.shipping import actions, jobs, queries
from saudagar.shipping.models import Parcel, TrackingEvent
from saudagar.shipping.tests.cast import CHEN, a_shop, an_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def carrier(live_server: Any, tmp_path: Path, settings: Any) -> Iterator[Sandbox]:
    process, sandbox = a_server(tmp_path, web=live_server.url)
    keys = sandbox.keys
    settings.CARRIERS = {"sandbox": {"url": sandbox.url, "key": keys["CARRIER_API_KEY"], "webhook_secret": keys["CARRIER_WEBHOOK_SECRET"]}}
    try:
        yield sandbox
    finally:
        process.terminate()
        process.wait(10)


def fresh(order: Order) -> Order:
    return Order.objects.get(business_id=order.business_id, id=order.id)


def soon(is_so: Callable[[], bool]) -> bool:
    """Notices travel by themselves: waits up to ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def test_from_the_desk_to_the_door(carrier: Sandbox):
    shop = a_shop()
    order = an_order(shop, CHEN, state="paid")
    sari = User.objects.create_user(email="sari@contoh.example")
    Membership.objects.create(business_id=shop.business_id, user_id=sari.pk, role="owner")
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(sari, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/seller/orders/{orders.names(order).handle}/"
    desk.post(page + "packing")
    desk.post(page + "parcel", {"gross_grams": "560"})
    parcel = Parcel.objects.get(business_id=shop.business_id)
    assert (parcel.item_number, parcel.waybill) == (parcel.waybill, "LX000000014ID")
    assert desk.get(page + "label.pdf").content.startswith(b"%PDF")
    desk.post(page + "handover")

    def carried(deed: str, **body: Any) -> None:
        answer = httpx.post(f"{carrier.url}/tester/shipments/{parcel.reference}/{deed}", json=body)
        assert answer.status_code == 200, answer.text

    carried("forge")  # says delivered, signed by somebody else
    carried("picked")
    assert soon(lambda: fresh(order).state == "shipped")
    carried("repeat")
    carried("dropping_off", silently="1")  # this notice is lost
    carried("delivered")
    assert soon(lambda: fresh(order).state == "delivered")
    carried("out_of_order")
    sent = f"{carrier.url}/tester/notices"
    assert soon(lambda: all(row["tries"] for row in httpx.get(sent).json()["notices"]))
    answers = {row["kind"]: row["answer"][:3] for row in httpx.get(sent).json()["notices"]}
    assert answers["forged"] == "401"
    assert {answer for kind, answer in answers.items() if kind != "forged"} == {"200"}
    assert fresh(order).state == "delivered"
    assert queries.tracking(shop.business_id, order.id)[0].label == queries.words_of("delivered")
    assert TrackingEvent.objects.filter(business_id=shop.business_id, carrier_status="picked").count() == 1


def test_lost_notices_and_a_silent_carrier_mend_themselves(carrier: Sandbox, monkeypatch: pytest.MonkeyPatch):
    shop = a_shop()
    order = an_order(shop)
    httpx.post(f"{carrier.url}/tester/faults", json={"provider": "carrier", "kind": "vanish", "count": 1})
    parcel = actions.prepare(shop.business_id, order.id, at=now())
    with pytest.raises(actions.CarrierSilent):  # it was booked there, but the answer never came
        actions.book(shop.business_id, parcel.id, at=now())

    later = now() + timedelta(minutes=3)
    monkeypatch.setattr(jobs, "now", lambda: later)
    jobs.check(0)
    parcel.refresh_from_db()
    assert parcel.waybill == "SBX0000000001"
    shipments = httpx.get(f"{carrier.url}/tester/shipments").json()["shipments"]
    assert len(shipments) == 1

    for deed in ("picked", "delivered"):
        httpx.post(f"{carrier.url}/tester/shipments/{parcel.reference}/{deed}", json={"silently": "1"})
    assert fresh(order).state == "packed"
    monkeypatch.setattr(jobs, "now", lambda: later + timedelta(hours=4))
    jobs.check(0)
    assert fresh(order).state == "delivered"


def test_a_cancelled_order_is_called_off_at_the_carrier(carrier: Sandbox):
    shop = a_shop()
    order = an_order(shop)
    parcel = actions.book(shop.business_id, actions.prepare(shop.business_id, order.id, at=now()).id, at=now())
    actions.order_closed(shop.business_id, {"order": str(order.id)}, now())
    jobs.check(0)
    parcel.refresh_from_db()
    assert parcel.state == "cancelled"
    assert httpx.get(f"{carrier.url}/tester/shipments").json()["shipments"][0]["status"] == "cancelled"
