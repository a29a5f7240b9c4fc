"""Measures oscar, and puts the numbers beside ours."""

import json
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from saudagar.site.bench.house import House
from saudagar.site.bench.machine import CORES, Meter
from saudagar.site.bench.oscar.buyers import FINAL
from saudagar.site.bench.oscar.shop_process import NoPeer, Shop
from saudagar.site.bench.records import Answer, read_answers
from saudagar.site.bench.results import Measure, Result, Round
from saudagar.site.bench.sitting import Sitting
from saudagar.site.environment import ROOT

CONNECTIONS = 8  # buyers at a time: two workers with four threads each
CROWD = (200, 50)  # buyers at once, pieces
ROUND_SECONDS = 300.0


def measure_orders(house: House, sitting: Sitting, found: Result) -> None:
    """Whole orders and final calls a second, and the race for the last pieces. `found` gets facts["peer"], measures, remarks."""
    rounds, whole, final, races = sitting.pick(tiny=(1, 4, 4, 1), normal=(3, 60, 80, 1), full=(5, 200, 200, 3))
    try:
        with Shop(house) as shop:
            products = shop.products(number=sitting.pick(tiny=10, normal=1_000, full=1_000), pieces=1_000_000)
            chance = random.Random(1)  # noqa: S311 (a benchmark wants the same baskets each time)
            told: dict[str, Any] = {"name": f"django-oscar {shop.version}", "workers": 2}
            wholes = [_go(shop, _baskets(chance, products, whole), found, f"whole-{n}") for n in range(rounds)]
            finals = [_go(shop, _baskets(chance, products, final), found, f"final-{n}", together=CONNECTIONS) for n in range(rounds)]
            told["whole_orders"] = _summary(wholes)
            told["final_calls"] = _summary(finals)
            _races(shop, found, told, races)
    except NoPeer as reason:
        _not_measured(found, reason)
        return
    found.facts["peer"] = told
    found.measures += [
        Measure("oscar: whole orders", "orders/s", [one.value for one in wholes]),
        Measure("oscar: final calls alone", "orders/s", [one.value for one in finals]),
        Measure("oscar: final call p50", "ms", [one.p50_ms or 0.0 for one in finals]),
        Measure("oscar: final call p99", "ms", [one.p99_ms or 0.0 for one in finals]),
    ]


def measure_race(house: House, sitting: Sitting, found: Result) -> None:
    """Only the race for the last pieces."""
    try:
        with Shop(house) as shop:
            told: dict[str, Any] = {"name": f"django-oscar {shop.version}", "workers": 2}
            _races(shop, found, told, sitting.pick(tiny=1, normal=3, full=5))
    except NoPeer as reason:
        _not_measured(found, reason)
        return
    found.facts["peer"] = told


def compare(found: Result, quotes: Sequence[float]) -> None:
    """Ratios to the peer, once both are measured. A whole order of ours is a quote and its placing."""
    told = found.facts.get("peer", {})
    if not found.value or not told.get("whole_orders") or not told["whole_orders"]["value"]:
        return
    ours = 1 / (1 / statistics.median(quotes) + 1 / found.value)
    told["ours_whole_orders"] = ours
    told["ratio_whole_orders"] = ours / told["whole_orders"]["value"]
    found.measures.append(Measure("whole orders, quote and placing", "orders/s", [ours]))
    found.measures.append(Measure("whole orders: times oscar's", "times", [told["ratio_whole_orders"]]))
    if told["final_calls"]["value"]:
        told["ratio_final_calls"] = found.value / told["final_calls"]["value"]
        found.measures.append(Measure("final calls: times oscar's", "times", [told["ratio_final_calls"]]))


def _not_measured(found: Result, reason: NoPeer) -> None:
    found.facts["peer"] = {"not_measured": str(reason)}
    found.remarks.append(f"the peer was not measured: {reason}")
    found.is_peer_missing = True


def _baskets(chance: random.Random, products: Sequence[int], number: int) -> list[list[int]]:
    return [chance.sample(list(products), 2) for _ in range(number)]


def _races(shop: Shop, found: Result, told: dict[str, Any], races: int) -> None:
    """Many buyers who all reached the last step want the last pieces at once."""
    buyers, pieces = CROWD
    sold = []
    for number in range(races):
        (product,) = shop.products(number=1, pieces=pieces)
        _go(shop, [[product]] * buyers, found, f"race-{number}", together=buyers)
        sold.append(shop.sold(product))
    told["race"] = {"buyers": buyers, "pieces": pieces, "sold": sold}
    found.measures.append(Measure(f"oscar: sold of {pieces} to {buyers} buyers at once", "pieces", list(map(float, sold))))


def _go(shop: Shop, baskets: Sequence[Sequence[int]], found: Result, name: str, together: int = 0) -> Round:
    """One go of the buyers; what was acknowledged must stand in oscar's database."""
    file, out = shop.folder / f"{name}.baskets", shop.folder / f"{name}.raw"
    file.write_text("\n".join(json.dumps(list(basket)) for basket in baskets))
    before = shop.orders()
    words = [sys.executable, "-m", "saudagar.site.bench.oscar.buyers", "--port", str(shop.port), "--baskets", str(file), "--out", str(out)]
    words += ["--connections", str(CONNECTIONS), *(["--final-together", "--together", str(together)] if together else [])]
    meter = Meter(shop.groups())
    meter.start()
    try:
        done = subprocess.run(words, cwd=ROOT, env=shop.own_environment, capture_output=True, text=True, timeout=ROUND_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NoPeer(f"{name} took more than {ROUND_SECONDS:.0f} s") from None
    meter.stop()
    if done.returncode:
        raise RuntimeError(f"the buyers failed:\n{done.stderr[-2000:]}")
    said = json.loads(done.stdout)
    answers = list(read_answers(out))
    finals = [one for one in answers if one.body.startswith(FINAL.encode())]
    placed = [one for one in finals if _is_placed(one)]
    written = shop.orders() - before
    if written != len(placed):
        found.remarks.append(f"oscar, {name}: {len(placed)} orders were acknowledged, {written} written")
        found.is_peer_missing = True
    if len(finals) < len(baskets):
        broken = next((one for one in answers if one.status not in (200, 301, 302)), None)
        found.remarks.append(f"oscar, {name}: {len(baskets) - len(finals)} buyers did not get to the end: {broken and broken.body[:200]!r}")
    times = sorted(one.seconds * 1000 for one in finals) or [0.0]
    return Round(
        value=len(placed) / said["seconds"],
        p50_ms=times[len(times) // 2],
        p99_ms=times[len(times) * 99 // 100],
        seconds=said["seconds"],
        sent=len(baskets),
        errors=len(baskets) - len(placed),
        engine="own",
        generator_cpu_share=round(said["cpu_seconds"] / (said["seconds"] * CORES), 4),
        machine=meter.noise(said["cpu_seconds"]),
    )


def _is_placed(answer: Answer) -> bool:
    return answer.status == 302 and b"thank-you" in answer.body


def _summary(rounds: Sequence[Round]) -> dict[str, Any]:
    one = Result("", "orders/s", rounds=list(rounds)).as_json()
    return {
        key: one[key] for key in ("value", "unit", "p50_ms", "p99_ms", "spread", "errors", "repetitions", "generator_cpu_share", "rounds")
    }
