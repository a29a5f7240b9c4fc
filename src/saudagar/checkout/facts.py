"""What quotes need that seldom changes: open markets with their exchange rates and campaign hours, and the rulebook in force.

Each process believes them for five seconds. While one request looks again the others go on with what was believed.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async

from saudagar.checkout import queries
from saudagar.checkout.rules.pricing import MarketFacts
from saudagar.rulebook.queries import current_rulebook, trials
from saudagar.rulebook.rules import Rulebook
from saudagar.rulebook.rules.piloting import Trial

BELIEVED_SECONDS = 5.0

ReadRows = Callable[[queries.Read], Awaitable[list[tuple[Any, ...]]]]


@dataclass(frozen=True, slots=True)
class Known:
    markets: Mapping[str, MarketFacts]
    rulebook: Rulebook
    trials: tuple[Trial, ...]  # rules that are law for a cohort
    read_at: float  # monotonic seconds


class Facts:
    """Of one process. `read` runs a read in the door's own connections."""

    def __init__(self, read: ReadRows) -> None:
        self.read = read
        self.known: Known | None = None
        self.looking = asyncio.Lock()

    async def at(self, moment: datetime) -> Known:
        known = self.known
        if known is None or (time.monotonic() - known.read_at > BELIEVED_SECONDS and not self.looking.locked()):
            async with self.looking:
                if self.known is known:
                    self.known = await self._look(moment)
        assert self.known is not None
        return self.known

    async def _look(self, moment: datetime) -> Known:
        markets = queries.markets(await self.read(queries.markets_read(moment)))
        return Known(markets, *await sync_to_async(_law, thread_sensitive=False)(), time.monotonic())


def _law() -> tuple[Rulebook, tuple[Trial, ...]]:
    return current_rulebook(), trials()
