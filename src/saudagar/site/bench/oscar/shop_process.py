"""Installs oscar, gives it a database, runs it with gunicorn, and stops it."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psutil
import psycopg

from saudagar.foundation.processes import ending_with_parent
from saudagar.site.bench.house import House
from saudagar.site.environment import ROOT, var_folder

# What oscar 4.2.1 asks for, and what production adds. Nothing of it comes into our own environment.
PACKAGES = ("django-oscar[sorl-thumbnail]==4.2.1", "psycopg[binary]==3.3.9", "gunicorn==27.0.1")
SHOP = Path(__file__).with_name("shop")
INSTALL_SECONDS = 600.0
WORKERS, THREADS = 2, 4
DATABASE = "oscar"


class NoPeer(Exception):
    """The peer cannot be measured here; the text says why."""


def environment() -> Path:
    """Python of oscar's environment, which is made at the first time: `var/peers/oscar-…`."""
    folder = var_folder() / "peers" / "oscar-4.2.1"
    python, mark = folder / "bin" / "python", folder / "installed"
    if mark.exists() and mark.read_text() == "\n".join(PACKAGES) and python.exists():
        return python
    print("  installing django-oscar from PyPI, once …", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    said = _try([sys.executable, "-m", "venv", str(folder)], INSTALL_SECONDS)
    commands: list[list[str]] = [[str(python), "-m", "pip", "install"]]
    if said is not None:
        # Debian splits off what puts pip into an environment: a pip from outside does as well.
        shutil.rmtree(folder, ignore_errors=True)
        said = _try([sys.executable, "-m", "venv", "--without-pip", str(folder)], INSTALL_SECONDS)
        if said is not None:
            raise NoPeer(f"no virtual environment can be made: {said}")
        commands = [
            [sys.executable, "-m", "pip", "--python", str(python), "install"],
            ["pip3", "--python", str(python), "install"],
            ["uv", "pip", "install", "--python", str(python)],
        ]
    give_up_at = time.monotonic() + INSTALL_SECONDS
    for command in commands:
        quiet = (
            ["--quiet"]
            if "uv" in command[0]
            else ["--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2", "--timeout", "20"]
        )
        said = _try([*command, *quiet, *PACKAGES], max(1.0, give_up_at - time.monotonic()))
        if said is None:
            mark.write_text("\n".join(PACKAGES))
            return python
    raise NoPeer(f"django-oscar could not be installed from PyPI (is it reachable?): {said}")


def _try(command: Sequence[str], seconds: float) -> str | None:
    """None when the command went well, else what it said last."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return f"{Path(command[0]).name} did not end within {seconds:.0f} s"
    except OSError as error:
        return str(error)
    lines = (done.stderr or done.stdout).strip().splitlines()
    return None if done.returncode == 0 else (lines[-1] if lines else f"exit status {done.returncode}")


class Shop:
    """`with Shop(house) as shop:` runs oscar on the PostgreSQL server of that house."""

    version = "4.2.1"

    def __init__(self, house: House) -> None:
        self.house = house
        self.folder = house.var / "oscar"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.own_environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        self.server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Shop":
        python = environment()
        self.folder.mkdir(exist_ok=True)
        parts = urlsplit(self.house.database_url)
        self.url = self.house.database_url.replace(f"/{parts.path.strip('/')}?", f"/{DATABASE}?")
        with psycopg.connect(self.house.database_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")
        self.environment = {
            "PATH": f"{python.parent}:{os.environ.get('PATH', '')}",
            "PYTHONPATH": str(SHOP),
            "DJANGO_SETTINGS_MODULE": "shop_settings",
            "SHOP_SECRET": secrets.token_urlsafe(48),
            "SHOP_MEDIA": str(self.folder / "media"),
            "SHOP_DATABASE": DATABASE,
            "SHOP_USER": unquote(parts.username or ""),
            "SHOP_HOST": parse_qs(parts.query)["host"][0],
        }
        self.python = python
        self.products(number=0, pieces=0)
        words = [str(python), "-m", "gunicorn", "shop_urls:application", "--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS)]
        words += ["--worker-class", "gthread", "--threads", str(THREADS), "--backlog", "2048", "--keep-alive", "75", "--log-level", "error"]
        words += ["--worker-tmp-dir", str(self.folder)]
        with (self.folder / "shop.log").open("ab") as log:
            self.server = subprocess.Popen(
                words, env=self.environment, cwd=SHOP, stdout=log, stderr=log, preexec_fn=ending_with_parent(signal.SIGTERM)
            )
        try:
            self._until_it_answers(60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.server is not None:
            self.server.terminate()
            try:
                self.server.wait(15)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait(5)

    def products(self, *, number: int, pieces: int) -> list[int]:
        """Makes so many products with so many pieces each."""
        command = [str(self.python), str(SHOP / "shop_stock.py"), str(number), str(pieces)]
        try:
            done = subprocess.run(command, env=self.environment, cwd=SHOP, capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            raise NoPeer("oscar's tables were not ready within 300 s") from None
        if done.returncode:
            raise NoPeer(f"oscar's tables could not be made: {done.stderr.strip().splitlines()[-1:]}")
        return list(json.loads(done.stdout.splitlines()[-1]))

    def orders(self) -> int:
        return int(self._value("SELECT count(*) FROM order_order"))

    def sold(self, product: int) -> int:
        return int(self._value(f"SELECT coalesce(sum(quantity), 0) FROM order_line WHERE product_id = {product:d}"))  # noqa: S608

    def groups(self) -> dict[str, list[psutil.Process]]:
        assert self.server is not None
        shop = psutil.Process(self.server.pid)
        return {"web": [shop, *shop.children()], "database": self.house.groups()["database"]}

    def _value(self, query: str) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query).fetchone()
            assert row is not None
            return int(row[0])

    def _until_it_answers(self, seconds: float) -> None:
        assert self.server is not None
        give_up_at = time.monotonic() + seconds
        while time.monotonic() < give_up_at and self.server.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/catalogue/", timeout=10) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.2)
        raise NoPeer(f"oscar did not start:\n{(self.folder / 'shop.log').read_text()[-2000:]}")
