"""The desks: what Bu Sari sees and does, that Dewi sees nothing of it, and that officers see no buyers."""

from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from saudagar.audit.models import Entry
from saudagar.catalogue.models import OriginStatement, ProductText, Variant
from saudagar.customs.tests.sold import sold
from saudagar.desk import queries
from saudagar.foundation.clock import now
from saudagar.foundation.ids import short_number
from saudagar.markets.models import Listing, Market
from saudagar.orders import queries as orders
from saudagar.orders.models import Line, Order, State
from saudagar.people.models import User
from saudagar.registry.models import Business, Membership
from saudagar.rulebook.rules import Claim
from saudagar.shipping import actions, carriers
from saudagar.shipping.carriers import Booking
from saudagar.shipping.models import Parcel
from saudagar.shipping.rules import life
from saudagar.shipping.rules.life import Told
from saudagar.shipping.tests.cast import AT, CHEN, a_shop, an_order
from saudagar.stock.models import Pool

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Pool:
    return a_shop()


def signed_in(shop: Pool | None, *, role: str = "owner", language: str = "en", **user: Any) -> Client:
    person = User.objects.create_user(email=f"user{User.objects.count()}@contoh.example", **user)
    if shop is not None:
        Membership.objects.create(business_id=shop.business_id, user_id=person.pk, role=role)
    client = Client(headers={"accept-language": language})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sari(shop: Pool) -> Client:
    return signed_in(shop)


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch):
    """A carrier that takes everything; `carrier.broken` makes it silent."""

    class Played:
        broken = False
        booked: list[str] = []

        def answer(self, method: str, url: str, *, json: Any = None, **rest: Any) -> httpx.Response:
            if self.broken:
                raise httpx.ConnectError("down")
            self.booked.append(json["reference_id"])
            waybill = f"SBX{len(self.booked):010d}"
            return httpx.Response(200, json={"id": f"s{len(self.booked)}", "price": 1, "courier": {"waybill_id": waybill}})

    played = Played()
    played.booked = []
    monkeypatch.setattr(carriers.httpx, "request", played.answer)
    with override_settings(CARRIERS={"sandbox": {"url": "http://carrier.example", "key": "k", "webhook_secret": "s"}}):
        yield played


def where(order: Order, deed: str = "") -> str:
    return f"/seller/orders/{orders.names(order).handle}/{deed}"


def fresh(order: Order) -> Order:
    return Order.objects.get(business_id=order.business_id, id=order.id)


def booked(order: Order, waybill: str = "SBX0000000001", *told: str) -> Parcel:
    parcel = actions.prepare(order.business_id, order.id, at=AT)
    history = tuple(Told(status, AT + timedelta(hours=hour)) for hour, status in enumerate(("confirmed", *told)))
    return actions.take_booking(order.business_id, parcel.id, Booking("ship1", waybill, 3_200_000, history), at=AT)


def test_a_seller_packs_books_prints_and_hands_over(shop: Pool, sari: Client, carrier: Any):
    order = an_order(shop, state=State.PAID)
    page = sari.get(where(order)).content.decode()
    assert "It is packed" in page and "Rina Contoh" in page and "Coblong" in page and "2 × " not in page

    assert sari.post(where(order, "packing")).status_code == 302
    assert fresh(order).state == State.PACKED
    assert "Weight of the packed box" in sari.get(where(order)).content.decode()

    sari.post(where(order, "parcel"), {"gross_grams": "650"})
    parcel = Parcel.objects.get(business_id=shop.business_id)
    assert (parcel.gross_grams, parcel.waybill, parcel.state) == (650, "SBX0000000001", life.BOOKED)
    page = sari.get(where(order)).content.decode()
    assert "Courier booked, waybill SBX0000000001." in page and "Print the label" in page

    label = sari.get(where(order, "label.pdf"))
    assert label["Content-Type"] == "application/pdf" and label.content.startswith(b"%PDF")
    assert label["Cache-Control"] == "private, no-store"
    parcel.refresh_from_db()
    assert parcel.printed_at is not None

    sari.post(where(order, "handover"))
    page = sari.get(where(order)).content.decode()
    assert "The order moves on when the courier scans the parcel" in page
    assert fresh(order).state == State.PACKED  # only the courier's own scan ships it

    sari.post(where(order, "cancellation"), {"reason": "buyer_asked"})
    assert fresh(order).state == State.PACKED


def test_a_silent_courier_is_tried_again(shop: Pool, sari: Client, carrier: Any):
    order = an_order(shop)
    carrier.broken = True
    sari.post(where(order, "parcel"), {"gross_grams": "540"})
    page = sari.get(where(order)).content.decode()
    assert "JNE does not answer yet" in page and "Try again now" in page
    carrier.broken = False
    sari.post(where(order, "parcel"))
    assert len(carrier.booked) == 1 and Parcel.objects.get(business_id=shop.business_id).waybill


def test_a_weight_that_is_none_is_asked_again(shop: Pool, sari: Client):
    order = an_order(shop)
    answer = sari.post(where(order, "parcel"), {"gross_grams": "0"})
    assert answer.status_code == 422
    assert not Parcel.objects.filter(business_id=shop.business_id).exists()


def test_a_parcel_abroad_is_never_lighter_than_its_goods_and_its_weight_can_be_corrected(shop: Pool, sari: Client, carrier: Any):
    order = sold(shop)  # 500 g of coffee to China
    page = sari.post(where(order, "parcel"), {"gross_grams": "499"}, follow=True).content.decode()
    assert "A box of 499 g is lighter than the 500 g of goods in it" in page
    assert not Parcel.objects.filter(business_id=shop.business_id).exists() and not carrier.booked

    sari.post(where(order, "parcel"), {"gross_grams": "5400"})
    assert sari.post(where(order, "weight"), {"gross_grams": "0"}).status_code == 422
    sari.post(where(order, "weight"), {"gross_grams": "100"})
    assert Parcel.objects.get(business_id=shop.business_id).gross_grams == 5_400
    page = sari.post(where(order, "weight"), {"gross_grams": "540"}, follow=True).content.decode()
    assert "The weight is corrected" in page
    parcel = Parcel.objects.get(business_id=shop.business_id)
    assert (parcel.gross_grams, len(carrier.booked)) == (540, 1)

    actions.hand_over(shop.business_id, parcel.id, at=AT)
    page = sari.post(where(order, "weight"), {"gross_grams": "550"}, follow=True).content.decode()
    assert "The courier has the parcel; its weight can no longer be corrected here." in page
    parcel.refresh_from_db()
    assert parcel.gross_grams == 540


def test_at_home_nobody_declares_what_goods_weigh(shop: Pool, sari: Client, carrier: Any):
    sari.post(where(an_order(shop), "parcel"), {"gross_grams": "100"})
    assert Parcel.objects.get(business_id=shop.business_id).gross_grams == 100


def test_a_parcel_leaves_with_its_papers_or_not_at_all(shop: Pool, sari: Client, carrier: Any):
    order = sold(shop)
    parcel = booked(order, "LX000000014ID")
    parcel.gross_grams = 400  # as parcels of before this was checked may be
    parcel.save()
    page = sari.post(where(order, "handover"), follow=True).content.decode()
    assert "Papers that travel with the parcel are not ready" in page and "Commercial invoice" in page
    parcel.refresh_from_db()
    assert parcel.handed_over_at is None

    sari.post(where(order, "weight"), {"gross_grams": "540"})
    sari.post(where(order, "handover"))
    parcel.refresh_from_db()
    assert parcel.handed_over_at is not None


def test_a_parcel_that_paid_the_lower_duty_leaves_with_its_certificate_or_not_at_all(shop: Pool, sari: Client, carrier: Any):
    order = sold(shop, mode="general", claims=[Claim("ACFTA", "paper", "WO")], rates={"USD": "0.1"})
    parcel = booked(order, "LX000000014ID")
    page = sari.get(where(order)).content.decode()
    assert "The buyer paid the lower duty: its proof comes first" in page and "the certificate is not recorded yet" in page
    assert "customs there asks for ¥" in page
    page = sari.post(where(order, "handover"), follow=True).content.decode()
    assert "the proof of origin is not recorded yet: Certificate of origin Form E (ACFTA)" in page
    parcel.refresh_from_db()
    assert parcel.handed_over_at is None

    sari.post(where(order, "papers/origin/form_e"), {"form_e-number": "E-1", "form_e-issued_on": "2026-11-21"})
    assert "its proof comes first" not in sari.get(where(order)).content.decode()
    sari.post(where(order, "handover"))
    parcel.refresh_from_db()
    assert parcel.handed_over_at is not None


def test_a_parcel_waits_when_an_officer_took_its_statement_of_origin_back(shop: Pool, sari: Client, carrier: Any):
    order = sold(shop, mode="general", claims=[Claim("ACFTA", "declaration", "WO")], rates={"USD": "7.10"})
    parcel = booked(order, "LX000000014ID")
    product = Variant.objects.get(business_id=shop.business_id, id=shop.variant_id).product_id
    row = OriginStatement.objects.create(
        business_id=shop.business_id, product_id=product, agreement="ACFTA", criterion="WO", shown_by="declaration", hs="090121",
        origin="ID", valid_until=AT.date(), stated_at=AT, state="withdrawn", reason="Biji dari Vietnam",
    )  # fmt: skip
    page = sari.post(where(order, "handover"), follow=True).content.decode()
    assert "An officer withdrew your statement of origin (ACFTA): Biji dari Vietnam" in page
    parcel.refresh_from_db()
    assert parcel.handed_over_at is None
    # A labelled box travels without anybody pressing a button, so the label waits as well.
    for answer in (
        sari.get(where(order, "label.pdf"), follow=True),
        sari.post("/seller/orders/labels", {"order": [orders.names(order).handle]}, follow=True),
    ):
        assert "An officer withdrew your statement of origin (ACFTA): Biji dari Vietnam" in answer.content.decode()
    OriginStatement.objects.filter(business_id=shop.business_id, id=row.pk).update(state="ended", reason="")  # settled with the officers
    assert sari.get(where(order, "label.pdf")).content.startswith(b"%PDF")
    sari.post(where(order, "handover"))
    parcel.refresh_from_db()
    assert parcel.handed_over_at is not None


def test_cancelling_needs_a_reason_and_returns_the_pieces(shop: Pool, sari: Client):
    order = an_order(shop, state=State.PAID)
    assert sari.post(where(order, "cancellation"), {"reason": "whim"}).status_code == 422
    assert fresh(order).state == State.PAID
    sari.post(where(order, "cancellation"), {"reason": "out_of_stock"})
    assert (fresh(order).state, fresh(order).close_reason) == (State.CANCELLED, "out_of_stock")
    shop.refresh_from_db()
    assert shop.available == 12
    page = sari.get(where(order)).content.decode()
    assert "The goods are not there or damaged" in page and "Rina Contoh" not in page and "Coblong" not in page


def test_the_buyer_is_hidden_before_and_after(shop: Pool, sari: Client):
    for state in (State.AWAITING_PAYMENT, State.COMPLETED, State.EXPIRED):
        order = an_order(shop, state=state)
        page = sari.get(where(order)).content.decode()
        assert "Rina Contoh" not in page and "+6281200000002" not in page and "Jl. Contoh" not in page
        assert "Kota Bandung" in page
    assert "Rina Contoh" not in sari.get("/seller/orders/").content.decode()


def test_dewi_sees_and_moves_nothing_of_sari(shop: Pool, sari: Client, carrier: Any):
    order = an_order(shop, state=State.PAID)
    parcel = booked(order)
    dewi = signed_in(a_shop("Batik Dewi"))
    handle = orders.names(order).handle
    for deed in ("", "label.pdf"):
        assert dewi.get(where(order, deed)).status_code == 404, deed
    for deed in ("packing", "parcel", "weight", "handover", "cancellation"):
        answer = dewi.post(where(order, deed), {"reason": "buyer_asked", "gross_grams": "5"})
        assert answer.status_code == 404, deed
    dewi.post("/seller/orders/parcels", {"order": [handle]})
    assert dewi.post("/seller/orders/labels", {"order": [handle]}).status_code == 302
    for q in (handle, short_number(order.id), parcel.waybill):
        page = dewi.get("/seller/orders/", {"q": q}).content.decode()
        assert "No such order" in page and "Rina" not in page
    assert "Rina" not in dewi.get("/seller/").content.decode()
    assert "Rina" not in dewi.get("/seller/orders/").content.decode()
    parcel.refresh_from_db()
    assert (fresh(order).state, parcel.handed_over_at, parcel.printed_at, carrier.booked) == (State.PAID, None, None, [])


def test_strangers_are_asked_to_sign_in(shop: Pool):
    order = an_order(shop)
    for address in ("/seller/", "/seller/orders/", where(order), where(order, "label.pdf"), "/officer/"):
        answer = Client().get(address)
        assert answer.status_code == 302 and "/accounts/" in answer["Location"], address


def test_looking_changes_nothing(shop: Pool, sari: Client):
    order = an_order(shop, state=State.PAID)
    for deed in ("packing", "parcel", "weight", "handover", "cancellation"):
        assert sari.get(where(order, deed)).status_code == 405
    assert fresh(order).state == State.PAID


def test_the_list_is_filtered_and_goes_on(shop: Pool, sari: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    paid = [an_order(shop, state=State.PAID) for _ in range(3)]
    an_order(shop, CHEN, state=State.SHIPPED)
    first = queries.order_page(shop.business_id, view="to_pack", most=2)
    assert [row.number for row in first.rows] == [short_number(order.id) for order in sorted(paid, key=lambda row: row.id)[:2]]
    rest = sari.get("/seller/orders/", {"show": "to_pack", "from": first.next}).content.decode()
    assert short_number(max(order.id for order in paid)) in rest and first.rows[0].number not in rest
    shipped = sari.get("/seller/orders/", {"show": "on_the_way"}).content.decode()
    assert "陈示例" in shipped and "Rina" not in shipped
    everything = queries.order_page(shop.business_id, most=3)
    assert len(everything.rows) == 3 and everything.next


def test_an_order_is_found_by_what_the_label_says(shop: Pool, sari: Client):
    order = an_order(shop)
    parcel = booked(order)
    handle = orders.names(order).handle
    assert sari.get("/seller/orders/", {"q": handle.lower()})["Location"] == where(order)
    for q in (short_number(order.id).lower(), short_number(order.id).replace("-", " "), parcel.waybill.lower()):
        assert "Rina Contoh" in sari.get("/seller/orders/", {"q": q}).content.decode()


def test_many_orders_are_booked_and_labelled_at_once(shop: Pool, sari: Client, carrier: Any):
    several = [an_order(shop, state=State.PAID), an_order(shop, state=State.PACKED), an_order(shop, CHEN, state=State.PAID)]
    handles = [orders.names(order).handle for order in several]
    answer = sari.post("/seller/orders/parcels", {"order": [*handles, "nonsense"]}, follow=True)
    assert "3 couriers booked" in answer.content.decode()
    assert [fresh(order).state for order in several] == [State.PACKED] * 3
    pdf = sari.post("/seller/orders/labels", {"order": handles})
    assert pdf["Content-Type"] == "application/pdf" and 'filename="label-3.pdf"' in pdf["Content-Disposition"]
    assert Parcel.objects.filter(business_id=shop.business_id, printed_at__isnull=False).count() == 3
    assert "Choose orders" in sari.post("/seller/orders/labels", follow=True).content.decode()


def test_when_the_courier_is_silent_all_are_left_to_the_job(shop: Pool, sari: Client, carrier: Any):
    several = [an_order(shop, state=State.PAID) for _ in range(3)]
    carrier.broken = True
    sari.post("/seller/orders/parcels", {"order": [orders.names(order).handle for order in several]})
    assert Parcel.objects.filter(business_id=shop.business_id, state=life.NEW, check_at__isnull=False).count() == 3


def test_home_shows_what_is_to_be_done(shop: Pool, sari: Client):
    an_order(shop, state=State.PAID)
    held = an_order(shop, state=State.PACKED)
    booked(held, "SBX0000000009", "picked", "on_hold")
    Listing.objects.create(
        business_id=shop.business_id, variant_id=shop.variant_id, market=Market.objects.get(code="id"), state=Listing.State.LIVE, price=1
    )
    shop.available = 2
    shop.save()
    page = sari.get("/seller/").content.decode()
    assert "Rina" not in page and "Kopi Gayo 250 g" in page
    assert "Held up on the way" in page
    assert "2 left" in page
    assert "Missing papers" in page  # coffee with neither picture nor halal certificate
    home = queries.seller_home(Business.objects.get(pk=shop.business_id), at=now(), language="en")
    assert (home.counts["paid"], len(home.to_pack), len(home.troubles), home.is_new) == (1, 1, 1, False)


def test_a_new_seller_reads_three_next_steps():
    business = Business.objects.create(name="Warung Baru")
    person = User.objects.create_user(email="baru@contoh.example")
    Membership.objects.create(business_id=business.pk, user_id=person.pk, role="owner")
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/seller/").content.decode()
    for words in ("Have your business verified", "Add your first product", "Offer it in a market"):
        assert words in page
    assert len(queries.seller_home(business, at=now(), language="id").steps) == 3


@pytest.mark.parametrize("language", ["id", "en", "zh-hans"])
def test_every_page_speaks_three_languages(shop: Pool, language: str):
    client = signed_in(shop, language=language)
    abroad = an_order(shop, CHEN)
    booked(abroad, "LX000000014ID")
    words = {"id": "Perjalanan pesanan", "en": "Course", "zh-hans": "订单进度"}[language]
    assert words in client.get(where(abroad)).content.decode()
    for address in ("/seller/", "/seller/orders/"):
        assert client.get(address).status_code == 200


def test_lists_ask_the_database_the_same_few_times_whatever_their_length(shop: Pool, django_assert_max_num_queries: Any):
    for _ in range(6):
        booked(an_order(shop), f"SBX{_:010d}")
    with django_assert_max_num_queries(4):
        assert len(queries.order_page(shop.business_id).rows) == 6


def test_a_seller_reads_what_to_pack_in_their_own_words(shop: Pool, sari: Client):
    ProductText.objects.create(business_id=shop.business_id, product_id=shop.variant.product_id, language="id", title="Kopi Gayo Honey")
    order = an_order(shop, CHEN, state=State.PAID)
    Line.objects.filter(business_id=order.business_id, order=order).update(title="加约蜜处理咖啡豆")
    page, rows = sari.get(where(order)).content.decode(), queries.order_page(shop.business_id).rows
    assert "Kopi Gayo Honey" in page and "加约" not in page
    assert "Kopi Gayo Honey" in rows[0].contents


# Officers


def test_an_officer_sees_what_waits_and_orders_without_buyers(shop: Pool):
    arif = signed_in(None, is_officer=True)
    order = an_order(shop)
    booked(order, "SBX0000000007", "picked", "on_hold")
    Business.objects.create(name="Keripik Contoh", state=Business.State.SUBMITTED)
    home = arif.get("/officer/").content.decode()
    assert "Businesses to verify" in home and "Held up on the way" in home
    assert "Rina" not in home
    handle = orders.names(order).handle
    assert arif.get("/officer/", {"order": handle})["Location"] == f"/officer/orders/{handle}/"
    page = arif.get(f"/officer/orders/{handle}/").content.decode()
    assert "Kopi Gayo Sari" in page and "Kota Bandung" in page and "SBX0000000007" in page
    for secret in ("Rina", "+62812", "Jl. Contoh", "Coblong", "40135"):
        assert secret not in page
    assert "There is no order with this code" in arif.get("/officer/", {"order": "N123"}).content.decode()


def test_sellers_are_no_officers(sari: Client, shop: Pool):
    assert sari.get("/officer/").status_code == 404
    assert sari.get(f"/officer/orders/{orders.names(an_order(shop)).handle}/").status_code == 404


def test_books_that_are_out_of_balance_are_seen_at_once(shop: Pool):
    assert "In balance" in signed_in(None, is_officer=True).get("/officer/").content.decode()
    cache.clear()
    an_order(shop, state=State.PAID)  # paid, says the order; the ledger knows nothing of it
    page = signed_in(None, is_officer=True).get("/officer/").content.decode()
    assert "Out of balance" in page


def test_the_sellers_pages_show_the_end_of_the_buyers_number_and_no_more(shop: Pool, sari: Client, carrier: Any):
    order = sold(shop)
    for path in ("", "papers/"):
        assert CHEN.identity not in sari.get(where(order, path)).content.decode()
    page = sari.get(where(order)).content.decode()
    assert "••••••••••••••0012" in page and "Customs there asks for it" in page
    sari.post(where(order, "parcel"), {"gross_grams": "540"})
    entry = Entry.objects.get(action="shipping.buyer_number_passed_on")
    assert entry.facts["number"] == "••••••••••••••0012" and entry.by is not None
    assert CHEN.identity not in sari.get(where(order)).content.decode()


def test_the_seller_reads_why_no_courier_can_be_booked(shop: Pool, sari: Client, carrier: Any):
    order = sold(shop, msgspec.structs.replace(CHEN, identity="", identity_kind=""))
    page = sari.post(where(order, "parcel"), {"gross_grams": "540"}, follow=True).content.decode()
    assert page.count("Customs there asks the buyer for: Identity number of the buyer (18 digits)") >= 1
    assert not Parcel.objects.exists()

    sealed = bytes(Order.objects.get(business_id=shop.business_id, id=order.id).buyer_sealed)
    Order.objects.filter(business_id=shop.business_id, id=order.id).update(state=State.PACKED, buyer_sealed=b"\x01\x63" + sealed[2:])
    page = sari.post(where(order, "parcel"), {"gross_grams": "540"}, follow=True).content.decode()
    assert "a sealing key is missing" in page.replace("&#x27;", "'").replace("\n", " ") and not Parcel.objects.exists()
    assert sari.get("/seller/orders/").status_code == 200
