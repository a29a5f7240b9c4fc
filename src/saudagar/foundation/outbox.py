"""Telling upwards: an event is written in the transaction that makes it true and delivered afterwards, once.

The worker takes events that are due, calls everybody who hears them, and deletes them, all in one transaction: what a
hearer writes and the deletion stand or fall together, so each event takes effect exactly once. What leaves the database
(HTTP, e-mail) a hearer hands to a job. An event whose hearer fails waits longer each time and stays visible.
"""

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from saudagar.foundation.clock import now
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.sql import statement

Hearer = Callable[[UUID, dict[str, Any], datetime], None]

LONGEST_WAIT = timedelta(hours=1)

log = logging.getLogger(__name__)


def tell(business_id: UUID, name: str, facts: dict[str, Any], *, at: datetime | None = None) -> None:
    """Writes an event into the open transaction. Facts are JSON: ids as text, amounts in minor units."""
    moment = at or now()
    OutboxEvent.objects.create(business_id=business_id, name=name, facts=facts, happened_at=moment, retry_at=moment)


def deliver(hearers: Mapping[str, Sequence[Hearer]], *, at: datetime, most: int = 100) -> int:
    """Delivers events that are due, oldest first, and returns how many were taken. Safe to run in several workers at once."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement("saudagar.foundation", "due_events"), {"at": at, "most": most})
            due = cursor.fetchall()
        heard = [(business_id, event_id) for business_id, event_id, *event in due if _hear(hearers, business_id, event_id, *event, at=at)]
        if heard:
            with connection.cursor() as cursor:
                cursor.execute(
                    statement("saudagar.foundation", "heard_events"),
                    {"business_ids": [row[0] for row in heard], "ids": [row[1] for row in heard]},
                )
    return len(due)


def _hear(
    hearers: Mapping[str, Sequence[Hearer]],
    business_id: UUID,
    event_id: UUID,
    name: str,
    facts: dict[str, Any],
    happened_at: datetime,
    tries: int,
    *,
    at: datetime,
) -> bool:
    try:
        with transaction.atomic():
            for hear in hearers.get(name, ()):
                hear(business_id, facts, happened_at)
    except Exception:
        log.exception("event %s of business %s was not heard", name, business_id)
        wait = min(timedelta(seconds=2**tries), LONGEST_WAIT)
        OutboxEvent.objects.filter(business_id=business_id, id=event_id).update(
            tries=min(tries + 1, 1000), retry_at=at + wait, failure=traceback.format_exc(limit=-3)[-2000:]
        )
        return False
    return True
