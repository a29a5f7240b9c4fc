"""Writes of consignments: open one, collect orders, take one out, close it. owner_id None: officers collect, of any sellers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from saudagar.audit.actions import note
from saudagar.customs.actions.origin import check_here
from saudagar.customs.models import Consignment, ConsignmentItem, ConsignmentProof, OrderProof
from saudagar.customs.queries import consignments as queries
from saudagar.customs.queries import kept_by
from saudagar.customs.rules import consignment_proofs
from saudagar.customs.rules import consignments as rules
from saudagar.customs.rules.origin import DECLARATIONS
from saudagar.customs.rules.papers import UnknownPaper
from saudagar.foundation.ids import Kind, handle, short_number
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.orders.rules import UnknownOrder
from saudagar.rulebook.rules.choosing import BY_PAPER


@transaction.atomic
def open_consignment(owner_id: UUID | None, facts: Mapping[str, Any], *, by: UUID, at: datetime) -> Consignment:
    made = Consignment.objects.create(owner_id=owner_id, created_at=at, **facts)
    note("customs.consignment_opened", by=by, at=at, business_id=owner_id, subject=made.pk, facts={"country": made.country})
    return made


@transaction.atomic
def change(consignment_id: UUID, owner_id: UUID | None, facts: Mapping[str, Any], *, by: UUID, at: datetime) -> Consignment:
    """Other words on an open consignment. Its country stays once it has orders. Refuses ConsignmentClosed, NotForConsignment."""
    row = _open(consignment_id, owner_id)
    orders = queries.orders_in(row, business_id=owner_id)
    if orders and facts["country"] != row.country:
        raise rules.NotForConsignment("country", order=short_number(orders[0].id), reason=f"{row.country} ≠ {facts['country']}")
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    note("customs.consignment_changed", by=by, at=at, business_id=owner_id, subject=row.pk)
    return row


@transaction.atomic
def add(consignment_id: UUID, owner_id: UUID | None, order_handles: Sequence[str], *, by: UUID, at: datetime) -> int:
    """Collects orders into an open consignment, all of them or none. Returns how many.

    Refuses UnknownOrder (also another seller's, when a seller collects), NotForConsignment, ConsignmentClosed, PaperIncomplete.
    """
    row = _open(consignment_id, owner_id)
    inside = [queries.parcel_of_order(order) for order in queries.orders_in(row, business_id=owner_id)]
    for text in dict.fromkeys(order_handles):
        order = order_queries.order_by_handle(text, business_id=owner_id)
        number = short_number(order.id)
        if order.state not in queries.WAITING:
            raise rules.NotForConsignment(order=number, reason=order.state)
        # Two who collect the same order at once meet at its row.
        Order.objects.select_for_update().get(business_id=order.business_id, id=order.id)
        if ConsignmentItem.objects.filter(business_id=order.business_id, order_id=order.id).exists():
            raise rules.NotForConsignment(order=number, reason="already in a consignment")
        parcel = queries.parcel_of_order(order)
        rules.may_join(parcel, inside, country=row.country)
        ConsignmentItem.objects.create(business_id=order.business_id, consignment_id=row.pk, order=order, added_at=at)
        note(
            "customs.order_consigned", by=by, at=at, business_id=order.business_id, subject=handle(Kind.ORDER, order.business_id, order.id)
        )
        inside.append(parcel)
    return len(dict.fromkeys(order_handles))


@transaction.atomic
def take_out(consignment_id: UUID, owner_id: UUID | None, order_handle: str, *, by: UUID, at: datetime) -> None:
    """Refuses UnknownOrder, ConsignmentClosed."""
    row = _open(consignment_id, owner_id)
    order = order_queries.order_by_handle(order_handle, business_id=owner_id)
    item = ConsignmentItem.objects.filter(business_id=order.business_id, consignment_id=row.pk, order_id=order.id).first()
    if item is None:
        raise UnknownOrder(order=order_handle[:40])
    item.delete()
    note("customs.order_taken_out", by=by, at=at, business_id=order.business_id, subject=order_handle[:40])


@transaction.atomic
def close(consignment_id: UUID, owner_id: UUID | None, *, by: UUID, at: datetime) -> Consignment:
    """Nothing joins any more; its papers stay what they say today. Refuses what the papers refuse."""
    row = _open(consignment_id, owner_id)
    facts = queries.consignment_facts(row, at=at)
    row.facts = {kind: rules.content(kind, facts) for kind in rules.KINDS} | {
        queries.kept_as(paper.kind, paper.seller): consignment_proofs.application(facts, paper.kind, paper.seller, on=localdate(at))
        for paper in consignment_proofs.papers(facts, on=localdate(at))
        if paper.is_ready
    }
    row.state, row.closed_at = Consignment.State.CLOSED, at
    row.save()
    note("customs.consignment_closed", by=by, at=at, business_id=owner_id, subject=row.pk, facts={"orders": len(facts.parcels)})
    return row


@transaction.atomic
def record_proof(
    consignment: Consignment, business_id: UUID, kind: str, *, number: str, issued_on: date | None, by: UUID, at: datetime
) -> ConsignmentProof | None:
    """A certificate of origin was issued to this seller for its goods in a consignment, open or closed. An empty number takes it back,
    while the parcels that were priced with it are still here.

    Refuses UnknownPaper (no proof of this kind would help these goods), ProofOfOther, ProofTravels. Who may do this is the
    caller's to know.
    """
    Consignment.objects.select_for_update().get(pk=consignment.pk)
    row = ConsignmentProof.objects.filter(business_id=business_id, consignment_id=consignment.pk, kind=kind).first()
    subject = f"{consignment.pk} {kind}"
    if not number or issued_on is None:
        if row is not None:
            _check_here(consignment, business_id, kind)
            row.delete()
            note("customs.consignment_proof_removed", by=by, at=at, business_id=business_id, subject=subject)
        return None
    if row is None:
        facts = queries.consignment_facts(consignment, at=at, business_id=business_id)
        if kind not in {each.kind for each in consignment_proofs.wanted(facts)}:
            raise UnknownPaper("kind", kind=kind[:30])
        row = ConsignmentProof(business_id=business_id, consignment_id=consignment.pk, kind=kind)
    if kind not in DECLARATIONS and OrderProof.objects.filter(business_id=business_id, kind=kind, number=number).exists():
        raise rules.ProofOfOther("number", number=number)
    row.number, row.issued_on, row.recorded_at = number, issued_on, at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise rules.ProofOfOther("number", number=number) from None
    note("customs.consignment_proof_recorded", by=by, at=at, business_id=business_id, subject=subject, facts={"number": number})
    return row


def _check_here(consignment: Consignment, business_id: UUID, kind: str) -> None:
    """Raises ProofTravels when a parcel has left that was priced with this proof. The others stay locked: none leaves meanwhile."""
    items = ConsignmentItem.objects.filter(business_id=business_id, consignment_id=consignment.pk)
    for order_id in items.order_by("order_id").values_list("order_id", flat=True):
        kept = kept_by(order_queries.order(business_id, order_id))
        if kept is not None and any(proof.proof == kind and proof.by == BY_PAPER for proof in kept.proofs):
            check_here(business_id, order_id)


def _open(consignment_id: UUID, owner_id: UUID | None) -> Consignment:
    """The consignment, locked. Who has only parcels in it may not change it."""
    row = Consignment.objects.select_for_update().filter(pk=consignment_id, owner_id=owner_id).first()
    if row is None:
        raise rules.UnknownConsignment(consignment=str(consignment_id))
    if row.state != Consignment.State.OPEN:
        raise rules.ConsignmentClosed(name=row.name)
    return row
