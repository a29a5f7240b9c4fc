"""Writes: past orders and kept quotes replayed under a proposal, and the result that is signed."""

import hashlib
import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from saudagar.foundation.refusals import Invalid
from saudagar.incubation import queries, replay
from saudagar.incubation.actions.steps import State, held, told
from saudagar.incubation.models import Proposal, Replay
from saudagar.incubation.rules import quoting, replaying
from saudagar.incubation.rules.refusals import ChangesNothing, NoOrders, NotInThisState

MOST_ORDERS = 10_000_000
SILENT = timedelta(minutes=10)  # a replay that told nothing for so long was cut off


@transaction.atomic
def ask_replay(proposal_id: UUID, *, orders: int, elasticities: Mapping[str, float], by: UUID | None, at: datetime) -> Replay:
    """A replay that waits for the worker; the caller defers its job. Raises Invalid, ChangesNothing, NotInThisState."""
    found = held(proposal_id, State.DRAFT, State.SHADOW, State.PILOT, State.SCHEDULED)
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
    told("replay_asked", found, by, at, replay=str(made.pk), orders=orders, elasticities=dict(elasticities))
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
        told("replayed", found, None, made.ended_at, replay=str(made.pk), orders=counted, result=made.result_sha256)
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
