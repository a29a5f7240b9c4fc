"""Sends requests at a server from a process of its own, and says what came back and what it cost.

Closed loop: `wrk` where it is installed, else `generator.py`. Open loop: always `generator.py`, for wrk sends as fast as it is answered.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from saudagar.foundation.processes import ending_with_parent
from saudagar.site.bench.machine import CORES, Meter
from saudagar.site.bench.records import Answer, began, read_answers, write_requests
from saudagar.site.bench.results import Round
from saudagar.site.environment import ROOT

SCRIPT = Path(__file__).with_name("wrk.lua")
ENGINES = ("auto", "wrk", "own")


@dataclass(frozen=True, slots=True)
class Drive:
    """How to load: connections, requests due a second (0: closed loop), engine, seconds until what is missing is given up."""

    connections: int = 128
    rate: float = 0.0
    engine: str = "auto"
    patience_seconds: float = 120.0

    @property
    def chosen(self) -> str:
        """`wrk` or `own`."""
        if self.engine != "auto":
            return self.engine
        return "wrk" if shutil.which("wrk") and not self.rate else "own"


def drive(
    port: int,
    requests: Sequence[bytes],
    out: Path,
    how: Drive,
    *,
    good: Collection[int],
    groups: Mapping[str, Sequence[psutil.Process]] | None = None,
) -> tuple[Round, list[Answer]]:
    """Sends each request once. Answers in no particular order; raw they stay in `out`.

    good    statuses that count as answers; all others are errors, and so is what was not answered
    groups  processes whose time is measured beside
    """
    engine = how.chosen
    if not requests:
        out.touch()
        return Round(0.0, engine=engine, rate=how.rate), []
    sent = out.with_suffix(".requests")
    write_requests(sent, requests)
    meter = Meter(groups or {})
    meter.start()
    spent, p50, p99 = (_wrk if engine == "wrk" else _own)(port, sent, out, how)
    meter.stop()
    sent.unlink()
    answers = list(read_answers(out))
    begun = began(out) or min((one.begun for one in answers), default=0.0)
    ended = max((one.begun + one.seconds for one in answers), default=begun)
    seconds = max(ended - begun, 1e-6)
    served = [one for one in answers if one.status in good]
    if p50 is None:
        times = sorted(one.seconds * 1000 for one in answers if one.status)
        p50, p99 = (times[len(times) // 2], times[len(times) * 99 // 100]) if times else (None, None)
    costs = {**meter.spent, "generator": spent}
    made = Round(
        value=len(served) / seconds,
        p50_ms=p50,
        p99_ms=p99,
        seconds=round(seconds, 4),
        sent=len(requests),
        errors=len(requests) - len(served),
        statuses={str(status): number for status, number in sorted(Counter(one.status for one in answers).items())},
        engine=engine,
        rate=how.rate,
        generator_cpu_share=round(spent / (seconds * CORES), 4),
        cpu_us={name: round(cost * 1e6 / max(len(served), 1), 2) for name, cost in costs.items()},
        machine=meter.noise(spent),
    )
    return made, answers


Spent = tuple[float, float | None, float | None]  # processor seconds, p50 and p99 where the engine measured them itself


def _own(port: int, sent: Path, out: Path, how: Drive) -> Spent:
    words = [sys.executable, "-m", "saudagar.site.bench.generator", "--port", str(port), "--requests", str(sent), "--out", str(out)]
    words += ["--connections", str(how.connections), "--rate", str(how.rate), "--patience", str(how.patience_seconds)]
    done = subprocess.run(words, cwd=ROOT, env=_environment(), capture_output=True, text=True, preexec_fn=_ending(), check=False)
    if done.returncode:
        raise RuntimeError(f"the load generator failed:\n{done.stderr[-2000:]}")
    return float(json.loads(done.stdout)["cpu_seconds"]), None, None


def _wrk(port: int, sent: Path, out: Path, how: Drive) -> Spent:
    words = ["wrk", "-t1", f"-c{how.connections}", f"-d{how.patience_seconds:.0f}", "--timeout", "60", "-s", str(SCRIPT)]
    process = subprocess.Popen(
        [*words, f"http://127.0.0.1:{port}/", "--", str(sent), str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_ending(),
    )  # fmt: skip
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    summary = next((line.split() for line in said.splitlines() if line.startswith("SUMMARY")), None)
    if summary is None:
        raise RuntimeError(f"wrk failed:\n{said[-2000:]}")
    return usage.ru_utime + usage.ru_stime, float(summary[1]), float(summary[2])


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def _ending() -> Callable[[], None] | None:
    return ending_with_parent(signal.SIGTERM)
