"""Readiness from what orders, parcels, views and listings say, and who may see it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from saudagar.catalogue import queries as products
from saudagar.catalogue.models import Product
from saudagar.catalogue.rules.product import UnknownProduct
from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.foundation.ids import Kind, handle
from saudagar.markets import actions as markets
from saudagar.markets.models import Listing
from saudagar.orders.models import Order
from saudagar.programme import actions, queries
from saudagar.programme.models import Readiness, Supply
from saudagar.programme.tests.test_destinations import signed_in
from saudagar.shipping.models import Parcel
from saudagar.shipping.tests.cast import CHEN, a_shop, an_order

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ALL = {"pirt": ("1", None), "halal": ("2", None), "gacc": ("3", None), "zh_label": ("4", None)}


def facts(business, **medians):
    return queries.facts_of([business], medians, at=AT, on=TODAY)[business][0].facts


def test_orders_say_volume_lateness_and_defects():
    pool = a_shop()
    product = Product.objects.get(business_id=pool.business_id)
    Product.objects.filter(business_id=pool.business_id).update(state="ready")
    paid = [AT - timedelta(days=5), AT - timedelta(days=40), AT - timedelta(days=70), AT - timedelta(days=100)]
    orders = [an_order(pool, CHEN, state="shipped") for _ in paid]
    for order, day, sent in zip(orders, paid, [1, 4, 2, 9], strict=True):
        Order.objects.filter(business_id=order.business_id, id=order.id).update(paid_at=day, shipped_at=day + timedelta(days=sent))
    Parcel.objects.create(
        business_id=pool.business_id, order=orders[2], carrier="pos", service="packet", state="returned", gross_grams=600, created_at=AT
    )  # fmt: skip
    pieces = sum(line.quantity for line in orders[0].lines.all())
    found = facts(pool.business_id)
    assert (found.months, found.orders, found.late, found.defects) == ((pieces, pieces, pieces), 3, 1, 1)
    assert found.late_days == pytest.approx(2 / 3)  # two days beyond the two that are allowed, over three orders
    assert found.views is None and product.pk


def test_papers_are_counted_against_what_is_asked_abroad():
    sari = a_business()
    a_coffee(sari, papers={"halal": ("2", None)})
    few = facts(sari.pk)
    Product.objects.all().update(state="archived")
    a_coffee(sari, sku="KG-2", papers=ALL)
    many = facts(sari.pk)
    assert many.papers_asked == few.papers_asked > 0
    assert len(many.missing) < len(few.missing)
    assert "gacc" in {paper for group in few.missing for paper in group}
    assert "gacc" not in {paper for group in many.missing for paper in group}


def test_price_beside_the_median_of_four_sellers():
    shops = [a_business(name) for name in ("Sari", "Dewi", "Tono", "Wati")]
    for shop, price in zip(shops, (15_000_000, 10_000_000, 10_000_000, 8_000_000), strict=True):
        product, _ = a_coffee(shop, papers=ALL, price=price)
        markets.offer(shop.pk, product, "id", at=AT)
    medians = queries.medians(["090121"])
    assert medians == {("id", "090121"): (40_000_000.0, 4)}  # for a kilogram, of bags of 250 g
    assert queries.facts_of([shops[0].pk], medians, at=AT, on=TODAY)[shops[0].pk][0].facts.price_ratio == 1.5
    Listing.objects.filter(business_id=shops[3].pk).update(state="paused")
    assert queries.facts_of([shops[0].pk], queries.medians(), at=AT, on=TODAY)[shops[0].pk][0].facts.price_ratio is None  # too few


def test_nightly_work_keeps_one_row_for_each_product_and_business():
    sari, dewi = a_business(), a_business("Toko Dewi")
    first, _ = a_coffee(sari, papers=ALL)
    a_coffee(sari, sku="KG-2", papers={})
    assert actions.work_out_all(at=AT, chunk=1) == 2
    assert actions.work_out_all(at=AT) == 2
    assert Readiness.objects.filter(business_id=sari.pk).count() == 3
    assert Readiness.objects.filter(business_id=dewi.pk).count() == 0
    whole, rows = queries.business_readiness(sari.pk), queries.product_readiness(sari.pk, "en")
    assert whole is not None and rows[0].score < whole.score < rows[1].score
    assert rows[1].product_id == first
    assert "paper" in [step["code"] for step in rows[0].steps]

    Product.objects.filter(business_id=sari.pk).update(state="archived")
    actions.work_out_all(at=AT)
    assert Readiness.objects.count() == 0


def test_telling_capacity_raises_the_confidence_at_once():
    sari = a_business()
    product, _ = a_coffee(sari, papers=ALL)
    actions.work_out(sari.pk, at=AT)
    before = queries.business_readiness(sari.pk)
    actions.tell_supply(sari.pk, product, pieces_per_month=150, grade="a", at=AT)
    after = queries.business_readiness(sari.pk)
    assert dict(before.parts)["volume"] is None and dict(after.parts)["volume"] == 50.0
    assert round(after.confidence - before.confidence, 1) == 27.5  # volume, and the tenth of quality that the grade is
    with pytest.raises(UnknownProduct):
        actions.tell_supply(a_business("Toko Dewi").pk, product, pieces_per_month=1, grade="", at=AT)
    assert Supply.objects.count() == 1


def test_pages_of_seller_and_officer():
    sari, dewi = a_business(), a_business("=Toko Dewi")
    product, _ = a_coffee(sari, papers={})
    a_coffee(dewi, papers=ALL)
    address = f"/seller/products/{products.product(sari.pk, product).handle}/readiness-for-export/"
    mine, other, arif = signed_in(sari), signed_in(dewi), signed_in(is_officer=True)
    assert "Nothing to work out yet" in mine.get("/seller/readiness/").content.decode()
    assert mine.post(address, {"pieces_per_month": "150", "grade": "b"}).status_code == 302
    assert mine.post(address, {"pieces_per_month": "-1"}).status_code == 422
    assert "Get the paper" in mine.get(address).content.decode()
    assert "What raises it most" in mine.get("/seller/readiness/").content.decode()
    assert (other.get(address).status_code, other.post(address, {"pieces_per_month": "9"}).status_code) == (404, 404)
    assert Supply.objects.get().pieces_per_month == 150

    actions.work_out_all(at=AT)
    for sort in queries.SORTS:
        assert arif.get(f"/officer/readiness/?sort={sort}").status_code == 200
    Readiness.objects.filter(business_id=dewi.pk, product=None).update(score_tenths=990)
    text = arif.get("/officer/readiness/?category=food").content.decode()
    assert text.index("Toko Dewi") < text.index("Kopi Gayo Sari")
    text = arif.get("/officer/readiness/?sort=score").content.decode()
    assert text.index("Kopi Gayo Sari") < text.index("Toko Dewi")
    assert "Nobody here" in arif.get("/officer/readiness/?province=32").content.decode()
    lines = arif.get("/officer/readiness/?format=csv").content.decode().splitlines()
    assert lines[0].startswith("business,name,province,day,score,confidence,volume,")
    assert lines[1].startswith(f"{handle(Kind.BUSINESS, dewi.pk)},'=Toko Dewi,")
    assert (mine.get("/officer/readiness/").status_code, Client().get("/officer/readiness/").status_code) == (404, 302)
