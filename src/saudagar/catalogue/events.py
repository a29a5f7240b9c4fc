"""What the catalogue tells."""

from datetime import date, datetime
from uuid import UUID

from saudagar.foundation.outbox import tell, tell_at_once


def product_changed(business_id: UUID, product_id: UUID) -> None:
    """`catalogue.product_changed` {product}: its facts, variants or state changed. Listings are looked at again."""
    tell(business_id, "catalogue.product_changed", {"product": str(product_id)})
    changed(business_id)


def certificate_decided(
    business_id: UUID,
    certificate_id: UUID,
    product_id: UUID | None,
    plant_id: UUID | None,
    *,
    kind: str,
    is_accepted: bool,
    reason: str,
    at: datetime,
) -> None:
    """`catalogue.certificate_decided` {certificate, product, plant, kind, accepted, reason}: an officer has looked at a paper."""
    facts = {**_of(certificate_id, product_id, plant_id), "kind": kind, "accepted": is_accepted, "reason": reason}
    tell(business_id, "catalogue.certificate_decided", facts, at=at)


def certificate_ending(
    business_id: UUID, certificate_id: UUID, product_id: UUID | None, plant_id: UUID | None, *, kind: str, until: date, at: datetime
) -> None:
    """`catalogue.certificate_ending` {certificate, product, plant, kind, until}: a paper ends in 60, 30 or 7 days."""
    facts = {**_of(certificate_id, product_id, plant_id), "kind": kind, "until": until.isoformat()}
    tell(business_id, "catalogue.certificate_ending", facts, at=at)


def hs_decided(business_id: UUID, product_id: UUID, *, hs: str, was: str, asked: str, reason: str, at: datetime) -> None:
    """`catalogue.hs_decided` {product, hs, was, asked, reason}: an officer has put an HS code right, or answered the seller who asked
    for another one. Not told of a code that is merely confirmed."""
    facts = {"product": str(product_id), "hs": hs, "was": was, "asked": asked, "reason": reason}
    tell(business_id, "catalogue.hs_decided", facts, at=at)


def origin_decided(business_id: UUID, product_id: UUID, *, agreement: str, is_withdrawn: bool, reason: str, at: datetime) -> None:
    """`catalogue.origin_decided` {product, agreement, withdrawn, reason}: an officer took back what a seller stated of its origin, or
    allows it to be stated again."""
    facts = {"product": str(product_id), "agreement": agreement, "withdrawn": is_withdrawn, "reason": reason}
    tell(business_id, "catalogue.origin_decided", facts, at=at)


def origin_ending(business_id: UUID, product_id: UUID, *, agreement: str, until: date, at: datetime) -> None:
    """`catalogue.origin_ending` {product, agreement, until}: a statement of origin ends in 30 or 7 days."""
    facts = {"product": str(product_id), "agreement": agreement, "until": until.isoformat()}
    tell(business_id, "catalogue.origin_ending", facts, at=at)


def _of(certificate_id: UUID, product_id: UUID | None, plant_id: UUID | None) -> dict[str, str]:
    """A paper, and the product or the plant it is of; "" for neither."""
    return {"certificate": str(certificate_id), "product": str(product_id or ""), "plant": str(plant_id or "")}


def changed(business_id: UUID) -> None:
    """At once, `catalogue.changed`: pages about its goods look different."""
    tell_at_once("catalogue.changed", business_id)
