"""Web processes and database backends killed in the middle of a stream of payment notices. The gateway tells again what was not
acknowledged; afterwards every payment it told of is captured, its order paid and its money in escrow, once.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from saudagar.payments.rules import snap
from saudagar.site.bench.house import House, answers
from saudagar.site.bench.notices import PATH, Acquirer, wrong

ACQUIRER = Acquirer()


@pytest.fixture
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="sgnotices"))
    folder.chmod(0o755)
    with House(folder, **ACQUIRER.settings) as house:
        yield house
        print((folder / "up.log").read_text()[-6000:])  # pytest shows it when the test fails
    shutil.rmtree(folder, ignore_errors=True)


def stream(house: House, *, payments: int, rate: float, victims: list[str], every: float) -> None:
    staged = house.stage_payments(businesses=8, listings=2, payments=payments)
    told = [ACQUIRER.notice(payment) for payment in staged]
    told += [ACQUIRER.notice(payment, snap.PENDING) for payment in staged[::9]]
    told += told[: len(staged) : 5]  # letter for letter once more
    random.Random(7).shuffle(told)
    out = house.var / "notices.answers"
    load = house.load(PATH, [body for body, _ in told], out, heads=[head for _, head in told], connections=32, rate=rate, retry_seconds=90)
    killed = []
    for victim in victims:
        time.sleep(every)
        killed.append(kill(house, victim))
    assert load.poll() is None, "the stream was over before everything was killed: make it longer"
    assert load.wait(180) == 0

    last = {row["n"]: row for row in answers(out)}
    assert len(last) == len(told) and {row.get("status") for row in last.values()} == {200}
    assert wrong(house, payments) == []
    for process in killed:
        assert not psutil.pid_exists(process.pid) or process.status() == psutil.STATUS_ZOMBIE


def kill(house: House, part: str) -> psutil.Process:
    """Kills one process of the kind as soon as there is one: a database that was killed before needs a moment to come back."""
    give_up_at = time.monotonic() + 40
    found: list[psutil.Process] = []
    while not found:
        assert time.monotonic() < give_up_at, f"no {part}"
        with suppress(RuntimeError, psycopg.OperationalError, psutil.NoSuchProcess):
            found = house.processes(part)
        time.sleep(0.1)
    victim = random.choice(found)
    victim.kill()
    return victim


def test_a_stream_of_notices_outlives_web_and_backend(house: House) -> None:
    stream(house, payments=400, rate=100, victims=["web", "backend", "web"], every=1.2)


@pytest.mark.long
def test_a_long_stream_of_notices_outlives_everything(house: House) -> None:
    victims = ["web", "backend", "server", "web", "granian", "backend", "worker", "server", "web"]
    stream(house, payments=8000, rate=250, victims=victims, every=3.0)
