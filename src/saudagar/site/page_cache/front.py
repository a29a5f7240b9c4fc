"""Stands before the gate: a page that is kept is sent at once, another is made once for all who wait for it."""

import asyncio
import logging
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from saudagar.checkout.rules.refusals import Busy
from saudagar.look.shared import asked_language
from saudagar.site.page_cache.looked import Looked
from saudagar.site.page_cache.rendering import Asked, render, route
from saudagar.site.page_cache.shelf import Page, Shelf

log = logging.getLogger(__name__)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Threads that make pages. Python runs one at a time; the second works while the first waits for the database.
THREADS = 2
MOST_WAITING = 200  # pages being made or in line for it; whoever asks for one more is asked to come again
PATIENCE_SECONDS = 3.0  # with a making, while there is an old page
MOST_PARAMETERS = 20
LONGEST_PATH = 200
# Parts of the memory: free words and missing pages have no end, and must not push out the pages that people ask for.
SEARCHES, MISSING = 0.15, 0.05
ASKED = "saudagar.asked"  # in the scope: what the front found out, for the dispatcher behind the gate


@dataclass(slots=True)
class Counts:
    """Since the process began, for /metrics."""

    sent: int = 0  # from the shelf
    unchanged: int = 0  # among them: 304
    waited: int = 0  # for a page that was made
    made: int = 0
    made_seconds: float = 0.0
    refused: int = 0
    failed: int = 0  # 5xx instead of a page; an older one was sent when there was one


class Front:
    """`most_bytes` 0 keeps nothing: each request makes its page."""

    def __init__(self, *, most_bytes: int, make: Callable[[Asked], tuple[Page, bool]] = render) -> None:
        self.make = make
        self.keeps = most_bytes > 0
        self.pages = Shelf(int(most_bytes * (1 - SEARCHES - MISSING)))
        self.searches = Shelf(int(most_bytes * SEARCHES))
        self.missing = Shelf(int(most_bytes * MISSING))
        self.making: dict[Asked, asyncio.Task[Page]] = {}
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pages")
        self.is_listening = False
        self.counts = Counts()
        self.looked = Looked()

    def before(self, gate: Application) -> Application:
        """The whole application: what is kept does not pass the gate, which counts what makes the database work."""

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
                await gate(scope, receive, send)
                return
            asked = ask(scope)
            if asked is None:
                await gate(scope, receive, send)
                return
            at = time.monotonic()
            page = self.kept(asked)
            if page is None or not page.may_be_sent(at, is_listening=self.is_listening):
                await gate({**scope, ASKED: asked}, receive, send)
                return
            if page.should_be_made_anew(at):
                self.begin(asked)
            self.counts.sent += 1
            self.looked.count(asked.path, page.status, scope)
            await self.send(page, scope, send, at)

        return application

    async def answer(self, scope: Scope, send: Send) -> None:
        """Behind the gate: makes the page, or waits for whoever makes it. Raises Busy where there is not even an old one."""
        asked: Asked = scope[ASKED]
        before, task = self.kept(asked), self.begin(asked)
        if task is None and before is None:
            self.counts.refused += 1
            raise Busy(retry_after=2)
        self.counts.waited += 1
        page = await self._soon(task, before) if task is not None else before
        assert page is not None
        self.looked.count(asked.path, page.status, scope)
        await self.send(page, scope, send, time.monotonic())

    async def _soon(self, task: "asyncio.Task[Page]", before: Page | None) -> Page:
        """The page when it is made; an old one when that takes too long, as while the database is away."""
        # Others wait for it too: one who goes away must not take it along.
        if before is None:
            return await asyncio.shield(task)
        try:
            return await asyncio.wait_for(asyncio.shield(task), PATIENCE_SECONDS)
        except TimeoutError:
            self.counts.failed += 1
            return before

    def kept(self, asked: Asked) -> Page | None:
        return self._shelf(asked).get(asked) or self.missing.get(asked)

    def begin(self, asked: Asked) -> "asyncio.Task[Page] | None":
        """The making of a page, begun or already going on; None when too much is."""
        task = self.making.get(asked)
        if task is None and len(self.making) < MOST_WAITING:
            task = self.making[asked] = asyncio.create_task(self._make(asked))
            task.add_done_callback(lambda done: self._made(asked, done))
        return task

    def outdate(self, things: Sequence[str]) -> None:
        for shelf in (self.pages, self.searches, self.missing):
            shelf.outdate(things)

    def outdate_all(self) -> None:
        for shelf in (self.pages, self.searches, self.missing):
            shelf.outdate_all()

    async def send(self, page: Page, scope: Scope, send: Send, at: float) -> None:
        """Whole, or 304 to whoever has it, or without body to HEAD."""
        takes_gzip, known = False, b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                takes_gzip = b"gzip" in value and b"gzip;q=0" not in value.replace(b" ", b"")
            elif name == b"if-none-match":
                known = value
        if known and page.status == 200 and (page.etag in known or known.strip() == b"*"):
            self.counts.unchanged += 1
            await send({"type": "http.response.start", "status": 304, "headers": _until_it_ends(page, page.unchanged_headers, at)})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = _until_it_ends(page, page.headers if takes_gzip else page.plain_headers, at)
        body = page.body if takes_gzip else zlib.decompress(page.body, 31)
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _shelf(self, asked: Asked) -> Shelf:
        return self.searches if asked.query.startswith("q=") else self.pages

    async def _make(self, asked: Asked) -> Page:
        before, since = self.kept(asked), self._changes()
        page, is_kept = await asyncio.get_running_loop().run_in_executor(self.threads, self.make, asked)
        self.counts.made += 1
        self.counts.made_seconds += time.monotonic() - page.made_at
        if page.status >= 500:
            self.counts.failed += 1
            # Something below is broken. The shop window stays; buying will say what is wrong.
            return before or page
        if is_kept and self.keeps:
            if page.status == 404:
                self.missing.put(asked, page, since=since[2])
            else:
                self._shelf(asked).put(asked, page, since=since[0] if self._shelf(asked) is self.pages else since[1])
        return page

    def _made(self, asked: Asked, task: "asyncio.Task[Page]") -> None:
        self.making.pop(asked, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s could not be made", asked.path, exc_info=task.exception())

    def _changes(self) -> tuple[int, int, int]:
        return self.pages.changes, self.searches.changes, self.missing.changes


def ask(scope: Scope) -> Asked | None:
    """What is asked for, without the one who asks; None for what is no shared page, or is asked for in a way Django should judge."""
    path: str = scope["path"]
    match = route(path) if len(path) <= LONGEST_PATH else None
    if match is None:
        return None
    sharing, words = match.func.sharing, match.kwargs  # type: ignore[attr-defined]
    host = cookie = accepted = ""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value.decode("latin-1")
        elif name == b"cookie":
            cookie = f"{cookie}; {value.decode('latin-1')}" if cookie else value.decode("latin-1")
        elif name == b"accept-language":
            accepted = value[:500].decode("latin-1")
    if not is_our_host(host):
        return None
    cookies = parse_cookie(cookie) if cookie else {}
    query = ""
    if scope["query_string"]:
        try:
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
        except ValueError:
            return None
        query = sharing.asked(dict(pairs))
    language = asked_language(cookies.get(settings.LANGUAGE_COOKIE_NAME, "")[:20], accepted)
    return Asked(path, query, language, sharing.chosen(cookies, words) if sharing.cookies and cookies else ())


@lru_cache(maxsize=1024)
def is_our_host(host: str) -> bool:
    """Under another name nothing is answered from here; Django refuses it."""
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _until_it_ends(page: Page, headers: list[tuple[bytes, bytes]], at: float) -> list[tuple[bytes, bytes]]:
    """Nobody else may keep a page beyond the moment from which it looks different."""
    if page.ends_at == inf or page.status != 200 or page.ends_at - at > 60:
        return headers
    short = b"public, max-age=%d" % max(0, min(page.seconds, int(page.ends_at - at)))
    return [(name, short if name == b"cache-control" else value) for name, value in headers]
