"""Orders a second, through HTTP, with everything on one machine: load generator, web, worker and PostgreSQL share its cores.

Two-line orders over 100,000 pools: the token opened and checked, the quote unique, stock, order, lines, customs snapshot,
encrypted buyer and address, event. First every quote is asked for, then every quote is placed; afterwards raw answers and
database are held against each other.
"""

from saudagar.site.bench import hot, oscar
from saudagar.site.bench.baskets import ask_quotes, order_body, two_line_baskets
from saudagar.site.bench.checks import check_orders, counts
from saudagar.site.bench.house import House
from saudagar.site.bench.records import post
from saudagar.site.bench.results import Measure, Result
from saudagar.site.bench.sitting import OPEN_LOOP_SHARE, Sitting

HELP = "two-line orders a second through the API, over 100,000 pools, checked against the database afterwards"
# Groups fill up without anybody waiting long: 256 place a tenth less, 1,024 no more.
CONNECTIONS = 512
PEERS = ("oscar",)


def run(sitting: Sitting) -> Result:
    """One round that is not counted, three of 20,000 orders and one in an open loop; --full: five of 40,000, three in an open loop."""
    with sitting.house() as house:
        found = Result("orders", "orders/s")
        if sitting.peer:
            # First, while nothing else is done on this server.
            oscar.measure_orders(house, sitting, found)
            hot.crowds(house, sitting, found)
        return measure(house, sitting, found)


def measure(house: House, sitting: Sitting, found: Result) -> Result:
    rounds, orders = sitting.pick(tiny=(2, 100), normal=(3, 20_000), full=(5, 40_000))
    open_rounds = sitting.pick(tiny=1, normal=1, full=3)
    businesses, listings = sitting.pick(tiny=(10, 6), normal=(2_000, 50), full=(2_000, 50))
    # Plenty, so that nobody is refused: that is what `hot` is for.
    offers = house.stage(businesses=businesses, listings=listings, pieces=1_000_000)
    found.facts |= {"pools": len(offers), "orders_a_round": orders, "lines_an_order": 2}
    quotes, files, before = Measure("quotes asked for beforehand", "quotes/s", []), [], counts(house)
    # The first round is not counted: plans, caches and the first pages of new tables belong to the start of a server.
    for number in range(1 + rounds + open_rounds):
        priced, tokens, wrong = ask_quotes(house, f"quotes-{number}", list(two_line_baskets(offers, orders, seed=number)))
        if number:
            quotes.values.append(priced.value)
        found.problems += wrong
        name = f"orders-{number}"
        requests = [post("/api/v1/orders", order_body(token)) for token in tokens]
        rate = found.value * OPEN_LOOP_SHARE if number > rounds else 0.0
        made, _ = house.round(name, requests, good=(201,), connections=CONNECTIONS * 2 if rate else CONNECTIONS, rate=rate)
        if number:
            (found.open_loop if rate else found.rounds).append(made)
        files.append(house.answers_of(name))
    check_orders(house, found, files, before=before, lines_an_order=2)
    found.measures.append(quotes)
    oscar.compare(found, quotes.values)
    return found
