"""Prices of a campaign: from its first second to its last, from pieces of its own, and quotes ahead of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.test import TestCase

from saudagar.campaigns.models import Campaign, Entry
from saudagar.campaigns.rules import NoSuchCampaign
from saudagar.catalogue.models import ProductText
from saudagar.checkout import actions, tokens
from saudagar.checkout.rules.pricing import Basket, CampaignHours, Destination, Offer, Priced, answer, early_start
from saudagar.checkout.rules.refusals import CampaignOver, NotInCampaign, NotYet, OverBuyerLimit, QuotesNotYet
from saudagar.checkout.rules.requests import AddressRequest, BuyerRequest, OrderRequest
from saudagar.checkout.tests.cast import NOON, a_business, a_pool
from saudagar.checkout.tests.test_pricing import BANDUNG, CHINA, HOME, RULEBOOK, SHANGHAI, coffee, price
from saudagar.foundation.ids import new_business_id, new_id
from saudagar.foundation.models import Area
from saudagar.markets.models import Listing
from saudagar.orders.models import Line, Order
from saudagar.rulebook.actions import load_shipped
from saudagar.rulebook.rules import from_data, recompute
from saudagar.stock.models import Pool
from saudagar.stock.rules import OutOfStock

START = NOON + timedelta(hours=2)
HOURS = CampaignHours("11-11", START - timedelta(hours=1), START, START + timedelta(days=1))
SECOND = timedelta(seconds=1)


def an_offer(**other: Any) -> Offer:
    facts = {
        "campaign_id": uuid4(), "code": "11-11", "price": 8_000_000, "most_per_buyer": 0, "pool_id": new_id(), "available": 10,
        "area": "11.04",
    }  # fmt: skip
    return Offer(**{**facts, **other})


def test_a_line_in_a_campaign_costs_its_price_and_takes_its_pieces():
    offer = an_offer(most_per_buyer=3)
    found = price([coffee(new_business_id(), offer=offer)])
    order = found.quote.orders[0]
    line = order.lines[0]
    assert (line.unit_price, line.total, line.pool_id) == (8_000_000, 16_000_000, offer.pool_id)
    assert (line.campaign_id, line.most_per_buyer) == (offer.campaign_id, 3)
    assert (order.goods, order.discount, order.total) == (16_000_000, 0, 16_000_000 + order.shipping)
    told = answer(found, "token")["orders"][0]["lines"][0]
    assert (told["campaign"], told["ordinary_price"], told["unit_price"]) == ("11-11", 10_700_000, 8_000_000)


def test_customs_sees_what_is_really_paid():
    row = coffee(new_business_id(), price=9_000, offer=an_offer(price=6_000))
    order = price([row], market=CHINA, to=SHANGHAI).quote.orders[0]
    kept = from_data(msgspec.msgpack.decode(order.customs))
    assert (kept.lines[0].value, kept.customs_value) == (12_000, 12_000 + order.shipping)
    assert recompute(kept, RULEBOOK).total == order.total


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        (an_offer(available=1), "too few pieces are left in it"),
        (an_offer(price=11_000_000), "the seller has become cheaper outside"),
        (None, "it is in none"),
    ],
)
def test_a_campaign_that_cannot_serve_steps_aside(offer: Offer | None, why: str):
    row = coffee(new_business_id(), offer=offer)
    found = price([row])
    line = found.quote.orders[0].lines[0]
    assert (line.unit_price, line.pool_id, line.campaign_id, line.most_per_buyer) == (row.price, row.pool_id, None, 0), why
    assert "campaign" not in answer(found, "token")["orders"][0]["lines"][0]


def test_the_campaign_serves_when_the_ordinary_shelf_is_empty():
    offer = an_offer()
    for row in (coffee(new_business_id(), available=0, offer=offer), coffee(new_business_id(), pool_id=None, available=0, offer=offer)):
        assert price([row]).quote.orders[0].lines[0].pool_id == offer.pool_id
    with pytest.raises(OutOfStock) as short:
        price([coffee(new_business_id(), available=0, offer=an_offer(available=1))])
    assert short.value.facts["left"] == 1


def test_more_than_one_buyer_may_have_is_refused_with_the_limit():
    with pytest.raises(OverBuyerLimit) as over:
        price([coffee(new_business_id(), offer=an_offer(most_per_buyer=1))])
    assert over.value.facts["limit"] == 1
    price([coffee(new_business_id(), offer=an_offer(most_per_buyer=2))])


def early(at: datetime, campaign: str = "11-11") -> datetime | None:
    market = type(HOME)(**{name: getattr(HOME, name) for name in HOME.__slots__} | {"campaigns": (HOURS,)})
    return early_start(Basket("id", BANDUNG, (), campaign=campaign), market, at)


def test_quotes_ahead_are_to_be_had_between_two_moments():
    assert early(START - SECOND, "") is None
    assert early(START - timedelta(hours=1)) == START
    assert early(START - SECOND) == START
    assert early(START) is None
    for at, refusal in ((START - timedelta(hours=1) - SECOND, QuotesNotYet), (HOURS.ends_at, CampaignOver)):
        with pytest.raises(refusal):
            early(at)
    with pytest.raises(NoSuchCampaign):
        early(START, "12-12")


class InTheDatabase(TestCase):
    """The same through SQL, from basket to order."""

    def setUp(self):
        load_shipped(at=NOON)
        self.pool = a_pool(available=50, business=a_business())
        product = self.pool.variant.product
        product.state = "ready"
        product.save()
        ProductText.objects.create(business_id=self.pool.business_id, product=product, language="id", title="Kopi Gayo")
        area, _ = Area.objects.get_or_create(code="11.04", defaults={"name": "Aceh Tengah", "level": Area.Level.REGENCY})
        self.pool.outlet.area = area
        self.pool.outlet.save()
        self.business_id = self.pool.business_id
        self.listing = Listing.objects.create(
            business_id=self.business_id, variant=self.pool.variant, market_id="id", state=Listing.State.LIVE, price=10_700_000
        )
        self.campaign = self.a_campaign("11-11")
        self.entry = self.an_entry(self.campaign, price=8_000_000, pieces=10, most_per_buyer=3)

    def a_campaign(self, code: str, **other: Any) -> Campaign:
        facts = {"market_id": "id", "state": "open", "starts_at": START, "ends_at": HOURS.ends_at, "quotes_from": HOURS.quotes_from}
        return Campaign.objects.create(code=code, names={"id": code}, **{**facts, **other})

    def an_entry(self, campaign: Campaign, *, price: int, pieces: int, most_per_buyer: int = 0, state: str = "approved") -> Entry:
        pool = Pool.objects.create(
            business_id=self.business_id, variant=self.pool.variant, outlet=self.pool.outlet, country="ID", available=pieces,
            campaign_id=campaign.id,
        )  # fmt: skip
        return Entry.objects.create(
            business_id=self.business_id, campaign=campaign, listing=self.listing, state=state, price=price, allotment=pieces,
            most_per_buyer=most_per_buyer, pool=pool, applied_at=NOON,
        )  # fmt: skip

    def quote(self, at: datetime, pieces: int = 2, campaign: str = "") -> Priced:
        lines = ((self.business_id, self.listing.id, pieces),)
        return actions.quote(Basket("id", Destination("ID", "32.73", "40111"), lines, campaign=campaign), at=at)

    def paid_for_one(self, at: datetime, pieces: int = 2, campaign: str = "") -> int:
        return self.quote(at, pieces, campaign).quote.orders[0].lines[0].unit_price

    def test_the_price_switches_at_the_second(self):
        tick = timedelta(microseconds=1)
        prices = [self.paid_for_one(at) for at in (START - tick, START, HOURS.ends_at - tick, HOURS.ends_at)]
        assert prices == [10_700_000, 8_000_000, 8_000_000, 10_700_000]

    def test_only_what_was_approved_in_an_open_campaign_of_this_market(self):
        at = START + SECOND
        for change in ({"state": "applied"}, {"state": "withdrawn"}):
            Entry.objects.filter(pk=self.entry.pk).update(**change)
            assert self.paid_for_one(at) == 10_700_000
        Entry.objects.filter(pk=self.entry.pk).update(state="approved")
        for change in ({"state": "cancelled"}, {"state": "open", "market_id": "cn"}):
            Campaign.objects.filter(pk=self.campaign.pk).update(**change)
            assert self.paid_for_one(at) == 10_700_000
        Campaign.objects.filter(pk=self.campaign.pk).update(market_id="id")
        assert self.paid_for_one(at) == 8_000_000

    def test_of_two_campaigns_the_cheapest_that_has_enough(self):
        at = START + SECOND
        self.an_entry(self.a_campaign("panen"), price=7_000_000, pieces=2)
        assert [self.paid_for_one(at, pieces) for pieces in (2, 3)] == [7_000_000, 8_000_000]

    def test_sold_out_it_is_sold_at_the_ordinary_price(self):
        Pool.objects.filter(pk=self.entry.pool.pk).update(available=1)
        line = self.quote(START).quote.orders[0].lines[0]
        assert (line.unit_price, line.pool_id, line.campaign_id) == (10_700_000, self.pool.id, None)

    def test_a_quote_ahead_is_placed_from_the_first_second_on(self):
        found = self.quote(START - timedelta(minutes=30), campaign="11-11")
        assert found.quote.not_before == START
        assert found.quote.expires_at == START + timedelta(minutes=15)
        assert answer(found, "token")["not_before"] == START.isoformat()
        wanted = OrderRequest(
            tokens.token(found.quote),
            BuyerRequest("Rina Contoh", "+6281200000001"),
            AddressRequest("ID", "Jl. Contoh 1", "Bandung", "40111", "32.73"),
            "qris",
        )
        with pytest.raises(NotYet):
            actions.place(wanted, at=START - SECOND)
        actions.place(wanted, at=START)

        order = Order.objects.get(business_id=self.business_id)
        line = Line.objects.get(business_id=self.business_id, order_id=order.id)
        assert (order.goods, order.discount, line.unit_price, line.total) == (16_000_000, 0, 8_000_000, 16_000_000)
        assert Pool.objects.get(pk=self.entry.pool.pk).available == 8
        assert Pool.objects.get(pk=self.pool.pk).available == 50

    def test_the_law_of_a_quote_ahead_is_that_of_its_first_day(self):
        eve = datetime(2026, 11, 10, 16, 59, tzinfo=UTC)  # the 10th, one minute to midnight in Jakarta
        Campaign.objects.filter(pk=self.campaign.pk).update(starts_at=eve + timedelta(minutes=1), quotes_from=eve - timedelta(hours=1))
        ahead, ordinary = self.quote(eve, campaign="11-11"), self.quote(eve)
        assert [msgspec.msgpack.decode(each.quote.orders[0].customs)["on"] for each in (ahead, ordinary)] == ["2026-11-11", "2026-11-10"]

    def test_ahead_of_a_campaign_that_has_nothing_of_the_basket_there_is_no_quote(self):
        with pytest.raises(NotInCampaign):
            self.quote(START - SECOND, pieces=11, campaign="11-11")
        Entry.objects.filter(pk=self.entry.pk).update(state="withdrawn")
        with pytest.raises(NotInCampaign):
            self.quote(START - SECOND, campaign="11-11")

    def test_a_quote_of_the_last_second_keeps_its_word(self):
        last = self.quote(HOURS.ends_at - SECOND).quote
        assert (last.orders[0].lines[0].unit_price, last.expires_at) == (8_000_000, HOURS.ends_at - SECOND + timedelta(minutes=15))
