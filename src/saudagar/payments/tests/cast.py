"""Purchases that wait for payment, and the sandbox as a server of its own that they are paid at."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings

from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.sealing import seal
from saudagar.markets.models import Market
from saudagar.orders.models import Order, Purchase
from saudagar.orders.rules import BUYER_PURPOSE, Address, Buyer, buyer_bytes
from saudagar.payments import gateways
from saudagar.payments.models import Payment
from saudagar.registry.models import Business

SOURCE = Path(__file__).resolve().parents[3]


class Sandbox:
    """The server, and what a tester does on its page."""

    def __init__(self, url: str, keys: dict[str, str]) -> None:
        self.url, self.keys = url, keys
        self.client = httpx.Client(base_url=url, timeout=10)

    def do(self, payment: Payment, deed: str, **values: Any) -> None:
        reference = handle(Kind.PAYMENT, payment.business_id, payment.id)
        answer = self.client.post(f"/tester/payments/{reference}/{deed}", json=values)
        assert answer.status_code == 200, answer.text

    def notices(self, payment: Payment) -> list[dict[str, Any]]:
        """What it wanted to tell about the payment, in the order it was written."""
        rows = self.client.get("/tester/notices").json()["notices"]
        return [row for row in reversed(rows) if row["about"] == payment.gateway_reference]

    def fault(self, provider: str, kind: str, count: int = 1) -> None:
        assert self.client.post("/tester/faults", json={"provider": provider, "kind": kind, "count": count}).status_code == 200


def a_server(folder: Path, *, web: str, port: int = 0) -> tuple[subprocess.Popen[bytes], Sandbox]:
    """Starts the sandbox on a folder of its own and waits for its first answer."""
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    folders = ["--data", str(folder), "--secrets", str(folder / "secrets.json")]
    command = [sys.executable, "-m", "saudagar_sandbox", "--port", str(port), *folders, "--web", web]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(SOURCE)})
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
            return process, Sandbox(f"http://127.0.0.1:{port}", json.loads((folder / "secrets.json").read_text()))
        except httpx.HTTPError:
            time.sleep(0.05)
    process.kill()
    raise AssertionError("the sandbox did not start")


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: Any) -> Iterator[Sandbox]:
    # Its own deliveries go nowhere: the tests carry each notice themselves, when they want it.
    process, sandbox = a_server(tmp_path_factory.mktemp("sandbox"), web="http://127.0.0.1:9")
    try:
        yield sandbox
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def sandbox(sandbox_server: Sandbox, monkeypatch: Any) -> Iterator[Sandbox]:
    keys = sandbox_server.keys
    snap = {
        "url": sandbox_server.url,
        "client_id": keys["SNAP_CLIENT_ID"],
        "client_secret": keys["SNAP_CLIENT_SECRET"],
        "merchant_id": keys["SNAP_MERCHANT_ID"],
        "channel_id": "95221",
        "private_key": keys["SNAP_PRIVATE_KEY"],
        "acquirer_public_key": keys["SNAP_ACQUIRER_PUBLIC_KEY"],
        "source_account": "1000000001",
    }
    wallet = {
        "url": sandbox_server.url,
        "client_id": keys["ALIPAY_PLUS_CLIENT_ID"],
        "private_key": keys["ALIPAY_PLUS_PRIVATE_KEY"],
        "wallet_public_key": keys["ALIPAY_PLUS_WALLET_PUBLIC_KEY"],
        "method": "ALIPAY_CN",
    }
    monkeypatch.setattr(settings, "SNAP", snap)
    monkeypatch.setattr(settings, "ALIPAY_PLUS", wallet)
    _forget()
    yield sandbox_server
    sandbox_server.client.post("/tester/faults", json={"provider": "snap", "kind": "refuse", "count": 0})
    _forget()


def _forget() -> None:
    gateways.known.cache_clear()
    gateways.bank.cache_clear()


def a_business(name: str = "Kopi Gayo Sari") -> Business:
    return Business.objects.create(name=name, state=Business.State.VERIFIED)


def a_purchase(
    *totals: int, at: datetime | None = None, businesses: list[Business] | None = None, currency: str = "IDR", method: str = "qris"
) -> Purchase:
    """One order per total, each of another seller. Minor units; one order of Rp107,000 when nothing is said."""
    at = at or datetime.now(UTC)
    totals = totals or (10_700_000,)
    market = "id" if currency == "IDR" else "cn"
    Market.objects.get_or_create(
        code=market,
        defaults={"names": {}, "countries": ["ID"], "currency": currency, "languages": ["id"], "payment_methods": [method], "mode": "home"},
    )
    sellers = sorted(businesses or [a_business() for _ in totals], key=lambda seller: seller.id)
    purchase_id = new_id()
    buyer = Buyer("Rina Contoh", "+6281200000001", Address("ID", "Jl. Contoh 1", "Bandung", "40111"))
    purchase = Purchase.objects.create(
        business_id=sellers[0].id, id=purchase_id, market_code=market, currency=currency, total=sum(totals), language="id", method=method,
        order_business_ids=[seller.id for seller in sellers], placed_at=at, pay_by=at + timedelta(minutes=30),
    )  # fmt: skip
    for seller, total in zip(sellers, totals, strict=True):
        Order.objects.create(
            business_id=seller.id, id=purchase_id, purchase_business_id=purchase.business_id, market_code=market,
            currency=currency, goods=total, shipping=0, duty=0, tax=0, total=total, service="jne-reg", language="id", country="ID",
            buyer_sealed=seal(buyer_bytes(buyer), BUYER_PURPOSE), customs={}, placed_at=at, pay_by=purchase.pay_by,
        )  # fmt: skip
    return purchase
