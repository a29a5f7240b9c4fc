"""Taking and giving back: the Python rule is the law, the SQL its fast copy."""

import threading
from itertools import compress, count

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.catalogue.models import Product, Variant
from saudagar.foundation.clock import now
from saudagar.foundation.ids import new_id
from saudagar.registry.models import Business, Outlet
from saudagar.stock import actions, rules
from saudagar.stock.models import Movement, Pool
from saudagar.stock.rules import Ask

NUMBERS = count(1)


def a_business(name="Kopi Gayo Sari") -> Business:
    return Business.objects.create(name=name, state=Business.State.VERIFIED)


def an_outlet(business: Business, name="Warung") -> Outlet:
    return Outlet.objects.create(business_id=business.pk, name=name, kind=Outlet.OutletKind.WARUNG)


def a_variant(business: Business) -> Variant:
    product = Product.objects.create(business_id=business.pk)
    return Variant.objects.create(business_id=business.pk, product=product, sku=f"K{next(NUMBERS)}", price=7_500_000)


def a_pool(available=0, business: Business | None = None, outlet: Outlet | None = None) -> Pool:
    business = business or a_business()
    outlet = outlet or an_outlet(business)
    return Pool.objects.create(business_id=business.pk, variant=a_variant(business), outlet=outlet, country="ID", available=available)


class Take(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 9), st.lists(st.integers(1, 6), max_size=12))
    def test_never_oversold_and_never_refused_while_stock_remained(self, available, wanted):
        pool = a_pool(available=available)
        asks = [Ask(new_id(), pool.pk, pieces) for pieces in wanted]

        taken = actions.take(pool.business_id, asks)

        served = rules.take_in_order(available, wanted)
        assert [taken[ask.line_id] for ask in asks] == served
        pool.refresh_from_db()
        assert pool.available == available - sum(compress(wanted, served))

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.integers(0, 5), min_size=3, max_size=3), st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), max_size=15))
    def test_many_pools_at_once_and_giving_all_back_restores_them(self, available, wanted):
        business = a_business()
        pools = [a_pool(each, business) for each in available]
        asks = [Ask(new_id(), pools[which].pk, pieces) for which, pieces in wanted]

        taken = actions.take(business.pk, asks)

        for which, pool in enumerate(pools):
            mine = [ask for ask in asks if ask.pool_id == pool.pk]
            assert [taken[ask.line_id] for ask in mine] == rules.take_in_order(available[which], [ask.pieces for ask in mine])
        actions.release(business.pk, [(ask.pool_id, ask.pieces) for ask in asks if taken[ask.line_id]])
        for which, pool in enumerate(pools):
            pool.refresh_from_db()
            assert pool.available == available[which]

    def test_another_sellers_pool_is_not_taken_and_not_given_to(self):
        dewi = a_business("Keramik Dewi")
        pool = a_pool(available=5)
        ask = Ask(new_id(), pool.pk, 1)
        assert actions.take(dewi.pk, [ask]) == {ask.line_id: False}
        assert actions.release(dewi.pk, [(pool.pk, 3)]) == {}
        pool.refresh_from_db()
        assert pool.available == 5


@pytest.mark.django_db(transaction=True)
class TestRace:
    """Eight buyers' threads against one pool, and against two pools in opposite order."""

    def run(self, work, threads=8):
        faults = []

        def guarded(number):
            try:
                work(number)
            except Exception as fault:
                faults.append(fault)
            finally:
                connection.close()

        running = [threading.Thread(target=guarded, args=(number,)) for number in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join(60)
        assert faults == []

    def test_threads_sell_exactly_what_there_is(self):
        pool = a_pool(available=50)
        sold = []

        def work(_number):
            for _ in range(12):
                asks = [Ask(new_id(), pool.pk, 1)]
                sold.extend(actions.take(pool.business_id, asks).values())

        self.run(work)
        pool.refresh_from_db()
        assert (sum(sold), len(sold), pool.available) == (50, 96, 0)

    def test_batches_in_opposite_order_do_not_deadlock(self):
        business = a_business()
        pools = [a_pool(1000, business) for _ in range(4)]

        def work(number):
            order = pools if number % 2 else pools[::-1]
            for _ in range(15):
                actions.take(business.pk, [Ask(new_id(), pool.pk, 1) for pool in order])
                actions.release(business.pk, [(pool.pk, 1) for pool in order])

        self.run(work)
        for pool in pools:
            pool.refresh_from_db()
            assert pool.available == 1000

    def test_counting_and_receiving_at_once_leave_movements_that_add_up(self):
        pool = a_pool()
        outlet_id, variant_id = pool.outlet_id, pool.variant_id

        def work(number):
            for turn in range(10):
                if number % 2:
                    actions.receive(pool.business_id, variant_id, outlet_id, pieces=3, by=None, at=now())
                else:
                    actions.correct_count(pool.business_id, pool.pk, pieces=turn, by=None, at=now())

        self.run(work)
        pool.refresh_from_db()
        assert pool.available == sum(Movement.objects.filter(business_id=pool.business_id, pool=pool).values_list("pieces", flat=True))
