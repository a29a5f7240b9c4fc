"""The page of a product names the papers that count for it: the statement and the rule agree."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.models import Certificate, ProductPlant
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.sql import rows, statement
from saudagar.registry.models import Plant
from saudagar.storefront.tests.cast import goods


class Papers(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def test_the_statement_and_the_rule_agree(self, data) -> None:
        made = goods()
        business_id, product_id = parse_handle(made.product, Kind.PRODUCT)
        plants = [
            Plant.objects.create(business_id=business_id, name=f"P{number}", kind="factory", is_active=data.draw(st.booleans()))
            for number in range(3)
        ]
        for number in data.draw(st.sets(st.sampled_from(range(3)))):
            ProductPlant.objects.create(business_id=business_id, product_id=product_id, plant=plants[number])
        places = st.sampled_from([None, "product", 0, 1, 2])
        papers = data.draw(st.sets(st.tuples(st.sampled_from(["gacc", "fda_facility", "halal"]), places), max_size=8))
        for kind, place in papers:
            where = {"product_id": product_id} if place == "product" else {"plant": plants[place]} if isinstance(place, int) else {}
            Certificate.objects.create(business_id=business_id, kind=kind, number=str(place), state="accepted", **where)

        facts = {"business_id": business_id, "product_id": product_id, "market": "id", "dispatch": "ID", "moment": now()}
        (found,) = rows(statement("saudagar.storefront", "product"), {**facts, "of_plants": list(catalogue.plant_papers())})
        shown = next((each for each in found if isinstance(each, dict) and not set(each) - {"gacc", "fda_facility", "halal"}), {}) or {}

        assert set(shown) == set(catalogue.product(business_id, product_id).papers)
