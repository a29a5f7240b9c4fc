"""Processes killed in the middle of a stream of orders and payments. Afterwards: no acknowledged order lost, none doubled,
stock right, nobody turned away while pieces remained, every payment booked, books even.
"""

import json
import random
import shutil
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from saudagar.site.bench.baskets import order_body, quote_body
from saudagar.site.bench.house import House, answers


@pytest.fixture
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="sgfaults"))
    folder.chmod(0o755)
    with House(folder, SAUDAGAR_SANDBOX="1") as house:
        yield house
        print((folder / "up.log").read_text()[-6000:])  # pytest shows it when the test fails
    shutil.rmtree(folder, ignore_errors=True)


class Payer(threading.Thread):
    """Pays one purchase in so many at the sandbox as soon as it is acknowledged, and does not give up."""

    def __init__(self, house: House, out: Path, *, one_in: int) -> None:
        super().__init__(daemon=True)
        self.house, self.out, self.one_in = house, out, one_in
        self.paid: set[str] = set()
        self.load_is_over = threading.Event()

    def run(self) -> None:
        seen: set[str] = set()
        while True:
            over = self.load_is_over.is_set()
            # The last line may still be in the writing.
            lines = self.out.read_text().split("\n")[:-1] if self.out.exists() else []
            fresh = [row["body"]["purchase"] for row in map(json.loads, lines) if row.get("status") in (200, 201)]
            for purchase in dict.fromkeys(fresh):
                if purchase not in seen:
                    seen.add(purchase)
                    if len(seen) % self.one_in == 0:
                        self.pay(purchase)
            if over:
                return
            time.sleep(0.05)

    def pay(self, purchase: str) -> None:
        give_up_at = time.monotonic() + 60
        while True:
            try:
                payment = self.call(f"http://127.0.0.1:{self.house.port}/api/v1/purchases/{purchase}/payment")["payment"]
                self.call(f"http://127.0.0.1:{self.house.sandbox_port}/tester/payments/{payment}/pay", b"{}")
            except urllib.error.HTTPError as error:
                if error.code == 409:  # paid already: the answer to an earlier try was lost
                    break
                assert time.monotonic() < give_up_at, error.read()
            except OSError:
                assert time.monotonic() < give_up_at
            else:
                break
            time.sleep(0.1)
        self.paid.add(purchase)

    def call(self, address: str, body: bytes | None = None) -> dict[str, str]:
        with urllib.request.urlopen(urllib.request.Request(address, body), timeout=10) as answer:
            return dict(json.load(answer))


def stream(house: House, *, orders: int, rate: float, victims: Sequence[str], every: float, paid_one_in: int) -> None:
    """Places orders at a steady rate, pays some of them, kills one process of each kind after the other, and checks everything."""
    listings = house.stage(businesses=6, listings=2, pieces=orders // 15)
    wanted = [quote_body(listings[place % len(listings)]["listing"]) for place in range(orders)]
    quoted = house.ask("/api/v1/quotes", wanted, house.var / "quotes.answers", connections=8)
    assert Counter(row["status"] for row in quoted) == {200: orders}
    out = house.var / "orders.answers"
    load = house.load(
        "/api/v1/orders", [order_body(row["body"]["quote"]) for row in quoted], out, connections=32, rate=rate, retry_seconds=90
    )
    payer = Payer(house, out, one_in=paid_one_in)
    payer.start()
    killed = []
    for victim in victims:
        time.sleep(every)
        killed.append(kill(house, victim))
    assert load.poll() is None, "the stream was over before everything was killed: make it longer"
    assert load.wait(180) == 0
    payer.load_is_over.set()
    payer.join(180)
    assert not payer.is_alive()

    last = {row["n"]: row for row in answers(out)}
    assert {row.get("status") for row in last.values()} <= {200, 201, 409}, "everybody has a clear answer in the end"
    house.until(lambda: house.rows("SELECT count(*) FROM orders_order WHERE paid_at IS NOT NULL")[0][0] == len(payer.paid), 60, "payments")
    house.until(lambda: undelivered(house) == [], 60, "events")

    found = house.audit(out)
    assert found["problems"] == []
    assert found["unheard"] == 0
    assert found["purchases"] == found["acknowledged"] == found["orders"]
    # More was asked for than was there: exactly what was there is sold, of every listing.
    assert found["orders"] == len(listings) * (orders // 15)
    assert house.rows("SELECT DISTINCT available FROM stock_pool") == [(0,)]
    assert payer.paid
    assert house.proved()
    for process in killed:
        assert not psutil.pid_exists(process.pid) or process.status() == psutil.STATUS_ZOMBIE


def undelivered(house: House) -> list[tuple[object, ...]]:
    return house.rows("SELECT name, tries, failure FROM foundation_outboxevent")


def kill(house: House, part: str) -> psutil.Process:
    give_up_at = time.monotonic() + 20
    while not (found := house.processes(part)):
        assert time.monotonic() < give_up_at, f"no {part}"
        time.sleep(0.1)
    victim = random.choice(found)
    victim.kill()
    return victim


def test_a_stream_of_orders_outlives_web_worker_job_worker_and_backend(house: House) -> None:
    stream(house, orders=300, rate=60, victims=["web", "worker", "backend"], every=1.0, paid_one_in=3)


@pytest.mark.long
def test_a_long_stream_outlives_everything_twice(house: House) -> None:
    victims = ["web", "worker", "backend", "server", "granian", "backend", "web", "server", "worker", "backend"]
    stream(house, orders=6000, rate=150, victims=victims, every=3.0, paid_one_in=12)
