"""What the settlement hears."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.orders.rules import WrongState
from saudagar.settlement import actions


def accepted(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """orders.accepted: the buyer says all is well; the money is released now."""
    try:
        actions.release(business_id, UUID(facts["order"]), at=happened_at)
    except WrongState:
        pass  # released already, by the job that watches inspections
