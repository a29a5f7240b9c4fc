"""Payouts through the bank over HTTP, with the worker killed again and again: every seller is paid once and the books are right."""

import base64
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from django.conf import settings
from django.db import connection

from saudagar.foundation import sealing
from saudagar.settlement import actions, queries
from saudagar.settlement.models import Payout, Release
from saudagar.settlement.tests.cast import AT, a_business, an_order

SELLERS = 14
WORKER = """
import django; django.setup()
from datetime import datetime, timedelta
from saudagar.settlement import actions
from saudagar.settlement.gateways import payout_gateway
at = datetime.fromisoformat("{at}")
for minute in range(40):
    actions.gather_all(at=at + timedelta(minutes=minute))
    actions.send_due(payout_gateway(), at=at + timedelta(minutes=minute), most=3)
"""


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[str]:
    """The address of a bank of our own. What it knows survives; its half of the keys is in tmp_path/secrets.json."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "saudagar_sandbox", "--port", str(port), "--data", str(tmp_path / "sandbox")]
    command += ["--secrets", str(tmp_path / "secrets.json"), "--web", "http://127.0.0.1:9"]
    server = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(Path(sealing.__file__).parents[2])})
    try:
        for _ in range(200):
            try:
                httpx.get(address + "/tester/transfers").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def database_url() -> str:
    """The test's own database, for another process."""
    known = connection.settings_dict
    query = urlencode({"host": known["HOST"], **({"port": known["PORT"]} if known["PORT"] else {})})
    login = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    return f"postgresql://{login}@/{known['NAME']}?{query}"


def environment_keys() -> str:
    """The keys that sealed the accounts, in the form of the environment."""
    return ",".join(f"{number}:{base64.b64encode(key).decode()}" for number, key in settings.SEALING_KEYS.items())


def paid() -> int:
    return Payout.objects.filter(state="paid").count()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_pays_everybody_once(sandbox: str, tmp_path: Path) -> None:
    for number in range(SELLERS):
        seller = a_business(f"Warung {number}", owner=f"pemilik{number}@contoh.example")
        actions.set_account(seller.pk, bank_code="014", number=f"{1234500000 + number}", holder="Sari", by=seller.pk, at=AT)
        actions.release(seller.pk, an_order(seller, goods=10_000_000 + number * 100).id, at=AT)
    at = AT + timedelta(days=1)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "saudagar.site.settings",
        "PYTHONPATH": str(Path(sealing.__file__).parents[2]),
        "DATABASE_URL": database_url(),
        "SAUDAGAR_VAR": str(tmp_path),
        "SAUDAGAR_SANDBOX_URL": sandbox,
        "SAUDAGAR_KEYS": environment_keys(),
    }

    dice = random.Random(9)
    kills = 0
    for day in range(30):
        fault = {"provider": "snap", "kind": "vanish" if day % 2 else "refuse", "count": 1}
        httpx.post(sandbox + "/tester/faults", json=fault)
        # A later day each time, so that what was put off is due again.
        code = WORKER.format(at=(at + timedelta(days=day)).isoformat())
        worker = subprocess.Popen([sys.executable, "-c", code], env=environment)
        enough = paid() + dice.randint(1, 3)
        while worker.poll() is None and paid() < min(enough, SELLERS):
            time.sleep(0.005)
        if worker.poll() is None and paid() < SELLERS:
            time.sleep(dice.uniform(0, 0.04))
            worker.send_signal(signal.SIGKILL)
            kills += 1
        worker.wait(120)
        if paid() == SELLERS:
            break

    assert kills >= 3, "too few workers were killed at work: the test proves nothing"
    transfers = httpx.get(sandbox + "/tester/transfers").json()["transfers"]
    assert len({row["account"] for row in transfers}) == len(transfers) == SELLERS
    assert sum(row["amount"] for row in transfers) == sum(Release.objects.values_list("net", flat=True))
    assert set(Payout.objects.values_list("state", "attempt")) == {("paid", 1)}
    assert [check.code for check in queries.proof() if not check.is_right] == []
