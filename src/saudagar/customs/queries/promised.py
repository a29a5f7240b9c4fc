"""Reads: proofs of origin that an order was priced with, and which of them are there."""

from datetime import date

from saudagar.catalogue.models import Variant
from saudagar.catalogue.queries import origin_withdrawn
from saudagar.customs.models import ConsignmentItem, ConsignmentProof, OrderProof
from saudagar.customs.rules.promised import Promised, promised
from saudagar.orders.models import Order
from saudagar.rulebook.rules import CustomsSnapshot
from saudagar.rulebook.rules.model import Rulebook


def promised_of(order: Order, kept: CustomsSnapshot, rulebook: Rulebook) -> tuple[Promised, ...]:
    """What must be there before the parcel of this order leaves. No statement where nothing was claimed, five where something was."""
    if not kept.proofs:
        return ()
    variants = [line.variant_id for line in sorted(order.lines.all(), key=lambda line: line.position)]
    products = dict(Variant.objects.filter(business_id=order.business_id, id__in=variants).values_list("id", "product_id"))
    taken_back = origin_withdrawn(order.business_id, set(products.values()))
    withdrawn = {
        proof.agreement: reason
        for proof in kept.proofs
        if (product := products.get(variants[proof.line])) and (reason := taken_back.get((product, proof.agreement)))
    }
    return promised(kept.proofs, {key: paper.names for key, paper in rulebook.papers.items()}, issued_for(order), withdrawn)


def issued_for(order: Order) -> dict[str, tuple[str, date, bool]]:
    """Kind -> number and day of the certificate of an order, or (True) of the consignment it is in.

    What was recorded before the order joined the consignment was not given for it.
    """
    found = {}
    item = ConsignmentItem.objects.filter(business_id=order.business_id, order_id=order.id).first()
    if item is not None:
        for each in ConsignmentProof.objects.filter(
            business_id=order.business_id, consignment_id=item.consignment_id, recorded_at__gte=item.added_at
        ):
            found[each.kind] = (each.number, each.issued_on, True)
    for row in OrderProof.objects.filter(business_id=order.business_id, order_id=order.id):
        found[row.kind] = (row.number, row.issued_on, False)
    return found
