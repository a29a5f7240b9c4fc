"""Baskets that are asked for, and the quotes they became."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from saudagar.site.bench.house import House
from saudagar.site.bench.records import Answer, post
from saudagar.site.bench.results import Round

BUYER = {"name": "Rina Contoh", "phone": "+62 812 0000 0001", "email": "rina@contoh.example"}
ADDRESS = {"country": "ID", "line": "Jl. Contoh 1", "city": "Bandung", "postal_code": "40111", "region": "32.73"}
DESTINATION = {"country": "ID", "region": "32.73", "postal_code": "40111"}

Offer = Mapping[str, str]  # what `House.stage` returns: listing, business, pool
Basket = tuple[tuple[str, int], ...]  # listing, pieces


def quote_body(listing: str, quantity: int = 1) -> dict[str, Any]:
    return basket_body(((listing, quantity),))


def basket_body(basket: Basket) -> dict[str, Any]:
    lines = [{"listing": listing, "quantity": quantity} for listing, quantity in basket]
    return {"market": "id", "destination": DESTINATION, "lines": lines}


def order_body(token: str) -> dict[str, Any]:
    return {"quote": token, "buyer": BUYER, "address": ADDRESS, "payment": "qris"}


def two_line_baskets(offers: Sequence[Offer], number: int, seed: int) -> Iterator[Basket]:
    """Baskets of two listings of one seller, one or two pieces of each; all different while there are enough combinations."""
    shops = [[one["listing"] for one in shop] for _, shop in groupby(sorted(offers, key=_business), key=_business)]
    chance = random.Random(seed)  # noqa: S311 (a benchmark wants the same baskets each time)
    seen: set[Basket] = set()
    misses = 0
    for _ in range(number):
        while True:
            first, second = chance.sample(chance.choice(shops), 2)
            basket = ((first, chance.randint(1, 2)), (second, chance.randint(1, 2)))
            if basket not in seen or misses > 10 * number:
                break
            misses += 1
        seen.add(basket)
        yield basket


def _business(offer: Offer) -> str:
    return offer["business"]


def ask_quotes(house: House, name: str, baskets: Sequence[Basket], connections: int = 64) -> tuple[Round, list[str], list[str]]:
    """Prices these baskets. Returns the round, the tokens, and what is wrong with the answers."""
    made, answers = house.round(name, [post("/api/v1/quotes", basket_body(basket)) for basket in baskets], connections=connections)
    found = [answer.json() for answer in answers if answer.status == 200]
    return made, [one["quote"] for one in found], wrong_quotes(baskets, answers)


def wrong_quotes(baskets: Sequence[Basket], answers: Sequence[Answer]) -> list[str]:
    """Every basket was priced once and as it was asked for, the sums are right, and no two tokens are the same."""
    bodies = [answer.json() for answer in answers if answer.status == 200]
    asked, priced = Counter(baskets), Counter(map(_basket_of, bodies))
    problems = []
    for what, baskets_found in (("asked for but not priced", asked - priced), ("priced but not asked for", priced - asked)):
        if baskets_found:
            problems.append(f"{baskets_found.total()} baskets were {what}, for instance {next(iter(baskets_found))}")
    problems += [f"does not add up: {one['orders']}" for one in bodies if not _adds_up(one)]
    if len({one["quote"] for one in bodies}) != len(bodies):
        problems.append("a token was given twice")
    refused = next((answer for answer in answers if answer.status != 200), None)
    if refused is not None:
        problems.append(f"refused, for instance: {refused.status} {refused.body[:300]!r}")
    return problems


def _basket_of(body: Mapping[str, Any]) -> Basket:
    return tuple((line["listing"], line["quantity"]) for order in body["orders"] for line in order["lines"])


def _adds_up(body: Mapping[str, Any]) -> bool:
    for order in body["orders"]:
        goods = sum(line["total"] for line in order["lines"])
        parts = order["goods"] - order["discount"] + order["shipping"] + order["duty"] + order["tax"] + order["fees"]
        if goods != order["goods"] or parts != order["total"]:
            return False
        if any(line["quantity"] * line["unit_price"] != line["total"] for line in order["lines"]):
            return False
    return bool(body["total"] == sum(order["total"] for order in body["orders"]))
