"""Buyers who do not give up, for fault runs; run as a process of its own: `python -m saudagar.site.bench.client`.

Sends the bodies of a file over connections that stay open, and writes every answer down as it came, one JSON object a line:
what was sent (`n`), when (`at`, seconds since the epoch), how long it took (`seconds`), `status` and `body`, or `error`.
Closed loop by default: each connection sends the next when the last was answered. With --rate requests start at their time
whether or not earlier ones were answered, and their time counts from then: waiting in line is not left out of the numbers.
"""

import asyncio
import json
import time
from argparse import ArgumentParser
from collections import deque
from pathlib import Path
from typing import Any


class Connection(asyncio.Protocol):
    """HTTP/1.1 with Content-Length, one request at a time: all that is needed, and cheap, for client and server share the cores."""

    def __init__(self) -> None:
        self.buffer = b""
        self.answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(rest) >= length and self.answer is not None and not self.answer.done():
            self.answer.set_result((int(head[9:12]), rest[:length]))
            self.buffer = rest[length:]

    def connection_lost(self, error: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionResetError(str(error or "closed")))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        assert self.transport is not None
        self.answer = asyncio.get_running_loop().create_future()
        if self.transport.is_closing():
            raise ConnectionResetError("closed")
        self.transport.write(request)
        return await self.answer


class Load:
    def __init__(self, options: Any) -> None:
        self.options = options
        self.bodies = [line.encode() for line in options.bodies.read_text().splitlines()]
        self.heads = options.heads.read_text().splitlines() if options.heads else []
        self.waiting: deque[tuple[int, float]] = deque()
        self.arrived = asyncio.Event()
        self.all_sent = False
        self.lines: list[str] = []

    async def run(self) -> None:
        with self.options.out.open("a", buffering=1 << 16) as self.out:
            workers = [asyncio.create_task(self._connection()) for _ in range(self.options.connections)]
            begun = time.perf_counter()
            if self.options.rate:
                for n in range(len(self.bodies)):
                    due = begun + n / self.options.rate
                    if (ahead := due - time.perf_counter()) > 0:
                        await asyncio.sleep(ahead)
                    self._put(n, due)
            else:
                for n in range(len(self.bodies)):
                    self._put(n, 0.0)
            self.all_sent = True
            self.arrived.set()
            await asyncio.gather(*workers)

    def _head(self, n: int) -> str:
        """Headers of this request alone, such as its signature."""
        return "".join(f"{name}: {value}\r\n" for name, value in json.loads(self.heads[n]).items()) if self.heads else ""

    def _put(self, n: int, due: float) -> None:
        self.waiting.append((n, due))
        self.arrived.set()

    async def _connection(self) -> None:
        connection: Connection | None = None
        while True:
            while not self.waiting:
                if self.all_sent:
                    return
                self.arrived.clear()
                await self.arrived.wait()
            n, due = self.waiting.popleft()
            connection = await self._until_answered(connection, n, due)

    async def _until_answered(self, connection: Connection | None, n: int, due: float) -> Connection | None:
        """Sends one body; with --retry-seconds again and again, as a buyer would who got no answer."""
        body = self.bodies[n]
        request = (
            f"POST {self.options.path} HTTP/1.1\r\nHost: {self.options.host}\r\nAccept-Language: en\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{self._head(n)}\r\n"
        ).encode() + body
        give_up_at = time.monotonic() + self.options.retry_seconds
        begun = due or time.perf_counter()
        while True:
            row: dict[str, Any] = {"n": n, "at": time.time()}
            try:
                if connection is None:
                    loop = asyncio.get_running_loop()
                    _, connection = await loop.create_connection(Connection, self.options.host, self.options.port)
                status, answer = await asyncio.wait_for(connection.ask(request), 30)
                row |= {"status": status, "body": json.loads(answer)}
            except (OSError, TimeoutError, ValueError) as error:
                row["error"] = f"{type(error).__name__}: {error}"
                if connection is not None and connection.transport is not None:
                    connection.transport.abort()
                connection = None
            row["seconds"] = time.perf_counter() - begun
            self.out.write(json.dumps(row) + "\n")
            unsure = "error" in row or row["status"] in (429, 500, 503)
            if not unsure or time.monotonic() > give_up_at:
                return connection
            await asyncio.sleep(0.1)


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--heads", type=Path, help="a JSON object of further headers a line, one for each body")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rate", type=float, default=0, help="requests a second, open loop")
    parser.add_argument("--retry-seconds", type=float, default=0)
    asyncio.run(Load(parser.parse_args()).run())


if __name__ == "__main__":
    main()
