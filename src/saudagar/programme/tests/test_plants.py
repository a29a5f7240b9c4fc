"""Where can I sell this, and how ready am I, for goods that name where they are made."""

import json
from datetime import UTC, datetime

import pytest

from saudagar.catalogue import actions as catalogue
from saudagar.catalogue.models import Certificate, ProductPlant
from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.foundation.ids import Kind, handle
from saudagar.programme import queries
from saudagar.programme.tests.test_destinations import places, signed_in, way_into
from saudagar.registry.models import Plant

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
PAPERS = {"pirt": ("1", None), "halal": ("2", None)}

pytestmark = pytest.mark.django_db


def a_plant(business, name, **changes) -> Plant:
    return Plant.objects.create(business_id=business.pk, name=name, kind="factory", **changes)


def gacc_in(business, product):
    needs = way_into(places(business, product)["CN"], "cbec").needs
    return next((paper for need in needs for paper in need.papers if paper.key == "gacc"), None)


def test_which_plant_lacks_which_paper_and_where_it_is_shown():
    sari = a_business()
    product, _ = a_coffee(sari, papers=PAPERS)
    here, there, closed = a_plant(sari, "Sangrai"), a_plant(sari, "Rumah kemas"), a_plant(sari, "Lama", is_active=False)
    elsewhere = a_plant(sari, "Lain")
    for plant in (here, there, closed):
        ProductPlant.objects.create(business_id=sari.pk, product_id=product, plant=plant)
    facts = catalogue.CertificateFacts("gacc", "CIDN-1")
    catalogue.submit_certificate(sari.pk, None, facts, plant_id=there.pk, by=None, at=AT)
    catalogue.submit_certificate(sari.pk, None, facts, plant_id=elsewhere.pk, by=None, at=AT)
    own = handle(Kind.PLANT, sari.pk, here.pk)
    assert [(plant.name, plant.is_sent, plant.upload) for plant in gacc_in(sari, product).plants] == [
        ("Rumah kemas", True, f"/seller/plants/{handle(Kind.PLANT, sari.pk, there.pk)}/?paper=gacc#papers"),
        ("Sangrai", False, f"/seller/plants/{own}/?paper=gacc#papers"),
    ]
    client, own_product = signed_in(sari), handle(Kind.PRODUCT, sari.pk, product)
    page = client.get(f"/seller/products/{own_product}/destinations/").content.decode()
    assert f"/seller/plants/{own}/?paper=gacc#papers" in page and "Rumah kemas" in page
    said = json.loads(client.get(f"/api/v1/products/{own_product}/markets?freight=100000").content)
    assert [plant["name"] for plant in said["made_in"]] == ["Lama", "Rumah kemas", "Sangrai"]
    asked = [
        paper for place in said["places"] for way in place["ways"] for need in way["missing"] for paper in need["any_of"]
    ]  # fmt: skip
    assert next([plant["name"] for plant in paper["plants"]] for paper in asked if paper["key"] == "gacc") == ["Rumah kemas", "Sangrai"]

    Certificate.objects.filter(plant=elsewhere).update(state="accepted")
    assert gacc_in(sari, product) is not None
    Certificate.objects.filter(plant=there).update(state="accepted")
    assert gacc_in(sari, product) is None


def test_where_all_are_closed_the_seller_is_led_to_name_another():
    sari = a_business()
    product, _ = a_coffee(sari, papers=PAPERS)
    ProductPlant.objects.create(business_id=sari.pk, product_id=product, plant=a_plant(sari, "Lama", is_active=False))
    paper = gacc_in(sari, product)
    assert (paper.plants, paper.upload) == ((), f"/seller/products/{handle(Kind.PRODUCT, sari.pk, product)}/plants/")


def test_readiness_counts_the_papers_of_its_own_plants():
    sari = a_business()
    made_here, _ = a_coffee(sari, papers=PAPERS)
    made_there, _ = a_coffee(sari, sku="KG-500", papers=PAPERS)
    anywhere, _ = a_coffee(sari, sku="KG-750", papers=PAPERS)
    here, there = a_plant(sari, "Sangrai"), a_plant(sari, "Rumah kemas")
    for product, plant in ((made_here, here), (made_there, there)):
        ProductPlant.objects.create(business_id=sari.pk, product_id=product, plant=plant)
    Certificate.objects.create(business_id=sari.pk, plant=here, kind="gacc", number="1", state="accepted")
    Certificate.objects.create(business_id=sari.pk, kind="fda_facility", number="2", state="accepted")
    told = {each.product_id: each.facts.missing for each in queries.facts_of([sari.pk], {}, at=AT, on=AT.date())[sari.pk]}
    missing = {product: {paper for group in groups for paper in group} & {"gacc", "fda_facility"} for product, groups in told.items()}
    assert missing == {made_here: {"fda_facility"}, made_there: {"gacc", "fda_facility"}, anywhere: {"gacc"}}
