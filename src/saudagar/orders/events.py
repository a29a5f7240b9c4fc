"""What orders tell. Facts are JSON: ids as text.

orders.placed     {"order", "purchase"}                      by the intake
orders.paid       {"order"}
orders.packed     {"order"}
orders.shipped    {"order"}
orders.delivered  {"order", "inspection_ends_at"}
orders.accepted   {"order"}                                  by the buyer, before the inspection window ends
orders.completed  {"order"}
orders.closed     {"order", "state": "expired"|"cancelled", "reason", "was_paid": bool}
"""

from datetime import datetime
from uuid import UUID

from saudagar.foundation.outbox import Event, tell


def moved(business_id: UUID, order_id: UUID, state: str, *, at: datetime, **facts: object) -> None:
    """The order has come to a new state."""
    tell(business_id, f"orders.{state}", {"order": str(order_id), **facts}, at=at)


def paid(business_id: UUID, order_id: UUID) -> Event:
    """The same of an order that is marked paid with many others: whoever marks it writes it."""
    return Event(business_id, "orders.paid", {"order": str(order_id)})


def closed(business_id: UUID, order_id: UUID, *, state: str, reason: str, was_paid: bool, at: datetime) -> None:
    """The order ended without being delivered; its pieces are back in their pools."""
    tell(business_id, "orders.closed", {"order": str(order_id), "state": state, "reason": reason, "was_paid": was_paid}, at=at)
