"""The one ASGI application. In front, pages that are kept; behind the gate a thin dispatcher: quotes, orders and payment notices go
through doors, pages that are the same for everybody are made once for all, all else goes to Django."""

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from saudagar.foundation.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saudagar.site.settings")

if os.environ.get("SAUDAGAR_SUPERVISED"):
    # Granian's workers outlive a killed Granian otherwise, and keep its port.
    end_with_parent(signal.SIGKILL)

from django.core.asgi import get_asgi_application

django = get_asgi_application()

# What follows needs Django's settings.
from django.conf import settings
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from saudagar.checkout.door import PATHS, Door
from saudagar.checkout.keeping import Keeper
from saudagar.foundation.database.shared import share
from saudagar.payments.door import NoticeDoor
from saudagar.site import environment, health
from saudagar.site.events import CHANGES
from saudagar.site.gate import Gate
from saudagar.site.page_cache.front import ASKED, Front
from saudagar.site.page_cache.listening import listen
from saudagar.site.page_cache.looked import add_up

SHARED_CONNECTIONS = 64  # by the pages of all web processes: with doors and worker that is below PostgreSQL's usual 100

_address: dict[str, Any] = {name: value for name, value in connection.get_connection_params().items() if isinstance(value, str | int)}
address = make_conninfo(**_address)
# In a day a process keeps at most a twentieth of all that may be kept: between two nights the table cannot grow without an end.
keeper = Keeper(share=settings.KEEP_QUOTES_PERCENT / 100, a_day=settings.KEEP_QUOTES_MOST // 20) if settings.KEEP_QUOTES_DAYS else None
door = Door(address, per_second=settings.DOOR_PER_SECOND, keeper=keeper)
notices = NoticeDoor(address)
front = health.FRONTS["this"] = Front(most_bytes=settings.PAGE_CACHE_BYTES)

shared = share(connections["default"], most=max(4, SHARED_CONNECTIONS // environment.whole_number("WEB_WORKERS", 2, least=1, most=64)))


async def dispatch(scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in PATHS:
        await door(scope, receive, send)
    elif scope["type"] == "http" and notices.is_for(scope):
        await notices(scope, receive, send)
    elif ASKED in scope:
        await front.answer(scope, send)
    else:
        await django(dict(scope), receive, send)


gate = Gate(dispatch, proxies=settings.ALLAUTH_TRUSTED_PROXY_COUNT, per_second=settings.DOOR_PER_SECOND, has_a_door=notices.is_for)
application = front.before(gate)


async def _lifespan(receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    """Opens the door's connections with the process, and lets what waits be written before it ends."""
    listening: asyncio.Task[None] | None = None
    adding: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await door.open()
            await notices.open()
            health.POOLS[:] = [pool for pool in (door.pool, notices.pool, shared) if pool is not None]
            listening = asyncio.create_task(listen(front, address, CHANGES))
            adding = asyncio.create_task(add_up(front.looked))
            # What is there now stays: looking through it for garbage again and again took a twentieth of all time under load.
            gc.collect()
            gc.freeze()
            gc.set_threshold(20_000, 20, 20)
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            for task in (listening, adding):
                if task is not None:
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task
            await door.close()
            await notices.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
