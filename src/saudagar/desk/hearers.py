"""What sellers are told about their orders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.messages import actions as messages
from saudagar.orders import queries as orders
from saudagar.registry import queries as registry


def order_paid(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `orders.paid`: everybody who works for the business can pack; the owners get a letter too."""
    order = orders.order(business_id, UUID(facts["order"]))
    names = orders.names(order)
    told = {"number": names.number, "total": order.total, "currency": order.currency}
    owners = set(registry.owner_ids(business_id))
    for user_id in registry.member_ids(business_id):
        messages.notify(
            user_id,
            "desk.order_paid",
            told,
            at=happened_at,
            business_id=business_id,
            link=f"/seller/orders/{names.handle}/",
            by_letter=user_id in owners,
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
