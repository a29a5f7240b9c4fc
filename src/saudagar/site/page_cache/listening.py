"""Hears on PostgreSQL's NOTIFY what has changed, in a connection of its own. While it cannot hear, pages are kept for two seconds."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import psycopg

from saudagar.foundation.outbox import CHANNEL
from saudagar.site.page_cache.front import Front

log = logging.getLogger(__name__)

# Name of what is told -> which things changed, from the business (as text, "" for none) and the facts.
Changes = Mapping[str, Callable[[str, Mapping[str, Any]], Iterable[str]]]

SIGN_OF_LIFE_SECONDS = 3.0  # how often the connection is asked whether it still is one
WAIT_SECONDS = 1.0  # before it is tried again


async def listen(front: Front, address: str, changes: Changes) -> None:
    """Until it is cancelled."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True, connect_timeout=5) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                # What was told while nobody listened is not known.
                front.outdate_all()
                front.is_listening = True
                while True:
                    async for heard in connection.notifies(timeout=SIGN_OF_LIFE_SECONDS):
                        hear(front, heard.payload, changes)
                    await asyncio.wait_for(connection.execute("SELECT 1"), SIGN_OF_LIFE_SECONDS)
        except (psycopg.Error, OSError, TimeoutError) as error:
            if front.is_listening:
                log.warning("nobody tells what changes: %s", error)
            front.is_listening = False
        finally:
            front.is_listening = False
        await asyncio.sleep(WAIT_SECONDS)


def hear(front: Front, payload: str, changes: Changes) -> None:
    """One thing that was told. What is told by name only and means nothing to pages is passed over."""
    with contextlib.suppress(ValueError, KeyError):
        name, business, facts = json.loads(payload)
        front.outdate(list(changes[name](business, facts)))
