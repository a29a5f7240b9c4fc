"""What plants and officers' HS codes do to listings, and what the owners read of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import TestCase

from saudagar.catalogue import actions as catalogue
from saudagar.catalogue import hearers as catalogue_hearers
from saudagar.catalogue import queries as catalogue_queries
from saudagar.catalogue.actions import CertificateFacts
from saudagar.catalogue.tests.cast import a_business, a_coffee, coffee_facts
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.outbox import deliver
from saudagar.markets import actions, hearers, queries, rules
from saudagar.markets.models import Listing, Market
from saudagar.markets.tests.test_listings import a_rate, markets
from saudagar.messages import wording
from saudagar.messages.models import Letter, Notice
from saudagar.people import actions as people
from saudagar.registry import actions as registry
from saudagar.registry.models import Membership, Plant
from saudagar.rulebook import actions as rulebook_actions
from saudagar.rulebook import queries as rulebook_queries

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ARIF = new_id()
PAPERS = {"pirt": ("1", None), "halal": ("2", None), "zh_label": ("3", None)}


HEARERS = {
    "catalogue.certificate_decided": [hearers.certificate_decided],
    "catalogue.certificate_ending": [hearers.certificate_ending],
    "catalogue.hs_decided": [hearers.hs_decided],
    "catalogue.product_changed": [hearers.product_changed],
    "registry.plant_changed": [catalogue_hearers.plant_changed],
}


def heard() -> None:
    """The worker delivers until nothing is left to tell."""
    while OutboxEvent.objects.exists():
        deliver(HEARERS, at=now() + timedelta(days=1))


class Cast(TestCase):
    @pytest.fixture(autouse=True)
    def _no_photo_needed(self, monkeypatch):
        monkeypatch.setattr(queries, "PHOTO", rules.Need("photo", rules.PHOTO.words, blocks=False))

    def setUp(self) -> None:
        rulebook_actions.load_shipped(at=AT)
        rulebook_queries.forget()
        markets()
        a_rate(at=AT - timedelta(days=1))
        self.sari = a_business()
        self.product, _ = a_coffee(self.sari, papers=PAPERS)
        owner = people.prepare(name="Sari", phone="+6281234567801", language="en", at=AT)
        Membership.objects.create(business_id=self.sari.pk, user_id=owner.pk, role="owner")

    def state(self, market: str) -> str:
        return Listing.objects.get(business_id=self.sari.pk, market_id=market).state

    def read(self, kind: str) -> tuple[str, str, str]:
        notice = Notice.objects.get(kind=kind)
        return (*wording.words(notice.kind, notice.facts, "en"), notice.link)


class Plants(Cast):
    def setUp(self) -> None:
        super().setUp()
        self.here = Plant.objects.create(business_id=self.sari.pk, name="Sangrai", kind="factory")
        self.there = Plant.objects.create(business_id=self.sari.pk, name="Rumah kemas", kind="packhouse")
        catalogue.name_plants(self.sari.pk, self.product, [self.here.pk], by=ARIF, at=AT)

    def shown(self, plant: Plant, until: date | None = None):
        facts = CertificateFacts("gacc", "CIDN1", valid_until=until)
        made = catalogue.submit_certificate(self.sari.pk, None, facts, plant_id=plant.pk, by=ARIF, at=AT)
        catalogue.decide_certificate(self.sari.pk, made, is_accepted=True, by=ARIF, at=AT)
        return made

    def test_offered_with_the_paper_of_its_own_plant_only_and_paused_when_that_closes(self) -> None:
        self.shown(self.there)
        with pytest.raises(rules.CannotBeOffered) as refusal:
            actions.offer(self.sari.pk, self.product, "cn", at=AT)
        assert any(need.code.startswith("cn-food-plant") for need in refusal.value.parts)
        made = self.shown(self.here)
        assert actions.offer(self.sari.pk, self.product, "cn", at=AT) == "proposed"
        heard()
        title, body, link = self.read_of("Sangrai")
        assert title == "Accepted: GACC registration of the food plant (China)" and body.startswith("Sangrai: ")
        assert link == f"/seller/plants/{handle(Kind.PLANT, self.sari.pk, self.here.pk)}/#papers"

        registry.open_plant(self.sari.pk, self.here.pk, is_active=False, by=ARIF, at=AT)
        heard()
        assert self.state("cn") == "draft"  # it was proposed, and never approved
        assert catalogue_queries.certificate(self.sari.pk, made).state == "accepted"

    def read_of(self, plant: str) -> tuple[str, str, str]:
        notice = next(each for each in Notice.objects.filter(kind="markets.certificate_accepted") if each.facts["title"] == plant)
        return (*wording.words(notice.kind, notice.facts, "en"), notice.link)

    def test_what_stops_when_a_paper_of_a_plant_ends(self) -> None:
        made = self.shown(self.here, until=date(2026, 12, 1))
        actions.offer(self.sari.pk, self.product, "cn", at=AT)
        on = date(2026, 11, 21)
        stops = queries.stops_without(self.sari, made, "gacc", [self.product], on)
        assert [(title, where.code) for _product, title, where in stops] == [("Kopi Arabika Gayo", "cn")]
        catalogue.name_plants(self.sari.pk, self.product, [self.here.pk, self.there.pk], by=ARIF, at=AT)
        self.shown(self.there)  # another plant of its own holds it up
        assert queries.stops_without(self.sari, made, "gacc", [self.product], on) == []
        OutboxEvent.objects.all().delete()
        catalogue.watch_certificates(on=on, at=AT)
        heard()
        title, body, _link = self.read("markets.certificate_ending")
        assert title == "Ends in 10 days: GACC registration of the food plant (China)"
        assert body.startswith("Sangrai: ") and body.endswith("Nothing on sale now depends on it.")


class Codes(Cast):
    def test_the_owners_read_the_new_code_why_and_what_follows(self) -> None:
        catalogue.submit_certificate(self.sari.pk, None, CertificateFacts("gacc", "CIDN1"), by=ARIF, at=AT)
        paper = catalogue_queries.certificates(self.sari.pk)[0]
        catalogue.decide_certificate(self.sari.pk, paper.id, is_accepted=True, by=ARIF, at=AT)
        Market.objects.exclude(code__in=("id", "cn")).update(is_open=False)
        for market in ("id", "cn"):
            actions.offer(self.sari.pk, self.product, market, at=AT)
        actions.approve(self.sari.pk, self.product, "cn", at=AT)
        heard()
        Notice.objects.all().delete()
        Letter.objects.all().delete()

        # Dried bird's nest: what China asks of coffee does not do for it.
        catalogue.decide_hs(self.sari.pk, self.product, "041090", reason="Label: sarang walet.", by=ARIF, at=AT)
        heard()

        assert (self.state("id"), self.state("cn")) == ("live", "paused")
        title, body, link = self.read("markets.hs_decided")
        assert title == "The HS code of “Kopi Arabika Gayo” is now 0410.90 instead of 0901.21"
        assert body.startswith("The officer writes: Label: sarang walet. May not be sold there any more: Paviliun.")
        assert "If you disagree" in body
        assert link == f"/seller/products/{handle(Kind.PRODUCT, self.sari.pk, self.product)}/facts/"
        assert Letter.objects.filter(kind="markets.hs_decided").count() == 1

    def test_costs_that_change_are_said_and_a_confirmation_is_not_told(self) -> None:
        actions.offer(self.sari.pk, self.product, "id", at=AT)
        catalogue.submit_certificate(self.sari.pk, None, CertificateFacts("gacc", "CIDN1"), by=ARIF, at=AT)
        paper = catalogue_queries.certificates(self.sari.pk)[0]
        catalogue.decide_certificate(self.sari.pk, paper.id, is_accepted=True, by=ARIF, at=AT)
        Market.objects.filter(code="cn").update(mode="general", is_curated=False)
        where = Market.objects.get(code="cn")
        row = catalogue_queries.product(self.sari.pk, self.product)
        facts = {"state": "live", "price": 3500, "is_price_by_hand": True}
        Listing.objects.create(business_id=self.sari.pk, variant_id=row.variants[0].id, market=where, **facts)
        catalogue.decide_hs(self.sari.pk, self.product, "090121", by=ARIF, at=AT)
        heard()
        assert not Notice.objects.filter(kind="markets.hs_decided").exists()

        found = queries.recoded(row, self.sari, "090111", at=AT, on=date(2026, 11, 21))
        before, now_ = (
            queries.abroad(each, where, 3500, 250, at=AT, on=date(2026, 11, 21), language="en")[0].total
            for each in (replace(row, hs_code="090111"), row)
        )
        assert found.costs == ([("CN", "CNY", before, now_)] if before != now_ else [])
        assert before != now_

        catalogue.decide_hs(self.sari.pk, self.product, "090111", reason="Biji mentah.", by=ARIF, at=AT)
        heard()
        _title, body, _link = self.read("markets.hs_decided")
        assert "One piece costs there now, without shipping: China ¥" in body and "(was ¥" in body

    def test_an_answer_gets_an_answer(self) -> None:
        catalogue.decide_hs(self.sari.pk, self.product, "090111", reason="Biji mentah.", by=ARIF, at=AT)
        facts = coffee_facts(hs_code="090121", papers=None, hs_answer="Sudah disangrai.")
        catalogue.save_product(self.sari.pk, facts, product_id=self.product, by=ARIF, at=AT)
        catalogue.decide_hs(self.sari.pk, self.product, "090121", by=ARIF, at=AT)
        heard()
        titles = {wording.words(each.kind, each.facts, "en")[0] for each in Notice.objects.filter(kind="markets.hs_decided")}
        assert titles == {
            "The HS code of “Kopi Arabika Gayo” is now 0901.11 instead of 0901.21",
            "The HS code of “Kopi Arabika Gayo” is 0901.21, as you asked",
        }
