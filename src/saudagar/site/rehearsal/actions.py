"""An officer's rehearsal: asked for, taken up by the worker, followed, ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from saudagar.audit.actions import note
from saudagar.foundation.refusals import Invalid
from saudagar.site.models import Rehearsal
from saudagar.site.rehearsal.rules import SIZES, RehearsalUnderWay, is_cut_off

State = Rehearsal.State


def ask(*, orders: int, kill: bool, campaign: str, by: UUID, at: datetime) -> Rehearsal:
    """A rehearsal that waits for the worker; the caller defers its job. Raises Invalid, RehearsalUnderWay."""
    if orders not in SIZES:
        raise Invalid("orders", reason=f"one of {', '.join(map(str, SIZES))}")
    end_cut_off(at=at)
    try:
        with transaction.atomic():
            made = Rehearsal.objects.create(orders=orders, kill=kill, campaign=campaign, asked_by=by, asked_at=at, seen_at=at)
            note("site.rehearsal_asked", by=by, at=at, subject=made.pk, facts={"orders": orders, "kill": kill, "campaign": campaign})
    except IntegrityError:
        raise RehearsalUnderWay() from None
    return made


@transaction.atomic
def begin(rehearsal_id: UUID, *, at: datetime) -> Rehearsal | None:
    """The worker takes it up; None when somebody did before, or it was given up."""
    found = Rehearsal.objects.select_for_update().filter(id=rehearsal_id, state=State.WAITING).first()
    if found is not None:
        found.state, found.seen_at = State.RUNNING, at
        found.save(update_fields=["state", "seen_at"])
    return found


def follow(rehearsal_id: UUID, progress: Mapping[str, Any], *, at: datetime) -> None:
    """A sign of life."""
    Rehearsal.objects.filter(id=rehearsal_id, state=State.RUNNING).update(progress=dict(progress), seen_at=at)


@transaction.atomic
def end(rehearsal_id: UUID, certificate: Mapping[str, Any] | None, *, failure: str = "", at: datetime) -> None:
    """It is over: with a certificate, or with the reason why there is none. A second end changes nothing."""
    found = Rehearsal.objects.select_for_update().filter(id=rehearsal_id, is_open=True).first()
    if found is None:
        return
    found.certificate = None if certificate is None else dict(certificate)
    found.state = State.BROKEN if certificate is None else State.PASSED if certificate["verdict"] == "passed" else State.FAILED
    found.failure, found.is_open, found.ended_at, found.seen_at = failure[:500], False, at, at
    found.save()
    note("site.rehearsal_ended", by=None, at=at, subject=found.pk, facts={"state": found.state})


def end_cut_off(*, at: datetime) -> None:
    """What nobody plays any more is over, so that another one may begin."""
    for found in Rehearsal.objects.filter(is_open=True):
        if is_cut_off(found.state, silent=at - found.seen_at):
            end(found.pk, None, failure="cut off", at=at)
