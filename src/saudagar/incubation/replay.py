"""Past orders, and kept quotes beside them, under two rulebooks, in several processes: each reads those of its sellers, and sums up."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, wait
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from saudagar.foundation.ids import first_id
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.incubation.rules import quoting
from saudagar.incubation.rules.replaying import MOST_MICRO, Counter, Found, size_of
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.differing import differences, places_touched

AT_ONCE = 5_000
MOST_DAYS = 1_000  # looked back, in steps; then at all there are
ALL_DAYS = 40_000
# These reads are made by client cursors: the planner must know how few of all orders are asked for, and Django's connections are pinned
# to generic plans, which do not look at parameters.
CLOCKS_DIFFER = timedelta(hours=1)
ROOM = "saudagar.incubation"

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """Everything a process needs; its texts are read anew there."""

    old: Mapping[str, str]
    new: Mapping[str, str]
    since: UUID  # the first order
    sizes: Mapping[UUID, str]  # of the sellers that are larger than micro
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
def first_order(connection: psycopg.Connection, most: int, *, at: datetime) -> tuple[UUID | None, datetime | None, int]:
    """Where and when the last so many paid orders before a moment begin, and how many there are.

    Looks at the last day, and from what it finds guesses how many are needed: no index has all orders by time, and one would cost
    the intake.
    """
    days = 1.0
    with psycopg.ClientCursor(connection) as cursor:
        while True:
            begins = at - timedelta(days=days)
            within = {"first": first_id(begins), "paid_since": begins - CLOCKS_DIFFER, "most": most}
            if days == ALL_DAYS:
                # Of all there are often fewer than were asked for: to count them is cheaper than to sort them.
                found = _one(cursor, "paid_since", within)
                return _one(cursor, "last_paid", within) if found[2] > most else found
            first, begun_at, number = _one(cursor, "last_paid", within)
            if number == most:
                return first, begun_at, number
            days *= max(1.25 * most / number, 4) if number else 10
            days = days if days < MOST_DAYS else ALL_DAYS


def _one(cursor: psycopg.ClientCursor[Any], name: str, parameters: Mapping[str, Any]) -> tuple[UUID | None, datetime | None, int]:
    row = cursor.execute(statement(ROOM, name), parameters).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


@across_sellers
def sizes(connection: psycopg.Connection, since: datetime, factors: Mapping[str, float], home_unit: int) -> dict[UUID, str]:
    """Sizes of sellers by what they sold since a moment. Most sellers are micro, and are left out.

    factors    minor units of the home currency for one of each currency
    home_unit  minor units of one of the home currency
    """
    of_one = {currency: factor / home_unit for currency, factor in factors.items()}
    asked = {"since": since, "currencies": list(of_one), "factors": list(of_one.values()), "above": MOST_MICRO}
    with psycopg.ClientCursor(connection) as cursor:
        return {business: size_of(sold) for business, sold in cursor.execute(statement(ROOM, "sales_of_year"), asked)}


@across_sellers
def count_part(connection: psycopg.Connection, task: Task, *, part: int, parts: int, tell: Tell) -> Counted:
    """Counts the orders and the kept quotes of one part of the sellers. tell: how many more orders are done."""
    old, new = read(task.old), read(task.new)
    touched = places_touched(differences(old, new), old, new)
    orders = Counter(old, new, touched, task.sizes, task.elasticities)
    quotes = quoting.Counter(old, new, touched, task.sizes)
    since, until = task.quotes
    share = {"part": part, "parts": parts}
    with connection.transaction():
        for rows in _batches(connection, "orders_to_replay", {"since": task.since, "paid_since": since - CLOCKS_DIFFER, **share}):
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
