"""A seller applies, an officer decides, pieces are set aside."""

from datetime import timedelta

import pytest
from django.test import TestCase

from saudagar.audit.models import Entry as Trail
from saudagar.campaigns import actions, hearers, queries
from saudagar.campaigns.models import Campaign, Entry
from saudagar.campaigns.rules.joining import Application
from saudagar.campaigns.rules.refusals import (
    CampaignCodeTaken,
    CampaignHoursKept,
    CampaignPhaseForbids,
    EntryReasonNeeded,
    EntryStateForbids,
    MayNotJoin,
    NoSuchCampaign,
    NoSuchEntry,
)
from saudagar.campaigns.tests.cast import (
    BEFORE,
    END,
    QUOTES,
    START,
    a_campaign,
    a_listing,
    an_entry,
    approved,
    facts,
    shelves,
)
from saudagar.catalogue.tests.cast import a_business
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.outbox import deliver
from saudagar.markets.models import Listing
from saudagar.markets.rules import NoSuchListing
from saudagar.messages.models import Notice
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.stock import actions as stock
from saudagar.stock.models import Movement, Pool
from saudagar.stock.rules import SetAside

HOUR = timedelta(hours=1)
HEARERS = {"campaigns.decided": [hearers.decided], "campaigns.ended": [hearers.ended]}


class Joining(TestCase):
    def setUp(self) -> None:
        self.sari = a_business()
        self.coffee = a_listing(self.sari)
        self.campaign = a_campaign()

    def test_an_application_waits_and_touches_no_stock(self) -> None:
        entry = an_entry(self.campaign, self.coffee)
        assert (entry.state, entry.pool_id, shelves(self.coffee)) == ("applied", None, (100, 0))
        (row,) = queries.entries(self.campaign, "applied", "en")
        assert (row.goods.name, row.goods.seller, row.discount_bp, row.lacks) == (
            "Gayo arabica coffee, 250 g", "Kopi Gayo Sari", 1000, []
        )  # fmt: skip
        assert (row.left, row.sold) == (None, 0)

    def test_asking_otherwise_changes_the_one_application(self) -> None:
        first = an_entry(self.campaign, self.coffee)
        second = an_entry(self.campaign, self.coffee, price=8_000_000, allotment=40, at=BEFORE + HOUR)
        assert second.pk == first.pk
        assert Entry.objects.values_list("price", "allotment").get() == (8_000_000, 40)

    def test_all_that_is_missing_is_said(self) -> None:
        with pytest.raises(MayNotJoin) as refused:
            an_entry(self.campaign, self.coffee, price=9_500_000, allotment=3, late_bp=2001)
        assert refused.value.facts["needs"] == ["price_not_lower", "allotment_too_small", "ships_late"]
        assert not Entry.objects.exists()

    def test_only_what_is_on_sale_in_that_market_joins(self) -> None:
        Listing.objects.filter(pk=self.coffee.pk).update(state="paused")
        with pytest.raises(MayNotJoin) as refused:
            an_entry(self.campaign, self.coffee)
        assert refused.value.facts["needs"] == ["listing_not_on_sale"]
        Listing.objects.filter(pk=self.coffee.pk).update(state="live", market_id="cn")
        with pytest.raises(NoSuchListing):
            an_entry(self.campaign, self.coffee)

    def test_a_draft_takes_no_applications_and_neither_does_one_that_runs(self) -> None:
        drafted = a_campaign(code="12-12", is_open=False)
        with pytest.raises(NoSuchCampaign):
            an_entry(drafted, self.coffee)
        with pytest.raises(CampaignPhaseForbids):
            an_entry(self.campaign, self.coffee, at=START)
        an_entry(self.campaign, self.coffee, at=START - HOUR)

    def test_another_sellers_listing_and_entry_are_unknown(self) -> None:
        dewi = a_business("Songket Dewi")
        entry = an_entry(self.campaign, self.coffee)
        with pytest.raises(NoSuchListing):
            actions.apply(dewi.pk, self.campaign.pk, self.coffee.pk, Application(9_000_000, 5), late_bp=0, by=None, at=BEFORE)
        with pytest.raises(NoSuchEntry):
            actions.withdraw(dewi.pk, entry.pk, by=None, at=BEFORE)
        assert queries.entries_of(dewi.pk, self.campaign) == []

    def test_approval_sets_the_pieces_aside_and_both_sides_are_told(self) -> None:
        entry = approved(self.campaign, self.coffee)
        assert shelves(self.coffee) == (70, 30)
        assert entry.returns_at > END
        pool = Pool.objects.get(pk=entry.pool_id)
        assert (pool.campaign_id, pool.country, pool.available) == (self.campaign.pk, "ID", 30)
        moved = Movement.objects.filter(reason="campaign").order_by("pieces")
        assert [(row.pieces, row.note, row.pool.campaign_id) for row in moved] == [(-30, "11-11", None), (30, "11-11", self.campaign.pk)]
        (row,) = queries.entries(self.campaign, "approved")
        assert (row.left, row.sold) == (30, 0)
        assert Trail.objects.filter(action="campaigns.entry_approved", business_id=self.sari.pk).count() == 1

    def test_too_few_pieces_are_refused_and_nothing_moves(self) -> None:
        entry = an_entry(self.campaign, self.coffee, allotment=100)
        shelf = Pool.objects.get(business_id=self.sari.pk, campaign_id=None)
        stock.write_off(self.sari.pk, shelf.pk, pieces=1, by=None, at=BEFORE)
        with pytest.raises(MayNotJoin) as refused:
            actions.approve(self.sari.pk, entry.pk, late_bp=0, by=None, at=BEFORE)
        assert refused.value.facts["needs"] == ["shelf_too_small"]
        assert shelves(self.coffee) == (99, 0)
        assert Entry.objects.get().state == "applied"
        assert not Movement.objects.filter(reason="campaign").exists()

    def test_the_rules_are_asked_once_more(self) -> None:
        entry = an_entry(self.campaign, self.coffee)
        Listing.objects.filter(pk=self.coffee.pk).update(price=9_500_000)
        with pytest.raises(MayNotJoin) as refused:
            actions.approve(self.sari.pk, entry.pk, late_bp=2500, by=None, at=BEFORE)
        assert refused.value.facts["needs"] == ["price_not_lower", "ships_late"]
        (row,) = queries.entries(self.campaign, "applied", late_bp={self.sari.pk: 2500})
        assert [lack.code for lack in row.lacks] == ["price_not_lower", "ships_late"]

    def test_one_listing_is_in_one_campaign_at_a_time(self) -> None:
        approved(self.campaign, self.coffee)
        beside = a_campaign(code="panen", starts_at=START + HOUR, quotes_from=START + HOUR, ends_at=END + HOUR)
        with pytest.raises(MayNotJoin) as refused:
            an_entry(beside, self.coffee)
        assert refused.value.facts["needs"] == ["in_another_campaign"]
        after = a_campaign(code="12-12", starts_at=END, quotes_from=END, ends_at=END + HOUR)
        approved(after, self.coffee)
        assert shelves(self.coffee) == (40, 60)

    def test_a_decision_is_made_once(self) -> None:
        entry = approved(self.campaign, self.coffee)
        for again in (
            lambda: actions.approve(self.sari.pk, entry.pk, late_bp=0, by=None, at=BEFORE),
            lambda: actions.refuse(self.sari.pk, entry.pk, reason="x", by=None, at=BEFORE),
            lambda: an_entry(self.campaign, self.coffee),
        ):
            with pytest.raises(EntryStateForbids):
                again()
        assert shelves(self.coffee) == (70, 30)

    def test_a_refusal_says_why_and_the_seller_may_ask_again(self) -> None:
        owner = User.objects.create(name="Bu Sari")
        Membership.objects.create(business_id=self.sari.pk, user_id=owner.pk, role="owner")
        entry = an_entry(self.campaign, self.coffee)
        with pytest.raises(EntryReasonNeeded):
            actions.refuse(self.sari.pk, entry.pk, reason=" ", by=None, at=BEFORE)
        actions.refuse(self.sari.pk, entry.pk, reason="Foto buram.", by=None, at=BEFORE)
        OutboxEvent.objects.exclude(name__startswith="campaigns.").delete()
        deliver(HEARERS, at=BEFORE + HOUR)
        notice = Notice.objects.get(user_id=owner.pk)
        assert (notice.kind, notice.facts["reason"], notice.link) == ("campaigns.refused", "Foto buram.", "/seller/campaigns/11-11/")
        assert notice.facts["title"]
        again = an_entry(self.campaign, self.coffee, at=BEFORE + HOUR)
        assert (again.pk, again.state, again.state_reason) == (entry.pk, "applied", "")

    def test_pieces_set_aside_are_not_counted_away_or_moved(self) -> None:
        entry = approved(self.campaign, self.coffee)
        with pytest.raises(SetAside):
            stock.correct_count(self.sari.pk, entry.pool_id, pieces=1, by=None, at=BEFORE)
        with pytest.raises(SetAside):
            stock.transfer(self.sari.pk, entry.pool_id, to_outlet_id=self.sari.pk, pieces=1, by=None, at=BEFORE)
        assert shelves(self.coffee) == (70, 30)


class Hours(TestCase):
    def test_a_code_is_used_once(self) -> None:
        a_campaign()
        with pytest.raises(CampaignCodeTaken):
            a_campaign()
        assert Campaign.objects.count() == 1

    def test_a_draft_may_change_altogether_and_is_published_once(self) -> None:
        drafted = a_campaign(is_open=False)
        actions.change(drafted.pk, facts(code="12-12", least_pieces=9), by=None, at=BEFORE)
        found = queries.campaign("12-12")
        assert (found.least_pieces, queries.phase_of(found, BEFORE)) == (9, "drafted")
        actions.publish(found.pk, by=None, at=BEFORE)
        with pytest.raises(CampaignPhaseForbids):
            actions.publish(found.pk, by=None, at=BEFORE)

    def test_an_open_one_keeps_its_code(self) -> None:
        campaign = a_campaign()
        assert actions.change(campaign.pk, facts(code="12-12", starts_at=START + HOUR), by=None, at=BEFORE).code == "11-11"
        assert Campaign.objects.get().starts_at == START + HOUR

    def test_the_start_stays_once_prices_are_given_for_it(self) -> None:
        campaign = a_campaign()
        for at in (QUOTES, START):
            for moved in ({"starts_at": START + HOUR}, {"starts_at": START - HOUR}, {"quotes_from": QUOTES + HOUR}):
                with pytest.raises(CampaignHoursKept):
                    actions.change(campaign.pk, facts(**moved), by=None, at=at)
        listing = a_listing(a_business())
        entry = approved(campaign, listing)
        actions.change(campaign.pk, facts(ends_at=END + HOUR), by=None, at=START)
        entry.refresh_from_db()
        assert entry.returns_at == END + HOUR + timedelta(minutes=16)
        with pytest.raises(CampaignPhaseForbids):
            actions.change(campaign.pk, facts(ends_at=END + 5 * HOUR), by=None, at=END + HOUR)
