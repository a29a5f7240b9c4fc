"""The server's own interface, spoken to as Granian speaks to it."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from saudagar.checkout.door import HEADERS, MOST_BYTES, Answer
from saudagar.site import serving
from saudagar.site.serving import Application, asgi_scope


class Http:
    """One exchange: the chunks that come, and what was answered."""

    def __init__(self, *chunks: bytes, is_slow: bool = False) -> None:
        self.chunks, self.is_slow = chunks, is_slow
        self.status, self.headers, self.sent = 0, [], []

    async def __call__(self) -> bytes:
        if self.is_slow:
            await asyncio.sleep(60)
        return b"".join(self.chunks)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk

    async def client_disconnect(self) -> None:
        return None

    def response_empty(self, status: int, headers: Any) -> None:
        self.status, self.headers = status, headers

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.sent = status, headers, [body]

    def response_stream(self, status: int, headers: Any) -> Any:
        self.status, self.headers = status, headers

        async def send_bytes(data: bytes) -> None:
            self.sent.append(data)

        return SimpleNamespace(send_bytes=send_bytes)


class Many(dict):
    """Headers by name; `twice` stand there a second time."""

    twice: tuple[tuple[str, str], ...] = ()

    def items(self) -> Any:
        return [*super().items(), *self.twice]


def a_scope(path: str = "/api/v1/orders", method: str = "POST", **headers: str) -> Any:
    named = Many({name.replace("_", "-"): value for name, value in headers.items()})
    return SimpleNamespace(
        proto="http", http_version="1.1", scheme="http", method=method, path=path, query_string="q=%20a", client="192.0.2.1:4711",
        server="127.0.0.1:8000", headers=named,
    )  # fmt: skip


class Other:
    """An ASGI application that keeps what it was asked and answers with what it is given."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages, self.scope, self.heard = messages, None, []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope = scope
        while True:
            message = await receive()
            self.heard.append(message)
            if not message.get("more_body"):
                break
        for message in self.messages:
            await send(message)
        self.heard.append(await receive())


async def answered(path: str, body: bytes, language: str, address: str) -> Answer:
    return Answer(201, f"{path} {body.decode()} {language} {address}".encode())


def served(scope: Any, http: Http, other: Other | None = None, *, proxies: int = 0) -> Http:
    asyncio.run(Application(other or Other(), answered, proxies=proxies).__rsgi__(scope, http))
    return http


def test_an_order_is_answered_by_the_door() -> None:
    http = served(a_scope(content_length="5", accept_language="zh-CN,zh;q=0.9"), Http(b"hello"))
    assert (http.status, http.headers, http.sent) == (201, HEADERS, [b"/api/v1/orders hello zh-hans 192.0.2.1"])


@pytest.mark.parametrize("length", ["", "x", str(MOST_BYTES + 1), "9" * 20, "-1"])
def test_what_has_no_honest_length_is_read_with_care(length: str) -> None:
    other = Other({"type": "http.response.start", "status": 413, "headers": []}, {"type": "http.response.body", "body": b"no"})
    http = served(a_scope(**({"content_length": length} if length else {})), Http(b"a", b"b"), other)
    assert (http.status, http.sent) == (413, [b"no"])
    assert [message["type"] for message in other.heard] == ["http.request"] * 3 + ["http.disconnect"]
    assert b"".join(message.get("body", b"") for message in other.heard) == b"ab"


def test_behind_a_proxy_the_gate_finds_out_who_asks() -> None:
    other = Other({"type": "http.response.start", "status": 200}, {"type": "http.response.body"})
    served(a_scope(content_length="1", x_forwarded_for="203.0.113.7"), Http(b"a"), other, proxies=1)
    assert (b"x-forwarded-for", b"203.0.113.7") in other.scope["headers"]


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "FIRST_SECONDS", 0.02)
    http = served(a_scope(content_length="5"), Http(is_slow=True))
    assert http.status == 408
    assert b'"too_slow"' in http.sent[0]


def test_a_request_that_is_ended_from_outside_ends() -> None:
    async def story() -> None:
        task = asyncio.create_task(Application(Other(), answered, proxies=0).__rsgi__(a_scope(content_length="5"), Http(is_slow=True)))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(story())


def test_everything_else_is_asgi() -> None:
    scope = a_scope("/id/kopi é/", "GET", host="toko.example.id", cookie="a=1")
    scope.headers.twice = (("cookie", "b=2"),)
    made = asgi_scope(scope)
    assert (made["path"], made["query_string"], made["client"], made["server"]) == (
        "/id/kopi é/", b"q=%20a", ("192.0.2.1", 4711), ("127.0.0.1", 8000),
    )  # fmt: skip
    assert [value for name, value in made["headers"] if name == b"cookie"] == [b"a=1", b"b=2"]


def test_answers_in_pieces_and_without_a_body() -> None:
    start = {"type": "http.response.start", "status": 200, "headers": [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]}
    piece = {"type": "http.response.body", "body": b"one", "more_body": True}
    http = served(a_scope("/file", "GET"), Http(), Other(start, piece, {"type": "http.response.body", "body": b"two"}))
    assert (http.sent, http.headers) == ([b"one", b"two"], [("set-cookie", "a=1"), ("set-cookie", "b=2")])
    http = served(a_scope("/", "GET"), Http(), Other({"type": "http.response.start", "status": 304}, {"type": "http.response.body"}))
    assert (http.status, http.sent) == (304, [])


def test_start_and_end_are_waited_for_and_a_start_that_fails_is_told() -> None:
    lived: list[str] = []

    async def lives(scope: Any, receive: Any, send: Any) -> None:
        for what in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{what}"
            lived.append(what)
            await send({"type": f"lifespan.{what}.complete"})

    async def dies(scope: Any, receive: Any, send: Any) -> None:
        raise OSError("no database")

    loop = asyncio.new_event_loop()
    try:
        living = Application(lives, answered, proxies=0)
        living.__rsgi_init__(loop)
        assert lived == ["startup"]
        living.__rsgi_del__(loop)
        assert lived == ["startup", "shutdown"]
        with pytest.raises(OSError, match="no database"):
            Application(dies, answered, proxies=0).__rsgi_init__(loop)
    finally:
        loop.close()
