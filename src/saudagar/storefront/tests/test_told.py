"""Buyers hear how their order fares: with an account on the page and by letter, without one by letter alone."""

from django.test import TestCase

from saudagar.messages.models import Letter, Notice
from saudagar.orders import actions as orders
from saudagar.orders.tests.cast import NOON, a_market, a_pool, a_purchase
from saudagar.people import actions as people
from saudagar.storefront import hearers


class Told(TestCase):
    def setUp(self):
        a_market()
        self.pool = a_pool(available=1)

    def deliver(self, purchase):
        key = (self.pool.business_id, purchase.pk)
        for step, hear in (
            (orders.take_payment, hearers.paid),
            (orders.pack, None),
            (orders.ship, hearers.shipped),
            (orders.deliver, hearers.delivered),
        ):
            step(*key, at=NOON)
            if hear:
                hear(key[0], {"order": str(purchase.pk)}, NOON)

    def test_a_guest_gets_letters(self):
        self.deliver(a_purchase((self.pool, 1)))
        kinds = ["storefront.order_paid", "storefront.order_shipped", "storefront.order_delivered"]
        assert sorted(Letter.objects.values_list("kind", flat=True)) == sorted(kinds)
        assert not Notice.objects.exists()

    def test_a_buyer_with_an_account_reads_it_on_the_page_too(self):
        rina = people.prepare(name="Rina", email="rina@contoh.example", at=NOON)
        purchase = a_purchase((self.pool, 1), buyer_id=rina.pk)
        self.deliver(purchase)
        notices = Notice.objects.filter(user_id=rina.pk)
        assert {notice.kind for notice in notices} == {
            "storefront.order_paid",
            "storefront.order_shipped",
            "storefront.order_delivered",
        }
        assert all(notice.link.startswith("/purchases/P") for notice in notices)
        assert notices.get(kind="storefront.order_delivered").facts["days"] == 2
        assert Letter.objects.count() == 3

    def test_who_has_accepted_already_is_not_asked_to_look(self):
        purchase = a_purchase((self.pool, 1))
        key = (self.pool.business_id, purchase.pk)
        for step in (orders.take_payment, orders.pack, orders.ship, orders.deliver, orders.accept):
            step(*key, at=NOON)
        hearers.delivered(key[0], {"order": str(purchase.pk)}, NOON)
        assert not Letter.objects.exists()

    def test_who_never_paid_is_not_written_to(self):
        purchase = a_purchase((self.pool, 1))
        orders.cancel(self.pool.business_id, purchase.pk, reason="x", at=NOON)
        hearers.closed(self.pool.business_id, {"order": str(purchase.pk), "was_paid": False}, NOON)
        assert not Letter.objects.exists()

    def test_a_refund_is_told(self):
        purchase = a_purchase((self.pool, 1))
        orders.take_payment(self.pool.business_id, purchase.pk, at=NOON)
        orders.cancel(self.pool.business_id, purchase.pk, reason="x", at=NOON)
        order = {"order": str(purchase.pk)}
        hearers.closed(self.pool.business_id, {**order, "was_paid": True}, NOON)
        hearers.refunded(
            self.pool.business_id, {**order, "order_business": str(self.pool.business_id), "amount": 1000, "currency": "IDR"}, NOON
        )
        assert set(Letter.objects.values_list("kind", flat=True)) == {"storefront.order_cancelled", "storefront.refunded"}
