"""Writes: a proposal's way from the first change to law. Every step leaves a line in the audit trail."""

import hashlib
import json
import secrets
import time
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from saudagar.audit.actions import note
from saudagar.foundation.refusals import Invalid
from saudagar.incubation import queries, replay
from saudagar.incubation.models import Comment, Counterpart, Proposal, Replay, ShadowDay, Signature
from saudagar.incubation.rules import dating, editing, effects, quoting, replaying
from saudagar.incubation.rules.refusals import BadPilot, BaseHasMoved, ChangesNothing, NoOrders, NotInThisState, NotReplayed
from saudagar.rulebook import actions as rulebook
from saudagar.rulebook.models import Release
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.differing import differences, places_touched

State = Proposal.State
LAW_DAY = ZoneInfo("Asia/Jakarta")  # as quotes have it: the law of the day where the seller is
INVITED_DAYS = 90
MOST_ORDERS = 10_000_000
MOST_PILOT_DAYS = 366
SILENT = timedelta(minutes=10)  # a replay that told nothing for so long was cut off
TRAILING = timedelta(seconds=30)  # payments younger than this may still be on their way into the table
SHADOW_STRETCH = timedelta(days=1)  # computed at a time


@transaction.atomic
def open_proposal(*, title: str, why: str, authority: str, by: UUID, at: datetime) -> Proposal:
    """A proposal on the release in force, which changes nothing yet."""
    base = Release.objects.get(is_current=True)
    made = Proposal.objects.create(
        title=title, why=why, authority=authority, base=base, texts_sha256=base.sha256, version=base.version, opened_by=by, opened_at=at
    )
    _note("opened", made, by, at, base=base.version)
    return made


@transaction.atomic
def edit(proposal_id: UUID, change: editing.Edit, *, by: UUID, at: datetime) -> Proposal:
    """Makes one more change. Signatures die with it. Raises what `rules.editing.make` refuses, and Invalid for a day that is over."""
    found = _held(proposal_id, State.DRAFT, State.SHADOW)
    begins = getattr(change, "begins", None)
    if begins and begins < at.astimezone(LAW_DAY).date():
        raise Invalid("begins", reason="a day from today on")
    made = editing.make(queries.texts_of(found), change, source=_source(found))
    _write(found, made.texts, [*found.edits, _kept(change, made, at.isoformat())])
    facts = {name: value for name, value in editing.data_of(change).items() if name != "text"}
    _note("edited", found, by, at, **facts, texts=found.texts_sha256)
    return found


@transaction.atomic
def undo(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """Takes the last change back: what is left is made again from the base."""
    found = _held(proposal_id, State.DRAFT, State.SHADOW)
    if not found.edits:
        raise ChangesNothing()
    texts = dict(found.base.texts)
    for fact in found.edits[:-1]:
        texts = editing.edited(texts, queries.edit_of(fact), source=_source(found))
    _write(found, texts, found.edits[:-1])
    _note("undone", found, by, at, texts=found.texts_sha256)
    return found


@transaction.atomic
def rebase(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """Onto the release in force: the changes are made again on its texts. Raises BaseHasMoved, NoSuchRule, when one no longer fits."""
    found = _held(proposal_id, State.DRAFT, State.SHADOW)
    base = Release.objects.get(is_current=True)
    texts, edits = dict(base.texts), []
    was, now = editing.readable(found.base.texts), editing.readable(base.texts)
    for fact in found.edits:
        change = editing.carried_over(queries.edit_of(fact), was, now)
        if isinstance(change, editing.Text) and base.texts.get(change.file) != found.base.texts.get(change.file):
            raise BaseHasMoved(files=change.file)
        try:
            made = editing.make(texts, change, source=_source(found))
        except ChangesNothing:  # it is law already
            edits.append(fact)
            continue
        texts = made.texts
        edits.append(_kept(change, made, fact["at"]))
    found.base = base
    _write(found, texts, edits)
    _note("rebased", found, by, at, base=base.version, texts=found.texts_sha256)
    return found


def _kept(change: editing.Edit, made: editing.Edited, at: str) -> dict[str, Any]:
    """What is kept of a change: of one by a form also the rules it made."""
    return {**editing.data_of(change), "at": at, **({} if isinstance(change, editing.Text) else {"rules": list(made.rules)})}


def _source(found: Proposal) -> str:
    return f"Proposal: {found.title} ({found.authority}, {found.opened_at:%Y-%m-%d})"


def _write(found: Proposal, texts: Mapping[str, str], edits: list[Any]) -> None:
    rulebook_now = editing.readable(texts)
    if found.texts_sha256 != rulebook_now.sha256:
        # What was computed beside the law belongs to the texts it was computed with.
        ShadowDay.objects.filter(proposal=found).delete()
        if found.state == State.SHADOW:
            found.shadow_until = found.shadow_from
    found.texts = editing.only_changed(found.base.texts, texts)
    found.texts_sha256, found.version, found.edits = rulebook_now.sha256, rulebook_now.version, edits
    found.save()


def _held(proposal_id: UUID, *states: str) -> Proposal:
    """The proposal, locked, in one of these states. Raises NoSuchProposal, NotInThisState."""
    queries.proposal(proposal_id)
    found = Proposal.objects.select_for_update(of=("self",)).select_related("base", "pilot", "release").get(id=proposal_id)
    if found.state not in states:
        raise NotInThisState(state=found.state)
    return found


def _note(what: str, found: Proposal, by: UUID | None, at: datetime, **facts: Any) -> None:
    note(f"incubation.{what}", by=by, at=at, subject=found.pk, facts=facts)


# Replay


@transaction.atomic
def ask_replay(proposal_id: UUID, *, orders: int, elasticities: Mapping[str, float], by: UUID | None, at: datetime) -> Replay:
    """A replay that waits for the worker; the caller defers its job. Raises Invalid, ChangesNothing, NotInThisState."""
    found = _held(proposal_id, State.DRAFT, State.SHADOW, State.PILOT, State.SCHEDULED)
    if not 1 <= orders <= MOST_ORDERS:
        raise Invalid("orders", reason=f"from 1 to {MOST_ORDERS}")
    if not found.texts:
        raise ChangesNothing()
    if any(not -10 <= value <= 0 for value in elasticities.values()):
        raise Invalid("elasticities", reason="an elasticity is from -10 to 0")
    Replay.objects.filter(proposal=found, state__in=[Replay.State.WAITING, Replay.State.RUNNING], seen_at__lt=at - SILENT).update(
        state=Replay.State.FAILED, failure="cut off", ended_at=at
    )
    if Replay.objects.filter(proposal=found, state__in=[Replay.State.WAITING, Replay.State.RUNNING]).exists():
        raise NotInThisState(state="replaying")
    found.elasticities = dict(elasticities)
    found.save(update_fields=["elasticities"])
    made = Replay.objects.create(
        proposal=found,
        base_version=found.base_id,
        texts_sha256=found.texts_sha256,
        asked_orders=orders,
        elasticities=dict(elasticities),
        asked_by=by,
        asked_at=at,
        seen_at=at,
    )
    _note("replay_asked", found, by, at, replay=str(made.pk), orders=orders, elasticities=dict(elasticities))
    return made


def run_replay(replay_id: UUID, *, processes: int, at: datetime) -> Replay | None:
    """Does a replay that waits, and keeps its result. None when somebody did before. processes 0: in this one, by Django."""
    with transaction.atomic():
        made = Replay.objects.select_for_update().filter(id=replay_id, state=Replay.State.WAITING).first()
        if made is None:
            return None
        made.state, made.seen_at = Replay.State.RUNNING, at
        made.save(update_fields=["state", "seen_at"])
    started = time.monotonic()
    found = queries.proposal(made.proposal_id)
    try:
        if found.texts_sha256 != made.texts_sha256:
            raise RuntimeError("the texts have changed since")
        counted, result = _replayed(made, found, processes, at)
    except Exception as error:
        Replay.objects.filter(pk=made.pk).update(state=Replay.State.FAILED, failure=str(error)[:300], ended_at=at)
        raise
    seconds = time.monotonic() - started
    canonical = json.dumps({"texts": made.texts_sha256, "result": result}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    made.result, made.result_sha256 = result, hashlib.sha256(canonical.encode()).hexdigest()
    made.state, made.progress, made.seconds = Replay.State.DONE, counted, round(seconds, 2)
    made.ended_at = made.seen_at = at + timedelta(seconds=seconds)
    with transaction.atomic():
        made.save()
        _note("replayed", found, None, made.ended_at, replay=str(made.pk), orders=counted, result=made.result_sha256)
    return made


def _replayed(made: Replay, found: Proposal, processes: int, at: datetime) -> tuple[int, dict[str, Any]]:
    connection.ensure_connection()
    since, begun_at, number = replay.first_order(connection.connection, made.asked_orders, at=at)
    if since is None or begun_at is None:
        raise NoOrders()
    Replay.objects.filter(pk=made.pk).update(expected=number)
    made.expected = number
    factors = queries.factors(at)
    task = replay.Task(
        found.base.texts,
        queries.texts_always(found),
        since,
        replay.sizes(connection.connection, at - timedelta(days=365), factors, queries.home_unit()),
        made.elasticities,
        (begun_at, at),
    )
    began = time.monotonic()

    def tell(done: int) -> None:
        Replay.objects.filter(pk=made.pk).update(progress=min(done, number), seen_at=at + timedelta(seconds=time.monotonic() - began))

    watch = replay.Watch(tell)
    if processes:
        address: dict[str, Any] = {
            name: value for name, value in connection.get_connection_params().items() if isinstance(value, str | int)
        }
        counted = replay.in_processes(make_conninfo(**address), task, processes=processes, tell=watch)
    else:
        counted = replay.count_part(connection.connection, task, part=0, parts=1, tell=watch)
    result = {**replaying.result(counted.orders, factors), "quotes": quoting.result(counted.quotes, factors)}
    return watch.done, {**result, "factors": factors, "elasticities": made.elasticities, "base": found.base_id, "proposed": found.version}


# Counterparts


@transaction.atomic
def invite(proposal_id: UUID, *, authority: str, country: str, by: UUID, at: datetime) -> str:
    """Lets an authority read, comment and sign this one proposal. Returns the token of its link: it is told once and kept nowhere."""
    found = _held(proposal_id, State.DRAFT, State.SHADOW, State.PILOT)
    token = secrets.token_urlsafe(24)
    Counterpart.objects.create(
        proposal=found,
        authority=authority,
        country=country,
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        invited_by=by,
        invited_at=at,
        expires_at=at + timedelta(days=INVITED_DAYS),
    )
    _note("counterpart_invited", found, by, at, authority=authority, country=country)
    return token


@transaction.atomic
def revoke(proposal_id: UUID, counterpart_id: UUID, *, by: UUID, at: datetime) -> None:
    """Its link opens nothing any more. What it said and signed stays."""
    found = queries.proposal(proposal_id)
    if Counterpart.objects.filter(proposal=found, id=counterpart_id, is_revoked=False).update(is_revoked=True):
        _note("counterpart_revoked", found, by, at, counterpart=str(counterpart_id))


def seen(counterpart: Counterpart, *, at: datetime) -> None:
    """The counterpart has opened its link."""
    Counterpart.objects.filter(pk=counterpart.pk, seen_at=None).update(seen_at=at)


@transaction.atomic
def comment(
    found: Proposal, text: str, *, author: str, at: datetime, counterpart: Counterpart | None = None, by: UUID | None = None
) -> Comment:
    if found.state in (State.LAW, State.CLOSED):
        raise NotInThisState(state=found.state)
    made = Comment.objects.create(proposal=found, counterpart=counterpart, user_id=by, author=author, text=text, at=at)
    _note("commented", found, by, at, counterpart=str(counterpart.pk) if counterpart else "")
    return made


@transaction.atomic
def sign(counterpart: Counterpart, *, name: str, office: str, texts_sha256: str, at: datetime) -> Signature:
    """Signs the texts the signer has read, and the result of their last replay. Raises NotReplayed, and BaseHasMoved for other texts."""
    found = _held(counterpart.proposal_id, State.DRAFT, State.SHADOW, State.PILOT)
    if texts_sha256 != found.texts_sha256:
        raise BaseHasMoved(files="")
    done = queries.last_replay(found)
    if done is None:
        raise NotReplayed()
    made, is_new = Signature.objects.get_or_create(
        counterpart=counterpart,
        texts_sha256=found.texts_sha256,
        result_sha256=done.result_sha256,
        defaults={"proposal": found, "name": name, "office": office, "at": at},
    )
    if is_new:
        _note("signed", found, None, at, counterpart=str(counterpart.pk), texts=found.texts_sha256, result=done.result_sha256)
    return made


# Shadow, pilot, law


@transaction.atomic
def begin_shadow(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """From now on orders are computed under the proposal too, by a job; nobody is charged."""
    found = _held(proposal_id, State.DRAFT)
    if not found.texts:
        raise ChangesNothing()
    found.state, found.shadow_from, found.shadow_until = State.SHADOW, at, at
    found.save()
    _note("shadow_begun", found, by, at, texts=found.texts_sha256)
    return found


@transaction.atomic
def end_shadow(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    found = _held(proposal_id, State.SHADOW)
    found.state = State.DRAFT
    found.save(update_fields=["state"])
    _note("shadow_ended", found, by, at)
    return found


@transaction.atomic
def compute_shadow(proposal_id: UUID, *, at: datetime) -> float:
    """Takes up the orders paid since the last time, at most a day of them. Returns the seconds of that stretch, 0 when there is none."""
    found = _held(proposal_id, State.SHADOW)
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
    found = _held(proposal_id, State.DRAFT, State.SHADOW)
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
    _note("pilot_begun", found, by, at, release=release.version, provinces=sorted(provinces), markets=sorted(markets),
          starts=starts_at.isoformat(), ends=ends_at.isoformat())  # fmt: skip
    return found


@transaction.atomic
def end_pilot(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """The cohort has the law of everybody again. The pilot stays on record and can be measured."""
    found = _held(proposal_id, State.PILOT)
    assert found.pilot_id is not None
    rulebook.end_pilot(found.pilot_id, at=at)
    found.state = State.DRAFT
    found.save(update_fields=["state"])
    _note("pilot_ended", found, by, at)
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


@transaction.atomic
def schedule_law(proposal_id: UUID, *, on: date, by: UUID, at: datetime) -> Proposal:
    """The proposal becomes law for everybody on this day. Raises BaseHasMoved, Invalid."""
    found = _held(proposal_id, State.DRAFT, State.SHADOW, State.PILOT)
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
    _note("law_scheduled", found, by, at, release=release.version, on=on.isoformat(), texts=found.texts_sha256)
    return enact(found.pk, at=at) or found


@transaction.atomic
def enact(proposal_id: UUID, *, at: datetime) -> Proposal | None:
    """Makes the release current when its day has come; None before. When the law has changed meanwhile the proposal is a draft again."""
    found = _held(proposal_id, State.SCHEDULED)
    assert found.law_on is not None
    if at.astimezone(LAW_DAY).date() < found.law_on:
        return None
    if not queries.is_based_on_the_law(found):
        found.state, found.law_on, found.release = State.DRAFT, None, None
        found.save(update_fields=["state", "law_on", "release"])
        _note("law_stopped", found, None, at, why="base_moved")
        return found
    if found.pilot_id is not None:
        rulebook.end_pilot(found.pilot_id, at=at)
    assert found.release is not None
    release = rulebook.load(found.release.texts, at=at, by=found.opened_by)
    found.state, found.closed_at = State.LAW, at
    found.save(update_fields=["state", "closed_at"])
    _note("became_law", found, None, at, release=release.version)
    return found


@transaction.atomic
def close(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """Given up. A running pilot ends, a day set for it is void."""
    found = _held(proposal_id, State.DRAFT, State.SHADOW, State.PILOT, State.SCHEDULED)
    if found.pilot_id is not None:
        rulebook.end_pilot(found.pilot_id, at=at)
    found.state, found.closed_at, found.release = State.CLOSED, at, None
    found.save(update_fields=["state", "closed_at"])
    _note("closed", found, by, at)
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
