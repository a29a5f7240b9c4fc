"""What the checkout hears: paid orders count towards their buyer's limits, refunded ones no longer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.checkout import actions
from saudagar.foundation.outbox import Heard, HearsMany


@HearsMany
def paid(events: Sequence[Heard]) -> None:
    actions.count_all([(event.business_id, UUID(event.facts["order"])) for event in events], at=events[-1].happened_at)


def closed(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    if facts["was_paid"]:
        actions.count(business_id, UUID(facts["order"]), at=happened_at, back=True)
