"""`./saudagar up`: prepares the database, starts web, job worker and sandbox, keeps them running, and stops them together.

Nothing is left behind: children get a signal from the kernel when this process dies (PR_SET_PDEATHSIG), and the embedded
PostgreSQL stops by itself when nobody uses it any more (`foundation/postgres.py`). A second copy on another PORT in the same
folder shares the database and the files under `var/`; give it its own with SAUDAGAR_VAR.
"""

import errno
import http.client
import importlib.util
import json
import os
import pwd
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from saudagar.foundation import postgres
from saudagar.foundation.processes import ending_with_parent
from saudagar.site import environment, prepared
from saudagar.site.environment import BadSetting

STEADY_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 30.0
STOP_SECONDS = 10.0
LOG_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Plan:
    """What the environment asks for, checked before anything is started."""

    var: Path
    host: str
    port: int
    sandbox_port: int | None
    web_workers: int
    own_database: bool  # DATABASE_URL names a server of the operator's own

    @property
    def address(self) -> str:
        return f"http://{'127.0.0.1' if self.host in ('0.0.0.0', '::') else self.host}:{self.port}"  # noqa: S104 (compared, not bound)


def plan() -> Plan:
    """Reads the environment; ends with a sentence that tells how to mend it when something cannot work."""
    var = environment.var_folder()
    host = os.environ.get("HOST", "127.0.0.1")
    port = environment.whole_number("PORT", 8000, least=1)
    web_workers = environment.whole_number("WEB_WORKERS", 2, least=1, most=64)
    if port < 1024 and os.geteuid() != 0:
        raise BadSetting(f"PORT={port}: ports below 1024 are for root. Choose another: PORT=8000 ./saudagar up")
    _check_free(host, port, "PORT")
    _check_writable(var)
    _check_database_url()
    return Plan(var, host, port, _sandbox_port(port), web_workers, bool(os.environ.get("DATABASE_URL", "").strip()))


def _check_free(host: str, port: int, name: str) -> None:
    problem = _cannot_listen(host, port)
    if problem is None:
        return
    if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
        raise BadSetting(f"Port {port} is taken{_taken_by(port)}. Choose another: {name}={port + 10} ./saudagar up")
    raise BadSetting(f"Cannot listen on {host}:{port} ({problem.strerror or problem}). Set HOST and {name} to an address of this machine.")


def _cannot_listen(host: str, port: int) -> OSError | None:
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            # So that connections of a former run which still fade away do not count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen(1)
    except OSError as error:
        return error
    return None


def _taken_by(port: int) -> str:
    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    return ""


def _check_writable(var: Path) -> None:
    try:
        (var / "log").mkdir(parents=True, exist_ok=True)
        with suppress(PermissionError):
            (var / "log").chmod(0o700)  # other users of the machine need not read what went wrong with whom
        probe = var / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except PermissionError:
        user = pwd.getpwuid(os.geteuid()).pw_name
        raise BadSetting(
            f"The user {user} may not write into {var}. Give it to {user} (chown -R {user} {var}), "
            "or choose a folder that may be written: SAUDAGAR_VAR=~/saudagar-var ./saudagar up"
        ) from None
    except OSError as error:
        raise BadSetting(f"Cannot write into {var}: {error.strerror}. SAUDAGAR_VAR names another folder.") from None


def _check_database_url() -> None:
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        return
    settings = environment.database(url)
    import psycopg  # noqa: PLC0415 (only needed here)

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        where = settings["HOST"] or "localhost"
        raise BadSetting(
            f"The database of DATABASE_URL does not answer: {str(error).strip()}\n"
            f"Check that PostgreSQL runs on {where}, that the database {settings['NAME']!r} exists and that user and password are right; "
            "or leave DATABASE_URL out to use the embedded one."
        ) from None
    if version < 150000:
        raise BadSetting(f"DATABASE_URL names PostgreSQL {version // 10000}; Saudagar needs 15 or newer.")


def _sandbox_port(port: int) -> int | None:
    """Beside the web port; the next free one when a second copy sits there already."""
    wanted = environment.switch("SAUDAGAR_SANDBOX", environment.switch("SAUDAGAR_DEMO", True))
    if not wanted or importlib.util.find_spec("saudagar_sandbox.__main__") is None:
        return None
    if os.environ.get("SANDBOX_PORT"):
        given = environment.whole_number("SANDBOX_PORT", port + 1, least=1)
        _check_free("127.0.0.1", given, "SANDBOX_PORT")
        return given
    for candidate in range(port + 1, min(port + 50, 65536)):
        if _cannot_listen("127.0.0.1", candidate) is None:
            return candidate
    raise BadSetting(f"No port from {port + 1} to {port + 49} is free for the sandbox. Name one: SANDBOX_PORT=9000 ./saudagar up")


@dataclass(slots=True)
class Child:
    """A process that is kept running."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: IO[bytes]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_at: float | None = 0.0
    is_once: bool = False
    is_over: bool = False

    def start(self) -> None:
        self.started_at, self.start_at = time.monotonic(), None
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=environment.ROOT,
            env=self.environment,
            # A group of its own: Ctrl-C in the terminal reaches only the supervisor, which stops the others in order.
            process_group=0,
            preexec_fn=ending_with_parent(signal.SIGTERM),
        )

    def ended(self) -> str:
        """Plans the next start; returns what happened in words."""
        assert self.process is not None
        code = self.process.returncode
        # What it has left behind would still hold its port.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        steady = time.monotonic() - self.started_at > STEADY_SECONDS
        self.failures = 0 if steady else self.failures + 1
        wait = 0.0 if self.failures <= 1 else min(2.0 ** (self.failures - 2), LONGEST_WAIT_SECONDS)
        self.start_at = time.monotonic() + wait
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        return f"{self.name} {how}; starting it again" + (f" in {wait:.0f} s" if wait else "")

    def send(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(how)


class Supervisor:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.children: list[Child] = []
        self.outputs = selectors.DefaultSelector()
        self.asked_to_stop = 0
        reading, writing = os.pipe()
        for end in (reading, writing):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        self.outputs.register(reading, selectors.EVENT_READ)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _on_stop(self, *_: object) -> None:
        self.asked_to_stop += 1

    def run(self) -> int:
        begun = time.monotonic()
        try:
            say("Database")
            self._database()
            wants_demo = False if self._is_prepared() else self._prepare()
            if self.asked_to_stop:
                return 0
            if wants_demo:
                say("Invented shops, products and orders, once")
                self._load_demo()
            if self.asked_to_stop:
                return 0
            say("Starting web, worker" + (" and sandbox" if self.plan.sandbox_port else ""))
            web = self._add_web()
            if not self._wait_for_first_answer(web):
                return 0 if self.asked_to_stop else 1
            # Not earlier: at a start every process wants a core, and people wait for the web.
            self._add_others()
            self._welcome(time.monotonic() - begun)
            while not self.asked_to_stop:
                self._look_after(1.0)
            return 0
        finally:
            self._stop()

    def _database(self) -> None:
        """The embedded server, started again when it is gone (its keeper does so itself unless it died too)."""
        if not self.plan.own_database:
            environment.database_url()

    def _is_prepared(self) -> bool:
        """Whether this code has been prepared on this database before, and the database was not put back since."""
        var, url = self.plan.var, environment.database_url()
        wanted = prepared.migrations_when_done(var, url)
        made = [var / "secrets.json", var / "static", *([var / "sandbox"] if self.plan.sandbox_port else [])]
        if wanted is None or not all(path.exists() for path in made):
            return False
        import psycopg  # noqa: PLC0415 (only needed here)

        with suppress(psycopg.Error), psycopg.connect(url) as connection:
            return connection.execute("SELECT count(*) FROM django_migrations").fetchone() == (wanted,)
        return False

    def _prepare(self) -> bool:
        """Translations, migrations, static files: one Django process for all. Returns whether demo data is wanted."""
        if self.plan.sandbox_port:
            # Before the settings are read for the first time: web and worker start with them.
            subprocess.run(self._sandbox("keys"), cwd=environment.ROOT, env=self._environment(), check=True)
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-m", "saudagar.site.cli", "manage", "prepare", f"--report={writing}"],
            cwd=environment.ROOT,
            env=self._environment(),
            pass_fds=[writing],
            process_group=0,
            preexec_fn=ending_with_parent(signal.SIGTERM),
        )
        os.close(writing)
        while process.poll() is None:
            if self.asked_to_stop:
                process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        with os.fdopen(reading) as file:
            report = file.read()
        if process.returncode and not self.asked_to_stop:
            raise SystemExit("Preparing failed: see above. `./saudagar doctor` tells more.")
        return bool(report and json.loads(report)["wants_demo"])

    def _load_demo(self) -> None:
        """Before web and worker: the demo lives orders of past weeks, which a worker would let expire."""
        demo = self._add("demo", [sys.executable, "-m", "saudagar.site.cli", "manage", "demo", "-v2"])
        while not demo.is_over and not self.asked_to_stop:
            self._look_after(0.2)
        assert demo.process is not None
        if demo.process.returncode:
            say("The demo data is not complete: see above. Everything else runs; to begin anew: stop, rm -rf var, ./saudagar up")

    def _sandbox(self, command: str) -> list[str]:
        """The sandbox's command line; it leaves the platform's half of the keys where the settings look."""
        var = self.plan.var
        folders = ["--data", str(var / "sandbox"), "--secrets", str(var / "secrets.json")]
        return [sys.executable, "-m", "saudagar_sandbox", command, *folders]

    def _environment(self) -> dict[str, str]:
        given = {
            **os.environ,
            "PORT": str(self.plan.port),
            "DJANGO_SETTINGS_MODULE": "saudagar.site.settings",
            "PYTHONUNBUFFERED": "1",
            "SAUDAGAR_SUPERVISED": "1",
        }
        if self.plan.sandbox_port:
            given["SANDBOX_PORT"] = str(self.plan.sandbox_port)
        return given

    def _add_web(self) -> "Child":
        web = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", self.plan.host, "--port", str(self.plan.port)]
        web += ["--workers", str(self.plan.web_workers), "--log-level", "warning", "--backlog", "2048", "--loop", "uvloop"]
        web += ["--http", "1", "--no-ws"]
        web += ["--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "8", "saudagar.site.rsgi:application"]
        return self._add("web", web)

    def _add_others(self) -> None:
        self._add("worker", [sys.executable, "-m", "saudagar.site.cli", "manage", "worker"])
        if self.plan.sandbox_port:
            port, web = str(self.plan.sandbox_port), f"http://127.0.0.1:{self.plan.port}"
            self._add("sandbox", [*self._sandbox("serve"), "--port", port, "--web", web])
        self._look_after(0)

    def _add(self, name: str, command: Sequence[str]) -> "Child":
        path = self.plan.var / "log" / f"{name}-{self.plan.port}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        child = Child(name, command, self._environment(), path.open("ab", buffering=0), is_once=name == "demo")
        self.children.append(child)
        return child

    def _look_after(self, seconds: float) -> None:
        """One round: pass on what the children said, start those whose time has come, see that the database is there."""
        for key, _ in self.outputs.select(seconds):
            if key.data is None:
                with suppress(BlockingIOError):
                    os.read(key.fd, 4096)
            else:
                self._hear(key.data, key.fd)
        if self.asked_to_stop:
            return
        for child in self.children:
            if child.process is not None and child.start_at is None and not child.is_over and child.process.poll() is not None:
                self._forget_output(child)
                if child.is_once:
                    child.is_over = True
                else:
                    say(child.ended())
            if child.start_at is not None and time.monotonic() >= child.start_at:
                self._database()
                child.start()
                assert child.process is not None
                assert child.process.stdout is not None
                os.set_blocking(child.process.stdout.fileno(), False)
                self.outputs.register(child.process.stdout, selectors.EVENT_READ, child)
        if not self.plan.own_database and postgres.Cluster(self.plan.var).url() is None:
            say("PostgreSQL is gone; starting it again")
            self._database()

    def _hear(self, child: Child, descriptor: int) -> None:
        try:
            said = os.read(descriptor, 65536)
        except BlockingIOError:
            return
        if not said:
            self._forget_output(child)
            return
        child.log.write(said)
        for line in said.decode(errors="replace").splitlines():
            print(f"{child.name:>7} │ {line}", flush=True)

    def _forget_output(self, child: Child) -> None:
        if child.process is not None and child.process.stdout is not None and not child.process.stdout.closed:
            with suppress(KeyError):
                self.outputs.unregister(child.process.stdout)
            child.process.stdout.close()

    def _wait_for_first_answer(self, web: Child, patience_seconds: float = 60) -> bool:
        give_up_at = time.monotonic() + patience_seconds
        while not self.asked_to_stop:
            self._look_after(0.05)
            if web.failures >= 3:
                say(f"The web server does not start: see {web.log.name}. `./saudagar doctor` tells more.")
                return False
            if self._answers():
                return True
            if time.monotonic() > give_up_at:
                say(f"The web server did not answer within {patience_seconds:.0f} s: see {web.log.name}")
                return False
        return False

    def _answers(self) -> bool:
        host = re.sub(r"^https?://|:\d+$", "", self.plan.address)
        connection = http.client.HTTPConnection(host, self.plan.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _welcome(self, seconds: float) -> None:
        here = self.plan.address
        print(f"\nSaudagar runs at {here}  (started in {seconds:.1f} s; Ctrl-C stops it)\n", flush=True)
        for path, what in (
            ("/", "choose a market"),
            ("/seller/", "for sellers"),
            ("/officer/", "for officers"),
            ("/admin/", "for operators"),
        ):
            print(f"  {here + path:<34} {what}")
        if self.plan.sandbox_port:
            print(f"  {f'http://127.0.0.1:{self.plan.sandbox_port}/':<34} sandbox: pay, fail, deliver as bank and courier would")
        if sign_ins := self._sign_ins():
            print("\nDemo sign-ins (invented people):")
            for one in sign_ins:
                print(f"  {one['role']:<10} {one['who']:<28} {one['login']:<28} {one['password']}")
        print(flush=True)

    def _sign_ins(self) -> list[Mapping[str, str]]:
        """What the demo wrote down."""
        file = self.plan.var / "demo.json"
        return list(json.loads(file.read_text())) if environment.switch("SAUDAGAR_DEMO", True) and file.exists() else []

    def _stop(self) -> None:
        # A second Ctrl-C while stopping: at once.
        already = self.asked_to_stop
        if self.children:
            say("Stopping")
        for child in self.children:
            child.send(signal.SIGTERM)
        give_up_at = time.monotonic() + STOP_SECONDS
        while any(child.process is not None and child.process.poll() is None for child in self.children):
            self._look_after_output(0.05)
            if time.monotonic() > give_up_at or self.asked_to_stop > max(already, 1):
                break
        for child in self.children:
            if child.process is not None:
                # Also what a child that died has left in its group.
                with suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
        if not self.plan.own_database:
            postgres.stop(self.plan.var)
        if self.children:
            say("Stopped")

    def _look_after_output(self, seconds: float) -> None:
        for key, _ in self.outputs.select(seconds):
            if isinstance(key.data, Child):
                self._hear(key.data, key.fd)
            else:
                with suppress(BlockingIOError):
                    os.read(key.fd, 4096)


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def supervise() -> int:
    """Runs until asked to stop. Returns the exit status."""
    return Supervisor(plan()).run()
