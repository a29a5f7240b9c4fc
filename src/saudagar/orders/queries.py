"""Reads of orders. Rows of one seller name the business first; a purchase names its home."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Prefetch, prefetch_related_objects

from saudagar.foundation.ids import Kind, handle, parse_handle, short_number
from saudagar.foundation.sealing import unseal_bytes
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.orders import rules
from saudagar.orders.models import Line, Order, Purchase
from saudagar.orders.rules import Buyer, UnknownOrder


def order(business_id: UUID, order_id: UUID) -> Order:
    """One order with its lines, two statements. Raises UnknownOrder."""
    lines = Prefetch("lines", Line.objects.filter(business_id=business_id).order_by("position"))
    found = Order.objects.filter(business_id=business_id, id=order_id).prefetch_related(lines).first()
    if found is None:
        raise UnknownOrder(order=handle(Kind.ORDER, business_id, order_id))
    return found


Key = tuple[UUID, UUID]  # business, order or purchase


@across_sellers
def orders_at(keys: Sequence[Key]) -> dict[Key, Order]:
    """Many orders of any sellers, without their lines. One statement."""
    return {(row.business_id, row.id): row for row in Order.objects.raw(statement("saudagar.orders", "orders_at"), _columns(keys))}


@across_sellers
def purchases_at(keys: Sequence[Key]) -> dict[Key, Purchase]:
    """Many purchases, by home and id. One statement."""
    return {(row.business_id, row.id): row for row in Purchase.objects.raw(statement("saudagar.orders", "purchases_at"), _columns(keys))}


def _columns(keys: Sequence[Key]) -> dict[str, list[UUID]]:
    return {"business_ids": [key[0] for key in keys], "ids": [key[1] for key in keys]}


def order_by_handle(text: str, *, business_id: UUID | None = None) -> Order:
    """The order of a handle; for a seller's page name the business, so that another seller's order is unknown there."""
    owner, order_id = parse_handle(text, Kind.ORDER)
    if business_id is not None and owner != business_id:
        raise UnknownOrder(order=text)
    return order(owner, order_id)


def purchase(business_id: UUID, purchase_id: UUID) -> Purchase:
    """Raises UnknownOrder. The business is the purchase's home."""
    found = Purchase.objects.filter(business_id=business_id, id=purchase_id).first()
    if found is None:
        raise UnknownOrder(order=handle(Kind.PURCHASE, business_id, purchase_id))
    return found


def purchase_by_handle(text: str) -> Purchase:
    return purchase(*parse_handle(text, Kind.PURCHASE))


@across_sellers
def orders_of(purchase: Purchase) -> list[Order]:
    """The orders one purchase became, with lines, in the order of the basket. Found by their keys, no search."""
    owners = purchase.order_business_ids
    found = {row.business_id: row for row in Order.objects.filter(business_id__in=owners, id=purchase.id)}
    for business_id, row in found.items():
        # Seller by seller: the orders of one purchase share their id, and a prefetch of them together would mix their lines.
        prefetch_related_objects([row], Prefetch("lines", Line.objects.filter(business_id=business_id).order_by("position")))
    return [found[business_id] for business_id in owners]


def orders_of_business(
    business_id: UUID, *, states: Sequence[str] = (), before: UUID | None = None, after: UUID | None = None, most: int = 50
) -> list[Order]:
    """Newest first, with lines; `before` is the id of the last one of the page before. Two statements.

    With `after`, oldest first from there on: for work that is done in turn. UUID(int=0) begins.
    """
    rows = Order.objects.filter(business_id=business_id)
    if states:
        rows = rows.filter(state__in=states)
    if before is not None:
        rows = rows.filter(id__lt=before)
    if after is not None:
        rows = rows.filter(id__gt=after)
    lines = Prefetch("lines", Line.objects.filter(business_id=business_id).order_by("position"))
    return list(rows.order_by("-id" if after is None else "id").prefetch_related(lines)[:most])


def counts(business_id: UUID) -> dict[str, int]:
    """How many orders of one business stand in which state; states without orders are missing. One statement."""
    rows = Order.objects.filter(business_id=business_id).order_by().values_list("state").annotate(Count("id"))
    return dict(rows)


def orders_to_pack(business_id: UUID) -> list[Order]:
    """Paid and packed orders, longest waiting first, with lines. Two statements, whatever the number."""
    lines = Prefetch("lines", Line.objects.filter(business_id=business_id).order_by("position"))
    rows = Order.objects.filter(business_id=business_id, state__in=[rules.PAID, rules.PACKED])
    return list(rows.order_by("paid_at", "id").prefetch_related(lines))


@across_sellers
def late_bp(business_ids: Sequence[UUID], *, since: datetime, at: datetime) -> dict[UUID, int]:
    """Which share of their paid orders since then businesses sent late or still have not sent in time, basis points."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.orders", "late"),
            {
                "business_ids": list(business_ids),
                "since": since,
                "at": at,
                "within_seconds": int(rules.SEND_WITHIN.total_seconds()),
                "most": 1000,
            },
        )
        found = {business_id: rules.late_share_bp(paid, late) for business_id, paid, late in cursor.fetchall()}
    return {business_id: found.get(business_id, 0) for business_id in business_ids}


@across_sellers
def purchases_of_buyer(buyer_id: UUID, *, most: int = 50) -> list[Purchase]:
    """What a signed-in buyer bought, newest first."""
    return list(Purchase.objects.filter(buyer_id=buyer_id).order_by("-id")[:most])


@across_sellers
def inspections_over(*, at: datetime, most: int = 200) -> list[tuple[UUID, UUID]]:
    """(business_id, order_id) of delivered orders whose inspection window has ended."""
    rows = Order.objects.filter(state=rules.DELIVERED, inspection_ends_at__lte=at).order_by("inspection_ends_at")
    return list(rows.values_list("business_id", "id")[:most])


def buyer(order: Order) -> Buyer:
    """Who bought, opened. For the seller while the order is under way, for the buyer, and for papers."""
    return rules.buyer_of(unseal_bytes(order.buyer_sealed, rules.BUYER_PURPOSE))


@dataclass(frozen=True, slots=True)
class Names:
    """What people and machines call an order."""

    handle: str
    number: str


def names(order: Order) -> Names:
    return Names(handle(Kind.ORDER, order.business_id, order.id), short_number(order.id))


def purchase_handle(purchase: Purchase) -> str:
    return handle(Kind.PURCHASE, purchase.business_id, purchase.id)
