"""`./saudagar bench`: one module per benchmark, each with `HELP` and `run(sitting) -> Result`. Measured on the machine it runs on.

docs/reference/benchmarks.md tells the method and what stands in the JSON.
"""

import importlib
import json
import shutil
import statistics
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from saudagar.foundation.whole import whole
from saudagar.site.bench import machine
from saudagar.site.bench.load import ENGINES
from saudagar.site.bench.reference import Reference
from saudagar.site.bench.results import Result, Round
from saudagar.site.bench.sitting import Sitting, Size

PEERS = ("oscar",)


def run(arguments: Sequence[str]) -> int:
    """The command. Exit status 1 when a check after a benchmark found something wrong, or a peer could not be measured."""
    names = sorted(module.name for module in iter_modules(__path__) if hasattr(_module(module.name), "HELP"))
    parser = ArgumentParser(prog="./saudagar bench")
    parser.add_argument("name", nargs="?", choices=[*names, "all"])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there too: one object per benchmark, and pgbench")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="larger, longer, more rounds")
    size.add_argument("--tiny", action="store_true", help="as small as can be, to see that it works")
    parser.add_argument("--generator", choices=ENGINES, default="auto", help="auto: wrk where it is installed, else our own")
    parser.add_argument("--peer", choices=PEERS, default="", help="another shop, measured in the same run")
    given = parser.parse_args(arguments)
    if given.name is None:
        for name in names:
            print(f"  {name:<12} {_module(name).HELP}")
        return 0
    chosen = names if given.name == "all" else [given.name]
    if given.peer and not any(getattr(_module(name), "PEERS", ()) for name in chosen):
        parser.error(f"{given.name} has no peer; these have: {', '.join(name for name in names if getattr(_module(name), 'PEERS', ()))}")
    if given.generator == "wrk" and not shutil.which("wrk"):
        parser.error("wrk is not installed; apt-get install wrk, or leave --generator out")
    sitting = Sitting(Size.FULL if given.full else Size.TINY if given.tiny else Size.NORMAL, given.generator, given.peer)
    command = " ".join(["./saudagar", "bench", *arguments])
    return _sit(sitting, chosen, given.json, {"command": command, **machine.facts()})


def _sit(sitting: Sitting, names: Sequence[str], file: Path | None, where: dict[str, Any]) -> int:
    print(f"{where['cores']} cores, {where['processor']}, {where['memory_gb']} GB, load {where['load_before']} before", flush=True)
    small = sitting.size == Size.TINY
    reference = Reference(scale=1 if small else 10, seconds=1 if small else 3, runs=1 if small else 3)
    told: list[dict[str, Any]] = []
    is_well, is_complete = True, False
    try:
        before = reference.run()
        for name in names:
            print(f"{name}: {_module(name).HELP}", flush=True)
            found: Result = _module(name).run(sitting)
            after = reference.run()
            for line in found.lines():
                print(f"  {line}")
            beside: dict[str, Any] = {
                "value": _median([*before, *after]),
                "unit": "tps",
                "before": _values(before),
                "after": _values(after),
            }
            one = {**found.as_json(), "pgbench": beside, "ratio_to_pgbench": None, "size": str(sitting.size), "machine": where}
            if found.value and beside["value"]:
                one["ratio_to_pgbench"] = found.value / beside["value"]
                print(
                    f"  {one['ratio_to_pgbench']:.3g} times pgbench's {beside['value']:,.0f} tps"
                    f" ({_median(before):,.0f} before, {_median(after):,.0f} after)"
                )
            told.append(one)
            is_well = is_well and not found.problems and not found.is_peer_missing
            before = after
        print(reference.told(), flush=True)
        own = Result("pgbench", "tps", reference.rounds, facts={"scale": reference.scale, "clients": 2, "seconds": reference.seconds})
        told.append({**own.as_json(), "size": str(sitting.size), "machine": where})
        is_complete = True
    finally:
        reference.close()
        if file is not None:
            _write(told, file if is_complete else file.with_name(f"{file.name}.partial"))
    return 0 if is_well else 1


def _write(told: list[dict[str, Any]], file: Path) -> None:
    with whole(file) as fresh:
        fresh.write_text(json.dumps(told, indent=1, default=str) + "\n")
    print(f"Written: {file}")


def _median(rounds: Sequence[Round]) -> float:
    return statistics.median(one.value for one in rounds)


def _values(rounds: Sequence[Round]) -> list[float]:
    return [one.value for one in rounds]


def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")
