"""What the catalogue tells."""

from datetime import date, datetime
from uuid import UUID

from saudagar.foundation.outbox import tell, tell_at_once


def product_changed(business_id: UUID, product_id: UUID) -> None:
    """`catalogue.product_changed` {product}: its facts, variants or state changed. Listings are looked at again."""
    tell(business_id, "catalogue.product_changed", {"product": str(product_id)})
    changed(business_id)


def certificate_decided(
    business_id: UUID, certificate_id: UUID, product_id: UUID | None, *, kind: str, is_accepted: bool, reason: str, at: datetime
) -> None:
    """`catalogue.certificate_decided` {certificate, product, kind, accepted, reason}: an officer has looked at a paper."""
    facts = {"certificate": str(certificate_id), "product": str(product_id or ""), "kind": kind, "accepted": is_accepted, "reason": reason}
    tell(business_id, "catalogue.certificate_decided", facts, at=at)


def certificate_ending(business_id: UUID, certificate_id: UUID, product_id: UUID | None, *, kind: str, until: date, at: datetime) -> None:
    """`catalogue.certificate_ending` {certificate, product, kind, until}: a paper ends in 60, 30 or 7 days."""
    facts = {"certificate": str(certificate_id), "product": str(product_id or ""), "kind": kind, "until": until.isoformat()}
    tell(business_id, "catalogue.certificate_ending", facts, at=at)


def changed(business_id: UUID) -> None:
    """At once, `catalogue.changed`: pages about its goods look different."""
    tell_at_once("catalogue.changed", business_id)
