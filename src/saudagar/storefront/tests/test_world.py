"""The market of many countries: the buyer chooses one, and pays its duty and tax with the order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from saudagar.catalogue import queries as catalogue
from saudagar.checkout import hearers
from saudagar.checkout.rules.refusals import TermsNotOffered
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.markets import actions as markets
from saudagar.markets import queries
from saudagar.markets.models import Market
from saudagar.orders import actions as orders
from saudagar.orders.models import Order
from saudagar.orders.queries import buyer
from saudagar.rulebook.queries import rulebook_of
from saudagar.rulebook.rules import agrees, from_data, recompute
from saudagar.storefront import actions, cookies
from saudagar.storefront.tests.cast import JANE, JIMIN, MEI, goods
from saudagar.storefront.tests.test_buying import bought, put, reviewed

pytestmark = pytest.mark.django_db


def rates(*names: str) -> None:
    at = now()
    for name, rate in {"USD": "16400", "THB": "505", "SGD": "12700", "KRW": "11.8", "TWD": "535", "CHF": "20000"}.items():
        if name in names:
            markets.enter_rate(name, Decimal(rate), source="test", valid_from=at - timedelta(days=1), at=at, is_meant=True)


def test_from_the_shelf_to_an_order_with_duty_and_tax():
    rates("USD", "THB")
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    client.cookies[cookies.DESTINATION.format(market="world")] = "TH"
    page = client.get(f"/world/p/{made.product}/").content.decode()
    assert "Everything included, to Thailand" in page and 'value="SG"' in page

    put(client, "world", made.listings["world"])
    purchase = bought(client, "world", JANE)

    order = Order.objects.get(business_id=made.business.id)
    kept = from_data(order.customs)
    assert (order.country, order.currency, order.goods) == ("TH", "USD", 1420)
    assert order.duty > 0 and order.tax > 0
    assert order.total == order.goods + order.shipping + order.duty + order.tax + order.fees
    assert kept.rates["USD"] == "32.475247524752"  # 16,400 / 505
    assert agrees(kept, recompute(kept, rulebook_of(kept.release)))
    page = client.get(f"/purchases/{purchase}/").content.decode()
    assert "Thailand" in page and kept.parts[0].rule in page


def test_where_the_rules_or_rates_are_silent_the_product_page_says_so():
    rates("USD")
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    client.cookies[cookies.DESTINATION.format(market="world")] = "TH"
    page = client.get(f"/world/p/{made.product}/").content.decode()
    assert "The rate from USD to THB is missing." in page and "Everything included" not in page


def test_the_seller_reads_what_each_country_takes_and_what_would_lower_it():
    rates("USD", "THB")
    made = goods(world=True)
    row = catalogue.product(*parse_handle(made.product, Kind.PRODUCT), "en")
    at = now()
    found = {each.country: each for each in queries.abroad(row, queries.market("world"), 710, 250, at=at, on=at.date(), language="en")}
    assert found["TH"].levies == found["TH"].total - 710 > 0
    assert all(part.rule and part.source for part in found["TH"].parts)
    assert "JPY" in found["JP"].refusal  # no rate was entered
    assert all("pays" in words for words in found["TH"].savings)


def test_the_seller_reads_duty_by_gross_weight():
    rates("USD", "CHF")
    made = goods(world=True)
    row = catalogue.product(*parse_handle(made.product, Kind.PRODUCT), "en")
    at = now()

    def swiss(gross_grams):
        found = queries.abroad(row, queries.market("world"), 710, 250, gross_grams=gross_grams, at=at, on=at.date(), language="en")
        return next((each for each in found if each.country == "CH"), None)

    assert "gross_grams (HS 090121: ch-tares-090121)" in swiss(0).refusal
    [duty] = [part.label for part in swiss(290).parts if part.kind == "duty"]
    assert duty.startswith("Import duty (0.29 kg gross × CHF\u00a063 per 100 kg)")


def the_form(client: Client, **asked: str) -> str:
    return client.post("/world/checkout/", {**JANE, "step": "price", **asked}).content.decode()


def test_the_form_asks_for_what_customs_of_the_country_asks_for():
    rates("USD", "THB", "KRW", "TWD")
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    put(client, "world", made.listings["world"])
    assert 'name="identity"' not in the_form(client)
    korea, taiwan = the_form(client, region="KR"), the_form(client, region="TW")
    assert "Personal customs clearance code (PCCC)" in korea and "unipass.customs.go.kr" in korea
    assert "Taiwan identity card or ARC number" in taiwan and "EZ WAY" in taiwan
    chinese = Client(headers={"accept-language": "zh"})
    put(chinese, "world", made.listings["world"])
    assert "个人通关固有编号（PCCC）" in the_form(chinese, region="KR")


def test_to_korea_with_the_clearance_code_sealed_and_masked():
    rates("USD", "KRW")
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    put(client, "world", made.listings["world"])
    for wrong in ("", "123456789012"):
        html = client.post("/world/checkout/", {**JIMIN, "identity": wrong, "step": "review"}).content.decode()
        assert 'id="id_identity_error"' in html and 'value="place"' not in html
    review = client.post("/world/checkout/", {**JIMIN, "step": "review"}).content.decode()
    assert "•••••••••9012" in review and "holds for one year" in review

    purchase = bought(client, "world", JIMIN)
    order = Order.objects.get(business_id=made.business.id)
    assert (order.country, buyer(order).identity, buyer(order).identity_kind) == ("KR", "P123456789012", "kr-pccc")
    assert b"P123456789012" not in bytes(order.buyer_sealed)
    assert "P123456789012" not in client.get(f"/purchases/{purchase}/").content.decode()


def test_to_taiwan_only_with_the_mobile_number_of_ez_way():
    rates("USD", "TWD")
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    put(client, "world", made.listings["world"])
    html = client.post("/world/checkout/", {**MEI, "phone": "02 2345 6789", "step": "review"}).content.decode()
    assert 'id="id_phone_error"' in html and "mobile phone" in html
    bought(client, "world", MEI)
    assert buyer(Order.objects.get(business_id=made.business.id)).phone == "+886912345678"


def test_the_seventh_parcel_to_taiwan_shows_its_tax_before_it_is_ordered():
    rates("USD", "TWD")
    made = goods(world=True, pieces=40)
    client = Client(headers={"accept-language": "en"})
    for parcel in range(7):
        put(client, "world", made.listings["world"])
        fields = reviewed(client, "world", MEI)
        assert client.post("/world/checkout/", {**fields, "step": "place"}).status_code == 302
        order = Order.objects.latest("id")
        assert (order.tax > 0) == (parcel == 6)
        orders.take_payment(order.purchase_business_id, order.id, at=now())
        hearers.paid(order.business_id, {"order": str(order.id)}, now())


def test_duty_and_tax_now_or_at_the_door():
    rates("USD", "THB")
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    put(client, "world", made.listings["world"])
    form = the_form(client)
    assert "Pay now: US$" in form and "nothing at the door" in form and "Pay at the door: US$" in form
    now_all = actions.price("world", {made.listings["world"]: 2}, country="TH", region="", language="en", at=now())

    review = client.post("/world/checkout/", {**JANE, "terms": "DAP", "step": "review"}).content.decode()
    assert "more at the door, for duty and tax" in review and "To pay at the door (estimate)" in review
    purchase = bought(client, "world", {**JANE, "terms": "DAP"})
    order = Order.objects.get(business_id=made.business.id)
    kept = from_data(order.customs)
    assert (kept.terms, order.duty, order.tax, order.total) == ("DAP", 0, 0, order.goods + order.shipping)
    assert kept.due_at_door == now_all.at_border > 0
    assert order.total + kept.due_at_door == now_all.quote.total
    assert agrees(kept, recompute(kept, rulebook_of(kept.release)))

    page = client.get(f"/purchases/{purchase}/").content.decode()
    assert "To pay at the door (estimate)" in page and "nothing is left to pay at the door" not in page
    stranger = Client(headers={"accept-language": "en"}).get(f"/purchases/{purchase}/").content.decode()
    assert "at the door" not in stranger


def test_a_market_that_sells_duty_paid_only_leaves_no_choice():
    rates("USD", "THB")
    Market.objects.filter(code="world").update(terms=["DDP"])
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    put(client, "world", made.listings["world"])
    assert "Pay at the door" not in the_form(client)
    with pytest.raises(TermsNotOffered):
        actions.price("world", {made.listings["world"]: 2}, country="TH", region="", language="en", terms="DAP", at=now())
    bought(client, "world", {**JANE, "terms": ""})
    assert from_data(Order.objects.get(business_id=made.business.id).customs).terms == "DDP"
