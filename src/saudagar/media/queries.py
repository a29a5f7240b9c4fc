"""Reads: the bytes of a paper."""

from uuid import UUID

from django.core.files.storage import default_storage

from saudagar.foundation.sealing import unseal_bytes

from . import rules
from .models import Document

TYPES = {"pdf": "application/pdf", "webp": "image/webp"}


def paper(business_id: UUID, document_id: UUID) -> tuple[Document, bytes] | None:
    """A paper of one business and what is in it; None when there is none, or its file is gone."""
    found = Document.objects.filter(business_id=business_id, id=document_id).first()
    if found is None:
        return None
    try:
        with default_storage.open(rules.paper_name(business_id, found.digest)) as file:
            return found, unseal_bytes(file.read(), rules.PAPER_PURPOSE)
    except FileNotFoundError:
        return None
