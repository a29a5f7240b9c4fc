"""One parcel, one answer: the amounts of docs/reference/worked-examples-west.md in the words of the tests."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from saudagar.rulebook.rules import Item, LandedCost, ProductFacts, Request, Verdict, landed_cost, may_sell
from saudagar.rulebook.tests.cast import TODAY, parts_of, shipped

SHIRT, DRESS, SHAWL, COFFEE, CARVING, NOODLES, HONEY = "620520", "620442", "621490", "090121", "442011", "190230", "040900"
SEAWEED, SOFA = "121221", "940161"
CURRENCIES = {"GB": "GBP", "US": "USD", "CA": "CAD", "NO": "NOK", "CH": "CHF", "TR": "TRY", "AE": "AED", "SA": "SAR"}


class Due(NamedTuple):
    """What customs takes, minor units of its own currency. extra: additional duties."""

    duty: int
    tax: int
    extra: int = 0
    fees: int = 0


def parcel(
    destination: str,
    *items: Item,
    freight: int = 0,
    has: tuple[str, ...] = (),
    on: date = TODAY,
    rates: Mapping[str, str] | None = None,
    **more,
) -> LandedCost:
    currency = CURRENCIES.get(destination, "EUR")
    request = Request(destination, items, currency, on, freight=freight, registrations=frozenset(has), rates=rates or {}, **more)
    return landed_cost(request, shipped())


def due(cost: LandedCost) -> Due:
    return Due(*(sum(parts_of(cost, kind)) for kind in ("duty", "vat", "extra", "fee")))


def extras(cost: LandedCost) -> dict[str, int]:
    return {part.levy.name: part.amount for part in cost.parts if part.levy.kind == "extra"}


def verdict(hs: str, destination: str, *papers: str, mode: str = "", on: date = TODAY, **more) -> Verdict:
    return may_sell(shipped(), ProductFacts(hs, papers=dict.fromkeys(papers), **more), destination, on, mode=mode)


def missing(found: Verdict) -> set[str]:
    return {paper.key for each in found.missing for paper in each.papers}


def advised(found: Verdict) -> set[str]:
    return {paper.key for each in found.advice for paper in each.papers}
