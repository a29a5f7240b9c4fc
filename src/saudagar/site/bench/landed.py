"""Landed costs: distinct random two-line parcels to every destination of the shipped rulebook, on one core."""

import random
import time
from datetime import date, timedelta

from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, Request, landed_cost, read
from saudagar.site.bench.results import Result, Round
from saudagar.site.bench.sitting import Sitting

HELP = "landed costs of distinct random two-line parcels, one core"


def run(sitting: Sitting) -> Result:
    """Every parcel is priced once: rules found may be kept, results may not."""
    number, rounds = sitting.pick(tiny=(500, 2), normal=(20_000, 3), full=(100_000, 5))
    rulebook = read(texts())
    chance = random.Random(1)  # noqa: S311  a benchmark wants the same parcels each time
    china = rulebook.destinations["CN"]
    by_weight = tuple(prefix for limit in china.limits for prefix in limit.hs)  # sugar and rice: so many kilograms a year
    goods = [row.hs.ljust(6, "0") for row in china.tariffs if row.kind == "list" and row.listed and not row.hs.startswith(by_weight)]
    facts = {"release": rulebook.version, "parcels": number, "destinations": sorted(rulebook.destinations)}
    found = Result("landed", "parcels/s", facts=facts)
    for _ in range(rounds):
        parcels = [_parcel(chance, goods) for _ in range(number)]
        refused = wrong = 0
        times = []
        started = at = time.perf_counter()
        for parcel in parcels:
            try:
                cost = landed_cost(parcel, rulebook)
                wrong += cost.total != cost.goods + cost.freight + cost.duty + cost.tax
            except Refusal:
                refused += 1
            begun, at = at, time.perf_counter()
            times.append(at - begun)
        times.sort()
        low, high = times[number // 2] * 1000, times[number * 99 // 100] * 1000
        found.rounds.append(Round(number / (at - started), low, high, seconds=at - started, sent=number))
        found.facts["refused"] = refused
        if wrong:
            found.problems.append(f"{wrong} parcels do not add up")
    return found


def _parcel(chance: random.Random, goods: list[str]) -> Request:
    destination = chance.choice(("CN", "ID"))
    scale = 120_000 if destination == "CN" else 50_000_000
    return Request(
        destination,
        tuple(Item(chance.choice(goods), chance.randint(100, scale), chance.randint(1, 5), chance.randint(50, 2_000)) for _ in range(2)),
        "CNY" if destination == "CN" else "IDR",
        date(2026, 11, 21) - timedelta(days=chance.randint(0, 30)),
        freight=chance.randint(0, scale // 10),
        registrations=frozenset({"id:pkp"}) if chance.random() < 0.5 else frozenset(),
        buyer_year=chance.randint(0, 2_600_000) if destination == "CN" else 0,
    )
