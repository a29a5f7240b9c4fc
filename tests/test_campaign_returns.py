"""What an order gives back after a campaign finds its way to the shelf, whoever comes first; and the sums hold."""

import threading
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import TransactionTestCase

from saudagar.campaigns import actions as campaigns
from saudagar.campaigns.rules import phases
from saudagar.campaigns.tests.cast import END, START, a_campaign, a_listing, approved, shelves
from saudagar.catalogue.tests.cast import a_business
from saudagar.checkout.rules import quotes
from saudagar.foundation.ids import new_id
from saudagar.orders import actions as orders
from saudagar.orders.models import Order
from saudagar.orders.tests.cast import a_purchase
from saudagar.site.management.commands.audit_orders import audit
from saudagar.stock import actions as stock
from saudagar.stock.models import Pool
from saudagar.stock.rules import Ask

EVER = datetime(2020, 1, 1, tzinfo=UTC)


def test_campaigns_know_how_long_a_quote_lives() -> None:
    assert timedelta(seconds=quotes.LIFETIME_SECONDS) == phases.QUOTE_LIFETIME


class Returns(TransactionTestCase):
    def setUp(self) -> None:
        self.listing = a_listing(a_business(), pieces=60)
        self.entry = approved(a_campaign(), self.listing, allotment=40)
        self.pool = Pool.objects.get(pk=self.entry.pool_id)
        assert audit([])["problems"] == []

    def bought(self, pieces: int, *, pay_by: datetime) -> Order:
        (taken,) = stock.take(self.pool.business_id, [Ask(new_id(), self.pool.pk, pieces)]).values()
        assert taken
        return Order.objects.get(pk=a_purchase((self.pool, pieces), pay_by=pay_by).pk)

    def test_unpaid_orders_after_the_end(self) -> None:
        late = END + timedelta(minutes=40)
        self.bought(3, pay_by=late)
        cancelled = self.bought(2, pay_by=late)
        paid = self.bought(5, pay_by=late)
        orders.take_payment(paid.business_id, paid.pk, at=END)
        campaigns.return_allotments(since=EVER, at=END + timedelta(minutes=20))
        assert shelves(self.listing) == (50, 0)
        orders.cancel(cancelled.business_id, cancelled.pk, reason="buyer_changed_mind", at=late)
        orders.expire(at=late)
        assert shelves(self.listing) == (50, 5)
        assert audit([])["problems"] == []
        campaigns.return_allotments(since=EVER, at=late)
        assert shelves(self.listing) == (55, 0)
        assert audit([])["problems"] == []

    def test_an_expiry_and_a_return_at_one_time(self) -> None:
        due = END + timedelta(minutes=20)
        for _ in range(8):
            self.bought(2, pay_by=START)
        ready = threading.Barrier(4)
        failures: list[BaseException] = []

        def together(step) -> None:
            try:
                ready.wait(10)
                for _ in range(6):
                    step()
            except BaseException as failure:
                failures.append(failure)
            finally:
                connection.close()

        steps = [lambda: orders.expire(at=due, most=1), lambda: campaigns.return_allotments(since=EVER, at=due)] * 2
        threads = [threading.Thread(target=together, args=[step]) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not failures
        orders.expire(at=due)
        campaigns.return_allotments(since=EVER, at=due)
        assert shelves(self.listing) == (60, 0)
        assert audit([])["problems"] == []
