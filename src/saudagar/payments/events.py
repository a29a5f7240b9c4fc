"""What payments tell; that an order is paid, the order tells. The business is the home of the purchase.

Facts are JSON: ids as text, amounts in minor units.

payments.mismatched   {"payment", "purchase", "amount", "currency", "paid_amount", "paid_currency"}
payments.refund_owed  {"refund", "payment", "order_business", "order", "amount", "currency", "reason"}
payments.refunded     {"refund", "payment", "order_business", "order", "amount", "currency", "reason"}
"""

from datetime import datetime
from typing import Any

from saudagar.foundation.outbox import Event, tell
from saudagar.payments.models import Refund
from saudagar.payments.rules.life import Told
from saudagar.payments.rules.taking import PaymentNow


def mismatched(payment: PaymentNow, told: Told) -> Event:
    """Somebody paid, but not what was asked."""
    facts = _payment(payment) | {"paid_amount": told.amount, "paid_currency": told.currency}
    return Event(payment.business_id, "payments.mismatched", facts)


def share_owed(refund: Refund) -> Event:
    """`payments.refund_owed`, of what came too late or twice."""
    return Event(refund.business_id, "payments.refund_owed", _refund(refund))


def refund_owed(refund: Refund, *, at: datetime) -> None:
    tell(refund.business_id, "payments.refund_owed", _refund(refund), at=at)


def refunded(refund: Refund, *, at: datetime) -> None:
    tell(refund.business_id, "payments.refunded", _refund(refund), at=at)


def _payment(payment: PaymentNow) -> dict[str, Any]:
    return {
        "payment": str(payment.id),
        "purchase": str(payment.purchase_id),
        "amount": payment.amount,
        "currency": payment.currency,
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "refund": str(refund.id),
        "payment": str(refund.payment_id),
        "order_business": str(refund.order_business_id),
        "order": str(refund.order_id),
        "amount": refund.amount,
        "currency": refund.currency,
        "reason": refund.reason,
    }
