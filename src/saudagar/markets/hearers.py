"""What the markets hear; joined in site/events.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.catalogue.rules.product import UnknownProduct
from saudagar.markets import actions


def product_changed(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """catalogue.product_changed"""
    try:
        actions.look_again(business_id, UUID(facts["product"]), at=happened_at)
    except UnknownProduct:
        pass  # deleted meanwhile
