"""What sellers are told about their orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.foundation.outbox import Heard, HearsMany
from saudagar.messages import actions as messages
from saudagar.messages.actions import Note
from saudagar.orders import queries as orders
from saudagar.registry import queries as registry


@HearsMany
def order_paid(events: Sequence[Heard]) -> None:
    """Hears `orders.paid`: everybody who works for the business can pack; the owners get a letter too."""
    found = orders.orders_at([(event.business_id, UUID(event.facts["order"])) for event in events])
    members = registry.members_of({event.business_id for event in events})
    messages.notify_many(
        [
            Note(
                user_id,
                "desk.order_paid",
                {"number": names.number, "total": order.total, "currency": order.currency},
                at=event.happened_at,
                business_id=event.business_id,
                link=f"/seller/orders/{names.handle}/",
                by_letter=is_owner,
            )
            for event in events
            if (order := found.get((event.business_id, UUID(event.facts["order"])))) and (names := orders.names(order))
            for business_id, user_id, is_owner in members
            if business_id == event.business_id
        ]
    )


def parcel_trouble(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `shipping.trouble`: somebody should ask the courier, or book another."""
    names = orders.names(orders.order(business_id, UUID(facts["order"])))
    messages.notify_all(
        registry.member_ids(business_id),
        "desk.parcel_trouble",
        {"number": names.number, "state": facts["state"]},
        at=happened_at,
        business_id=business_id,
        link=f"/seller/orders/{names.handle}/",
    )
