"""What the markets hear; joined in site/events.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.rules.product import UnknownProduct
from saudagar.foundation.ids import Kind, handle
from saudagar.markets import actions
from saudagar.messages import actions as messages
from saudagar.registry import queries as registry


def product_changed(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `catalogue.product_changed`: prices follow, what may no longer be sold is paused."""
    try:
        actions.look_again(business_id, UUID(facts["product"]), at=happened_at)
    except UnknownProduct:
        pass  # deleted meanwhile


def decided(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `markets.decided`: the owners read the curator's answer."""
    kind = "markets.approved" if facts["approved"] else "markets.refused"
    _tell_owners(kind, business_id, UUID(facts["product"]), {"reason": facts["reason"]}, at=happened_at)


def paused(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `markets.paused`: the owners lose sales until they mend it."""
    _tell_owners("markets.paused", business_id, UUID(facts["product"]), {}, at=happened_at)


def _tell_owners(kind: str, business_id: UUID, product_id: UUID, facts: dict[str, Any], *, at: datetime) -> None:
    title = catalogue.product(business_id, product_id).title
    messages.notify_all(
        registry.owner_ids(business_id),
        kind,
        {"title": title, **facts},
        at=at,
        business_id=business_id,
        link=f"/seller/products/{handle(Kind.PRODUCT, business_id, product_id)}/markets/",
        by_letter=kind != "markets.approved",  # good news can wait on the page
    )
