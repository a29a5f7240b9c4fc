"""Writes: keep what papers ask of a product."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from saudagar.customs.models import PaperDetails


@transaction.atomic
def keep_paper_details(business_id: UUID, product_id: UUID, said: Mapping[str, Any], *, at: datetime) -> PaperDetails:
    """Keeps what a seller says of a product for its papers; the newest word counts."""
    row = PaperDetails.objects.select_for_update().filter(business_id=business_id, product_id=product_id).first()
    row = row or PaperDetails(business_id=business_id, product_id=product_id)
    for name, value in said.items():
        setattr(row, name, value)
    row.updated_at = at
    row.save()
    return row
