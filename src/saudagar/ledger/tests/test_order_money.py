"""What the payments post: capture, too late, refund, settlement by the gateway."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.foundation.ids import new_business_id, new_id
from saudagar.ledger import actions, queries
from saudagar.ledger.rules import Entry, OrderMoney

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class OrderMoneyTest(TestCase):
    def test_a_payment_that_is_cancelled_and_refunded_leaves_nothing(self):
        money = OrderMoney(new_business_id(), new_id(), "IDR", 10_700_000)
        assert actions.capture(money, at=AT) and not actions.capture(money, at=AT)
        assert queries.balances(money.business_id) == {("gateway_clearing", "IDR"): 10_700_000, ("escrow", "IDR"): -10_700_000}
        assert actions.owe_refund(money, reference="r", at=AT) and not actions.owe_refund(money, reference="r", at=AT)
        assert queries.balances(money.business_id) == {("gateway_clearing", "IDR"): 10_700_000, ("refund_payable", "IDR"): -10_700_000}
        assert actions.pay_refund(money, reference="r", at=AT)
        assert queries.balances(money.business_id) == {}

    def test_a_payment_that_came_too_late_never_touches_escrow(self):
        money = OrderMoney(new_business_id(), new_id(), "CNY", 12_500)
        assert actions.capture_late(money, reference="p", at=AT)
        assert queries.balances(money.business_id) == {("gateway_clearing", "CNY"): 12_500, ("refund_payable", "CNY"): -12_500}

    def test_an_order_paid_at_another_sellers_home_crosses_between_the_books(self):
        sari, dewi = new_business_id(), new_business_id()
        money = OrderMoney(dewi, new_id(), "IDR", 4_200_000, home_business_id=sari)
        assert actions.capture(money, at=AT) and not actions.capture(money, at=AT)
        assert queries.balances(sari) == {("gateway_clearing", "IDR"): 4_200_000, ("inter_business", "IDR"): -4_200_000}
        assert queries.balances(dewi) == {("inter_business", "IDR"): 4_200_000, ("escrow", "IDR"): -4_200_000}
        actions.owe_refund(money, reference="r", at=AT)
        actions.pay_refund(money, reference="r", at=AT)
        assert queries.balances(sari) == queries.balances(dewi) == {}

    def test_two_orders_of_one_purchase_share_their_id_and_are_captured_both(self):
        sari, dewi, shared = new_business_id(), new_business_id(), new_id()
        own, other = OrderMoney(sari, shared, "IDR", 500, sari), OrderMoney(dewi, shared, "IDR", 700, sari)
        for deed in (lambda money: actions.capture(money, at=AT), lambda money: actions.capture_late(money, reference="p", at=AT)):
            assert deed(own) and deed(other) and not deed(own) and not deed(other)
        assert queries.captured(sari, shared, "IDR") == 500 and queries.captured(dewi, shared, "IDR") == 700
        assert queries.balances_of_order(sari, shared) == {
            ("gateway_clearing", "IDR"): 1000,
            ("escrow", "IDR"): -500,
            ("refund_payable", "IDR"): -500,
        }
        assert queries.balance(sari, "gateway_clearing", "IDR") == 2400

    def test_an_exchange_closes_the_position_and_leaves_the_gain(self):
        business = new_business_id()
        lines = [Entry("escrow", "CNY", 100, new_id()), Entry("fx_position", "CNY", -100), Entry("fx_position", "IDR", 225_000)]
        actions.post(business, kind="release", reference="1", entries=[*lines, Entry("seller_payable", "IDR", -225_000)], at=AT)
        assert actions.exchange(business, reference="slip", sold=("CNY", 100), bought=("IDR", 230_000), at=AT)
        assert queries.balance(business, "fx_position", "CNY") == 0
        assert queries.balance(business, "fx_position", "IDR") == -5_000  # the platform's gain

    def test_the_gateway_settles_less_what_it_kept(self):
        money = OrderMoney(new_business_id(), new_id(), "IDR", 10_000_000)
        actions.capture(money, at=AT)
        assert actions.settle_gateway(money.business_id, reference="q", currency="IDR", gross=10_000_000, cost=70_000, at=AT)
        assert not actions.settle_gateway(money.business_id, reference="q", currency="IDR", gross=10_000_000, cost=70_000, at=AT)
        assert queries.balances(money.business_id) == {
            ("escrow", "IDR"): -10_000_000,
            ("custody", "IDR"): 9_930_000,
            ("gateway_cost", "IDR"): 70_000,
        }

    @given(st.lists(st.tuples(st.integers(1, 10**10), st.sampled_from(["IDR", "CNY"])), max_size=12), st.integers(0, 12))
    def test_many_captured_at_once_are_as_if_one_by_one(self, amounts, done_before):
        one_by_one, at_once = new_business_id(), new_business_id()
        orders = [(new_id(), currency, amount) for amount, currency in amounts]
        for business in (one_by_one, at_once):
            for order, currency, amount in orders[:done_before]:
                actions.capture(OrderMoney(business, order, currency, amount), at=AT)
        for order, currency, amount in orders:
            actions.capture(OrderMoney(one_by_one, order, currency, amount), at=AT)

        new = actions.capture_many(at_once, [OrderMoney(at_once, *order) for order in orders], at=AT)

        assert new == {order[0] for order in orders[done_before:]}
        assert queries.balances(at_once) == queries.balances(one_by_one)
        for order, *_ in orders:
            assert queries.balances_of_order(at_once, order) == queries.balances_of_order(one_by_one, order)

    def test_only_what_was_paid_at_home_is_captured_in_bulk(self):
        sari, dewi = new_business_id(), new_business_id()
        with pytest.raises(ValueError):
            actions.capture_many(dewi, [OrderMoney(dewi, new_id(), "IDR", 5, home_business_id=sari)], at=AT)
