"""What a buyer imported this year: counted when paid, taken back when refunded, asked before the next order."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.test import TestCase

from saudagar.checkout import actions, hearers, queries, tokens
from saudagar.checkout.rules.pricing import Basket, Destination, ListingRow, MarketFacts, priced
from saudagar.checkout.rules.refusals import IdentityNeeded
from saudagar.checkout.rules.requests import AddressRequest, BuyerRequest, OrderRequest
from saudagar.checkout.tests.cast import a_business, a_pool
from saudagar.foundation.ids import new_id
from saudagar.orders import actions as orders
from saudagar.orders.models import Order
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules.refusals import OverYearLimit
from saudagar.shipping.rules import card_on

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
CHEN = "310101199001010012"


class TheBuyersYear(TestCase):
    def setUp(self):
        self.pool = a_pool(available=100, business=a_business())

    def order(self, *, price: int, identity: str = CHEN):
        """One piece at a price in fen, placed by Chen; returns the quote."""
        row = ListingRow(
            business_id=self.pool.business_id, listing_id=new_id(), price=price, variant_id=self.pool.variant_id, sku="KOPI",
            title="Kopi", hs="090121", origin="ID", net_grams=250, gross_grams=270, length_mm=0, width_mm=0, height_mm=0,
            business_name="Kopi Gayo Sari", is_vat_registered=False, pool_id=self.pool.pk, available=100, area="11.04",
        )  # fmt: skip
        basket = Basket("cn", Destination("CN", "31", "200001"), ((row.business_id, row.listing_id, 1),), language="zh-hans")
        market = MarketFacts("cn", ["CN"], "CNY", ["alipay"], [], "cbec", 30, Fraction(1, 2250), "1")
        found = priced(basket, market, [row], quote_id=new_id(), rulebook=current_rulebook(), cards=card_on(NOON.date()), at=NOON)
        request = OrderRequest(
            tokens.token(found.quote),
            BuyerRequest("陈小明", "+8613800138000", "", identity),
            AddressRequest("CN", "示例路 1 号", "上海市", "200001", "31", "黄浦区"),
            "alipay",
        )
        return actions.place(request, at=NOON + timedelta(minutes=1))

    def so_far(self) -> int:
        used = queries.used(queries.run(queries.used_read("cbec", CHEN, NOON)))
        return used.get(("CN cbec value", "2026"), 0)

    def test_paid_orders_count_and_refunded_ones_do_not(self):
        quote = self.order(price=100_000)
        assert self.so_far() == 0
        orders.take_payment(quote.home, quote.id, at=NOON)
        hearers.paid(quote.home, {"order": str(quote.id)}, NOON)
        assert self.so_far() == quote.held[0].amount == Order.objects.get(business_id=quote.home, id=quote.id).customs["customs_value"]

        hearers.closed(quote.home, {"order": str(quote.id), "was_paid": True}, NOON)
        assert self.so_far() == 0

    def test_the_limit_of_the_year_is_kept(self):
        """¥26,000: five orders of ¥4,900 and freight fit, the sixth does not."""
        for _ in range(5):
            quote = self.order(price=490_000)
            orders.take_payment(quote.home, quote.id, at=NOON)
            hearers.paid(quote.home, {"order": str(quote.id)}, NOON)
        with pytest.raises(OverYearLimit) as refused:
            self.order(price=490_000)
        assert refused.value.facts["limit"] == "26000.00"
        # Another person is not concerned.
        self.order(price=490_000, identity="440106199001010021")

    def test_customs_wants_to_know_who(self):
        for wrong in ("", "310101199001010013", "31010119900101001X", "abc"):
            with pytest.raises(IdentityNeeded):
                self.order(price=100_000, identity=wrong)
