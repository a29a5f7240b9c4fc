"""What a benchmark found, and how it is told: on the screen and as JSON. docs/reference/benchmarks.md describes every key."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Measure:
    """One number, measured several times."""

    name: str
    unit: str
    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        return f"{self.name:<44} {_number(self.median):>12} {self.unit}{_range(self.values)}"


@dataclass(slots=True)
class Round:
    """One go of the load generator: `value` good answers a second, and what it cost."""

    value: float
    p50_ms: float | None = None  # answer times; in an open loop from the moment a request was due
    p99_ms: float | None = None
    seconds: float = 0.0
    sent: int = 0
    errors: int = 0  # not answered, or answered with what should not be
    statuses: dict[str, int] = field(default_factory=dict)
    engine: str = ""  # "wrk", "own"
    rate: float = 0.0  # requests due a second, 0 in a closed loop
    generator_cpu_share: float | None = None  # of all cores
    cpu_us: dict[str, float] = field(default_factory=dict)  # processor time of one good answer, by process group, microseconds
    machine: dict[str, float] = field(default_factory=dict)  # load, steal, what others took


@dataclass(slots=True)
class Result:
    """One benchmark: the median of its rounds, the rounds, and what was checked afterwards."""

    name: str
    unit: str
    rounds: list[Round] = field(default_factory=list)
    open_loop: list[Round] = field(default_factory=list)  # at a fixed rate, for answer times
    measures: list[Measure] = field(default_factory=list)  # what else was measured
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # what went wrong with a peer: told beside its numbers
    is_peer_missing: bool = False  # it was asked for and could not be measured, or what it told is not what its database holds

    @property
    def value(self) -> float:
        return statistics.median(one.value for one in self.rounds) if self.rounds else 0.0

    @property
    def spread(self) -> float:
        """(largest - smallest) / median of the rounds."""
        values = [one.value for one in self.rounds]
        return (max(values) - min(values)) / self.value if values and self.value else 0.0

    @property
    def errors(self) -> int:
        return sum(one.errors for one in [*self.rounds, *self.open_loop])

    def times(self, share: str) -> float | None:
        """Median of `p50_ms` or `p99_ms`: of the open loop where there was one, for only there waiting in line counts."""
        found = [getattr(one, share) for one in self.open_loop or self.rounds if getattr(one, share) is not None]
        return statistics.median(found) if found else None

    def as_json(self) -> dict[str, Any]:
        shares = [one.generator_cpu_share for one in self.rounds if one.generator_cpu_share is not None]
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "p50_ms": _rounded(self.times("p50_ms")),
            "p99_ms": _rounded(self.times("p99_ms")),
            "times_from": "open_loop" if self.open_loop else "rounds",
            "spread": round(self.spread, 4),
            "errors": self.errors,
            "checks_ok": not self.problems,
            "repetitions": len(self.rounds),
            "least": min((one.value for one in self.rounds), default=0.0),
            "most": max((one.value for one in self.rounds), default=0.0),
            "generator": sorted({one.engine for one in [*self.rounds, *self.open_loop] if one.engine}),
            "generator_cpu_share": _rounded(statistics.median(shares)) if shares else None,
            "measures": [{"name": one.name, "unit": one.unit, "value": one.median, "values": one.values} for one in self.measures],
            "problems": self.problems[:100],
            "remarks": self.remarks[:100],
            "facts": self.facts,
            "rounds": [asdict(one) for one in self.rounds],
            "open_loop": [asdict(one) for one in self.open_loop],
        }

    def lines(self) -> list[str]:
        """For the screen."""
        told = [str(Measure(self.name, self.unit, [one.value for one in self.rounds]))] if self.rounds else []
        for what, rounds in (("closed loop", self.rounds), ("open loop", self.open_loop)):
            timed = [one for one in rounds if one.p50_ms is not None and one.p99_ms is not None]
            if timed:
                p50, p99 = (statistics.median(getattr(one, share) for one in timed) for share in ("p50_ms", "p99_ms"))
                at = f" at {timed[0].rate:,.0f}/s due" if timed[0].rate else ""
                told.append(f"  {what + at:<42} {'':>12} p50 {p50:.1f} ms, p99 {p99:.1f} ms")
        if self.rounds and self.rounds[0].cpu_us:
            costs = ", ".join(f"{name} {_median(self.rounds, name):.0f}" for name in self.rounds[0].cpu_us)
            told.append(f"  processor time of one, µs: {costs}")
        if (share := self.as_json()["generator_cpu_share"]) is not None:
            told.append(f"  the load generator ({', '.join(self.as_json()['generator'])}) took {share:.0%} of the machine")
        noise = [one.machine for one in self.rounds if "others_share" in one.machine]
        if noise:
            others, stolen = (statistics.median(one[share] for one in noise) for share in ("others_share", "steal_share"))
            told.append(f"  meanwhile {others:.0%} of the machine went to what is not part of this, {stolen:.0%} was stolen by its host")
        told += [f"  {one}" for one in self.measures]
        if self.errors:
            told.append(f"  errors: {self.errors:,}")
        told += [f"  WRONG: {problem}" for problem in self.problems[:20]]
        if len(self.problems) > 20:
            told.append(f"  WRONG: … and {len(self.problems) - 20:,} more")
        told += [f"  NOTE: {remark}" for remark in self.remarks]
        return told


def _median(rounds: Sequence[Round], name: str) -> float:
    return statistics.median(one.cpu_us.get(name, 0.0) for one in rounds)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _range(values: Sequence[float]) -> str:
    return f"  ({_number(min(values))} to {_number(max(values))}, {len(values)} rounds)" if len(values) > 1 else ""
