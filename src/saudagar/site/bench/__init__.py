"""`./saudagar bench`: one module per benchmark, each with `HELP` and `run(full) -> Report`. Measured on the machine it runs on."""

import importlib
import json
import os
import platform
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from pkgutil import iter_modules
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
        spread = f"  ({min(self.values):,.4g} to {max(self.values):,.4g}, {len(self.values)} rounds)" if len(self.values) > 1 else ""
        return f"{self.name:<36} {self.median:>12,.4g} {self.unit}{spread}"


@dataclass(slots=True)
class Report:
    """What a benchmark found: measures, and what was checked afterwards."""

    measures: list[Measure] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def run(arguments: Sequence[str]) -> int:
    """The command. Exit status 1 when a check after a benchmark found something wrong."""
    names = sorted(module.name for module in iter_modules(__path__) if hasattr(_module(module.name), "HELP"))
    parser = ArgumentParser(prog="./saudagar bench")
    parser.add_argument("name", nargs="?", choices=[*names, "all"])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there too")
    parser.add_argument("--full", action="store_true", help="larger, longer, more rounds")
    given = parser.parse_args(arguments)
    if given.name is None:
        for name in names:
            print(f"  {name:<12} {_module(name).HELP}")
        return 0
    reports = {}
    for name in names if given.name == "all" else [given.name]:
        print(f"{name}: {_module(name).HELP}", flush=True)
        reports[name] = _module(name).run(full=given.full)
        for measure in reports[name].measures:
            print(f"  {measure}")
        for problem in reports[name].problems:
            print(f"  WRONG: {problem}")
    if given.json:
        given.json.write_text(
            json.dumps({"machine": machine(), "reports": {k: asdict(v) for k, v in reports.items()}}, indent=1, default=str)
        )
    return 1 if any(report.problems for report in reports.values()) else 0


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }


def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")
