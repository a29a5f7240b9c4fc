"""The door: POST /api/v1/quotes and POST /api/v1/orders, before Django, with connections of their own.

Everything a request can be refused for without the database is refused first, in microseconds: size, form, token, time,
address, identity. Only a token that was made here makes the database work.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from asgiref.sync import sync_to_async
from psycopg_pool import AsyncConnectionPool

from saudagar.checkout import batch as batches
from saudagar.checkout import collector, keeping, queries, tokens, unsold
from saudagar.checkout.batch import Placing, RowTypes
from saudagar.checkout.collector import Collector
from saudagar.checkout.facts import Facts, Known
from saudagar.checkout.keeping import Keeper
from saudagar.checkout.queries import Read, Rows, Want
from saudagar.checkout.reading import PLAN, Reader
from saudagar.checkout.rules import faults, pricing, requests
from saudagar.checkout.rules.placing import Outcome, Verdict
from saudagar.checkout.rules.pricing import MarketFacts, Priced, law_day
from saudagar.checkout.rules.promises import Promise
from saudagar.checkout.rules.refusals import Busy, NotSoldThere, QuoteExpired, TooLarge, Unavailable
from saudagar.foundation import packing
from saudagar.foundation.addresses import address_group
from saudagar.foundation.clock import now
from saudagar.foundation.faults import fault
from saudagar.foundation.ids import new_id
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.foundation.sealing import seal
from saudagar.foundation.sql import statement
from saudagar.orders.rules import BUYER_PURPOSE, buyer_bytes
from saudagar.rulebook.rules.counting import Used
from saudagar.shipping import rules as lanes

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MOST_BYTES = 65_536
MOST_ADDRESSES = 50_000  # remembered by a rate limit
PATHS = ("/api/v1/quotes", "/api/v1/orders")

_quote_request = msgspec.json.Decoder(requests.QuoteRequest).decode
_order_request = msgspec.json.Decoder(requests.OrderRequest).decode
_encode = msgspec.json.Encoder().encode

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Bucket:
    """Requests an address may still send: refilled as time goes by."""

    left: float
    at: float


class RateLimit:
    """Per address (of IPv6, per network) and process: `per_second` requests in the long run, bursts of four times that. 0: no limit."""

    def __init__(self, per_second: int) -> None:
        self.per_second = per_second
        self.most = per_second * 4.0
        self.buckets: dict[str, Bucket] = {}

    def check(self, address: str, at: float) -> None:
        """Counts one request. Raises Busy."""
        if not self.per_second:
            return
        if len(self.buckets) >= MOST_ADDRESSES:
            # A bucket nobody touched for four seconds is full again: to forget it changes nothing. In a flood from more addresses
            # than that, looking through all of them at each request would be the greater harm.
            kept = {key: bucket for key, bucket in self.buckets.items() if at - bucket.at < 4}
            self.buckets = kept if len(kept) < MOST_ADDRESSES // 2 else {}
        bucket = self.buckets.setdefault(address_group(address), Bucket(self.most, at))
        bucket.left = min(self.most, bucket.left + (at - bucket.at) * self.per_second)
        bucket.at = at
        if bucket.left < 1:
            raise Busy(retry_after=1)
        bucket.left -= 1


HEADERS = [("content-type", "application/json"), ("cache-control", "no-store"), ("x-content-type-options", "nosniff")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: JSON."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=lambda: HEADERS)

    @classmethod
    def refused(cls, refusal: Refusal, language: str) -> "Answer":
        headers = HEADERS
        if refusal.status == Busy.status:
            headers = [*HEADERS, ("retry-after", str(refusal.facts.get("retry_after", 1)))]
        return cls(refusal.status, _encode(refusal.body(language)), headers)


class Door:
    """One per process. `conninfo` is the database's address; connections are opened at the first request. `keeper` gathers what is kept
    of quotes for replays; None: nothing is."""

    def __init__(self, conninfo: str, *, per_second: int, pumps: int = 2, keeper: Keeper | None = None) -> None:
        self.conninfo, self.pumps = conninfo, pumps
        self.limit = RateLimit(per_second)
        self.facts = Facts(self._read)
        self.reader = Reader(self._read_lines)
        self.pool: AsyncConnectionPool | None = None
        self.quoting: AsyncConnectionPool | None = None  # reads of quotes only: its connections keep one plan
        self.row_types: RowTypes | None = None  # of the connections of the pool
        self.collector: Collector | None = None
        self.keeper = keeper
        self.keeping: asyncio.Task[None] | None = None
        self.closing = asyncio.Event()
        self.opening = asyncio.Lock()

    async def open(self) -> Collector:
        """Opens connections and starts the collector, once."""
        async with self.opening:
            if self.collector is None:
                self.pool = AsyncConnectionPool(
                    self.conninfo,
                    min_size=self.pumps,
                    max_size=self.pumps + 4,
                    timeout=10,
                    open=False,
                    check=AsyncConnectionPool.check_connection,
                    configure=self._configure,
                    kwargs={"autocommit": True, "prepare_threshold": 1},
                )
                await self.pool.open()
                self.quoting = AsyncConnectionPool(
                    self.conninfo, min_size=1, max_size=2, timeout=10, open=False, configure=_planned, kwargs={"autocommit": True}
                )
                await self.quoting.open()
                self.collector = collector.current = Collector(self._write, pumps=self.pumps)
                if self.keeper is not None:
                    keeping.current = self.keeper
                    self.closing.clear()
                    self.keeping = asyncio.create_task(self._keep_on(self.keeper))
            return self.collector

    async def _configure(self, connection: psycopg.AsyncConnection[Any]) -> None:
        packing.teach(connection)
        row = await (await connection.execute(statement("saudagar.checkout", "place_oids"))).fetchone()
        assert row is not None
        self.row_types = RowTypes(*row)

    async def close(self) -> None:
        if self.collector is not None and self.pool is not None and self.quoting is not None:
            await self.collector.close()
            await self.reader.close()
            if self.keeping is not None:
                self.closing.set()
                await self.keeping
                keeping.current = self.keeping = None
            await self.pool.close()
            await self.quoting.close()
            self.collector = self.pool = self.quoting = collector.current = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        language = asked_language(scope)
        try:
            body = await _body(receive)
        except Refusal as refusal:
            answer = Answer.refused(refusal, language)
        else:
            answer = await self.answered(scope["path"], body, language, (scope.get("client") or ("", 0))[0])
        headers = [(name.encode(), value.encode()) for name, value in answer.headers]
        headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def answered(self, path: str, body: bytes, language: str, address: str) -> "Answer":
        """The answer to a body that was posted to one of `PATHS` from an address."""
        try:
            self.limit.check(address, time.monotonic())
            if path == PATHS[0]:
                return Answer(200, _encode(await self.quotes(body, language)))
            return Answer(*await self.orders(body, language))
        except Refusal as refusal:
            return Answer.refused(refusal, language)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            log.warning("no database: %s", error)
            return Answer.refused(Unavailable(), language)
        except Exception:
            log.exception("%s failed", path)
            return Answer(500, b'{"error":{"code":"internal","message":"Internal error."}}')

    async def quotes(self, body: bytes, language: str) -> Mapping[str, Any]:
        """Prices a basket: the promise and its explanation."""
        try:
            request = _quote_request(_checked(body))
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            raise faults.invalid(body, requests.QuoteRequest) from None
        found = await self.quote(requests.basket(request, language), at=now())
        return pricing.answer(found, tokens.token(found.quote))

    async def quote(self, basket: pricing.Basket, *, at: datetime) -> Priced:
        known = await self.facts.at(at)
        market = queries.market(known.markets, basket.market)
        pricing.check_served(basket, market)
        not_before = pricing.early_start(basket, market, at)
        holds_from = not_before or at
        keeper = self.keeper
        if len(market.countries) > 1:
            try:
                await sync_to_async(queries.check_sold_there, thread_sensitive=False)(basket, market, law_day(holds_from))
            except NotSoldThere as refusal:
                if keeper is not None:
                    await sync_to_async(unsold.keep, thread_sensitive=False)(keeper, basket, market, refusal, at=at, not_before=not_before)
                raise
        rows = await self.reader.rows(Want(basket, holds_from))
        priced = pricing.priced(
            basket,
            market,
            rows,
            quote_id=new_id(),
            rulebook=known.rulebook,
            trials=known.trials,
            cards=lanes.card_on(law_day(holds_from)),
            used=await self._used(basket, market, known, holds_from),
            at=at,
            not_before=not_before,
            refused=None if keeper is None else keeper.refused,
        )
        if keeper is not None:
            keeper.priced(priced)
        return priced

    async def orders(self, body: bytes, language: str) -> tuple[int, bytes]:
        """Places a quote: 201, or 200 when it was placed before."""
        try:
            request = _order_request(_checked(body))
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            raise faults.invalid(body, requests.OrderRequest) from None
        quote = tokens.opened(request.quote)
        at = now()
        if at > quote.expires_at:
            # Placed in time and asked again: the answer is the purchase. Never placed: too late.
            if await self._read(queries.placed_read(quote.home, quote.id)):
                return 200, quote.receipt
            raise QuoteExpired("quote")
        requests.check_started(quote, at)
        buyer = requests.buyer(request, quote)
        if quote.held:
            await self._check_limits(quote, requests.limit_key(buyer), at)
        sealed = seal(buyer_bytes(buyer), BUYER_PURPOSE)
        placing = Placing(quote, sealed, buyer.address.city, request.payment, buyer_key=requests.buyer_key(buyer, quote))
        gathering = self.collector or await self.open()
        verdict = await gathering.place(placing)
        requests.check_taken(quote, verdict)
        return (201 if verdict.outcome == Outcome.PLACED else 200), quote.receipt

    async def _check_limits(self, quote: Promise, key: str, at: datetime) -> None:
        used = queries.used(await self._read(queries.used_read(quote.mode, key, at)))
        try:
            requests.check_limits(quote, used, law_day(at))
        except Refusal as refusal:
            if self.keeper is not None:
                self.keeper.refused_at_placing(quote, refusal, used=used, day=law_day(at))
            raise

    async def _used(self, basket: pricing.Basket, market: MarketFacts, known: Known, at: datetime) -> Used:
        under = pricing.counts_under(basket, market, known.rulebook, known.trials, law_day(at))
        if under is None:
            return pricing.NOTHING_USED
        mode, kind = under
        key = requests.reference_key(basket.buyer_reference, kind, basket.destination.country)
        return queries.used(await self._read(queries.used_read(mode, key, at)))

    async def _read(self, read: Read) -> list[tuple[Any, ...]]:
        if self.pool is None:
            await self.open()
        assert self.pool is not None
        async with self.pool.connection() as connection:
            return await (await connection.execute(*read)).fetchall()

    async def _read_lines(self, wants: Sequence[Want]) -> list[Rows]:
        if self.quoting is None:
            await self.open()
        assert self.quoting is not None
        async with self.quoting.connection() as connection:
            cursor = await connection.execute(*queries.packed(queries.lines_read(wants)), prepare=True)
            return queries.listing_rows(await cursor.fetchall(), wants)

    async def _write(self, batch: Sequence[Placing], moment: datetime) -> list[Verdict]:
        assert self.pool is not None
        async with self.pool.connection() as connection:
            assert self.row_types is not None
            cursor = await connection.execute(
                statement("saudagar.checkout", "place_batch"),
                batches.parameters(batch, moment, self.row_types),
                binary=True,
            )
            return batches.verdicts(batch, await cursor.fetchall())

    async def _keep_on(self, keeper: Keeper) -> None:
        """Writes what was gathered, once a second and when the door closes."""
        while not self.closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), keeping.SECONDS)
            await self._keep(keeper)

    async def _keep(self, keeper: Keeper) -> None:
        at = now()
        rows = keeper.taken(at)
        if not rows:
            return
        assert self.pool is not None
        try:
            async with self.pool.connection() as connection:
                await connection.execute(statement("saudagar.checkout", "keep_quotes"), keeping.parameters(rows, at))
        except Exception as error:  # whatever it is, the next second has its own
            keeper.written(len(rows), are_lost=True)
            log.warning("%d quotes were not kept: %s", len(rows), error)
        else:
            keeper.written(len(rows))


async def _planned(connection: psycopg.AsyncConnection[Any]) -> None:
    packing.teach(connection)
    await connection.execute(PLAN)


def _checked(body: bytes) -> bytes:
    """PostgreSQL holds no NUL in a text, and no name has one."""
    if b"\\u0000" in body or b"\0" in body:
        raise fault("nul")
    return body


async def _body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise fault("cut_short")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise TooLarge(most=MOST_BYTES)
        if not message.get("more_body"):
            return b"".join(parts)


def asked_language(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return spoken(value[:10].decode("latin-1"))
    return "id"
