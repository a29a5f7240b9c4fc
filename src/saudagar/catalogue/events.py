"""What the catalogue tells."""

from uuid import UUID

from saudagar.foundation.outbox import tell


def product_changed(business_id: UUID, product_id: UUID) -> None:
    """`catalogue.product_changed` {product}: its facts, variants or state changed. Listings are looked at again."""
    tell(business_id, "catalogue.product_changed", {"product": str(product_id)})
