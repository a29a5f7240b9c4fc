"""How often product pages are sent: counted in memory, added to the day's numbers every half minute.

No cookie, no address, nobody is known; who says they are a machine is not counted. What a process counted since the last time is lost
when it dies: these are numbers to compare by, not to pay by.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError, connection

from saudagar.foundation.clock import now
from saudagar.markets.actions import law_day
from saudagar.programme import actions

log = logging.getLogger(__name__)

SECONDS = 30.0
MOST = 20_000  # products at a time: beyond that somebody is walking through the catalogue
PRODUCT = re.compile(r"^/([a-z0-9-]{1,12})/p/([0-9A-Z]{8,25})/?$")
MACHINE = re.compile(rb"bot|crawl|spider|slurp|preview|curl|python|monitor|headless", re.IGNORECASE)


class Looked:
    """(market, handle of a product) -> how often its page was sent."""

    def __init__(self) -> None:
        self.seen: Counter[tuple[str, str]] = Counter()

    def count(self, path: str, status: int, scope: Mapping[str, Any]) -> None:
        if "/p/" not in path or status != 200 or scope["method"] != "GET":
            return
        found = PRODUCT.match(path)
        if found is None:
            return
        agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
        if not agent or MACHINE.search(agent):
            return
        key = (found[1], found[2])
        if key in self.seen or len(self.seen) < MOST:
            self.seen[key] += 1

    def taken(self) -> Counter[tuple[str, str]]:
        """What was counted since the last time."""
        seen, self.seen = self.seen, Counter()
        return seen


async def add_up(looked: Looked) -> None:
    """Until it is cancelled; then what is left is added too."""
    try:
        while True:
            await asyncio.sleep(SECONDS)
            await asyncio.to_thread(add, looked)
    finally:
        await asyncio.to_thread(add, looked)


def add(looked: Looked) -> None:
    """In a thread of its own connection, which is given back."""
    seen = looked.taken()
    if not seen:
        return
    try:
        actions.count_views(seen, on=law_day(now()))
    except DatabaseError as error:
        log.warning("%d views were not counted: %s", seen.total(), error)
    finally:
        if not connection.in_atomic_block:
            connection.close()
