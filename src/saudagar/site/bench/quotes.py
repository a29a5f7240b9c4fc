"""Quotes a second over HTTP: every basket is asked for once in a run, so that no answer can be kept from before.

And what it costs them that quotes are kept for replays and that a pilot runs (`trying.py`), as ratios.
"""

from saudagar.site.bench import trying
from saudagar.site.bench.baskets import basket_body, two_line_baskets, wrong_quotes
from saudagar.site.bench.checks import odd_statuses
from saudagar.site.bench.house import House
from saudagar.site.bench.records import post
from saudagar.site.bench.results import Result
from saudagar.site.bench.sitting import OPEN_LOOP_SHARE, Sitting

HELP = "quotes a second through the API, each of a basket that was not asked for before"
CONNECTIONS = 64
PATH = "/api/v1/quotes"


def run(sitting: Sitting) -> Result:
    """Three rounds of 10,000 distinct two-line baskets out of 100,000 listings, and one in an open loop; --full: five of 30,000."""
    with sitting.house() as house:
        found = measure(house, sitting)
    trying.measure(sitting, found)
    return found


def measure(house: House, sitting: Sitting) -> Result:
    rounds, number = sitting.pick(tiny=(2, 100), normal=(3, 10_000), full=(5, 30_000))
    open_rounds = sitting.pick(tiny=1, normal=1, full=3)
    businesses, listings = sitting.pick(tiny=(10, 6), normal=(2_000, 50), full=(2_000, 50))
    offers = house.stage(businesses=businesses, listings=listings, pieces=1_000)
    baskets = list(two_line_baskets(offers, number * (rounds + open_rounds), seed=1))
    found = Result("quotes", "quotes/s", facts={"listings": len(offers), "distinct_baskets": len(set(baskets))})
    for place in range(rounds + open_rounds):
        asked = baskets[place * number : (place + 1) * number]
        rate = found.value * OPEN_LOOP_SHARE if place >= rounds else 0.0
        requests = [post(PATH, basket_body(basket)) for basket in asked]
        made, answers = house.round(
            f"quotes-{place}", requests, good=(200,), connections=CONNECTIONS * 2 if rate else CONNECTIONS, rate=rate
        )
        found.problems += wrong_quotes(asked, answers)
        (found.open_loop if rate else found.rounds).append(made)
    found.problems += odd_statuses(found, allowed={"200"})
    return found
