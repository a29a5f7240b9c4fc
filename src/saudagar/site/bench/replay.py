"""Replay of past orders under a proposal of rules: 100 thousand, with --full 1 million. Two processes, as the worker has.

Real orders are multiplied as in `growth`. The proposal adds a fee in their destination, so each of them is priced anew, once:
under the release it names its amounts are known. One round prices all of them twice, as if they came from another release.
"""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg

from saudagar.incubation import replay
from saudagar.incubation.rules import editing, replaying
from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import read
from saudagar.site.bench import growth
from saudagar.site.bench.baskets import ask_quotes, order_body, two_line_baskets
from saudagar.site.bench.house import House
from saudagar.site.bench.records import post
from saudagar.site.bench.results import Measure, Result, Round
from saudagar.site.bench.sitting import Sitting

HELP = "past orders a second under a proposal of rules, all cores: 100 thousand orders (1 million with --full)"
PATTERNS = 100
FEE = editing.Fee("ID", "1000.00", "IDR", "parcel", "Benchmark")


def run(sitting: Sitting) -> Result:
    """Three rounds, and one in which the law is computed anew as well."""
    number = sitting.pick(tiny=300, normal=100_000, full=1_000_000)
    with sitting.house() as house:
        return measure(house, number, rounds=sitting.pick(tiny=1, normal=3, full=3))


def measure(house: House, number: int, *, rounds: int) -> Result:
    processes = os.cpu_count() or 1
    found = Result("replay", "orders/s", facts={"processes": processes})
    stored = _fill(house, number, found)
    old = texts()
    new = editing.edited(old, FEE, source="benchmark")
    factors = {"IDR": 1.0, "CNY": 2_000.0}
    with psycopg.connect(house.database_url) as connection:
        since, begun_at, number = replay.first_order(connection, number, at=datetime.now(UTC))
        sizes = replay.sizes(connection, datetime.now(UTC) - timedelta(days=365), factors, 100)
    assert since is not None and begun_at is not None
    task = replay.Task(old, new, since, sizes, {"": -1.0}, (begun_at, datetime.now(UTC)))
    # A release that no order names: what they paid is computed under it too.
    other = {**old, "release.toml": old["release.toml"] + "\n# another\n"}
    twice = replace(task, old=other, new=editing.edited(other, FEE, source="benchmark"))
    results = []
    for one in [*[task] * rounds, twice]:
        watch = replay.Watch(lambda done: None)
        started = time.perf_counter()
        counted = replay.in_processes(house.database_url, one, processes=processes, tell=watch)
        seconds = time.perf_counter() - started
        results.append(replaying.result(counted.orders, factors))
        made = Round(watch.done / seconds, seconds=seconds, sent=watch.done)
        if one is twice:
            found.measures.append(Measure("both laws computed anew", "orders/s", [made.value]))
        else:
            found.rounds.append(made)
    totals = results[0]["totals"]
    found.facts |= {
        "orders": number,
        "stored": stored,
        "release": read(old).version,
        "changed": totals["changed"],
        "sellers": totals["sellers"],
    }
    found.measures.append(Measure("seconds for all", "s", [one.seconds for one in found.rounds]))
    if any(one != results[0] for one in results):
        found.problems.append("two replays of the same orders differ")
    if totals["orders"] != number or totals["unpriced"] or results[0]["unreadable"]:
        found.problems.append(f"of {number} orders {totals['orders']} were counted, {totals['unpriced']} of them without a price")
    if not totals["changed"]:
        found.problems.append("the proposal changed nothing")
    return found


def _fill(house: House, number: int, found: Result) -> int:
    """Places real orders and multiplies them until so many are paid; nine of ten are."""
    offers = house.stage(businesses=min(2_000, max(number // 100, 10)), listings=6, pieces=10_000_000)
    house.execute("UPDATE registry_business SET is_vat_registered = true")  # or nothing would be levied
    _, tokens, wrong = ask_quotes(house, "quotes-replay", list(two_line_baskets(offers, PATTERNS, seed=7)))
    found.problems += wrong
    house.round("replay-patterns", [post("/api/v1/orders", order_body(token)) for token in tokens], good=(201,))
    return growth.fill(house, number * 10 // 9 + 10)
