"""Orders a second, through HTTP, with everything on one machine: load generator, web, worker and PostgreSQL share its cores.

A database of its own with the settings of the embedded one (fsync on). First every quote is asked for, then every quote is
placed; then raw answers and database are held against each other. `pgbench` on the same server says what the machine can do.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from saudagar.foundation.postgres import binaries
from saudagar.site.bench import Measure, Report
from saudagar.site.bench.house import House

HELP = "orders a second through the API, checked against the database afterwards"
BUYER = {"name": "Rina Contoh", "phone": "+62 812 0000 0001", "email": "rina@contoh.example"}
ADDRESS = {"country": "ID", "line": "Jl. Contoh 1", "city": "Bandung", "postal_code": "40111", "region": "32.73"}
DESTINATION = {"country": "ID", "region": "32.73", "postal_code": "40111"}
CONNECTIONS = 128


def quote_body(listing: str, quantity: int = 1) -> dict[str, Any]:
    return {"market": "id", "destination": DESTINATION, "lines": [{"listing": listing, "quantity": quantity}]}


def order_body(token: str) -> dict[str, Any]:
    return {"quote": token, "buyer": BUYER, "address": ADDRESS, "payment": "qris"}


def run(*, full: bool) -> Report:
    """Three rounds of 3,000 orders over 400 listings; --full: five of 15,000 over 4,000, and open-loop arrivals."""
    rounds, orders = (5, 15_000) if full else (3, 3_000)
    businesses, listings = (400, 10) if full else (100, 4)
    folder = Path(tempfile.mkdtemp(prefix="saudagar-bench-"))
    try:
        with House(folder) as house:
            return _measure(house, rounds=rounds, orders=orders, businesses=businesses, listings=listings, open_loop=full)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(house: House, *, rounds: int, orders: int, businesses: int, listings: int, open_loop: bool) -> Report:
    report = Report()
    offers = [row["listing"] for row in house.stage(businesses=businesses, listings=listings, pieces=rounds * orders * 2)]
    quotes_a_second: list[float] = []
    orders_a_second: list[float] = []
    p50: list[float] = []
    p99: list[float] = []
    files = []
    for number in range(rounds + open_loop):
        wanted = [quote_body(offers[place % len(offers)]) for place in range(orders)]
        rows = house.ask("/api/v1/quotes", wanted, house.var / "quotes.answers", connections=CONNECTIONS)
        quotes_a_second.append(_rate(rows))
        bodies = [order_body(row["body"]["quote"]) for row in rows if row["status"] == 200]
        if len(bodies) < orders:
            report.problems.append(f"{orders - len(bodies)} quotes were refused: {next(row for row in rows if row['status'] != 200)}")
        files.append(house.var / f"orders-{number}.answers")
        if number == rounds:
            # At two thirds of what the closed loop reached, at even intervals, whether or not earlier ones were answered.
            rate = sorted(orders_a_second)[len(orders_a_second) // 2] * 2 / 3
            rows = house.ask("/api/v1/orders", bodies, files[-1], connections=CONNECTIONS * 4, rate=rate)
            low, high = _times(rows)
            report.measures += [Measure(f"open loop at {rate:,.0f}/s: p50", "ms", [low]), Measure("open loop: p99", "ms", [high])]
        else:
            rows = house.ask("/api/v1/orders", bodies, files[-1], connections=CONNECTIONS)
            orders_a_second.append(_rate(rows))
            low, high = _times(rows)
            p50.append(low)
            p99.append(high)
    found = house.audit(*files)
    report.problems += found.pop("problems")
    report.facts = found
    report.measures = [
        Measure("orders placed", "/s", orders_a_second),
        Measure(f"  answer time p50, {CONNECTIONS} connections", "ms", p50),
        Measure("  answer time p99", "ms", p99),
        Measure("quotes", "/s", quotes_a_second),
        *report.measures,
        Measure("pgbench, tpcb-like, 2 clients", "tps", [_pgbench(house)]),
    ]
    return report


def _rate(rows: Sequence[dict[str, Any]]) -> float:
    """Answers of success a second, from the first sent to the last answered."""
    begun = min(row["at"] for row in rows)
    ended = max(row["at"] + row["seconds"] for row in rows)
    return sum(row.get("status") in (200, 201) for row in rows) / (ended - begun)


def _times(rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Median and 99th percentile of the answer time, milliseconds."""
    times = sorted(row["seconds"] * 1000 for row in rows)
    return times[len(times) // 2], times[len(times) * 99 // 100]


def _pgbench(house: House) -> float:
    """Transactions a second of PostgreSQL's own benchmark, on the same server."""
    tool, url = str(binaries() / "pgbench"), house.database_url
    subprocess.run([tool, "-i", "-q", "-s", "10", url], check=True, capture_output=True)
    time.sleep(1)
    done = subprocess.run([tool, "-c", "2", "-j", "2", "-T", "5", url], check=True, capture_output=True, text=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])
