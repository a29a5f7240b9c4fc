"""The certificate: what was played and what was proved, as plain data. The JSON is the certificate; page and PDF are made from it.

`docs/reference/rehearsal-certificate.md` tells every field. Fields are added, never renamed; what changes its meaning gets a new schema.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from saudagar.site.environment import ROOT
from saudagar.site.rehearsal.checks import CHECKS, Found, certified
from saudagar.site.rehearsal.play import Played
from saudagar.site.rehearsal.watching import Second, percentile

SCHEMA = "saudagar-rehearsal/1"
# What it does not prove. Words stand in `words.LIMITS`.
LIMITS = ("one_machine", "not_speed", "short_time", "small_bank", "known_faults")
MOST_EXAMPLES = 5
MOST_SECONDS = 1800  # of the course; a rehearsal is shorter


def certificate(played: Played) -> dict[str, Any]:
    """Everything about one rehearsal."""
    verdict = certified(played.found)
    start = int(played.doors_at.timestamp())
    times = sorted(ms for second in played.seconds.values() for ms in second.times_ms)
    course = _course(played.seconds, start)
    return {
        "schema": SCHEMA,
        "verdict": "passed" if verdict.passed else "failed",
        "failed": list(verdict.failed),
        "idle": list(verdict.idle),
        "opened_at": played.doors_at.astimezone(UTC).isoformat(timespec="seconds"),
        "ended_at": played.ended_at.astimezone(UTC).isoformat(timespec="seconds"),
        "version": version(),
        "machine": machine(),
        "parameters": {**asdict(played.options), "seconds": played.options.crowd_seconds, "pay_seconds": played.options.pay_within},
        "data": {
            "copied": played.copied is not None,
            "businesses": played.copied.businesses if played.copied else 0,
            "orders": played.copied.orders if played.copied else 0,
            "campaign": played.campaign,
        },
        "checks": [_check(row, played.before) for row in played.found],
        "numbers": {
            **played.counts,
            "acknowledged": played.told["first"],
            "again": played.told["again"],
            "refused": played.told["refused"],
            "unsure": played.told["unsure"],
            "orders_per_second": round(_mean([row["placed"] for row in course if row["placed"]]), 1),
            "orders_per_second_most": max((row["placed"] for row in course), default=0),
            "p50_ms": round(percentile(times, 0.5), 1),
            "p90_ms": round(percentile(times, 0.9), 1),
            "p99_ms": round(percentile(times, 0.99), 1),
            "most_ms": round(times[-1], 1) if times else 0.0,
        },
        "course": course,
        "items": list(played.items),
        "kills": [{"what": killed.what, "second": round(killed.at - start, 1)} for killed in played.killed],
        "buyers": dict(sorted(played.deeds.items())),
        "payments": dict(sorted(played.payers.items())),
        "notices": dict(sorted(played.notices.items())),
        "limits": list(LIMITS),
    }


def version() -> dict[str, Any]:
    """The package's version, and the commit where there is a repository."""
    found: dict[str, Any] = {"package": _package(), "commit": "", "is_changed": False}
    if (ROOT / ".git").exists():
        found["commit"] = _git("rev-parse", "--short=12", "HEAD")
        found["is_changed"] = bool(_git("status", "--porcelain", "--untracked-files=no"))
    return found


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count() or 1,
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "processor": _processor(),
        "system": platform.system() + " " + platform.release(),
        "python": sys.version.split()[0],
        "load_after": round(os.getloadavg()[0], 2),
    }


def _check(row: Found, before: Mapping[str, int]) -> dict[str, Any]:
    return {
        "code": row.code,
        "counted": CHECKS[row.code],
        "examined": row.examined,
        "wrong": row.wrong,
        "wrong_before": before.get(row.code, 0),
        "examples": [{name: str(fact) for name, fact in example.items()} for example in row.examples[:MOST_EXAMPLES]],
    }


def _course(seconds: Mapping[int, Second], start: int) -> list[dict[str, Any]]:
    """Second by second from the opening, the empty ones too."""
    last = min(max(seconds, default=start) - start, MOST_SECONDS)
    course = []
    for place in range(last + 1):
        second = seconds.get(start + place, Second())
        course.append(
            {
                "second": place,
                "placed": second.placed,
                "refused": second.refused,
                "unsure": second.unsure,
                "p50_ms": round(percentile(second.times_ms, 0.5), 1),
                "p99_ms": round(percentile(second.times_ms, 0.99), 1),
            }
        )
    return course


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _package() -> str:
    try:
        return metadata.version("saudagar")
    except metadata.PackageNotFoundError:
        return ""


def _git(*words: str) -> str:
    try:
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())
