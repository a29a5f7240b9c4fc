"""A whole Saudagar of its own, in a folder of its own, to measure and to break: started by the same supervisor as any other."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from saudagar.foundation.postgres import Cluster
from saudagar.foundation.processes import ending_with_parent
from saudagar.site.bench.load import Drive, drive
from saudagar.site.bench.records import Answer
from saudagar.site.bench.results import Round
from saudagar.site.environment import ROOT


class House:
    """`with House(folder) as house:` runs web, worker and database; the demo is off, so is the limit on requests."""

    def __init__(self, var: Path, *, web_workers: int = 2, **environment: str) -> None:
        self.var = var
        self.port, self.sandbox_port = _free_ports(2)
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = {
            **kept,
            "SAUDAGAR_VAR": str(var),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "HOST": "127.0.0.1",
            "WEB_WORKERS": str(web_workers),
            "SAUDAGAR_DEMO": "0",
            "SAUDAGAR_HOSTS": "127.0.0.1",
            "SAUDAGAR_DOOR_PER_SECOND": "0",
            "PYTHONPATH": str(ROOT / "src"),
            **environment,
        }
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.engine = "auto"  # of the load generator

    def __enter__(self) -> "House":
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "up.log").open("ab") as log:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", "saudagar.site.cli", "up"],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                preexec_fn=ending_with_parent(signal.SIGTERM),
            )
        try:
            self.until(self.answers, 180, "the first answer")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self.supervisor is not None
        self.supervisor.terminate()
        try:
            self.supervisor.wait(30)
        except subprocess.TimeoutExpired:
            self.supervisor.kill()

    def answers(self) -> bool:
        if self.supervisor is not None and self.supervisor.poll() is not None:
            raise RuntimeError(f"Saudagar did not start:\n{(self.var / 'up.log').read_text()[-3000:]}")
        with suppress(OSError, urllib.error.URLError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def until(self, true: Callable[[], Any], seconds: float, what: str) -> None:
        give_up_at = time.monotonic() + seconds
        while not true():
            if time.monotonic() > give_up_at:
                raise TimeoutError(f"waited {seconds:.0f} s for {what}; see {self.var / 'up.log'}")
            time.sleep(0.05)

    @property
    def database_url(self) -> str:
        url = Cluster(self.var).url()
        if url is None:
            raise RuntimeError("the database does not answer")
        return url

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query).fetchall()

    def execute(self, statements: str) -> None:
        """Writes to the database; several statements are one transaction."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statements)

    def processes(self, part: str) -> list[psutil.Process]:
        """`web` (Granian's workers), `granian`, `worker`, `server` (PostgreSQL's postmaster), `backend` (connections of Saudagar)."""
        if part == "server":
            server = Cluster(self.var).server()
            return [psutil.Process(server.pid)] if server else []
        if part == "backend":
            query = (
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY backend_start"
            )
            return [psutil.Process(pid) for (pid,) in self.rows(query)]
        assert self.supervisor is not None
        children = psutil.Process(self.supervisor.pid).children()
        if part == "worker":
            return [child for child in children if _words(child)[-1:] == ["worker"]]
        granian = [child for child in children if "granian" in _words(child)]
        if part == "granian":
            return granian
        # Granian's own children, without Python's helper that tracks shared resources.
        grandchildren = [grandchild for child in granian for grandchild in child.children()]
        return [one for one in grandchildren if _words(one) and "resource_tracker" not in " ".join(_words(one))]

    def stage(self, *, businesses: int, listings: int, pieces: int) -> list[dict[str, str]]:
        """Makes sellers with stock; returns their listings."""
        return list(self._command("stage", str(businesses), str(listings), str(pieces)))

    def stage_payments(self, *, businesses: int, listings: int, payments: int) -> list[dict[str, Any]]:
        """Makes orders that wait to be paid; returns their payments."""
        return list(self._command("stage_payments", str(businesses), str(listings), str(payments)))

    def audit(self, *answers: Path) -> dict[str, Any]:
        """Compares what was answered with what stands in the database."""
        return dict(self._command("audit_orders", *map(str, answers)))

    def proved(self) -> bool:
        """Whether the books prove right."""
        command = [sys.executable, "-m", "saudagar.site.cli", "manage", "prove_ledger"]
        return subprocess.run(command, env=self.environment, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode == 0

    def _command(self, name: str, *arguments: str) -> Any:
        command = [sys.executable, "-m", "saudagar.site.cli", "manage", name, *arguments]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if not done.stdout:
            raise RuntimeError(f"{name} failed:\n{done.stderr[-3000:]}")
        return json.loads(done.stdout)

    def round(
        self,
        name: str,
        requests: Sequence[bytes],
        *,
        good: Collection[int] = (200, 201),
        connections: int = 128,
        rate: float = 0.0,
        patience_seconds: float = 120.0,
    ) -> tuple[Round, list[Answer]]:
        """One go of the load generator (`load.drive`). The raw answers stay in `answers_of(name)`."""
        engine = "own" if rate else self.engine
        how = Drive(connections=connections, rate=rate, engine=engine, patience_seconds=patience_seconds)
        return drive(self.port, requests, self.answers_of(name), how, good=good, groups=self.groups())

    def answers_of(self, name: str) -> Path:
        return self.var / f"{name}.raw"

    def groups(self) -> dict[str, list[psutil.Process]]:
        """Who works for this house: web, database with all its processes, job worker."""
        database = [one for server in self.processes("server") for one in [server, *server.children(recursive=True)]]
        return {"web": [*self.processes("web"), *self.processes("granian")], "database": database, "worker": self.processes("worker")}

    def load(
        self, path: str, bodies: Sequence[Any], out: Path, *, heads: Sequence[dict[str, str]] = (), **options: float
    ) -> "subprocess.Popen[bytes]":
        """Starts buyers who do not give up (`client.py`) on these bodies (text, or what becomes JSON); their answers are added to `out`."""
        sent = out.with_suffix(".sent")
        sent.write_text("\n".join(body if isinstance(body, str) else json.dumps(body, separators=(",", ":")) for body in bodies))
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        command = [sys.executable, "-m", "saudagar.site.bench.client", "--port", str(self.port), "--path", path]
        command += ["--bodies", str(sent), "--out", str(out), *words]
        if heads:
            out.with_suffix(".heads").write_text("\n".join(map(json.dumps, heads)))
            command += ["--heads", str(out.with_suffix(".heads"))]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, preexec_fn=ending_with_parent(signal.SIGTERM))

    def ask(self, path: str, bodies: Sequence[Any], out: Path, **options: Any) -> list[dict[str, Any]]:
        """The same, and waits. Returns the answers, in order of the bodies, the last one of each."""
        out.unlink(missing_ok=True)
        if self.load(path, bodies, out, **options).wait():
            raise RuntimeError("the client failed")
        last = {row["n"]: row for row in answers(out)}
        return [last[n] for n in range(len(bodies))]


def _words(process: psutil.Process) -> list[str]:
    """Its command line; nothing when it has ended meanwhile."""
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def answers(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text().splitlines()]


def _free_ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
