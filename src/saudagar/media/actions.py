"""Pictures and papers are kept: rewritten, stored once, remembered for the business that showed them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from saudagar.foundation.sealing import seal

from . import rules
from .models import Document, Picture


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


@transaction.atomic
def keep_paper(business_id: UUID, data: bytes, *, name: str, at: datetime) -> Document:
    """Check, seal and store an uploaded paper. The same paper again is the same row. Raises what rules.prepare_paper raises."""
    form, shown = rules.prepare_paper(data)
    digest = hashlib.sha256(shown).hexdigest()
    place = rules.paper_name(business_id, digest)
    if not default_storage.exists(place):
        default_storage.save(place, ContentFile(seal(shown, rules.PAPER_PURPOSE)))
    document, _ = Document.objects.get_or_create(
        business_id=business_id,
        digest=digest,
        defaults={"form": form, "name": name[-120:], "size_bytes": len(shown), "added_at": at},
    )
    return document
