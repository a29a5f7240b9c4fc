"""Posting. Everything here runs inside the caller's transaction: money and what it stands for move together or not at all."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from saudagar.foundation.ids import new_id
from saudagar.foundation.sql import statement
from saudagar.ledger import rules
from saudagar.ledger.rules import Account, Entry, OrderMoney, Posting, Side

REFUND_OWED = "refund_owed"
REFUND_PAID = "refund_paid"
GATEWAY_SETTLED = "gateway_settled"


def post(business_id: UUID, *, kind: str, reference: str, entries: Sequence[Entry], at: datetime) -> bool:
    """Writes one posting of one business, once: False when this (kind, reference) was posted before. Entries of nothing are left out.

    Raises Unbalanced.
    """
    written = rules.checked(entries, kind=kind, reference=reference)
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.ledger", "post"),
            {
                "business_id": business_id,
                "posting_id": new_id(),
                "kind": kind,
                "reference": reference,
                "at": at,
                "entry_ids": [new_id() for _ in written],
                "accounts": [str(entry.account) for entry in written],
                "currencies": [entry.currency for entry in written],
                "amounts": [entry.amount for entry in written],
                "order_ids": [entry.order_id for entry in written],
            },
        )
        return bool(cursor.fetchone()[0])


def post_linked(one: Side, other: Side, *, kind: str, reference: str, at: datetime) -> bool:
    """Posts money that crosses from the books of one business to another's: two postings of the same (kind, reference), each balanced
    by `inter_business`. False when it was posted before. When both sides are the same business, one ordinary posting.

    Raises Unbalanced when the two sides do not hand over the same amounts.
    """
    return _post_all(rules.linked(one, other, kind=kind, reference=reference), at=at)


def _post_all(postings: Sequence[Posting], *, at: datetime) -> bool:
    """Posts what belongs together: all of it or, when it was posted before, nothing."""
    with transaction.atomic(savepoint=False):
        posted = {post(one.business_id, kind=one.kind, reference=one.reference, entries=one.entries, at=at) for one in postings}
        if len(posted) != 1:
            raise RuntimeError(f"{postings[0].kind} {postings[0].reference} is in the books of one business and not of the other")
    return posted.pop()


def capture(money: OrderMoney, *, at: datetime) -> bool:
    """A gateway captured the payment of an order: gateway_clearing → escrow, once per order."""
    return _post_all(rules.captured(money), at=at)


def capture_many(business_id: UUID, paid: Sequence[OrderMoney], *, at: datetime) -> set[UUID]:
    """`capture` for many orders of one business, paid at home, in one statement. Returns the orders posted now."""
    if any(money.business_id != business_id or not money.is_at_home for money in paid):
        raise ValueError("only orders of one business that were paid at its own home")
    rows = sorted(paid, key=lambda money: money.order_id)
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.ledger", "capture"),
            {
                "business_id": business_id,
                "at": at,
                "order_ids": [money.order_id for money in rows],
                "currencies": [money.currency for money in rows],
                "amounts": [money.amount for money in rows],
                "posting_ids": [new_id() for _ in rows],
                "clearing_ids": [new_id() for _ in rows],
                "escrow_ids": [new_id() for _ in rows],
            },
        )
        return {row[0] for row in cursor.fetchall()}


def capture_late(money: OrderMoney, *, reference: str, at: datetime) -> bool:
    """A payment came after its order was closed, or a second time: gateway_clearing → refund_payable.

    Reference: of the payment. An order is posted once per payment.
    """
    return _post_all(rules.captured_late(money, reference), at=at)


def owe_refund(money: OrderMoney, *, reference: str, at: datetime) -> bool:
    """A paid order was cancelled: escrow → refund_payable. Reference: of the refund."""
    entries = [
        Entry(Account.ESCROW, money.currency, money.amount, money.order_id),
        Entry(Account.REFUND_PAYABLE, money.currency, -money.amount, money.order_id),
    ]
    return post(money.business_id, kind=REFUND_OWED, reference=reference, entries=entries, at=at)


def pay_refund(money: OrderMoney, *, reference: str, at: datetime) -> bool:
    """The gateway paid a refund back: refund_payable → gateway_clearing. Reference: of the refund."""
    sides = money.at_order(Account.REFUND_PAYABLE, money.amount), money.at_home(Account.GATEWAY_CLEARING, -money.amount)
    return post_linked(*sides, kind=REFUND_PAID, reference=reference, at=at)


def settle_gateway(business_id: UUID, *, reference: str, currency: str, gross: int, cost: int = 0, at: datetime) -> bool:
    """A line of a gateway's settlement file: gateway_clearing → custody, less what the gateway kept (`gateway_cost`).

    Reference: of the payment or refund at the gateway. Gross: negative for a refund the gateway took off. The business is the
    home of the payment; the platform bears the cost.
    """
    entries = [
        Entry(Account.CUSTODY, currency, gross - cost),
        Entry(Account.GATEWAY_COST, currency, cost),
        Entry(Account.GATEWAY_CLEARING, currency, -gross),
    ]
    return post(business_id, kind=GATEWAY_SETTLED, reference=reference, entries=entries, at=at)


def exchange(business_id: UUID, *, reference: str, sold: tuple[str, int], bought: tuple[str, int], at: datetime) -> bool:
    """The platform exchanged money in custody: what lay on fx_position in both currencies is closed, and the rest is its gain or loss.

    Sold, bought: (currency, minor units), as on the bank's slip. Reference: of the slip.
    """
    entries = [
        Entry(Account.CUSTODY, sold[0], -sold[1]),
        Entry(Account.FX_POSITION, *sold),
        Entry(Account.CUSTODY, *bought),
        Entry(Account.FX_POSITION, bought[0], -bought[1]),
    ]
    return post(business_id, kind="exchange", reference=reference, entries=entries, at=at)
