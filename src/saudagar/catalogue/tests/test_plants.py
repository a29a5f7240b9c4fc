"""Papers of plants: they count for what is made there, and for nothing else."""

from datetime import UTC, date, datetime

import pytest
from django.test import TestCase as PlainTestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.catalogue import actions, hearers, queries
from saudagar.catalogue.actions import CertificateFacts
from saudagar.catalogue.models import Certificate, ProductPlant
from saudagar.catalogue.rules.certificates import NotAPlantPaper, PlantPapersLost, ShowItForThePlant, TooManyPlantsOfProduct
from saudagar.catalogue.rules.digestion import PlantNotNamed, digest
from saudagar.catalogue.rules.headers import suggest
from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.models import OutboxEvent
from saudagar.people.models import User
from saudagar.registry import actions as registry
from saudagar.registry.models import Membership, Plant
from saudagar.registry.queries import plant_names
from saudagar.registry.rules.plants import UnknownPlant

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
UNTIL = date(2027, 11, 21)
ARIF = new_id()


def a_plant(business, name="Sangrai", kind="kitchen", **changes) -> Plant:
    return Plant.objects.create(business_id=business.pk, name=name, kind=kind, **changes)


def made_in(business, product, *plants, is_meant=True) -> None:
    actions.name_plants(business.pk, product, [each.pk for each in plants], by=ARIF, at=AT, is_meant=is_meant)


def shown(business, *, product=None, plant=None, kind="gacc", number="CIDN1", is_accepted=True, until=UNTIL):
    facts = CertificateFacts(kind, number, valid_until=until)
    made = actions.submit_certificate(business.pk, product, facts, plant_id=plant.pk if plant else None, by=ARIF, at=AT)
    if is_accepted:
        actions.decide_certificate(business.pk, made, is_accepted=True, by=ARIF, at=AT)
    return made


def held(business, product, on=TODAY):
    return queries.papers_in_force(queries.product(business.pk, product), on)


def changed() -> set[str]:
    found = set(OutboxEvent.objects.filter(name="catalogue.product_changed").values_list("facts__product", flat=True))
    OutboxEvent.objects.all().delete()
    return found


class Counted(PlainTestCase):
    def setUp(self) -> None:
        self.sari = a_business()
        self.product, _ = a_coffee(self.sari, papers={})
        self.other, _ = a_coffee(self.sari, sku="KG-500", papers={})
        self.here, self.there = a_plant(self.sari), a_plant(self.sari, "Rumah kemas", "packhouse")

    def test_a_paper_of_a_plant_counts_for_what_is_made_there_and_nothing_else(self) -> None:
        made_in(self.sari, self.product, self.here)
        made_in(self.sari, self.other, self.there)
        OutboxEvent.objects.all().delete()
        made = shown(self.sari, plant=self.here)
        assert changed() == {str(self.product)}
        assert (held(self.sari, self.product), held(self.sari, self.other)) == ({"gacc": UNTIL}, {})
        made_in(self.sari, self.other, self.here, self.there)  # of several, one is enough
        assert held(self.sari, self.other) == {"gacc": UNTIL}
        actions.withdraw_certificate(self.sari.pk, made, by=ARIF, at=AT)
        assert (held(self.sari, self.product), held(self.sari, self.other)) == ({}, {})

    def test_a_paper_of_the_business_counts_while_no_plant_is_named(self) -> None:
        shown(self.sari)
        shown(self.sari, kind="halal", number="ID1")
        assert held(self.sari, self.product) == {"gacc": UNTIL, "halal": UNTIL}
        with pytest.raises(PlantPapersLost) as refusal:
            made_in(self.sari, self.product, self.here, is_meant=False)
        assert refusal.value.facts["papers"] == ["gacc"]
        assert "GACC registration of the food plant (China)" in refusal.value.message("en")
        assert not ProductPlant.objects.exists()
        made_in(self.sari, self.product, self.here)
        assert held(self.sari, self.product) == {"halal": UNTIL}  # what is no paper of plants goes on
        made_in(self.sari, self.product)
        assert held(self.sari, self.product) == {"gacc": UNTIL, "halal": UNTIL}

    def test_a_closed_plant_makes_nothing(self) -> None:
        shown(self.sari)
        shown(self.sari, plant=self.here)
        made_in(self.sari, self.product, self.here)
        OutboxEvent.objects.all().delete()
        registry.open_plant(self.sari.pk, self.here.pk, is_active=False, by=ARIF, at=AT)
        event = OutboxEvent.objects.get(name="registry.plant_changed")
        hearers.plant_changed(self.sari.pk, event.facts, AT)
        assert changed() == {str(self.product)}
        assert held(self.sari, self.product) == {}  # and the paper of the business does not come back

    def test_the_same_paper_shown_for_its_plant_waits_and_the_old_one_goes_on(self) -> None:
        first = shown(self.sari)
        assert [each.id for each in queries.plant_papers_elsewhere(self.sari.pk, self.here.pk)] == [first]
        second = actions.show_for_plant(self.sari.pk, first, self.here.pk, by=ARIF, at=AT)
        assert queries.plant_papers_elsewhere(self.sari.pk, self.here.pk) == []
        row = queries.certificate(self.sari.pk, second)
        assert (row.state, row.number, row.plant_id, row.valid_until) == ("submitted", "CIDN1", self.here.pk, UNTIL)
        assert held(self.sari, self.product) == {"gacc": UNTIL}
        actions.decide_certificate(self.sari.pk, second, is_accepted=True, by=ARIF, at=AT)
        made_in(self.sari, self.product, self.here, is_meant=False)
        assert held(self.sari, self.product) == {"gacc": UNTIL}
        self.here.refresh_from_db()
        assert self.here.is_fixed

    def test_what_waits_for_another_plant_is_not_said_to_be_sent(self) -> None:
        made_in(self.sari, self.product, self.here)
        shown(self.sari, plant=self.there, is_accepted=False)
        assert queries.papers_waiting(queries.product(self.sari.pk, self.product)) == set()
        shown(self.sari, plant=self.here, is_accepted=False)
        assert queries.papers_waiting(queries.product(self.sari.pk, self.product)) == {"gacc"}
        assert {title for _row, _business, title in queries.certificate_queue()} == {"Sangrai", "Rumah kemas"}

    def test_its_end_is_watched(self) -> None:
        shown(self.sari, plant=self.here, until=date(2026, 12, 31))
        OutboxEvent.objects.all().delete()
        assert [actions.watch_certificates(on=day, at=AT) for day in (date(2026, 11, 1), date(2026, 11, 2), date(2026, 12, 24))] == [
            1,
            0,
            1,
        ]
        facts = OutboxEvent.objects.filter(name="catalogue.certificate_ending").values_list("facts", flat=True)
        assert [(each["product"], each["plant"]) for each in facts] == [("", str(self.here.pk))] * 2

    def test_refusals_change_nothing(self) -> None:
        made_in(self.sari, self.product, self.here)
        dewi = a_business("Toko Dewi")
        hers, theirs = a_plant(dewi), shown(self.sari, plant=self.there)
        before = (list(Certificate.objects.values()), list(ProductPlant.objects.values()))
        for error, act in (
            (NotAPlantPaper, lambda: shown(self.sari, plant=self.here, kind="halal")),
            (ShowItForThePlant, lambda: shown(self.sari, product=self.product)),
            (UnknownPlant, lambda: shown(self.sari, plant=hers)),
            (UnknownPlant, lambda: made_in(self.sari, self.product, hers)),
            (UnknownPlant, lambda: actions.show_for_plant(self.sari.pk, theirs, hers.pk, by=ARIF, at=AT)),
            (TooManyPlantsOfProduct, lambda: made_in(self.sari, self.product, *(a_plant(dewi, f"P{number}") for number in range(21)))),
        ):
            with pytest.raises(error):
                act()
        assert (list(Certificate.objects.values()), list(ProductPlant.objects.values())) == before


class Always(TestCase):
    """Whatever is shown for whatever, and wherever a product is made."""

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def test_papers_of_other_plants_never_count(self, data) -> None:
        sari = a_business()
        product, _ = a_coffee(sari, papers={}, is_ready=False)
        plants = [a_plant(sari, f"P{number}", is_active=data.draw(st.booleans())) for number in range(3)]
        named = data.draw(st.sets(st.sampled_from(range(3))))
        for number in named:
            ProductPlant.objects.create(business_id=sari.pk, product_id=product, plant=plants[number])
        places = st.sampled_from([None, "product", 0, 1, 2])
        kinds = st.sampled_from(["gacc", "gacc_nest", "fda_facility", "halal"])
        papers = data.draw(st.sets(st.tuples(kinds, places), max_size=8))
        for kind, place in papers:
            where = {"product_id": product} if place == "product" else {"plant": plants[place]} if isinstance(place, int) else {}
            Certificate.objects.create(business_id=sari.pk, kind=kind, number="1", state="accepted", **where)

        found = set(held(sari, product))

        of_plants = queries.plant_papers()
        wanted = {kind for kind, place in papers if place in named and isinstance(place, int) and plants[place].is_active}
        wanted |= {kind for kind, place in papers if place in (None, "product") and (kind not in of_plants or not named)}
        assert found == wanted
        assert {row.kind for row in queries.accepted_for(sari.pk, [product])[product]} == wanted
        if named:  # said once more, without the rule: no paper of plants that is not of an open one of its own
            assert not (found & of_plants) - {kind for kind, place in papers if place in named and plants[place].is_active}


def test_a_list_may_name_plants(db) -> None:
    sari = a_business()
    here, there = a_plant(sari, "Sangrai Gayo"), a_plant(sari, "Rumah Kemas", "packhouse")
    rows = [
        ["Kopi Gayo", "75.000", "K1", "sangrai  gayo; Rumah kemas"],
        ["Kopi Lain", "80.000", "K2", "Pabrik X"],
        ["Teh", "9.000", "T1", ""],
    ]
    guesses = suggest(["Nama Produk", "Harga", "SKU", "Tempat produksi"], rows)
    assert [guess.field for guess in guesses] == ["title", "price", "sku", "plant"]
    names = plant_names(sari.pk)
    found = digest(rows, guesses, plants_known=names)
    assert [[type(reason) for reason in each.reasons] for each in found.rejected] == [[PlantNotNamed]]
    taken = actions.take_in(sari.pk, found.products)
    assert (taken.created, set(ProductPlant.objects.values_list("plant_id", flat=True))) == (2, {here.pk, there.pk})
    taken = actions.take_in(sari.pk, found.products)
    assert (taken.changed, taken.unchanged) == (0, 2)


class Pages(PlainTestCase):
    def setUp(self) -> None:
        self.sari = a_business()
        self.product, _ = a_coffee(self.sari, papers={})
        self.plant = a_plant(self.sari)
        self.owner = User.objects.create_user("sari@contoh.example", "x", name="Sari", language="en")
        Membership.objects.create(business_id=self.sari.pk, user_id=self.owner.pk, role="owner")
        self.officer = User.objects.create_user("arif@contoh.example", "x", name="Arif", is_officer=True, language="en")
        self.at_plant = f"/seller/plants/{handle(Kind.PLANT, self.sari.pk, self.plant.pk)}/"
        self.at_product = f"/seller/products/{handle(Kind.PRODUCT, self.sari.pk, self.product)}/"
        self.client.force_login(self.owner)
        self.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def test_from_the_business_to_the_plant(self) -> None:
        self.client.post("/seller/certificates/", {"kind": "gacc", "number": "CIDN-77"})
        actions.decide_certificate(self.sari.pk, Certificate.objects.get().pk, is_accepted=True, by=ARIF, at=AT)
        answer = self.client.post(f"{self.at_product}plants/", {"plants": str(self.plant.pk)})
        assert answer.status_code == 422 and "Save all the same" in answer.content.decode()

        page = self.client.get(self.at_plant).content.decode()
        assert "CIDN-77" in page and "It is of this place" in page
        assert self.client.post(f"{self.at_plant}papers/{Certificate.objects.get().pk}").status_code == 302
        waiting = Certificate.objects.get(plant=self.plant)

        self.client.force_login(self.officer)
        page = self.client.get(f"/officer/certificates/{handle(Kind.BUSINESS, self.sari.pk)}/{waiting.pk}/").content.decode()
        assert "Sangrai" in page and "Kitchen or home food maker" in page
        address = f"/officer/certificates/{handle(Kind.BUSINESS, self.sari.pk)}/{waiting.pk}/"
        assert self.client.post(address, {"decision": "accept"}).status_code == 302

        self.client.force_login(self.owner)
        assert self.client.post(f"{self.at_product}plants/", {"plants": str(self.plant.pk)}).status_code == 302
        page = self.client.get(self.at_product).content.decode()
        assert "Of Sangrai, where it is made" in page and "These do not count for this product any more" in page
        assert 'value="gacc"' not in page  # a paper of plants is shown at the plant now
        assert list(held(self.sari, self.product)) == ["gacc"]

    def test_another_seller_finds_nothing(self) -> None:
        dewi = a_business("Toko Dewi")
        person = User.objects.create_user("dewi@contoh.example", "x", name="Dewi")
        Membership.objects.create(business_id=dewi.pk, user_id=person.pk, role="owner")
        hers, _ = a_coffee(dewi, sku="D1", papers={})
        made = shown(dewi, is_accepted=False)
        self.client.force_login(person)
        assert self.client.get(self.at_plant).status_code == 404
        assert self.client.post(self.at_plant, {"kind": "gacc", "number": "1"}).status_code == 404
        assert self.client.post(f"{self.at_plant}papers/{made}").status_code == 404
        address = f"/seller/products/{handle(Kind.PRODUCT, dewi.pk, hers)}/plants/"
        assert self.client.post(address, {"plants": str(self.plant.pk)}).status_code == 422
        assert not ProductPlant.objects.exists()
