"""The proof is green on right books, and red, with the offending row, on each kind of wrong ones."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import TestCase

from saudagar.foundation.ids import Kind, handle
from saudagar.ledger import actions as ledger
from saudagar.ledger.rules import Entry
from saudagar.orders.models import Order
from saudagar.payments.models import Payment
from saudagar.settlement import actions, queries
from saudagar.settlement.gateways import Outcome
from saudagar.settlement.models import Payout, Release
from saudagar.settlement.tests.cast import AT, Bank, a_business, a_rate, an_account, an_order

OVER = AT + timedelta(days=9)


class Proof(TestCase):
    def setUp(self):
        self.sari, self.dewi = a_business(), a_business("Keripik Dewi", owner="dewi@contoh.example")
        a_rate()
        for state in ("awaiting_payment", "paid", "packed", "shipped", "delivered", "expired"):
            an_order(self.sari, state=state)
            an_order(self.dewi, state=state, market="cn", goods=12_800, shipping=4_500, tax=1_165)
        an_order(self.dewi, state="paid", home=self.sari)
        an_account(self.sari)
        actions.release_over(at=OVER)
        actions.gather_all(at=OVER)
        actions.send_due(Bank(says=Outcome.PAID), at=OVER)

    def wrong(self):
        return {check.code: [row.reference for row in check.wrong] for check in queries.proof() if not check.is_right}

    def test_right_books_are_green(self):
        assert self.wrong() == {}
        escrow = {figure.currency: figure.value for figure in queries.proof()[1].figures}
        assert escrow == {"IDR": 4 * 23_200_000, "CNY": 3 * 18_465}
        out = StringIO()
        call_command("prove_ledger", stdout=out)
        assert "WRONG" not in out.getvalue() and "ok    escrow" in out.getvalue()

    def test_an_order_that_says_paid_and_is_not(self):
        order = an_order(self.sari, state="paid", captured=False)
        assert self.wrong() == {"escrow": [handle(Kind.ORDER, self.sari.pk, order.id)]}
        with pytest.raises(SystemExit) as stopped:
            call_command("prove_ledger", stdout=StringIO())
        assert stopped.value.code == 1

    def test_money_of_an_order_that_was_cancelled_behind_our_back(self):
        order = Order.objects.filter(business_id=self.dewi.pk, state="shipped").get()
        Order.objects.filter(business_id=self.dewi.pk, id=order.id).update(state="cancelled")
        assert self.wrong() == {"escrow": [handle(Kind.ORDER, self.dewi.pk, order.id)]}

    def test_two_mistakes_that_cancel_out_in_the_sum(self):
        an_order(self.sari, state="paid", captured=False)
        Order.objects.filter(business_id=self.sari.pk, state="shipped").update(state="cancelled")
        escrow = queries.proof()[1]
        assert all(figure.is_right for figure in escrow.figures)
        assert not escrow.is_right and escrow.wrong_count == 2

    def test_an_edited_posting(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_never")
            cursor.execute(
                "UPDATE ledger_entry SET amount = amount + 1 WHERE account = 'gateway_clearing' AND business_id = %s", [self.dewi.pk]
            )
            cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_never")
        zero = queries.proof()[0]
        assert (
            set(self.wrong()) == {"zero", "clearing"}
            and len(zero.wrong) == 4
            and [figure.value for figure in zero.figures if figure.name == "sum"] == [4, 0]
        )

    def test_a_payment_the_books_do_not_know(self):
        payment = Payment.objects.filter(business_id=self.dewi.pk).first()
        Payment.objects.filter(business_id=self.dewi.pk, id=payment.id).update(amount=payment.amount + 1)
        assert self.wrong() == {"clearing": [handle(Kind.BUSINESS, self.dewi.pk)]}

    def test_what_a_settlement_file_named_is_out_of_clearing(self):
        payment = Payment.objects.filter(business_id=self.dewi.pk, currency="CNY").first()
        Payment.objects.filter(business_id=self.dewi.pk, id=payment.id).update(settled_at=OVER)
        assert self.wrong() == {"clearing": [handle(Kind.BUSINESS, self.dewi.pk)]}
        ledger.settle_gateway(self.dewi.pk, reference="Q", currency="CNY", gross=payment.amount, cost=9, at=OVER)
        assert self.wrong() == {}

    def test_a_payout_that_pays_more_than_its_orders(self):
        payout = Payout.objects.get(business_id=self.sari.pk)
        Payout.objects.filter(business_id=self.sari.pk, id=payout.id).update(amount=payout.amount + 100)
        assert self.wrong() == {"payouts": [handle(Kind.PAYOUT, self.sari.pk, payout.id)]}

    def test_a_release_that_promises_more_than_was_posted(self):
        made = Release.objects.get(business_id=self.dewi.pk)
        Release.objects.filter(business_id=self.dewi.pk, id=made.id).update(net=made.net + 100)
        assert self.wrong() == {"releases": [handle(Kind.ORDER, self.dewi.pk, made.order_id)]}

    def test_money_posted_to_a_seller_past_the_release(self):
        entries = [Entry("seller_payable", "IDR", -500), Entry("custody", "IDR", 500)]
        ledger.post(self.sari.pk, kind="gift", reference="1", entries=entries, at=OVER)
        assert self.wrong() == {"releases": []}
