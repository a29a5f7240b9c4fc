"""Writes: new orders worked out under a proposal as well, while nobody is charged for it."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from saudagar.incubation import queries, replay
from saudagar.incubation.actions.steps import LAW_DAY, State, held, told
from saudagar.incubation.models import Proposal, ShadowDay
from saudagar.incubation.rules import replaying
from saudagar.incubation.rules.refusals import ChangesNothing
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.differing import differences, places_touched

TRAILING = timedelta(seconds=30)  # payments younger than this may still be on their way into the table
SHADOW_STRETCH = timedelta(days=1)  # computed at a time


@transaction.atomic
def begin_shadow(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """From now on orders are computed under the proposal too, by a job; nobody is charged."""
    found = held(proposal_id, State.DRAFT)
    if not found.texts:
        raise ChangesNothing()
    found.state, found.shadow_from, found.shadow_until = State.SHADOW, at, at
    found.save()
    told("shadow_begun", found, by, at, texts=found.texts_sha256)
    return found


@transaction.atomic
def end_shadow(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    found = held(proposal_id, State.SHADOW)
    found.state = State.DRAFT
    found.save(update_fields=["state"])
    told("shadow_ended", found, by, at)
    return found


@transaction.atomic
def compute_shadow(proposal_id: UUID, *, at: datetime) -> float:
    """Takes up the orders paid since the last time, at most a day of them. Returns the seconds of that stretch, 0 when there is none."""
    found = held(proposal_id, State.SHADOW)
    assert found.shadow_until is not None
    until = min(at - TRAILING, found.shadow_until + SHADOW_STRETCH)
    if until <= found.shadow_until:
        return 0.0
    old, new = read(found.base.texts), read(queries.texts_always(found))
    touched = places_touched(differences(old, new), old, new)
    stretch = (until - found.shadow_until).total_seconds()
    connection.ensure_connection()
    with replay.cursor_between(connection.connection, found.shadow_until, until, name="orders_paid_between") as rows:
        days: dict[date, replaying.Counter] = {}
        for business, packed, placed_at in rows:
            day = placed_at.astimezone(LAW_DAY).date()
            counter = days.setdefault(day, replaying.Counter(old, new, touched, {}, {}))
            counter.count([(business, packed, "")])
    for day, counter in days.items():
        for (destination, currency), sums in _by_destination(counter.found).items():
            row, _ = ShadowDay.objects.get_or_create(proposal=found, day=day, destination=destination, currency=currency)
            row.orders += int(sums[replaying.ORDERS])
            row.changed += int(sums[replaying.CHANGED])
            row.refused += int(sums[replaying.LOST])
            row.landed_old += int(sums[replaying.LANDED_OLD])
            row.landed_new += int(sums[replaying.LANDED_NEW])
            row.levies_old += int(sums[replaying.LEVIES_OLD])
            row.levies_new += int(sums[replaying.LEVIES_NEW])
            row.save()
    found.shadow_until = until
    found.save(update_fields=["shadow_until"])
    return stretch


def _by_destination(counted: replaying.Found) -> dict[tuple[str, str], list[int]]:
    sums: dict[tuple[str, str], list[int]] = {}
    for (destination, currency, *_), cell in counted.cells.items():
        mine = sums.setdefault((destination, currency), [0] * len(cell))
        sums[destination, currency] = [one + more for one, more in zip(mine, cell, strict=True)]
    return sums
