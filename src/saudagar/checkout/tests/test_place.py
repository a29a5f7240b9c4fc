"""The three invariants of the intake: never oversold, never refused while stock remained, a quote never placed twice."""

import threading
from collections import Counter

from django.db import connection, connections
from django.test import TransactionTestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.checkout import actions
from saudagar.checkout.rules.placing import Ask, Outcome, judge
from saudagar.checkout.tests.cast import NOON, a_business, a_line, a_placing, a_pool, a_quote
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.sql import statement
from saudagar.orders.models import Line, Order, Purchase
from saudagar.stock.models import Pool

# A purchase: lines of (pool, pieces). Two lines may ask for one pool, two pools may belong to two sellers.
LINES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), min_size=1, max_size=4)


class TheSqlIsTheLaw(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=10))
    def test_batches_are_judged_alike(self, available, wanted):
        sari, dewi = a_business(), a_business("Songket Dewi")
        pools = [a_pool(available=pieces, business=owner) for pieces, owner in zip(available, (sari, sari, dewi, dewi), strict=True)]
        placings, asks, before = [], [], []
        for lines, was_placed in wanted:
            parts = {}
            for index, pieces in lines:
                parts.setdefault(pools[index].business_id, []).append(a_line(pools[index], pieces))
            quote = a_quote(*parts.items())
            placings.append(a_placing(quote))
            asks.append([Ask((order.business_id, line.pool_id), line.quantity) for order in quote.orders for line in order.lines])
            before.append(was_placed)
            if was_placed:
                Purchase.objects.create(
                    business_id=quote.home, id=quote.id, market_code="id", currency="IDR", total=1, language="id", method="qris",
                    order_business_ids=[], placed_at=NOON, pay_by=NOON,
                )  # fmt: skip

        verdicts = actions.place_batch(placings, at=NOON)

        law = judge({(pool.business_id, pool.id): pool.available for pool in pools}, asks, before=before)
        assert verdicts == law
        sold = Counter()
        for placing, purchase_asks, verdict in zip(placings, asks, law, strict=True):
            placed = verdict.outcome == Outcome.PLACED
            orders = Order.objects.filter(id=placing.quote.id, business_id__in=[o.business_id for o in placing.quote.orders])
            assert orders.count() == (len(placing.quote.orders) if placed else 0)
            if placed:
                sold.update({ask.pool: 0 for ask in purchase_asks})
                for ask in purchase_asks:
                    sold[ask.pool] += ask.pieces
        for pool in pools:
            started = pool.available
            pool.refresh_from_db()
            assert pool.available == started - sold[pool.business_id, pool.id]


class Placing(TestCase):
    def test_an_order_is_written_whole(self):
        pool = a_pool(available=5)
        quote = a_quote((pool.business_id, [a_line(pool, 2), a_line(pool, 1)]))

        actions.place_batch([a_placing(quote)], at=NOON)

        purchase = Purchase.objects.get(business_id=pool.business_id, id=quote.id)
        order = Order.objects.get(business_id=pool.business_id, id=quote.id)
        assert (purchase.total, purchase.order_business_ids, order.total) == (quote.total, [pool.business_id], 4_000_000)
        assert [line.quantity for line in Line.objects.filter(business_id=pool.business_id).order_by("position")] == [2, 1]
        assert Pool.objects.get(business_id=pool.business_id, id=pool.id).available == 2
        event = OutboxEvent.objects.get(business_id=pool.business_id)
        assert (event.name, event.facts["order"]) == ("orders.placed", str(quote.id))

    def test_a_quote_is_placed_once(self):
        pool = a_pool(available=5)
        placing = a_placing(a_quote((pool.business_id, [a_line(pool, 2)])))

        first, again = (actions.place_batch([placing], at=NOON)[0].outcome for _ in range(2))

        assert (first, again) == (Outcome.PLACED, Outcome.BEFORE)
        assert Pool.objects.get(business_id=pool.business_id, id=pool.id).available == 3

    def test_two_sellers_are_placed_all_or_nothing(self):
        rich, poor = a_pool(available=5), a_pool(available=0)
        quote = a_quote((rich.business_id, [a_line(rich)]), (poor.business_id, [a_line(poor)]))

        verdict = actions.place_batch([a_placing(quote)], at=NOON)[0]

        assert verdict.outcome == Outcome.SHORT
        assert Pool.objects.get(business_id=rich.business_id, id=rich.id).available == 5
        assert not Order.objects.filter(id=quote.id, business_id__in=[rich.business_id, poor.business_id]).exists()


class Race(TransactionTestCase):
    """Many buyers at once for few pieces, each in a connection of its own."""

    pieces, buyers = 10, 24

    def rush(self):
        pool = a_pool(available=self.pieces)
        placings = [a_placing(a_quote((pool.business_id, [a_line(pool)]))) for _ in range(self.buyers)]
        outcomes, errors, start = [], [], threading.Barrier(self.buyers)

        def buy(placing):
            try:
                start.wait()
                outcomes.append(actions.place_batch([placing], at=NOON)[0].outcome)
            except Exception as error:
                errors.append(error)
            finally:
                connections["default"].close()

        threads = [threading.Thread(target=buy, args=[placing]) for placing in placings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pool.refresh_from_db()
        placed = Order.objects.filter(business_id=pool.business_id).count()
        return Counter(outcomes), errors, placed, pool.available

    def test_never_oversold_and_never_refused_while_stock_remained(self):
        outcomes, errors, placed, left = self.rush()
        assert (errors, outcomes[Outcome.PLACED], placed, left) == ([], self.pieces, self.pieces, 0)

    def test_without_the_lock_it_goes_wrong(self):
        """So that the test above is known to see what it looks for."""
        unlocked = statement("saudagar.checkout", "place").replace("FOR UPDATE OF stock_pool", "")
        # A breath between reading and writing: what a busy server would do by itself, made certain.
        unlocked = unlocked.replace("    UPDATE stock_pool\n", "    PERFORM pg_sleep(0.02);\n    UPDATE stock_pool\n")
        with connection.cursor() as cursor:
            cursor.execute(unlocked)
        try:
            _, _, placed, left = self.rush()
        finally:
            with connection.cursor() as cursor:
                cursor.execute(statement("saudagar.checkout", "place"))
        assert placed > self.pieces or placed + left != self.pieces
