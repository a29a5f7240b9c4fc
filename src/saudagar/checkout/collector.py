"""Group commit: the orders of the last few milliseconds are placed by one statement in one transaction.

Everybody of a batch waits for the same fsync. While one batch is being written the next one gathers, so under load batches
grow by themselves and nobody waits for a timer. Nothing is acknowledged before it is durable; when the connection breaks in
the middle the batch is sent again, which is safe, for a quote is placed once.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future as ThreadFuture
from datetime import datetime
from uuid import UUID

import psycopg

from saudagar.checkout.batch import Placing
from saudagar.checkout.rules.placing import Outcome, Verdict
from saudagar.checkout.rules.refusals import Busy, Unavailable
from saudagar.foundation.clock import now

MOST_IN_BATCH = 400
MOST_WAITING = 4000
GATHER_SECONDS = 0.002
TRIES = 8
RETRY_AFTER_SECONDS = 2

WriteBatch = Callable[[Sequence[Placing], datetime], Awaitable[list[Verdict]]]

log = logging.getLogger(__name__)

current: "Collector | None" = None  # the one of this process, while its door is open


class Collector:
    """Collects placings in one event loop and writes them in batches, `pumps` batches at a time."""

    def __init__(self, write: WriteBatch, *, pumps: int = 2) -> None:
        self.write = write
        self.waiting: deque[Placing] = deque()
        self.under_way: dict[UUID, list[asyncio.Future[Verdict]]] = {}  # quote -> the first who asked, and who asked the same meanwhile
        self.arrived = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.pumps = [self.loop.create_task(self._pump()) for _ in range(pumps)]

    async def place(self, placing: Placing) -> Verdict:
        """Waits until the placing is durable or refused. Raises Busy when too many wait, Unavailable when the database is gone.

        The same quote sent twice at once shares one answer; the second one is told it was placed before.
        """
        answer: asyncio.Future[Verdict] = self.loop.create_future()
        asking = self.under_way.get(placing.quote.id)
        if asking is not None:
            asking.append(answer)
            verdict = await answer
            return Verdict(Outcome.BEFORE) if verdict.outcome == Outcome.PLACED else verdict
        if len(self.waiting) >= MOST_WAITING:
            raise Busy(retry_after=RETRY_AFTER_SECONDS)
        self.under_way[placing.quote.id] = [answer]
        self.waiting.append(placing)
        self.arrived.set()
        # The batch goes on when the client hangs up: what is written is written, and its answer is there when it asks again.
        return await answer

    def place_from_thread(self, placing: Placing) -> "ThreadFuture[Verdict]":
        """For pages, which run in threads: the same queue, the same write."""
        return asyncio.run_coroutine_threadsafe(self.place(placing), self.loop)

    async def close(self) -> None:
        """Lets what waits be written, then ends."""
        while self.under_way:
            await asyncio.sleep(GATHER_SECONDS)
        for pump in self.pumps:
            pump.cancel()
        await asyncio.gather(*self.pumps, return_exceptions=True)

    async def _pump(self) -> None:
        while True:
            while not self.waiting:
                self.arrived.clear()
                await self.arrived.wait()
            await asyncio.sleep(GATHER_SECONDS)
            batch = [self.waiting.popleft() for _ in range(min(len(self.waiting), MOST_IN_BATCH))]
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[Placing]) -> None:
        try:
            verdicts = await self._written(batch)
        except Exception as error:
            if not isinstance(error, Unavailable) and len(batch) > 1:
                # One of them is at fault: the others must not pay for it.
                middle = len(batch) // 2
                await self._write(batch[:middle])
                await self._write(batch[middle:])
                return
            if not isinstance(error, Unavailable):
                log.exception("quote %s could not be placed", batch[0].quote.id)
            for placing in batch:
                for answer in self.under_way.pop(placing.quote.id):
                    if not answer.done():
                        answer.set_exception(error if isinstance(error, Unavailable) else Unavailable())
            return
        for placing, verdict in zip(batch, verdicts, strict=True):
            for answer in self.under_way.pop(placing.quote.id):
                if not answer.done():
                    answer.set_result(verdict)

    async def _written(self, batch: Sequence[Placing]) -> list[Verdict]:
        """Writes a batch, again after a broken connection. What the broken try had committed comes back as placed before,
        and is told as placed: to whoever waits here it is the first answer."""
        for attempt in range(TRIES):
            try:
                verdicts = await self.write(batch, now())
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                log.warning("batch of %d: %s; trying again", len(batch), error)
                await asyncio.sleep(min(0.05 * 2**attempt, 2.0))
                continue
            if attempt:
                return [Verdict(Outcome.PLACED) if verdict.outcome == Outcome.BEFORE else verdict for verdict in verdicts]
            return verdicts
        raise Unavailable
