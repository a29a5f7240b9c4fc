"""Telling upwards: an event is written in the transaction that makes it true and delivered afterwards, once.

The worker takes events that are due, calls everybody who hears them, and deletes them, all in one transaction: what a
hearer writes and the deletion stand or fall together, so each event takes effect exactly once. What leaves the database
(HTTP, e-mail) a hearer hands to a job. An event whose hearer fails waits longer each time and stays visible.
"""

import json
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from saudagar.foundation.clock import now
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.sql import statement

Hearer = Callable[[UUID, dict[str, Any], datetime], None]


class Heard(NamedTuple):
    """One event, as it is told to whoever hears many at once."""

    business_id: UUID
    facts: dict[str, Any]
    happened_at: datetime


class HearsMany:
    """Decorates a hearer that takes events of one name many at a time, oldest first: what it reads and writes, it reads and writes once
    for all of them. It is still a hearer of one: `hear(business_id, facts, happened_at)`."""

    def __init__(self, many: Callable[[Sequence[Heard]], None]) -> None:
        self.many = many
        self.__doc__ = many.__doc__

    def __call__(self, business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
        self.many([Heard(business_id, facts, happened_at)])


LONGEST_WAIT = timedelta(hours=1)
CHANNEL = "saudagar_told"  # of PostgreSQL's NOTIFY; the trigger of stock/migrations speaks on it too

log = logging.getLogger(__name__)


class Event(NamedTuple):
    """What is told, for those who write many in a statement of their own."""

    business_id: UUID
    name: str
    facts: dict[str, Any]


def tell(business_id: UUID, name: str, facts: dict[str, Any], *, at: datetime | None = None) -> None:
    """Writes an event into the open transaction. Facts are JSON: ids as text, amounts in minor units."""
    moment = at or now()
    OutboxEvent.objects.create(business_id=business_id, name=name, facts=facts, happened_at=moment, retry_at=moment)


def tell_at_once(name: str, business_id: UUID | None = None, **facts: str) -> None:
    """Tells whoever listens now, when the open transaction ends well; nobody else will ever know. For web processes that keep copies:
    who was not there throws all copies away. Facts that say the same are told once in a transaction, so name no more than is needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps([name, str(business_id or ""), facts])])


class Due(NamedTuple):
    """An event whose turn it is. Facts: JSON text."""

    business_id: UUID
    id: UUID
    name: str
    facts: str
    happened_at: datetime
    tries: int


def deliver(hearers: Mapping[str, Sequence[Hearer]], *, at: datetime, most: int = 100) -> int:
    """Delivers events that are due, oldest first, and returns how many were taken. Safe to run in several workers at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement("saudagar.foundation", "due_events"), {"at": at, "most": most})
        due = [Due(*row) for row in cursor.fetchall()]
        heard = [event for event in due if not hearers.get(event.name)]
        # In order, but those of one name that follow each other together.
        for name, run in groupby((event for event in due if hearers.get(event.name)), key=lambda event: event.name):
            heard += _hear_together(hearers[name], list(run), at=at)
        if heard:
            keys = {"business_ids": [event.business_id for event in heard], "ids": [event.id for event in heard]}
            cursor.execute(statement("saudagar.foundation", "heard_events"), keys)
    return len(due)


def _hear_together(hearers: Sequence[Hearer], events: Sequence[Due], *, at: datetime) -> list[Due]:
    """Those that were heard. When one of many is at fault, each is heard alone: the others must not wait for it."""
    if len(events) > 1:
        told = [Heard(event.business_id, json.loads(event.facts), event.happened_at) for event in events]
        try:
            with transaction.atomic():
                for hear in hearers:
                    if isinstance(hear, HearsMany):
                        hear.many(told)
                    else:
                        for one in told:
                            hear(*one)
        except Exception as error:
            log.info("%d events %s are heard one by one: %s", len(events), events[0].name, error)
        else:
            return list(events)
    return [event for event in events if _hear(hearers, event, at=at)]


def _hear(hearers: Sequence[Hearer], event: Due, *, at: datetime) -> bool:
    """Calls everybody who hears it, all or nobody. Whoever fails is asked again later."""
    try:
        with transaction.atomic():
            for hear in hearers:
                hear(event.business_id, json.loads(event.facts), event.happened_at)
    except Exception:
        log.exception("event %s of business %s was not heard", event.name, event.business_id)
        wait = min(timedelta(seconds=2 ** min(event.tries, 20)), LONGEST_WAIT)
        OutboxEvent.objects.filter(business_id=event.business_id, id=event.id).update(
            tries=min(event.tries + 1, 1000), retry_at=at + wait, failure=traceback.format_exc(limit=-3)[-2000:]
        )
        return False
    return True
