"""The load generator that needs nothing but Python packages, run as a process of its own: `python -m saudagar.site.bench.generator`.

Sends each request of a file once, over connections that stay open, one request at a time on each (no pipelining), and keeps the
raw answers, which it writes down when all is over: what it costs while it runs is little more than the kernel's part of sending
and receiving. Closed loop by default: a connection sends the next when its last was answered. With --rate requests are due at
even intervals, whether or not earlier ones were answered, and their time counts from when they were due: waiting in line is not
left out of the numbers. `records.py` tells how requests and answers are written.
"""

import asyncio
import gc
import json
import time
from argparse import ArgumentParser
from collections import deque
from pathlib import Path
from typing import Any, cast

import uvloop

from saudagar.site.bench.records import Record, read_requests, whole_answer, write_records

clock = time.perf_counter


class Connection(asyncio.Protocol):
    """HTTP/1.1, one request at a time."""

    __slots__ = ("begun", "load", "n", "received", "transport")

    def __init__(self, load: "Load") -> None:
        self.load = load
        self.transport: asyncio.Transport | None = None
        self.n = -1  # of the request under way
        self.begun = 0.0
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own class, which is not derived from it

    def send(self, n: int, begun: float) -> None:
        assert self.transport is not None
        self.n, self.begun = n, begun
        self.transport.write(self.load.requests[n])

    def data_received(self, data: bytes) -> None:
        at = clock()
        if self.received:
            data = self.received + data
        answer = whole_answer(data)
        if answer is None:
            self.received = data
            return
        self.received = b""
        status, body, stays_open = answer
        n, self.n = self.n, -1
        self.load.records.append((n, self.begun, at - self.begun, status, body))
        if stays_open:
            self.load.next(self)
        elif self.transport is not None:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.n >= 0:
            self.load.records.append((self.n, self.begun, clock() - self.begun, 0, f"connection lost: {error or 'closed'}".encode()))
            self.n = -1
        self.load.lost(self)


class Load:
    def __init__(self, options: Any) -> None:
        self.options = options
        self.requests = read_requests(options.requests)
        self.records: list[Record] = []
        self.open: set[Connection] = set()
        self.idle: deque[Connection] = deque()
        self.due: deque[tuple[int, float]] = deque()  # open loop: whose time has come and who waits for a connection
        self.upcoming = 0
        self.over = asyncio.Event()

    async def run(self) -> dict[str, float]:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(self._connect() for _ in range(self.options.connections)))
        begun_at, begun, spent = time.time(), clock(), time.process_time()
        if self.options.rate:
            self.idle.extend(self.open)
            self._tick(loop, begun)
        else:
            for connection in list(self.open):
                self.next(connection)
        if not self.requests:
            self.over.set()
        watch = loop.create_task(self._watch())
        await self.over.wait()
        watch.cancel()
        told = {"begun": begun_at - begun, "seconds": clock() - begun, "cpu_seconds": time.process_time() - spent}
        for connection in list(self.open):
            if connection.transport is not None:
                connection.transport.abort()
        return told

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(self), self.options.host, self.options.port)
        self.open.add(connection)

    def next(self, connection: Connection) -> None:
        """The connection is free: it sends what is due."""
        if self.options.rate:
            if self.due:
                connection.send(*self.due.popleft())
            else:
                self.idle.append(connection)
        elif self.upcoming < len(self.requests):
            self.upcoming += 1
            connection.send(self.upcoming - 1, clock())
        self._end_when_all_are_answered()

    def _tick(self, loop: asyncio.AbstractEventLoop, begun: float) -> None:
        """Open loop, about each millisecond: everything whose time has come is sent, or waits for a connection."""
        ready = min(len(self.requests), int((clock() - begun) * self.options.rate) + 1)
        while self.upcoming < ready:
            due = begun + self.upcoming / self.options.rate
            if self.idle:
                self.idle.popleft().send(self.upcoming, due)
            else:
                self.due.append((self.upcoming, due))
            self.upcoming += 1
        if self.upcoming < len(self.requests):
            loop.call_later(0.001, self._tick, loop, begun)

    def lost(self, connection: Connection) -> None:
        """A broken connection is replaced; what it carried stands in the answers as not answered."""
        self.open.discard(connection)
        if connection in self.idle:
            self.idle.remove(connection)
        if not self.over.is_set():
            self._end_when_all_are_answered()
            self.replacing = asyncio.get_running_loop().create_task(self._replace())

    async def _replace(self) -> None:
        loop = asyncio.get_running_loop()
        while not self.over.is_set():
            try:
                _, connection = await loop.create_connection(lambda: Connection(self), self.options.host, self.options.port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            self.open.add(connection)
            self.next(connection)
            return

    def _end_when_all_are_answered(self) -> None:
        if len(self.records) == len(self.requests):
            self.over.set()

    async def _watch(self) -> None:
        """A request that is not answered in time is given up, and with it its connection."""
        begun = clock()
        while True:
            await asyncio.sleep(0.5)
            late = clock() - self.options.timeout
            for connection in list(self.open):
                if connection.n >= 0 and connection.begun < late and connection.transport is not None:
                    connection.transport.abort()
            if clock() - begun > self.options.patience:
                # Whatever was never sent is missing in the answers, and counts as not answered.
                self.over.set()


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--requests", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rate", type=float, default=0, help="requests due a second: open loop")
    parser.add_argument("--timeout", type=float, default=30, help="seconds until a request is given up")
    parser.add_argument("--patience", type=float, default=300, help="seconds until everything is given up")
    load = Load(parser.parse_args())
    # Nothing here makes cycles, and looking for some stops everything for milliseconds.
    gc.collect()
    gc.freeze()
    gc.disable()
    told = uvloop.run(load.run())
    write_records(load.options.out, load.records, told.pop("begun"))
    print(json.dumps(told))


if __name__ == "__main__":
    main()
