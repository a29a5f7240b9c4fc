"""One pool, and more buyers than pieces: how fast a hot item is sold, and whether exactly what is there is sold.

Each buyer wants one piece. Whoever comes too late gets 409; afterwards as many orders stand in the database as there were
pieces, the pool is empty, and nobody was turned away before that.
"""

from pathlib import Path

from saudagar.site.bench import oscar
from saudagar.site.bench.baskets import ask_quotes, order_body
from saudagar.site.bench.checks import check_orders, counts
from saudagar.site.bench.house import House
from saudagar.site.bench.records import Answer, post
from saudagar.site.bench.results import Measure, Result, Round
from saudagar.site.bench.sitting import OPEN_LOOP_SHARE, Sitting

HELP = "one pool, more buyers than pieces: answers a second, exactly the stock is sold, the rest is refused"
CONNECTIONS = 256
PEERS = ("oscar",)
CROWD = (200, 50)  # buyers at once, pieces: where other engines oversold


def run(sitting: Sitting) -> Result:
    """Three rounds of 10,000 buyers for 6,000 pieces; --full: five of 40,000 for 24,000. Then 200 buyers at once for 50, three times."""
    with sitting.house() as house:
        found = Result("hot", "answers/s")
        if sitting.peer:
            # First, while nothing else is done on this server.
            oscar.measure_race(house, sitting, found)
        return measure(house, sitting, found)


def measure(house: House, sitting: Sitting, found: Result) -> Result:
    rounds, buyers, pieces = sitting.pick(tiny=(1, 100, 60), normal=(3, 10_000, 6_000), full=(5, 40_000, 24_000))
    open_rounds = sitting.pick(tiny=1, normal=1, full=3)
    found.facts |= {"buyers": buyers, "pieces": pieces}
    sold = Measure("  of these, orders", "orders/s", [])
    files, before = [], counts(house)
    for number in range(rounds + open_rounds):
        rate = found.value * OPEN_LOOP_SHARE if number >= rounds else 0.0
        connections = CONNECTIONS * 2 if rate else CONNECTIONS
        made, answers, name = _round(house, f"hot-{number}", buyers, pieces, found, connections=connections, rate=rate)
        (found.open_loop if rate else found.rounds).append(made)
        if not rate:
            sold.values.append(sum(answer.status == 201 for answer in answers) / made.seconds)
        files.append(house.answers_of(name))
    found.measures.append(sold)
    files += crowds(house, sitting, found)
    check_orders(house, found, files, before=before, lines_an_order=1)
    return found


def crowds(house: House, sitting: Sitting, found: Result) -> list[Path]:
    """200 buyers at once for 50 pieces, several times. Returns the files of raw answers."""
    crowd, few = CROWD
    files, sold = [], []
    for number in range(sitting.pick(tiny=1, normal=3, full=3)):
        _, answers, name = _round(house, f"crowd-{number}", crowd, few, found, connections=crowd, rate=0.0)
        files.append(house.answers_of(name))
        sold.append(sum(answer.status == 201 for answer in answers))
    found.facts["crowd_sold"] = sold
    found.measures.append(Measure(f"sold of {few} to {crowd} buyers at once", "pieces", list(map(float, sold))))
    return files


def _round(
    house: House, name: str, buyers: int, pieces: int, found: Result, *, connections: int, rate: float
) -> tuple[Round, list[Answer], str]:
    """So many buyers for so many pieces of a new pool."""
    (offer,) = house.stage(businesses=1, listings=1, pieces=pieces)
    _, tokens, wrong = ask_quotes(house, f"quotes-{name}", [((offer["listing"], 1),)] * buyers)
    found.problems += wrong
    requests = [post("/api/v1/orders", order_body(token)) for token in tokens]
    made, answers = house.round(name, requests, good=(201, 409), connections=connections, rate=rate)
    found.problems += check_pool(house, offer["pool"], offer["business"], pieces, answers)
    return made, answers, name


def check_pool(house: House, pool: str, business: str, pieces: int, answers: list[Answer]) -> list[str]:
    """Exactly what was there is sold, and whoever was refused was told that nothing is left."""
    problems = []
    placed = sum(answer.status == 201 for answer in answers)
    expected = min(pieces, len(answers))
    if placed != expected:
        problems.append(f"{placed} of {pieces} pieces were acknowledged as sold to {len(answers)} buyers")
    ((left,),) = house.rows(f"SELECT available FROM stock_pool WHERE business_id = '{business}' AND id = '{pool}'")  # noqa: S608
    ((sold,),) = house.rows(f"SELECT coalesce(sum(quantity), 0) FROM orders_line WHERE business_id = '{business}' AND pool_id = '{pool}'")  # noqa: S608
    if (left, sold) != (pieces - expected, expected):
        problems.append(f"of {pieces} pieces {sold} stand in orders and {left} are left")
    others = [answer for answer in answers if answer.status == 409 and answer.json()["error"]["code"] != "out_of_stock"]
    if others:
        problems.append(f"{len(others)} were refused for another reason: {others[0].body[:200]!r}")
    return problems
