"""What is kept of quotes for replays: of those that the rules refused, and of a sample; nothing of whoever asked."""

import asyncio
import doctest
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from django.conf import settings
from django.db import connection
from django.test import TestCase

from saudagar.checkout import actions, jobs, keeping
from saudagar.checkout.keeping import Keeper
from saudagar.checkout.models import KeptQuote
from saudagar.checkout.rules import keeping as kept_rules
from saudagar.checkout.rules.pricing import NOTHING_USED, Basket, basket_lines, priced
from saudagar.checkout.rules.promises import customs_of, promised
from saudagar.checkout.tests import test_door, test_year
from saudagar.checkout.tests.cast import a_business
from saudagar.checkout.tests.test_pricing import BANDUNG, CARDS, CHINA, HOME, NOON, RULEBOOK, SHANGHAI, coffee
from saudagar.foundation import composites
from saudagar.foundation.clock import now
from saudagar.foundation.ids import new_business_id, new_id
from saudagar.foundation.refusals import Refusal
from saudagar.markets import actions as markets
from saudagar.markets.models import Listing, Market
from saudagar.rulebook.rules import from_data, landed_cost
from saudagar.rulebook.rules.refusals import OverOrderLimit, OverYearLimit


@pytest.fixture
def keeper():
    """Everything that is priced is kept."""
    keeping.current = Keeper(share=1.0, a_day=1_000)
    yield keeping.current
    keeping.current = None


def ask(keeper, row, *, market=CHINA, to=SHANGHAI, pieces=2, reference="", used=NOTHING_USED, times=1):
    """As the door does; the refusal, or None."""
    basket = Basket(market.code, to, basket_lines([(row.business_id, row.listing_id, pieces)]), "", reference, language="en")
    refusal = None
    for _ in range(times):
        try:
            found = priced(
                basket, market, [row], quote_id=new_id(), rulebook=RULEBOOK, cards=CARDS, used=used, at=NOON,
                refused=keeper.refused,
            )  # fmt: skip
            keeper.priced(found)
        except Refusal as error:
            refusal = error
    return refusal


def test_a_refused_quote_is_kept_as_the_question_it_was_and_says_nothing_of_the_buyer(keeper):
    row = coffee(new_business_id(), price=400_000)

    refusal = ask(keeper, row, reference="310101199001010012", used={("CN cbec value", "2026"): 77})

    assert isinstance(refusal, OverOrderLimit)
    [kept] = keeper.taken(NOON)
    assert (kept.business_id, kept.code, kept.country, kept.market) == (row.business_id, "over_order_limit", "CN", "cn")
    assert (kept.day, kept.goods, kept.total, kept.times) == (date(2026, 11, 21), 800_000, 0, 1)
    assert b"310101" not in kept.question and b"200000" not in kept.question and b"Kopi" not in kept.question
    question = kept_rules.decode(kept.question)
    assert (question.release, question.area, question.buyer_used) == (RULEBOOK.version, "11.04", {"cn-cbec-year": 77})
    assert question.answer is None
    with pytest.raises(OverOrderLimit) as again:
        landed_cost(kept_rules.request_of(question), RULEBOOK)
    assert again.value.facts == refusal.facts


def test_the_same_question_of_a_day_is_one_row_and_is_counted(keeper):
    row = coffee(new_business_id(), price=400_000)

    ask(keeper, row, times=100)
    ask(keeper, row, pieces=3)

    assert sorted(kept.times for kept in keeper.taken(NOON)) == [1, 100]
    assert (keeper.counts.again, keeper.counts.dropped) == (99, 0)


def test_what_is_not_about_rules_is_not_kept(keeper):
    owner = new_business_id()
    assert ask(keeper, coffee(owner, pool_id=None, available=0)).code == "out_of_stock"
    assert ask(keeper, coffee(owner), market=replace(CHINA, rate=None, countries=["ID"])).code == "country_not_served"
    # A weight that is missing is a form, not a law.
    assert ask(keeper, coffee(owner, hs="1006", price=9_000)).code == "bad_hs_code"
    # Beyond what any column holds: refused, and no reason to fail.
    assert ask(keeper, coffee(owner, price=2**62)).code == "over_year_limit"
    assert keeper.taken(NOON) == []


def test_priced_quotes_are_kept_by_their_share_with_what_they_cost(keeper):
    row = coffee(new_business_id(), price=9_000)
    ask(keeper, row)
    [kept] = keeper.taken(NOON)
    question = kept_rules.decode(kept.question)
    cost = landed_cost(kept_rules.request_of(question), RULEBOOK)
    assert (kept.code, kept.total) == ("", cost.total)
    assert question.answer == (cost.total, cost.tax, 18_000)

    never = Keeper(share=0.0, a_day=10)
    ask(never, row)
    assert never.taken(NOON) == []


def test_a_question_keeps_the_gross_weight_and_one_from_before_is_read_as_without(keeper):
    ask(keeper, coffee(new_business_id(), price=9_000, net_grams=250, gross_grams=270), pieces=2)
    [kept] = keeper.taken(NOON)
    [item] = kept_rules.request_of(kept_rules.decode(kept.question)).items
    assert (item.net_grams, item.gross_grams) == (500, 540)

    data = msgspec.msgpack.decode(kept.question)
    data["lines"] = [line[:5] for line in data["lines"]]
    [before] = kept_rules.request_of(kept_rules.decode(msgspec.msgpack.encode(data))).items
    assert (before.net_grams, before.gross_grams) == (500, 0)


def test_what_does_not_fit_is_dropped_and_counted():
    narrow = Keeper(share=1.0, a_day=3, most_waiting=2)
    for pieces in (1, 2, 3):
        ask(narrow, coffee(new_business_id(), price=9_000), market=HOME, to=BANDUNG, pieces=pieces)
    assert (len(narrow.taken(NOON)), narrow.counts.dropped) == (2, 1)
    for pieces in (1, 2):
        ask(narrow, coffee(new_business_id(), price=9_000), market=HOME, to=BANDUNG, pieces=pieces)
    # Three a day: the fourth of this day waits for nobody. The next day has its own.
    assert (len(narrow.taken(NOON)), narrow.counts.dropped) == (1, 2)
    narrow.taken(NOON + timedelta(days=1))
    ask(narrow, coffee(new_business_id(), price=9_000), market=HOME, to=BANDUNG)
    assert len(narrow.taken(NOON + timedelta(days=1))) == 1


def test_customs_of_a_promise():
    row = coffee(new_business_id(), price=9_000)
    basket = Basket("cn", SHANGHAI, ((row.business_id, row.listing_id, 2),), "", language="en")
    quote = priced(basket, CHINA, [row], quote_id=new_id(), rulebook=RULEBOOK, cards=CARDS, at=NOON).quote
    [(business_id, customs)] = customs_of(promised(quote))
    assert (business_id, customs) == (row.business_id, quote.orders[0].customs)
    assert from_data(msgspec.msgpack.decode(customs)).destination == "CN"


class Rows(TestCase):
    def setUp(self):
        keeping.current = self.keeper = Keeper(share=1.0, a_day=1_000)

    def tearDown(self):
        keeping.current = None

    def write(self, at=NOON):
        actions.keep(self.keeper.taken(at), at=at)

    def test_rows_are_written_once_and_counted_after(self):
        row = coffee(a_business().pk, price=400_000)
        ask(self.keeper, row, times=3)
        self.write()
        ask(self.keeper, row, times=2)
        self.write(NOON + timedelta(minutes=1))

        found = KeptQuote.objects.get(business_id=row.business_id)
        assert (found.times, found.first_at, found.last_at) == (5, NOON, NOON + timedelta(minutes=1))
        assert (found.code, found.law_day, found.goods, found.province) == ("over_order_limit", date(2026, 11, 21), 800_000, "")

    def test_old_days_are_forgotten_and_the_oldest_when_there_are_too_many(self):
        row = coffee(a_business().pk, price=400_000)
        ask(self.keeper, row)
        [kept] = self.keeper.taken(NOON)
        for ago, number in ((0, 2), (1, 2), (2, 2), (40, 1)):
            day = kept.day - timedelta(days=ago)
            actions.keep([replace(kept, id=new_id(), day=day) for _ in range(number)], at=NOON)

        assert actions.forget_kept(days=30, most=100, at=NOON) == 1
        assert actions.forget_kept(days=30, most=5, at=NOON) == 2
        assert actions.forget_kept(days=30, most=5, at=NOON) == 0
        assert actions.forget_kept(days=0, most=5, at=NOON) == 2
        assert set(KeptQuote.objects.values_list("law_day", flat=True)) == {kept.day}

    def test_the_nightly_job_goes_by_the_settings(self):
        ask(self.keeper, coffee(a_business().pk, price=400_000))
        [kept] = self.keeper.taken(NOON)
        today = now().date()
        for ago in (0, settings.KEEP_QUOTES_DAYS + 2):
            actions.keep([replace(kept, id=new_id(), day=today - timedelta(days=ago))], at=now())
        jobs.forget_kept.func(0)
        assert [row.law_day for row in KeptQuote.objects.all()] == [today]


class TheYearAtPlacing(test_year.TheBuyersYear):
    """Who buys is known only when a quote is placed: what the year's limit refuses then is kept too."""

    def test_the_limit_of_the_year_is_kept(self):
        keeping.current = keeper = Keeper(share=0.0, a_day=1_000)
        try:
            super().test_the_limit_of_the_year_is_kept()
        finally:
            keeping.current = None
        [kept] = keeper.taken(NOON)
        question = kept_rules.decode(kept.question)
        assert (kept.code, kept.goods, question.buyer_used) == ("over_year_limit", 490_000, {"cn-cbec-year": self.so_far()})
        assert test_year.CHEN.encode() not in kept.question
        with pytest.raises(OverYearLimit):
            landed_cost(kept_rules.request_of(question), RULEBOOK)


class TheDoorKeeps(test_door.TheDoor):
    """Through the door: written within a second or when it closes, by its own connections."""

    def run_with_door(self, story, **options):
        async def run():
            async with test_door.a_door(keeper=Keeper(share=1.0, a_day=100), **options) as door:
                return await story(door)

        return asyncio.run(run())

    def test_kept_quotes_are_written(self):
        listing, pool = self.a_listing()
        Market.objects.create(
            code="cn", names={"id": "Tiongkok"}, countries=["CN"], currency="CNY", languages=["zh-hans"], payment_methods=["alipay"],
            mode="cbec",
        )  # fmt: skip
        markets.enter_rate("CNY", 2250, source="test", valid_from=now() - timedelta(days=1), at=now(), is_meant=True)
        abroad = Listing.objects.create(
            business_id=pool.business_id, variant=listing.variant, market_id="cn", state=Listing.State.LIVE, price=400_000
        )
        there = {"country": "CN", "region": "31", "postal_code": "200000"}
        refused = {**self.quote_body(abroad), "market": "cn", "destination": there, "buyer_reference": "310101199001010012"}

        async def story(door):
            answers = [await test_door.post(door, "/api/v1/quotes", body) for body in (refused, refused, self.quote_body(listing))]
            while not await asyncio.to_thread(_count):
                await asyncio.sleep(0.05)
            return answers, await test_door.post(door, "/api/v1/quotes", self.quote_body(listing, 1)), door.keeper.counts

        answers, last, counts = self.run_with_door(story)

        assert [status for status, _ in answers] == [422, 422, 200] and last[0] == 200
        rows = {(row.code, row.goods): row for row in KeptQuote.objects.filter(business_id=pool.business_id)}
        assert set(rows) == {("over_order_limit", 800_000), ("", 21_400_000), ("", 10_700_000)}
        assert rows["over_order_limit", 800_000].times == 2
        assert (counts.kept, counts.again, counts.dropped) == (3, 1, 0)
        assert keeping.current is None


def _count() -> int:
    try:
        return KeptQuote.objects.count()
    finally:
        connection.close()


def test_examples():
    assert doctest.testmod(kept_rules).failed == 0
    assert doctest.testmod(composites).failed == 0
