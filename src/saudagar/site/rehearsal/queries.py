"""Reads of rehearsals that officers asked for."""

from datetime import datetime
from uuid import UUID

from saudagar.campaigns.models import Campaign, Entry
from saudagar.foundation.walls import across_sellers
from saudagar.site.models import Rehearsal
from saudagar.site.rehearsal.rules import NoSuchRehearsal
from saudagar.site.rehearsal.script import DESTINATIONS


def rehearsal(rehearsal_id: UUID) -> Rehearsal:
    """Raises NoSuchRehearsal."""
    found = Rehearsal.objects.filter(id=rehearsal_id).first()
    if found is None:
        raise NoSuchRehearsal()
    return found


def newest(*, most: int = 20) -> list[Rehearsal]:
    return list(Rehearsal.objects.defer("certificate")[:most])


@across_sellers
def campaigns_to_rehearse(*, at: datetime, most: int = 20) -> list[Campaign]:
    """Campaigns that are not over and have products in them, the next one first."""
    found = Campaign.objects.filter(state=Campaign.State.OPEN, market__in=DESTINATIONS, ends_at__gt=at)
    found = found.filter(entries__state=Entry.State.APPROVED, entries__pool__available__gt=0)
    return list(found.distinct().order_by("starts_at")[:most])
