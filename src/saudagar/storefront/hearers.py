"""What buyers are told about what they bought: on the page and by letter where they have an account, else by letter alone."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from saudagar.messages import actions as messages
from saudagar.orders import queries as orders
from saudagar.orders.models import Order
from saudagar.people.rules import Contact


def paid(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `orders.paid`."""
    order = orders.order(business_id, UUID(facts["order"]))
    _tell(order, "storefront.order_paid", {"total": order.total, "currency": order.currency}, at=happened_at)


def shipped(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `orders.shipped`."""
    _tell(orders.order(business_id, UUID(facts["order"])), "storefront.order_shipped", {}, at=happened_at)


def delivered(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `orders.delivered`: the buyer has until the end of the inspection to look."""
    order = orders.order(business_id, UUID(facts["order"]))
    if order.inspection_ends_at and order.inspection_ends_at > happened_at:  # else it was accepted before we came to tell it
        # The courier's moment is a little before ours: two days less some seconds are two days.
        days = max(round((order.inspection_ends_at - happened_at) / timedelta(days=1)), 1)
        _tell(order, "storefront.order_delivered", {"days": days}, at=happened_at)


def closed(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `orders.closed`: only who has paid is waiting for something."""
    order = orders.order(business_id, UUID(facts["order"]))
    if facts["was_paid"]:
        _tell(order, "storefront.order_cancelled", {"total": order.total, "currency": order.currency}, at=happened_at)


def refunded(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `payments.refunded`. The event lives with the purchase's home; the order may be another seller's."""
    order = orders.order(UUID(facts["order_business"]), UUID(facts["order"]))
    _tell(order, "storefront.refunded", {"total": facts["amount"], "currency": facts["currency"]}, at=happened_at)


def _tell(order: Order, kind: str, facts: dict[str, Any], *, at: datetime) -> None:
    purchase = orders.purchase(order.purchase_business_id, order.id)
    link = reverse("storefront:purchase", args=[orders.purchase_handle(purchase)])
    told = {"number": orders.names(order).number, **facts}
    if purchase.buyer_id is not None:
        messages.notify(purchase.buyer_id, kind, told, at=at, link=link, by_letter=True)
        return
    buyer = orders.buyer(order)
    contact = Contact(email=buyer.email) if buyer.email else Contact(phone=buyer.phone)
    messages.write(contact, kind, told, language=order.language, at=at, link=link)
