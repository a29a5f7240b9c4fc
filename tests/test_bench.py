"""Benchmarks run in a tiny size, and their checks can fail: each kind of wrong result is made on purpose and must be found."""

import json
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from saudagar.foundation.ids import Kind, handle, new_business_id, new_id
from saudagar.site import bench
from saudagar.site.bench import baskets, checks, growth, hot, landed, orders, quotes
from saudagar.site.bench.checks import Counts, check_orders
from saudagar.site.bench.house import House
from saudagar.site.bench.load import Drive, drive
from saudagar.site.bench.oscar import peer, shop_process
from saudagar.site.bench.records import Answer, get, post, read_answers, read_requests, whole_answer, write_records, write_requests
from saudagar.site.bench.results import Measure, Result, Round
from saudagar.site.bench.sitting import Sitting, Size

TINY = Sitting(Size.TINY)
ENGINES = ["own", pytest.param("wrk", marks=pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed"))]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="sgbench"))
    folder.chmod(0o755)
    with House(folder) as house:
        yield house
    shutil.rmtree(folder, ignore_errors=True)


# The generators.


class Server(threading.Thread):
    """Answers each request with its own body, or hangs up when that is "hang up"."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection: socket.socket) -> None:
        data = b""
        with connection:
            while received := connection.recv(65536):
                data += received
                if (asked := whole_answer(b"HTTP/1.1 200 OK" + data[data.index(b"\r\n") :])) is None:
                    continue
                data, body = b"", asked[1]
                if body == b"hang up":
                    return
                status = b"409 Conflict" if body == b"refuse" else b"200 OK"
                connection.sendall(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body))


@pytest.fixture(scope="module")
def echo() -> Server:
    return Server()


@pytest.mark.parametrize("engine", ENGINES)
def test_each_request_is_sent_once_and_its_raw_answer_kept(echo: Server, tmp_path: Path, engine: str) -> None:
    bodies = [b"number %d" % n for n in range(500)] + [b"refuse"] * 20

    made, answers = drive(echo.port, [post("/", body) for body in bodies], tmp_path / "raw", Drive(8, engine=engine), good=(200,))

    assert sorted(answer.body for answer in answers) == sorted(bodies)
    assert made.statuses == {"200": 500, "409": 20}
    assert (made.sent, made.errors, made.engine) == (520, 20, engine)
    assert made.value > 0 and made.p50_ms is not None and made.p99_ms is not None and made.p50_ms <= made.p99_ms
    if engine == "own":
        assert {answer.n: answer.body for answer in answers} == dict(enumerate(bodies))


def test_what_is_not_answered_is_an_error_and_the_rest_goes_on(echo: Server, tmp_path: Path) -> None:
    bodies = [b"first", b"hang up", b"second", b"hang up", b"third"]

    made, answers = drive(echo.port, [post("/", body) for body in bodies], tmp_path / "raw", Drive(1, engine="own"), good=(200,))

    assert [(answer.n, answer.status) for answer in sorted(answers, key=lambda one: one.n)] == [
        (0, 200),
        (1, 0),
        (2, 200),
        (3, 0),
        (4, 200),
    ]
    assert made.errors == 2
    found = Result("x", "/s", rounds=[made])
    assert found.errors == 2


def test_in_an_open_loop_time_counts_from_when_a_request_was_due(echo: Server, tmp_path: Path) -> None:
    requests = [post("/", b"%d" % n) for n in range(50)]

    made, answers = drive(echo.port, requests, tmp_path / "raw", Drive(1, rate=1000.0), good=(200,))

    begun = [answer.begun for answer in sorted(answers, key=lambda one: one.n)]
    assert [round((moment - begun[0]) * 1000) for moment in begun] == list(range(50))  # due each millisecond, whenever it was sent
    assert made.engine == "own" and made.rate == 1000.0


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
    ],
)
def test_an_answer_is_whole_when_all_of_it_came(answer: bytes) -> None:
    assert [whole_answer(answer[:cut]) for cut in range(len(answer))] == [None] * len(answer)
    assert whole_answer(answer) == (200, b"hello", True)


def test_an_answer_without_a_body_and_one_that_closes() -> None:
    assert whole_answer(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n") == (304, b"", True)
    assert whole_answer(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\ncontent-length: 0\r\n\r\n") == (400, b"", False)


def test_requests_and_answers_come_back_from_their_files(tmp_path: Path) -> None:
    requests = [get("/id/", accept_encoding="gzip"), post("/api", {"a": "\n1 2\n"})]
    write_requests(tmp_path / "requests", requests)
    assert read_requests(tmp_path / "requests") == requests
    assert requests[0] == b"GET /id/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\nAccept-Encoding: gzip\r\n\r\n"

    write_records(tmp_path / "raw", [(0, 1.5, 0.25, 200, b"a\nb"), (1, 2.0, 0.5, 0, b""), (2, 3.0, 0.5, 200, b"a\nb")], 100.0)
    assert list(read_answers(tmp_path / "raw")) == [
        Answer(0, 101.5, 0.25, 200, b"a\nb"),
        Answer(1, 102.0, 0.5, 0, b""),
        Answer(2, 103.0, 0.5, 200, b"a\nb"),
    ]


# What is told.


def test_the_json_holds_one_object_per_benchmark_and_pgbench(tmp_path: Path) -> None:
    assert bench.run(["landed", "--tiny", "--json", str(tmp_path / "out.json")]) == 0

    found = {one["name"]: one for one in json.loads((tmp_path / "out.json").read_text())}
    assert list(found) == ["landed", "pgbench"]
    for one in found.values():
        assert {"name", "value", "unit", "p50_ms", "p99_ms", "spread", "errors", "checks_ok"} <= set(one)
        assert one["machine"]["command"].startswith("./saudagar bench landed --tiny")
        assert one["value"] > 0 and one["checks_ok"] is True and one["repetitions"] == len(one["rounds"]) == 2
    assert found["pgbench"]["unit"] == "tps"
    assert found["landed"]["ratio_to_pgbench"] == pytest.approx(found["landed"]["value"] / found["landed"]["pgbench"]["value"])


def test_a_wrong_result_ends_with_status_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = Result("landed", "parcels/s", rounds=[Round(10.0)], problems=["a parcel does not add up"])
    monkeypatch.setattr(landed, "run", lambda sitting: wrong)
    assert bench.run(["landed", "--tiny", "--json", str(tmp_path / "out.json")]) == 1
    assert "WRONG: a parcel does not add up" in capsys.readouterr().out
    assert json.loads((tmp_path / "out.json").read_text())[0]["checks_ok"] is False


def test_a_run_that_breaks_off_leaves_the_numbers_of_the_last_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "out.json"
    file.write_text("before")

    def breaks(sitting: object) -> Result:
        raise KeyboardInterrupt

    monkeypatch.setattr(landed, "run", breaks)
    with pytest.raises(KeyboardInterrupt):
        bench.run(["landed", "--tiny", "--json", str(file)])
    assert (file.read_text(), json.loads((tmp_path / "out.json.partial").read_text())) == ("before", [])


def test_median_and_spread_are_of_the_rounds_and_times_of_the_open_loop() -> None:
    found = Result("x", "/s", [Round(90.0, 1, 2), Round(100.0, 1, 2), Round(120.0, 1, 2)], [Round(80.0, 5, 9)])
    told = found.as_json()
    assert (told["value"], told["spread"], told["p50_ms"], told["p99_ms"], told["times_from"]) == (100, 0.3, 5, 9, "open_loop")
    assert Measure("y", "ms", [3, 1, 2]).median == 2


# Whole benchmarks, tiny.


def test_quotes(house: House) -> None:
    found = quotes.measure(house, TINY)
    assert found.problems == []
    assert found.facts["distinct_baskets"] == 300
    assert [one.statuses for one in [*found.rounds, *found.open_loop]] == [{"200": 100}] * 3


def test_hot(house: House) -> None:
    found = hot.measure(house, TINY, Result("hot", "answers/s"))
    assert found.problems == []
    assert found.rounds[0].statuses == {"201": 60, "409": 40}
    assert found.facts["crowd_sold"] == [50]


def test_orders(house: House) -> None:
    found = orders.measure(house, TINY, Result("orders", "orders/s"))
    assert found.problems == []
    assert [one.statuses for one in [*found.rounds, *found.open_loop]] == [{"201": 100}] * 3
    assert set(found.rounds[0].cpu_us) == {"web", "database", "worker", "generator"}


def test_growth(house: House) -> None:
    found = growth.measure(house, TINY)
    assert found.problems == []
    assert found.facts["filled"] > 1_000
    assert [one.statuses for one in [*found.rounds, *found.open_loop]] == [{"201": 100}] * 2
    # As real as those that were placed: two lines, of pools of their own seller, at their price.
    assert house.rows(
        """SELECT count(*) FROM orders_line l JOIN orders_order o ON (o.business_id, o.id) = (l.business_id, l.order_id)
             LEFT JOIN stock_pool p ON (p.business_id, p.id) = (l.business_id, l.pool_id)
            WHERE p.id IS NULL OR o.placed_at > now() OR o.state NOT IN ('awaiting_payment', 'completed', 'expired')"""
    ) == [(0,)]


def test_growth_that_is_not_flat_is_found() -> None:
    small, large = [Round(100.0, cpu_us={"database": 100.0})] * 3, [Round(50.0, cpu_us={"database": 200.0})] * 3
    found = Result("growth", "orders/s", rounds=large)
    growth._compare(found, small, large)
    assert found.problems == ["not flat: 0.50 of the rate, 2.00 times the database's work"]


# The peer.


def test_a_peer_that_cannot_be_had_is_said_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAUDAGAR_VAR", str(tmp_path))
    monkeypatch.setattr(shop_process, "PACKAGES", (f"{tmp_path}/no-such-package",))
    found = Result("orders", "orders/s", rounds=[Round(10.0)])
    peer.measure_orders(SimpleNamespace(var=tmp_path), Sitting(Size.TINY, peer="oscar"), found)
    assert found.is_peer_missing
    assert len(found.remarks) == 1
    assert "django-oscar could not be installed from PyPI" in found.remarks[0]
    assert found.as_json()["checks_ok"] is True
    peer.compare(found, [1.0])
    assert found.measures == []


def test_the_ratio_to_the_peer_is_of_whole_orders_and_of_final_calls() -> None:
    found = Result(
        "orders", "orders/s", rounds=[Round(1000.0)], facts={"peer": {"whole_orders": {"value": 8.0}, "final_calls": {"value": 40.0}}}
    )
    peer.compare(found, [250.0])
    assert found.facts["peer"]["ours_whole_orders"] == pytest.approx(200)  # 4 ms to quote, 1 ms to place
    assert found.facts["peer"]["ratio_whole_orders"] == pytest.approx(25)
    assert found.facts["peer"]["ratio_final_calls"] == pytest.approx(25)


def test_only_what_has_a_peer_takes_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.run(["landed", "--peer", "oscar"])
    assert "landed has no peer; these have: hot, orders" in capsys.readouterr().err


# Results that are wrong.


@contextmanager
def changed(house: House, there: str, back: str) -> Iterator[None]:
    """The database says something else for a while."""
    house.execute(there)
    try:
        yield
    finally:
        house.execute(back)


def problems_of(house: House, records: Sequence[tuple[int, float, float, int, bytes]] = ()) -> list[str]:
    raw = house.answers_of("forged")
    write_records(raw, records, 0.0)
    return list(house.audit(raw)["problems"])


def told(purchase: str, **other: Any) -> bytes:
    return json.dumps({"purchase": purchase, "total": 1, "currency": "IDR", **other}).encode()


def test_an_acknowledged_purchase_that_is_not_there_is_found(house: House) -> None:
    lost = handle(Kind.PURCHASE, new_business_id(), new_id())
    assert problems_of(house, [(0, 0.0, 0.0, 201, told(lost))]) == [f"acknowledged but lost: {lost}"]
    assert problems_of(house, [(0, 0.0, 0.0, 201, b'{"purchase":"P1","total":1}')]) != []


def test_a_purchase_told_twice_as_new_or_otherwise_than_written_is_found(house: House) -> None:
    business, purchase, total = house.rows("SELECT business_id, id, total FROM orders_purchase ORDER BY id LIMIT 1")[0]
    text = handle(Kind.PURCHASE, business, purchase)
    assert problems_of(house, [(0, 0.0, 0.0, 201, told(text, total=total)), (1, 0.0, 0.0, 200, told(text, total=total))]) == []
    assert problems_of(house, [(n, 0.0, 0.0, 201, told(text, total=total)) for n in range(2)]) == [f"told as new 2 times: {text}"]
    assert problems_of(house, [(0, 0.0, 0.0, 200, told(text, total=total + 1))]) == [
        f"acknowledged as {total + 1} IDR, written as {total} IDR: {text}"
    ]


@pytest.mark.parametrize(
    ("there", "back", "word"),
    [
        ("UPDATE stock_pool SET available = available + 1", "UPDATE stock_pool SET available = available - 1", "pieces, should have"),
        ("UPDATE orders_purchase SET total = total + 1", "UPDATE orders_purchase SET total = total - 1", "its orders"),
        ("UPDATE orders_line SET total = total + 1", "UPDATE orders_line SET total = total - 1", "its lines for"),
        (
            "UPDATE orders_purchase SET order_business_ids = order_business_ids || gen_random_uuid()",
            "UPDATE orders_purchase SET order_business_ids = order_business_ids[:1]",
            "orders instead of",
        ),
        (
            "CREATE TABLE kept AS SELECT * FROM orders_purchase; DELETE FROM orders_purchase",
            "INSERT INTO orders_purchase SELECT * FROM kept; DROP TABLE kept",
            "belongs to no purchase",
        ),
        (
            "CREATE TABLE kept AS SELECT * FROM orders_order; DELETE FROM orders_order",
            "INSERT INTO orders_order SELECT * FROM kept; DROP TABLE kept",
            "a line belongs to no order",
        ),
        (
            "INSERT INTO campaigns_claim SELECT id, id, 1, 2 FROM registry_business LIMIT 1",
            "DELETE FROM campaigns_claim",
            "counts 1 pieces",
        ),
        (
            "CREATE TABLE kept AS SELECT * FROM orders_order LIMIT 1; UPDATE kept SET business_id = gen_random_uuid();"
            " INSERT INTO orders_order SELECT * FROM kept",
            "DELETE FROM orders_order o USING kept WHERE o.business_id = kept.business_id; DROP TABLE kept",
            "belongs to no business",
        ),
    ],
    ids=["stock", "purchase", "lines", "orders", "orphans", "lines without order", "claims", "strangers"],
)
def test_a_database_that_does_not_add_up_is_found(house: House, there: str, back: str, word: str) -> None:
    with changed(house, there, back):
        assert any(word in problem for problem in problems_of(house))


def test_purchases_that_nobody_was_told_of_are_found(house: House) -> None:
    assert problems_of(house) == []  # everything that was changed before was put back
    assert house.rows("SELECT count(*) FROM orders_purchase")[0][0] > 0
    found = Result("x", "/s")
    check_orders(house, found, [], before=Counts(0, 0, 0), lines_an_order=2)
    assert any("0 acknowledged" in problem for problem in found.problems)


def test_a_hot_pool_that_was_oversold_or_refused_early_is_found(house: House) -> None:
    (offer,) = house.stage(businesses=1, listings=1, pieces=3)
    where = (house, offer["pool"], offer["business"], 3)
    placed = Answer(0, 0.0, 0.0, 201, b"{}")
    refused = Answer(0, 0.0, 0.0, 409, b'{"error":{"code":"out_of_stock"}}')
    assert "4 of 3 pieces were acknowledged as sold to 4 buyers" in hot.check_pool(*where, [placed] * 4)
    assert "2 of 3 pieces were acknowledged as sold to 4 buyers" in hot.check_pool(*where, [placed, placed, refused, refused])
    assert "of 3 pieces 0 stand in orders and 3 are left" in hot.check_pool(*where, [placed] * 3)
    assert len(hot.check_pool(*where, [Answer(0, 0.0, 0.0, 409, b'{"error":{"code":"paused"}}')])) == 3


def test_an_answer_that_nobody_should_get_is_found() -> None:
    found = Result("x", "/s", [Round(1.0, sent=10, statuses={"200": 8, "500": 1})])
    assert checks.odd_statuses(found, allowed={"200"}) == ["of 10 requests 1 were not answered, and by status: {'500': 1}"]


def test_a_wrong_price_is_found() -> None:
    order = {
        "lines": [{"listing": "T1", "quantity": 2, "unit_price": 5, "total": 10}],
        "goods": 10, "discount": 0, "shipping": 3, "duty": 0, "tax": 0, "fees": 0, "total": 13,
    }  # fmt: skip

    def wrong(*bodies: dict[str, Any], asked: tuple[tuple[str, int], ...] = (("T1", 2),)) -> list[str]:
        return baskets.wrong_quotes([asked] * len(bodies), [Answer(0, 0.0, 0.0, 200, json.dumps(body).encode()) for body in bodies])

    right = {"quote": "a", "total": 13, "orders": [order]}
    assert wrong(right) == []
    assert wrong(right, right) == ["a token was given twice"]
    assert len(wrong(right, asked=(("T1", 1),))) == 2
    for part, value in (("total", 14), ("goods", 11), ("shipping", 4)):
        assert wrong({**right, "orders": [{**order, part: value}]}) != [], part
    assert wrong({**right, "total": 12}) != []
    assert wrong({**right, "orders": [{**order, "lines": [{**order["lines"][0], "unit_price": 6}]}]}) != []
    assert baskets.wrong_quotes([(("T1", 2),)], [Answer(0, 0.0, 0.0, 404, b"no")]) != []
