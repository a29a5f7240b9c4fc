"""One parcel, one answer: the amounts of docs/reference/worked-examples-asia.md in the words of the tests."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from saudagar.rulebook.rules import Item, LandedCost, Request, landed_cost
from saudagar.rulebook.tests.cast import TODAY, parts_of, shipped

SHIRT, DRESS, BLOUSE, HIJAB, COFFEE, CHOCOLATE = "620520", "620442", "620630", "611710", "090121", "180632"
SKIN_CARE, BAG, CARVING, SHOES = "330499", "420221", "442011", "640399"

CURRENCIES = {
    "CN": "CNY",
    "HK": "HKD",
    "TW": "TWD",
    "JP": "JPY",
    "KR": "KRW",
    "SG": "SGD",
    "MY": "MYR",
    "TH": "THB",
    "VN": "VND",
    "PH": "PHP",
    "AU": "AUD",
    "NZ": "NZD",
    "IN": "INR",
    "ID": "IDR",
}


class Due(NamedTuple):
    """What customs takes, minor units of its own currency."""

    duty: int
    tax: int


def parcel(
    destination: str,
    *items: Item,
    freight: int = 0,
    insurance: int = 0,
    has: tuple[str, ...] = (),
    on: date = TODAY,
    rates: Mapping[str, str] | None = None,
    currency: str = "",
    **more,
) -> LandedCost:
    request = Request(
        destination,
        items,
        currency or CURRENCIES[destination],
        on,
        freight=freight,
        insurance=insurance,
        registrations=frozenset(has),
        rates=rates or {},
        **more,
    )
    return landed_cost(request, shipped())


def due(cost: LandedCost) -> Due:
    return Due(sum(parts_of(cost, "duty")), sum(parts_of(cost, "vat")))


def reliefs(cost: LandedCost) -> set[str]:
    return {part.relief for part in cost.parts if part.relief}
