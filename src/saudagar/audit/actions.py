"""Writing the trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.audit.models import Entry


def note(
    action: str,
    *,
    by: UUID | None,
    at: datetime,
    business_id: UUID | None = None,
    subject: str | UUID = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Adds one line to the trail, in the caller's transaction: if the change is undone, so is its line.

    action       "room.what_happened", in the past: "registry.business_verified"
    by           the person; None when the platform acted by itself
    business_id  the business it concerns
    subject      handle or id of the thing
    facts        what changed: codes, amounts, masked values; never a phone number, a NIK or a name
    """
    Entry.objects.create(action=action, by=by, at=at, business_id=business_id, subject=str(subject), facts=facts or {})
