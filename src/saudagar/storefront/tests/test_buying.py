import re
from datetime import timedelta

import pytest
from django.test import Client

from saudagar.campaigns.models import Campaign, Entry
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.orders import actions as orders
from saudagar.orders.models import Line, Order, Purchase
from saudagar.stock.models import Pool
from saudagar.storefront.tests.cast import CHEN, RINA, goods

pytestmark = pytest.mark.django_db


def put(client: Client, market: str, *listings: str) -> None:
    for listing in listings:
        assert client.post(f"/{market}/basket/", {"listing": listing, "pieces": "2"}).status_code == 302


def reviewed(client: Client, market: str, buyer: dict[str, str]) -> dict[str, str]:
    """The hidden fields of the page that asks: all right like this?"""
    html = client.post(f"/{market}/checkout/", {**buyer, "step": "review"}).content.decode()
    assert 'value="place"' in html, re.findall(r'class="error".*?</div>', html)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


def bought(client: Client, market: str, buyer: dict[str, str]) -> str:
    """Places the basket and returns the handle of the purchase."""
    answer = client.post(f"/{market}/checkout/", {**reviewed(client, market, buyer), "step": "place"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return re.fullmatch(r"/pay/(\w+)/", answer["Location"])[1]


@pytest.mark.parametrize(("market", "buyer", "country"), [("id", RINA, "ID"), ("cn", CHEN, "CN")])
def test_from_the_shelf_to_the_payment_page(market: str, buyer: dict[str, str], country: str):
    made = goods()
    client = Client()
    put(client, market, made.listings[market])
    purchase = bought(client, market, buyer)

    order = Order.objects.get(business_id=made.business.id)
    made.pool.refresh_from_db()
    assert (order.country, made.pool.available, order.state) == (country, 18, "awaiting_payment")
    assert buyer["name"].encode() not in bytes(order.buyer_sealed)
    html = client.get(f"/purchases/{purchase}/").content.decode()
    assert buyer["name"] in html and buyer["line"] in html
    assert client.get("/orders/").content.decode().count(f"/purchases/{purchase}/") == 1
    assert f"basket_{market}" not in {name for name, cookie in client.cookies.items() if cookie.value}


def test_two_sellers_become_two_orders_each_with_its_own_lines():
    sari, dewi = goods(), goods("Batik Dewi", "Kain Batik")
    client = Client()
    put(client, "id", sari.listings["id"], dewi.listings["id"])
    purchase = bought(client, "id", RINA)

    html = client.get(f"/purchases/{purchase}/").content.decode()
    assert Order.objects.count() == 2
    assert html.count("Kain Batik") == 1 and html.count("Kopi &lt;Gayo&gt; Arabika") == 1


def test_strangers_see_how_far_it_is_and_nothing_of_the_buyer():
    made = goods()
    client = Client()
    put(client, "id", made.listings["id"])
    purchase = bought(client, "id", RINA)

    html = Client().get(f"/purchases/{purchase}/").content.decode()
    for private in ("Rina", "Contoh 12", "Coblong", "Arabika", "Rp"):
        assert private not in html


def test_sending_the_last_page_twice_buys_once():
    made = goods()
    client = Client()
    put(client, "id", made.listings["id"])
    fields = reviewed(client, "id", RINA)
    first = client.post("/id/checkout/", {**fields, "step": "place"})
    again = client.post("/id/checkout/", {**fields, "step": "place"})

    assert first["Location"] == again["Location"]
    assert (Purchase.objects.count(), Order.objects.count()) == (1, 1)
    made.pool.refresh_from_db()
    assert made.pool.available == 18


def test_what_was_sold_meanwhile_is_said_and_nothing_is_bought():
    made = goods(pieces=2)
    client = Client()
    put(client, "id", made.listings["id"])
    fields = reviewed(client, "id", RINA)
    type(made.pool).objects.filter(business_id=made.business.id).update(available=1)
    answer = client.post("/id/checkout/", {**fields, "step": "place"})

    assert answer.status_code == 409
    assert "tinggal 1" in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("market", "buyer", "field", "value"),
    [
        ("id", RINA, "phone", "12"),
        ("id", RINA, "postal_code", "4013"),
        ("id", RINA, "region", "99.99"),
        ("id", RINA, "payment", "alipay"),
        ("cn", CHEN, "identity", "110105194912310021"),
        ("cn", CHEN, "postal_code", "20012"),
        ("cn", CHEN, "region", ""),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_placed(market: str, buyer: dict[str, str], field: str, value: str):
    made = goods()
    client = Client()
    put(client, market, made.listings[market])
    html = client.post(f"/{market}/checkout/", {**buyer, field: value, "step": "review"}).content.decode()
    assert 'value="place"' not in html
    assert f'id="id_{field}_error"' in html


def test_changing_puts_everything_back_into_the_form():
    made = goods()
    client = Client()
    put(client, "id", made.listings["id"])
    html = client.post("/id/checkout/", {**reviewed(client, "id", RINA), "step": "change"}).content.decode()
    assert 'value="Rina Contoh"' in html and 'value="32.73" selected' in html


def test_a_changed_token_buys_nothing():
    made = goods()
    client = Client()
    put(client, "id", made.listings["id"])
    fields = reviewed(client, "id", RINA)
    answer = client.post("/id/checkout/", {**fields, "quote": fields["quote"][:-6] + "AAAAAA", "step": "place"})
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_only_the_buyer_says_that_the_goods_are_there():
    made = goods()
    client = Client()
    put(client, "id", made.listings["id"])
    purchase = bought(client, "id", RINA)
    order = Order.objects.get()
    at = now()
    Order.objects.filter(business_id=made.business.id).update(state="shipped", paid_at=at, packed_at=at, shipped_at=at)
    orders.deliver(order.business_id, order.id, at=at)
    address = re.search(rf"/purchases/{purchase}/orders/\w+/acceptance", client.get(f"/purchases/{purchase}/").content.decode())[0]

    assert Client().post(address).status_code == 403
    order.refresh_from_db()
    assert order.inspection_ends_at > now()

    assert client.post(address).status_code == 302
    order.refresh_from_db()
    assert order.inspection_ends_at <= now()
    assert address not in client.get(f"/purchases/{purchase}/").content.decode()


def test_baskets_are_counted_changed_and_emptied(client: Client):
    made = goods()
    listing = made.listings["id"]
    put(client, "id", listing, listing)
    assert '<span class="count">4</span>' in client.get("/id/basket/").content.decode()
    assert client.cookies["pieces_id"].value == "4" and not client.cookies["pieces_id"]["httponly"]
    client.post("/id/basket/", {"listing": listing, "pieces": "1", "change": "1"})
    assert '<span class="count">1</span>' in client.get("/id/basket/").content.decode()
    assert client.cookies["pieces_id"].value == "1"
    client.post("/id/basket/", {"listing": listing, "pieces": "0", "change": "1"})
    assert "Keranjang Anda kosong" in client.get("/id/basket/").content.decode()
    assert not client.cookies["pieces_id"].value


def test_a_forged_basket_is_an_empty_one(client: Client):
    client.cookies["basket_id"] = "eyJUMSI6IDF9:forged"
    assert "Keranjang Anda kosong" in client.get("/id/basket/").content.decode()


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
def test_other_sites_cannot_fill_a_basket(client: Client, headers: dict[str, str]):
    made = goods()
    answer = client.post("/id/basket/", {"listing": made.listings["id"], "pieces": "1"}, headers=headers)
    assert answer.status_code == 403 and not answer.cookies


def test_the_destination_form_leads_nowhere_else(client: Client):
    goods()
    answer = client.post("/id/destination/", {"region": "32", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/id/"


def test_a_basket_is_looked_over_ahead_of_a_campaign_and_ordered_from_its_first_second_on():
    made = goods()
    at = now()
    start = at + timedelta(minutes=30)
    campaign = Campaign.objects.create(
        code="11-11",
        market_id="id",
        names={"id": "11.11"},
        state="open",
        starts_at=start,
        ends_at=start + timedelta(days=1),
        quotes_from=at,
    )
    allotment = Pool.objects.create(
        business_id=made.business.id, variant=made.pool.variant, outlet=made.pool.outlet, country="ID", available=5, campaign_id=campaign.id
    )
    entry = Entry.objects.create(
        business_id=made.business.id, campaign=campaign, listing_id=parse_handle(made.listings["id"], Kind.LISTING)[1], state="approved",
        price=6_000_000, allotment=5, pool=allotment, applied_at=at,
    )  # fmt: skip
    client = Client()
    put(client, "id", made.listings["id"])
    page = client.get("/id/checkout/?campaign=11-11").content.decode()
    assert '<input type="hidden" name="campaign" value="11-11">' in page
    assert re.search(r"170\.000</s> Rp.?120\.000", page), "the ordinary price and that of the campaign"

    hidden = reviewed(client, "id", {**RINA, "campaign": "11-11"})
    early = client.post("/id/checkout/", {**hidden, "step": "place"})
    assert early.status_code == 425
    assert 'value="place"' in early.content.decode() and not Order.objects.exists()

    Campaign.objects.update(starts_at=at - timedelta(minutes=1), quotes_from=at - timedelta(hours=1))
    bought(client, "id", RINA)
    line = Line.objects.get(business_id=made.business.id)
    assert (line.unit_price, line.pool_id) == (entry.price, allotment.id)


def test_a_campaign_nobody_opened_is_said_so():
    made = goods()
    client = Client()
    put(client, "id", made.listings["id"])
    assert "12-12" in client.get("/id/checkout/?campaign=12-12").content.decode()
