"""What programs see of the shelves."""

from datetime import UTC, datetime

import pytest
from django.test import Client, TestCase

from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.foundation.ids import Kind, handle, new_business_id, new_id
from saudagar.markets import actions
from saudagar.markets.tests.test_listings import markets
from saudagar.rulebook.actions import load_shipped

AT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_from_search_to_what_a_quote_takes(client: Client):
    load_shipped(at=AT)
    markets()
    sari = a_business()
    product_id, _ = a_coffee(sari)
    actions.offer(sari.pk, product_id, "id", at=AT)

    found = client.get("/api/v1/listings?market=id&q=kopi", headers={"accept-language": "en"}).json()

    (card,) = found["products"]
    assert (card["title"], card["price"], card["currency"], card["seller"]) == ("Gayo arabica coffee", 7_500_000, "IDR", sari.name)
    (listing,) = client.get(f"/api/v1/products/{card['product']}/listings?market=id").json()["listings"]
    assert (listing["listing"], listing["sku"], listing["available"]) == (card["listing"], "KG-250", 0)


class NothingFound(TestCase):
    def test_an_unknown_market_is_refused(self):
        answer = self.client.get("/api/v1/listings?market=mars")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_market")

    def test_an_empty_shelf_is_an_answer(self):
        answer = self.client.get("/api/v1/listings?market=id&q=kopi").json()
        assert answer == {"market": "id", "page": 1, "has_more": False, "products": []}

    def test_an_unknown_product_is_refused(self):
        known = handle(Kind.PRODUCT, new_business_id(), new_id())
        for address, code in ((known, "no_such_listing"), ("R123", "bad_handle")):
            answer = self.client.get(f"/api/v1/products/{address}/listings?market=id")
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)
