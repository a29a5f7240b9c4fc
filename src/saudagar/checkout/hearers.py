"""What the checkout hears: paid orders count towards their buyer's year, refunded ones no longer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.checkout import actions


def paid(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    actions.count_year(business_id, UUID(facts["order"]), at=happened_at)


def closed(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    if facts["was_paid"]:
        actions.count_year(business_id, UUID(facts["order"]), at=happened_at, back=True)
