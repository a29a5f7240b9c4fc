"""Who is killed when: with SIGKILL, in the middle of the crowd, as the play says."""

import random
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil
import psycopg

from saudagar.site.bench.house import House

PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Killed:
    """One process ended in the middle."""

    what: str  # web, worker, backend, server
    at: float  # seconds since the epoch


class Killer(threading.Thread):
    """Kills each victim when its share of the crowd's time is over."""

    def __init__(self, house: House, plan: Sequence[tuple[float, str]], *, over_seconds: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.house, self.plan, self.over_seconds = house, plan, over_seconds
        self.dice = random.Random(seed)  # noqa: S311 (a play, not a secret)
        self.killed: list[Killed] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        begun = time.monotonic()
        for share, what in self.plan:
            if self.is_over.wait(max(begun + share * self.over_seconds - time.monotonic(), 0)):
                return
            self._kill(what)

    def _kill(self, what: str) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at and not self.is_over.is_set():
            # The database may just be on its way back from the last one.
            with suppress(psutil.Error, psycopg.Error, RuntimeError):
                found = self.house.processes(what)
                if found:
                    self.dice.choice(found).kill()
                    self.killed.append(Killed(what, time.time()))
                    return
            self.is_over.wait(0.1)
