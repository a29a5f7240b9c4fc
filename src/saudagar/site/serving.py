"""Requests as Granian's own interface (RSGI) brings them: orders and quotes are answered at once, everything else goes through the
ASGI application.

One call for the body and one for the answer, instead of the messages of ASGI and the gate's watch over each: a third of what an order
costs in a web process. docs/why/intake.md
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Protocol

from saudagar.checkout.door import MOST_BYTES, PATHS, Answer
from saudagar.checkout.rules.refusals import TooSlow
from saudagar.foundation.refusals import spoken
from saudagar.site.gate import FIRST_SECONDS

Message = Mapping[str, Any]
Headers = list[tuple[str, str]]
Asgi = Callable[..., Awaitable[None]]


class Scope(Protocol):
    proto: str
    http_version: str
    scheme: str
    method: str
    path: str  # without its percents
    query_string: str
    client: str  # "127.0.0.1:4711"
    server: str
    headers: Any  # get(name), items()


class Stream(Protocol):
    async def send_bytes(self, data: bytes) -> None: ...


class Http(Protocol):
    def __call__(self) -> Awaitable[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def client_disconnect(self) -> None: ...
    def response_empty(self, status: int, headers: Headers) -> None: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_stream(self, status: int, headers: Headers) -> Stream: ...


class Application:
    """`door`: answers orders and quotes. `other`: the ASGI application."""

    def __init__(
        self, other: Callable[..., Awaitable[None]], answered: Callable[[str, bytes, str, str], Awaitable[Answer]], *, proxies: int
    ):
        self.other, self.answered, self.proxies = other, answered, proxies
        self.lifespan: Lifespan | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.lifespan = Lifespan(self.other)
        loop.run_until_complete(self.lifespan.tell("startup"))

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.lifespan is not None:
            loop.run_until_complete(self.lifespan.tell("shutdown"))

    async def __rsgi__(self, scope: Scope, http: Http) -> None:
        # Behind a proxy of ours the gate finds out who asks; chunked, too long or without a length, it reads with care.
        if scope.path in PATHS and scope.method == "POST" and not self.proxies:
            length = scope.headers.get("content-length", "")
            if length.isdigit() and len(length) < 7 and int(length) <= MOST_BYTES:
                await self._at_the_door(scope, http)
                return
        if scope.proto == "http":
            exchange = Exchange(http)
            await self.other(asgi_scope(scope), exchange.receive, exchange.send)

    async def _at_the_door(self, scope: Scope, http: Http) -> None:
        language = spoken(scope.headers.get("accept-language", "id")[:10])
        body = await _body_in_time(http)
        if body is None:
            answer = Answer.refused(TooSlow(), language)
        else:
            answer = await self.answered(scope.path, body, language, scope.client.rpartition(":")[0])
        http.response_bytes(answer.status, answer.headers, answer.body)


async def _body_in_time(http: Http) -> bytes | None:
    """All of it, or None when it took too long. A timer by hand: `asyncio.timeout` costs several times as much."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    timer = loop.call_later(FIRST_SECONDS, task.cancel)
    try:
        return await http()
    except asyncio.CancelledError:
        if loop.time() < timer.when():
            raise  # somebody else wants this request to end
        task.uncancel()
        return None
    finally:
        timer.cancel()


def asgi_scope(scope: Scope) -> dict[str, Any]:
    client, _, port = scope.client.rpartition(":")
    server, _, server_port = scope.server.rpartition(":")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": scope.path,
        "raw_path": scope.path.encode(),
        "query_string": scope.query_string.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in scope.headers.items()],
        "client": (client, int(port) if port.isdigit() else 0),
        "server": (server, int(server_port) if server_port.isdigit() else 0),
    }


class Exchange:
    """One request and its answer, as ASGI's two functions."""

    def __init__(self, http: Http) -> None:
        self.http = http
        self.chunks: AsyncIterator[bytes] | None = None
        self.is_read = False
        self.status, self.headers = 0, Headers()
        self.stream: Stream | None = None

    async def receive(self) -> Message:
        if self.is_read:
            await self.http.client_disconnect()
            return {"type": "http.disconnect"}
        if self.chunks is None:
            self.chunks = self.http.__aiter__()
        try:
            return {"type": "http.request", "body": await self.chunks.__anext__(), "more_body": True}
        except StopAsyncIteration:
            self.is_read = True
            return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())]
            return
        body = message.get("body", b"")
        if self.stream is None and not message.get("more_body"):
            if body:
                self.http.response_bytes(self.status, self.headers, body)
            else:
                self.http.response_empty(self.status, self.headers)
            return
        if self.stream is None:
            self.stream = self.http.response_stream(self.status, self.headers)
        if body:
            await self.stream.send_bytes(body)


class Lifespan:
    """The application's start and end, as ASGI tells it of them."""

    def __init__(self, application: Asgi) -> None:
        self.application = application
        self.told: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: asyncio.Queue[Message] = asyncio.Queue()
        self.task: asyncio.Future[None] | None = None

    async def tell(self, what: str) -> None:
        """Raises RuntimeError when it could not be done."""
        if self.task is None:
            self.task = asyncio.ensure_future(self.application({"type": "lifespan"}, self.told.get, self.heard.put))
        self.told.put_nowait({"type": f"lifespan.{what}"})
        answer: asyncio.Future[Message] = asyncio.ensure_future(self.heard.get())
        both: list[asyncio.Future[Any]] = [answer, self.task]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            await self.task  # raises what went wrong
        elif answer.result()["type"] != f"lifespan.{what}.complete":
            raise RuntimeError(answer.result().get("message", what))
