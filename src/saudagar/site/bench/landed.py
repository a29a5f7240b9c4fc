"""Landed costs: distinct random two-line parcels over all destinations of the shipped rulebook, on one core."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from saudagar.foundation.money import decimals
from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, LandedCost, Request, Rulebook, landed_cost, read
from saudagar.site.bench.results import Result, Round
from saudagar.site.bench.sitting import Sitting

HELP = "landed costs of distinct random two-line parcels to every destination, one core"
LAST_DAY = date(2026, 11, 21)

# Units of a currency for one US dollar, near enough for parcels of a size that people send.
PER_DOLLAR = {
    "AED": 3.67, "AUD": 1.53, "CAD": 1.38, "CHF": 0.89, "CNY": 7.1, "EUR": 0.92, "GBP": 0.79, "HKD": 7.8, "IDR": 16_000, "INR": 88,
    "JPY": 150, "KRW": 1_400, "MYR": 4.4, "NOK": 10.7, "NZD": 1.68, "PHP": 58,
    "RON": 4.6, "SAR": 3.75, "SGD": 1.34, "THB": 35, "TRY": 42, "TWD": 32,
    "USD": 1, "VND": 26_000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lane:
    """One way into one destination, the goods it has rates for, and what may change the price there."""

    destination: str
    mode: str
    dispatch: str
    region: str
    goods: list[str]
    keys: list[str]  # papers and registrations


def run(sitting: Sitting) -> Result:
    """Every parcel is priced once: rules found may be kept, results may not."""
    number, rounds = sitting.pick(tiny=(1_000, 2), normal=(20_000, 3), full=(100_000, 5))
    rulebook = read(texts())
    chance = random.Random(1)  # noqa: S311  a benchmark wants the same parcels each time
    ways = lanes(rulebook)
    facts = {"release": rulebook.version, "parcels": number, "destinations": sorted(rulebook.destinations), "ways": len(ways)}
    found = Result("landed", "parcels/s", facts=facts)
    for _ in range(rounds):
        parcels = [parcel(chance, ways[place % len(ways)], rulebook) for place in range(number)]
        refused: Counter[str] = Counter()
        wrong, busy = 0, 0.0
        times: list[float] = []
        for batch in batched(parcels):
            before = time.process_time()
            costs = [priced(each, rulebook, times) for each in batch]
            busy += time.process_time() - before
            refused.update(cost for cost in costs if isinstance(cost, str))
            wrong += sum(not isinstance(cost, str) and not adds_up(cost) for cost in costs)
        seconds = sum(times)
        times.sort()
        low, high = times[number // 2] * 1000, times[number * 99 // 100] * 1000
        found.rounds.append(Round(number / seconds, low, high, seconds=seconds, sent=number, cpu_us={"engine": busy / number * 1e6}))
        found.facts["refused"] = dict(refused)
        if wrong:
            found.problems.append(f"{wrong} parcels do not add up")
        if refused.total() * 4 > number:
            found.problems.append(f"{refused.total()} of {number} parcels were refused: that is no measure of pricing")
    return found


def batched(parcels: Sequence[Request], size: int = 1_000) -> Iterator[Sequence[Request]]:
    for start in range(0, len(parcels), size):
        yield parcels[start : start + size]


def priced(asked: Request, rulebook: Rulebook, times: list[float]) -> LandedCost | str:
    """The cost, or the code of the refusal; how long it took is added to the times."""
    at = time.perf_counter()
    try:
        return landed_cost(asked, rulebook)
    except Refusal as refusal:
        return refusal.code
    finally:
        times.append(time.perf_counter() - at)


def adds_up(cost: LandedCost) -> bool:
    """Totals over parts, over lines, and between checkout and door."""
    charged = sum([part.charged for part in cost.parts])
    return (
        cost.total == cost.goods + cost.freight + cost.insurance + cost.duty + cost.tax + cost.fees
        and cost.total == sum([line.total for line in cost.lines])
        and charged == cost.duty + cost.tax + cost.contained_tax + cost.fees
        and cost.total == cost.due_at_checkout + cost.due_at_door
    )


def lanes(rulebook: Rulebook) -> list[Lane]:
    """Every way into every destination, in every region where tax depends on it, with the goods that have their rates."""
    found = []
    for there in rulebook.destinations.values():
        duties = {row.hs for row in there.tariffs if row.kind == "duty" and len(row.hs) >= 4}
        keys = {row.proof for row in there.tariffs if row.proof} | {preference.declaration for preference in there.preferences}
        keys |= {name for scheme in there.schemes for name in scheme.if_registration}
        for mode in there.modes:
            lists = {row.hs: row.listed for row in there.tariffs if row.kind == "list" and row.mode == mode.name}
            own = {hs for hs in duties if lists.get(hs, not lists)} or {row.hs for row in there.tariffs if len(row.hs) >= 4} or {"090121"}
            dispatch = "CN" if there.code == "ID" and not mode.home else "ID"
            goods = sorted(hs.ljust(6, "0") for hs in own)
            for region in there.regions or ("",):
                found.append(Lane(there.code, mode.name, dispatch, region, goods, sorted(keys)))
    return found


def parcel(chance: random.Random, lane: Lane, rulebook: Rulebook) -> Request:
    """Two lines of one to a thousand dollars' worth together, on one of the last ninety days."""
    currency = rulebook.destinations[lane.destination].currency
    rate = PER_DOLLAR[currency]
    dollars = chance.choice((10, 60, 200, 1_000)) * rate * 10 ** decimals(currency)
    return Request(
        lane.destination,
        tuple(
            Item(
                chance.choice(lane.goods),
                max(1, int(chance.uniform(0.05, 0.5) * dollars)),
                chance.randint(1, 5),
                chance.randint(50, 2_000),
                origin=lane.dispatch,
            )
            for _ in range(2)
        ),
        currency,
        LAST_DAY - timedelta(days=chance.randint(0, 90)),
        mode=lane.mode,
        dispatch=lane.dispatch,
        region=lane.region,
        freight=int(chance.uniform(0, 0.1) * dollars),
        insurance=int(chance.uniform(0, 0.01) * dollars),
        registrations=frozenset(key for key in (*lane.keys, "id:pkp") if chance.random() < 0.3),
        rates={other: f"{rate / per_dollar:.6f}" for other, per_dollar in PER_DOLLAR.items() if other in ("EUR", "RON", "USD")},
        terms=chance.choice(("DDP", "DAP")),
        buyer_uses=chance.randint(0, 8),
    )
