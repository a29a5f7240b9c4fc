"""Many notices at once: what the law says of them in order of arrival is what stands in the database afterwards."""

import secrets
import threading
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.models import OutboxEvent
from saudagar.ledger import queries as books
from saudagar.ledger.models import Entry, Posting
from saudagar.orders import actions as orders
from saudagar.orders.models import Order, Purchase
from saudagar.payments import actions, batch
from saudagar.payments.batch import Heard
from saudagar.payments.models import Notice, Payment, Refund
from saudagar.payments.rules import taking
from saudagar.payments.rules.life import Status, Told, Verdict
from saudagar.payments.rules.taking import OrderNow, PaymentNow
from saudagar.payments.tests.cast import a_business, a_purchase

AT = datetime(2026, 11, 11, 5, 0, tzinfo=UTC)
TOTALS = (10_000_000, 4_200_000)

# How an order stands when the notices come: its state, and whether it was ever paid.
STANDINGS = st.sampled_from(
    [
        ("awaiting_payment", False),
        ("awaiting_payment", False),
        ("expired", False),
        ("cancelled", True),
        ("cancelled", False),
        ("paid", True),
    ]
)
# A purchase: how its orders stand, and in which states its payments are.
PURCHASES = st.tuples(
    st.lists(STANDINGS, min_size=1, max_size=2),
    st.lists(st.sampled_from(["pending", "failed", "expired", "mismatched"]), min_size=1, max_size=2),
)
# Something said: of which purchase and which of its payments, what, with how much too little, under which reference.
SAID = st.tuples(
    st.integers(0, 2),
    st.integers(0, 1),
    st.sampled_from([Status.PAID, Status.PAID, Status.PAID, Status.FAILED, Status.OPEN, Status.REFUNDED]),
    st.sampled_from([0, 0, 0, 100]),
    st.sampled_from(["", "QR-1"]),
)


def staged(shape) -> tuple[Purchase, list[Payment]]:
    standings, states = shape
    purchase = a_purchase(*TOTALS[: len(standings)], at=AT)
    for business_id, (state, was_paid) in zip(purchase.order_business_ids, standings, strict=True):
        moments = {"paid_at": AT if was_paid else None, "closed_at": AT if state in ("expired", "cancelled") else None}
        Order.objects.filter(business_id=business_id, id=purchase.id).update(state=state, **moments)
    return purchase, [a_payment(purchase, state) for state in states]


def a_payment(purchase: Purchase, state: str = "pending") -> Payment:
    return Payment.objects.create(
        business_id=purchase.business_id, purchase=purchase, method=f"m-{secrets.token_hex(8)}", gateway="snap_qris", state=state,
        amount=purchase.total, currency="IDR", order_business_ids=purchase.order_business_ids, started_at=AT, expires_at=purchase.pay_by,
        next_check_at=purchase.pay_by,
    )  # fmt: skip


def said(payment: Payment, status: Status = Status.PAID, *, less: int = 0, reference: str = "QR-1", body: str = "") -> Heard:
    told = Told(handle(Kind.PAYMENT, payment.business_id, payment.id), status, payment.amount - less, "IDR", reference)
    return batch.heard("snap_qris", told, body=body)


def the_law(purchases, heard) -> tuple[list[Verdict], dict[UUID, PaymentNow]]:
    """The same, judged on paper."""
    payments = {}
    for purchase, tries in purchases:
        rows = Order.objects.filter(id=purchase.id)
        standing = {row.business_id: OrderNow(row.business_id, row.state, row.total, "IDR", row.paid_at is not None) for row in rows}
        for row in tries:
            payments[row.id] = PaymentNow(
                row.business_id, row.id, purchase.id, row.gateway, row.state, row.amount, "IDR", row.gateway_reference, standing
            )
    return [taking.take_in(one.told, payments[one.payment_id]) for one in heard], payments


class TheSqlIsTheLaw(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(PURCHASES, min_size=1, max_size=3), st.lists(SAID, min_size=1, max_size=12), st.integers(1, 12))
    def test_batches_are_taken_in_as_judged(self, shapes, wanted, size):
        purchases = [staged(shape) for shape in shapes]
        heard = []
        for of, which, status, less, reference in wanted:
            payments = purchases[of % len(purchases)][1]
            body = f'{{"said":"{status}","less":{less}}}'
            heard.append(said(payments[which % len(payments)], status, less=less, reference=reference, body=body))
        law, judged = the_law(purchases, heard)

        verdicts = [verdict for start in range(0, len(heard), size) for verdict in actions.take_in_all(heard[start : start + size], at=AT)]

        assert verdicts == law
        for payment in judged.values():
            row = Payment.objects.get(business_id=payment.business_id, id=payment.id)
            assert (row.state, row.gateway_reference) == (payment.state, payment.gateway_reference)
            assert (row.captured_at is not None) == (payment.state == "captured")
            assert (row.next_check_at is None) == payment.has_moved
            assert (row.paid_amount is not None) == (payment.mismatched is not None)
            assert self.owed(row) == sorted((order.business_id, order.total, reason) for order, reason in payment.owed)
            for order in payment.orders.values():
                assert Order.objects.get(business_id=order.business_id, id=payment.purchase_id).state == order.state
        for purchase, _ in purchases:
            mine = [payment for payment in judged.values() if payment.purchase_id == purchase.id]
            for business_id in purchase.order_business_ids:
                escrow = sum(order.total for payment in mine for order in payment.paid if order.business_id == business_id)
                due = sum(order.total for payment in mine for order, _ in payment.owed if order.business_id == business_id)
                assert books.balance(business_id, "escrow", "IDR") == -escrow
                assert books.balance(business_id, "refund_payable", "IDR") == -due
        assert set(Counter(Posting.objects.values_list("business_id", "kind", "reference")).values()) <= {1}
        assert not books.uneven_postings()
        assert {currency: sum(accounts.values()) for currency, accounts in books.totals().items()} in ({}, {"IDR": 0})
        self.check_told(judged.values(), heard)

    def owed(self, payment: Payment):
        return sorted(
            Refund.objects.filter(business_id=payment.business_id, payment=payment).values_list("order_business_id", "amount", "reason")
        )

    def check_told(self, judged, heard):
        told = Counter(OutboxEvent.objects.values_list("name", flat=True))
        assert told["orders.paid"] == sum(len(payment.paid) for payment in judged)
        assert told["payments.mismatched"] == sum(payment.mismatched is not None for payment in judged)
        assert told["payments.refund_owed"] == sum(len(payment.owed) for payment in judged)
        kept = Notice.objects.values_list("payment_id", "body", "times")
        assert {(payment, body): times for payment, body, times in kept} == Counter((one.payment_id, one.body) for one in heard)

    def test_a_share_that_was_given_back_by_hand_is_not_owed_again(self):
        _, (payment,) = staged(([("expired", False)], ["pending"]))
        actions.take_in_all([said(payment, less=100)], at=AT)
        actions.give_back(payment.business_id, payment.id, at=AT)
        assert actions.take_in_all([said(payment)], at=AT) == [Verdict.CAPTURED]
        assert Refund.objects.count() == 1

    def test_the_books_of_an_order_paid_at_home_are_as_if_posted_alone(self):
        purchase, (payment,) = staged(([("awaiting_payment", False)], ["pending"]))
        actions.take_in_all([said(payment)], at=AT)
        posting = Posting.objects.get()
        assert (posting.kind, posting.reference, posting.posted_at) == ("capture", str(purchase.id), AT)
        lines = sorted(Entry.objects.values_list("account", "amount", "currency", "order_id", "posting_id"))
        assert lines == [
            ("escrow", -10_000_000, "IDR", purchase.id, posting.id),
            ("gateway_clearing", 10_000_000, "IDR", purchase.id, posting.id),
        ]

    def test_one_that_nobody_knows_and_one_of_another_gateway_spoil_nothing(self):
        _, (payment,) = staged(([("awaiting_payment", False)], ["pending"]))
        stranger = Told(handle(Kind.PAYMENT, payment.business_id, new_id()), Status.PAID, 1, "IDR")
        other = batch.heard("alipay_plus", said(payment).told, body="{}")
        verdicts = actions.take_in_all([batch.heard("snap_qris", stranger, body="{}"), other, said(payment)], at=AT)
        assert verdicts == [None, None, Verdict.CAPTURED]
        assert not Notice.objects.exists()

    def test_of_one_payment_so_many_notices_are_kept_and_no_more(self):
        _, (payment,) = staged(([("awaiting_payment", False)], ["pending"]))
        first = [said(payment, Status.OPEN, body=f'{{"n":{n}}}') for n in range(5)]
        more = [said(payment, Status.OPEN, body=f'{{"n":{n}}}') for n in range(100)]
        actions.take_in_all(first, at=AT)
        actions.take_in_all(more, at=AT)
        actions.take_in_all(more, at=AT)
        assert 5 < Notice.objects.count() <= batch.MOST_NOTICES
        assert Notice.objects.get(body='{"n":0}').times == 3


@pytest.mark.django_db(transaction=True)
def test_batches_expiry_cancellation_and_each_other_at_once():
    """Four batches over the same payments in different order, an expiry and cancellations: every payment ends once, in one place."""
    business = a_business()
    purchases = [a_purchase(1_000_000 + n, at=AT, businesses=[business]) for n in range(24)]
    pairs = [a_purchase(500_000, 700_000, at=AT) for _ in range(4)]
    payments = [a_payment(purchase) for purchase in [*purchases, *pairs] for _ in range(2)]
    heard = [said(payment, body="{}") for payment in payments]
    errors: list[Exception] = []
    works = [
        lambda: actions.take_in_all(heard, at=AT),
        lambda: actions.take_in_all(heard[::-1], at=AT),
        lambda: [actions.take_in_all(heard[start : start + 7], at=AT) for start in range(0, len(heard), 7)],
        lambda: [actions.take_in_all([one], at=AT) for one in heard[::3]],
        lambda: orders.expire(at=purchases[0].pay_by),
        lambda: [cancelled(purchase) for purchase in purchases[::4]],
    ]
    gate = threading.Barrier(len(works))

    def run(work):
        try:
            gate.wait()
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert not books.uneven_postings()
    assert set(Payment.objects.values_list("state", flat=True)) == {"captured"}
    for purchase in [*purchases, *pairs]:
        for business_id in purchase.order_business_ids:
            order = Order.objects.get(business_id=business_id, id=purchase.id)
            lines = [entry.account for entry in Entry.objects.filter(business_id=business_id, order_id=purchase.id, amount__lt=0)]
            kept = [account for account in lines if account in ("escrow", "refund_payable")]
            assert len(kept) == 2, "two payments: each has gone to one place"
            assert ("escrow" in kept) == (order.paid_at is not None)
            assert Refund.objects.filter(order_id=purchase.id, order_business_id=business_id).count() == kept.count("refund_payable")


def cancelled(purchase: Purchase) -> None:
    try:
        orders.cancel(purchase.business_id, purchase.id, reason="buyer", at=AT)
    except orders.WrongState:
        pass  # it had expired
