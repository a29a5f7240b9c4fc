"""The orders of the last few milliseconds are placed by one statement in one transaction (`foundation/group_commit.py`).

When the connection breaks in the middle the batch is sent again, which is safe, for a quote is placed once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future as ThreadFuture
from datetime import datetime
from uuid import UUID

from saudagar.checkout.batch import Placing
from saudagar.checkout.rules.placing import Outcome, Verdict
from saudagar.checkout.rules.refusals import Busy, Unavailable
from saudagar.foundation.group_commit import GroupCommit, NotWritten, QueueFull

MOST_IN_BATCH = 400
MOST_WAITING = 4000
RETRY_AFTER_SECONDS = 2

WriteBatch = Callable[[Sequence[Placing], datetime], Awaitable[list[Verdict]]]

current: "Collector | None" = None  # the one of this process, while its door is open


class Collector:
    """Collects placings in one event loop."""

    def __init__(self, write: WriteBatch, *, pumps: int = 2) -> None:
        self.write = write
        self.commit = GroupCommit(self._write, pumps=pumps, most_in_batch=MOST_IN_BATCH, most_waiting=MOST_WAITING)
        self.under_way: dict[UUID, list[asyncio.Future[Verdict]]] = {}  # quote -> who sent the same one meanwhile

    async def place(self, placing: Placing) -> Verdict:
        """Waits until the placing is durable or refused. Raises Busy when too many wait, Unavailable when the database is gone.

        The same quote sent twice at once shares one answer; the second one is told it was placed before.
        """
        quote_id = placing.quote.id
        others = self.under_way.get(quote_id)
        if others is not None:
            others.append(self.commit.loop.create_future())
            verdict = await others[-1]
            return Verdict(Outcome.BEFORE) if verdict.outcome == Outcome.PLACED else verdict
        others = self.under_way[quote_id] = []
        try:
            verdict = await self.commit.put(placing)
        except BaseException as error:
            refusal = Busy(retry_after=RETRY_AFTER_SECONDS) if isinstance(error, QueueFull) else Unavailable()
            self._tell(quote_id, others, lambda other: other.set_exception(refusal))
            if isinstance(error, QueueFull | NotWritten):
                raise refusal from None
            raise
        self._tell(quote_id, others, lambda other: other.set_result(verdict))
        return verdict

    def _tell(self, quote_id: UUID, others: Sequence["asyncio.Future[Verdict]"], tell: Callable[["asyncio.Future[Verdict]"], None]) -> None:
        del self.under_way[quote_id]
        for other in others:
            if not other.done():
                tell(other)

    def place_from_thread(self, placing: Placing) -> "ThreadFuture[Verdict]":
        """For pages, which run in threads: the same queue, the same write."""
        return asyncio.run_coroutine_threadsafe(self.place(placing), self.commit.loop)

    async def close(self) -> None:
        """Lets what waits be written, then ends."""
        await self.commit.close()

    async def _write(self, batch: Sequence[Placing], moment: datetime, is_again: bool) -> list[Verdict]:
        verdicts = await self.write(batch, moment)
        if is_again:
            # What the broken try had committed comes back as placed before: to whoever waits here it is the first answer.
            return [Verdict(Outcome.PLACED) if verdict.outcome == Outcome.BEFORE else verdict for verdict in verdicts]
        return verdicts
