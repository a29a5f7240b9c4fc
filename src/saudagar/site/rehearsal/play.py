"""The play: from the copy to the verdict. Everything happens in a throw-away folder; what came of it is returned."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.postgres import stop, try_lock
from saudagar.foundation.processes import ending_with_parent
from saudagar.foundation.sql import statement
from saudagar.site.environment import ROOT
from saudagar.site.rehearsal import checks, script
from saudagar.site.rehearsal.checks import Found, Heard, Notes, Quoted
from saudagar.site.rehearsal.copying import Copied, copy, shorten_pay_time
from saudagar.site.rehearsal.killing import Killed, Killer
from saudagar.site.rehearsal.script import Offer, Options, Script
from saudagar.site.rehearsal.stage import Stage, limits
from saudagar.site.rehearsal.watching import Second, Watch, percentile, together, told

PACKAGE = "saudagar.site.rehearsal"
LOOK_SECONDS = 0.25
EAGER = 8  # try to place a quote before its campaign begins
EXPIRY_SECONDS = 6.0  # the worker looks for unpaid orders every two
SETTLE_SECONDS = 90.0
RETRY_SECONDS = 60  # a buyer without a clear answer asks again so long


class NotPlayed(RuntimeError):
    """The rehearsal could not be played to its end; the text says why."""


@dataclass(slots=True)
class Progress:
    """How it stands, for whoever looks on."""

    step: str  # copying, starting, staging, quoting, open, expiring, second, settling, checking, done
    orders: int = 0  # baskets in all
    seconds: float = 0.0  # since the doors opened
    placed: int = 0
    refused: int = 0
    again: int = 0  # the same quote, answered with the same order
    unsure: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    rates: list[int] = field(default_factory=list)  # orders placed, second by second
    sold: int = 0  # of the hot pieces
    hot: int = 0
    waiting: int = 0  # events and notices on their way
    killed: list[str] = field(default_factory=list)
    killed_at: list[int] = field(default_factory=list)  # index into rates


@dataclass(slots=True)
class Played:
    """What came of it."""

    options: Options
    opened_at: datetime  # from here on what is placed belongs to the rehearsal
    doors_at: datetime  # the crowd's first second
    ended_at: datetime
    copied: Copied | None
    offers: list[Offer]
    found: list[Found]
    before: dict[str, int]  # check -> wrong before the doors opened
    seconds: dict[int, Second]
    told: Counter[str]
    deeds: Counter[str]
    payers: Counter[str]  # how their payments ended
    notices: dict[str, int]
    killed: list[Killed]
    items: list[dict[str, Any]]
    counts: dict[str, int]
    campaign: str = ""


Tell = Callable[[Progress], None]


def play(options: Options, source_url: str, tell: Tell, *, folder: Path, keep: bool = False, keys: Callable[[], str] = str) -> Played:
    """Plays it all. Raises NotPlayed, CannotCopy. `folder`: where the throw-away copy may lie; `keys`: what its sealed data opens with."""
    with throw_away(folder, keep=keep) as var:
        tell(Progress("copying", options.orders))
        copied = copy(source_url, var) if source_url else None
        tell(Progress("starting", options.orders))
        stage = Stage(var, copied, keys=keys() if copied else "")
        try:
            with stage:
                # From here on the supervisor and those it started hold the database.
                stop(var)
                return Performance(options, stage, copied, tell).played()
        except (TimeoutError, RuntimeError, subprocess.SubprocessError) as error:
            raise NotPlayed(str(error)) from error


@contextmanager
def throw_away(folder: Path, *, keep: bool = False) -> Iterator[Path]:
    """A folder for a copy, gone afterwards; also what earlier rehearsals left that were killed."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("copy-*"):
        with suppress(OSError), (left / "playing").open("a") as mark:
            if try_lock(mark, exclusive=True):
                stop(left)
                shutil.rmtree(left, ignore_errors=True)
    var = Path(tempfile.mkdtemp(prefix="copy-", dir=folder))
    try:
        # The lock ends with this process, however that ends.
        with (var / "playing").open("a") as mark:
            try_lock(mark, exclusive=True)
            yield var
    finally:
        stop(var)
        if keep:
            var.rename(var.with_name(var.name.replace("copy-", "kept-")))
        else:
            shutil.rmtree(var, ignore_errors=True)


class Performance:
    """One evening on a stage that runs."""

    def __init__(self, options: Options, stage: Stage, copied: Copied | None, tell: Tell) -> None:
        self.options, self.stage, self.copied, self.tell = options, stage, copied, tell
        self.progress = Progress("staging", options.orders)
        self.watches: list[Watch] = []
        self.waves: dict[str, list[tuple[int, bool]]] = {}  # name -> what was sent: basket, whether tampered with
        self.killed: list[Killed] = []
        self.hot_pools: list[str] = []
        self.killer: Killer | None = None
        self.opened = 0.0
        self.campaign = ""

    def played(self) -> Played:
        self._step("staging")
        shorten_pay_time(self.stage.database_url, seconds=self.options.pay_within)
        offers, self.campaign, starts_at = self.stage.sale(self.options)
        play = script.written(self.options, offers)
        before = {row.code: row.wrong for row in self._found(Notes(opened_at=now()))}
        self.progress.hot = sum(offer.pieces for offer in offers if offer.is_hot)
        self.hot_pools = [offer.pool for offer in offers if offer.is_hot]
        self._step("quoting")
        quotes = self._quotes(play)
        self.opened_at = now()
        early = self._too_early(play, quotes, starts_at)
        self.opened = time.time()
        self._wave("open", play, quotes, play.sendings, kills=play.kills)
        self._step("expiring")
        self._wait_for_expiry()
        again = self._refused(play)
        if again:
            # Pieces nobody paid for are back: whoever was turned away tries once more, with the same quote.
            self._wave("second", play, quotes, again)
        self._step("settling")
        self._settle()
        self._step("checking")
        return self._played(play, offers, quotes, before, early)

    def _quotes(self, play: Script) -> dict[int, dict[str, Any]]:
        """Basket -> its quote as answered; baskets that got none stay away."""
        out = self.stage.var / "quotes.answers"
        bodies = [script.quote_body(basket) for basket in play.baskets]
        rows = self.stage.ask("/api/v1/quotes", bodies, out, connections=min(self.options.connections, 32), retry_seconds=RETRY_SECONDS)
        quotes = {basket.number: row["body"] for basket, row in zip(play.baskets, rows, strict=True) if row.get("status") == 200}
        if not quotes:
            raise NotPlayed(f"no quote was given: {rows[0].get('body') or rows[0].get('error')}")
        return quotes

    def _wave(
        self,
        name: str,
        play: Script,
        quotes: dict[int, dict[str, Any]],
        sendings: Sequence[tuple[int, bool]],
        *,
        kills: Sequence[tuple[float, str]] = (),
    ) -> None:
        """The crowd comes: these quotes are placed, and whoever gets an order behaves as the play says."""
        sent = self.waves[name] = [each for each in sendings if each[0] in quotes]
        out, over = self.stage.var / f"{name}.answers", self.stage.var / f"{name}.over"
        watch = Watch(out)
        self.watches.append(watch)
        self._step(name)
        bodies = [self._order(play, quotes, number, is_tampered) for number, is_tampered in sent]
        crowd_seconds = self.options.crowd_seconds
        rate = len(sent) / crowd_seconds if crowd_seconds else 0.0
        with self._payers(name, [play.baskets[number].deed for number, _ in sent], out, over) as payers:
            load = self.stage.load(
                "/api/v1/orders", bodies, out, connections=self.options.connections, rate=rate, retry_seconds=RETRY_SECONDS
            )
            self.killer = Killer(self.stage, kills, over_seconds=crowd_seconds, seed=self.options.seed)
            self.killer.start()
            self._look_on(load, "the crowd")
            self.killer.is_over.set()
            self.killer.join()
            self.killed += self.killer.killed
            over.touch()
            self._look_on(payers, "the payers")

    def _order(self, play: Script, quotes: dict[int, dict[str, Any]], number: int, is_tampered: bool) -> dict[str, Any]:
        token = quotes[number]["quote"]
        return script.order_body(play.baskets[number], script.tampered(token) if is_tampered else token)

    @contextmanager
    def _payers(self, name: str, deeds: list[str], answers: Path, over: Path) -> "Iterator[subprocess.Popen[bytes]]":
        file = self.stage.var / f"{name}.deeds"
        file.write_text(json.dumps(deeds))
        words = ["--port", str(self.stage.port), "--bank-port", str(self.stage.sandbox_port), "--answers", str(answers)]
        words += ["--deeds", str(file), "--over", str(over), "--out", str(self.stage.var / f"{name}.payers")]
        with (self.stage.var / "payers.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "saudagar.site.rehearsal.payers", *words],
                env=self.stage.environment, cwd=ROOT, stdout=log, stderr=log, preexec_fn=ending_with_parent(signal.SIGTERM),
            )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()

    def _look_on(self, process: "subprocess.Popen[bytes]", what: str) -> None:
        give_up_at = time.monotonic() + script.MOST_SECONDS + 300
        while process.poll() is None:
            self._look()
            if time.monotonic() > give_up_at:
                process.kill()
                raise NotPlayed(f"{what} did not come to an end")
            time.sleep(LOOK_SECONDS)
        self._look()
        if process.returncode:
            raise NotPlayed(f"{what} failed; see {self.stage.var}")

    def _wait_for_expiry(self) -> None:
        """Until the unpaid orders of the first wave are closed and their pieces are back."""
        give_up_at = time.monotonic() + self.options.pay_within + EXPIRY_SECONDS + 30
        while time.monotonic() < give_up_at:
            self._look()
            with suppress(psycopg.Error, RuntimeError):
                unpaid = "SELECT count(*) FROM orders_order WHERE state = 'awaiting_payment' AND placed_at >= %s"
                if self._number(unpaid, self.opened_at) == 0:
                    return
            time.sleep(LOOK_SECONDS)

    def _refused(self, play: Script) -> list[tuple[int, bool]]:
        """Baskets that were clearly refused and never placed, in their old order; what was tampered with stays away."""
        words: dict[int, set[str]] = {}
        for number, is_tampered, row in self._told("open"):
            if not is_tampered:
                words.setdefault(number, set()).add(told(row))
        turned_away = {number for number, heard in words.items() if "refused" in heard and not heard & {"first", "again"}}
        return [(basket.number, False) for basket in play.baskets if basket.number in turned_away]

    def _settle(self) -> None:
        """Lets everything come to rest: what would be asked about in a minute is asked about now."""
        give_up_at = time.monotonic() + SETTLE_SECONDS
        hurried = False
        while time.monotonic() < give_up_at:
            self._look()
            with suppress(psycopg.Error, RuntimeError), psycopg.connect(self.stage.database_url, autocommit=True) as connection:
                if not hurried:
                    connection.execute(statement(PACKAGE, "hurry"), {"opened_at": self.opened_at})
                    hurried = True
                row = connection.execute(statement(PACKAGE, "unsettled"), {"opened_at": self.opened_at, "at": now()}).fetchone()
                if row is not None and row[0] == 0 and self.stage.notices_waiting() == 0:
                    return
            time.sleep(LOOK_SECONDS * 2)

    def _look(self) -> None:
        """Brings the progress up to date and tells it."""
        for watch in self.watches:
            watch.look()
        seconds, shown = together(self.watches), self.progress
        totals = sum((watch.totals for watch in self.watches), Counter[str]())
        shown.placed, shown.refused, shown.again, shown.unsure = (totals[word] for word in ("first", "refused", "again", "unsure"))
        if times := [ms for each in sorted(seconds)[-5:] for ms in seconds[each].times_ms]:
            shown.p50_ms, shown.p99_ms = percentile(times, 0.5), percentile(times, 0.99)
        if self.opened:
            start = int(self.opened)
            shown.seconds = time.time() - self.opened
            shown.rates = [seconds[each].placed if each in seconds else 0 for each in range(start, max([start, *seconds]) + 1)]
            killed = self.killed + (self.killer.killed if self.killer is not None and not self.killer.is_over.is_set() else [])
            shown.killed, shown.killed_at = [each.what for each in killed], [int(each.at) - start for each in killed]
        with suppress(psycopg.Error, RuntimeError):  # it may just have been killed
            left = self._number("SELECT coalesce(sum(available), 0) FROM stock_pool WHERE id = ANY (%s::uuid[])", self.hot_pools)
            shown.waiting = self._number("SELECT count(*) FROM foundation_outboxevent") + self.stage.notices_waiting()
            shown.sold = shown.hot - left
        self.tell(shown)

    def _number(self, query: str, *given: Any) -> int:
        with psycopg.connect(self.stage.database_url) as connection:
            row = connection.execute(query, given).fetchone()
        return int(row[0]) if row else 0

    def _step(self, name: str) -> None:
        self.progress.step = name
        self.tell(self.progress)

    def _found(self, notes: Notes) -> list[Found]:
        with psycopg.connect(self.stage.database_url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return checks.found(connection, notes, at=now())

    def _too_early(self, play: Script, quotes: dict[int, dict[str, Any]], starts_at: datetime) -> list[tuple[str, bool]]:
        """A few who cannot wait for the first second are sent away; then everybody waits for it. Whether they were served."""
        eager = [basket for basket in play.baskets if basket.campaign and basket.number in quotes][:EAGER]
        served: list[tuple[str, bool]] = []
        if (starts_at - now()).total_seconds() > 1:
            bodies = [self._order(play, quotes, basket.number, False) for basket in eager]
            rows = self.stage.ask("/api/v1/orders", bodies, self.stage.var / "early.answers", connections=4)
            # One that was answered after the start was not too early.
            served = [("early", told(row) == "first") for row in rows if row["at"] + row["seconds"] < starts_at.timestamp()]
        while (ahead := (starts_at - now()).total_seconds()) > 0:
            self._look()
            time.sleep(min(ahead, LOOK_SECONDS))
        return served

    def _played(
        self,
        play: Script,
        offers: list[Offer],
        quotes: dict[int, dict[str, Any]],
        before: dict[str, int],
        early: list[tuple[str, bool]],
    ) -> Played:
        waves = [row for name in self.waves for row in self._told(name)]
        forged = [*self._forged_quotes(waves), *self.stage.forged_notices(), *early]
        notes = Notes(
            opened_at=self.opened_at,
            heard=[_heard(number, row) for number, is_tampered, row in waves if not is_tampered],
            quoted=[
                Quoted(basket.number, basket.buyer, basket.pieces, quotes[basket.number]["total"])
                for basket in play.baskets
                if basket.number in quotes
            ],
            banked=self.stage.bank(),
            limits=limits(offers),
            forged=forged,
            notices_waiting=self.stage.notices_waiting(),
        )
        seconds = together(self.watches)
        return Played(
            options=self.options,
            opened_at=self.opened_at,
            doors_at=datetime.fromtimestamp(self.opened, UTC),
            ended_at=now(),
            copied=self.copied,
            offers=offers,
            found=self._found(notes),
            before=before,
            seconds=seconds,
            told=sum((watch.totals for watch in self.watches), Counter()),
            deeds=Counter(row["deed"] for row in self._lines("payers")),
            payers=Counter(row["outcome"] for row in self._lines("payers")),
            notices=self.stage.notices_told(),
            killed=self.killed,
            items=self._items(offers),
            counts=self._counts(),
            campaign=self.campaign,
        )

    def _told(self, name: str) -> "Iterator[tuple[int, bool, dict[str, Any]]]":
        """Basket, whether the quote was tampered with, answer: of every answer of one wave."""
        sent = self.waves[name]
        for row in _rows(self.stage.var / f"{name}.answers"):
            yield *sent[row["n"]], row

    def _forged_quotes(self, waves: Sequence[tuple[int, bool, dict[str, Any]]]) -> list[tuple[str, bool]]:
        return [("quote", told(row) in ("first", "again")) for _, is_tampered, row in waves if is_tampered and told(row) != "unsure"]

    def _lines(self, kind: str) -> list[dict[str, Any]]:
        return [row for name in self.waves for row in _rows(self.stage.var / f"{name}.{kind}")]

    def _items(self, offers: Sequence[Offer]) -> list[dict[str, Any]]:
        hot = {UUID(offer.pool): offer for offer in offers if offer.is_hot}
        with psycopg.connect(self.stage.database_url) as connection:
            rows = connection.execute(statement(PACKAGE, "items"), {"pools": list(hot)}).fetchall()
        items = [
            {"name": hot[pool].name, "listing": hot[pool].listing, "allotted": allotted, "sold": sold, "left": left}
            for pool, allotted, sold, left in rows
        ]
        return sorted(items, key=lambda item: str(item["name"]))

    def _counts(self) -> dict[str, int]:
        names = ("placed", "expired", "paid", "captured", "refunds", "refunded")
        with psycopg.connect(self.stage.database_url) as connection:
            row = connection.execute(statement(PACKAGE, "counts"), {"opened_at": self.opened_at}).fetchone()
        assert row is not None
        return dict(zip(names, row, strict=True))


def _rows(file: Path) -> "Iterator[dict[str, Any]]":
    if file.exists():
        for line in file.read_text().splitlines():
            yield json.loads(line)


def _heard(basket: int, row: dict[str, Any]) -> Heard:
    word = told(row)
    if word not in ("first", "again"):
        return Heard(basket, word)
    return Heard(basket, word, *parse_handle(row["body"]["purchase"], Kind.PURCHASE), row["body"]["total"])
