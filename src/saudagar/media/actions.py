"""Pictures are kept: rewritten, stored once, remembered for the business that showed them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from . import rules
from .models import Picture


@transaction.atomic
def keep(business_id: UUID, data: bytes, *, at: datetime) -> Picture:
    """Check, rewrite and store an uploaded picture. The same picture again is the same row. Raises what rules.prepare raises."""
    prepared = rules.prepare(data)
    for width, rendition in prepared.renditions.items():
        name = rules.file_name(prepared.digest, width)
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(rendition))
    picture, _ = Picture.objects.get_or_create(
        business_id=business_id, digest=prepared.digest, defaults={"width": prepared.width, "height": prepared.height, "added_at": at}
    )
    return picture
