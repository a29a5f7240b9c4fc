"""Writes: certificates of origin that were given for the parcel of one order."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from saudagar.audit.actions import note
from saudagar.customs import queries
from saudagar.customs.models import ConsignmentProof, OrderProof
from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.origin import DECLARATIONS
from saudagar.customs.rules.papers import PaperIncomplete, UnknownPaper
from saudagar.customs.rules.promised import ProofOfOtherOrder, ProofTravels
from saudagar.foundation.ids import Kind, handle
from saudagar.orders.models import Order
from saudagar.orders.rules import IN_ESCROW, UnknownOrder, WrongState
from saudagar.rulebook.rules.choosing import BY_PAPER
from saudagar.shipping import actions as shipping
from saudagar.shipping.rules.life import AlreadyWithCarrier


@transaction.atomic
def record_order_proof(
    business_id: UUID, order_id: UUID, kind: str, *, number: str, issued_on: date | None, by: UUID, at: datetime
) -> OrderProof | None:
    """A certificate of origin was given for the parcel of an order that was priced with it. An empty number takes it back, while the
    parcel is still here.

    Raises UnknownOrder, PaperIncomplete (no customs snapshot), UnknownPaper (the order was not priced with it), WrongState,
    ProofOfOtherOrder, ProofTravels.
    """
    text = handle(Kind.ORDER, business_id, order_id)
    if not number or issued_on is None:
        check_here(business_id, order_id)
    order = Order.objects.select_for_update().filter(business_id=business_id, id=order_id).first()
    if order is None:
        raise UnknownOrder(order=text)
    kept = queries.kept_by(order)
    if kept is None:
        raise PaperIncomplete(lacks=[Lack("snapshot")])
    if not any(proof.proof == kind and proof.by == BY_PAPER for proof in kept.proofs):
        raise UnknownPaper("kind", kind=kind[:30])
    if order.state not in IN_ESCROW:
        raise WrongState(state=order.state, wanted="paid")
    row = OrderProof.objects.filter(business_id=business_id, order_id=order_id, kind=kind).first()
    if not number or issued_on is None:
        if row is not None:
            row.delete()
            note("customs.order_proof_removed", by=by, at=at, business_id=business_id, subject=text, facts={"kind": kind})
        return None
    # A registered exporter's number stands on all its statements.
    if kind not in DECLARATIONS and ConsignmentProof.objects.filter(business_id=business_id, kind=kind, number=number).exists():
        raise ProofOfOtherOrder("number", number=number)
    row = row or OrderProof(business_id=business_id, order_id=order_id, kind=kind)
    row.number, row.issued_on, row.recorded_at = number, issued_on, at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise ProofOfOtherOrder("number", number=number) from None
    note("customs.order_proof_recorded", by=by, at=at, business_id=business_id, subject=text, facts={"kind": kind, "number": number})
    return row


def check_here(business_id: UUID, order_id: UUID) -> None:
    """Raises ProofTravels when the parcel of an order has left. In the caller's transaction, and before the order is locked: the parcel
    stays locked, as whoever hands it over locks it, so neither overtakes the other."""
    try:
        shipping.check_cancellable(business_id, order_id)
    except AlreadyWithCarrier:
        raise ProofTravels from None
