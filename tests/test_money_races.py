"""Two who do the same with one seller's money at the same moment: it moves once."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.ledger import queries as books
from saudagar.orders import actions as orders
from saudagar.orders.models import Order
from saudagar.payments import actions as payments
from saudagar.payments import gateways
from saudagar.payments.models import Refund
from saudagar.settlement import actions as settlement
from saudagar.settlement.gateways import Outcome
from saudagar.settlement.models import Payout, PayoutAccount, Release
from saudagar.settlement.tests.cast import AT, Bank, a_business, an_account, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> Sequence[Any]:
    """All begin together; what each returned, or the refusal it met. Anything else that is raised is raised here."""
    start, results, errors = threading.Barrier(len(works)), [], []

    def run(work: Callable[[], Any]) -> None:
        try:
            start.wait()
            results.append(work())
        except Refusal as refusal:
            results.append(refusal)
        except Exception as error:
            errors.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def sums() -> dict[str, int]:
    return {currency: sum(accounts.values()) for currency, accounts in books.totals().items()}


def test_released_money_is_gathered_into_one_payout():
    business = a_business()
    an_account(business)
    for order in [an_order(business) for _ in range(3)]:
        settlement.release(business.pk, order.id, at=AT)

    made = at_once(*[lambda: settlement.gather(business.pk, at=AT)] * 4)

    assert sorted(map(len, made)) == [0, 0, 0, 1]
    assert Payout.objects.get().amount == sum(row.net for row in Release.objects.all())


def test_a_payout_is_paid_and_booked_once_however_many_send_it():
    business = a_business()
    an_account(business)
    settlement.release(business.pk, an_order(business).id, at=AT)
    (payout,) = settlement.gather(business.pk, at=AT)
    bank = Bank(says=Outcome.PAID)

    at_once(*[lambda: settlement.send(business.pk, payout.pk, bank, at=AT)] * 4)

    payout.refresh_from_db()
    assert (payout.state, bank.paid, len(bank.known)) == ("paid", payout.amount, 1)
    assert set(sums().values()) == {0}


def test_a_first_account_entered_twice_is_one_account():
    business = a_business()
    at_once(*[lambda: an_account(business)] * 3)
    assert PayoutAccount.objects.count() == 1


def test_cancelled_or_shipped_and_not_both():
    business = a_business()
    for _ in range(12):
        order = an_order(business, state="packed")
        results = at_once(
            lambda order=order: orders.cancel(business.pk, order.id, reason="out_of_stock", at=AT),
            lambda order=order: orders.ship(business.pk, order.id, at=AT),
        )
        refused = [result for result in results if isinstance(result, Refusal)]
        order.refresh_from_db()
        assert len(refused) == 1
        assert order.state in ("cancelled", "shipped")


def test_released_once_whoever_says_so():
    business = a_business()
    order = an_order(business)
    late = AT + timedelta(days=9)
    orders.accept(business.pk, order.id, at=AT)

    results = at_once(
        lambda: settlement.release(business.pk, order.id, at=AT),
        lambda: settlement.release_over(at=late),
        lambda: settlement.release(business.pk, order.id, at=late),
        lambda: orders.cancel(business.pk, order.id, reason="out_of_stock", at=AT),
    )

    assert Release.objects.count() == 1
    assert sum(isinstance(result, Refusal) for result in results) >= 2
    assert Order.objects.get().state == "completed"
    assert set(sums().values()) == {0}


def test_a_cancelled_order_is_given_back_once(monkeypatch: pytest.MonkeyPatch):
    business = a_business()
    order = an_order(business, state="paid")
    orders.cancel(business.pk, order.id, reason="out_of_stock", at=AT)
    asked = []

    class Gateway:
        def refund(self, **facts: Any) -> str:
            asked.append(facts["reference"])
            return "R1"

    monkeypatch.setattr(gateways, "gateway", lambda name: Gateway())
    owed = at_once(*[lambda: payments.owe_refund(business.pk, order.id, at=AT)] * 4)
    assert sum(refund is not None for refund in owed) == 1
    refund = Refund.objects.get()

    at_once(*[lambda: payments.send_refund(business.pk, refund.id, at=now())] * 4)

    refund.refresh_from_db()
    assert (refund.state, len(asked)) == ("paid", 1)
    assert set(sums().values()) == {0}
