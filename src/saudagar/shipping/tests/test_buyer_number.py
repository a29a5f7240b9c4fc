"""The number customs of the destination asks of the buyer: to the carrier with the booking, to nobody else, and never in the clear."""

import logging
from datetime import date
from typing import Any

import httpx
import pytest
from django.apps import apps
from django.db import connection
from django.test import SimpleTestCase, override_settings

from saudagar.audit.models import Entry
from saudagar.foundation.ids import new_id
from saudagar.foundation.sealing import seal
from saudagar.orders.models import Order
from saudagar.orders.rules import BUYER_PURPOSE, Address, Buyer, buyer_bytes
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Item, Request, as_data, landed_cost, snapshot
from saudagar.shipping import actions, carriers, jobs, queries
from saudagar.shipping.carriers import Shipment
from saudagar.shipping.models import Parcel
from saudagar.shipping.rules import life
from saudagar.shipping.rules.identity import BuyerNumberMissing, BuyerUnreadable, Identity, identity_of
from saudagar.shipping.rules.life import CarrierRefused, CarrierSilent
from saudagar.shipping.tests.cast import AT, RINA, a_shop, an_order

PCCC, MASKED = "P123456789012", "•••••••••9012"
NUMBERS = {"KR": ("kr-pccc", PCCC), "TW": ("tw-id", "A123456789"), "IN": ("in-kyc", "ABCPE1234F"), "TR": ("tr-kimlik", "17291716060")}
GATEWAY = {"sandbox": {"url": "http://carrier.example", "key": "key", "webhook_secret": "a secret"}}


def a_buyer(country="KR", identity: str | None = None, kind: str | None = None) -> Buyer:
    named, number = NUMBERS.get(country, ("", ""))
    return Buyer(
        "Contoh Jimin", "+821012345678", Address(country, "1 Example-ro", "Seoul", "04524"),
        identity=number if identity is None else identity, identity_kind=named if kind is None else kind,
    )  # fmt: skip


class TestRules(SimpleTestCase):
    def test_the_number_that_was_asked_for_goes_and_no_other(self):
        assert identity_of(a_buyer(), "kr-pccc") == Identity("kr-pccc", PCCC)
        assert identity_of(a_buyer("CN", "310101199001010012", ""), "cn-ric") == Identity("cn-ric", "310101199001010012")  # of before kinds
        assert identity_of(a_buyer("SG", "", ""), "") is None
        assert identity_of(a_buyer(), "") == Identity("kr-pccc", PCCC)  # it was asked for when the order was placed

    def test_none_and_what_cannot_be_one_are_refused_and_say_what_to_do(self):
        for buyer in (a_buyer(identity=""), a_buyer(identity="P12345"), a_buyer(kind="tw-id"), a_buyer(kind="xx-none")):
            with pytest.raises(BuyerNumberMissing) as refused:
                identity_of(buyer, "kr-pccc")
            assert refused.value.facts["identity"] in ("kr-pccc", "tw-id")
            assert PCCC not in refused.value.message("en") and "order again with the number" in refused.value.message("en")
        assert "Kode bea cukai pribadi Korea" in refused.value.message("id") and "个人通关固有编号" in refused.value.message("zh-hans")

    def test_it_is_in_no_repr_and_masked_where_somebody_repeats_it(self):
        identity = Identity("kr-pccc", PCCC)
        party = carriers.Party("Contoh", "+82", ("1 Example-ro",), "04524", "KR")
        assert PCCC not in repr(identity) and PCCC not in repr(Shipment("PX", "pos", "packet", party, party, (), identity=identity))
        assert identity.hidden_in(f"unknown number {PCCC}") == f"unknown number {MASKED}"
        assert identity.hidden_in(f"{PCCC.lower()}: no {PCCC[:5]}-{PCCC[5:9]} {PCCC[9:]}.") == f"{MASKED}: no {MASKED}."
        assert (identity.masked, identity.name) == (MASKED, "PCCC")


class Carrier:
    """Remembers what it was asked; answers as told."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: list[Any] = []

    def answer(self, method: str, url: str, *, json: Any = None, **rest: Any) -> httpx.Response:
        self.asked.append(json)
        told = self.answers.pop(0) if self.answers else None
        if isinstance(told, Exception):
            raise told
        if told is not None:
            return told
        return httpx.Response(
            200,
            json={
                "success": True,
                "id": f"ship{len(self.asked)}",
                "price": 96_000,
                "courier": {"waybill_id": "LX000000014ID"},
                "history": [{"status": "confirmed", "note": f"for {PCCC}", "updated_at": AT.isoformat()}],
            },
        )


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch):
    played = Carrier()
    monkeypatch.setattr(carriers.httpx, "request", played.answer)
    with override_settings(CARRIERS=GATEWAY):
        yield played


def sold_to(country="KR", buyer: Buyer | None = None) -> Order:
    """Coffee to a country, agar-agar to Türkiye, whose rate for coffee nobody knows; priced under the rules in force."""
    buyer = buyer or a_buyer(country)
    order = an_order(a_shop(), buyer, service="pos-ems")
    book = current_rulebook()
    there = book.destinations[country]
    request = Request(
        country, (Item("130231" if country == "TR" else "090121", 30_00, 2, 500, "ID", "0"),), "USD", date(2026, 11, 21), freight=10_00,
        rates={"USD": {"KR": "1400", "TW": "31", "IN": "84", "TR": "35"}[country], "EUR": "1", there.currency: "1"},
        region=next(iter(there.regions), ""),
    )  # fmt: skip
    kept = snapshot(request, landed_cost(request, book))
    Order.objects.filter(business_id=order.business_id, id=order.id).update(customs=as_data(kept))
    order.customs = as_data(kept)
    return order


def prepared(order: Order) -> Parcel:
    return actions.prepare(order.business_id, order.id, at=AT)


def stored() -> str:
    """Everything in the database, as text; bytes as hex."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{model._meta.db_table}" AS t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.django_db
class TestBooking:
    @pytest.mark.parametrize("country", sorted(NUMBERS))
    def test_the_carrier_gets_it_with_the_booking(self, carrier: Carrier, country: str):
        kind, number = NUMBERS[country]
        order = sold_to(country)
        assert queries.number_asked(queries.from_data(order.customs)) == kind
        person = new_id()
        parcel = actions.book(order.business_id, prepared(order).id, by=person, at=AT)
        assert parcel.waybill == "LX000000014ID"
        [asked] = carrier.asked
        assert (asked["destination_identity"]["type"], asked["destination_identity"]["number"]) == (kind, number)

        entry = Entry.objects.get(action="shipping.buyer_number_passed_on")
        assert (entry.by, entry.business_id, entry.subject) == (person, order.business_id, queries.parcel_handle(parcel))
        assert entry.facts == {"kind": kind, "number": "•" * (len(number) - 4) + number[-4:], "carrier": "pos", "gateway": "sandbox"}

    def test_it_is_written_down_nowhere(self, carrier: Carrier, caplog: pytest.LogCaptureFixture):
        caplog.set_level(logging.DEBUG)
        order = sold_to()
        parcel = prepared(order)
        carrier.answers = [httpx.ConnectError("down"), httpx.Response(400, json={"success": False, "error": f"bad identity {PCCC}"})]
        with pytest.raises(CarrierSilent):
            actions.book(order.business_id, parcel.id, at=AT)
        with pytest.raises(CarrierRefused) as refused:
            actions.book(order.business_id, parcel.id, at=AT)
        assert refused.value.facts["reason"] == f"bad identity {MASKED}"
        actions.book(order.business_id, prepared(order).id, at=AT)
        assert [asked["destination_identity"]["number"] for asked in carrier.asked] == [PCCC] * 3
        # Each time it left, the trail says so: whether it arrived when nobody answered, we cannot know.
        assert Entry.objects.filter(action="shipping.buyer_number_passed_on").count() == 3
        kept = stored()
        assert MASKED in kept and PCCC not in kept and PCCC.encode().hex() not in kept
        assert PCCC not in caplog.text

    def test_a_long_answer_is_not_cut_in_the_midst_of_it(self, carrier: Carrier):
        order = sold_to()
        padded = "x" * 190 + PCCC
        carrier.answers = [httpx.Response(400, json={"success": False, "error": padded})]
        with pytest.raises(CarrierRefused):
            actions.book(order.business_id, prepared(order).id, at=AT)
        carrier.answers = [
            httpx.Response(
                200,
                json={
                    "id": "ship1",
                    "courier": {"waybill_id": "LX000000014ID"},
                    "history": [{"status": "confirmed", "note": padded, "updated_at": AT.isoformat()}],
                },
            )
        ]
        actions.book(order.business_id, prepared(order).id, at=AT)
        kept = stored()
        assert "x" * 190 + MASKED[:9] in kept and "x" + PCCC[:4] not in kept

    def test_where_nobody_asks_nothing_is_passed_on(self, carrier: Carrier):
        order = an_order(a_shop(), RINA)
        actions.book(order.business_id, prepared(order).id, at=AT)
        assert "destination_identity" not in carrier.asked[0]
        assert not Entry.objects.filter(action="shipping.buyer_number_passed_on").exists()

    def test_without_it_no_courier_is_booked_and_no_parcel_made(self, carrier: Carrier):
        order = sold_to(buyer=a_buyer(identity=""))
        with pytest.raises(BuyerNumberMissing):
            prepared(order)
        assert not Parcel.objects.exists() and carrier.asked == []

    def test_a_parcel_of_before_waits_and_says_why(self, carrier: Carrier):
        order = sold_to()
        parcel = prepared(order)
        _reseal(order, buyer_bytes(a_buyer(identity="P1")))
        with pytest.raises(BuyerNumberMissing):
            actions.book(order.business_id, parcel.id, at=AT)
        parcel.refresh_from_db()
        assert (parcel.state, parcel.tries) == (life.NEW, 1) and "PCCC" in parcel.failure
        assert carrier.asked == [] and not Entry.objects.filter(action="shipping.buyer_number_passed_on").exists()

    def test_what_no_key_opens_is_refused_and_goes_on_when_the_key_is_back(self, carrier: Carrier, caplog: pytest.LogCaptureFixture):
        order = sold_to()
        parcel = prepared(order)
        sealed = bytes(Order.objects.get(business_id=order.business_id, id=order.id).buyer_sealed)
        Order.objects.filter(business_id=order.business_id, id=order.id).update(buyer_sealed=b"\x01\x63" + sealed[2:])
        with pytest.raises(BuyerUnreadable):
            actions.book(order.business_id, parcel.id, at=AT)
        Parcel.objects.filter(business_id=order.business_id).update(check_at=AT)
        jobs.check(0)  # the job does not fall over it
        assert "cannot be opened" in caplog.text and carrier.asked == []
        other = an_order(a_shop("Toko Lain"), a_buyer(), service="pos-ems")
        Order.objects.filter(business_id=other.business_id, id=other.id).update(buyer_sealed=b"\x01\x63" + sealed[2:])
        with pytest.raises(BuyerUnreadable):
            prepared(other)
        Order.objects.filter(business_id=order.business_id, id=order.id).update(buyer_sealed=sealed)
        assert actions.book(order.business_id, parcel.id, at=AT).waybill

    def test_an_order_priced_elsewhere_is_judged_by_the_rules_in_force(self):
        order = sold_to()
        order.customs["release"] = "2020-01-01-00000000"
        assert queries.number_asked(queries.from_data(order.customs)) == "kr-pccc"


def _reseal(order: Order, data: bytes) -> None:
    Order.objects.filter(business_id=order.business_id, id=order.id).update(buyer_sealed=seal(data, BUYER_PURPOSE))
