"""Quotes of pages are kept for replays through the same function as those of the API."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from saudagar.catalogue.models import Product
from saudagar.checkout import actions as checkout
from saudagar.checkout import keeping
from saudagar.checkout.keeping import Keeper
from saudagar.checkout.models import KeptQuote
from saudagar.checkout.rules.keeping import decode, facts_of, request_of
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.markets import actions as markets
from saudagar.markets.models import Listing
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import landed_cost, may_sell
from saudagar.storefront import cookies
from saudagar.storefront.tests.cast import goods
from saudagar.storefront.tests.test_buying import put

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    keeping.current = Keeper(share=0.0, a_day=100)
    yield keeping.current
    keeping.current = None


def test_a_basket_that_is_worth_too_much_for_china(keeper):
    made = goods()
    Listing.objects.filter(business_id=made.business.pk, market_id="cn").update(price=400_000)
    client = Client(headers={"accept-language": "en"})
    put(client, "cn", made.listings["cn"])
    for _ in range(3):
        assert "above the limit" in client.get("/cn/basket/").content.decode()

    [kept] = keeper.taken(now())

    assert (kept.code, kept.goods, kept.country) == ("over_order_limit", 800_000, "CN")
    assert kept.times >= 3
    checkout.keep([kept], at=now())
    assert KeptQuote.objects.get(business_id=made.business.pk).province == "11"


def test_goods_that_may_not_be_sold_there_are_kept_with_what_decides_it(keeper):
    at = now()
    for name, rate in (("USD", "16400"), ("THB", "505")):
        markets.enter_rate(name, Decimal(rate), source="test", valid_from=at - timedelta(days=1), at=at, is_meant=True)
    made = goods(world=True)
    business_id, product_id = parse_handle(made.product, Kind.PRODUCT)
    Product.objects.filter(business_id=business_id, id=product_id).update(hs_code="091030")  # turmeric: Thailand wants a paper
    client = Client(headers={"accept-language": "en"})
    client.cookies[cookies.DESTINATION.format(market="world")] = "TH"
    put(client, "world", made.listings["world"])
    assert "cannot be sold to TH" in client.get("/world/basket/").content.decode()

    [kept] = keeper.taken(at)

    question = decode(kept.question)
    assert (kept.code, kept.business_id, kept.goods) == ("not_sold_there", business_id, 1420)
    request = request_of(question)
    [facts] = facts_of(question)
    assert may_sell(current_rulebook(), facts, "TH", request.on, mode=request.mode).missing[0].rule == "th-plant-quarantine"
    assert landed_cost(request, current_rulebook()).total > kept.goods  # were it allowed, it could be priced
