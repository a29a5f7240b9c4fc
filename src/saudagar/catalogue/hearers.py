"""What the catalogue hears; joined in site/events.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.catalogue import actions


def plant_changed(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `registry.plant_changed`: what is made there is judged anew."""
    actions.plant_changed(business_id, UUID(facts["plant"]))
