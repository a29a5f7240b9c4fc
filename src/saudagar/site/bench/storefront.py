"""Pages of the storefront a second: kept ones, as in a rush on the same goods, and each made for the first time.

Everything through HTTP, client, web and database on the same cores. Goods have texts in three languages, pictures, papers and
neighbours; every tenth is sold out. Afterwards every page that came is held against the database.
"""

from saudagar.site.bench.checks import odd_statuses
from saudagar.site.bench.house import House
from saudagar.site.bench.results import Measure, Result, Round
from saudagar.site.bench.shopping import HOME, SEARCH, Goods, look_at, open_shops, seconds_until_sold_out, wrong_pages
from saudagar.site.bench.sitting import OPEN_LOOP_SHARE, Sitting

HELP = "storefront pages a second: home, search and product as kept, and each product page made for the first time"
CONNECTIONS = 64
LATEST = 2.0  # seconds after which a page must say that the last piece is gone


def run(sitting: Sitting) -> Result:
    """Three rounds of 30,000 looks at 200 goods, home and search, and one in an open loop; 1,000 products a round for the first time."""
    with sitting.house() as house:
        return measure(house, sitting)


def measure(house: House, sitting: Sitting) -> Result:
    rounds, looks, hot, first_looks = sitting.pick(tiny=(2, 400, 10, 40), normal=(3, 30_000, 200, 1_000), full=(5, 100_000, 1_000, 4_000))
    open_rounds = sitting.pick(tiny=1, normal=1, full=3)
    businesses, products = sitting.pick(tiny=(20, 10), normal=(500, 12), full=(2_500, 12))
    goods = open_shops(house, businesses=businesses, products=products)
    found = Result("storefront", "pages/s", facts={"products": len(goods), "hot": hot, "looks_a_round": looks})
    popular, rest = goods[:hot], goods[hot:]
    _first_looks(house, found, "product", [rest[place * first_looks : (place + 1) * first_looks] for place in range(rounds + 1)])
    _searches(house, found, sitting.pick(tiny=20, normal=300, full=2_000), rounds)
    paths = [one.path for one in popular] * 7 + [HOME] * hot + [SEARCH, f"{SEARCH}?q=kopi"] * hot
    # So that both processes have made each.
    house.round("warm", look_at(paths * 2), good=(200,), connections=CONNECTIONS)
    for number in range(rounds + open_rounds):
        rate = found.value * OPEN_LOOP_SHARE if number >= rounds else 0.0
        asked = (paths * (looks // len(paths) + 1))[:looks]
        made, answers = house.round(f"kept-{number}", look_at(asked), good=(200,), connections=CONNECTIONS, rate=rate)
        (found.open_loop if rate else found.rounds).append(made)
        found.problems += wrong_pages(goods, answers)
    _sold_out(house, found, [one for one in popular if not one.is_sold_out][:5])
    found.problems += odd_statuses(found, allowed={"200"})
    return found


def _first_looks(house: House, found: Result, name: str, parts: list[list[Goods]]) -> None:
    """Product pages that nobody has asked for: closed loop, and the last part in an open one."""
    rounds: list[Round] = []
    for number, part in enumerate(parts):
        rate = sorted(one.value for one in rounds)[len(rounds) // 2] * OPEN_LOOP_SHARE if number == len(parts) - 1 else 0.0
        made, answers = house.round(f"{name}-{number}", look_at(one.path for one in part), good=(200,), connections=16, rate=rate)
        found.problems += wrong_pages(part, answers, each_once=True)
        if made.errors:
            found.problems.append(f"{made.errors} of {made.sent} first looks failed: {made.statuses}")
        if rate:
            found.measures.append(Measure(f"{name}, first look: p50 at {rate:,.0f}/s due", "ms", [made.p50_ms or 0.0]))
            found.measures.append(Measure(f"{name}, first look: p99", "ms", [made.p99_ms or 0.0]))
        else:
            rounds.append(made)
    found.measures.insert(0, Measure(f"{name}, first look", "pages/s", [one.value for one in rounds]))
    for group in rounds[0].cpu_us:
        costs = [one.cpu_us[group] for one in rounds]
        found.measures.append(Measure(f"{name}, first look: processor time, {group}", "µs", costs))


def _searches(house: House, found: Result, number: int, rounds: int) -> None:
    """Words that nobody has asked for."""
    values = []
    for place in range(rounds):
        asked = look_at(f"{SEARCH}?q=kopi+{place * number + n}" for n in range(number))
        made, answers = house.round(f"search-{place}", asked, good=(200,), connections=16)
        values.append(made.value)
        if made.errors or any(answer.status != 200 for answer in answers):
            found.problems.append(f"{made.errors} of {made.sent} searches failed: {made.statuses}")
    found.measures.append(Measure("search, first look", "pages/s", values))


def _sold_out(house: House, found: Result, goods: list[Goods]) -> None:
    seconds = [seconds_until_sold_out(house, one) for one in goods]
    found.measures.append(Measure("sold out: last page that did not say so, after", "s", seconds))
    if max(seconds, default=0.0) > LATEST:
        found.problems.append(f"a page still sold what was gone after {max(seconds):.1f} s")
