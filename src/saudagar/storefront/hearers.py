"""What buyers are told about what they bought: on the page and by letter where they have an account, else by letter alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from saudagar.foundation.outbox import Heard, HearsMany
from saudagar.messages import actions as messages
from saudagar.messages.actions import Draft, Note
from saudagar.orders import queries as orders
from saudagar.orders.models import Order
from saudagar.people.rules import Contact


@HearsMany
def paid(events: Sequence[Heard]) -> None:
    """Hears `orders.paid`."""
    found = orders.orders_at([(event.business_id, UUID(event.facts["order"])) for event in events])
    told = [(found[event.business_id, UUID(event.facts["order"])], event.happened_at) for event in events]
    _tell_all("storefront.order_paid", [(order, {"total": order.total, "currency": order.currency}, at) for order, at in told])


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
    _tell_all(kind, [(order, facts, at)])


def _tell_all(kind: str, told: Sequence[tuple[Order, dict[str, Any], datetime]]) -> None:
    """Tells the buyer of each order."""
    purchases = orders.purchases_at([(order.purchase_business_id, order.id) for order, _, _ in told])
    notes: list[Note] = []
    drafts: list[Draft] = []
    for order, facts, at in told:
        purchase = purchases[order.purchase_business_id, order.id]
        link = reverse("storefront:purchase", args=[orders.purchase_handle(purchase)])
        facts = {"number": orders.names(order).number, **facts}
        if purchase.buyer_id is not None:
            notes.append(Note(purchase.buyer_id, kind, facts, at, link=link, by_letter=True))
            continue
        buyer = orders.buyer(order)
        contact = Contact(email=buyer.email) if buyer.email else Contact(phone=buyer.phone)
        drafts.append(Draft(contact, kind, facts, order.language, at, link=link))
    messages.notify_many(notes)
    messages.write_many(drafts)
