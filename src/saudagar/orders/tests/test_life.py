"""What may follow what, and what comes back when an order ends early."""

from datetime import timedelta

import pytest
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st

from saudagar.foundation.models import OutboxEvent
from saudagar.orders import actions, queries, rules
from saudagar.orders.models import Order, State
from saudagar.orders.rules import UnknownOrder, WrongState
from saudagar.orders.tests.cast import NOON, RINA, a_market, a_pool, a_purchase
from saudagar.registry.models import Business
from saudagar.stock.models import Pool


def test_every_state_is_in_the_law():
    assert set(rules.FOLLOWS) == set(State.values)


@given(st.lists(st.sampled_from(State.values), max_size=12))
def test_no_road_leads_out_of_an_end(wishes):
    state = rules.AWAITING_PAYMENT
    for wish in wishes:
        if rules.may_become(state, wish):
            assert state not in (rules.COMPLETED, rules.EXPIRED, rules.CANCELLED)
            state = wish


def available(pool: Pool) -> int:
    return Pool.objects.get(business_id=pool.business_id, id=pool.pk).available


class Life(TestCase):
    def setUp(self):
        a_market()
        self.pool = a_pool(available=3)
        self.purchase = a_purchase((self.pool, 2))
        self.key = (self.pool.business_id, self.purchase.pk)

    def events(self):
        return [event.name for event in OutboxEvent.objects.order_by("happened_at", "id")]

    def test_from_payment_to_the_end_of_the_inspection(self):
        actions.take_payment(*self.key, at=NOON)
        actions.pack(*self.key, at=NOON + timedelta(hours=1))
        actions.ship(*self.key, at=NOON + timedelta(hours=2))
        order = actions.deliver(*self.key, at=NOON + timedelta(days=3))
        ends_at = NOON + timedelta(days=5)
        assert order.inspection_ends_at == ends_at  # two days at home
        assert queries.inspections_over(at=ends_at - timedelta(seconds=1)) == []
        assert queries.inspections_over(at=ends_at) == [self.key]

        assert actions.complete(*self.key, at=ends_at).state == rules.COMPLETED
        assert self.events() == ["orders.paid", "orders.packed", "orders.shipped", "orders.delivered", "orders.completed"]

    def test_a_buyer_who_accepts_ends_the_inspection(self):
        for step in (actions.take_payment, actions.pack, actions.ship, actions.deliver):
            step(*self.key, at=NOON)
        actions.accept(*self.key, at=NOON + timedelta(hours=1))
        assert queries.inspections_over(at=NOON + timedelta(hours=1)) == [self.key]

    def test_steps_out_of_order_are_refused_and_change_nothing(self):
        for step in (actions.pack, actions.ship, actions.deliver, actions.complete, actions.accept):
            with pytest.raises(WrongState):
                step(*self.key, at=NOON)
        assert Order.objects.get(business_id=self.key[0], id=self.key[1]).state == rules.AWAITING_PAYMENT
        assert self.events() == []

    def test_cancelled_before_payment_returns_the_pieces(self):
        actions.cancel(*self.key, reason="buyer_changed_mind", at=NOON)
        assert available(self.pool) == 5
        (event,) = OutboxEvent.objects.all()
        assert (event.name, event.facts["was_paid"]) == ("orders.closed", False)

    def test_cancelled_after_payment_owes_a_refund(self):
        actions.take_payment(*self.key, at=NOON)
        actions.cancel(*self.key, reason="seller_cannot_deliver", at=NOON)
        assert available(self.pool) == 5
        assert OutboxEvent.objects.get(name="orders.closed").facts["was_paid"] is True

    def test_what_was_shipped_is_not_cancelled(self):
        for step in (actions.take_payment, actions.pack, actions.ship):
            step(*self.key, at=NOON)
        with pytest.raises(WrongState):
            actions.cancel(*self.key, reason="too_late", at=NOON)
        assert available(self.pool) == 3

    def test_a_payment_told_twice_pays_once(self):
        first = actions.take_payment(*self.key, at=NOON)
        again = actions.take_payment(*self.key, at=NOON)
        assert ([order.pk for order in first.paid], again.paid, again.too_late) == ([self.purchase.pk], [], [])

    def test_expiry_returns_the_pieces_once_and_a_late_payment_is_known_as_such(self):
        assert actions.expire(at=NOON + timedelta(minutes=29)) == 0
        assert actions.expire(at=NOON + timedelta(minutes=30)) == 1
        assert actions.expire(at=NOON + timedelta(minutes=31)) == 0
        assert available(self.pool) == 5

        late = actions.take_payment(*self.key, at=NOON + timedelta(hours=1))
        assert (late.paid, [order.pk for order in late.too_late]) == ([], [self.purchase.pk])
        assert available(self.pool) == 5

    def test_expiry_leaves_what_was_paid(self):
        actions.take_payment(*self.key, at=NOON)
        assert actions.expire(at=NOON + timedelta(days=1)) == 0
        assert available(self.pool) == 3

    def test_lines_on_one_pool_all_come_back(self):
        purchase = a_purchase((self.pool, 1), (self.pool, 3))
        actions.expire(at=NOON + timedelta(hours=1))
        assert Order.objects.get(business_id=self.key[0], id=purchase.pk).state == rules.EXPIRED
        assert available(self.pool) == 3 + 2 + 1 + 3

    def test_the_buyer_is_sealed_and_opens(self):
        order = queries.order(*self.key)
        assert b"Rina" not in bytes(order.buyer_sealed)
        assert queries.buyer(order) == RINA
        assert RINA.address.lines() == ["Jl. Contoh 1", "depan taman", "Bandung 40111", "Jawa Barat"]


class TheWall(TestCase):
    def test_dewi_knows_nothing_of_saris_orders(self):
        a_market()
        pool = a_pool(available=1)
        dewi = Business.objects.create(name="Songket Dewi")
        purchase = a_purchase((pool, 1))
        text = queries.names(queries.order(pool.business_id, purchase.pk)).handle

        assert queries.order_by_handle(text, business_id=pool.business_id).pk == purchase.pk
        with pytest.raises(UnknownOrder):
            queries.order_by_handle(text, business_id=dewi.pk)
        with pytest.raises(UnknownOrder):
            actions.cancel(dewi.pk, purchase.pk, reason="x", at=NOON)
        assert queries.orders_of_business(dewi.pk) == []
        assert queries.orders_to_pack(dewi.pk) == []

    def test_one_purchase_of_two_sellers_are_two_orders_of_one_number(self):
        a_market()
        sari, dewi = a_pool(available=1), a_pool(available=1)
        purchase = a_purchase((sari, 1), (dewi, 1))
        actions.cancel(sari.business_id, purchase.pk, reason="sold_out_at_the_stall", at=NOON)
        states = {order.business_id: order.state for order in queries.orders_of(purchase)}
        assert states == {sari.business_id: rules.CANCELLED, dewi.business_id: rules.AWAITING_PAYMENT}
        found = actions.take_payment(purchase.business_id, purchase.pk, at=NOON)
        assert [order.business_id for order in found.paid] == [dewi.business_id]
        assert [order.business_id for order in found.too_late] == [sari.business_id]


def test_an_address_is_written_as_people_there_do():
    shanghai = rules.Address(
        country="CN", line="示例路 1 号", city="上海市", district="黄浦区", region="上海市", postal_code="200001", note="门卫代收"
    )
    assert shanghai.lines() == ["上海市黄浦区", "示例路 1 号", "门卫代收", "200001"]
    guangzhou = rules.Address(country="CN", line="示例大道 88 号", city="广州市", district="天河区", region="广东省", postal_code="510620")
    assert guangzhou.lines()[0] == "广东省广州市天河区"
