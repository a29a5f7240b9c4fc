"""Kept quotes under the law and under a proposal: refused ones that become possible, priced ones that become impossible or change.

A quote is no order, so these sums stand beside those of `replaying` and are never added to them. A question counts once, however often
it was asked that day. Amounts are whole minor units of the quote's currency until a result is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import msgspec

from saudagar.checkout.rules.keeping import NOT_SOLD_THERE, Answer, Question, decode, facts_of, request_of
from saudagar.foundation.refusals import Refusal
from saudagar.incubation.rules.summing import Sums, add_times
from saudagar.rulebook.rules import Rulebook, landed_cost, may_sell

Key = tuple[str, str, str, str, str, str]  # destination, currency, chapter, province, size, code of the refusal ("" when it was priced)
NAMES = ("quotes", "possible", "known", "lost", "changed", "goods", "landed_old", "landed_new", "levies_old", "levies_new")
QUOTES, POSSIBLE, KNOWN, LOST, CHANGED, GOODS, LANDED_OLD, LANDED_NEW, LEVIES_OLD, LEVIES_NEW = range(10)
AMOUNTS = NAMES[GOODS:]
PLACES = {"destination": 0, "chapter": 2, "province": 3, "size": 4, "code": 5}
MOST_ROWS = 400


@dataclass(slots=True)
class Found(Sums[Key]):
    """Of refused quotes: how many, become possible, were possible under the base already (another release had refused them); the value of
    the goods, the landed price and the levies of those that become possible. Of priced ones: how many, become impossible, change; the value
    of the goods of those that become impossible, and landed price and levies of those that stay possible, before and after.
    """

    WIDTH: ClassVar[int] = len(NAMES)

    heard: dict[str, int] = field(default_factory=dict)  # code → priced quotes that the proposal refuses so

    def add(self, other: Self) -> None:
        Sums.add(self, other)  # a class with slots is made twice: super() would name the first one
        add_times(self.heard, other.heard)


@dataclass(slots=True)
class Counter:
    """Counts kept quotes under two rulebooks. touched: destinations where the proposal may change what is landed."""

    old: Rulebook
    new: Rulebook
    touched: frozenset[str]
    sizes: Mapping[Any, str]  # business → size
    found: Found = field(default_factory=Found)

    def count(self, rows: Iterable[tuple[Any, bytes, str, str]]) -> None:
        """rows: business, packed question, code of the refusal, province."""
        found = self.found
        for business, packed, code, province in rows:
            try:
                question = decode(packed)
            except msgspec.MsgspecError:
                found.unreadable += 1
                continue
            dearest = max(question.lines, key=lambda line: line.value)
            key = (question.destination, question.currency, dearest.hs[:2], province, self.sizes.get(business, "micro"), code)
            sums = found.cell(key, business.int)
            before = question.answer if question.release == self.old.version else _answer(question, self.old)[0]
            # Whether goods may be sold depends on more than the rules of the destination.
            is_same = question.destination not in self.touched and not question.goods
            after, refusal = (before, "") if is_same else _answer(question, self.new)
            sums[QUOTES] += 1
            (_was_refused if code else self._was_priced)(question, sums, before, after, refusal)
            found.seen(question.on.isoformat())

    def _was_priced(self, question: Question, sums: list[int], before: Answer | None, after: Answer | None, refusal: str) -> None:
        if before is None:  # another release had priced it
            return
        if after is None:
            sums[LOST] += 1
            sums[GOODS] += _goods(question)
            self.found.heard[refusal] = self.found.heard.get(refusal, 0) + 1
            return
        sums[CHANGED] += before != after
        sums[LANDED_OLD] += before[0]
        sums[LANDED_NEW] += after[0]
        sums[LEVIES_OLD] += before[1]
        sums[LEVIES_NEW] += after[1]


def _was_refused(question: Question, sums: list[int], before: Answer | None, after: Answer | None, refusal: str) -> None:
    if before is not None:
        sums[KNOWN] += 1
    elif after is not None:
        sums[POSSIBLE] += 1
        sums[GOODS] += _goods(question)
        sums[LANDED_NEW] += after[0]
        sums[LEVIES_NEW] += after[1]


def _answer(question: Question, rulebook: Rulebook) -> tuple[Answer | None, str]:
    """What the rules make of a question, or the code of what they refuse."""
    request = request_of(question)
    try:
        for facts in facts_of(question):
            said = may_sell(rulebook, facts, request.destination, request.on, mode=request.mode, dispatch=request.dispatch)
            if not said.is_allowed:
                return None, NOT_SOLD_THERE
        cost = landed_cost(request, rulebook)
    except Refusal as refusal:
        return None, refusal.code
    return (cost.total, cost.duty + cost.tax + cost.contained_tax + cost.fees, cost.goods - cost.contained_tax), ""


def _goods(question: Question) -> int:
    return sum(line.value for line in question.lines)


Cell = tuple[Key, list[float], set[int]]


def result(found: Found, factors: Mapping[str, float]) -> dict[str, Any]:
    """Refused and priced quotes, each with totals and rows. factors and amounts as in `replaying.result`."""
    cells: list[Cell] = [(key, _home(sums, factors.get(key[1], 0.0)), found.sellers[key]) for key, sums in sorted(found.cells.items())]
    refused, priced = [cell for cell in cells if cell[0][5]], [cell for cell in cells if not cell[0][5]]
    return {
        "refused": _told(refused, tuple(PLACES)),
        "priced": _told(priced, tuple(PLACES)[:-1]),
        "heard": dict(sorted(found.heard.items())),
        "unreadable": found.unreadable,
        "first_on": found.first_on,
        "last_on": found.last_on,
        "unrated": sorted({key[1] for key in found.cells if not factors.get(key[1])}),
    }


def _told(cells: Sequence[Cell], names: Sequence[str]) -> dict[str, Any]:
    return {"totals": _row((), cells), "by": {name: _rows(cells, PLACES[name]) for name in names}}


def _home(sums: Sequence[int], factor: float) -> list[float]:
    return [value * factor if name in AMOUNTS else value for name, value in zip(NAMES, sums, strict=True)]


def _rows(cells: Sequence[Cell], place: int) -> list[dict[str, Any]]:
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell[0][place], []).append(cell)
    rows = [_row((key,), group) for key, group in groups.items()]
    rows.sort(key=lambda row: (-row["possible"] - row["lost"], -row["changed"], -row["quotes"], row["key"]))
    return rows[:MOST_ROWS]


def _row(key: tuple[str, ...], cells: Sequence[Cell]) -> dict[str, Any]:
    sums = [sum(values) for values in zip(*(cell[1] for cell in cells), strict=True)] or [0.0] * len(NAMES)
    sellers: set[int] = set().union(*(cell[2] for cell in cells))
    return {"key": list(key), "sellers": len(sellers), **{name: round(value) for name, value in zip(NAMES, sums, strict=True)}}
