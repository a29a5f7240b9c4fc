"""The door, spoken to as the server speaks to it."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test import TransactionTestCase
from psycopg.conninfo import make_conninfo

from saudagar.catalogue.models import ProductText
from saudagar.checkout import collector, tokens
from saudagar.checkout.door import MOST_BYTES, Door, RateLimit
from saudagar.checkout.keeping import Keeper
from saudagar.checkout.rules.refusals import Busy
from saudagar.checkout.tests.cast import a_business, a_line, a_pool, a_quote
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.models import Area
from saudagar.markets.models import Listing, Market
from saudagar.orders.models import Order, Purchase
from saudagar.orders.queries import buyer
from saudagar.rulebook.actions import load_shipped
from saudagar.stock.models import Pool

RINA = {"name": "Rina Contoh", "phone": "+62 812 0000 0001", "email": "rina@contoh.example"}
BANDUNG = {"country": "ID", "line": "Jl. Contoh 1", "city": "Bandung", "postal_code": "40111", "region": "32.73"}


@asynccontextmanager
async def a_door(per_second: int = 0, keeper: Keeper | None = None):
    address = {name: value for name, value in connection.get_connection_params().items() if isinstance(value, str | int)}
    door = Door(make_conninfo(**address), per_second=per_second, keeper=keeper)
    try:
        yield door
    finally:
        await door.close()


async def post(door: Door, path: str, body: Any, language: str = "en") -> tuple[int, dict[str, Any]]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    scope = {"path": path, "client": ("192.0.2.1", 1), "headers": [(b"accept-language", language.encode())]}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": data, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await door(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


def an_order(promised, **other):
    return {"quote": tokens.token(promised), "buyer": RINA, "address": BANDUNG, "payment": "qris", **other}


class TheDoor(TransactionTestCase):
    def setUp(self):
        # Nothing of the shipped data survives a test that really commits: what this one needs it makes.
        load_shipped(at=now())
        Market.objects.get_or_create(
            code="id",
            defaults={
                "names": {"id": "Indonesia"}, "countries": ["ID"], "currency": "IDR", "languages": ["id"], "payment_methods": ["qris"],
                "mode": "home",
            },
        )  # fmt: skip

    def a_listing(self, available: int = 5, price: int = 10_700_000) -> tuple[Listing, Pool]:
        pool = a_pool(available=available, business=a_business())
        product = pool.variant.product
        product.state = "ready"
        product.save()
        ProductText.objects.create(business_id=pool.business_id, product=product, language="id", title="Kopi Gayo")
        area, _ = Area.objects.get_or_create(code="11.04", defaults={"name": "Aceh Tengah", "level": Area.Level.REGENCY})
        pool.outlet.area = area
        pool.outlet.save()
        listing = Listing.objects.create(
            business_id=pool.business_id, variant=pool.variant, market_id="id", state=Listing.State.LIVE, price=price
        )
        return listing, pool

    def quote_body(self, listing: Listing, quantity: int = 2) -> dict[str, Any]:
        lines = [{"listing": handle(Kind.LISTING, listing.business_id, listing.id), "quantity": quantity}]
        return {"market": "id", "destination": {"country": "ID", "region": "32.73", "postal_code": "40111"}, "lines": lines}

    def run_with_door(self, story, **options):
        async def run():
            async with a_door(**options) as door:
                return await story(door)

        return asyncio.run(run())

    def test_a_token_is_placed_once_and_answers_the_same_again(self):
        pool = a_pool(available=5)
        quote = a_quote((pool.business_id, [a_line(pool, 2)]), expires_at=now() + timedelta(minutes=15))

        async def story(door):
            return [await post(door, "/api/v1/orders", an_order(quote)) for _ in range(2)]

        (first, body), (again, same) = self.run_with_door(story)

        assert (first, again) == (201, 200)
        assert body == same
        assert body["purchase"] == handle(Kind.PURCHASE, quote.home, quote.id)
        order = Order.objects.get(business_id=pool.business_id, id=quote.id)
        assert buyer(order).phone == RINA["phone"]
        assert b"Rina" not in bytes(order.buyer_sealed)

    def test_many_at_once_for_few_pieces(self):
        pool = a_pool(available=7)
        quotes = [a_quote((pool.business_id, [a_line(pool)]), expires_at=now() + timedelta(minutes=15)) for _ in range(40)]

        async def story(door):
            # Each is sent twice at the same moment.
            return await asyncio.gather(*(post(door, "/api/v1/orders", an_order(quote)) for quote in quotes + quotes))

        answers = self.run_with_door(story)

        statuses = [status for status, _ in answers]
        assert (statuses.count(201), statuses.count(200)) == (7, 7)
        assert all(body["error"]["code"] == "out_of_stock" for status, body in answers if status == 409)
        assert statuses.count(409) == 66
        assert Purchase.objects.filter(business_id=pool.business_id).count() == 7
        assert Pool.objects.get(business_id=pool.business_id, id=pool.id).available == 0

    def test_an_expired_token_is_looked_up_before_it_is_refused(self):
        pool = a_pool(available=5)
        never = a_quote((pool.business_id, [a_line(pool)]), expires_at=now() - timedelta(seconds=1))
        placed = a_quote((pool.business_id, [a_line(pool)]), expires_at=now() + timedelta(seconds=0.6))

        async def story(door):
            first = await post(door, "/api/v1/orders", an_order(placed))
            await asyncio.sleep(0.7)
            return first, await post(door, "/api/v1/orders", an_order(placed)), await post(door, "/api/v1/orders", an_order(never))

        first, late, expired = self.run_with_door(story)

        assert (first[0], late[0], first[1]) == (201, 200, late[1])
        assert (expired[0], expired[1]["error"]["code"]) == (410, "quote_expired")

    def test_a_broken_connection_in_the_middle_places_once(self):
        pool = a_pool(available=5)
        quote = a_quote((pool.business_id, [a_line(pool)]), expires_at=now() + timedelta(minutes=15))

        async def story(door):
            gathering = await door.open()
            write, broken = gathering.write, []

            async def write_and_break(batch, moment):
                verdicts = await write(batch, moment)
                if not broken:
                    broken.append(True)
                    async with door.pool.connection() as backend:
                        await backend.execute("SELECT pg_terminate_backend(pg_backend_pid())")  # committed, but never told
                return verdicts

            gathering.write = write_and_break
            return await post(door, "/api/v1/orders", an_order(quote))

        status, _ = self.run_with_door(story)

        assert status == 201
        assert Pool.objects.get(business_id=pool.business_id, id=pool.id).available == 4

    def test_from_basket_to_order(self):
        listing, pool = self.a_listing()

        async def story(door):
            quoted = await post(door, "/api/v1/quotes", self.quote_body(listing))
            body = {"quote": quoted[1].get("quote"), "buyer": RINA, "address": BANDUNG, "payment": "qris"}
            return quoted, await post(door, "/api/v1/orders", body)

        (quoted_status, quoted), (placed_status, placed) = self.run_with_door(story)

        assert (quoted_status, placed_status) == (200, 201), (quoted, placed)
        assert quoted["total"] == placed["total"] == 21_400_000 + quoted["orders"][0]["shipping"]
        order = Order.objects.get(business_id=listing.business_id)
        assert (order.goods, order.town) == (21_400_000, "Bandung")
        assert Pool.objects.get(business_id=pool.business_id, id=pool.id).available == 3

    def test_refusals_have_codes_and_change_nothing(self):
        pool = a_pool(available=5)
        quote = a_quote((pool.business_id, [a_line(pool)]), expires_at=now() + timedelta(minutes=15))
        token = tokens.token(quote)
        forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
        early = tokens.token(msgspec.structs.replace(quote, not_before=now() + timedelta(hours=1)))
        listing, _ = self.a_listing()
        cases = [
            ("/api/v1/orders", b"{", 422, "invalid"),
            ("/api/v1/orders", b"[" * 5000, 422, "invalid"),
            ("/api/v1/orders", b"x" * (MOST_BYTES + 1), 413, "too_large"),
            ("/api/v1/orders", an_order(quote, quote=forged), 422, "bad_quote"),
            ("/api/v1/orders", an_order(quote, quote="é" * 20), 422, "bad_quote"),
            ("/api/v1/orders", an_order(quote, quote=7), 422, "invalid"),
            ("/api/v1/orders", an_order(quote, quote=early), 425, "not_yet"),
            ("/api/v1/orders", an_order(quote, payment="cash"), 422, "unknown_payment_method"),
            ("/api/v1/orders", an_order(quote, buyer={**RINA, "phone": "call me"}), 422, "invalid"),
            ("/api/v1/orders", an_order(quote, address={**BANDUNG, "postal_code": "10110"}), 422, "address_mismatch"),
            ("/api/v1/quotes", {**self.quote_body(listing), "market": "mars"}, 404, "no_such_market"),
            ("/api/v1/quotes", self.quote_body(listing, quantity=10**6), 422, "invalid"),
            ("/api/v1/quotes", self.quote_body(listing, quantity=6), 409, "out_of_stock"),
            ("/api/v1/quotes", {**self.quote_body(listing), "lines": [{"listing": "T123", "quantity": 1}]}, 404, "bad_handle"),
            (
                "/api/v1/quotes",
                {**self.quote_body(listing), "lines": [{"listing": handle(Kind.LISTING, listing.business_id, new_id()), "quantity": 1}]},
                404,
                "unknown_listing",
            ),
            ("/api/v1/quotes", {**self.quote_body(listing), "destination": {"country": "CN"}}, 422, "country_not_served"),
        ]

        async def story(door):
            return [await post(door, path, body) for path, body, _, _ in cases]

        for (path, body, status, code), answer in zip(cases, self.run_with_door(story), strict=True):
            with self.subTest(path=path, code=code, body=str(body)[:80]):
                assert (answer[0], answer[1]["error"]["code"]) == (status, code)
                assert answer[1]["error"]["message"]
        assert not Order.objects.filter(business_id=pool.business_id).exists()
        assert Pool.objects.get(business_id=pool.business_id, id=pool.id).available == 5

    def test_nonsense_is_refused_and_never_an_accident(self):
        listing, _ = self.a_listing()
        line = {"listing": handle(Kind.LISTING, listing.business_id, listing.id), "quantity": 1}
        wanted = {"market": "id", "destination": {"country": "ID", "region": "32.73"}, "lines": [line]}

        def quote(**other: Any) -> bytes:
            return json.dumps(wanted | other).encode()

        bodies = [
            b"", b"null", b"[]", b"NaN", b'{"market": NaN}', b"\xff\xfe", b'{"market":"\xff"}', b"\xef\xbb\xbf{}", b'{"market":"id"',
            b'{"x":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
            b'{"market":"\\ud800"}', b'{"market":"a\\u0000b","destination":{"country":"ID"},"lines":[{"listing":"x","quantity":1}]}',
            quote(market="\0"), quote(lines=[{**line, "quantity": 10**30}]), quote(lines=[{**line, "quantity": -1}]),
            quote(lines=[{**line, "quantity": 1.5}]), quote(lines=[{**line, "quantity": True}]), quote(lines=[]), quote(lines=[line] * 101),
            quote(lines=[{"listing": "T" * 40_000, "quantity": 1}]), quote(destination={"country": "id\u0000"}), quote(market="x" * 81),
            quote(buyer_reference="y" * 81), quote(shipping="\ud83d" * 3), quote(campaign="x" * 41), quote(campaign="11 11"),
            quote(destination={"country": "ID", "region": "r" * 81}), quote(destination={"country": "ID", "postal_code": "4" * 13}),
            quote(campaign=11), quote(campaign=None), quote(campaign={"code": "11-11"}), quote(campaign="'; --"),
            quote(campaign="not-opened-by-anybody"),
        ]  # fmt: skip

        async def story(door):
            return [await post(door, path, body) for body in bodies for path in ("/api/v1/quotes", "/api/v1/orders")]

        answers = self.run_with_door(story)
        assert {status for status, _ in answers} <= {404, 422}, [answer for answer in answers if answer[0] not in (404, 422)]

    def test_what_can_be_refused_without_the_database_is(self):
        listing, _ = self.a_listing()
        good = self.quote_body(listing)
        cases = [
            ({"market": "mars"}, "no_such_market"),
            ({"destination": {"country": "CN"}}, "country_not_served"),
            ({"campaign": "not-opened-by-anybody"}, "no_such_campaign"),
            ({"campaign": "not a code"}, "invalid"),
            ({"lines": [{"listing": "T123", "quantity": 1}]}, "bad_handle"),
            ({"lines": [{**good["lines"][0], "quantity": 10**6}]}, "invalid"),
        ]

        async def story(door):
            first = await post(door, "/api/v1/quotes", good)  # now the door knows the markets
            door.pool = door.quoting = door.conninfo = None  # and has no way to the database any more
            try:
                return first, [await post(door, "/api/v1/quotes", {**good, **wrong}) for wrong, _ in cases]
            finally:
                door.collector, gathering = None, door.collector
                await gathering.close()

        first, answers = self.run_with_door(story)
        assert first[0] == 200
        assert [answer[1]["error"]["code"] for answer in answers] == [code for _, code in cases]

    def test_more_than_any_column_holds_is_no_price(self):
        listing, _ = self.a_listing(available=20, price=10**14)
        line = {"listing": handle(Kind.LISTING, listing.business_id, listing.id), "quantity": 20}
        wanted = {"market": "id", "destination": {"country": "ID", "region": "32.73"}, "lines": [line]}

        async def story(door):
            return await post(door, "/api/v1/quotes", wanted)

        status, body = self.run_with_door(story)
        assert (status, body["error"]["code"]) == (422, "invalid"), body

    def test_too_many_waiting_is_told_to_wait(self):
        pool = a_pool(available=5)
        quotes = [a_quote((pool.business_id, [a_line(pool)]), expires_at=now() + timedelta(minutes=15)) for _ in range(4)]
        most, collector.MOST_WAITING = collector.MOST_WAITING, 2

        async def story(door):
            return await asyncio.gather(*(post(door, "/api/v1/orders", an_order(quote)) for quote in quotes))

        try:
            statuses = [status for status, _ in self.run_with_door(story)]
        finally:
            collector.MOST_WAITING = most
        assert statuses == [201, 201, 429, 429]


def test_an_address_may_not_send_without_end():
    limit = RateLimit(2)
    for _ in range(8):
        limit.check("192.0.2.1", 0.0)
    with pytest.raises(Busy):
        limit.check("192.0.2.1", 0.0)
    limit.check("192.0.2.2", 0.0)
    limit.check("192.0.2.1", 0.5)
