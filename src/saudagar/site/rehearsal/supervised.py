"""Plays an officer's rehearsal in a process of its own, with low priority, and follows what it tells."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from saudagar.foundation.processes import ending_with_parent
from saudagar.site.environment import ROOT, var_folder
from saudagar.site.rehearsal.rules import HOT, LONGEST, SKUS

NICE = 15  # real buyers come first
TELL_SECONDS = 1.0


class Broken(RuntimeError):
    """It was not played to its end; the text says why."""


def played(*, orders: int, kill: bool, campaign: str, tell: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
    """Its certificate. Raises Broken."""
    out = Path(tempfile.mkdtemp(prefix="saudagar-rehearsal-"))
    words = [sys.executable, "-m", "saudagar.site.cli", "rehearse", "--orders", str(orders), "--skus", str(SKUS), "--hot", str(HOT)]
    words += ["--progress", "json", "--out", str(out), *(["--kill"] if kill else []), *(["--campaign", campaign] if campaign else [])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "SAUDAGAR_VAR": str(var_folder())}
    ends = ending_with_parent(signal.SIGTERM)

    def prepare() -> None:
        os.nice(NICE)
        if ends is not None:
            ends()

    try:
        with (out / "errors").open("wb") as errors:
            process = subprocess.Popen(words, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, preexec_fn=prepare)
        _follow(process, tell)
        certificate = out / "certificate.json"
        if not certificate.exists():
            said = (out / "errors").read_text(errors="replace").strip().splitlines()
            raise Broken(said[-1] if said else f"ended with status {process.returncode}")
        return dict(json.loads(certificate.read_text(encoding="utf-8")))
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _follow(process: "subprocess.Popen[bytes]", tell: Callable[[Mapping[str, Any]], None]) -> None:
    """Reads line by line, and tells about once a second."""
    assert process.stdout is not None
    give_up_at, told_at = time.monotonic() + LONGEST.total_seconds(), 0.0
    step = ""
    try:
        for line in process.stdout:
            row = json.loads(line)
            if row["step"] != step or time.monotonic() - told_at > TELL_SECONDS:
                step, told_at = row["step"], time.monotonic()
                tell(row)
            if time.monotonic() > give_up_at:
                raise Broken(f"it took longer than {LONGEST.total_seconds() / 60:.0f} minutes")
        process.wait(60)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
