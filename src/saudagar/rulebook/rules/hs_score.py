"""How good the matcher is on labelled titles. Pure: titles in, shares out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from saudagar.rulebook.rules.hs_lexicon import Lexicon
from saudagar.rulebook.rules.hs_matching import Matcher

QUARTERS, STEPS = 4, 16


@dataclass(frozen=True, slots=True)
class Score:
    """Titles, and how many were answered right. also: a code an officer could equally accept counts as right too."""

    titles: int
    first: int  # right code first
    three: int  # among the first three
    heading: int  # right heading first
    also_first: int
    also_three: int

    def __str__(self) -> str:
        parts = (f"{name} {number}/{self.titles} ({number / self.titles:.1%})" for name, number in self._shares())
        return " · ".join(parts) if self.titles else "no titles"

    def _shares(self) -> tuple[tuple[str, int], ...]:
        strict = (("top-1", self.first), ("top-3", self.three), ("heading first", self.heading))
        also = (("top-1 with also", self.also_first), ("top-3 with also", self.also_three))
        return (*strict, *also) if (self.first, self.three) != (self.also_first, self.also_three) else strict


def accepted(row: Mapping[str, str]) -> set[str]:
    """The label of a title and the codes of its `also` column, where it has one."""
    return {row["hs"], *(row.get("also") or "").split()}


def scored(matcher: Matcher, rows: Sequence[Mapping[str, str]]) -> tuple[dict[str, Score], list[tuple[str, str, list[str]]]]:
    """Scores by language and of all, and the titles whose first suggestion is wrong with what was suggested."""
    counts: dict[str, list[int]] = {}
    misses = []
    for row in rows:
        codes, right = [each.hs for each in matcher.suggest(row["title"])], accepted(row)
        hits = (
            codes[:1] == [row["hs"]],
            row["hs"] in codes[:3],
            bool(codes) and codes[0][:4] == row["hs"][:4],
            bool(right & set(codes[:1])),
            bool(right & set(codes[:3])),
        )
        if not hits[0]:
            misses.append((row["title"], row["hs"], codes))
        for group in (row["language"], "all"):
            counted = counts.setdefault(group, [0] * 6)
            for number, hit in enumerate((True, *hits)):
                counted[number] += hit
    return {group: Score(*counted) for group, counted in sorted(counts.items())}, misses


def calibration(lexicon: Lexicon, nomenclature: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> list[tuple[float, float]]:
    """How often the first suggestion is right at each strength of the evidence: (evidence from, right).

    The lexicon was made with these very titles in view, so by itself it would look surer than it is for goods nobody thought of.
    Each title is therefore asked only of four lexicons that lack a quarter of the names of goods each: one title in four meets a lexicon
    that does not know its goods at all. Codes of the `also` column count as right. Steps only rise (pool adjacent violators).
    """
    points: list[tuple[float, int]] = []
    for lacking in range(QUARTERS):
        thinner = replace(
            lexicon,
            goods={key: known for key, known in lexicon.goods.items() if _quarter(known[0]) != lacking},
            han_goods={key: known for key, known in lexicon.han_goods.items() if _quarter(known[0]) != lacking},
            calibration=[],
        )
        matcher = Matcher(thinner, nomenclature)
        for row in rows:
            found = matcher.suggest(row["title"])
            if found:
                points.append((found[0].confidence, found[0].hs in accepted(row)))
    points.sort()
    size = max(len(points) // STEPS, 1)
    pools: list[list[float]] = []  # share from, right, titles
    for start in range(0, len(points), size):
        part = points[start : start + size]
        pools.append([part[0][0], sum(right for _share, right in part), len(part)])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            _share, right, titles = pools.pop()
            pools[-1][1] += right
            pools[-1][2] += titles
    return [(round(share, 3), round((right + 1) / (titles + 2), 2)) for share, right, titles in pools]


def _quarter(goods: str) -> int:
    return crc32(goods.encode()) % QUARTERS
