"""What a basket costs: amounts add up, and the promise says where each comes from."""

from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID

import msgspec
import pytest

from saudagar.checkout.rules.pricing import Basket, Destination, ListingRow, MarketFacts, answer, basket_lines, priced
from saudagar.checkout.rules.refusals import NotServed, TermsNotOffered, UnknownListing
from saudagar.foundation.ids import new_business_id, new_id
from saudagar.foundation.refusals import Invalid
from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import from_data, read, recompute
from saudagar.shipping.rules import card_on
from saudagar.shipping.rules.dangerous import DangerousGoodsBarred, DangerousGoodsUnstated
from saudagar.stock.rules import OutOfStock

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
RULEBOOK = read(texts())
CARDS = card_on(date(2026, 11, 21))

HOME = MarketFacts("id", ["ID"], "IDR", ["qris"], [], "home", 30, None, "")
CHINA = MarketFacts("cn", ["CN"], "CNY", ["alipay"], [], "cbec", 30, Fraction(1, 2250), "7")

BANDUNG = Destination("ID", "32.73", "40111")
SHANGHAI = Destination("CN", "31", "200000")


def coffee(business_id: UUID, **other: object) -> ListingRow:
    facts = {
        "business_id": business_id, "listing_id": new_id(), "price": 10_700_000, "variant_id": new_id(), "sku": "KOPI-250",
        "title": "Kopi Gayo 250 g", "hs": "090121", "origin": "ID", "net_grams": 250, "gross_grams": 270, "length_mm": 0,
        "width_mm": 0, "height_mm": 0, "business_name": "Kopi Gayo Sari", "is_vat_registered": False, "pool_id": new_id(),
        "available": 5, "area": "11.04",
    }  # fmt: skip
    return ListingRow(**{**facts, **other})


def price(rows: list[ListingRow], *, market=HOME, to=BANDUNG, pieces: int = 2, shipping: str = "", rulebook=RULEBOOK, terms: str = "DDP"):
    lines = basket_lines([(row.business_id, row.listing_id, pieces) for row in rows])
    basket = Basket(market.code, to, lines, shipping, language="en", terms=terms)
    return priced(basket, market, rows, quote_id=new_id(), rulebook=rulebook, cards=CARDS, at=NOON)


def test_at_home_the_price_contains_its_tax():
    found = price([coffee(new_business_id())])
    order = found.quote.orders[0]
    assert (order.goods, order.duty, order.tax) == (21_400_000, 0, 0)
    assert order.total == order.goods + order.shipping == found.quote.total


def test_to_china_everything_is_included():
    """¥180 of roasted coffee and its freight under CBEC: no duty, 13 % × 70 % of both."""
    found = price([coffee(new_business_id(), price=9_000)], market=CHINA, to=SHANGHAI)
    order = found.quote.orders[0]
    assert (order.goods, order.duty) == (18_000, 0)
    exact = Fraction(order.goods + order.shipping) * 13 / 100 * 70 / 100
    assert order.tax == int(exact + Fraction(1, 2))
    assert order.total == order.goods + order.shipping + order.tax
    assert (found.quote.identity, found.quote.mode) == ("cn-ric", "cbec")
    [held] = found.quote.held
    assert (held.rule, held.most, held.amount) == ("cn-cbec-year", 2_600_000, order.goods + order.shipping)


FEE = """
[[fee]]
id = "cn-test-fee"
names = { id = "Biaya uji", en = "Test fee", "zh-hans" = "测试费" }
amount = "2.00"
valid_from = 2026-01-01
source = "made up"
certainty = "G"
"""


def test_a_fee_is_explained_once():
    changed = texts()
    changed["destinations/CN.toml"] += FEE
    found = price([coffee(new_business_id(), price=9_000)], market=CHINA, to=SHANGHAI, rulebook=read(changed))
    (order,) = answer(found, "token")["orders"]
    assert order["fees"] == 2_00
    assert [part["amount"] for part in order["breakdown"] if part["rule"] == "cn-test-fee"] == [2_00]
    assert sum(part["amount"] for part in order["breakdown"]) == order["total"]


def test_a_requirement_without_a_kind_asks_for_no_number():
    changed = texts()
    asked = 'any_of = ["buyer_identity"]\nidentity = "cn-ric"'
    changed["destinations/CN.toml"] = changed["destinations/CN.toml"].replace(asked, 'any_of = ["pccc"]')
    found = price([coffee(new_business_id(), price=9_000)], market=CHINA, to=SHANGHAI, rulebook=read(changed))
    assert found.quote.identity == ""
    assert {ask.of for ask in found.asks} >= {"buyer"}


def test_the_snapshot_recomputes_to_the_same_fen():
    order = price([coffee(new_business_id(), price=9_000)], market=CHINA, to=SHANGHAI).quote.orders[0]
    again = recompute(from_data(msgspec.msgpack.decode(order.customs)), RULEBOOK)
    assert (again.duty, again.tax, again.total) == (order.duty, order.tax, order.total)


WORLD = MarketFacts(
    "world", ["JP"], "USD", ["wallet"], [], "", 30, Fraction(1, 16_400), "1",
    home_rates={"IDR": Fraction(1), "USD": Fraction(16_400), "JPY": Fraction(109)}, terms=("DDP", "DAP"),
)  # fmt: skip


def test_at_the_door_the_sum_is_the_same_and_the_order_holds_what_is_paid_with_it():
    rows = [coffee(new_business_id(), price=90_00)]
    to = Destination("JP", "", "100-0001")
    paid, later = (answer(price(rows, market=WORLD, to=to, terms=terms), "token") for terms in ("DDP", "DAP"))
    order = later["orders"][0]
    assert (paid["terms"], paid["due_at_door"], later["terms"]) == ("DDP", 0, "DAP")
    assert later["due_at_door"] == order["due_at_door"] > 0
    assert later["total"] + later["due_at_door"] == paid["total"]
    assert later["total"] == order["goods"] + order["shipping"] + order["duty"] + order["tax"] + order["fees"]
    assert sum(part["amount"] for part in order["breakdown"] if part["at_door"]) == later["due_at_door"]
    assert sum(part["amount"] for part in order["breakdown"] if not part["at_door"]) == later["total"]


SWISS = MarketFacts("ch", ["CH"], "CHF", ["wallet"], [], "general", 30, Fraction(1, 20_000), "1")


def test_duty_by_gross_weight_counts_the_goods_as_they_are_sent():
    to = Destination("CH", "", "8001")
    found = price([coffee(new_business_id(), price=90_00)], market=SWISS, to=to)
    order = found.quote.orders[0]
    # Two bags of 270 g as sent: 0.54 kg × CHF 63 per 100 kg = 0.3402
    assert order.duty == 34
    labels = [part["label"] for part in answer(found, "token")["orders"][0]["breakdown"]]
    assert "Import duty (0.54 kg gross × CHF\u00a063 per 100 kg)" in labels
    kept = from_data(msgspec.msgpack.decode(order.customs))
    assert [(line.net_grams, line.gross_grams) for line in kept.lines] == [(500, 540)]
    assert recompute(kept, RULEBOOK).duty == 34

    lighter = price([coffee(new_business_id(), price=90_00, gross_grams=200)], market=SWISS, to=to).quote.orders[0]
    assert lighter.duty == 32  # never less than the goods themselves: 0.5 × 0.63 = 0.315


def test_a_market_says_on_which_terms_it_sells():
    with pytest.raises(TermsNotOffered):
        price([coffee(new_business_id(), price=9_000)], market=CHINA, to=SHANGHAI, terms="DAP")


def test_each_seller_gets_an_order_and_the_lowest_is_home():
    rows = [coffee(new_business_id()), coffee(new_business_id())]
    quote = price(rows).quote
    assert [order.business_id for order in quote.orders] == sorted(row.business_id for row in rows)
    assert quote.home == min(row.business_id for row in rows)


def test_the_answer_explains_the_total():
    found = answer(price([coffee(new_business_id(), price=9_000)], market=CHINA, to=SHANGHAI), "token")
    parts = found["orders"][0]["breakdown"]
    assert sum(part["amount"] for part in parts if not part["contained"]) == found["total"]
    assert all(part["source"] for part in parts if part["rule"])
    assert [option["chosen"] for option in found["orders"][0]["shipping_options"]].count(True) == 1


def test_a_chosen_service_is_charged():
    cheap, fast = (
        price([coffee(new_business_id(), price=9_000)], market=CHINA, to=SHANGHAI, shipping=code) for code in ("economy", "express")
    )
    assert (cheap.quote.orders[0].service, fast.quote.orders[0].service) == ("pos-packet", "pos-ems")
    assert cheap.quote.orders[0].shipping < fast.quote.orders[0].shipping


def test_a_service_that_bars_dangerous_goods_is_not_offered_for_them():
    charcoal = coffee(new_business_id(), hs="440220", price=9_000)
    for row in (charcoal, coffee(new_business_id(), price=9_000, battery="ion_inside")):
        with pytest.raises(DangerousGoodsBarred):
            price([row], market=CHINA, to=SHANGHAI)
    oil = coffee(new_business_id(), hs="330129", price=9_000)
    with pytest.raises(DangerousGoodsUnstated):
        price([oil], market=CHINA, to=SHANGHAI)
    assert price([msgspec.structs.replace(oil, flash_point=95)], market=CHINA, to=SHANGHAI).quote.orders[0].service == "pos-packet"
    assert price([charcoal]).quote.orders  # at home carriers decide


def test_what_cannot_be_had_is_refused():
    row = coffee(new_business_id())
    with pytest.raises(OutOfStock) as short:
        price([row], pieces=6)
    assert short.value.facts["left"] == 5
    with pytest.raises(OutOfStock):
        price([coffee(new_business_id(), pool_id=None, available=0)], pieces=1)
    with pytest.raises(NotServed):
        price([row], to=SHANGHAI)
    missing = Basket("id", BANDUNG, ((row.business_id, new_id(), 1),))
    with pytest.raises(UnknownListing):
        priced(missing, HOME, [None], quote_id=new_id(), rulebook=RULEBOOK, cards=CARDS, at=NOON)


@pytest.mark.parametrize("quantities", [[], [0], [-1], [10_001], [1] * 21])
def test_absurd_baskets_are_refused(quantities):
    with pytest.raises(Invalid):
        basket_lines([(new_business_id(), new_id(), quantity) for quantity in quantities])


def test_a_listing_named_twice_is_one_line():
    business_id, listing_id = new_business_id(), new_id()
    assert basket_lines([(business_id, listing_id, 1), (business_id, listing_id, 2)]) == ((business_id, listing_id, 3),)
