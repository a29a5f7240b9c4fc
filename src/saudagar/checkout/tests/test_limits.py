"""Limits that count across a buyer's orders, wherever they lead: Taiwan's six parcels, Korea's day, China's sugar."""

import importlib
import threading
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from unittest import mock
from uuid import UUID

import msgspec
import pytest
from django.db import connection, connections
from django.test import SimpleTestCase, TestCase, TransactionTestCase

from saudagar.checkout import actions, collector, hearers, queries, tokens
from saudagar.checkout.models import BuyerTally
from saudagar.checkout.rules import requests
from saudagar.checkout.rules.pricing import Basket, Destination, ListingRow, MarketFacts, answer, basket_lines, counts_under, priced
from saudagar.checkout.rules.promises import FirstPromise, promised
from saudagar.checkout.rules.refusals import BadQuote, IdentityNeeded, LimitReached, MobileNeeded
from saudagar.checkout.rules.requests import AddressRequest, BuyerRequest, OrderRequest
from saudagar.checkout.tests.cast import a_business, a_pool
from saudagar.foundation.ids import new_business_id, new_id
from saudagar.foundation.sealing import blind_index, seal
from saudagar.foundation.sql import statement
from saudagar.orders import actions as orders
from saudagar.orders.models import Order
from saudagar.orders.queries import buyer
from saudagar.rulebook.files import texts
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.refusals import OverYearGrams, OverYearLimit
from saudagar.shipping.rules import card_on

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
MEI, JIMIN, CHEN = "A123456789", "P123456789012", "310101199001010012"
RATES = {name: Fraction(rate) for name, rate in {"IDR": 1, "USD": 16_400, "TWD": 535, "KRW": "11.8", "JPY": 109}.items()}
WORLD = MarketFacts("world", ["TW", "KR", "JP"], "USD", ["wallet"], [], "", 30, Fraction(1, 16_400), "1", home_rates=RATES)
CHINA = MarketFacts("cn", ["CN"], "CNY", ["alipay"], [], "cbec", 30, Fraction(1, 2250), "1")
PHONES = {"TW": "0912-345-678", "KR": "+82 10 1234 5678", "CN": "+8613800138000", "JP": "+81 90 1234 5678"}


def a_row(pool, *, price: int, hs: str = "180690", grams: int = 250) -> ListingRow:
    return ListingRow(
        business_id=pool.business_id, listing_id=new_id(), price=price, variant_id=pool.variant_id, sku="COKLAT", title="Cokelat",
        hs=hs, origin="ID", net_grams=grams, gross_grams=grams + 20, length_mm=0, width_mm=0, height_mm=0, business_name="Cokelat Contoh",
        is_vat_registered=False, pool_id=pool.pk, available=100, area="11.04",
    )  # fmt: skip


def quoted(*rows: ListingRow, country: str, reference: str = "", rulebook=None):
    """As `actions.quote` prices it."""
    market = CHINA if country == "CN" else WORLD
    law = rulebook or current_rulebook()
    basket = Basket(
        market.code,
        Destination(country, "", "00000"),
        basket_lines([(row.business_id, row.listing_id, 1) for row in rows]),
        buyer_reference=reference,
        language="en",
    )
    under, used = counts_under(basket, market, law, (), NOON.date()), {}
    if under is not None:
        key = requests.reference_key(reference, under[1], country)
        used = queries.used(queries.run(queries.used_read(under[0], key, NOON)))
    return priced(basket, market, rows, quote_id=new_id(), rulebook=law, cards=card_on(NOON.date()), used=used, at=NOON)


def asked(found, *, identity: str, phone: str = "") -> OrderRequest:
    quote = found.quote
    return OrderRequest(
        tokens.token(quote),
        BuyerRequest("Contoh", phone or PHONES[quote.country], "", identity),
        AddressRequest(quote.country, "Example Road 1", "City", "00000"),
        quote.methods[0],
    )


class Limits(TestCase):
    def setUp(self):
        self.pool = a_pool(available=100, business=a_business())

    def buys(
        self, country: str, identity: str, *, price: int = 900, hs: str = "180690", grams: int = 250, reference: str | None = None, **more
    ):
        """One order placed and paid; returns its quote."""
        row = a_row(self.pool, price=price, hs=hs, grams=grams)
        found = quoted(row, country=country, reference=identity if reference is None else reference, **more)
        quote = actions.place(asked(found, identity=identity), at=NOON + timedelta(minutes=1))
        orders.take_payment(quote.home, quote.id, at=NOON)
        hearers.paid(quote.home, {"order": str(quote.id)}, NOON)
        return found.quote

    def used(self) -> dict[str, int]:
        return dict(BuyerTally.objects.values_list("tally", "amount"))

    def test_taiwan_lets_six_parcels_off_and_taxes_the_seventh(self):
        for times in range(1, 7):
            assert self.buys("TW", MEI).orders[0].tax == 0
            assert self.used() == {"TW parcel uses tw-2000": times}
        assert self.buys("TW", MEI).orders[0].tax > 0
        assert self.used() == {"TW parcel uses tw-2000": 6}
        assert self.buys("TW", "B123456780").orders[0].tax == 0  # somebody else
        assert set(BuyerTally.objects.values_list("period", flat=True)) == {"2026-H2"}

    def test_a_price_that_did_not_know_its_buyer_is_not_kept_to_when_the_allowance_is_used_up(self):
        for _ in range(6):
            quote = self.buys("TW", MEI)
        with pytest.raises(LimitReached) as refused:
            self.buys("TW", MEI, reference="")
        assert refused.value.facts == {"rule": "tw-six-uses", "used": 6, "most": 6}
        assert Order.objects.count() == 6

        # Refunded, it counts no longer.
        hearers.closed(quote.home, {"order": str(quote.id), "was_paid": True}, NOON)
        assert self.used() == {"TW parcel uses tw-2000": 5}
        self.buys("TW", MEI, reference="")

    def test_several_sellers_in_one_basket_are_several_parcels(self):
        for _ in range(5):
            self.buys("TW", MEI)
        rows = [a_row(a_pool(available=1, business=a_business()), price=900) for _ in range(3)]
        found = quoted(*rows, country="TW", reference=MEI)
        assert [order.tax > 0 for order in found.quote.orders] == [False, True, True]
        [held] = found.quote.held
        assert (held.amount, held.most) == (1, 6)
        actions.place(asked(found, identity=MEI), at=NOON)

    def test_korea_counts_the_day_when_its_switch_is_on(self):
        changed = texts()
        changed["switched-here.toml"] = "[switches]\nkr_same_day_orders = true\n"
        law = read(changed)
        assert self.buys("KR", JIMIN, price=100_00, rulebook=law).orders[0].tax == 0
        assert self.used() == {"KR parcel value goods": round(100 * 16_400 / 11.8)}
        assert self.buys("KR", JIMIN, price=60_00, rulebook=law).orders[0].tax > 0
        with pytest.raises(LimitReached):
            self.buys("KR", JIMIN, price=60_00, reference="", rulebook=law)

    def test_korea_counts_nothing_while_its_switch_is_off(self):
        quote = self.buys("KR", JIMIN, price=100_00)
        assert (quote.held, quote.mode, self.used()) == ((), "", {})

    def test_chinas_sugar_counts_by_weight_and_by_value(self):
        quote = self.buys("CN", CHEN, price=30_00, hs="170199", grams=1_500)
        assert self.used() == {"CN cbec grams 1701": 1_500, "CN cbec value": quote.held[0].amount}
        with pytest.raises(OverYearGrams):  # at the quote, when it names the buyer
            self.buys("CN", CHEN, price=30_00, hs="170199", grams=501)
        with pytest.raises(OverYearGrams) as refused:  # and when it is placed
            self.buys("CN", CHEN, price=30_00, hs="170199", grams=501, reference="")
        assert (refused.value.field, refused.value.facts["left"]) == ("buyer.identity", 500)
        self.buys("CN", CHEN, price=30_00, hs="170199", grams=500)

    def test_orders_from_before_snapshots_said_what_they_count_for_still_count(self):
        quote = self.buys("CN", CHEN)
        order = Order.objects.get(business_id=quote.home, id=quote.id)
        order.customs = {**order.customs, "version": 2}
        del order.customs["counts"]
        order.save()
        hearers.closed(quote.home, {"order": str(quote.id), "was_paid": True}, NOON)
        assert self.used() == {"CN cbec value": 0}

    def test_the_number_is_kept_sealed_with_its_kind_where_it_is_asked_for_and_nowhere_else(self):
        korea = self.buys("KR", " p1234-5678-9012")
        order = Order.objects.get(business_id=korea.home, id=korea.id)
        assert (buyer(order).identity, buyer(order).identity_kind) == (JIMIN, "kr-pccc")
        assert JIMIN.encode() not in bytes(order.buyer_sealed)
        japan = self.buys("JP", JIMIN)
        assert buyer(Order.objects.get(business_id=japan.home, id=japan.id)).identity == ""

    def test_what_is_missing_is_said_with_where_it_is_had(self):
        with pytest.raises(IdentityNeeded) as refused:
            self.buys("KR", "123456789012")
        body = refused.value.body("en")["error"]
        assert (body["field"], body["identity"]) == ("buyer.identity", "kr-pccc")
        assert "PCCC" in body["message"] and "unipass.customs.go.kr" in body["message"]
        assert "PCCC" in refused.value.message("id") and "PCCC" in refused.value.message("zh")

        found = quoted(a_row(self.pool, price=900), country="TW")
        with pytest.raises(MobileNeeded):
            actions.place(asked(found, identity=MEI, phone="+886 2 2345 6789"), at=NOON)
        assert not Order.objects.exists()

    def test_the_answer_to_a_quote_says_which_number_and_where_it_is_had(self):
        said = answer(quoted(a_row(self.pool, price=900), country="KR"), "token")
        assert said["identity"] == "kr-pccc"
        [asks] = [each for each in said["orders"][0]["requirements"] if each["of"] == "buyer"]
        assert (asks["identity"], asks["rule"]) == ("kr-pccc", "kr-pccc")
        assert "12 digits" in asks["help"]

    def test_where_nothing_is_counted_nothing_is_read(self):
        """Neither a quote that names its buyer nor its order asks the database for tallies."""
        with mock.patch.object(queries, "used_read", side_effect=AssertionError):
            assert self.buys("JP", "", reference="+81 90 1234 5678").held == ()
            assert self.buys("KR", JIMIN).held == ()
        assert self.used() == {}


class Tokens(SimpleTestCase):
    def an_old_token(self, **changed) -> str:
        """As it was made before every limit was counted."""
        now = promised(self.quote())
        facts = {name: getattr(now, name) for name in FirstPromise.__struct_fields__ if hasattr(now, name)}
        old = FirstPromise(**{**facts, "layout": 1, "scheme": "cbec", "year_limit": 2_600_000, "year_value": 10_000, **changed})
        sealed = seal(msgspec.msgpack.Encoder(uuid_format="bytes").encode(old), tokens.PURPOSE)
        return msgspec.to_builtins(sealed)

    def quote(self, sellers: int = 1, lines: int = 1):
        rows = []
        for _ in range(sellers):
            business = new_business_id()
            for _ in range(lines):
                row = ListingRow(
                    business_id=business, listing_id=new_id(), price=100, variant_id=new_id(), sku="S" * 40, title="加" * 212,
                    hs="170199", origin="ID", net_grams=10, gross_grams=20, length_mm=0, width_mm=0, height_mm=0, business_name="Contoh",
                    is_vat_registered=False, pool_id=new_id(), available=100, area="11.04",
                )  # fmt: skip
                rows.append(row)
        lines_of = basket_lines([(row.business_id, row.listing_id, 1) for row in rows])
        basket = Basket("cn", Destination("CN", "31", "200001"), lines_of, language="zh-hans")
        return priced(basket, CHINA, rows, quote_id=new_id(), rulebook=read(texts()), cards=card_on(NOON.date()), at=NOON).quote

    def test_an_old_token_still_opens_and_is_held_to_chinas_year(self):
        found = tokens.opened(self.an_old_token())
        requests.check_limits(found, {("CN cbec value", "2026"): 2_590_000}, NOON.date())
        with pytest.raises(OverYearLimit) as refused:
            requests.check_limits(found, {("CN cbec value", "2026"): 2_590_001}, NOON.date())
        assert refused.value.facts["limit"] == "26000.00"
        assert found.mode == "cbec"
        assert tokens.opened(self.an_old_token(scheme="", year_limit=0, year_value=0)).held == ()

    def test_a_token_of_a_form_that_is_not_known_yet_is_refused(self):
        with pytest.raises(BadQuote):
            tokens.opened(self.an_old_token(layout="x"))

    def test_the_largest_basket_stays_within_its_bound(self):
        """Twenty lines with the longest titles and variants there are; of one seller and of twenty, with everything China counts."""
        for sellers, lines in ((1, 20), (20, 1)):
            quote = self.quote(sellers, lines)
            assert len(quote.held) == 2
            token = tokens.token(quote)
            assert len(token) <= tokens.MOST_CHARACTERS
            assert tokens.opened(token) == promised(quote)


class CarriedOver(TestCase):
    def test_what_was_counted_of_chinas_year_goes_on_counting(self):
        made = importlib.import_module("saudagar.checkout.migrations.0006_buyer_tally")
        key = blind_index("cbec", CHEN)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE checkout_buyeryear (id serial, buyer bytea, scheme varchar(20), year smallint, value bigint)")
            cursor.execute("INSERT INTO checkout_buyeryear (buyer, scheme, year, value) VALUES (%s, 'cbec', 2026, 2599000)", [key])
            cursor.execute(made.CARRY_OVER)
            assert queries.used(queries.run(queries.used_read("cbec", CHEN, NOON))) == {("CN cbec value", "2026"): 2_599_000}
            BuyerTally.objects.create(buyer=key, tally="TW parcel uses tw-2000", period="2026-H2", amount=3)
            cursor.execute("DELETE FROM checkout_buyeryear")
            cursor.execute(made.CARRY_BACK)
            cursor.execute("SELECT scheme, year, value FROM checkout_buyeryear")
            assert cursor.fetchall() == [("cbec", 2026, 2_599_000)]


class Race(TransactionTestCase):
    """Orders of one buyer that are paid and refunded at the same moment, each by a worker of its own."""

    orders, refunds = 12, 5

    def rush(self) -> int:
        pool = a_pool(available=100, business=a_business())
        placed: list[tuple[UUID, UUID]] = []
        law = read(texts())
        for _ in range(self.orders):
            found = quoted(a_row(pool, price=900), country="TW", rulebook=law)
            with mock.patch.object(collector, "current", None):
                quote = actions.place(asked(found, identity=MEI), at=NOON)
            orders.take_payment(quote.home, quote.id, at=NOON)
            placed.append((quote.home, quote.id))
        counted, again = placed[self.refunds :], placed[: self.refunds]
        actions.count_all(again, at=NOON)  # these are refunded while the others are counted
        works = [(key, False) for key in counted] + [(key, True) for key in again]
        start, errors = threading.Barrier(len(works)), []

        def work(key: tuple[UUID, UUID], back: bool) -> None:
            try:
                start.wait()
                actions.count(*key, at=NOON, back=back)
            except Exception as error:
                errors.append(error)
            finally:
                connections["default"].close()

        threads = [threading.Thread(target=work, args=each) for each in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        return BuyerTally.objects.get(tally="TW parcel uses tw-2000").amount

    def test_each_counts_once(self):
        assert self.rush() == self.orders - self.refunds

    def test_without_the_lock_it_goes_wrong(self):
        """So that the test above is known to see what it looks for: it reads first and writes then, with a breath between."""
        careless = {
            "count": """
                WITH given AS (SELECT * FROM unnest(%(buyers)s::bytea[], %(tallies)s::text[], %(periods)s::text[], %(amounts)s::bigint[])
                                          AS given (buyer, tally, period, amount)),
                     seen AS MATERIALIZED (SELECT kept.id, kept.amount + given.amount AS amount, pg_sleep(0.1)
                                             FROM checkout_buyertally AS kept JOIN given USING (buyer, tally, period))
                UPDATE checkout_buyertally SET amount = seen.amount FROM seen WHERE checkout_buyertally.id = seen.id""",
        }
        real = statement

        def instead(room: str, name: str) -> str:
            is_careless = name in careless and threading.current_thread() is not threading.main_thread()
            return careless[name] if is_careless else real(room, name)

        with mock.patch("saudagar.checkout.actions.statement", instead):
            assert self.rush() != self.orders - self.refunds
