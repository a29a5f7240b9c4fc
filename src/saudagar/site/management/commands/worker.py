"""The worker: delivers events, returns unpaid reservations and allotments, and does jobs, until it is told to stop."""

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand
from django.db import close_old_connections, connections
from django.db.utils import InterfaceError, OperationalError
from procrastinate.contrib.django import app

from saudagar.campaigns.actions import return_allotments, take_samples
from saudagar.foundation import outbox
from saudagar.foundation.clock import now
from saudagar.orders.actions import expire
from saudagar.site.events import HEARERS

EVENT_SECONDS = 0.3
EXPIRY_SECONDS = 2.0
RETURN_SECONDS = 2.5
RETURNS_CLOSELY = timedelta(hours=2)  # after a campaign; what comes back later waits for the hourly job
BATCH = 500
NICENESS = 5  # a third of the weight of web processes, when they want all there is

log = logging.getLogger("saudagar.worker")


class Command(BaseCommand):
    help = "Delivers events, returns unpaid reservations, and does jobs. Several may run side by side."

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("SAUDAGAR_SUPERVISED"):
            # On one machine with the web: what somebody waits for comes before what may happen a moment later.
            os.nice(NICENESS)
        stopping = threading.Event()
        loops = [
            threading.Thread(target=_loop, args=[stopping, EVENT_SECONDS, _deliver], name="events"),
            threading.Thread(target=_loop, args=[stopping, EXPIRY_SECONDS, _expire], name="expiry"),
            threading.Thread(target=_loop, args=[stopping, RETURN_SECONDS, _campaigns], name="campaigns"),
        ]
        for loop in loops:
            loop.start()
        try:
            with contextlib.suppress(KeyboardInterrupt), app.replace_connector(jobs_connector()) as jobs:
                asyncio.run(_work(jobs))
        finally:
            stopping.set()
            for loop in loops:
                loop.join()


def jobs_connector() -> Any:
    """What the worker takes its jobs through: a pool of its own, in its event loop.

    Whoever defers a job in a thread, as hearers and jobs do, goes through Django's connection instead: the job is there when the
    transaction is committed, not earlier and not without it, and a pool that waits for the database holds nobody up.
    """
    django: Any = app.connector
    connector = django.get_worker_connector()
    connector.get_sync_connector = lambda: django
    return connector


async def _work(jobs: Any) -> None:
    async with jobs.open_async():
        # Finishes what it began when it is told to stop (SIGTERM, SIGINT).
        await jobs.run_worker_async(concurrency=4, listen_notify=True, install_signal_handlers=True, shutdown_graceful_timeout=8)


def _deliver() -> bool:
    return outbox.deliver(HEARERS, at=now(), most=BATCH) == BATCH


def _expire() -> bool:
    return expire(at=now(), most=BATCH * 2) == BATCH * 2


def _campaigns() -> bool:
    at = now()
    take_samples(at=at)
    return return_allotments(since=at - RETURNS_CLOSELY, at=at, most=BATCH) == BATCH


def _loop(stopping: threading.Event, seconds: float, step: Callable[[], bool]) -> None:
    """Calls the step again and again, at once while there is more to do. A database that is away is waited for."""
    wait = seconds
    while not stopping.wait(wait):
        try:
            close_old_connections()
            wait = 0.0 if step() else seconds
        except (OperationalError, InterfaceError) as error:
            log.warning("no database: %s", error)
            wait = min(max(wait, seconds) * 2, 10.0)
        except Exception:
            log.exception("%s failed", threading.current_thread().name)
            wait = 5.0
    connections.close_all()
