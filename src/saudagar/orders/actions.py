"""Moves of an order through its life. Each locks its order first, so that a payment and an expiry cannot both win."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.markets.models import Market
from saudagar.orders import events, queries, rules
from saudagar.orders.models import Order
from saudagar.orders.rules import UnknownOrder, WrongState


@dataclass(frozen=True, slots=True)
class Payment:
    """What a captured payment found: orders it paid now, and orders it came too late for. One paid before is in neither."""

    paid: list[Order]
    too_late: list[Order]


@transaction.atomic
def take_payment(home_business_id: UUID, purchase_id: UUID, *, at: datetime) -> Payment:
    """Marks the orders of a purchase paid. The caller posts the money in the same transaction.

    Payments do the same for many purchases at once, judged by the same rules: `payments/sql/take_in.sql`.
    """
    purchase = queries.purchase(home_business_id, purchase_id)
    paid, too_late = [], []
    for business_id in sorted(purchase.order_business_ids):
        order = _locked(business_id, purchase_id)
        if rules.is_paid_by(order.state):
            _move(order, rules.PAID, at=at, paid_at=at)
            paid.append(order)
        elif rules.is_too_late_for(order.state, was_paid=order.paid_at is not None):
            too_late.append(order)
    return Payment(paid, too_late)


@transaction.atomic
def pack(business_id: UUID, order_id: UUID, *, at: datetime) -> Order:
    """The pieces are in the box. Raises UnknownOrder, WrongState."""
    return _move(_locked(business_id, order_id), rules.PACKED, at=at, packed_at=at)


@transaction.atomic
def ship(business_id: UUID, order_id: UUID, *, at: datetime) -> Order:
    """The carrier has it. Raises UnknownOrder, WrongState."""
    return _move(_locked(business_id, order_id), rules.SHIPPED, at=at, shipped_at=at)


@transaction.atomic
def deliver(business_id: UUID, order_id: UUID, *, at: datetime) -> Order:
    """The buyer has it: the inspection window of the market opens. Raises UnknownOrder, WrongState."""
    order = _locked(business_id, order_id)
    days = Market.objects.get(code=order.market_code).inspection_days
    return _move(order, rules.DELIVERED, at=at, delivered_at=at, inspection_ends_at=at + timedelta(days=days))


@transaction.atomic
def accept(business_id: UUID, order_id: UUID, *, at: datetime) -> Order:
    """The buyer says all is well: the inspection window ends now. Raises UnknownOrder, WrongState."""
    order = _locked(business_id, order_id)
    if order.state != rules.DELIVERED:
        raise WrongState(state=order.state, wanted=rules.COMPLETED)
    order.inspection_ends_at = at
    order.save(update_fields=["inspection_ends_at"])
    events.moved(business_id, order_id, "accepted", at=at)
    return order


@transaction.atomic
def complete(business_id: UUID, order_id: UUID, *, at: datetime) -> Order:
    """The money is released: called by the settlement in the transaction of its posting. Raises UnknownOrder, WrongState."""
    return _move(_locked(business_id, order_id), rules.COMPLETED, at=at, completed_at=at)


@transaction.atomic
def cancel(business_id: UUID, order_id: UUID, *, reason: str, at: datetime) -> Order:
    """Ends an order before it was shipped and returns its pieces. If it was paid, whoever hears `orders.closed` owes a refund.

    Raises UnknownOrder, WrongState.
    """
    order = _locked(business_id, order_id)
    was_paid = order.state in rules.IN_ESCROW
    if not rules.may_become(order.state, rules.CANCELLED):
        raise WrongState(state=order.state, wanted=rules.CANCELLED)
    with connection.cursor() as cursor:
        cursor.execute(statement("saudagar.orders", "return_pieces"), {"business_id": business_id, "order_id": order_id})
    order.state, order.closed_at, order.close_reason = rules.CANCELLED, at, reason
    order.save(update_fields=["state", "closed_at", "close_reason"])
    events.closed(business_id, order_id, state=rules.CANCELLED, reason=reason, was_paid=was_paid, at=at)
    return order


@across_sellers
def expire(*, at: datetime, most: int = 1000) -> int:
    """Closes unpaid orders whose time is over and returns their pieces, in one statement. Returns how many.

    Orders that somebody else holds (a payment just coming in) are passed over.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement("saudagar.orders", "expire"), {"at": at, "most": most})
        row = cursor.fetchone()
    return int(row[0])


def _locked(business_id: UUID, order_id: UUID) -> Order:
    order = Order.objects.select_for_update().filter(business_id=business_id, id=order_id).first()
    if order is None:
        raise UnknownOrder(order=handle(Kind.ORDER, business_id, order_id))
    return order


def _move(order: Order, state: str, *, at: datetime, **moments: datetime) -> Order:
    if not rules.may_become(order.state, state):
        raise WrongState(state=order.state, wanted=state)
    order.state = state
    for name, moment in moments.items():
        setattr(order, name, moment)
    order.save(update_fields=["state", *moments])
    facts = {"inspection_ends_at": order.inspection_ends_at.isoformat()} if order.inspection_ends_at and state == rules.DELIVERED else {}
    events.moved(order.business_id, order.id, state, at=at, **facts)
    return order
