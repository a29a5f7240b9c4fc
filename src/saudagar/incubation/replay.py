"""Past orders, and kept quotes beside them, under two rulebooks, in several processes: each reads those of its sellers, and sums up."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection, wait
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.incubation.rules import quoting
from saudagar.incubation.rules.replaying import Counter, Found, size_of
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.differing import differences, places_touched

AT_ONCE = 5_000
ROOM = "saudagar.incubation"

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """Everything a process needs; its texts are read anew there."""

    old: Mapping[str, str]
    new: Mapping[str, str]
    since: UUID  # the first order
    year_since: datetime  # sales from here on make the size of a business
    factors: Mapping[str, float]  # minor units of the home currency for one of each currency
    home_unit: int  # minor units of one of the home currency
    elasticities: Mapping[str, float]
    quotes: tuple[datetime, datetime]  # first and last moment of the kept quotes


@dataclass(slots=True)
class Counted:
    """What a process found. Quotes are not summed with orders."""

    orders: Found = field(default_factory=Found)
    quotes: quoting.Found = field(default_factory=quoting.Found)

    def add(self, other: "Counted") -> None:
        self.orders.add(other.orders)
        self.quotes.add(other.quotes)


@across_sellers
def first_order(connection: psycopg.Connection, most: int) -> tuple[UUID | None, datetime | None, int]:
    """Where and when the last so many paid orders begin, and how many there are."""
    with psycopg.Cursor(connection) as cursor:
        row = cursor.execute(statement(ROOM, "since"), {"most": most}).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


@across_sellers
def count_part(connection: psycopg.Connection, task: Task, *, part: int, parts: int, tell: Tell) -> Counted:
    """Counts the orders and the kept quotes of one part of the sellers. tell: how many more orders are done."""
    old, new = read(task.old), read(task.new)
    touched, sizes = places_touched(differences(old, new), old, new), _sizes(connection, task, part, parts)
    orders = Counter(old, new, touched, sizes, task.elasticities)
    quotes = quoting.Counter(old, new, touched, sizes)
    since, until = task.quotes
    share = {"part": part, "parts": parts}
    with connection.transaction():
        for rows in _batches(connection, "orders_to_replay", {"since": task.since, **share}):
            orders.count(rows)
            tell(len(rows))
        for rows in _batches(connection, "quotes_to_replay", {"since": since, "until": until, **share}):
            quotes.count(rows)
    return Counted(orders.found, quotes.found)


@across_sellers
@contextmanager
def cursor_between(connection: psycopg.Connection, since: datetime, until: datetime, *, name: str) -> Iterator[Iterator[Any]]:
    """Orders between two moments, row by row: `orders_between` as they were placed, `orders_paid_between` as they were paid."""
    with connection.transaction(), psycopg.ServerCursor(connection, name) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement(ROOM, name), {"since": since, "until": until}, binary=True)
        yield iter(cursor)


class _Sent(msgspec.Struct):
    dispatch_area: str = ""


_sent = msgspec.msgpack.Decoder(_Sent).decode


def dispatch_area(packed: bytes) -> str:
    """Where an order was sent from, without reading the rest of its snapshot."""
    return _sent(packed).dispatch_area


def _batches(connection: psycopg.Connection, name: str, parameters: Mapping[str, Any]) -> Iterator[list[Any]]:
    with psycopg.ServerCursor(connection, name) as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement(ROOM, name), parameters, binary=True)
        while rows := cursor.fetchmany(AT_ONCE):
            yield rows


def _sizes(connection: psycopg.Connection, task: Task, part: int, parts: int) -> dict[UUID, str]:
    sales: dict[UUID, float] = {}
    with psycopg.Cursor(connection) as cursor:
        found = cursor.execute(statement(ROOM, "sales_of_year"), {"since": task.year_since, "part": part, "parts": parts})
        for business, currency, goods in found:
            sales[business] = sales.get(business, 0.0) + float(goods) * task.factors.get(currency, 0.0) / task.home_unit
    return {business: size_of(sold) for business, sold in sales.items()}


def in_processes(conninfo: str, task: Task, *, processes: int, tell: Tell) -> Counted:
    """The same in so many processes at once. Raises RuntimeError when one of them does."""
    context = multiprocessing.get_context("spawn")
    running: dict[Any, Any] = {}
    whole, failed = Counted(), ""
    try:
        for part in range(processes):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_process, args=(theirs, conninfo, task, part, processes), daemon=True)
            process.start()
            theirs.close()
            running[ours] = process
        while running:
            ready: Any
            for ready in wait(list(running)):
                kind: str
                what: Any
                try:
                    kind, what = ready.recv()
                except EOFError:
                    kind, what = "failed", "a process of the replay ended early"
                if kind == "more":
                    tell(what)
                    continue
                running.pop(ready).join()
                if kind == "done":
                    whole.add(what)
                else:
                    failed = what
    finally:
        for process in running.values():
            process.terminate()
    if failed:
        raise RuntimeError(failed)
    return whole


def _process(parent: Connection, conninfo: str, task: Task, part: int, parts: int) -> None:
    try:
        with psycopg.connect(conninfo) as connection:
            found = count_part(connection, task, part=part, parts=parts, tell=lambda more: parent.send(("more", more)))
        parent.send(("done", found))
    except Exception as error:  # whatever it is, the parent tells it
        parent.send(("failed", f"{type(error).__name__}: {error}"[:300]))


class Watch:
    """Adds up what is done and tells it at most every two seconds."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.done, self.told_at = tell, 0, time.monotonic()

    def __call__(self, more: int) -> None:
        self.done += more
        if time.monotonic() - self.told_at > 2:
            self.told_at = time.monotonic()
            self.tell(self.done)
