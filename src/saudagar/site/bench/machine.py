"""What the machine is, and what it did during a round: who used its processors, how much was stolen, who else was at work."""

import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

CORES = os.cpu_count() or 1
TICKS = os.sysconf("SC_CLK_TCK")


def facts() -> dict[str, object]:
    return {
        "cores": CORES,
        "processor": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    with suppress(OSError, StopIteration):
        line = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
        return line.split(":", 1)[1].strip()
    return platform.processor()


Groups = Mapping[str, Sequence[psutil.Process]]


@dataclass(slots=True)
class Meter:
    """Processor seconds of groups of processes and of the whole machine between `start` and `stop`."""

    groups: Groups
    seconds: float = 0.0
    spent: dict[str, float] = field(default_factory=dict)  # by group
    busy: float = 0.0  # of all processors, seconds
    stolen: float = 0.0
    _begun: tuple[float, dict[str, float], tuple[float, float]] | None = None

    def start(self) -> None:
        self._begun = time.perf_counter(), self._by_group(), _whole_machine()

    def stop(self) -> None:
        assert self._begun is not None
        begun, spent, (busy, stolen) = self._begun
        self.seconds = time.perf_counter() - begun
        self.spent = {name: max(0.0, seconds - spent[name]) for name, seconds in self._by_group().items()}
        now_busy, now_stolen = _whole_machine()
        self.busy, self.stolen = now_busy - busy, now_stolen - stolen

    def noise(self, generator_seconds: float) -> dict[str, float]:
        """Shares of all processors: stolen by the host, and used by whoever is not part of the benchmark."""
        whole = max(self.seconds * CORES, 1e-9)
        others = self.busy - sum(self.spent.values()) - generator_seconds
        return {
            "load": round(os.getloadavg()[0], 2),
            "steal_share": round(self.stolen / whole, 4),
            "busy_share": round(self.busy / whole, 4),
            "others_share": round(max(0.0, others) / whole, 4),
        }

    def _by_group(self) -> dict[str, float]:
        return {name: sum(_seconds(process) for process in processes) for name, processes in self.groups.items()}


def _seconds(process: psutil.Process) -> float:
    """Processor seconds of a process and of those children of it that have ended."""
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _whole_machine() -> tuple[float, float]:
    """Busy and stolen seconds of all processors since the start of the machine."""
    try:
        numbers = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    except (OSError, ValueError):
        times = psutil.cpu_times()
        return float(times.user + times.system), 0.0
    user, nice, system, _, _, irq, soft, steal = numbers[:8]
    return (user + nice + system + irq + soft) / TICKS, steal / TICKS
