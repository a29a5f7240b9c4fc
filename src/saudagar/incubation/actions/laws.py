"""Writes: a proposal becomes law for everybody on its day, and what else time does by itself."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from saudagar.foundation.refusals import Invalid
from saudagar.incubation import queries
from saudagar.incubation.actions.pilots import measure
from saudagar.incubation.actions.shadows import compute_shadow
from saudagar.incubation.actions.steps import LAW_DAY, State, held, told
from saudagar.incubation.models import Proposal
from saudagar.incubation.rules import editing
from saudagar.incubation.rules.refusals import BaseHasMoved, ChangesNothing
from saudagar.rulebook import actions as rulebook


@transaction.atomic
def schedule_law(proposal_id: UUID, *, on: date, by: UUID, at: datetime) -> Proposal:
    """The proposal becomes law for everybody on this day. Raises BaseHasMoved, Invalid."""
    found = held(proposal_id, State.DRAFT, State.SHADOW, State.PILOT)
    if not found.texts:
        raise ChangesNothing()
    if on < at.astimezone(LAW_DAY).date():
        raise Invalid("on", reason="a day from today on")
    if not queries.is_based_on_the_law(found):
        raise BaseHasMoved(files="")
    release = rulebook.keep(editing.checked(queries.law_texts(found, on)), at=at, by=by)
    if release.pk == found.base_id:
        raise ChangesNothing()
    found.state, found.law_on, found.release = State.SCHEDULED, on, release
    found.save(update_fields=["state", "law_on", "release"])
    told("law_scheduled", found, by, at, release=release.version, on=on.isoformat(), texts=found.texts_sha256)
    return enact(found.pk, at=at) or found


@transaction.atomic
def enact(proposal_id: UUID, *, at: datetime) -> Proposal | None:
    """Makes the release current when its day has come; None before. When the law has changed meanwhile the proposal is a draft again."""
    found = held(proposal_id, State.SCHEDULED)
    assert found.law_on is not None
    if at.astimezone(LAW_DAY).date() < found.law_on:
        return None
    if not queries.is_based_on_the_law(found):
        found.state, found.law_on, found.release = State.DRAFT, None, None
        found.save(update_fields=["state", "law_on", "release"])
        told("law_stopped", found, None, at, why="base_moved")
        return found
    if found.pilot_id is not None:
        rulebook.end_pilot(found.pilot_id, at=at)
    assert found.release is not None
    release = rulebook.load(found.release.texts, at=at, by=found.opened_by)
    found.state, found.closed_at = State.LAW, at
    found.save(update_fields=["state", "closed_at"])
    told("became_law", found, None, at, release=release.version)
    return found


def keep_going(*, at: datetime) -> None:
    """What time does by itself: days that have come, shadows that lag, pilots to measure."""
    for found in Proposal.objects.filter(state=State.SCHEDULED, law_on__lte=at.astimezone(LAW_DAY).date()):
        enact(found.pk, at=at)
    for found in Proposal.objects.filter(state=State.SHADOW):
        while compute_shadow(found.pk, at=at):
            pass
    for found in Proposal.objects.filter(state=State.PILOT, pilot__starts_at__lt=at - timedelta(hours=1)).select_related("pilot"):
        if found.effect_at is None or (found.pilot is not None and found.effect_at < found.pilot.ends_at):
            measure(found.pk, at=at)
