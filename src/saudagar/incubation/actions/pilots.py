"""Writes: a proposal that is law for some, and what that did."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from saudagar.incubation import queries, replay
from saudagar.incubation.actions.steps import LAW_DAY, State, held, told
from saudagar.incubation.models import Proposal
from saudagar.incubation.rules import dating, editing, effects
from saudagar.incubation.rules.refusals import BadPilot, BaseHasMoved, ChangesNothing
from saudagar.rulebook import actions as rulebook

MOST_PILOT_DAYS = 366


def pilot_hours(starts_on: date, ends_on: date, *, at: datetime) -> tuple[datetime, datetime]:
    """From the beginning of the first day, or from now when it is today, to the end of the last one: days of the law."""
    starts_at = datetime.combine(starts_on, datetime.min.time(), LAW_DAY)
    ends_at = datetime.combine(ends_on + timedelta(days=1), datetime.min.time(), LAW_DAY)
    return (at if starts_on == at.astimezone(LAW_DAY).date() else starts_at), ends_at


@transaction.atomic
def begin_pilot(
    proposal_id: UUID,
    *,
    provinces: Collection[str],
    markets: Collection[str],
    starts_at: datetime,
    ends_at: datetime,
    by: UUID,
    at: datetime,
) -> Proposal:
    """For a cohort the proposal is law between two moments. Raises BadPilot, BaseHasMoved, PilotsOverlap."""
    found = held(proposal_id, State.DRAFT, State.SHADOW)
    if not found.texts:
        raise ChangesNothing()
    if not queries.is_based_on_the_law(found):
        raise BaseHasMoved(files="")
    if starts_at < at - timedelta(minutes=5) or not starts_at < ends_at <= starts_at + timedelta(days=MOST_PILOT_DAYS):
        raise BadPilot("starts_at", reason=f"it starts now or later and ends within {MOST_PILOT_DAYS} days")
    if not provinces and not markets:
        raise BadPilot("provinces", reason="a pilot is for some provinces or some markets; for all it is a law")
    texts = dating.dated(found.base.texts, queries.texts_of(found), starts_at.astimezone(LAW_DAY).date(), taken=queries.ids_used(found))
    release = rulebook.keep(editing.checked(texts), at=at, by=by)
    found.pilot = rulebook.begin_pilot(release, provinces=provinces, markets=markets, starts_at=max(starts_at, at), ends_at=ends_at)
    found.state, found.effect, found.effect_at = State.PILOT, None, None
    found.save()
    told("pilot_begun", found, by, at, release=release.version, provinces=sorted(provinces), markets=sorted(markets),
          starts=starts_at.isoformat(), ends=ends_at.isoformat())  # fmt: skip
    return found


@transaction.atomic
def end_pilot(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """The cohort has the law of everybody again. The pilot stays on record and can be measured."""
    found = held(proposal_id, State.PILOT)
    assert found.pilot_id is not None
    rulebook.end_pilot(found.pilot_id, at=at)
    found.state = State.DRAFT
    found.save(update_fields=["state"])
    told("pilot_ended", found, by, at)
    return found


@transaction.atomic
def measure(proposal_id: UUID, *, at: datetime) -> dict[str, Any]:
    """The pilot's effect so far: its days against as many before, its cohort against all others. Raises BadPilot when there was none."""
    found = queries.proposal(proposal_id)
    pilot = found.pilot
    if pilot is None or pilot.starts_at >= at:
        raise BadPilot(reason="it has not begun")
    until = min(pilot.ends_at, at)
    length = until - pilot.starts_at
    if length.total_seconds() < 1:
        raise BadPilot(reason="it has just begun")
    factors = queries.factors(at)
    days = length.total_seconds() / 86_400
    groups: dict[tuple[str, str], dict[str, float]] = {
        (group, period): {"orders": 0, "value": 0.0, "landed": 0.0, "days": days}
        for group in ("cohort", "outside")
        for period in ("before", "during")
    }
    provinces, markets = set(pilot.provinces), set(pilot.markets)
    connection.ensure_connection()
    with replay.cursor_between(connection.connection, pilot.starts_at - length, until, name="orders_between") as rows:
        for _business, packed, market, placed_at, currency, goods, total in rows:
            area = replay.dispatch_area(packed)
            is_in = (not provinces or area[:2] in provinces) and (not markets or market in markets)
            sums = groups["cohort" if is_in else "outside", "during" if placed_at >= pilot.starts_at else "before"]
            factor = factors.get(currency, 0.0)
            sums["orders"] += 1
            sums["value"] += goods * factor
            sums["landed"] += total * factor
    found.effect, found.effect_at = effects.effect(groups), at
    found.save(update_fields=["effect", "effect_at"])
    return dict(found.effect)
