"""Group commit: what was asked for in the last few milliseconds is written by one transaction.

Everybody of a batch waits for the same fsync. While one batch is being written the next one gathers, so under load batches
grow by themselves and nobody waits for a timer. Nothing is acknowledged before it is durable. When the connection breaks in the
middle, the batch is written again: only what is safe to write twice may be given here, and `write` is told that it may have been.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

import psycopg

from saudagar.foundation.clock import now

TRIES = 8

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class QueueFull(Exception):
    """Too many wait already: come again a little later."""


class NotWritten(Exception):
    """The database is away, or this ask cannot be written. Nothing of it was kept."""


class GroupCommit(Generic[Ask, Answer]):
    """Gathers asks in one event loop and writes them in batches, `pumps` batches at a time.

    write  takes a batch in order of arrival, the moment, and whether an earlier try of the same batch may have been committed; returns
           one answer for each, once all of it is committed
    """

    def __init__(
        self,
        write: Callable[[Sequence[Ask], datetime, bool], Awaitable[Sequence[Answer]]],
        *,
        pumps: int = 2,
        most_in_batch: int = 400,
        most_waiting: int = 4000,
        gather_seconds: float = 0.002,
    ) -> None:
        self.write = write
        self.most_in_batch, self.most_waiting, self.gather_seconds = most_in_batch, most_waiting, gather_seconds
        self.waiting: deque[tuple[Ask, asyncio.Future[Answer]]] = deque()
        self.unanswered = 0
        self.arrived = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.pumps = [self.loop.create_task(self._pump()) for _ in range(pumps)]

    async def put(self, ask: Ask) -> Answer:
        """Waits until it is written. Raises QueueFull, NotWritten."""
        if len(self.waiting) >= self.most_waiting:
            raise QueueFull
        answer: asyncio.Future[Answer] = self.loop.create_future()
        self.waiting.append((ask, answer))
        self.unanswered += 1
        self.arrived.set()
        # The batch goes on when the client hangs up: what is written is written.
        return await answer

    async def close(self) -> None:
        """Lets what waits be written, then ends."""
        while self.unanswered:
            await asyncio.sleep(self.gather_seconds)
        for pump in self.pumps:
            pump.cancel()
        await asyncio.gather(*self.pumps, return_exceptions=True)

    async def _pump(self) -> None:
        while True:
            while not self.waiting:
                self.arrived.clear()
                await self.arrived.wait()
            await asyncio.sleep(self.gather_seconds)
            batch = [self.waiting.popleft() for _ in range(min(len(self.waiting), self.most_in_batch))]
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[tuple[Ask, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._written([ask for ask, _ in batch])
        except Exception as error:
            if not isinstance(error, NotWritten) and len(batch) > 1:
                # One of them is at fault: the others must not pay for it.
                middle = len(batch) // 2
                await self._write(batch[:middle])
                await self._write(batch[middle:])
                return
            if not isinstance(error, NotWritten):
                log.exception("%r could not be written", batch[0][0])
            for _, answer in batch:
                self.unanswered -= 1
                if not answer.done():
                    answer.set_exception(NotWritten())
            return
        for (_, answer), given in zip(batch, answers, strict=True):
            self.unanswered -= 1
            if not answer.done():
                answer.set_result(given)

    async def _written(self, batch: Sequence[Ask]) -> Sequence[Answer]:
        for attempt in range(TRIES):
            try:
                return await self.write(batch, now(), attempt > 0)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                log.warning("batch of %d: %s; trying again", len(batch), error)
                await asyncio.sleep(min(0.05 * 2**attempt, 2.0))
        raise NotWritten
