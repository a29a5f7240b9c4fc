"""What payments do when they hear of something. Wired in `site/events.py`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.payments import actions


def order_closed(business_id: UUID, facts: dict[str, Any], at: datetime) -> None:
    """`orders.closed`: when a paid order is cancelled, its money goes back to the buyer."""
    if facts["was_paid"]:
        actions.owe_refund(business_id, UUID(facts["order"]), at=at)
