"""What a seller states of the origin of its goods, in quotes: the lower duty, kept in the snapshot, worked out again to the same cent."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import msgspec
from django.db import connection
from django.test import TestCase as PlainTestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.catalogue import actions as catalogue
from saudagar.catalogue import queries as products
from saudagar.catalogue.actions import OriginSaid
from saudagar.catalogue.models import OriginStatement, Product, ProductText
from saudagar.catalogue.rules.origin import claims_of
from saudagar.checkout import actions, queries
from saudagar.checkout.rules import keeping
from saudagar.checkout.rules.pricing import Basket, Destination, ListingRow, MarketFacts, answer, basket_lines, priced
from saudagar.checkout.rules.promises import customs_of, promised
from saudagar.checkout.tests.cast import NOON, a_business, a_pool
from saudagar.foundation.ids import new_business_id, new_id
from saudagar.foundation.models import Area
from saudagar.markets.models import ExchangeRate, Listing
from saudagar.rulebook.actions import load_shipped
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import agrees, from_data, landed_cost, recompute
from saudagar.rulebook.tests.cast import shipped
from saudagar.shipping.rules import card_on

DAY = date(2026, 11, 21)
RATES = {name: Fraction(rate) for name, rate in {"IDR": 1, "USD": 16_400, "PHP": 280, "JPY": 109}.items()}
WORLD = MarketFacts("world", ["PH", "JP"], "USD", ["wallet"], [], "", 30, Fraction(1, 16_400), "1", home_rates=RATES)
PAPER = '[["ACFTA","paper","WO",0,"2027-11-21"],["ATIGA","paper","WO",0,"2027-11-21"]]'
WORD = '[["ATIGA","declaration","RVC",55,"2027-11-21"]]'
OVER = '[["ATIGA","paper","WO",0,"2026-11-20"]]'


def coffee(stated, *, price=300_00, business=None, place=0) -> ListingRow:
    return ListingRow(
        business_id=business or new_business_id(), listing_id=new_id(), price=price, variant_id=new_id(), sku=f"KOPI-{place}",
        title="Gayo coffee", hs="090121", origin="ID", net_grams=250, gross_grams=290, length_mm=0, width_mm=0, height_mm=0,
        business_name="Kopi Gayo", is_vat_registered=False, pool_id=new_id(), available=100, area="11.04", origin_stated=stated,
    )  # fmt: skip


def quoted(*rows, country="PH"):
    lines = basket_lines([(row.business_id, row.listing_id, 1) for row in rows])
    basket = Basket("world", Destination(country, "", "1000"), lines, language="en")
    return priced(basket, WORLD, rows, quote_id=new_id(), rulebook=shipped(), cards=card_on(DAY), at=NOON)


def kept(found, place=0):
    return from_data(msgspec.msgpack.decode(found.quote.orders[place].customs))


def test_the_lower_duty_is_what_the_buyer_pays():
    usual, lower = quoted(coffee(None)).orders[0], quoted(coffee(PAPER)).orders[0]
    assert (usual.quoted.duty > 0, lower.quoted.duty) == (True, 0)
    assert usual.quoted.total - lower.quoted.total == usual.quoted.duty + usual.quoted.tax - lower.quoted.tax
    assert [part.label for part in lower.parts if part.kind == "duty"] == ["Import duty (0%, ATIGA)"]


def test_the_quote_says_what_it_is_made_of_and_what_must_come_with_the_parcel():
    found = quoted(coffee(PAPER))
    [proof] = answer(found, "token")["orders"][0]["origin_proofs"]
    assert proof == {"line": 0, "agreement": "ATIGA", "paper": "form_d", "by": "paper", "rule": kept(found).proofs[0].rule}
    assert "origin_proofs" not in answer(quoted(coffee(None)), "token")["orders"][0]


def test_only_what_means_something_there_is_kept():
    """ACFTA is of China."""
    assert [claim.agreement for claim in kept(quoted(coffee(PAPER))).lines[0].claims] == ["ATIGA"]
    there = kept(quoted(coffee(PAPER), country="JP"))
    assert (there.lines[0].claims, there.proofs) == ([], [])


def test_a_declaration_is_believed_as_far_as_the_agreement_goes():
    """US$200 of goods; the Philippines let duty off up to ten thousand pesos, so there is a stretch where it counts."""
    small, large = quoted(coffee(WORD, price=190_00)), quoted(coffee(WORD, price=200_01))
    [proof] = kept(small).proofs
    assert (proof.by, proof.criterion, proof.regional_value, small.quote.orders[0].duty) == ("declaration", "RVC", 55, 0)
    assert kept(large).proofs == [] and large.quote.orders[0].duty > 0
    assert large.quote.orders[0].total == quoted(coffee(None, price=200_01)).quote.orders[0].total


def test_the_china_pavilion_goes_on_as_before():
    """Duty-free retail under CBEC: nothing is proven, nothing refused, though its quotes bring no dollar rate."""
    market = MarketFacts("cn", ["CN"], "CNY", ["alipay"], [], "cbec", 30, Fraction(1, 2250), "1")

    def found(stated):
        row = coffee(stated, price=90_00)
        basket = Basket("cn", Destination("CN", "31", "200000"), ((row.business_id, row.listing_id, 1),), language="en")
        return priced(basket, market, [row], quote_id=new_id(), rulebook=shipped(), cards=card_on(DAY), at=NOON)

    usual, stated = found(None), found(PAPER)
    assert stated.quote.total == usual.quote.total
    assert [claim.agreement for claim in kept(stated).lines[0].claims] == ["ACFTA"] and kept(stated).proofs == []


def test_what_has_ended_does_not_count():
    assert quoted(coffee(OVER)).quote.orders[0].duty == quoted(coffee(None)).quote.orders[0].duty


def test_of_two_products_only_the_one_that_was_stated_pays_less():
    seller = new_business_id()
    order = quoted(coffee(PAPER, business=seller), coffee(None, business=seller, place=1)).quote.orders[0]
    snapshot = from_data(msgspec.msgpack.decode(order.customs))
    assert [line.duty > 0 for line in snapshot.lines] == [False, True]
    assert [proof.line for proof in snapshot.proofs] == [0]


def test_the_order_keeps_enough_to_work_it_out_again():
    found = quoted(coffee(PAPER), coffee(WORD, price=190_00))
    for place, (_business, customs) in enumerate(customs_of(promised(found.quote))):
        snapshot = from_data(msgspec.msgpack.decode(customs))
        cost = recompute(snapshot, shipped())
        assert agrees(snapshot, cost) and list(cost.proofs) == snapshot.proofs
        assert cost.with_order == tuple(getattr(found.quote.orders[place], name) for name in ("duty", "tax", "fees"))


def test_a_kept_quote_is_asked_again_with_its_claims():
    order = quoted(coffee(PAPER)).quote.orders[0]
    row = keeping.priced(order.business_id, "world", order.customs)
    request = keeping.request_of(keeping.decode(row.question))
    assert [claim.agreement for claim in request.items[0].claims] == ["ATIGA"]
    assert landed_cost(request, shipped()).duty == 0
    old = msgspec.msgpack.decode(row.question)
    old["lines"] = [line[:5] for line in old["lines"]]  # written before lines had claims
    assert keeping.request_of(keeping.decode(msgspec.msgpack.encode(old))).items[0].claims == ()


class AShop:
    """Bu Sari's coffee, on sale in the world."""

    def __init__(self) -> None:
        load_shipped(at=NOON)
        for currency, rate in (("USD", 16_400), ("PHP", 280)):
            ExchangeRate.objects.create(base=currency, quote="IDR", rate=Decimal(rate), source="test", valid_from=NOON - timedelta(days=1))
        self.pool = a_pool(available=50, business=a_business())
        self.business_id, self.product = self.pool.business_id, self.pool.variant.product
        Product.objects.filter(business_id=self.business_id, id=self.product.pk).update(state="ready")
        ProductText.objects.create(business_id=self.business_id, product=self.product, language="en", title="Gayo coffee")
        self.pool.outlet.area, _ = Area.objects.get_or_create(code="11.04", defaults={"name": "Aceh Tengah", "level": Area.Level.REGENCY})
        self.pool.outlet.save()
        self.listing = Listing.objects.create(
            business_id=self.business_id, variant=self.pool.variant, market_id="world", state=Listing.State.LIVE, price=300_00
        )

    def state(self, agreement="ATIGA", shown_by="paper", until=date(2027, 11, 21)) -> None:
        said = OriginSaid("WO", shown_by, until, is_confirmed=True)
        catalogue.state_origin(self.business_id, self.product.pk, agreement, said, by=None, at=NOON)

    def rows(self, at=NOON) -> list[ListingRow | None]:
        basket = Basket("world", Destination("PH", "", "1000"), ((self.business_id, self.listing.id, 1),), language="en")
        wants = [queries.Want(basket, at)]
        return queries.listing_rows(queries.run(queries.lines_read(wants)), wants)[0]

    def quote(self, at=NOON):
        """As `actions.quote` makes it; whether coffee may be sold there is another question."""
        basket = Basket("world", Destination("PH", "", "1000"), ((self.business_id, self.listing.id, 1),), language="en")
        market = queries.market(queries.markets(queries.run(queries.markets_read(at))), "world")
        return priced(basket, market, self.rows(at), quote_id=new_id(), rulebook=current_rulebook(), cards=card_on(DAY), at=at).quote


class InTheDatabase(PlainTestCase):
    def setUp(self) -> None:
        self.shop = AShop()

    def test_stated_quoted_withdrawn_and_quoted_again(self) -> None:
        usual = self.shop.quote().orders[0]
        self.shop.state()
        lower = self.shop.quote().orders[0]
        assert (usual.duty > 0, lower.duty) == (True, 0)
        catalogue.withdraw_origin(self.shop.business_id, self.shop.product.pk, "ATIGA", reason="Biji dari Vietnam", by=new_id(), at=NOON)
        again = self.shop.quote().orders[0]
        assert (again.duty, again.tax, again.total) == (usual.duty, usual.tax, usual.total)

    def test_it_is_the_same_number_of_statements(self) -> None:
        with CaptureQueriesContext(connection) as without:
            self.shop.rows()
        for agreement in ("ATIGA", "ACFTA", "AKFTA"):
            self.shop.state(agreement)
        with CaptureQueriesContext(connection) as stated:
            [row] = self.shop.rows()
        assert len(stated) == len(without) == 1
        assert row is not None and row.origin_stated is not None and row.origin_stated.count("2027-11-21") == 3

    def test_it_ends_on_its_last_day(self) -> None:
        self.shop.state(until=DAY)
        midnight = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # in Jakarta
        assert self.shop.quote(midnight - timedelta(seconds=1)).orders[0].duty == 0
        assert self.shop.quote(midnight).orders[0].duty > 0

    def test_a_page_quotes_it_too(self) -> None:
        """The way of pages and API through `actions.quote`, where the law lets coffee in."""
        self.shop.state("AKFTA")
        ExchangeRate.objects.create(base="KRW", quote="IDR", rate=Decimal("11.8"), source="test", valid_from=NOON - timedelta(days=1))
        basket = Basket("world", Destination("KR", "", "04524"), ((self.shop.business_id, self.shop.listing.id, 1),), language="en")
        order = actions.quote(basket, at=NOON).orders[0]
        assert (order.quoted.duty, [(proof.agreement, proof.by) for proof in order.proofs]) == (0, [("AKFTA", "paper")])


class TheSameInSql(TestCase):
    """The rule in Python is the law, the SQL its fast copy."""

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["ACFTA", "ATIGA", "AKFTA", "IJEPA"]),
                st.sampled_from(["declaration", "paper"]),
                st.sampled_from([("WO", 0), ("RVC", 40)]),
                st.sampled_from(["stated", "ended", "withdrawn"]),
                st.sampled_from(["090121", "210112"]),
                st.sampled_from(["ID", "VN"]),
                st.integers(-2, 2),
            ),
            max_size=4,
            unique_by=lambda each: each[0],
        )
    )
    @settings(max_examples=25, deadline=None)
    def test_quotes_read_what_is_in_force(self, stated) -> None:
        shop = AShop()
        for agreement, shown_by, (criterion, per_cent), state, hs, origin, days in stated:
            OriginStatement.objects.create(
                business_id=shop.business_id, product=shop.product, agreement=agreement, shown_by=shown_by, criterion=criterion,
                regional_value=per_cent, state=state, hs=hs, origin=origin, valid_until=DAY + timedelta(days=days), stated_at=NOON,
                reason="x" if state == "withdrawn" else "",
            )  # fmt: skip
        [row] = shop.rows()
        assert row is not None
        found = claims_of(row.origin_stated or "[]", DAY)
        assert found == products.claims_in_force(shop.business_id, shop.product.pk, DAY)
        assert {claim.agreement for claim in found} == {
            agreement
            for agreement, _by, _why, state, hs, origin, days in stated
            if (state, hs, origin) == ("stated", "090121", "ID") and days >= 0
        }
