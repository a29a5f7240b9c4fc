"""Writes: issue the number of a postal item; keep what papers ask of a product."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from saudagar.customs.models import IssuedNumber, NumberRange, PaperDetails
from saudagar.customs.rules import s10
from saudagar.customs.rules.s10 import NumbersUsedUp


@transaction.atomic
def issue_item_number(service: str, *, country: str = "ID", issued_for: str, at: datetime) -> str:
    """The next S10 identifier of a service, for the parcel with this handle. Raises NumbersUsedUp.

    For carriers that do not number items themselves: where booking gives a number, that one is the parcel's.
    """
    numbers = NumberRange.objects.select_for_update().filter(service=service, country=country).first()
    if numbers is None:
        raise NumbersUsedUp(service=service, country=country)
    identifier = s10.identifier(service, numbers.next_serial, country)
    before = IssuedNumber.objects.filter(identifier=identifier).first()
    if before is not None and not s10.may_be_used_again(before.issued_at, at):
        raise NumbersUsedUp(service=service, country=country)
    numbers.next_serial = numbers.first if numbers.next_serial == numbers.last else numbers.next_serial + 1
    numbers.save(update_fields=["next_serial"])
    IssuedNumber.objects.update_or_create(identifier=identifier, defaults={"issued_at": at, "issued_for": issued_for})
    return identifier


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
