"""Reading the trail."""

from datetime import datetime
from uuid import UUID

from saudagar.audit.models import Entry
from saudagar.foundation.walls import across_sellers

PAGE = 50


def of_business(business_id: UUID, *, most: int = PAGE) -> list[Entry]:
    """What happened to one business, newest first."""
    return list(Entry.objects.filter(business_id=business_id)[:most])


@across_sellers
def search(
    *,
    action: str = "",
    by: UUID | None = None,
    business_id: UUID | None = None,
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
) -> tuple[list[Entry], bool]:
    """One page of the trail, newest first, and whether there are more. `action` is the start of a name: "registry."."""
    entries = Entry.objects.all()
    if action:
        entries = entries.filter(action__startswith=action)
    if by:
        entries = entries.filter(by=by)
    if business_id:
        entries = entries.filter(business_id=business_id)
    if subject:
        entries = entries.filter(subject=subject)
    if since:
        entries = entries.filter(at__gte=since)
    if until:
        entries = entries.filter(at__lt=until)
    start = (max(page, 1) - 1) * PAGE
    found = list(entries[start : start + PAGE + 1])
    return found[:PAGE], len(found) > PAGE
