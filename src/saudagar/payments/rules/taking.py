"""What becomes of a payment and its orders when a gateway says something. Pure: nothing is read, written or asked here.

This is the one law. `batch.py` brings what stands in the database, has it judged here in order of arrival, and writes what changed.
"""

from dataclasses import dataclass, field
from uuid import UUID

from saudagar.orders import rules as orders
from saudagar.payments.rules.life import Told, Verdict, verdict

CAPTURED, MISMATCHED, FAILED = "captured", "mismatched", "failed"  # states of a payment
LATE, TWICE = "late", "twice"  # why an order's share is owed back


@dataclass(slots=True)
class OrderNow:
    """One order of a purchase as it stands."""

    business_id: UUID
    state: str
    total: int
    currency: str
    was_paid: bool


@dataclass(slots=True)
class PaymentNow:
    """A payment as it stands, with the orders it is to pay, by business."""

    business_id: UUID
    id: UUID
    purchase_id: UUID
    gateway: str
    state: str
    amount: int
    currency: str
    gateway_reference: str
    orders: dict[UUID, OrderNow]
    owed_before: frozenset[UUID] = frozenset()  # businesses whose share is owed back already: of a payment that did not match
    mismatched: Told | None = None  # what was paid instead, said now
    has_failed: bool = False  # said now
    paid: list[OrderNow] = field(default_factory=list)  # now, by this payment
    owed: list[tuple[OrderNow, str]] = field(default_factory=list)  # now, with the reason
    has_changed: bool = False
    before: str = ""  # its state when it was read

    def __post_init__(self) -> None:
        self.before = self.state

    @property
    def has_moved(self) -> bool:
        """To another state; nobody need ask the gateway about it any more."""
        return self.state != self.before


def take_in(told: Told, payment: PaymentNow) -> Verdict:
    """Brings a payment and its orders to where they belong after this was said; what changed stands in them."""
    found = verdict(told, state=payment.state, amount=payment.amount, currency=payment.currency)
    if told.gateway_reference and not payment.gateway_reference:
        payment.gateway_reference, payment.has_changed = told.gateway_reference, True
    if found == Verdict.CAPTURED:
        payment.state, payment.has_changed = CAPTURED, True
        return _capture(payment)
    if found == Verdict.MISMATCHED:
        payment.state, payment.mismatched, payment.has_changed = MISMATCHED, told, True
    elif found == Verdict.FAILED:
        payment.state, payment.has_failed, payment.has_changed = FAILED, True, True
    return found


def _capture(payment: PaymentNow) -> Verdict:
    """The money is there: it pays each order that still waits for it; what came too late or twice is owed back."""
    for _, order in sorted(payment.orders.items()):
        if orders.is_paid_by(order.state):
            order.state, order.was_paid = orders.PAID, True
            payment.paid.append(order)
        elif order.business_id not in payment.owed_before:
            reason = LATE if orders.is_too_late_for(order.state, was_paid=order.was_paid) else TWICE
            payment.owed.append((order, reason))
    return Verdict.LATE if payment.owed else Verdict.CAPTURED
