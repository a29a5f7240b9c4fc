"""What the catalogue tells."""

from uuid import UUID

from saudagar.foundation.outbox import tell, tell_at_once


def product_changed(business_id: UUID, product_id: UUID) -> None:
    """`catalogue.product_changed` {product}: its facts, variants or state changed. Listings are looked at again."""
    tell(business_id, "catalogue.product_changed", {"product": str(product_id)})
    changed(business_id)


def changed(business_id: UUID) -> None:
    """At once, `catalogue.changed`: pages about its goods look different."""
    tell_at_once("catalogue.changed", business_id)
