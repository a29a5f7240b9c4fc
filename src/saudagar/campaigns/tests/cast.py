"""Bu Sari's coffee on sale at home, and a campaign she may join."""

from datetime import UTC, datetime, timedelta
from typing import Any

from saudagar.campaigns import actions
from saudagar.campaigns.models import Campaign, Entry
from saudagar.campaigns.rules.joining import Application, CampaignFacts, Rules
from saudagar.catalogue.models import Variant
from saudagar.catalogue.tests.cast import a_coffee
from saudagar.markets.models import Listing, Market
from saudagar.registry.models import Business, Outlet
from saudagar.stock import actions as stock
from saudagar.stock.models import Pool

# The campaign: 11 November 2026 in Jakarta; prices ahead from six in the evening before.
START = datetime(2026, 11, 10, 17, 0, tzinfo=UTC)
END = START + timedelta(days=1)
QUOTES = START - timedelta(hours=6)
BEFORE = START - timedelta(days=5)
NAMES = {"id": "Pesta 11.11", "en": "11.11 festival", "zh-hans": "双十一"}


def a_market() -> Market:
    facts = {"names": {"id": "Indonesia"}, "countries": ["ID"], "currency": "IDR", "languages": ["id"], "mode": "home"}
    return Market.objects.get_or_create(code="id", defaults=facts)[0]


def facts(**changes: Any) -> CampaignFacts:
    rules = {"least_discount_bp": 1000, "least_pieces": 5, "least_pictures": 0, "most_late_bp": 2000, "most_per_buyer": 0}
    rules.update({name: changes.pop(name) for name in list(changes) if name in rules})
    told: dict[str, Any] = {
        "code": "11-11",
        "market": "id",
        "names": NAMES,
        "time_zone": "Asia/Jakarta",
        "starts_at": START,
        "ends_at": END,
        "quotes_from": QUOTES,
        "rules": Rules(**rules),
    }
    return CampaignFacts(**{**told, **changes})


def a_campaign(*, at: datetime = BEFORE, is_open: bool = True, **changes: Any) -> Campaign:
    a_market()
    made = actions.draft(facts(**changes), by=None, at=at)
    return actions.publish(made.pk, by=None, at=at) if is_open else made


def a_listing(business: Business, *, pieces: int = 100, price: int = 10_000_000, sku: str = "KG-250") -> Listing:
    a_market()
    outlet = Outlet.objects.filter(business_id=business.pk).first() or Outlet.objects.create(
        business_id=business.pk, name="Gudang", kind=Outlet.OutletKind.WAREHOUSE
    )
    _product_id, variant_id = a_coffee(business, sku=sku, price=price)
    variant = Variant.objects.get(business_id=business.pk, id=variant_id)
    if pieces:
        stock.receive(business.pk, variant_id, outlet.pk, pieces=pieces, by=None, at=BEFORE)
    return Listing.objects.create(
        business_id=business.pk, variant=variant, market_id="id", state=Listing.State.LIVE, price=price, live_at=BEFORE
    )


def an_entry(campaign: Campaign, listing: Listing, *, at: datetime = BEFORE, late_bp: int = 0, **changes: Any) -> Entry:
    told = {"price": 9_000_000, "allotment": 30, "most_per_buyer": 2, **changes}
    return actions.apply(listing.business_id, campaign.pk, listing.pk, Application(**told), late_bp=late_bp, by=None, at=at)


def approved(campaign: Campaign, listing: Listing, *, at: datetime = BEFORE, **changes: Any) -> Entry:
    return actions.approve(listing.business_id, an_entry(campaign, listing, at=at, **changes).pk, late_bp=0, by=None, at=at)


def shelves(listing: Listing) -> tuple[int, int]:
    """(ordinary, set aside) pieces of a listing."""
    pools = Pool.objects.filter(business_id=listing.business_id, variant_id=listing.variant_id)
    ordinary = sum(pool.available for pool in pools if pool.campaign_id is None)
    return ordinary, sum(pool.available for pool in pools if pool.campaign_id)
