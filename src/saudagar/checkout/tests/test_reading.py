"""Quotes read together get what each would have got alone, and none pays for another."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from saudagar.campaigns.models import Campaign, Entry
from saudagar.catalogue.models import Product, ProductText, Variant
from saudagar.checkout import queries, reading
from saudagar.checkout.queries import Rows, Want
from saudagar.checkout.reading import PLAN, Reader
from saudagar.checkout.rules.pricing import Basket
from saudagar.checkout.rules.refusals import Busy, Unavailable
from saudagar.checkout.tests.cast import NOON, a_business, a_pool
from saudagar.checkout.tests.test_pricing import BANDUNG, SHANGHAI, coffee
from saudagar.foundation.ids import new_business_id, new_id
from saudagar.markets.models import Listing
from saudagar.stock.models import Pool

START = NOON + timedelta(hours=1)
END = START + timedelta(days=1)


def read(wants: Sequence[Want]) -> list[Rows]:
    return queries.listing_rows(queries.run(queries.lines_read(wants)), wants)


def two_listings(number: int) -> list[Listing]:
    """One variant at home and in China, with words in two languages, in a campaign at home."""
    pool = a_pool(available=number, business=a_business(f"Kopi {number}"))
    product = pool.variant.product
    product.state = "ready"
    product.save()
    for language in ("id", "zh-hans"):
        ProductText.objects.create(business_id=pool.business_id, product=product, language=language, title=f"Kopi {number} {language}")
    made = [
        Listing.objects.create(
            business_id=pool.business_id, variant=pool.variant, market_id=market, state=Listing.State.LIVE, price=price + number
        )
        for market, price in (("id", 10_000_000), ("cn", 5_000))
    ]
    campaign, _ = Campaign.objects.get_or_create(
        code="11-11",
        defaults={
            "market_id": "id",
            "names": {},
            "state": "open",
            "starts_at": START,
            "ends_at": START + timedelta(1),
            "quotes_from": NOON,
        },
    )
    allotment = Pool.objects.create(
        business_id=pool.business_id, variant=pool.variant, outlet=pool.outlet, country="ID", available=2, campaign_id=campaign.id
    )
    Entry.objects.create(
        business_id=pool.business_id, campaign=campaign, listing=made[0], state="approved", price=9_000_000, allotment=2, pool=allotment,
        applied_at=NOON,
    )  # fmt: skip
    return made


class Together(PropertyTestCase):
    """setUpTestData is undone after each example; listings are made once for all."""

    @classmethod
    def setUpTestData(cls):
        cls.listings = [listing for number in range(3) for listing in two_listings(number)]

    @given(
        st.lists(
            st.tuples(
                st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), min_size=1, max_size=4, unique_by=lambda line: line[0]),
                st.sampled_from(("id", "cn")),
                st.sampled_from(("id", "en", "zh-hans")),
                st.sampled_from((NOON, START - timedelta(microseconds=1), START, END)),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_each_gets_what_it_would_have_got_alone(self, asked: list[Any]):
        known = [(listing.business_id, listing.id) for listing in self.listings] + [(new_business_id(), new_id())]
        wants = [
            Want(Basket(market, BANDUNG, tuple((*known[line], pieces) for line, pieces in lines), language=language), moment)
            for lines, market, language, moment in asked
        ]

        together = read(wants)

        assert together == [read([want])[0] for want in wants]
        for want, rows in zip(wants, together, strict=True):
            sold_here = {listing.id for listing in self.listings if listing.market_id == want.basket.market}
            found = [row for row in rows if row is not None]
            assert [row and row.listing_id for row in rows] == [
                listing if listing in sold_here else None for _, listing, _ in want.basket.lines
            ]
            runs = want.basket.market == "id" and START <= want.holds_from < END
            assert all((row.offer is not None) == runs for row in found)
            if want.basket.language == "zh-hans":
                assert all(row.title.endswith("zh-hans") for row in found)


class ThePlan(TestCase):
    def test_it_finds_every_row_by_its_key_however_much_a_seller_has(self):
        """Seven hundred listings of one seller, each in a campaign, and not one of them is read for another."""
        first = two_listings(1)[0]
        owner, campaign, outlet = first.business_id, Campaign.objects.get(), Pool.objects.filter(campaign_id=None).get().outlet
        products = Product.objects.bulk_create(Product(business_id=owner, hs_code="090121", state="ready") for _ in range(700))
        variants = Variant.objects.bulk_create(
            Variant(business_id=owner, product=product, sku=f"P-{place}", price=1, net_grams=1, gross_grams=1)
            for place, product in enumerate(products)
        )
        listings = Listing.objects.bulk_create(
            Listing(business_id=owner, variant=variant, market_id="id", state="live", price=1) for variant in variants
        )
        pools = Pool.objects.bulk_create(
            Pool(business_id=owner, variant=variant, outlet=outlet, country="ID", available=5, campaign_id=of)
            for of in (None, campaign.id)
            for variant in variants
        )
        Entry.objects.bulk_create(
            Entry(
                business_id=owner, campaign=campaign, listing=listing, state="approved", price=1, allotment=5, pool=pool, applied_at=NOON,
            )
            for listing, pool in zip(listings, pools[700:], strict=True)
        )  # fmt: skip
        sql, parameters = queries.lines_read([Want(Basket("id", BANDUNG, ((owner, listings[5].id, 1),)), START)])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE markets_listing, catalogue_variant, catalogue_product, stock_pool, campaigns_entry")
            for setting in PLAN.replace("SET ", "SET LOCAL ").split(";"):
                cursor.execute(setting)
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, parameters)
            found = cursor.fetchone()[0]
        nodes = list(below((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))
        assert not [node for node in nodes if node["Node Type"] in ("Seq Scan", "Hash Join", "Merge Join")]
        used = {node["Index Name"] for node in nodes if "Index Name" in node}
        assert {"markets_listing_pkey", "catalogue_variant_pkey", "catalogue_product_pkey", "stock_pool_pkey"} <= used
        in_vain = [node.get(f"Rows Removed by {kind}", 0) for node in nodes for kind in ("Filter", "Join Filter")]
        assert max(in_vain) < 5, nodes


def below(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", ()):
        yield from below(each)


def a_want(number: int = 0) -> Want:
    return Want(Basket("cn", SHANGHAI, ((new_business_id(), new_id(), 1),), buyer_reference=str(number)), NOON)


def asked(read: reading.ReadGroup, wants: Sequence[Want]) -> list[Any]:
    """What a reader answers, or raises, when all ask at the same moment."""

    async def story() -> list[Any]:
        reader = Reader(read)
        try:
            return await asyncio.gather(*(reader.rows(want) for want in wants), return_exceptions=True)
        finally:
            await reader.close()

    return asyncio.run(story())


def test_what_comes_at_once_is_read_at_once():
    groups: list[int] = []

    async def read(wants: Sequence[Want]) -> list[Rows]:
        groups.append(len(wants))
        return [[coffee(uuid4(), sku=want.basket.buyer_reference)] for want in wants]

    answers = asked(read, [a_want(number) for number in range(100)])

    assert [rows[0].sku for rows in answers] == [str(number) for number in range(100)]
    assert groups == [64, 36]


def test_one_bad_basket_does_not_spoil_the_others():
    class Nonsense(Exception):
        pass

    async def read(wants: Sequence[Want]) -> list[Rows]:
        if any(want.basket.buyer_reference == "7" for want in wants):
            raise Nonsense
        return [[] for _ in wants]

    answers = asked(read, [a_want(number) for number in range(20)])

    assert [isinstance(answer, Nonsense) for answer in answers] == [number == 7 for number in range(20)]


def test_a_broken_connection_is_tried_again_and_then_told():
    tries = []

    async def read(wants: Sequence[Want]) -> list[Rows]:
        tries.append(len(wants))
        if len(tries) < 3:
            raise psycopg.OperationalError("terminating connection")
        return [[] for _ in wants]

    assert asked(read, [a_want(), a_want()]) == [[], []]
    assert tries == [2, 2, 2]

    async def never(wants: Sequence[Want]) -> list[Rows]:
        raise psycopg.OperationalError("the server is gone")

    assert [type(answer) for answer in asked(never, [a_want(), a_want()])] == [Unavailable, Unavailable]


def test_too_many_waiting_are_sent_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MOST_WAITING", 2)

    async def read(wants: Sequence[Want]) -> list[Rows]:
        return [[] for _ in wants]

    answers = asked(read, [a_want() for _ in range(3)])
    assert [type(answer) for answer in answers] == [list, list, Busy]
