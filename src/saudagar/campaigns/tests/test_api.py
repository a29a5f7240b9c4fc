"""What the API says of campaigns, to everybody alike."""

from datetime import timedelta

from django.test import Client, TestCase

from saudagar.campaigns.models import Campaign
from saudagar.campaigns.tests.cast import a_campaign, a_listing, an_entry, approved
from saudagar.catalogue.tests.cast import a_business
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle
from saudagar.stock.models import Pool


class Api(TestCase):
    def setUp(self) -> None:
        at, hour = now(), timedelta(hours=1)
        self.campaign = a_campaign(at=at, quotes_from=at - hour, starts_at=at + hour, ends_at=at + 2 * hour)
        self.coffee = a_listing(a_business())
        self.entry = approved(self.campaign, self.coffee, at=at)
        an_entry(self.campaign, a_listing(a_business("Songket Dewi")), at=at)
        self.client = Client(headers={"accept-language": "en"})

    def test_campaigns_of_a_market(self) -> None:
        answer = self.client.get("/api/v1/campaigns?market=id")
        (found,) = answer.json()["campaigns"]
        assert (found["code"], found["name"], found["phase"], found["currency"]) == ("11-11", "11.11 festival", "quotes", "IDR")
        assert found["starts_at"] == self.campaign.starts_at.isoformat()
        assert answer["Cache-Control"].startswith("public, max-age=2")
        assert self.client.get("/api/v1/campaigns?market=xx").json()["error"]["code"] == "no_such_market"
        assert self.client.get("/api/v1/campaigns").status_code == 422

    def test_one_campaign_with_what_was_let_in(self) -> None:
        Pool.objects.filter(pk=self.entry.pool_id).update(available=7)
        found = self.client.get("/api/v1/campaigns/11-11").json()
        (entry,) = found["entries"]
        assert entry == {
            "listing": handle(Kind.LISTING, self.coffee.business_id, self.coffee.pk),
            "product": entry["product"],
            "business": {"handle": handle(Kind.BUSINESS, self.coffee.business_id), "name": "Kopi Gayo Sari"},
            "sku": "KG-250",
            "title": "Gayo arabica coffee, 250 g",
            "price": 9_000_000,
            "ordinary_price": 10_000_000,
            "most_per_buyer": 2,
            "left": 7,
        }

    def test_drafts_are_nobodys_business(self) -> None:
        Campaign.objects.update(state="draft")
        assert self.client.get("/api/v1/campaigns?market=id").json()["campaigns"] == []
        for code in ("11-11", "12-12", "x" * 200):
            assert self.client.get(f"/api/v1/campaigns/{code}").status_code == 404
