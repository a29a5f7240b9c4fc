"""Reads of quotes, gathered: what arrives within a millisecond, or while a statement is under way, shares the next one.

A statement for forty baskets costs about as much as five statements for one each. Nothing is kept: every quote sees the prices and
pieces of its own moment. A basket that cannot be read spoils only itself.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import psycopg

from saudagar.checkout.queries import Rows, Want
from saudagar.checkout.rules.refusals import Busy, Unavailable

GATHER_SECONDS = 0.001
MOST_IN_GROUP = 64  # baskets
MOST_WAITING = 2000
TRIES = 3
RETRY_AFTER_SECONDS = 1

# To plan quote_lines.sql takes longer than to run it, so one plan is kept; and it must be the one by primary keys, whatever the tables
# looked like when it was made.
PLAN = """
SET plan_cache_mode = force_generic_plan; SET jit = off;
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_bitmapscan = off
"""

ReadGroup = Callable[[Sequence[Want]], Awaitable[list[Rows]]]

log = logging.getLogger(__name__)


class Reader:
    """Gathers reads in one event loop, one statement at a time."""

    def __init__(self, read: ReadGroup) -> None:
        self.read = read
        self.waiting: deque[tuple[Want, asyncio.Future[Rows]]] = deque()
        self.pump: asyncio.Task[None] | None = None

    async def rows(self, want: Want) -> Rows:
        """What the price of a basket depends on. Raises Busy when too many wait, Unavailable when the database is gone."""
        if len(self.waiting) >= MOST_WAITING:
            raise Busy(retry_after=RETRY_AFTER_SECONDS)
        answer: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        self.waiting.append((want, answer))
        if self.pump is None:
            self.pump = asyncio.create_task(self._pump())
        return await answer

    async def close(self) -> None:
        if self.pump is not None:
            await self.pump

    async def _pump(self) -> None:
        try:
            await asyncio.sleep(GATHER_SECONDS)
            while self.waiting:
                await self._answer([self.waiting.popleft() for _ in range(min(len(self.waiting), MOST_IN_GROUP))])
        finally:
            self.pump = None

    async def _answer(self, group: Sequence[tuple[Want, asyncio.Future[Rows]]]) -> None:
        try:
            found = await self._read([want for want, _ in group])
        except Exception as error:
            if not isinstance(error, Unavailable) and len(group) > 1:
                # One of them is at fault: the others must not pay for it.
                middle = len(group) // 2
                await self._answer(group[:middle])
                await self._answer(group[middle:])
                return
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), rows in zip(group, found, strict=True):
            if not answer.done():
                answer.set_result(rows)

    async def _read(self, wants: Sequence[Want]) -> list[Rows]:
        """Reads a group, again over another connection when one was broken: reading twice harms nobody."""
        for _ in range(TRIES):
            try:
                return await self.read(wants)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                log.warning("quotes of %d baskets: %s; trying again", len(wants), error)
        raise Unavailable
