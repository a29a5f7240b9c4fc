"""Two web processes that keep the same pages: what changes in the database shows in both, also after their ears were cut off."""

import re
import shutil
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from saudagar.foundation.ids import Kind, handle, parse_handle
from saudagar.site.bench.house import House

pytestmark = pytest.mark.long

SOON = 3.0  # seconds: "within a second or two", and a machine that does other things


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="sgpages"))
    folder.chmod(0o755)
    with House(folder, web_workers=2) as house:
        yield house
        print((folder / "up.log").read_text()[-3000:])
    shutil.rmtree(folder, ignore_errors=True)


def get(house: House, path: str, **headers: str) -> tuple[str, str]:
    """Head and body, over a connection of its own: the kernel gives it to either process."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *(f"{name}: {value}" for name, value in headers.items())]
    with socket.create_connection(("127.0.0.1", house.port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    head, _, body = answer.decode().partition("\r\n\r\n")
    return head, body


def everywhere(house: House, path: str, words: str, times: int = 40) -> Counter[bool]:
    """How often a page says it, asked so often that both processes were."""
    return Counter(words in get(house, path)[1] for _ in range(times))


def soon(house: House, path: str, words: str) -> None:
    give_up_at = time.monotonic() + SOON
    while time.monotonic() < give_up_at:
        if words in get(house, path)[1]:
            break
        time.sleep(0.05)
    time.sleep(max(0.0, give_up_at - time.monotonic()) / 2)
    assert everywhere(house, path, words) == {True: 40}


def kept(house: House) -> dict[str, float]:
    """Requests answered from memory, by process."""
    found: dict[str, float] = {}
    for _ in range(30):
        _, text = get(house, "/metrics")
        found |= {process: float(n) for process, n in re.findall(r'saudagar_pages_total\{answer="kept",process="(\d+)"\} (\S+)', text)}
    return found


def test_what_sells_out_shows_in_both_processes(house: House) -> None:
    (offer, *_others) = house.stage(businesses=1, listings=2, pieces=50)
    business, _listing = parse_handle(offer["listing"], Kind.LISTING)
    ((product,),) = house.rows(
        "SELECT product_id FROM catalogue_variant JOIN stock_pool ON variant_id = catalogue_variant.id"
        f" WHERE stock_pool.id = '{offer['pool']}'"
    )
    page = f"/id/p/{handle(Kind.PRODUCT, business, product)}/"

    def write(statement: str) -> None:
        with psycopg.connect(house.database_url, autocommit=True) as connection:
            connection.execute(statement)

    def leave(pieces: int) -> None:
        write(f"UPDATE stock_pool SET available = {pieces} WHERE business_id = '{business}' AND id = '{offer['pool']}'")

    assert everywhere(house, page, "schema.org/InStock") == {True: 40}
    counts = kept(house)
    assert len(counts) == 2 and all(counts.values()), "both processes answered from memory"

    leave(3)
    soon(house, page, "sisa 3")
    leave(0)
    soon(house, page, "schema.org/OutOfStock")
    soon(house, "/id/", "Habis")

    # Their listening connections are cut; what changes meanwhile shows all the same, and afterwards they hear again.
    theirs = "datname = current_database() AND query IN ('LISTEN saudagar_told', 'SELECT 1')"
    write(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {theirs}")
    leave(40)
    soon(house, page, "schema.org/InStock")
    time.sleep(2)
    leave(0)
    soon(house, page, "schema.org/OutOfStock")
    assert sum(kept(house).values()) > sum(counts.values())
