"""PostgreSQL's own benchmark on the embedded server, in the same sitting: what lets numbers of different machines be compared.

tpcb-like, 2 clients, fsync on, several short runs before and after. The server is one of its own with the same binaries,
settings and disk; it is stopped while something else is measured.
"""

import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from saudagar.foundation import postgres
from saudagar.site.bench.results import Round

CLIENTS = 2


class Reference:
    """`run()` measures; `rounds` are all runs so far."""

    def __init__(self, *, scale: int = 10, seconds: int = 3, runs: int = 3) -> None:
        self.scale, self.seconds, self.runs = scale, seconds, runs
        self.rounds: list[Round] = []
        self.var = Path(tempfile.mkdtemp(prefix="saudagar-pgbench-"))
        self.var.chmod(0o755)
        self.is_filled = False

    def run(self) -> list[Round]:
        """So many short runs, one after the other."""
        url, tool = postgres.ensure_running(self.var), str(postgres.binaries() / "pgbench")
        if not self.is_filled:
            subprocess.run([tool, "-i", "-q", "-s", str(self.scale), url], check=True, capture_output=True)
            self.is_filled = True
        made = []
        for _ in range(self.runs):
            words = [tool, "-n", "-c", str(CLIENTS), "-j", str(CLIENTS), "-T", str(self.seconds), url]
            said = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
            tps = next(float(line.split()[2]) for line in said if line.startswith("tps"))
            latency = next(float(line.split()[3]) for line in said if line.startswith("latency average"))
            made.append(Round(tps, seconds=self.seconds, sent=round(tps * self.seconds), machine={"average_ms": latency}))
        postgres.stop(self.var)
        self.rounds += made
        return made

    def close(self) -> None:
        postgres.stop(self.var)
        shutil.rmtree(self.var, ignore_errors=True)

    def told(self) -> str:
        values = [one.value for one in self.rounds]
        return (
            f"pgbench, tpcb-like, scale {self.scale}, {CLIENTS} clients: {statistics.median(values):,.0f} tps"
            f"  ({min(values):,.0f} to {max(values):,.0f}, {len(values)} runs)"
        )
