"""What buyers see of a campaign: prices switch at the second, what is sold out says so, overload is told kindly."""

import json
import re
from datetime import timedelta
from unittest.mock import patch

from django.test import Client, TestCase

from saudagar.campaigns import actions
from saudagar.campaigns.models import Campaign
from saudagar.campaigns.rules.joining import Application, CampaignFacts, Rules
from saudagar.checkout.rules.refusals import Busy, Unavailable
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.rulebook import actions as rulebook
from saudagar.rulebook import queries as rulebook_queries
from saudagar.stock.models import Pool
from saudagar.storefront.tests.cast import RINA, goods

HOUR = timedelta(hours=1)


class Campaigns(TestCase):
    def setUp(self) -> None:
        rulebook.load_shipped(at=now())
        rulebook_queries.forget()
        self.at = now()
        self.made = goods(price=10_000_000, pieces=20)
        facts = CampaignFacts(
            code="11-11", market="id", names={"id": "Pesta 11.11", "en": "11.11 festival", "zh-hans": "双十一"}, time_zone="Asia/Jakarta",
            quotes_from=self.at + HOUR, starts_at=self.at + 2 * HOUR, ends_at=self.at + 3 * HOUR, rules=Rules(least_pictures=0),
        )  # fmt: skip
        self.campaign = actions.publish(actions.draft(facts, by=None, at=self.at).pk, by=None, at=self.at)
        business_id, listing_id = parse_handle(self.made.listings["id"], Kind.LISTING)
        entry = actions.apply(business_id, self.campaign.pk, listing_id, Application(7_500_000, 12, 2), late_bp=0, by=None, at=self.at)
        self.entry = actions.approve(business_id, entry.pk, late_bp=0, by=None, at=self.at)
        self.client = Client(headers={"accept-language": "en"})

    def starts(self, hours: float) -> None:
        """Moves the campaign so that it begins in so many hours."""
        start = self.at + hours * HOUR
        Campaign.objects.update(quotes_from=start - HOUR, starts_at=start, ends_at=start + HOUR)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    def test_before_the_start_ordinary_prices_hold_and_the_campaign_says_when(self) -> None:
        text = self.page("/id/campaigns/11-11/")
        assert "11.11 festival" in text and "Rp75,000" in text and "Rp100,000" in text and "−25%" in text
        assert 'data-until="' in text and "at most 2 per buyer" in text and "Put in the basket" not in text
        home = self.page("/id/")
        assert "11.11 festival" in home and "Rp75,000" not in home
        product = self.page(f"/id/p/{self.made.product}/")
        assert "Rp75,000 from" in product and '<s class="price-was">' not in product

    def test_prices_ahead_lead_to_the_checkout(self) -> None:
        self.starts(0.5)
        text = self.page("/id/campaigns/11-11/")
        assert "/id/checkout/?campaign=11-11" in text and "Put in the basket" in text

    def test_while_it_runs_every_page_shows_the_price_and_the_old_one_struck_through(self) -> None:
        self.starts(-0.5)
        for path in ("/id/campaigns/11-11/", "/id/", "/id/search/", f"/id/p/{self.made.product}/", "/id/search/?q=kopi"):
            text = self.page(path)
            assert "Rp75,000" in text and re.search(r'<s class="price-was[^>]*>Rp100,000</s>', text), path
        assert '"price":"75000"' in self.page(f"/id/p/{self.made.product}/")
        assert "Rp75,000" not in self.page("/cn/")

    def test_sold_out_it_costs_what_it_costs_elsewhere(self) -> None:
        self.starts(-0.5)
        Pool.objects.filter(pk=self.entry.pool_id).update(available=0)
        text = self.page("/id/campaigns/11-11/")
        assert "Sold out" in text and "disabled" in text
        assert "Rp75,000" not in self.page("/id/")
        product = self.page(f"/id/p/{self.made.product}/")
        assert "pieces are sold; this is the ordinary price" in product and "Rp100,000" in product

    def test_after_the_end_it_says_so(self) -> None:
        self.starts(-1.5)
        assert "Ordinary prices again" in self.page("/id/campaigns/11-11/")
        assert "11.11 festival" not in self.page("/id/")

    def test_what_is_left_is_one_small_answer_for_everybody(self) -> None:
        self.starts(-0.5)
        answer = self.client.get("/id/campaigns/11-11/left")
        told = json.loads(answer.content)
        assert told["phase"] == "running" and told["left"] == {self.made.listings["id"]: 12}
        assert answer["Cache-Control"].startswith("public, max-age=1") and "ETag" in answer
        assert self.client.get("/id/campaigns/11-11/left", headers={"if-none-match": answer["ETag"]}).status_code in (200, 304)

    def test_drafts_cancelled_ones_and_other_markets_are_not_there(self) -> None:
        assert self.client.get("/cn/campaigns/11-11/").status_code == 404
        assert self.client.get("/id/campaigns/12-12/").status_code == 404
        for state in ("draft", "cancelled"):
            Campaign.objects.update(state=state)
            assert self.client.get("/id/campaigns/11-11/").status_code == 404
            assert self.client.get("/id/campaigns/11-11/left").status_code == 404

    def test_pages_are_the_same_in_three_languages(self) -> None:
        for language, words in (("id", "Pesta 11.11"), ("zh-hans", "双十一")):
            answer = Client(headers={"accept-language": language}).get("/id/campaigns/11-11/")
            assert words in answer.content.decode() and len(answer.content) < 50_000

    def review(self) -> dict[str, str]:
        """A basket looked over: the fields its page carries."""
        self.client.post("/id/basket/", {"listing": self.made.listings["id"], "pieces": "1"})
        campaign = {"campaign": "11-11"} if Campaign.objects.get().starts_at > now() else {}
        text = self.client.post("/id/checkout/", RINA | campaign | {"step": "review"}).content.decode()
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)) | {"page": text}

    def test_an_order_prepared_ahead_goes_off_by_itself(self) -> None:
        self.starts(0.5)
        text = self.review()["page"]
        assert "data-place-at=" in text and "Rp75,000" in text and "campaign.js" in text

    def test_when_too_many_come_the_page_sends_the_same_quote_again(self) -> None:
        self.starts(-0.5)
        sent = self.review()
        quote = sent["quote"]
        carried = {name: value for name, value in sent.items() if name != "page"}
        for refusal, status, seconds in ((Busy(retry_after=2), 429, "2"), (Unavailable(), 503, "3")):
            with patch("saudagar.storefront.actions.checkout.place", side_effect=refusal):
                answer = self.client.post("/id/checkout/", carried | {"step": "place"})
            text = answer.content.decode()
            assert (answer.status_code, answer["Retry-After"]) == (status, seconds)
            assert f'name="quote" value="{quote}"' in text and "data-again=" in text and "your price stays promised" in text
        with patch("saudagar.storefront.actions.checkout.place", side_effect=Busy(retry_after=2)):
            assert self.client.post("/id/checkout/", carried | {"step": "place", "tries": "4"})["Retry-After"] == "6"
            assert self.client.post("/id/checkout/", carried | {"step": "place", "tries": "x" * 99})["Retry-After"] == "2"
        placed = self.client.post("/id/checkout/", carried | {"step": "place"})
        assert placed.status_code == 302 and placed["Location"].startswith("/pay/")

    def test_the_basket_costs_what_its_quote_will_say(self) -> None:
        self.client.post("/id/basket/", {"listing": self.made.listings["id"], "pieces": "2"})
        assert "Price my basket" not in self.page("/id/basket/")
        self.starts(0.5)
        text = self.page("/id/basket/")
        assert "/id/checkout/?campaign=11-11" in text and "Rp200,000" in text
        self.starts(-0.5)
        text = self.page("/id/basket/")
        assert "Rp150,000" in text and '<s class="price-was">Rp100,000</s>' in text and "campaign=11-11" not in text
        Pool.objects.filter(pk=self.entry.pool_id).update(available=1)
        assert "Rp200,000" in self.page("/id/basket/")

    def test_a_page_of_many_products_is_told_in_pages(self) -> None:
        self.starts(-0.5)
        assert self.made.listings["id"] not in self.page("/id/campaigns/11-11/?page=2")
        assert json.loads(self.client.get("/id/campaigns/11-11/left?page=2").content)["left"] == {}
        assert self.client.get("/id/campaigns/11-11/?page=²").status_code == 200
