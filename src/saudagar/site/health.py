"""How the installation is: answers for load balancers (`/healthz`, `/readyz`) and for Prometheus (`/metrics`)."""

import hmac
import logging
import os
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

import psycopg_pool
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from saudagar.checkout import collector, keeping
from saudagar.foundation.clock import now
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.walls import across_sellers
from saudagar.orders.models import Order
from saudagar.site.page_cache.front import Front

log = logging.getLogger(__name__)

WORKER_SILENT = timedelta(seconds=60)
KEEP_SECONDS = 15

Sample = tuple[dict[str, str], float]


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """GET /healthz: this process answers. Asks nobody else, so a sick database does not get web processes killed."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """GET /readyz: 200 when requests may be sent here, 503 with the reason when not."""
    problems = unready()
    if problems:
        log.warning("not ready: %s", "; ".join(problems))
    # Everybody may ask; where the database stands and what it is called they need not know.
    words = [problem.partition(":")[0] for problem in problems]
    return JsonResponse({"ready": not problems, "problems": words}, status=503 if problems else 200)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """GET /metrics in Prometheus' text format: from this machine, or with `Authorization: Bearer $SAUDAGAR_METRICS_TOKEN`."""
    if not _may_see_metrics(request):
        return HttpResponseForbidden("Ask from the machine itself, or set SAUDAGAR_METRICS_TOKEN and send it as bearer token.\n")
    return HttpResponse("".join(_text()), content_type="text/plain; version=0.0.4; charset=utf-8")


def unready() -> list[str]:
    """Why requests should not be sent here, in words; empty when all is well."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [f"the database does not answer: {str(error).strip()}"]
    return [f"{len(waiting)} migrations have not run: ./saudagar manage migrate"] if waiting else []


@across_sellers
def orders_by_state() -> dict[str, int]:
    return dict(Order.objects.values_list("state").annotate(Count("id")).order_by())


@across_sellers
def outbox_backlog() -> tuple[int, int, datetime | None]:
    """Events not yet delivered, those among them that failed before, and when the oldest happened."""
    facts = OutboxEvent.objects.aggregate(all=Count("id"), oldest=Min("happened_at"))
    return facts["all"], OutboxEvent.objects.filter(tries__gt=0).count(), facts["oldest"]


def jobs_by_status() -> dict[str, int]:
    return dict(ProcrastinateJob.objects.values_list("status").annotate(Count("id")).order_by())


def workers_alive(at: datetime) -> int:
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=at - WORKER_SILENT).count()


def last_heartbeat() -> datetime | None:
    return ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]


def _may_see_metrics(request: HttpRequest) -> bool:
    token = os.environ.get("SAUDAGAR_METRICS_TOKEN", "")
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # What a proxy passes on comes from this machine too, but is not from here.
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    try:
        return not passed_on and ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _text() -> Iterator[str]:
    begun = time.perf_counter()
    try:
        yield from _database_metrics()
        yield _metric("saudagar_up", "1 when the database answers", "gauge", [({}, 1)])
    except DatabaseError:
        yield _metric("saudagar_up", "1 when the database answers", "gauge", [({}, 0)])
    yield from _pool_metrics()
    yield from _page_metrics()
    yield _metric("saudagar_scrape_seconds", "Time these numbers took", "gauge", [({}, time.perf_counter() - begun)])


def _database_metrics() -> Iterator[str]:
    at = now()
    # Counting a big table takes a while: two scrapers at once get the same numbers.
    text = cache.get("metrics")
    if text is None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '5s'")
            waiting, failed, oldest = outbox_backlog()
            age = (at - oldest).total_seconds() if oldest else 0
            text = "".join(
                (
                    _metric("saudagar_orders", "Orders by state", "gauge", _labelled("state", orders_by_state())),
                    _metric("saudagar_outbox_events", "Events not yet delivered", "gauge", [({}, waiting)]),
                    _metric("saudagar_outbox_failed_events", "Of these, tried in vain so far", "gauge", [({}, failed)]),
                    _metric("saudagar_outbox_age_seconds", "Age of the oldest of them", "gauge", [({}, age)]),
                    _metric("saudagar_jobs", "Jobs by status", "gauge", _labelled("status", jobs_by_status())),
                    _metric("saudagar_workers", "Job workers that gave a sign of life within a minute", "gauge", [({}, workers_alive(at))]),
                    _metric("saudagar_database_connections", "Connections by state", "gauge", _labelled("state", _connections())),
                    _metric("saudagar_database_bytes", "Size of the database", "gauge", [({}, _database_bytes())]),
                )
            )  # fmt: skip
        cache.set("metrics", text, KEEP_SECONDS)
    yield text


def _connections() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1"
        )
        return dict(cursor.fetchall())


def _database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _pool_metrics() -> Iterator[str]:
    """Of this web process; another one may answer the next time, hence the label."""
    if collector.current is not None:
        waiting = len(collector.current.commit.waiting)
        yield _metric("saudagar_orders_waiting", "Orders in line to be written", "gauge", [({"process": str(os.getpid())}, waiting)])
    if keeping.current is not None:
        counts = keeping.current.counts
        done: list[Sample] = [
            ({"done": name, "process": str(os.getpid())}, number)
            for name, number in (("kept", counts.kept), ("again", counts.again), ("dropped", counts.dropped))
        ]
        yield _metric("saudagar_kept_quotes_total", "Quotes heard for replays, by what was done", "counter", done)
    stats: list[tuple[str, dict[str, Any]]] = [
        (pool.name, pool.get_stats())
        for pool in list(POOLS)
        if isinstance(pool, psycopg_pool.AsyncConnectionPool | psycopg_pool.ConnectionPool)
    ]
    for key, words in (("pool_size", "Connections open"), ("pool_available", "Connections idle"), ("requests_waiting", "Callers waiting")):
        samples = [({"pool": name, "process": str(os.getpid())}, float(facts.get(key, 0))) for name, facts in stats]
        if samples:
            yield _metric(
                f"saudagar_{'pool_' if not key.startswith('pool') else ''}{key}", f"{words}, by pool of a process", "gauge", samples
            )


def _page_metrics() -> Iterator[str]:
    """Of this web process: pages that are the same for everybody."""
    process = str(os.getpid())
    for front in FRONTS.values():
        counts, shelves = front.counts, {"pages": front.pages, "searches": front.searches, "missing": front.missing}
        answers = {"kept": counts.sent, "made": counts.waited, "refused": counts.refused, "failed": counts.failed}
        by_answer: list[Sample] = [({"answer": name, "process": process}, number) for name, number in answers.items()]
        yield _metric("saudagar_pages_total", "Requests for shared pages, by what was done", "counter", by_answer)
        yield _metric("saudagar_pages_unchanged_total", "Of these, 304", "counter", [({"process": process}, counts.unchanged)])
        yield _metric("saudagar_pages_made_total", "Pages made", "counter", [({"process": process}, counts.made)])
        yield _metric("saudagar_pages_made_seconds_total", "Time that took", "counter", [({"process": process}, counts.made_seconds)])
        sizes: list[Sample] = [({"shelf": name, "process": process}, shelf.bytes) for name, shelf in shelves.items()]
        yield _metric("saudagar_pages_bytes", "Memory of pages kept", "gauge", sizes)
        yield _metric("saudagar_pages_listening", "1 when changes are heard", "gauge", [({"process": process}, front.is_listening)])


# The dispatcher puts here what keeps its pages.
FRONTS: dict[str, Front] = {}

# The dispatcher puts the door's pool here when it has opened it.
POOLS: list[psycopg_pool.AsyncConnectionPool[Any] | psycopg_pool.ConnectionPool[Any]] = []


def _labelled(label: str, numbers: dict[str, int]) -> list[Sample]:
    return [({label: name}, number) for name, number in sorted(numbers.items())]


def _metric(name: str, words: str, kind: str, samples: Iterable[Sample]) -> str:
    lines = [f"# HELP {name} {words}\n", f"# TYPE {name} {kind}\n"]
    for labels, number in samples:
        inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
        lines.append(f"{name}{{{inside}}} {number:g}\n" if inside else f"{name} {number:g}\n")
    return "".join(lines)
