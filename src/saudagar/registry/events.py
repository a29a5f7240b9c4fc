"""What the registry tells."""

from datetime import datetime
from uuid import UUID

from saudagar.foundation.outbox import tell, tell_at_once
from saudagar.registry.models import Business


def submitted(business: Business, *, at: datetime) -> None:
    """registry.submitted: a registration waits for an officer. No facts."""
    tell(business.pk, "registry.submitted", {}, at=at)


def decided(business: Business, *, at: datetime) -> None:
    """registry.verified, registry.refused, registry.suspended: an officer decided. Facts: reason."""
    tell(business.pk, f"registry.{business.state}", {"reason": business.state_reason}, at=at)


def plant_changed(business_id: UUID, plant_id: UUID) -> None:
    """`registry.plant_changed` {plant}: it was closed or opened again, so its papers count otherwise than before."""
    tell(business_id, "registry.plant_changed", {"plant": str(plant_id)})


def changed(business_id: UUID) -> None:
    """At once, `registry.changed`: what pages say of a business looks different, or whether it sells at all."""
    tell_at_once("registry.changed", business_id)
