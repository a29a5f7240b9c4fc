"""The door for notices: POST /api/v1/payments/{gateway}/notices, before Django, with connections of its own.

Size, form, signature and time are checked here, without the database; what is true is taken in together with what else came in the
last few milliseconds (`batch.py`). A gateway hears "taken" only when its notice is durable; whatever else it hears, it tells again.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from psycopg_pool import AsyncConnectionPool

from saudagar.foundation import packing
from saudagar.foundation.group_commit import GroupCommit, NotWritten, QueueFull
from saudagar.foundation.refusals import Refusal
from saudagar.payments import batch, gateways
from saudagar.payments.batch import Heard
from saudagar.payments.rules.life import UnknownPayment, Verdict

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MOST_BYTES = 64 * 1024
MOST_IN_BATCH = 200
MOST_WAITING = 2000
RETRY_AFTER_SECONDS = 2
PATH = re.compile(r"/api/v1/payments/([a-z_]{1,20})/notices")
# The statements take arrays of any length; a plan made for one batch would not be kept for the next.
OPTIONS = "-c plan_cache_mode=force_generic_plan"

_encode = msgspec.json.Encoder().encode

log = logging.getLogger(__name__)


class NoticeDoor:
    """One per process. `conninfo` is the database's address."""

    def __init__(self, conninfo: str, *, pumps: int = 2) -> None:
        self.conninfo, self.pumps = conninfo, pumps
        self.pool: AsyncConnectionPool | None = None
        self.commit: GroupCommit[Heard, Verdict | None] | None = None

    def is_for(self, scope: Scope) -> bool:
        """Whether a request comes here. Of an unknown gateway Django knows as little."""
        found = PATH.fullmatch(scope["path"]) if scope["method"] == "POST" else None
        return found is not None and found[1] in gateways.known()

    async def open(self) -> None:
        if self.pool is None:
            gateways.known()  # its clients take a quarter of a second to make: not while the first notice waits
            self.pool = AsyncConnectionPool(
                self.conninfo,
                min_size=self.pumps,
                max_size=self.pumps,
                timeout=10,
                open=False,
                configure=_teach,
                kwargs={"autocommit": True, "prepare_threshold": 0, "options": OPTIONS},
            )
            await self.pool.open()
            self.commit = GroupCommit(self._write, pumps=self.pumps, most_in_batch=MOST_IN_BATCH, most_waiting=MOST_WAITING)

    async def close(self) -> None:
        if self.pool is not None and self.commit is not None:
            await self.commit.close()
            await self.pool.close()
            self.pool = self.commit = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        name = path.rsplit("/", 2)[1]
        status = await self._taken(name, path, scope, receive)
        answer = gateways.gateway(name).answer(taken=status == 200, status=status)
        await _respond(send, status, _encode(answer))

    async def _taken(self, name: str, path: str, scope: Scope, receive: Receive) -> int:
        """The HTTP status: 200 once what was said is durable."""
        try:
            body = await _body(receive)
            if body is None:
                return 400
            headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
            heard = batch.heard_notice(name, path=path, headers=headers, body=body)
            if self.commit is None:
                return 503
            verdict = await self.commit.put(heard)
            if verdict is None:
                raise UnknownPayment(payment=heard.told.partner_reference[:40])
        except Refusal as refusal:
            log.warning("notice of %s refused: %s", name, refusal)
            return refusal.status
        except QueueFull:
            return 429
        except NotWritten:
            return 503
        except Exception:
            log.exception("notice of %s", name)
            return 503
        if verdict not in (Verdict.CAPTURED, Verdict.REPEATED):
            log.info("notice of %s: %s", name, verdict)
        return 200

    async def _write(self, asked: Sequence[Heard], at: datetime, is_again: bool) -> list[Verdict | None]:
        assert self.pool is not None
        async with self.pool.connection() as connection, connection.transaction():
            return await _drive(connection, asked, at)


async def _teach(connection: psycopg.AsyncConnection[Any]) -> None:
    packing.teach(connection)


async def _drive(connection: psycopg.AsyncConnection[Any], asked: Sequence[Heard], at: datetime) -> list[Verdict | None]:
    steps = batch.steps(asked, at)
    step = next(steps)
    while True:
        cursor = await connection.execute(*step, binary=True)
        try:
            step = steps.send(await cursor.fetchall())
        except StopIteration as done:
            return list(done.value)


async def _body(receive: Receive) -> bytes | None:
    """None when it is too large, or ended early."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


async def _respond(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    headers.append((b"x-content-type-options", b"nosniff"))
    if status in (429, 503):
        headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
