"""What both replays sum up, of orders and of kept quotes: by cell, in parts that are added up. Whole numbers, so the order of rows counts
for nothing."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import ClassVar, Generic, Self, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class Sums(Generic[Key]):
    """Sums by cell, which sellers are in it, and the days of the first and the last row."""

    WIDTH: ClassVar[int]  # sums of a cell

    cells: dict[Key, list[int]] = field(default_factory=dict)
    sellers: dict[Key, set[int]] = field(default_factory=dict)
    unreadable: int = 0  # rows whose content is none
    first_on: str = ""
    last_on: str = ""

    def cell(self, key: Key, business: int) -> list[int]:
        """The sums of a cell, in which this seller is from now on."""
        sums = self.cells.get(key)
        if sums is None:
            sums = self.cells[key] = [0] * self.WIDTH
            self.sellers[key] = set()
        self.sellers[key].add(business)
        return sums

    def seen(self, day: str) -> None:
        if not self.first_on or day < self.first_on:
            self.first_on = day
        if day > self.last_on:
            self.last_on = day

    def add(self, other: Self) -> None:
        for key, sums in other.cells.items():
            mine = self.cells.get(key)
            self.cells[key] = list(sums) if mine is None else [one + more for one, more in zip(mine, sums, strict=True)]
        for key, sellers in other.sellers.items():
            self.sellers.setdefault(key, set()).update(sellers)
        self.unreadable += other.unreadable
        self.first_on = min(filter(None, (self.first_on, other.first_on)), default="")
        self.last_on = max(self.last_on, other.last_on)


def add_times(mine: dict[str, int], others: dict[str, int]) -> None:
    """How often each code was heard, added up."""
    for code, times in others.items():
        mine[code] = mine.get(code, 0) + times
