"""A payment and an expiry at the same moment: exactly one of them wins, and stock agrees with it."""

import threading
from datetime import timedelta

from django.db import connections
from django.test import TransactionTestCase

from saudagar.orders import actions, rules
from saudagar.orders.models import Order
from saudagar.orders.tests.cast import NOON, a_market, a_pool, a_purchase
from saudagar.stock.models import Pool


class PaidOrExpired(TransactionTestCase):
    def test_exactly_one_wins(self):
        a_market()
        pool = a_pool(available=0)
        purchases = [a_purchase((pool, 1)) for _ in range(30)]
        start, results, errors = threading.Barrier(3), [], []

        def at_once(work):
            try:
                start.wait()
                work()
            except Exception as error:
                errors.append(error)
            finally:
                connections["default"].close()

        def pay():
            for purchase in purchases:
                results.append(actions.take_payment(purchase.business_id, purchase.pk, at=NOON))

        def expire():
            for _ in range(15):
                actions.expire(at=NOON + timedelta(hours=1), most=2)

        threads = [threading.Thread(target=at_once, args=[work]) for work in (pay, expire, expire)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        states = [order.state for order in Order.objects.filter(business_id=pool.business_id)]
        paid, expired = states.count(rules.PAID), states.count(rules.EXPIRED)
        assert errors == []
        assert paid + expired == 30
        assert paid == sum(len(result.paid) for result in results)
        assert expired == sum(len(result.too_late) for result in results)
        assert Pool.objects.get(business_id=pool.business_id, id=pool.pk).available == expired
