"""Requests to the public API that nobody would send by accident: each gets an answer, none makes the platform fail."""

import copy
import json
import random
from typing import Any

from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.foundation.clock import now
from saudagar.rulebook.actions import load_shipped

TEXTS = (
    "", "x" * 100, "²", "١٢٣", "９９", "\x00", "\ud800", "😀" * 50, "名" * 80, "'\"<>", "%s{0}{x}", "../..", "-1", "1e9", "NaN", "\n\r\t",
    "\u202e", "0" * 100, "9" * 99, "a\\b", "${jndi}", "{{7*7}}", "\ufeff", "\u00a0" * 40, "İ" * 20,
)  # fmt: skip
NUMBERS = (
    0,
    -1,
    1,
    2**31,
    2**53,
    2**63 - 1,
    2**63,
    10**15,
    10**18,
    10**30,
    1.5,
    1e308,
    float("nan"),
    float("inf"),
    True,
    None,
    "1",
    [],
    {},
)
LANDED = {
    "destination": {"country": "CN"}, "origin": "ID", "date": "2026-11-21", "mode": "cbec", "currency": "CNY", "freight": 1000,
    "insurance": 0,
    "registrations": ["id:pkp"], "rates": {"USD": "7.1"}, "lines": [{"hs": "090121", "value": 10000, "quantity": 2, "net_grams": 500}],
    "buyer_year": 0, "prices": "", "release": "",
}  # fmt: skip
IDENTIFIERS = {
    "nib": "0220202012345",
    "nik": "1104015708850001", "npwp": "012345678901234", "nitku": "0123456789012345000000",
    "phone": "081234567890", "gtin": "8991234567898", "sku": "KG-250", "hs": "090121", "s10": "RR473124829ID",
}  # fmt: skip


def spoiled(good: Any, chance: random.Random) -> Any:
    """A good request with one to three things wrong."""
    found = copy.deepcopy(good)
    places: list[tuple[Any, Any]] = []

    def walk(part: Any) -> None:
        for key in list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ():
            places.append((part, key))
            walk(part[key])

    walk(found)
    for part, key in chance.sample(places, min(len(places), chance.choice((1, 1, 2, 3)))):
        old = part[key]
        if isinstance(old, str):
            part[key] = chance.choice((chance.choice(TEXTS), old + chance.choice(TEXTS), old[: len(old) // 2] + chance.choice(TEXTS)))
        elif isinstance(old, list):
            part[key] = old * chance.choice((0, 2, 600))
        else:
            part[key] = chance.choice((*NUMBERS, *TEXTS))
    return found


SOME = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


class HostileRequests(TestCase):
    def setUp(self) -> None:
        load_shipped(at=now())

    def post(self, path: str, body: Any) -> int:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = Client().post(path, data, content_type="application/json")
        assert answer.status_code < 500, (path, answer.status_code, data[:500])
        if answer.status_code >= 400:
            error = json.loads(answer.content).get("error", {})
            assert {"code", "message"} <= set(error), (path, answer.content[:300])
        return answer.status_code

    @SOME
    @given(st.randoms(use_true_random=False))
    def test_landed_costs(self, chance: random.Random) -> None:
        self.post("/api/v1/landed-costs", spoiled(LANDED, chance))

    def test_a_good_one_is_good(self) -> None:
        assert self.post("/api/v1/landed-costs", LANDED) == 200

    @SOME
    @given(st.sampled_from(sorted(IDENTIFIERS)), st.randoms(use_true_random=False))
    def test_identifiers(self, kind: str, chance: random.Random) -> None:
        cache.clear()
        self.post("/api/v1/identifiers/check", spoiled({"kind": kind, "value": IDENTIFIERS[kind]}, chance))

    @SOME
    @given(st.text(max_size=300))
    def test_qris(self, payload: str) -> None:
        self.post("/api/v1/qris/parse", {"payload": payload})

    @SOME
    @given(st.binary(max_size=200))
    def test_what_is_no_json(self, body: bytes) -> None:
        for path in ("/api/v1/landed-costs", "/api/v1/identifiers/check", "/api/v1/qris/parse"):
            self.post(path, body)

    @SOME
    @given(st.binary(max_size=200), st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=60))
    def test_notices_nobody_signed(self, body: bytes, signature: str) -> None:
        headers = {
            "X-SIGNATURE": signature, "X-TIMESTAMP": signature, "Signature": f"algorithm=RSA256,signature={signature}", "Client-Id": "x",
            "X-Carrier-Signature": f"t={signature},v1={signature}",
        }  # fmt: skip
        for path in ("payments/snap_qris", "payments/alipay_plus", "carriers/sandbox"):
            if not body.strip() and "carriers" in path:
                continue  # an empty one is how carriers try an address
            answer = Client().post(f"/api/v1/{path}/notices", body, content_type="application/json", headers=headers)
            assert answer.status_code in (400, 401, 403), (path, answer.status_code)

    @SOME
    @given(st.sampled_from(TEXTS), st.sampled_from(TEXTS))
    def test_what_is_on_sale(self, text: str, other: str) -> None:
        for market in ("id", other):
            answer = Client().get(
                "/api/v1/listings",
                {
                    "market": market.encode("utf-8", "replace"),
                    "q": text.encode("utf-8", "replace"),
                    "page": other.encode("utf-8", "replace")[:20],
                },
            )
            assert answer.status_code < 500, (text, other)
