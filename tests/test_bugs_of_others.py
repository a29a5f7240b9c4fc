"""What other shops' engines have really shipped, one test each: overselling, double charging, work lost between two steps.

Where a public thread tells of it, it is named; what it tells is lived here through our own intake and payments.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from saudagar.checkout import actions as checkout
from saudagar.checkout.rules.placing import Outcome
from saudagar.checkout.tests.cast import NOON, a_line, a_placing, a_pool, a_quote
from saudagar.checkout.tests.test_door import a_door, an_order, post
from saudagar.foundation import outbox
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.ledger import queries as books
from saudagar.ledger.models import Posting
from saudagar.orders import actions as orders
from saudagar.orders.models import Line, Order
from saudagar.payments import actions as payments
from saudagar.payments.models import Payment, Refund
from saudagar.payments.rules.life import Status, Told, UnknownPayment
from saudagar.payments.tests.cast import a_purchase
from saudagar.payments.tests.test_taking import AT, a_payment, said
from saudagar.stock.models import Pool

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """All begin together; what each returned or raised, in order."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            start.wait()
            results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_hundred_buyers_for_one_unit() -> None:
    """saleor#543, vendure#3508, django-shop#888: stock is read by many before anybody has written it."""
    pool = a_pool(available=1)
    soon = now() + timedelta(minutes=15)
    quotes = [a_quote((pool.business_id, [a_line(pool)]), expires_at=soon) for _ in range(200)]

    async def rush() -> list[tuple[int, dict[str, Any]]]:
        # Two web processes, so that it is not one queue that puts them in order.
        async with a_door() as one, a_door() as other:
            doors = (one, other)
            return await asyncio.gather(*(post(doors[n % 2], "/api/v1/orders", an_order(quote)) for n, quote in enumerate(quotes)))

    answers = asyncio.run(rush())

    assert Counter(status for status, _ in answers) == {201: 1, 409: 199}
    assert Order.objects.filter(business_id=pool.business_id).count() == 1
    assert Pool.objects.get(business_id=pool.business_id, id=pool.id).available == 0


def test_two_lines_on_one_pool_in_one_order() -> None:
    """medusa#16502, vendure#2702: each line alone fits, both together do not."""
    pool = a_pool(available=3)
    both = a_quote((pool.business_id, [a_line(pool, 2), a_line(pool, 2)]))
    fits = a_quote((pool.business_id, [a_line(pool, 2), a_line(pool, 1)]))

    verdicts = checkout.place_batch([a_placing(both), a_placing(fits)], at=NOON)

    assert [verdict.outcome for verdict in verdicts] == [Outcome.SHORT, Outcome.PLACED]
    assert (verdicts[0].short_line, verdicts[0].left) == (1, 1)
    assert sum(line.quantity for line in Line.objects.filter(business_id=pool.business_id)) == 3


def test_a_refused_order_does_not_starve_those_behind_it() -> None:
    """A running sum of what was asked for counts also what was refused."""
    pool, other = a_pool(available=2), a_pool(available=5)
    greedy = a_quote((other.business_id, [a_line(other, 3)]), (pool.business_id, [a_line(pool, 3)]))
    modest = [a_quote((other.business_id, [a_line(other, 2)])), a_quote((other.business_id, [a_line(other, 3)]))]

    verdicts = checkout.place_batch([a_placing(quote) for quote in (greedy, *modest)], at=NOON)

    assert [verdict.outcome for verdict in verdicts] == [Outcome.SHORT, Outcome.PLACED, Outcome.PLACED]


def test_a_notice_before_during_after_and_twice_around_the_placing() -> None:
    """The gateway is faster than the shop, or says it again."""
    pool = a_pool(available=1)
    quote = a_quote((pool.business_id, [a_line(pool)]))
    payment_id = new_id()
    told = Told(handle(Kind.PAYMENT, pool.business_id, payment_id), Status.PAID, quote.total, "IDR")

    # Before: nothing is known of it. The gateway is told so and says it again; nothing is made up meanwhile.
    with pytest.raises(UnknownPayment):
        payments.take_in("snap_qris", told, at=AT)
    assert not Posting.objects.exists()

    # During: placing, starting the payment and three notices all at once. Who comes too early says it again.
    def place_and_start() -> None:
        checkout.place_batch([a_placing(quote)], at=AT)
        with transaction.atomic():
            Payment.objects.create(
                business_id=pool.business_id, id=payment_id, purchase_id=quote.id, method="qris", gateway="snap_qris", amount=quote.total,
                currency="IDR", order_business_ids=[pool.business_id], started_at=AT, expires_at=AT + timedelta(minutes=30),
                state=Payment.State.PENDING,
            )  # fmt: skip

    def until_known() -> Any:
        for _ in range(400):
            try:
                return payments.take_in("snap_qris", told, at=AT, body="{}")
            except UnknownPayment:
                threading.Event().wait(0.01)
        raise AssertionError("never known")

    results = at_once(place_and_start, until_known, until_known, until_known)
    assert sorted(str(result) for result in results[1:]) == ["captured", "repeated", "repeated"]

    # After, and twice.
    assert payments.take_in("snap_qris", told, at=AT) == payments.take_in("snap_qris", told, at=AT) == "repeated"
    assert Order.objects.get(business_id=pool.business_id, id=quote.id).state == "paid"
    assert books.balances(pool.business_id) == {("gateway_clearing", "IDR"): quote.total, ("escrow", "IDR"): -quote.total}


def test_work_does_not_begin_before_the_commit_it_waits_for() -> None:
    """A job is queued inside the transaction and runs before it has ended, or although it was undone."""
    heard: list[str] = []
    hearers = {"orders.paid": [lambda business_id, facts, at: heard.append(facts["order"])]}
    business_id = new_id()
    told, delivered = threading.Event(), threading.Event()

    def tell() -> None:
        with transaction.atomic():
            outbox.tell(business_id, "orders.paid", {"order": "kept"}, at=AT)
            told.set()
            assert delivered.wait(10)
        with transaction.atomic():
            outbox.tell(business_id, "orders.paid", {"order": "undone"}, at=AT)
            transaction.set_rollback(True)

    def deliver() -> None:
        assert told.wait(10)
        outbox.deliver(hearers, at=AT)
        assert heard == []
        delivered.set()

    assert at_once(tell, deliver) == [None, None]
    outbox.deliver(hearers, at=AT)
    outbox.deliver(hearers, at=AT)
    assert heard == ["kept"]


def test_late_payment_after_expiry() -> None:
    """The pieces have gone to somebody else: the money goes back, the second buyer keeps what was bought."""
    purchase = a_purchase(1_000_000, at=AT)
    payment = a_payment(purchase)
    late = purchase.pay_by + timedelta(minutes=1)
    orders.expire(at=late)

    payments.take_in_all([said(payment, body="{}")], at=late)
    payments.take_in_all([said(payment, body="{}")], at=late)

    assert Order.objects.get(business_id=purchase.business_id, id=purchase.id).state == "expired"
    assert Refund.objects.get(business_id=purchase.business_id).amount == 1_000_000
    assert books.balances(purchase.business_id)[("refund_payable", "IDR")] == -1_000_000


def test_killed_between_capture_and_order() -> None:
    """The money was taken, the process died, no order is paid. Here both stand in one transaction, so neither is."""
    purchase = a_purchase(1_000_000, at=AT)
    payment = a_payment(purchase)
    with connection.cursor() as cursor:
        # The database itself ends the connection in the middle: after the payment was marked, before the order is.
        cursor.execute(
            "CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NEW; END $$"
        )
        cursor.execute("CREATE TRIGGER cut_off BEFORE UPDATE ON orders_order FOR EACH ROW EXECUTE FUNCTION cut_off()")
    try:
        [error] = at_once(lambda: payments.take_in_all([said(payment, body="{}")], at=AT))
        assert isinstance(error, Exception)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER cut_off ON orders_order")
            cursor.execute("DROP FUNCTION cut_off()")
    assert Payment.objects.get(business_id=payment.business_id, id=payment.id).state == "pending"
    assert not Posting.objects.exists()

    payments.take_in_all([said(payment, body="{}")], at=AT)  # the gateway says it again
    assert Order.objects.get(business_id=purchase.business_id, id=purchase.id).state == "paid"
    assert Posting.objects.count() == 1
