"""Looking around while others buy: answer times of the storefront while orders come at half of what the intake can take.

First the intake's closed loop says what it can take. Then, at the same time and from two generators, orders are due at half that
rate, and pages at a fixed rate: most of them kept, some looked at for the first time. Both are open loops, so waiting in line counts.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

from saudagar.site.bench.baskets import ask_quotes, order_body, two_line_baskets
from saudagar.site.bench.checks import check_orders, counts
from saudagar.site.bench.house import House
from saudagar.site.bench.records import post
from saudagar.site.bench.results import Measure, Result, Round
from saudagar.site.bench.shopping import HOME, SEARCH, Goods, look_at, open_shops, wrong_pages
from saudagar.site.bench.sitting import Sitting

HELP = "answer times of storefront pages while orders come at half of what the intake can take"
CONNECTIONS = 256
FIRST_LOOKS = 0.1  # of all pages
HALF = 0.5


def run(sitting: Sitting) -> Result:
    """Three rounds of 6 seconds, 300 pages a second, every tenth for the first time; --full: five of 20 seconds, 500 a second."""
    with sitting.house() as house:
        return measure(house, sitting)


def measure(house: House, sitting: Sitting) -> Result:
    rounds, seconds, rate = sitting.pick(tiny=(1, 1, 50), normal=(3, 6, 300), full=(5, 20, 500))
    businesses, products = sitting.pick(tiny=(20, 10), normal=(500, 12), full=(2_000, 12))
    trial = sitting.pick(tiny=100, normal=8_000, full=20_000)
    offers = house.stage(businesses=sitting.pick(tiny=10, normal=1_000, full=2_000), listings=10, pieces=1_000_000)
    goods = open_shops(house, businesses=businesses, products=products)
    # Buyers ask for what is there.
    gone = {(one.business, one.pool) for one in goods if one.is_sold_out}
    offers = [offer for offer in offers if (offer["business"], offer["pool"]) not in gone]
    found = Result("beside", "pages/s", facts={"first_looks_share": FIRST_LOOKS, "pages_due": rate})
    before, files = counts(house), []
    alone, most = Measure("  the same pages, nobody buying: p99", "ms", []), Measure("orders, closed loop", "orders/s", [])
    beside = [Measure("orders meanwhile", "orders/s", []), Measure("orders meanwhile: p99", "ms", [])]
    popular, fresh = goods[:50], iter(goods[50:])

    most.values.append(_trial(house, found, offers, trial).value)
    files.append(house.answers_of("orders-trial"))
    for number in range(rounds):
        baskets = list(two_line_baskets(offers, int(most.values[0] * HALF * seconds), seed=number + 1))
        _, tokens, wrong = ask_quotes(house, f"quotes-{number}", baskets)
        found.problems += wrong
        requests = [post("/api/v1/orders", order_body(token)) for token in tokens]
        asked = _looks(popular, fresh, seconds * rate)
        made, answers = house.round(f"alone-{number}", look_at(asked), good=(200,), connections=64, rate=rate)
        alone.values.append(made.p99_ms or 0.0)
        found.problems += wrong_pages(goods, answers)
        asked = _looks(popular, fresh, seconds * rate)
        with ThreadPoolExecutor(2) as both:
            buying = both.submit(
                house.round, f"orders-{number}", requests, good=(201,), connections=CONNECTIONS, rate=most.values[0] * HALF
            )
            looking = both.submit(house.round, f"beside-{number}", look_at(asked), good=(200,), connections=64, rate=rate)
            (bought, _), (made, answers) = buying.result(), looking.result()
        found.rounds.append(made)
        found.problems += _missing(made) + wrong_pages(goods, answers)
        beside[0].values.append(bought.value)
        beside[1].values.append(bought.p99_ms or 0.0)
        files.append(house.answers_of(f"orders-{number}"))
    check_orders(house, found, files, before=before, lines_an_order=2)
    found.measures = [alone, most, *beside]
    return found


def _trial(house: House, found: Result, offers: list[dict[str, str]], number: int) -> Round:
    """What the intake can take."""
    _, tokens, wrong = ask_quotes(house, "quotes-trial", list(two_line_baskets(offers, number, seed=0)))
    found.problems += wrong
    requests = [post("/api/v1/orders", order_body(token)) for token in tokens]
    made, _ = house.round("orders-trial", requests, good=(201,), connections=CONNECTIONS)
    return made


def _looks(popular: Sequence[Goods], fresh: Iterator[Goods], number: int) -> list[str]:
    """Paths to look at, in the order in which people would: everybody at the same goods, now and then somebody at others."""
    usual = cycle([HOME, SEARCH, *(one.path for one in popular)])
    every = round(1 / FIRST_LOOKS)
    return [(one.path if place % every == 0 and (one := next(fresh, None)) else next(usual)) for place in range(number)]


def _missing(made: Round) -> list[str]:
    return [f"{made.errors} of {made.sent} pages did not come: {made.statuses}"] if made.errors else []
