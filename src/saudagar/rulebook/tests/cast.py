"""What the tests of this room share: the shipped rulebook, and parcels in the words of the facts."""

from datetime import date
from functools import cache

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, Request, Rulebook, read

TODAY = date(2026, 11, 21)
PKP = frozenset({"id:pkp"})


@cache
def shipped() -> Rulebook:
    return read(texts())


def to_china(*items: Item, freight: int = 0, insurance: int = 0, on: date = TODAY, **more) -> Request:
    return Request("CN", items, "CNY", on, freight=freight, insurance=insurance, **more)


def at_home(*items: Item, freight: int = 0, registrations: frozenset[str] = PKP, **more) -> Request:
    return Request("ID", items, "IDR", TODAY, freight=freight, registrations=registrations, **more)


def parts_of(cost, kind: str) -> list[int]:
    return [part.amount for part in cost.parts if part.levy.kind == kind]
