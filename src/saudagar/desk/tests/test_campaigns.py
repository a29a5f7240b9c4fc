"""Campaigns on the desks: who sees what, what a form says, what a decision does."""

from datetime import timedelta

from django.test import Client, TestCase

from saudagar.audit.models import Entry as Trail
from saudagar.campaigns import actions, queries
from saudagar.campaigns.models import Campaign, Entry
from saudagar.campaigns.tests.cast import a_campaign, a_listing, an_entry
from saudagar.catalogue.tests.cast import a_business
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle
from saudagar.markets.models import Listing
from saudagar.orders import queries as orders
from saudagar.orders.models import Order
from saudagar.orders.tests.cast import a_purchase
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.stock.models import Pool

FORM = {
    "name_id": "Pesta", "name_en": "Party", "name_zh": "节日", "code": "12-12", "market": "id", "time_zone": "Asia/Makassar",
    "starts_at": "2031-12-12T00:00:05", "ends_at": "2031-12-13T00:00", "quotes_from": "2031-12-11T18:00", "least_discount": "12.5",
    "least_pieces": "5", "least_pictures": "0", "most_late": "10", "most_per_buyer": "3",
}  # fmt: skip


def somebody(name: str, **roles: bool) -> tuple[User, Client]:
    user = User.objects.create(name=name, language="en", **roles)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user, client


def shown(listing: Listing) -> str:
    return handle(Kind.LISTING, listing.business_id, listing.pk)


class Desk(TestCase):
    def setUp(self) -> None:
        at = now()
        self.at = at
        self.sari = a_business()
        self.coffee = a_listing(self.sari)
        owner, self.seller = somebody("Bu Sari")
        Membership.objects.create(business_id=self.sari.pk, user_id=owner.pk, role="owner")
        self.arif, self.officer = somebody("Pak Arif", is_officer=True)
        hour = timedelta(hours=1)
        self.campaign = a_campaign(at=at, quotes_from=at + hour, starts_at=at + 2 * hour, ends_at=at + 26 * hour)

    def test_an_officer_opens_a_campaign_in_its_own_time_zone(self) -> None:
        answer = self.officer.post("/officer/campaigns/new/", FORM)
        self.assertRedirects(answer, "/officer/campaigns/12-12/")
        made = queries.campaign("12-12")
        assert made.starts_at.isoformat() == "2031-12-11T16:00:05+00:00"
        assert (made.least_discount_bp, made.most_per_buyer, made.state) == (1250, 3, "draft")
        assert "12 Dec 2031, 00:00:05" in self.officer.get("/officer/campaigns/12-12/").content.decode()
        assert self.seller.get("/seller/campaigns/12-12/").status_code == 404
        self.officer.post("/officer/campaigns/12-12/publication")
        assert self.seller.get("/seller/campaigns/12-12/").status_code == 200
        assert set(Trail.objects.filter(by=self.arif.pk).values_list("action", flat=True)) == {"campaigns.drafted", "campaigns.published"}

    def test_what_is_wrong_stands_at_its_field(self) -> None:
        for changes, words in (
            ({"ends_at": "2031-12-11T00:00"}, "Check the hours"),
            ({"code": "11-11"}, "Another campaign has the code 11-11."),
            ({"code": "new"}, "a code has small letters"),
            ({"least_discount": "100"}, "less than or equal to 99"),
            ({"starts_at": "soon"}, "valid date"),
            ({"name_zh": " "}, "required"),
        ):
            answer = self.officer.post("/officer/campaigns/new/", FORM | changes)
            assert answer.status_code == 422 and words in answer.content.decode(), changes
        assert Campaign.objects.count() == 1

    def test_it_can_begin_in_two_minutes(self) -> None:
        self.officer.post("/officer/campaigns/11-11/edit/", FORM | {"soon": "1"})
        self.campaign.refresh_from_db()
        assert timedelta(seconds=100) < self.campaign.starts_at - now() <= timedelta(seconds=120)
        assert self.campaign.ends_at - self.campaign.starts_at == timedelta(hours=1)
        assert queries.phase_of(self.campaign, now()) == "quotes"
        answer = self.officer.post("/officer/campaigns/11-11/edit/", FORM)
        assert answer.status_code == 422 and "Buyers hold prices" in answer.content.decode()

    def test_a_seller_applies_at_the_suggested_price(self) -> None:
        page = self.seller.get("/seller/campaigns/11-11/").content.decode()
        assert "joins at Rp90,000 or less" in page and shown(self.coffee) in page
        address = f"/seller/campaigns/11-11/{shown(self.coffee)}/"
        assert 'value="90000"' in self.seller.get(address).content.decode()
        wrong = self.seller.post(address, {"price": "95.000", "allotment": "200", "most_per_buyer": "0"})
        assert wrong.status_code == 422
        text = wrong.content.decode()
        assert "at most Rp90,000 (10% off)" in text and "Only 100 pieces lie on the shelf" in text
        self.assertRedirects(
            self.seller.post(address, {"price": "85.000", "allotment": "20", "most_per_buyer": "2"}), "/seller/campaigns/11-11/"
        )
        entry = Entry.objects.get()
        assert (entry.price, entry.allotment, entry.most_per_buyer, entry.state) == (8_500_000, 20, 2, "applied")

    def test_many_are_decided_at_once_and_each_stands_for_itself(self) -> None:
        dewi = a_listing(a_business("Songket Dewi"), pieces=10)
        for listing, pieces in ((self.coffee, 30), (dewi, 10)):
            an_entry(self.campaign, listing, at=self.at, allotment=pieces)
        Pool.objects.filter(business_id=dewi.business_id).update(available=5)
        page = self.officer.get("/officer/campaigns/11-11/").content.decode()
        assert "Songket Dewi" in page and "Only 5 pieces lie on the shelf" in page
        chosen = {"decision": "approve", "entry": [shown(self.coffee), shown(dewi)]}
        answer = self.officer.post("/officer/campaigns/11-11/decisions", chosen, follow=True)
        text = answer.content.decode()
        assert "1 product joins the campaign." in text and "Only 5 pieces lie on the shelf to be set aside." in text
        assert set(Entry.objects.values_list("state", flat=True)) == {"approved", "applied"}
        refused = self.officer.post("/officer/campaigns/11-11/decisions", {"decision": "refuse", "entry": shown(dewi)})
        assert refused.status_code == 422 and "Write the reason" in refused.content.decode()
        self.officer.post("/officer/campaigns/11-11/decisions", {"decision": "refuse", "entry": shown(dewi), "reason": "Stok kurang."})
        assert Entry.objects.get(business_id=dewi.business_id).state_reason == "Stok kurang."
        assert Trail.objects.filter(action="campaigns.entry_refused", by=self.arif.pk).count() == 1

    def test_a_seller_sees_and_withdraws_only_its_own(self) -> None:
        entry = an_entry(self.campaign, self.coffee, at=self.at)
        actions.approve(self.sari.pk, entry.pk, late_bp=0, by=None, at=self.at)
        owner, stranger = somebody("Dewi")
        Membership.objects.create(business_id=a_business("Songket Dewi").pk, user_id=owner.pk, role="owner")
        assert shown(self.coffee) not in stranger.get("/seller/campaigns/11-11/").content.decode()
        assert stranger.post(f"/seller/campaigns/11-11/{shown(self.coffee)}/withdrawal").status_code == 404
        assert "Approved" in self.seller.get("/seller/campaigns/11-11/").content.decode()
        self.seller.post(f"/seller/campaigns/11-11/{shown(self.coffee)}/withdrawal")
        assert Entry.objects.get().state == "withdrawn"

    def test_a_running_campaign_shows_sums_and_pace(self) -> None:
        entry = an_entry(self.campaign, self.coffee, at=self.at)
        actions.approve(self.sari.pk, entry.pk, late_bp=0, by=None, at=self.at)
        Campaign.objects.update(quotes_from=self.at - timedelta(hours=2), starts_at=self.at - timedelta(minutes=10))
        entry.refresh_from_db()
        Pool.objects.filter(pk=entry.pool_id).update(available=18)
        assert actions.take_samples(at=now()) == 1
        assert actions.take_samples(at=now()) <= 1
        text = self.officer.get("/officer/campaigns/11-11/progress").content.decode()
        assert ">12<" in text and ">18<" in text and "40%" in text and "<svg" in text
        assert self.officer.get("/officer/campaigns/11-11/?state=approved").status_code == 200
        self.officer.post("/officer/campaigns/11-11/cancellation")
        assert self.officer.get("/officer/campaigns/11-11/").status_code == 200
        assert Campaign.objects.get().state == "cancelled"

    def test_late_parcels_count_against_a_seller(self) -> None:
        pool = Pool.objects.get(business_id=self.sari.pk)
        for _ in range(5):
            a_purchase((pool, 1))
        for place, order in enumerate(Order.objects.order_by("id")):
            paid = self.at - timedelta(days=9)
            sent = paid + timedelta(days=1 if place < 3 else 5)
            Order.objects.filter(pk=order.pk).update(state="shipped", paid_at=paid, shipped_at=sent if place < 4 else None)
        found = orders.late_bp([self.sari.pk], since=self.at - timedelta(days=90), at=self.at)
        assert found == {self.sari.pk: 4000}
        answer = self.seller.post(
            f"/seller/campaigns/11-11/{shown(self.coffee)}/", {"price": "85.000", "allotment": "20", "most_per_buyer": "2"}
        )
        assert answer.status_code == 422 and "40% of the orders of the last 90 days were sent late" in answer.content.decode()
        assert not Entry.objects.exists()
