"""The live view: a few lines drawn over and over in a terminal; one line for each step and every five seconds where there is none."""

import json
import sys
import time
from dataclasses import asdict
from typing import TextIO

from saudagar.site.rehearsal.play import Progress

STEPS = {
    "copying": "copying the data",
    "starting": "starting the copy",
    "staging": "preparing the sale",
    "quoting": "giving quotes ahead",
    "open": "doors open",
    "expiring": "waiting for unpaid orders to expire",
    "second": "those who were turned away try again",
    "settling": "letting everything come to rest",
    "checking": "checking",
    "done": "done",
}
BLOCKS = " ▁▂▃▄▅▆▇█"
DRAW_SECONDS, PLAIN_SECONDS = 0.25, 5.0


def chart(rates: list[int], killed_at: list[int], width: int) -> tuple[str, str]:
    """The newest seconds as blocks, and under them a mark where something was killed.

    >>> chart([0, 4, 8], [1], 5)
    (' ▄█', ' ✗ ')
    """
    first = max(len(rates) - width, 0)
    shown, top = rates[first:], max([*rates, 1])
    bars = "".join(BLOCKS[-(-rate * (len(BLOCKS) - 1) // top)] for rate in shown)
    marks = "".join("✗" if first + place in killed_at else " " for place in range(len(shown)))
    return bars, marks


class Screen:
    """Shows progress to a person."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out, self.is_live = out, out.isatty()
        self.lines = 0
        self.step, self.drawn_at = "", 0.0

    def __call__(self, progress: Progress) -> None:
        fresh = progress.step != self.step
        if not fresh and time.monotonic() - self.drawn_at < (DRAW_SECONDS if self.is_live else PLAIN_SECONDS):
            return
        self.step, self.drawn_at = progress.step, time.monotonic()
        if self.is_live:
            self._draw(progress)
        else:
            print(f"· {STEPS.get(progress.step, progress.step)}{self._numbers(progress)}", file=self.out, flush=True)

    def _numbers(self, progress: Progress) -> str:
        if not progress.rates:
            return ""
        return (
            f": {progress.placed:,} placed, {progress.refused:,} refused, {progress.sold:,} of {progress.hot:,} hot pieces, "
            f"p50 {progress.p50_ms:,.0f} ms, p99 {progress.p99_ms:,.0f} ms, {progress.waiting:,} waiting, {len(progress.killed)} killed"
        )

    def _draw(self, progress: Progress) -> None:
        # The last second is still going on: the one before says how fast it is.
        rate = progress.rates[-2] if len(progress.rates) > 1 else 0
        bars, marks = chart(progress.rates, progress.killed_at, 72)
        share = progress.sold / progress.hot if progress.hot else 0.0
        sold = "█" * round(max(min(share, 1), 0) * 24)
        text = [
            f"\x1b[1mRehearsal\x1b[0m  {STEPS.get(progress.step, progress.step)}   {progress.seconds:,.0f} s",
            f"  orders/s {rate:>8,}   placed {progress.placed:>9,}   refused {progress.refused:>8,}   again {progress.again:>6,}",
            f"  p50 {progress.p50_ms:>8,.1f} ms   p99 {progress.p99_ms:>8,.1f} ms   unclear {progress.unsure:>7,}"
            f"   on the way {progress.waiting:>7,}",
            f"  hot pieces sold  \x1b[32m{sold:<24}\x1b[0m {progress.sold:,} of {progress.hot:,}",
            f"  {bars}",
            f"  \x1b[31m{marks}\x1b[0m",
            f"  killed: {', '.join(progress.killed) or 'nothing'}",
        ]
        if self.lines:
            self.out.write(f"\x1b[{self.lines}F")
        self.out.write("".join(f"\x1b[2K{line}\n" for line in text))
        self.out.flush()
        self.lines = len(text)


def as_json(progress: Progress) -> None:
    """One JSON object per line, for whoever supervises this process."""
    print(json.dumps({**asdict(progress), "rates": progress.rates[-120:]}), flush=True)
