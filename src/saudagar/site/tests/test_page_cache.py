"""The front, spoken to as the server speaks to it. Pages are made by hand here; test_page_rendering.py makes real ones."""

import asyncio
import gzip
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.http import HttpResponse

from saudagar.checkout.rules.refusals import Busy
from saudagar.site.page_cache import front as fronts
from saudagar.site.page_cache.front import ASKED, Front, ask
from saudagar.site.page_cache.listening import hear
from saudagar.site.page_cache.rendering import Asked, sendable
from saudagar.site.page_cache.shelf import KEEP_SECONDS, SETTLED_SECONDS, Page

PRODUCT = "/id/p/X123/"


def scope(path: str, *, method: str = "GET", query: str = "", **headers: str) -> dict[str, Any]:
    named = {"host": "testserver", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }


class House:
    """A front before a gate that lets everything through, and what is behind them."""

    def __init__(self, *, most_bytes: int = 1_000_000) -> None:
        self.made: list[Asked] = []
        self.delay, self.status, self.words, self.is_kept = 0.0, 200, "tea", True
        self.front = Front(most_bytes=most_bytes, make=self.make)
        self.front.is_listening = True
        self.application = self.front.before(self.gate)
        self.passed_on: list[dict[str, Any]] = []

    def make(self, asked: Asked) -> tuple[Page, bool]:
        time.sleep(self.delay)
        self.made.append(asked)
        response = HttpResponse(f"<p>{self.words} {len(self.made)}", status=self.status, headers={"Cache-Control": "public, max-age=5"})
        return sendable(response, [self.words], seconds=5, made_at=time.monotonic()), self.is_kept

    async def gate(self, scope: Any, receive: Any, send: Any) -> None:
        if ASKED in scope:
            await self.front.answer(scope, send)
        else:
            self.passed_on.append(scope)
            await send({"type": "http.response.start", "status": 299, "headers": []})
            await send({"type": "http.response.body", "body": b"django"})

    async def get(self, path: str = PRODUCT, **options: Any) -> tuple[int, dict[bytes, bytes], bytes]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nobody reads the body of a GET")

        await self.application(scope(path, **options), receive, send)
        start, body = sent
        return start["status"], dict(start["headers"]), body["body"]


def in_house(story: Callable[[House], Awaitable[None]], **options: Any) -> House:
    house = House(**options)
    asyncio.run(story(house))
    return house


def test_a_crowd_gets_one_page():
    async def story(house: House) -> None:
        house.delay = 0.05
        answers = await asyncio.gather(*(house.get() for _ in range(100)))
        assert {body for _status, _headers, body in answers} == {b"<p>tea 1"}
        assert (await house.get())[2] == b"<p>tea 1"

    house = in_house(story)
    assert len(house.made) == 1 and house.front.counts.sent == 1 and house.front.counts.waited == 100
    assert not house.front.making


def test_whoever_goes_away_takes_nothing_along():
    async def story(house: House) -> None:
        house.delay = 0.1
        impatient, patient = asyncio.create_task(house.get()), asyncio.create_task(house.get())
        await asyncio.sleep(0.02)
        impatient.cancel()
        assert (await patient)[2] == b"<p>tea 1"

    assert len(in_house(story).made) == 1


def test_whole_compressed_unchanged_or_only_its_head():
    async def story(house: House) -> None:
        _, plain, body = await house.get()
        _, packed, small = await house.get(accept_encoding="br, gzip")
        assert gzip.decompress(small) == body
        assert (b"content-encoding" not in plain) and packed[b"content-encoding"] == b"gzip"
        assert plain[b"etag"] == packed[b"etag"] and plain[b"vary"] == b"Accept-Encoding"
        assert (await house.get(accept_encoding="gzip;q=0"))[2] == body
        status, headers, nothing = await house.get(method="HEAD")
        assert (status, headers, nothing) == (200, plain, b"")
        for known in (plain[b"etag"].decode(), f'"x", {plain[b"etag"].decode()}', "*"):
            status, headers, nothing = await house.get(if_none_match=known)
            assert (status, nothing, headers[b"etag"]) == (304, b"", plain[b"etag"])
            assert b"content-length" not in headers
        assert (await house.get(if_none_match='W/"other"'))[0] == 200

    assert len(in_house(story).made) == 1


def test_what_a_page_depends_on_is_its_key_and_nothing_else_is():
    async def story(house: House) -> None:
        for query in ("", "utm_source=letter", "v=", "x=1&y=2", "&&&"):
            await house.get(query=query)
        for headers in ({"cookie": "sessionid=1; basket_id=2"}, {"user_agent": "x"}, {"accept_language": "fr"}, {"cookie": "to_cn=11"}):
            await house.get(**headers)
        assert len(house.made) == 1
        for different in (
            {"query": "v=A-1"},
            {"accept_language": "en-GB"},
            {"cookie": "django_language=zh-hans"},
            {"cookie": "a=b; to_id=32"},
            {"path": "/cn/p/X123/"},
        ):
            await house.get(**different)

    keys = in_house(story).made
    assert len(keys) == len(set(keys)) == 6
    assert keys[1].query == "v=A-1" and keys[2].language == "en" and keys[4].cookies == (("to_id", "32"),)
    assert ask(scope("/id/search/", query="page=2&q=kopi&x=1")) == Asked("/id/search/", "q=kopi&page=2", "", ())


def test_all_else_goes_its_way():
    async def story(house: House) -> None:
        assert (await house.get(method="POST"))[0] == 299
        for path in ("/id/basket/", "/id/checkout/", "/orders/", "/seller/", "/api/v1/listings", "/static/x.css", "/admin/", "/nowhere"):
            assert (await house.get(path))[0] == 299, path
        assert (await house.get("/id/p/" + "X" * 300 + "/"))[0] == 299
        assert (await house.get(query="&".join(f"a{n}=1" for n in range(50))))[0] == 299

    house = in_house(story)
    assert not house.made and len(house.passed_on) == 11


def test_under_a_name_that_is_not_ours_nothing_is_answered_from_here(settings):
    settings.ALLOWED_HOSTS = ["shop.example.id"]
    fronts.is_our_host.cache_clear()

    async def story(house: House) -> None:
        await house.get(host="shop.example.id")
        for host in ("evil.example", "", "shop.example.id.evil.example", "shop.example.id@evil.example"):
            assert (await house.get(host=host))[0] == 299, host

    assert len(in_house(story).made) == 1
    fronts.is_our_host.cache_clear()


def test_what_changed_is_made_anew_before_it_is_sent():
    async def story(house: House) -> None:
        await house.get()
        house.front.outdate(["rice"])
        assert (await house.get())[2] == b"<p>tea 1"
        house.front.outdate(["tea"])
        # A page that was made this moment is not made again at once, or one that changes all the time would never be ready.
        assert (await house.get())[2] == b"<p>tea 1"
        house.front.kept(house.made[0]).made_at -= SETTLED_SECONDS
        assert (await house.get())[2] == b"<p>tea 2"

    in_house(story)


def test_an_old_page_is_sent_while_a_new_one_is_made():
    async def story(house: House) -> None:
        await house.get()
        house.front.kept(house.made[0]).made_at -= KEEP_SECONDS
        assert [(await house.get())[2] for _ in range(3)] == [b"<p>tea 1"] * 3
        await asyncio.gather(*house.front.making.values())
        assert (await house.get())[2] == b"<p>tea 2"

    assert len(in_house(story).made) == 2


def test_what_must_not_be_kept_is_not():
    async def story(house: House) -> None:
        house.is_kept = False
        await house.get()
        house.is_kept, house.status = True, 500
        assert (await house.get())[0] == 500
        house.status = 200
        assert (await house.get())[2] == b"<p>tea 3"

    assert len(in_house(story).made) == 3
    assert len(in_house(lambda house: house.get(), most_bytes=0).front.pages) == 0


def test_when_something_broke_the_last_good_page_stays():
    async def story(house: House) -> None:
        await house.get()
        house.status = 503
        house.front.kept(house.made[0]).made_at -= 1000
        status, _headers, body = await house.get()
        assert (status, body, house.front.counts.failed) == (200, b"<p>tea 1", 1)

    in_house(story)


def test_while_a_page_cannot_be_made_the_old_one_is_sent(monkeypatch):
    monkeypatch.setattr(fronts, "PATIENCE_SECONDS", 0.02)

    async def story(house: House) -> None:
        await house.get()
        house.front.kept(house.made[0]).made_at -= 1000
        house.delay = 0.2
        assert (await house.get())[2] == b"<p>tea 1"
        monkeypatch.setattr(fronts, "MOST_WAITING", 0)
        house.front.making.clear()  # as if everything waited for other pages
        assert (await house.get())[2] == b"<p>tea 1"

    house = in_house(story)
    assert (house.front.counts.failed, house.front.counts.refused) == (1, 0)


def test_what_is_missing_is_remembered_apart():
    async def story(house: House) -> None:
        house.status = 404
        for _ in range(3):
            assert (await house.get())[0] == 404
        assert len(house.front.missing) == 1 and not len(house.front.pages)
        await house.get("/id/search/", query="q=x")
        house.status = 200
        await house.get("/id/search/", query="q=y")
        assert len(house.front.searches) == 1 and not len(house.front.pages)

    assert len(in_house(story).made) == 3


def test_more_than_can_be_made_is_turned_away(monkeypatch):
    monkeypatch.setattr(fronts, "MOST_WAITING", 3)

    async def story(house: House) -> None:
        house.delay = 0.05
        answers = await asyncio.gather(*(house.get(f"/id/p/X{n}/") for n in range(5)), return_exceptions=True)
        assert [type(answer) for answer in answers].count(Busy) == 2
        assert house.front.counts.refused == 2

    assert len(in_house(story).made) == 3


def test_what_nobody_understands_is_passed_over():
    house = House()
    for payload in ("", "x", "[]", '["unknown", "", {}]', '["tea.changed", "", {}]'):
        hear(house.front, payload, {"tea.changed": lambda business, facts: [facts["kind"]]})
    assert house.front.pages.changes == 0
    hear(house.front, '["tea.changed", "", {"kind": "tea"}]', {"tea.changed": lambda business, facts: [facts["kind"]]})
    assert house.front.pages.changed == {"tea": 1}


@pytest.mark.parametrize("path", ["/", "/id/", "/cn/search/", "/id/makers/B12/", PRODUCT])
def test_these_pages_are_the_same_for_everybody(path: str):
    assert ask(scope(path)) == Asked(path, "", "", ())
