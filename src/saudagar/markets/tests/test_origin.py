"""What is stated of a product's origin, where it is sold: the duty a seller reads, the verdict of the rules, what its owner is told."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.test import TestCase

from saudagar.catalogue import actions as catalogue
from saudagar.catalogue import queries as products
from saudagar.catalogue.actions import OriginSaid
from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.outbox import deliver
from saudagar.markets import actions, hearers, queries
from saudagar.markets.models import Market
from saudagar.messages import wording
from saudagar.messages.models import Letter, Notice
from saudagar.people import actions as people
from saudagar.registry.models import Membership
from saudagar.rulebook.actions import load_shipped
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import may_sell

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
HEARERS = {"catalogue.origin_decided": [hearers.origin_decided], "catalogue.origin_ending": [hearers.origin_ending]}


class Stated(TestCase):
    def setUp(self) -> None:
        load_shipped(at=AT)
        self.sari = a_business()
        self.owner = people.prepare(name="Bu Sari", phone="+6281234567801", at=AT)
        for currency, rate in (("CNY", "2250"), ("USD", "16400")):
            actions.enter_rate(currency, Decimal(rate), source="test", valid_from=AT, at=AT)
        Membership.objects.create(business_id=self.sari.pk, user_id=self.owner.pk, role="owner")
        self.product, _ = a_coffee(self.sari, papers={})
        self.state("ACFTA")

    def state(self, agreement: str, shown_by: str = "paper", until: date = date(2027, 11, 21)) -> None:
        catalogue.state_origin(self.sari.pk, self.product, agreement, OriginSaid("WO", shown_by, until, is_confirmed=True), by=None, at=AT)

    def heard(self) -> None:
        while OutboxEvent.objects.exists():
            deliver(HEARERS, at=now() + timedelta(days=1))

    def read(self, kind: str, language: str = "en") -> tuple[str, str]:
        notice = Notice.objects.filter(user_id=self.owner.pk, kind=kind).latest("id")
        assert notice.link == f"/seller/products/{handle(Kind.PRODUCT, self.sari.pk, self.product)}/origin/"
        return wording.words(kind, notice.facts, language)

    def test_the_duty_a_seller_reads_is_the_one_a_buyer_would_pay(self) -> None:
        row = products.product(self.sari.pk, self.product)
        where = Market.objects.get(code="cn")
        where.mode = "general"
        claims = products.claims_in_force(self.sari.pk, self.product, DAY)
        usual, stated = (queries.abroad(row, where, 350_00, 250, at=AT, on=DAY, language="en", claims=each)[0] for each in ((), claims))
        assert [part.label for part in stated.parts if part.kind == "duty"] == ["Import duty (5%, ACFTA)"]
        assert stated.levies < usual.levies
        assert any("Form E" in words for words in usual.savings) and not any("Form E" in words for words in stated.savings)

    def test_a_certificate_that_will_come_is_one_the_rules_may_count_on(self) -> None:
        """Where only an agreement gives a rate (cocoa into China), nobody could ever show its certificate beforehand."""
        row = products.product(self.sari.pk, self.product)
        assert products.agreements_shown(self.sari.pk, self.product, "090121", "ID", DAY) == {"ACFTA"}
        assert queries.product_facts(row, self.sari, DAY).agreements == {"ACFTA"}
        catalogue.end_origin(self.sari.pk, self.product, "ACFTA", by=None, at=AT)
        self.state("ACFTA", "declaration")  # a word alone is no certificate
        assert not queries.product_facts(row, self.sari, DAY).agreements

    def test_goods_with_an_agreements_rate_only_may_be_sold_once_it_is_stated(self) -> None:
        product, _ = a_coffee(self.sari, sku="WAF-100", papers={}, hs_code="190532")  # Norway's ordinary rate for wafers is not known
        row = products.product(self.sari.pk, product)

        def missing() -> set[str]:
            facts = queries.product_facts(row, self.sari, DAY)
            said = may_sell(current_rulebook(), facts, "NO", DAY, mode="general")
            return {paper.key for each in said.missing for paper in each.papers}

        assert "origin_declaration" in missing()
        said = OriginSaid("CTH", "declaration", date(2027, 11, 21), is_confirmed=True)
        catalogue.state_origin(self.sari.pk, product, "IEFTA", said, by=None, at=AT)
        assert "origin_declaration" not in missing()

    def test_the_owner_reads_what_an_officer_decided_and_when_it_ends(self) -> None:
        catalogue.withdraw_origin(self.sari.pk, self.product, "ACFTA", reason="Biji dari Vietnam", by=new_id(), at=AT)
        self.heard()
        title, body = self.read("markets.origin_decided")
        assert title == "Withdrawn: what you stated of “Kopi Arabika Gayo” under ACFTA"
        assert body.startswith("The officer writes: Biji dari Vietnam New orders pay the usual duty.")
        assert Letter.objects.filter(kind="markets.origin_decided").count() == 1
        catalogue.allow_origin(self.sari.pk, self.product, "ACFTA", by=new_id(), at=AT)
        self.heard()
        assert self.read("markets.origin_decided", "id")[0] == "“Kopi Arabika Gayo”: asalnya boleh dinyatakan lagi menurut ACFTA"

        self.state("ACFTA", until=DAY + timedelta(days=30))
        catalogue.watch_origin(on=DAY, at=AT)
        self.heard()
        title, body = self.read("markets.origin_ending", "zh-hans")
        assert "30" in title and "ACFTA" in title and "2026-12-21" in body
