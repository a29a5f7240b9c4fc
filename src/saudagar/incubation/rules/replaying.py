"""Past orders under the law and under a proposal. Amounts are whole minor units of the order's currency until a result is made.

An order counts as one in its destination, the HS chapter of its dearest line, and the province and size of its seller. What a seller
earns is told as revenue at constant prices: goods without the tax they contain. Costs are not known here and stay as they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import msgspec

from saudagar.foundation.refusals import Refusal
from saudagar.incubation.rules.summing import Sums, add_times
from saudagar.rulebook.rules import CustomsSnapshot, Rulebook, landed_cost
from saudagar.rulebook.rules.snapshot import request_of

FEWEST_SELLERS = 5  # what is told of fewer could be told of one
# Upper bounds of the change of what a buyer pays in all, in percent; the last bar has none.
STEPS = (-20.0, -10.0, -5.0, -2.0, -0.005, 0.005, 2.0, 5.0, 10.0, 20.0)
MOST_SHOWN = 8
# PP 7/2021 art. 35: yearly sales, in rupiah.
MOST_MICRO = 2_000_000_000
SIZES = ((MOST_MICRO, "micro"), (15_000_000_000, "small"), (50_000_000_000, "medium"))

Key = tuple[str, str, str, str, str]  # destination, currency, chapter, province, size
Priced = tuple[int, int, int]  # what the buyer pays in all, of it duty, tax and fees, what the seller keeps
(
    ORDERS, CHANGED, LOST, GAINED, UNPRICED, LANDED_OLD, LANDED_NEW, LEVIES_OLD, LEVIES_NEW, SELLER_OLD, SELLER_NEW,
    EXPECTED, EXPECTED_LANDED, EXPECTED_LEVIES, EXPECTED_SELLER,
) = range(15)  # fmt: skip
NAMES = (
    "orders", "changed", "lost", "gained", "unpriced", "landed_old", "landed_new", "levies_old", "levies_new", "seller_old", "seller_new",
    "expected", "expected_landed", "expected_levies", "expected_seller",
)  # fmt: skip
AMOUNTS = NAMES[LANDED_OLD : SELLER_NEW + 1] + NAMES[EXPECTED_LANDED:]

# Expected quantities are counted in whole billionths: sums of floats would depend on the order in which rows are read, and with them the
# hash of a result, which is signed.
ONE = 10**9

decode = msgspec.msgpack.Decoder(CustomsSnapshot).decode


@dataclass(slots=True)
class Found(Sums[Key]):
    """Of orders; unreadable ones have no snapshot."""

    WIDTH: ClassVar[int] = len(NAMES)

    histogram: list[int] = field(default_factory=lambda: [0] * (len(STEPS) + 1))
    refusals: dict[str, int] = field(default_factory=dict)  # code of what the proposal refuses

    def add(self, other: Self) -> None:
        Sums.add(self, other)  # a class with slots is made twice: super() would name the first one
        self.histogram = [one + more for one, more in zip(self.histogram, other.histogram, strict=True)]
        add_times(self.refusals, other.refusals)


@dataclass(slots=True)
class Counter:
    """Counts orders under two rulebooks. touched: destinations the proposal may change; elsewhere both give the same."""

    old: Rulebook
    new: Rulebook
    touched: frozenset[str]
    sizes: Mapping[Any, str]  # business → size
    elasticities: Mapping[str, float]  # HS chapter → change of quantity in percent for one percent of the landed price; "" = all others
    found: Found = field(default_factory=Found)

    def count(self, rows: Iterable[tuple[Any, bytes, str]]) -> None:
        """rows: business, packed snapshot, province."""
        found = self.found
        for business, packed, province in rows:
            try:
                kept = decode(packed)
            except msgspec.ValidationError:
                found.unreadable += 1
                continue
            key = (kept.destination, kept.currency, _chapter(kept), province, self.sizes.get(business, "micro"))
            self._order(kept, key, found.cell(key, business.int))
            found.seen(kept.on.isoformat())

    def _order(self, kept: CustomsSnapshot, key: Key, sums: list[int]) -> None:
        sums[ORDERS] += 1
        before = promised(kept) if kept.release == self.old.version else self._priced(kept, self.old)
        after = before if kept.destination not in self.touched else self._priced(kept, self.new, tell=True)
        if before is None or after is None:
            if before is not None:
                sums[LOST] += 1
                sums[CHANGED] += 1
            elif after is not None:
                sums[GAINED] += 1
                sums[CHANGED] += 1
                sums[EXPECTED] += ONE
            else:
                sums[UNPRICED] += 1
            return
        sums[LANDED_OLD] += before[0]
        sums[LANDED_NEW] += after[0]
        sums[LEVIES_OLD] += before[1]
        sums[LEVIES_NEW] += after[1]
        sums[SELLER_OLD] += before[2]
        sums[SELLER_NEW] += after[2]
        factor = ONE
        if before != after:
            sums[CHANGED] += 1
            elasticity = self.elasticities.get(key[2], self.elasticities.get("", 0.0))
            if elasticity:
                factor = round(demand(before[0], after[0], elasticity) * ONE)
        sums[EXPECTED] += factor
        sums[EXPECTED_LANDED] += after[0] * factor
        sums[EXPECTED_LEVIES] += after[1] * factor
        sums[EXPECTED_SELLER] += after[2] * factor
        self.found.histogram[_bar(before[0], after[0])] += 1

    def _priced(self, kept: CustomsSnapshot, rulebook: Rulebook, *, tell: bool = False) -> Priced | None:
        try:
            cost = landed_cost(request_of(kept), rulebook)
        except Refusal as refusal:
            if tell:
                self.found.refusals[refusal.code] = self.found.refusals.get(refusal.code, 0) + 1
            return None
        return cost.total, cost.duty + cost.tax + cost.contained_tax + cost.fees, cost.goods - cost.contained_tax


def promised(kept: CustomsSnapshot) -> Priced:
    """What an order was promised: under the release it names, to the minor unit what its rules make of it."""
    goods = 0
    for line in kept.lines:
        goods += line.value
    levied = kept.duty + kept.tax + kept.fees
    return goods + kept.freight + kept.insurance + levied, levied + kept.contained_tax, goods - kept.contained_tax


def demand(before: int, after: int, elasticity: float) -> float:
    """Expected quantity for one of before, at constant elasticity.

    >>> round(demand(100, 110, -1.0), 4), demand(100, 100, -2.0)
    (0.9091, 1.0)
    """
    return float((after / before) ** elasticity) if before > 0 and after > 0 else 1.0


def size_of(yearly_sales: float) -> str:
    """Of a business, by its sales in a year in rupiah: PP 7/2021, article 35.

    >>> size_of(2_000_000_000), size_of(2_000_000_001), size_of(60_000_000_000)
    ('micro', 'small', 'large')
    """
    return next((name for most, name in SIZES if yearly_sales <= most), "large")


def _chapter(kept: CustomsSnapshot) -> str:
    lines = kept.lines
    return (lines[0] if len(lines) == 1 else max(lines, key=_value)).hs[:2]


def _value(line: Any) -> int:
    return int(line.value)


def _bar(before: int, after: int) -> int:
    if before == after:
        return 5
    percent = (after - before) * 100 / before if before else 0.0
    return next((place for place, most in enumerate(STEPS) if percent <= most), len(STEPS))


def result(found: Found, factors: Mapping[str, float]) -> dict[str, Any]:
    """Rows by destination, product group, province and size, the biggest winners and losers, and the distribution.

    factors: minor units of the home currency for one of each currency; amounts of the result are whole minor units of it
    """
    cells = [(key, *_home(sums, factors.get(key[1], 0.0), found.sellers[key])) for key, sums in sorted(found.cells.items())]
    return {
        "totals": _row((), cells),
        "by": {name: _rows(cells, (place,)) for name, place in (("destination", 0), ("chapter", 2), ("province", 3), ("size", 4))},
        "segments": _rows(cells, (0, 2, 3), most=400),
        "histogram": found.histogram,
        "unreadable": found.unreadable,
        "refusals": dict(sorted(found.refusals.items())),
        "first_on": found.first_on,
        "last_on": found.last_on,
        "unrated": sorted({key[1] for key in found.cells if not factors.get(key[1])}),
    }


Cell = tuple[Key, list[float], set[int]]


def _home(sums: Sequence[int], factor: float, sellers: set[int]) -> tuple[list[float], set[int]]:
    plain = [value / ONE if place >= EXPECTED else value for place, value in enumerate(sums)]
    return [value * factor if name in AMOUNTS else value for name, value in zip(NAMES, plain, strict=True)], sellers


def _rows(cells: Sequence[Cell], places: tuple[int, ...], *, most: int | None = None) -> list[dict[str, Any]]:
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(tuple(cell[0][place] for place in places), []).append(cell)
    rows = [_row(key, group) for key, group in groups.items()]
    rows.sort(key=lambda row: (-abs(row["landed_new"] - row["landed_old"]), -row["orders"], row["key"]))
    return rows[:most]


def _row(key: tuple[str, ...], cells: Sequence[Cell]) -> dict[str, Any]:
    sums = [sum(values) for values in zip(*(cell[1] for cell in cells), strict=True)] or [0.0] * len(NAMES)
    sellers: set[int] = set().union(*(cell[2] for cell in cells))
    row = {name: round(value) if name != "expected" else round(value, 2) for name, value in zip(NAMES, sums, strict=True)}
    return {"key": list(key), "sellers": len(sellers), **row}


def merged(rows: Sequence[Mapping[str, Any]], fewest: int = FEWEST_SELLERS, names: Sequence[str] = NAMES) -> list[dict[str, Any]]:
    """Rows that may be shown to anybody: those of few sellers are added up as one, and with the next larger one if they are few still.

    Their number of sellers is the sum of the rows': a seller with two of them counts twice, so a merged row needs twice as many.
    names: what is added up
    """
    large = sorted((dict(row) for row in rows if row["sellers"] >= fewest), key=lambda row: -row["sellers"])
    small = [dict(row) for row in rows if row["sellers"] < fewest]
    if not small:
        return [dict(row) for row in rows]
    while small and large and sum(row["sellers"] for row in small) < 2 * fewest:
        small.append(large.pop())
    rest: dict[str, Any] = {"key": ["*"] * len(small[0]["key"]), "sellers": sum(row["sellers"] for row in small)}
    if rest["sellers"] < fewest:
        return []
    for name in names:
        rest[name] = sum(row[name] for row in small)
    known = {tuple(row["key"]) for row in large}
    return [dict(row) for row in rows if tuple(row["key"]) in known] + [rest]


def change(row: Mapping[str, Any], name: str) -> float:
    """By how many percent an amount changes.

    >>> change({"landed_old": 200, "landed_new": 190}, "landed")
    -5.0
    """
    before, after = row[f"{name}_old"], row[f"{name}_new"]
    return round((after - before) * 100 / before, 3) if before else 0.0


def winners(rows: Sequence[Mapping[str, Any]], *, lose: bool = False, fewest: int = 1, most: int = MOST_SHOWN) -> list[dict[str, Any]]:
    """Segments (destination, product group, province) whose buyers save most, or pay most more, in percent of the landed price."""
    sign = 1 if lose else -1
    moved = [dict(row) for row in rows if row["sellers"] >= fewest and sign * change(row, "landed") > 0]
    return sorted(moved, key=lambda row: (-abs(change(row, "landed")), -row["orders"], row["key"]))[:most]
