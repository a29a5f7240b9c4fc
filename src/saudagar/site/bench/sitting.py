"""What is asked of a benchmark: how large, with which generator, on a Saudagar of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from saudagar.site.bench.house import House

T = TypeVar("T")

OPEN_LOOP_SHARE = 0.8  # of what the closed loop reached


class Size(StrEnum):
    TINY = "tiny"  # to see that it works; its numbers mean nothing
    NORMAL = "normal"  # a minute or two
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Sitting:
    size: Size = Size.NORMAL
    engine: str = "auto"  # of the load generator: auto, wrk, own
    peer: str = ""  # "oscar"

    def pick(self, *, tiny: T, normal: T, full: T) -> T:
        """What fits the size."""
        return {Size.TINY: tiny, Size.NORMAL: normal, Size.FULL: full}[self.size]

    @contextmanager
    def house(self, **environment: str) -> Iterator[House]:
        """A whole Saudagar in a folder of its own, which is removed afterwards."""
        folder = Path(tempfile.mkdtemp(prefix="saudagar-bench-"))
        folder.chmod(0o755)
        try:
            with House(folder, web_workers=2, **environment) as house:
                house.engine = self.engine
                yield house
        finally:
            shutil.rmtree(folder, ignore_errors=True)
