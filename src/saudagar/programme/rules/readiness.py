"""Export readiness: a score from 0 to 100 out of five parts, how sure it is, and which steps raise it most.

Every part is a pure function of facts to a value from 0 to 1, or None where nothing is known. What is unknown lowers the confidence
and never counts as zero. Weights and ends are data: data/readiness.toml, with reasons.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from math import log
from statistics import fmean, pstdev
from typing import Any

PARTS = ("volume", "quality", "consistency", "known", "competitive")
MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one product. None: not known."""

    capacity: int | None = None  # pieces a month the seller says they can make
    grade: str = ""  # a, b, c as the trade sorts it; "" not told
    months: tuple[int, int, int] = (0, 0, 0)  # pieces ordered in the last 30 days, the 30 before, and before those
    orders: int = 0  # paid in 90 days
    late: int = 0  # of them sent late
    late_days: float = 0.0  # mean days beyond the time to send, over all orders
    defects: int = 0  # returned, lost or cancelled for want of stock
    papers_asked: int = 0  # requirements that block, over all destinations abroad
    missing: tuple[tuple[str, ...], ...] = ()  # one entry per requirement not met: papers that would do
    views: int | None = None  # in 30 days; None before anything was counted
    buyers: int = 0  # known ones in 90 days
    repeat_buyers: int = 0
    campaigns: int = 0  # joined in 180 days
    price_ratio: float | None = None  # own price for a kilogram beside the median of the same HS6 and market, the dearest market


@dataclass(frozen=True, slots=True)
class Part:
    """value: 0 to 1, None where nothing is known. belief: 0 to 1, how much of it rests on facts."""

    name: str
    value: float | None
    belief: float


@dataclass(frozen=True, slots=True)
class Readiness:
    score: float  # 0 to 100, of what is known
    confidence: float  # 0 to 100
    parts: tuple[Part, ...]

    @property
    def sure(self) -> float:
        """What may be relied on: the score, as far as it is known. Steps are ranked by what they add to this."""
        return self.score * self.confidence / 100


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. gain: points of the score; confidence: points of it; both as if the step were done."""

    code: str  # paper | capacity | tell_capacity | tell_grade | in_time | defects | steady | price | campaign
    gain: float
    confidence: float
    sure: float
    facts: Mapping[str, Any] = field(default_factory=dict)


@cache
def measures() -> Mapping[str, Mapping[str, Any]]:
    """data/readiness.toml."""
    return tomllib.loads(files("saudagar.programme").joinpath("data", "readiness.toml").read_text("utf-8"))


def falling(value: float, most: float) -> float:
    """1 at nothing, 0 at `most` and beyond, straight between.

    >>> falling(0, 0.2), falling(0.05, 0.2), falling(1, 0.2)
    (1.0, 0.75, 0.0)
    """
    return max(0.0, 1.0 - value / most)


def wanted_pieces(facts: Facts) -> int:
    """Pieces a month that make the volume full: room for as much again as the best month, at least a first export order.

    >>> wanted_pieces(Facts(months=(400, 100, 0))), wanted_pieces(Facts())
    (800, 300)
    """
    data = measures()["volume"]
    return max(int(max(facts.months) * data["room"]), int(data["first_order_pieces"]))


def volume(facts: Facts) -> Part:
    """What can be made a month, of what an export order on top of today's orders would ask.

    >>> volume(Facts(capacity=150)).value, volume(Facts()).value
    (0.5, None)
    """
    if facts.capacity is None:
        return Part("volume", None, 0.0)
    return Part("volume", min(1.0, facts.capacity / wanted_pieces(facts)), 1.0)


def quality(facts: Facts) -> Part:
    """Papers that rules abroad ask and are there; defect rate; late rate; grade. The mean of those known, by their weights.

    >>> quality(Facts(papers_asked=4, missing=(("halal",), ("gacc",)), orders=20)).value
    0.7222222222222222
    """
    data, seen = measures()["quality"], _evidence(facts)
    has_orders = facts.orders > 0
    return _together(
        "quality",
        [
            (data["papers"], _papers(facts), 1.0),
            (data["defects"], falling(facts.defects / facts.orders, data["most_defects"]) if has_orders else None, seen),
            (data["late"], falling(facts.late / facts.orders, data["most_late"]) if has_orders else None, seen),
            (data["grade"], data["grades"].get(facts.grade), 1.0),
        ],
    )


def consistency(facts: Facts) -> Part:
    """How even the pieces of the last three months were, and how late orders went on the mean.

    >>> consistency(Facts(months=(100, 100, 100), orders=30)).value, consistency(Facts()).value
    (1.0, None)
    """
    data, seen = measures()["consistency"], _evidence(facts)
    mean = fmean(facts.months)
    even = falling(pstdev(facts.months) / mean, data["most_variation"]) if mean and facts.orders >= data["fewest_orders"] else None
    late = falling(facts.late_days, data["most_late_days"]) if facts.orders else None
    return _together("consistency", [(data["variation"], even, seen), (data["lateness"], late, seen)])


def known(facts: Facts) -> Part:
    """Views (their logarithm: the first hundred count most), buyers who came again, campaigns joined.

    >>> round(known(Facts(views=1000, buyers=10, repeat_buyers=3, campaigns=2)).value, 9)
    1.0
    """
    data = measures()["known"]
    views = None if facts.views is None else min(1.0, log(1 + facts.views) / log(1 + data["many_views"]))
    repeat = min(1.0, facts.repeat_buyers / facts.buyers / data["good_repeat"]) if facts.buyers else None
    promotion = min(1.0, facts.campaigns / data["campaigns"])
    return _together("known", [(data["views"], views, 1.0), (data["repeat"], repeat, 1.0), (data["promotion"], promotion, 1.0)])


def competitive(facts: Facts) -> Part:
    """1 at the median or below, nothing from `dear` times the median on.

    >>> competitive(Facts(price_ratio=0.9)).value, competitive(Facts(price_ratio=1.25)).value, competitive(Facts()).value
    (1.0, 0.5, None)
    """
    if facts.price_ratio is None:
        return Part("competitive", None, 0.0)
    return Part("competitive", falling(max(0.0, facts.price_ratio - 1), measures()["competitive"]["dear"] - 1), 1.0)


BY_NAME: Mapping[str, Callable[[Facts], Part]] = {
    "volume": volume,
    "quality": quality,
    "consistency": consistency,
    "known": known,
    "competitive": competitive,
}


def readiness(facts: Facts) -> Readiness:
    """The parts by their weights; those without a value are left out of the score and missing from the confidence."""
    data = measures()
    parts = tuple(BY_NAME[name](facts) for name in PARTS)
    every = sum(data[part.name]["weight"] for part in parts)
    there = sum(data[part.name]["weight"] for part in parts if part.value is not None)
    scored = sum(data[part.name]["weight"] * part.value for part in parts if part.value is not None)
    believed = sum(data[part.name]["weight"] * part.belief for part in parts)
    return Readiness(100 * scored / there if there else 0.0, 100 * believed / every, parts)


def together(found: Sequence[tuple[Readiness, float]]) -> Readiness:
    """A business: its products by how much each sells and how sure each is. Each part is the mean of the products that know it."""
    whole = sum(weight for _, weight in found)
    if not whole:
        return Readiness(0.0, 0.0, tuple(Part(name, None, 0.0) for name in PARTS))
    parts = []
    for place, name in enumerate(PARTS):
        rows = [(each.parts[place], weight) for each, weight in found]
        there = sum(weight for part, weight in rows if part.value is not None)
        value = sum(part.value * weight for part, weight in rows if part.value is not None) / there if there else None
        parts.append(Part(name, value, sum(part.belief * weight for part, weight in rows) / whole))
    confidence = sum(each.confidence * weight for each, weight in found) / whole
    # What is hardly known of one product says little about the business.
    score = sum(each.sure * weight for each, weight in found) / whole / confidence * 100 if confidence else 0.0
    return Readiness(score, confidence, tuple(parts))


def steps(facts: Facts, most: int = MOST_STEPS) -> list[Step]:
    """What raises the score most: every possible step is tried, and what it adds is worked out by the same functions."""
    before = readiness(facts)
    found = []
    for code, done, told in _possible(facts):
        after = readiness(done)
        if code.startswith("tell_"):
            # Nobody knows what will be told: it is worth what becomes sure at today's score.
            gain, sure = 0.0, before.score * (after.confidence - before.confidence) / 100
        else:
            gain, sure = after.score - before.score, after.sure - before.sure
        if gain > 0.05 or (code.startswith("tell_") and after.confidence > before.confidence):
            found.append(Step(code, round(gain, 1), round(after.confidence - before.confidence, 1), sure, told))
    found.sort(key=lambda step: (-step.sure, step.code))
    return found[:most]


def _possible(facts: Facts) -> list[tuple[str, Facts, Mapping[str, Any]]]:
    tried: list[tuple[str, Facts, Mapping[str, Any]]] = []
    for paper in sorted({group[0] for group in facts.missing}):
        left = tuple(group for group in facts.missing if paper not in group)
        opens = len(facts.missing) - len(left)
        tried.append(("paper", replace(facts, missing=left), {"paper": paper, "requirements": opens}))
    wanted = wanted_pieces(facts)
    if facts.capacity is None:
        tried.append(("tell_capacity", replace(facts, capacity=wanted), {"pieces": wanted}))
    elif facts.capacity < wanted:
        tried.append(("capacity", replace(facts, capacity=wanted), {"pieces": wanted, "now": facts.capacity}))
    if not facts.grade:
        tried.append(("tell_grade", replace(facts, grade="a"), {}))
    if facts.late:
        tried.append(("in_time", replace(facts, late=0, late_days=0.0), {"late": facts.late, "orders": facts.orders}))
    if facts.defects:
        tried.append(("defects", replace(facts, defects=0), {"defects": facts.defects, "orders": facts.orders}))
    if len(set(facts.months)) > 1 and facts.orders >= measures()["consistency"]["fewest_orders"]:
        mean = round(fmean(facts.months))
        tried.append(("steady", replace(facts, months=(mean, mean, mean)), {"pieces": mean}))
    if facts.price_ratio is not None and facts.price_ratio > 1:
        percent = round((1 - 1 / facts.price_ratio) * 100)
        tried.append(("price", replace(facts, price_ratio=1.0), {"percent": percent}))
    tried.append(("campaign", replace(facts, campaigns=facts.campaigns + 1), {}))
    return tried


def _papers(facts: Facts) -> float | None:
    return (facts.papers_asked - len(facts.missing)) / facts.papers_asked if facts.papers_asked else None


def _evidence(facts: Facts) -> float:
    """How far rates may be believed: one order says little, twenty enough."""
    return min(1.0, facts.orders / measures()["evidence"]["full_orders"])


def _together(name: str, rows: Sequence[tuple[float, float | None, float]]) -> Part:
    """(weight, value, belief) of the pieces of a part."""
    there = sum(weight for weight, value, _ in rows if value is not None)
    if not there:
        return Part(name, None, 0.0)
    value = sum(weight * value for weight, value, _ in rows if value is not None) / there
    belief = sum(weight * belief for weight, value, belief in rows if value is not None) / sum(weight for weight, _, _ in rows)
    return Part(name, value, belief)
