"""What it costs a quote that rules are tried: quotes kept for replays or not, and a pilot running for the cohort.

Whole Saudagars side by side on one machine, of which one works at a time, and the rounds take turns: rates of a shared machine move by a
third from minute to minute, ratios within one turn hardly. So ratios are told, of rates and of processor time.
"""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import count

import psycopg

from saudagar.foundation.ids import new_id
from saudagar.incubation.rules import editing
from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import read
from saudagar.site.bench.baskets import Basket, Offer, basket_body, two_line_baskets, wrong_quotes
from saudagar.site.bench.house import House
from saudagar.site.bench.records import Answer, post
from saudagar.site.bench.results import Measure, Result, Round
from saudagar.site.bench.sitting import Sitting

PATH = "/api/v1/quotes"
CONNECTIONS = 64
PATIENCE_SECONDS = 120.0  # until every process has heard that a pilot runs, and read its rules
OFF = {"SAUDAGAR_KEEP_QUOTES_DAYS": "0"}
FEE = editing.Fee("ID", "1000.00", "IDR", "parcel", "Benchmark")
LIMIT = """
[[limit]]
id = "id-benchmark"
mode = "home"
measure = "order_value"
value_basis = ["goods"]
at_most = "1.00"
valid_from = 2020-01-01
source = "Benchmark"
certainty = "G"
"""


def measure(sitting: Sitting, found: Result) -> None:
    """Adds ratios to a result. Each round asks for baskets that were not asked for before."""
    rounds, number = sitting.pick(tiny=(1, 60), normal=(3, 4_000), full=(7, 20_000))
    businesses, listings = sitting.pick(tiny=(10, 6), normal=(500, 20), full=(2_000, 50))
    with ExitStack() as stack:
        houses = {name: stack.enter_context(sitting.house(**given)) for name, given in (("off", OFF), ("kept", {}), ("pilot", {}))}
        offers = {name: house.stage(businesses=businesses, listings=listings, pieces=1_000) for name, house in houses.items()}
        for house in houses.values():
            house.execute("UPDATE registry_business SET is_vat_registered = true")  # or nothing would be levied
        begin_pilot(houses["pilot"], editing.edited(texts(), FEE, source="benchmark"))
        made = _in_turns(houses, offers, number, rounds, found, good=200)
        refusing = {**texts(), "destinations/ID.toml": texts()["destinations/ID.toml"] + LIMIT}
        for name in ("off", "kept"):
            begin_pilot(houses[name], refusing)
        rest = {name: houses[name] for name in ("off", "kept")}
        refused = _in_turns(rest, offers, number, rounds, found, good=422)
        _check_kept(houses, found)
    for words, more, less in (
        ("quotes kept, of not kept", made["kept"], made["off"]),
        ("with a pilot for the cohort, of without", made["pilot"], made["kept"]),
        ("all refused: kept, of not kept", refused["kept"], refused["off"]),
    ):
        found.measures.append(
            Measure(f"rate, {words}", "ratio", [_ratio(one.value, other.value) for one, other in zip(more, less, strict=True)])
        )
        times = [_ratio(_processor(one), _processor(other)) for one, other in zip(more, less, strict=True)]
        found.measures.append(Measure(f"processor time, {words}", "ratio", times))


def begin_pilot(house: House, proposed: Mapping[str, str]) -> None:
    """From now on these rules are law for all that is sent from Aceh in the market at home."""
    rulebook = read(proposed)
    with psycopg.connect(house.database_url) as connection:
        connection.execute(
            "INSERT INTO rulebook_release (version, sha256, title, texts, is_shipped, is_current, loaded_at, base)"
            " VALUES (%s, %s, 'Benchmark', %s, false, false, now(), '')",
            (rulebook.version, rulebook.sha256, json.dumps(dict(proposed))),
        )
        connection.execute(
            "INSERT INTO rulebook_pilot (id, release_id, provinces, markets, starts_at, ends_at)"
            " VALUES (%s, %s, '{11}', '{id}', now() - interval '1 minute', now() + interval '1 day')",
            (new_id(), rulebook.version),
        )


def _in_turns(
    houses: Mapping[str, House], offers: Mapping[str, Sequence[Offer]], number: int, rounds: int, found: Result, *, good: int
) -> dict[str, list[Round]]:
    """The rounds of each house, after one that is not counted; who was first in one turn is last in the next."""
    for name, house in houses.items():
        _until_in_force(house, offers[name], pays_fee=name == "pilot", good=good)
    made: dict[str, list[Round]] = {name: [] for name in houses}
    order = list(houses)
    baskets = {name: list(two_line_baskets(offers[name], number * (rounds + 1), seed=good)) for name in houses}
    for turn in range(rounds + 1):
        for name in order:
            asked = baskets[name][turn * number : (turn + 1) * number]
            one = _round(houses[name], f"{name}-{good}-{turn}", asked, good, found)
            if turn:
                made[name].append(one)
        order.reverse()
    return made


def _until_in_force(house: House, offers: Sequence[Offer], *, pays_fee: bool, good: int) -> None:
    """While one request looks which rules hold, the others go on with what was believed: asks until all hear the same."""
    asked = [post(PATH, basket_body(basket)) for basket in two_line_baskets(offers, 40, seed=good + 1)]

    tries = count()

    def is_in_force() -> bool:
        time.sleep(0.5)
        made, answers = house.round(f"in-force-{good}-{next(tries)}", asked, good=(good,), connections=16)
        return not made.errors and (good != 200 or _fees(answers) == {pays_fee})

    house.until(is_in_force, PATIENCE_SECONDS, "the rules that are tried")


def _fees(answers: Sequence[Answer]) -> set[bool]:
    """Whether orders that were priced pay the fee of the proposal."""
    return {order["fees"] > 0 for answer in answers if answer.status == 200 for order in answer.json()["orders"]}


def _round(house: House, name: str, asked: Sequence[Basket], good: int, found: Result) -> Round:
    made, answers = house.round(name, [post(PATH, basket_body(basket)) for basket in asked], good=(good,), connections=CONNECTIONS)
    if good == 200:
        found.problems += wrong_quotes(asked, answers)
        if _fees(answers) != {name.startswith("pilot")}:
            found.problems.append(f"{name}: priced under another law than its own")
    elif made.errors:
        found.problems.append(f"{name}: of {made.sent} quotes {made.errors} were not refused")
    return made


def _check_kept(houses: Mapping[str, House], found: Result) -> None:
    time.sleep(2.5)  # what was heard last is written within a second
    query = "SELECT count(*) FILTER (WHERE code = ''), count(*) FILTER (WHERE code <> '') FROM checkout_keptquote"
    rows = {name: house.rows(query)[0] for name, house in houses.items()}
    found.facts["kept_quotes"] = {name: {"priced": priced, "refused": refused} for name, (priced, refused) in rows.items()}
    if rows["off"] != (0, 0) or not rows["kept"][1] or rows["pilot"][1]:
        found.problems.append(f"kept quotes are not what was heard: {found.facts['kept_quotes']}")


def _processor(made: Round) -> float:
    """Of web and database, for one answer."""
    return made.cpu_us.get("web", 0.0) + made.cpu_us.get("database", 0.0)


def _ratio(one: float, other: float) -> float:
    return one / other if other else 0.0
