"""The gate, before the door and before Django: how large and how slow a request may be, how often one address may search,
what no request may hold, and who asks when proxies stand in front.

Django would store a body of any size before it asks who sent it, and wait for it for ever.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from saudagar.checkout.door import PATHS, RateLimit, asked_language
from saudagar.checkout.rules.refusals import Busy, TooLarge, TooSlow
from saudagar.foundation.addresses import client_address
from saudagar.foundation.faults import fault
from saudagar.foundation.refusals import Refusal
from saudagar.site.middleware import standing_headers

Scope = Mapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

KIB, MIB = 1024, 1024 * 1024
# The first that fits. Pictures and lists come from people who are signed in.
LARGEST_BODIES = (("/api/", 256 * KIB), ("/seller/", 40 * MIB), ("/", MIB))
LARGEST_OF_STRANGERS = MIB
SESSION_COOKIE = b"sessionid="

FIRST_SECONDS = 20.0  # that a body may take, and a second more for each of these
LEAST_BYTES_PER_SECOND = 2 * KIB


class Gate:
    """Wraps the whole application. `proxies`: how many of ours stand in front and add to X-Forwarded-For."""

    def __init__(
        self, application: Application, *, proxies: int, per_second: int, has_a_door: Callable[[Scope], bool] = lambda scope: False
    ) -> None:
        self.application, self.proxies, self.has_a_door = application, proxies, has_a_door
        self.limit = RateLimit(per_second)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        if self.has_a_door(scope):
            # It has a limit and a largest size of its own: here only the time is looked after, and cheaply.
            first = await _first_message(receive)
            if first is not None and _is_whole(first, scope):
                await self.application(scope, _then({**first, "more_body": False}, receive), send)
                return
            receive = _then(first, receive)
        headers = dict(scope["headers"])
        forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for") if self.proxies else b""
        address = client_address(str((scope.get("client") or ("", 0))[0]), forwarded.decode("latin-1"), proxies=self.proxies)
        scope = {**scope, "client": (address, 0)}
        body = Body(receive, most=largest_body(scope["path"], headers))
        try:
            if "\x00" in scope["path"] or b"%00" in scope["query_string"] or b"\x00" in scope["query_string"]:
                raise fault("nul")
            if is_search(scope["path"]):
                self.limit.check(address, time.monotonic())
            body.check_announced(headers)
            await self.application(scope, body.receive, body.unless_refused(send))
            if body.refusal is not None:
                raise body.refusal
        except Refusal as refusal:
            await _refuse(send, refusal, scope)


async def _first_message(receive: Receive) -> Message | None:
    """What comes first, nearly always all of it; None when nothing came in time."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    timer = loop.call_later(FIRST_SECONDS, task.cancel)
    try:
        return await receive()
    except asyncio.CancelledError:
        if loop.time() < timer.when():
            raise  # somebody else wants this request to end
        task.uncancel()
        return None
    finally:
        timer.cancel()


def _is_whole(message: Message, scope: Scope) -> bool:
    """Servers may hand over all there is and say only in a second message that nothing follows."""
    if not message.get("more_body"):
        return True
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return announced.isdigit() and len(message.get("body", b"")) == int(announced[:20])


def _then(first: Message | None, receive: Receive) -> Receive:
    """The first message again, then what else comes; with no first one, the client has been waited for long enough."""
    waiting = [first]

    async def received() -> Message:
        if not waiting:
            return await receive()
        message = waiting.pop()
        if message is None:
            raise TimeoutError
        return message

    return received


class Body:
    """What a request brings, counted and timed. When it is too much, the application hears that the client has gone."""

    def __init__(self, receive: Receive, *, most: int) -> None:
        self._receive, self.most = receive, most
        self.size, self.begun_at = 0, time.monotonic()
        self.is_whole, self.is_answered = False, False
        self.refusal: Refusal | None = None

    def check_announced(self, headers: Mapping[bytes, bytes]) -> None:
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced[:20]) > self.most:
            raise TooLarge(most=self.most)

    async def receive(self) -> Message:
        if self.is_whole:
            return await self._receive()
        deadline = self.begun_at + FIRST_SECONDS + self.size / LEAST_BYTES_PER_SECOND
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0.01)):
                message = await self._receive()
        except TimeoutError:
            return self._end(TooSlow())
        if message["type"] == "http.request":
            self.size += len(message.get("body", b""))
            self.is_whole = not message.get("more_body")
            if self.size > self.most:
                return self._end(TooLarge(most=self.most))
        return message

    def _end(self, refusal: Refusal) -> Message:
        self.refusal, self.is_whole = refusal, True
        return {"type": "http.disconnect"}

    def unless_refused(self, send: Send) -> Send:
        async def sent(message: dict[str, Any]) -> None:
            if self.refusal is None:
                await send(message)

        return sent


def largest_body(path: str, headers: Mapping[bytes, bytes]) -> int:
    most = next(most for prefix, most in LARGEST_BODIES if path.startswith(prefix))
    return most if SESSION_COOKIE in headers.get(b"cookie", b"") else min(most, LARGEST_OF_STRANGERS)


def is_search(path: str) -> bool:
    """Questions that make the database or the rulebook work and need no account. The door counts its own."""
    if path.startswith("/api/"):
        return path not in PATHS and not path.endswith("/notices")
    return path.endswith("/search/")


async def _refuse(send: Send, refusal: Refusal, scope: Scope) -> None:
    language = asked_language(scope)
    is_api = scope["path"].startswith("/api/")
    body = msgspec.json.encode(refusal.body(language)) if is_api else refusal.message(language).encode()
    headers = [(b"content-type", b"application/json" if is_api else b"text/plain; charset=utf-8"), *standing_headers()]
    headers += [(b"content-length", str(len(body)).encode()), (b"connection", b"close"), (b"cache-control", b"no-store")]
    if refusal.status == Busy.status:
        headers.append((b"retry-after", str(refusal.facts["retry_after"]).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
