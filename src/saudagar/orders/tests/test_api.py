"""What a handle shows to whoever holds it: how things stand, and nothing of who bought."""

from django.test import TestCase

from saudagar.orders import actions, queries
from saudagar.orders.tests.cast import NOON, a_market, a_pool, a_purchase


class ByHandle(TestCase):
    def setUp(self):
        a_market()
        self.purchase = a_purchase((a_pool(available=1), 1), (a_pool(available=1), 2))

    def test_a_purchase_shows_its_orders(self):
        answer = self.client.get(f"/api/v1/purchases/{queries.purchase_handle(self.purchase)}").json()
        assert (answer["status"], answer["total"], len(answer["orders"])) == ("awaiting_payment", 2000, 2)
        assert answer["orders"][0]["lines"][0]["sku"] == "KOPI-250"

    def test_states_that_differ_are_mixed(self):
        actions.cancel(self.purchase.business_id, self.purchase.pk, reason="x", at=NOON)
        assert self.client.get(f"/api/v1/purchases/{queries.purchase_handle(self.purchase)}").json()["status"] == "mixed"

    def test_an_order_tells_nothing_of_its_buyer(self):
        order = queries.orders_of(self.purchase)[0]
        text = self.client.get(f"/api/v1/orders/{queries.names(order).handle}").content.decode()
        assert '"status": "awaiting_payment"' in text
        for secret in ("Rina", "0001", "Jl. Contoh", "Bandung"):
            assert secret not in text

    def test_a_wrong_handle_is_not_found(self):
        order = queries.orders_of(self.purchase)[0]
        text = queries.names(order).handle
        for wrong in (text[:-1] + ("0" if text[-1] != "0" else "1"), "N0", "x" * 300):
            answer = self.client.get(f"/api/v1/orders/{wrong}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "bad_handle")
