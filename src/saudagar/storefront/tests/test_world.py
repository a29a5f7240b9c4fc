"""The market of many countries: the buyer chooses one, and pays its duty and tax with the order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from saudagar.catalogue import queries as catalogue
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.markets import actions as markets
from saudagar.markets import queries
from saudagar.orders.models import Order
from saudagar.rulebook.queries import rulebook_of
from saudagar.rulebook.rules import agrees, from_data, recompute
from saudagar.storefront import cookies
from saudagar.storefront.tests.cast import JANE, goods
from saudagar.storefront.tests.test_buying import bought, put

pytestmark = pytest.mark.django_db


def rates(*names: str) -> None:
    at = now()
    for name, rate in {"USD": "16400", "THB": "505", "SGD": "12700"}.items():
        if name in names:
            markets.enter_rate(name, Decimal(rate), source="test", valid_from=at - timedelta(days=1), at=at, is_meant=True)


def test_from_the_shelf_to_an_order_with_duty_and_tax():
    rates("USD", "THB")
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    client.cookies[cookies.DESTINATION.format(market="world")] = "TH"
    page = client.get(f"/world/p/{made.product}/").content.decode()
    assert "Everything included, to Thailand" in page and 'value="SG"' in page

    put(client, "world", made.listings["world"])
    purchase = bought(client, "world", JANE)

    order = Order.objects.get(business_id=made.business.id)
    kept = from_data(order.customs)
    assert (order.country, order.currency, order.goods) == ("TH", "USD", 1420)
    assert order.duty > 0 and order.tax > 0
    assert order.total == order.goods + order.shipping + order.duty + order.tax + order.fees
    assert kept.rates["USD"] == "32.475247524752"  # 16,400 / 505
    assert agrees(kept, recompute(kept, rulebook_of(kept.release)))
    page = client.get(f"/purchases/{purchase}/").content.decode()
    assert "Thailand" in page and kept.parts[0].rule in page


def test_where_the_rules_or_rates_are_silent_the_product_page_says_so():
    rates("USD")
    made = goods(world=True)
    client = Client(headers={"accept-language": "en"})
    client.cookies[cookies.DESTINATION.format(market="world")] = "TH"
    page = client.get(f"/world/p/{made.product}/").content.decode()
    assert "The rate from USD to THB is missing." in page and "Everything included" not in page


def test_the_seller_reads_what_each_country_takes_and_what_would_lower_it():
    rates("USD", "THB")
    made = goods(world=True)
    row = catalogue.product(*parse_handle(made.product, Kind.PRODUCT), "en")
    at = now()
    found = {each.country: each for each in queries.abroad(row, queries.market("world"), 710, 250, at=at, on=at.date(), language="en")}
    assert found["TH"].levies == found["TH"].total - 710 > 0
    assert all(part.rule and part.source for part in found["TH"].parts)
    assert "JPY" in found["JP"].refusal  # no rate was entered
    assert all("pays" in words for words in found["TH"].savings)
