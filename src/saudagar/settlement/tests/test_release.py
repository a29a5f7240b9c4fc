"""Money is released once, when the inspection is over or the buyer says so, and every share is in the books."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import TestCase, override_settings

from saudagar.foundation.models import OutboxEvent
from saudagar.ledger import queries as books
from saudagar.orders import actions as orders
from saudagar.orders.models import Order
from saudagar.orders.rules import UnknownOrder, WrongState
from saudagar.settlement import actions, hearers, queries
from saudagar.settlement.models import Release
from saudagar.settlement.rules import NoExchangeRate, NotInEscrow
from saudagar.settlement.tests.cast import AT, a_business, a_rate, an_order

OVER = AT + timedelta(days=2)


class ReleaseTest(TestCase):
    def setUp(self):
        self.sari = a_business()

    def test_the_inspection_ends_and_the_seller_has_the_money(self):
        order = an_order(self.sari)
        an_order(self.sari, state="paid")

        assert actions.release_over(at=OVER - timedelta(seconds=1)) == 0
        assert actions.release_over(at=OVER) == 1
        assert actions.release_over(at=OVER) == 0

        order.refresh_from_db()
        assert (order.state, order.completed_at) == ("completed", OVER)
        made = Release.objects.get(business_id=self.sari.pk)
        assert (made.order_id, made.fee_bp, made.fee, made.rate, made.gross, made.net) == (
            order.id,
            250,
            535_000,
            None,
            21_400_000,
            20_865_000,
        )
        assert books.balances_of_order(self.sari.pk, order.id) == {
            ("gateway_clearing", "IDR"): 23_200_000,
            ("platform_fee", "IDR"): -535_000,
            ("carrier_payable", "IDR"): -1_800_000,
            ("seller_payable", "IDR"): -20_865_000,
        }
        told = OutboxEvent.objects.get(business_id=self.sari.pk, name="settlement.released")
        assert told.facts == {"order": str(order.id), "net": 20_865_000, "currency": "IDR"}

    def test_abroad_the_seller_is_paid_rupiah_at_the_rate_of_the_quote(self):
        named = a_rate("2250")
        a_rate("2400", at=AT)  # the yuan rose afterwards: the platform's luck
        order = an_order(
            self.sari, market="cn", goods=12_800, shipping=4_500, tax=1_165, customs={"exchange_rate_id": str(named.pk), "contained_tax": 9}
        )
        made = actions.release(self.sari.pk, order.id, at=OVER)
        assert (made.seller_share, made.rate, made.net, made.contained_vat) == (12_160, 2250, 27_360_000, 0)
        assert books.balances_of_order(self.sari.pk, order.id) == {
            ("gateway_clearing", "CNY"): 18_465,
            ("platform_fee", "CNY"): -640,
            ("carrier_payable", "CNY"): -4_500,
            ("duty_tax_payable", "CNY"): -1_165,
            ("fx_position", "CNY"): -12_160,
            ("fx_position", "IDR"): 27_360_000,
            ("seller_payable", "IDR"): -27_360_000,
        }
        assert all(check.is_right for check in queries.proof())

    def test_without_a_named_rate_it_is_the_rate_of_the_day_it_was_placed(self):
        a_rate("0.0005", base="IDR", quote="CNY")
        a_rate("2400", at=AT)
        order = an_order(self.sari, market="cn", goods=10_000, shipping=0)
        assert actions.release(self.sari.pk, order.id, at=OVER).net == 9_500 * 2_000

    def test_without_any_rate_nothing_moves(self):
        order = an_order(self.sari, market="cn")
        with pytest.raises(NoExchangeRate):
            actions.release(self.sari.pk, order.id, at=OVER)
        assert actions.release_over(at=OVER + timedelta(days=9)) == 0
        order.refresh_from_db()
        assert order.state == "delivered" and not Release.objects.exists()

    def test_an_order_that_is_not_in_the_books_is_not_released(self):
        order = an_order(self.sari, captured=False)
        with pytest.raises(NotInEscrow):
            actions.release(self.sari.pk, order.id, at=OVER)
        order.refresh_from_db()
        assert order.state == "delivered"
        assert books.balances(self.sari.pk) == {}

    def test_only_what_was_delivered_is_released(self):
        for state in ("awaiting_payment", "paid", "packed", "shipped"):
            with pytest.raises(WrongState):
                actions.release(self.sari.pk, an_order(self.sari, state=state).id, at=OVER)
        dewi = a_business("Keripik Dewi", owner="dewi@contoh.example")
        with pytest.raises(UnknownOrder):
            actions.release(dewi.pk, an_order(self.sari).id, at=OVER)
        assert not Release.objects.exists()

    def test_the_buyer_accepts_and_it_is_released_at_once(self):
        order = an_order(self.sari)
        orders.accept(self.sari.pk, order.id, at=AT)
        facts = OutboxEvent.objects.get(business_id=self.sari.pk, name="orders.accepted").facts
        hearers.accepted(self.sari.pk, facts, AT)
        hearers.accepted(self.sari.pk, facts, AT)
        assert actions.release_over(at=OVER) == 0
        assert Release.objects.get(business_id=self.sari.pk).released_at == AT

    def test_an_order_paid_at_another_sellers_home_is_released_in_its_own_books(self):
        dewi = a_business("Keripik Dewi", owner="dewi@contoh.example")
        own = an_order(self.sari, goods=5_000_000)
        order = an_order(dewi, home=self.sari, order_id=own.id)
        actions.release(dewi.pk, order.id, at=OVER)
        assert books.balance(dewi.pk, "seller_payable", "IDR") == -20_865_000
        assert books.balance(dewi.pk, "inter_business", "IDR") == 23_200_000 == -books.balance(self.sari.pk, "inter_business", "IDR")
        assert all(check.is_right for check in queries.proof())

    def test_ppn_in_the_price_is_shown_for_a_registered_seller_only(self):
        pkp = a_business("Batik Tirta", owner="tirta@contoh.example", is_vat_registered=True)
        customs = {"contained_tax": 2_120_700}
        assert actions.release(pkp.pk, an_order(pkp, customs=customs).id, at=OVER).contained_vat == 2_120_700
        assert actions.release(self.sari.pk, an_order(self.sari, customs=customs).id, at=OVER).contained_vat == 0

    @override_settings(WITHHOLD_PPH22=True)
    def test_withheld_tax_is_owed_to_the_treasury(self):
        made = actions.release(self.sari.pk, an_order(self.sari).id, at=OVER)
        assert (made.withheld, made.net) == (107_000, 20_758_000)
        assert books.balance(self.sari.pk, "tax_withheld", "IDR") == -107_000
        assert all(check.is_right for check in queries.proof())


@pytest.mark.django_db(transaction=True)
def test_two_workers_release_an_order_once():
    order = an_order(a_business())
    both, done = Barrier(2), []

    def work():
        try:
            both.wait()
            done.append(actions.release_over(at=OVER))
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 1]
    assert Order.objects.get(business_id=order.business_id).state == "completed"
    assert books.balance(order.business_id, "seller_payable", "IDR") == -20_865_000
