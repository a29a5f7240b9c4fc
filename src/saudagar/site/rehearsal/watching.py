"""What the crowd is told, read from the load generator's file while it grows: orders and answer times second by second."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Second:
    """One second of the sale."""

    placed: int = 0
    refused: int = 0
    unsure: int = 0  # no answer, 429, 5xx: the buyer asks again
    times_ms: list[float] = field(default_factory=list)  # answer times of clear answers


@dataclass(slots=True)
class Watch:
    """Reads on in one file. `at` of an answer is when it was sent; it counts in the second it was answered."""

    path: Path
    read_bytes: int = 0
    answered: set[int] = field(default_factory=set)  # sendings with a clear answer
    seconds: dict[int, Second] = field(default_factory=dict)
    totals: Counter[str] = field(default_factory=Counter)

    def look(self) -> None:
        """Takes in what was written since."""
        for row in self._fresh():
            word = told(row)
            second = self.seconds.setdefault(int(row["at"] + row["seconds"]), Second())
            if word == "unsure":
                second.unsure += 1
            else:
                self.answered.add(row["n"])
                second.times_ms.append(row["seconds"] * 1000)
                second.placed += word == "first"
                second.refused += word == "refused"
            self.totals[word] += 1

    def _fresh(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self.read_bytes)
            text = file.read()
        # The last line may still be in the writing.
        whole = text.rfind(b"\n") + 1
        self.read_bytes += whole
        for line in text[:whole].splitlines():
            yield json.loads(line)


def together(watches: Iterable[Watch]) -> dict[int, Second]:
    """The seconds of several files, each second once."""
    found: dict[int, Second] = {}
    for watch in watches:
        for moment, second in watch.seconds.items():
            whole = found.setdefault(moment, Second())
            whole.placed += second.placed
            whole.refused += second.refused
            whole.unsure += second.unsure
            whole.times_ms += second.times_ms
    return found


def told(row: dict[str, Any]) -> str:
    """first, again, refused or unsure: one word for an answer of the intake."""
    status = row.get("status")
    if status == 201:
        return "first"
    if status == 200:
        return "again"
    if isinstance(status, int) and 400 <= status < 500 and status != 429:
        return "refused"
    return "unsure"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed; 0 of none.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5)
    2.0
    """
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * share) - 1, 0)]
