"""Reads of consignments. A seller sees its own, and of the officers' those with its parcels in them, and there only its own parcels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from saudagar.customs.models import Consignment, ConsignmentItem, ConsignmentProof
from saudagar.customs.queries import kept_by, parcel_facts
from saudagar.customs.queries.proofs import preferences
from saudagar.customs.rules.consignments import ConsignmentFacts, ProofIssued, UnknownConsignment
from saudagar.customs.rules.papers import ParcelFacts, Party
from saudagar.foundation.ids import Kind, handle, short_number
from saudagar.foundation.walls import across_sellers
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order, State
from saudagar.registry.models import Business
from saudagar.rulebook.queries import current_rulebook
from saudagar.shipping import queries as shipping_queries

WAITING = (State.PAID, State.PACKED)
MOST_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One order, in a consignment or to be collected. Without its buyer."""

    handle: str
    number: str
    business: str
    state: str
    contents: str
    goods: int
    currency: str
    gross_grams: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A consignment in a list."""

    consignment: Consignment
    number: str
    orders: int  # as far as the asker may see


def kept_as(kind: str, seller: str) -> str:
    """Under which name a closed consignment keeps one exporter's application."""
    return f"{kind}:{seller}"


def number_of(consignment: Consignment) -> str:
    return short_number(consignment.pk)


@across_sellers
def consignments(business_id: UUID | None, *, most: int = 50) -> list[Shown]:
    """Newest first. business_id None: an officer's list."""
    rows = Consignment.objects.order_by("-id")
    if business_id is None:
        rows = rows.filter(owner_id=None)
    else:
        inside = ConsignmentItem.objects.filter(business_id=business_id).values_list("consignment_id", flat=True)
        rows = rows.filter(pk__in=[*inside, *Consignment.objects.filter(owner_id=business_id).values_list("pk", flat=True)])
    found = list(rows[:most])
    items = ConsignmentItem.objects.filter(consignment_id__in=[row.pk for row in found])
    if business_id is not None:
        items = items.filter(business_id=business_id)
    held = list(items.values_list("consignment_id", flat=True))
    return [Shown(row, number_of(row), held.count(row.pk)) for row in found]


@across_sellers
def consignment(consignment_id: UUID, *, business_id: UUID | None) -> Consignment:
    """Raises UnknownConsignment, also for one that is none of the asker's. business_id None: an officer asks."""
    found = Consignment.objects.filter(pk=consignment_id).first()
    if found is not None:
        mine = found.owner_id == business_id
        has_parcel = business_id is not None and ConsignmentItem.objects.filter(business_id=business_id, consignment_id=found.pk).exists()
        if mine or has_parcel:
            return found
    raise UnknownConsignment(consignment=str(consignment_id))


@across_sellers
def orders_in(consignment: Consignment, *, business_id: UUID | None) -> list[Order]:
    """Its orders with their lines, in the order in which they were collected; with a business named, only that one's."""
    items = ConsignmentItem.objects.filter(consignment_id=consignment.pk).order_by("added_at", "id")
    if business_id is not None:
        items = items.filter(business_id=business_id)
    return [order_queries.order(owner, order_id) for owner, order_id in items.values_list("business_id", "order_id")]


@across_sellers
def candidates(consignment: Consignment, *, business_id: UUID | None, most: int = MOST_CANDIDATES) -> list[Order]:
    """Paid orders to the same country that are in no consignment yet, longest waiting first."""
    rows = Order.objects.filter(state__in=WAITING, country=consignment.country)
    if business_id is not None:
        rows = rows.filter(business_id=business_id)
    held = ConsignmentItem.objects.filter(business_id=OuterRef("business_id"), order_id=OuterRef("id"))
    found = list(rows.filter(~Exists(held)).order_by("paid_at", "id")[:most])
    return [order_queries.order(order.business_id, order.id) for order in found]


@across_sellers
def rows(orders: Sequence[Order]) -> list[Row]:
    """Orders as lists show them."""
    businesses = Business.objects.in_bulk({order.business_id for order in orders})
    found = []
    for order in orders:
        parcel = shipping_queries.parcel_of(order.business_id, order.id)
        names = order_queries.names(order)
        lines = list(order.lines.all())
        found.append(
            Row(
                names.handle,
                names.number,
                businesses[order.business_id].name if order.business_id in businesses else "",
                order.state,
                ", ".join(f"{line.quantity} × {line.sku}" for line in lines[:3]) + (" …" if len(lines) > 3 else ""),
                order.goods - order.discount,
                order.currency,
                parcel.gross_grams if parcel else shipping_queries.box_of(order).gross_grams,
            )
        )
    return found


def parcel_of_order(order: Order) -> ParcelFacts:
    """What papers say of one order's parcel. Refuses PaperIncomplete where it has no snapshot."""
    return parcel_facts(order, shipping_queries.parcel_of(order.business_id, order.id), current_rulebook())


@across_sellers
def consignment_facts(consignment: Consignment, *, at: datetime, copy: str = "", business_id: UUID | None = None) -> ConsignmentFacts:
    """What the papers of a whole consignment say: for its owner, or an officer; with a business named, of that seller's parcels only."""
    rulebook = current_rulebook()
    orders = orders_in(consignment, business_id=business_id or consignment.owner_id)
    parcels = tuple(parcel_of_order(order) for order in orders)
    kept = {parcel.order_number: kept_by(order) for parcel, order in zip(parcels, orders, strict=True)}
    exporter, is_person = _exporter(consignment, parcels)
    return ConsignmentFacts(
        number=number_of(consignment),
        name=consignment.name,
        on=consignment.departs_on or localdate(at),
        exporter=exporter,
        exporter_is_person=is_person,
        consignee=Party(
            consignment.consignee_name,
            tuple(part.strip() for part in consignment.consignee_address.splitlines() if part.strip()),
            consignment.country,
            phone=consignment.consignee_phone,
        ),
        country=consignment.country,
        terms=consignment.terms,
        transport=consignment.transport,
        loading=consignment.loading,
        discharge=consignment.discharge,
        parcels=parcels,
        country_names={code: place.names["en"] for code, place in rulebook.destinations.items()},
        copy=copy,
        preferences={number: preferences(each, rulebook) for number, each in kept.items() if each is not None},
        issued=issued(consignment, business_id=business_id),
    )


@across_sellers
def issued(consignment: Consignment, *, business_id: UUID | None = None) -> tuple[ProofIssued, ...]:
    """Certificates of origin recorded for a consignment; with a business named, that exporter's only."""
    rows = ConsignmentProof.objects.filter(consignment_id=consignment.pk).order_by("recorded_at", "id")
    if business_id is not None:
        rows = rows.filter(business_id=business_id)
    known = current_rulebook().papers
    return tuple(
        ProofIssued(
            row.kind,
            known[row.kind].names["en"] if row.kind in known else row.kind,
            handle(Kind.BUSINESS, row.business_id),
            row.number,
            row.issued_on,
        )
        for row in rows
    )


@across_sellers
def seller_names(consignment: Consignment) -> dict[str, str]:
    """The sellers whose orders are in a consignment, in no order: handle -> name."""
    return {handle(Kind.BUSINESS, row.pk): row.name for row in _sellers(consignment)}


@across_sellers
def seller_in(consignment: Consignment, text: str) -> Business:
    """The seller of a handle, if it has an order in the consignment. Raises UnknownConsignment."""
    for row in _sellers(consignment):
        if handle(Kind.BUSINESS, row.pk) == text:
            return row
    raise UnknownConsignment(consignment=str(consignment.pk))


def _sellers(consignment: Consignment) -> list[Business]:
    inside = ConsignmentItem.objects.filter(consignment_id=consignment.pk).values_list("business_id", flat=True)
    return list(Business.objects.filter(pk__in=set(inside)))


def _exporter(consignment: Consignment, parcels: Sequence[ParcelFacts]) -> tuple[Party, bool]:
    """The seller who collects its own orders, by what is known of it; else the aggregator named on the consignment."""
    if consignment.owner_id is not None and parcels:
        return replace(parcels[0].sender, reference=""), parcels[0].seller_is_person
    lines = tuple(part.strip() for part in consignment.exporter_address.splitlines() if part.strip())
    numbers = (("NPWP", consignment.exporter_number),) if consignment.exporter_number else ()
    return Party(consignment.exporter_name, lines, "ID", numbers=numbers), False
