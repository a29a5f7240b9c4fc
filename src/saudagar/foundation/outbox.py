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
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from saudagar.foundation.clock import now
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.sql import statement

Hearer = Callable[[UUID, dict[str, Any], datetime], None]

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
        heard = [event for event in due if _hear(hearers.get(event.name, ()), event, at=at)]
        if heard:
            keys = {"business_ids": [event.business_id for event in heard], "ids": [event.id for event in heard]}
            cursor.execute(statement("saudagar.foundation", "heard_events"), keys)
    return len(due)


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
