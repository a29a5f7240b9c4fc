"""The platform as a user starts it: `./saudagar up` in a folder of its own, on ports that are free."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]

OLD_PRICE = """
from datetime import timedelta
from saudagar.checkout import actions, tokens
from saudagar.checkout.rules.pricing import Basket, Destination
from saudagar.foundation.clock import now
from saudagar.markets.models import Listing
listing = Listing.objects.filter(market_id="id", state="live", variant__sku="PALA-100").values_list("business_id", "id")[0]
then = now() - timedelta(minutes=20)
print(tokens.token(actions.quote(Basket("id", Destination("ID", "32.73", "40135"), ((*listing, 1),), language="en"), at=then).quote))
"""


class Running:
    """`./saudagar up` with the demo's data; `stop()` ends it as Ctrl-C does."""

    def __init__(self) -> None:
        # PostgreSQL runs as another user when root starts it: that user must get through to the folder.
        self.var = Path(tempfile.mkdtemp(prefix="saudagar-story-"))
        self.var.chmod(0o755)
        port, sandbox_port = _free_ports()
        self.url, self.sandbox = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
        self.environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")} | {
            "SAUDAGAR_VAR": str(self.var),
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
            "WEB_WORKERS": "2",
        }
        self.log = self.var / "up.log"
        begun = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [ROOT / "saudagar", "up"], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self._wait(until=begun + 240)
        self.seconds_to_start = time.monotonic() - begun

    @classmethod
    def elsewhere(cls, url: str, sandbox: str) -> "Running":
        """One that was started by hand, from this folder."""
        running = cls.__new__(cls)
        running.url, running.sandbox = url, sandbox
        running.environment = os.environ | {"PORT": url.rsplit(":", 1)[1], "SANDBOX_PORT": sandbox.rsplit(":", 1)[1]}
        return running

    def _wait(self, *, until: float) -> None:
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"`./saudagar up` ended by itself:\n{self.said()}")
            with suppress(OSError):
                if urllib.request.urlopen(f"{self.url}/readyz", timeout=10).status == 200 and "Saudagar runs at" in self.said():
                    return
            time.sleep(0.2)
        self.stop()
        raise AssertionError(f"the platform did not get ready:\n{self.said()}")

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def run(self, *arguments: str) -> str:
        """Another command of the launcher, beside the running platform. Returns what it printed."""
        done = subprocess.run(
            [ROOT / "saudagar", *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def old_price(self) -> str:
        """A quote that was good until five minutes ago."""
        return self.run("manage", "shell", "-v", "0", "-c", OLD_PRICE).strip().splitlines()[-1]

    def processes(self) -> list[str]:
        """What still runs for this copy: known by the folder in its environment or on its command line."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                is_ours = process.environ().get("SAUDAGAR_VAR") == str(self.var) or any(str(self.var) in word for word in process.cmdline())
                if is_ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{process.pid} {' '.join(process.cmdline())}")
        return found

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"`./saudagar up` did not stop within 30 s of Ctrl-C:\n{self.said()}") from None
        said = self.said()
        # The keeper of the database ends a moment after its last user.
        give_up_at = time.monotonic() + 10
        while (left := self.processes()) and time.monotonic() < give_up_at:
            time.sleep(0.2)
        assert not left, f"left behind: {left}"
        assert status == 0, f"ended with status {status}:\n{said}"
        shutil.rmtree(self.var, ignore_errors=True)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
