"""Purchases as their buyers see them: rows ready to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saudagar.foundation.ids import short_number
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.look.parts import Step
from saudagar.look.templatetags.look import country
from saudagar.orders import queries as orders
from saudagar.orders import rules
from saudagar.orders.models import Line, Order, Purchase
from saudagar.registry.models import Business
from saudagar.rulebook.rules import from_data
from saudagar.rulebook.rules.levies import NamedLevy
from saudagar.rulebook.telling import of_order
from saudagar.shipping import queries as shipping

ROAD = (rules.PAID, rules.PACKED, rules.SHIPPED, rules.DELIVERED, rules.COMPLETED)


@dataclass(frozen=True, slots=True)
class FollowedOrder:
    """One seller's part of a purchase. Address and name are empty for strangers."""

    seller: str
    state: str
    timeline: Sequence[Step]
    lines: Sequence[Line]
    sums: Sequence[tuple[str, int]]
    total: int
    buyer_name: str
    address_lines: Sequence[str]
    may_accept: bool
    accept_url: str
    inspection_ends_at: datetime | None
    service: str
    waybill: str
    way: Sequence[Step]
    levies: Sequence[NamedLevy] = ()
    is_abroad: bool = False
    due_at_door: int = 0  # an estimate; 0 where duty and tax were paid with the order


@dataclass(frozen=True, slots=True)
class FollowedPurchase:
    number: str
    placed_at: datetime
    pay_by: datetime
    total: int
    currency: str
    is_mine: bool
    awaits_payment: bool
    country: str
    pay_url: str
    orders: Sequence[FollowedOrder]


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    url: str
    title: str
    number: str
    placed_at: datetime
    total: int
    currency: str
    state: str


def purchase(found: Purchase, *, is_mine: bool, at: datetime) -> FollowedPurchase:
    text = orders.purchase_handle(found)
    rows = orders.orders_of(found)
    names = dict(Business.objects.filter(id__in=found.order_business_ids).values_list("id", "name"))
    return FollowedPurchase(
        number=short_number(found.id),
        placed_at=found.placed_at,
        pay_by=found.pay_by,
        total=found.total,
        currency=found.currency,
        is_mine=is_mine,
        awaits_payment=any(row.state == rules.AWAITING_PAYMENT for row in rows),
        country=rows[0].country,
        pay_url=f"/pay/{text}/",
        orders=[_order(row, names.get(row.business_id, ""), text, is_mine=is_mine, at=at) for row in rows],
    )


def purchases(handles: Sequence[str], buyer_id: UUID | None) -> list[PurchaseRow]:
    """Of this browser and of this buyer, newest first, each once."""
    found: dict[UUID, Purchase] = {}
    if buyer_id is not None:
        found = {row.id: row for row in orders.purchases_of_buyer(buyer_id)}
    for text in handles:
        try:
            row = orders.purchase_by_handle(text)
        except Refusal:
            continue
        found.setdefault(row.id, row)
    return [_row(row) for row in sorted(found.values(), key=lambda row: row.id, reverse=True)]


def _row(found: Purchase) -> PurchaseRow:
    parts = orders.orders_of(found)
    lines = [line for part in parts for line in part.lines.all()]
    title = lines[0].title if lines else ""
    if len(lines) > 1:
        title = _("%(title)s and %(n)s more") % {"title": title, "n": len(lines) - 1}
    # The part that is furthest behind says where the whole is.
    order = (rules.AWAITING_PAYMENT, *ROAD, rules.EXPIRED, rules.CANCELLED)
    state = min((part.state for part in parts), key=order.index, default=rules.AWAITING_PAYMENT)
    return PurchaseRow(
        url=reverse("storefront:purchase", args=[orders.purchase_handle(found)]),
        title=title,
        number=short_number(found.id),
        placed_at=found.placed_at,
        total=found.total,
        currency=found.currency,
        state=state,
    )


def _order(row: Order, seller: str, purchase: str, *, is_mine: bool, at: datetime) -> FollowedOrder:
    buyer = orders.buyer(row) if is_mine else None
    names = orders.names(row)
    way = shipping.tracking(row.business_id, row.id)
    sums = [(_("Goods"), row.goods), (_("Discount"), -row.discount), (_("Shipping"), row.shipping), (_("Import duty"), row.duty)]
    sums += [(_("Taxes"), row.tax), (_("Fees"), row.fees)]
    return FollowedOrder(
        seller=seller,
        state=row.state,
        timeline=timeline(row),
        lines=list(row.lines.all()) if is_mine else [],
        sums=[(name, amount) for name, amount in sums if amount] if is_mine else [],
        total=row.total if is_mine else 0,
        buyer_name=buyer.name if buyer else "",
        address_lines=[*buyer.address.lines(), *([country(row.country)] if row.country != "ID" else [])] if buyer else [],
        may_accept=row.state == rules.DELIVERED and row.inspection_ends_at is not None and at < row.inspection_ends_at,
        accept_url=reverse("storefront:acceptance", args=[purchase, names.handle]),
        inspection_ends_at=row.inspection_ends_at,
        service=shipping.service_name(row, get_language()),
        # Couriers write who took the parcel, and tell more to whoever knows the waybill: not for strangers.
        waybill=way[0].waybill if way and is_mine else "",
        way=[Step(each.label, each.state, each.at, each.note) for each in way] if is_mine else [],
        is_abroad=row.country != "ID",
        levies=of_order(row.customs, spoken(get_language())) if is_mine else [],
        due_at_door=from_data(row.customs).due_at_door if is_mine and row.customs else 0,
    )


def timeline(row: Order) -> list[Step]:
    """Where an order is on its road."""
    first = Step(_("Ordered"), "done", row.placed_at, icon="cart")
    if row.closed_at is not None:
        words = _("Not paid in time: the goods went back on the shelf") if row.state == rules.EXPIRED else _("Cancelled")
        paid = [Step(_("Paid"), "done", row.paid_at, icon="wallet")] if row.paid_at else []
        return [first, *paid, Step(words, "bad", row.closed_at)]
    stations = {
        rules.PAID: (_("Paid"), row.paid_at, "wallet", _("Your money waits in escrow")),
        rules.PACKED: (_("Packed"), row.packed_at, "box", ""),
        rules.SHIPPED: (_("On its way"), row.shipped_at, "truck", ""),
        rules.DELIVERED: (_("Delivered"), row.delivered_at, "home", _("Look at the goods in peace")),
        rules.COMPLETED: (_("Completed"), row.completed_at, "check", _("The seller was paid")),
    }
    reached = ROAD.index(row.state) if row.state in ROAD else -1
    steps = [first]
    for place, state in enumerate(ROAD):
        label, at, icon, note = stations[state]
        is_now = place == reached and state != rules.COMPLETED
        mark = "now" if is_now else "done" if place <= reached else "next"
        steps.append(Step(label, mark, at if place <= reached else None, note if is_now or state == row.state else "", icon))
    if reached < 0:
        steps[1] = Step(_("Waiting for payment"), "now", None, icon="wallet")
    return steps
