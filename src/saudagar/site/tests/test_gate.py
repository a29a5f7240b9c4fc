"""The gate, spoken to as the server speaks to it."""

import asyncio
from typing import Any

import pytest

from saudagar.checkout.door import MOST_ADDRESSES, RateLimit
from saudagar.checkout.rules.refusals import Busy
from saudagar.foundation.addresses import address_group, client_address
from saudagar.site import gate
from saudagar.site.gate import KIB, MIB, Gate


def ask(
    path: str, *bodies: bytes, headers: dict[str, str] | None = None, delay: float = 0, times: int = 1, query: bytes = b"", **options: Any
):
    """What the gate answers, and what the application behind it was given."""
    seen: list[Any] = []

    async def application(scope, receive, send):
        got = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                seen.append(("gone", len(got)))
                break
            got += message.get("body", b"")
            if not message.get("more_body"):
                seen.append((scope["client"][0], len(got)))
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    async def one(wrapped: Gate) -> list[dict[str, Any]]:
        waiting = list(bodies) or [b""]
        sent: list[dict[str, Any]] = []

        async def receive():
            await asyncio.sleep(delay)
            body = waiting.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(waiting)}

        async def send(message):
            sent.append(message)

        found = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        scope = {"type": "http", "method": "POST", "path": path, "query_string": query, "client": ("198.51.100.9", 4), "headers": found}
        await wrapped(scope, receive, send)
        return sent

    async def all_of_them():
        wrapped = Gate(application, **{"proxies": 0, "per_second": 0, **options})
        return [await one(wrapped) for _ in range(times)]

    return asyncio.run(all_of_them()), seen


def status(answers) -> int:
    return answers[-1][0]["status"]


def test_what_is_announced_as_too_large_is_not_even_read():
    answers, seen = ask("/api/v1/landed-costs", b"", headers={"content-length": str(256 * KIB + 1)})
    assert (status(answers), seen) == (413, [])
    assert b"too_large" in answers[0][1]["body"]
    for nonsense in ("-1", "1e9", "9" * 400):
        assert status(ask("/id/", b"", headers={"content-length": nonsense})[0]) == 413


def test_what_grows_too_large_is_cut_off():
    answers, seen = ask("/id/checkout/", *[b"x" * 400 * KIB] * 3)
    assert status(answers) == 413
    assert seen == [("gone", 800 * KIB)]


def test_only_who_has_a_session_may_send_pictures():
    bodies = [b"x" * MIB] * 3
    assert status(ask("/seller/products/R1/photos/", *bodies)[0]) == 413
    assert status(ask("/seller/products/R1/photos/", *bodies, headers={"cookie": "a=b; sessionid=x"})[0]) == 200
    assert status(ask("/id/", *bodies, headers={"cookie": "sessionid=x"})[0]) == 413


def test_a_body_that_drips_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(gate, "FIRST_SECONDS", 0.1)
    answers, seen = ask("/accounts/login/", *[b"x"] * 50, delay=0.04)
    assert status(answers) == 408
    assert seen[0][0] == "gone"
    assert len(answers[0]) == 2


def test_nul_stands_in_no_address():
    assert status(ask("/id/search/\x00")[0]) == 422
    assert status(ask("/id/search/", query=b"q=a%00b")[0]) == 422


def test_searching_is_counted_by_address_and_looking_at_pages_is_not():
    answers, _ = ask("/id/search/", times=5, per_second=1)
    assert [answer[0]["status"] for answer in answers] == [200, 200, 200, 200, 429]
    assert (b"retry-after", b"1") in answers[4][0]["headers"]
    assert status(ask("/api/v1/listings", times=5, per_second=1)[0]) == 429
    for path in ("/id/", "/api/v1/quotes", "/api/v1/payments/snap_qris/notices"):  # the door counts its own, notices are signed
        assert status(ask(path, times=9, per_second=1)[0]) == 200


def test_whose_request_it_is_behind_proxies():
    assert ask("/id/", headers={"x-forwarded-for": "6.6.6.6"})[1] == [("198.51.100.9", 0)]
    assert ask("/id/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.7"}, proxies=1)[1] == [("203.0.113.7", 0)]
    assert ask("/id/", proxies=1)[1] == [("198.51.100.9", 0)]


@pytest.mark.parametrize(
    ("header", "proxies", "whose"),
    [
        ("6.6.6.6, 203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6,203.0.113.7,10.0.0.2", 2, "203.0.113.7"),
        ("203.0.113.7:4711", 1, "203.0.113.7"),
        ("[2001:db8::7]:4711", 1, "2001:db8::7"),
        ("2001:db8::7", 1, "2001:db8::7"),
        ("not an address", 1, "peer"),
        ("203.0.113.7", 2, "peer"),
        ("203.0.113.7", 0, "peer"),
        ("", 1, "peer"),
    ],
)
def test_only_our_own_proxies_are_believed(header, proxies, whose):
    assert client_address("peer", header, proxies=proxies) == whose


def test_a_network_of_ipv6_is_one_sender():
    limit = RateLimit(1)
    for place in range(4):
        limit.check(f"2001:db8:1:2::{place}", at=0.0)
    with pytest.raises(Busy):
        limit.check("2001:db8:1:2:ffff::9", at=0.0)
    limit.check("2001:db8:1:3::1", at=0.0)
    assert address_group("203.0.113.7") == "203.0.113.7"


def test_a_flood_from_many_addresses_is_forgotten_at_once():
    limit = RateLimit(1)
    for place in range(MOST_ADDRESSES + 1):
        limit.check(f"a{place}", at=0.0)
    assert len(limit.buckets) == 1


def test_refusals_carry_the_headers_too():
    answers, _ = ask("/x", b"", headers={"content-length": "99999999"})
    names = {name for name, _value in answers[0][0]["headers"]}
    assert {b"content-security-policy", b"x-content-type-options", b"content-length"} <= names
