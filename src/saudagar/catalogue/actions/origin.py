"""What a seller states of the origin of a product under an agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from saudagar.audit.actions import note
from saudagar.catalogue import events, queries
from saudagar.catalogue.actions.common import JAKARTA, the_product
from saudagar.catalogue.models import OriginStatement
from saudagar.catalogue.rules.certificates import (
    CertificateReasonNeeded,
    warning_due,
)
from saudagar.catalogue.rules.origin import WARN_DAYS as ORIGIN_WARN_DAYS
from saudagar.catalogue.rules.origin import StatementWithdrawn, UnknownStatement, check_statement
from saudagar.foundation.walls import across_sellers


@dataclass(frozen=True, slots=True)
class OriginSaid:
    """What a seller states of a product's origin under one agreement; names mean what they mean in OriginStatement."""

    criterion: str
    shown_by: str
    valid_until: date
    regional_value: int = 0
    is_confirmed: bool = False


@transaction.atomic
def state_origin(
    business_id: UUID, product_id: UUID, agreement: str, said: OriginSaid, *, by: UUID | None, at: datetime
) -> OriginStatement:
    """A seller states that a product is of its origin under an agreement, in place of what was stated before.

    Raises UnknownProduct, StatementWithdrawn, and what check_statement raises.
    """
    product = the_product(business_id, product_id)
    on = at.astimezone(JAKARTA).date()
    row = OriginStatement.objects.filter(business_id=business_id, product_id=product_id, agreement=agreement).first()
    if row is not None and row.state == OriginStatement.State.WITHDRAWN:
        raise StatementWithdrawn(agreement=row.agreement, reason=row.reason)
    check_statement(
        queries.agreement_for(product.hs_code, product.origin, agreement, on),
        agreement,
        criterion=said.criterion,
        regional_value=said.regional_value,
        shown_by=said.shown_by,
        is_confirmed=said.is_confirmed,
        valid_until=said.valid_until,
        on=on,
    )
    row = row or OriginStatement(business_id=business_id, product_id=product_id, agreement=agreement)
    row.criterion, row.regional_value, row.shown_by = said.criterion, said.regional_value, said.shown_by
    row.hs, row.origin, row.valid_until = product.hs_code, product.origin, said.valid_until
    row.state, row.stated_at, row.stated_by, row.warned_days = OriginStatement.State.STATED, at, by, None
    row.save()
    facts = {
        "agreement": agreement,
        "criterion": said.criterion,
        "regional_value": said.regional_value,
        "shown_by": said.shown_by,
        "hs": row.hs,
        "until": row.valid_until.isoformat(),
    }
    note("catalogue.origin_stated", by=by, at=at, business_id=business_id, subject=product_id, facts=facts)
    events.product_changed(business_id, product_id)
    return row


@transaction.atomic
def end_origin(business_id: UUID, product_id: UUID, agreement: str, *, by: UUID | None, at: datetime) -> None:
    """The seller takes a statement of origin back: new quotes do not count it. Raises UnknownProduct, UnknownStatement."""
    row = _statement(business_id, product_id, agreement, OriginStatement.State.STATED)
    row.state = OriginStatement.State.ENDED
    row.save(update_fields=["state"])
    note("catalogue.origin_ended", by=by, at=at, business_id=business_id, subject=product_id, facts={"agreement": agreement})
    events.product_changed(business_id, product_id)


@transaction.atomic
def withdraw_origin(business_id: UUID, product_id: UUID, agreement: str, *, reason: str, by: UUID, at: datetime) -> None:
    """An officer found a statement of origin wrong: no new quote counts it, no declaration says it, and the seller cannot make it again.

    Raises UnknownProduct, UnknownStatement, CertificateReasonNeeded.
    """
    if not reason.strip():
        raise CertificateReasonNeeded("reason")
    row = _statement(business_id, product_id, agreement, OriginStatement.State.STATED, OriginStatement.State.ENDED)
    row.state, row.decided_at, row.reason = OriginStatement.State.WITHDRAWN, at, reason.strip()[:500]
    row.save(update_fields=["state", "decided_at", "reason"])
    facts = {"agreement": agreement, "reason": row.reason}
    note("catalogue.origin_withdrawn", by=by, at=at, business_id=business_id, subject=product_id, facts=facts)
    events.origin_decided(business_id, product_id, agreement=agreement, is_withdrawn=True, reason=row.reason, at=at)
    events.product_changed(business_id, product_id)


@transaction.atomic
def allow_origin(business_id: UUID, product_id: UUID, agreement: str, *, by: UUID, at: datetime) -> None:
    """An officer lets a seller state again what was withdrawn. Raises UnknownProduct, UnknownStatement."""
    row = _statement(business_id, product_id, agreement, OriginStatement.State.WITHDRAWN)
    row.state, row.decided_at, row.reason = OriginStatement.State.ENDED, at, ""
    row.save(update_fields=["state", "decided_at", "reason"])
    note("catalogue.origin_allowed", by=by, at=at, business_id=business_id, subject=product_id, facts={"agreement": agreement})
    events.origin_decided(business_id, product_id, agreement=agreement, is_withdrawn=False, reason="", at=at)
    events.product_changed(business_id, product_id)


def _statement(business_id: UUID, product_id: UUID, agreement: str, *states: str) -> OriginStatement:
    """A statement in one of these states. Its product is locked: of a seller who states and an officer who withdraws one is first."""
    the_product(business_id, product_id)
    row = OriginStatement.objects.filter(business_id=business_id, product_id=product_id, agreement=agreement, state__in=states).first()
    if row is None:
        raise UnknownStatement(agreement=agreement[:20])
    return row


@across_sellers
def watch_origin(*, on: date, at: datetime) -> int:
    """Once a day: who stated an origin until a day that is 30 or 7 days away is told, once each. Returns how many were told."""
    told = 0
    ending = OriginStatement.objects.filter(
        state=OriginStatement.State.STATED, valid_until__gte=on, valid_until__lte=on + timedelta(days=max(ORIGIN_WARN_DAYS))
    ).order_by("business_id", "id")
    for each in ending.iterator(chunk_size=500):
        days = warning_due(each.valid_until, on, each.warned_days, ORIGIN_WARN_DAYS)
        if days is None:
            continue
        with transaction.atomic():
            before = OriginStatement.objects.filter(business_id=each.business_id, id=each.pk, warned_days=each.warned_days)
            if before.update(warned_days=days):
                events.origin_ending(each.business_id, each.product_id, agreement=each.agreement, until=each.valid_until, at=at)
                told += 1
    return told
