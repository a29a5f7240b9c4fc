"""The demo's campaign: some days ahead, with products that joined and two that still wait for the officer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from saudagar.campaigns import actions, queries
from saudagar.campaigns.rules.joining import Application, CampaignFacts, Rules
from saudagar.foundation.walls import across_sellers
from saudagar.markets.models import Listing
from saudagar.people.models import User

CODE, MARKET, ZONE = "pesta-umkm", "id", "Asia/Jakarta"
NAMES = {"id": "Pesta Belanja UMKM", "en": "Makers’ Shopping Festival", "zh-hans": "手艺人购物节"}
DAYS_AHEAD = 5

# SKU, off the ordinary price in percent, pieces, at most per buyer
JOINED = (
    ("KOPI-HJU-1000", 20, 30, 2),
    ("CASCARA-100", 25, 20, 2),
    ("BTK-MGM", 15, 10, 1),
    ("WLT-KTK-50", 15, 10, 1),
    ("KRP-SKG-250", 30, 60, 5),
    ("KCP-MNS-275", 20, 40, 3),
    ("RMP-BOX", 25, 15, 2),
    ("LLN-KMB", 30, 25, 2),
)
WAITING = (("GLA-500", 20, 40, 3), ("TEH-100", 15, 30, 3))


def open_campaign(cast: dict[str, User], *, at: datetime) -> Iterator[str]:
    """Opens it, lets sellers apply, and decides on most of them; yields what was done."""
    officer = cast["arif"].pk
    start = at.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=DAYS_AHEAD)
    facts = CampaignFacts(
        code=CODE,
        market=MARKET,
        names=NAMES,
        time_zone=ZONE,
        starts_at=start,
        ends_at=start + timedelta(days=1),
        quotes_from=start - timedelta(hours=6),
        rules=Rules(least_discount_bp=1_000, least_pieces=10, least_pictures=1, most_late_bp=2_000, most_per_buyer=5),
    )
    made = actions.publish(actions.draft(facts, by=officer, at=at).pk, by=officer, at=at)
    yield NAMES["id"]
    for sku, percent, pieces, most in (*JOINED, *WAITING):
        business_id, listing_id, price = _listing(sku)
        step = 50_000  # Rp500: what people round a price to
        application = Application(price * (100 - percent) // 100 // step * step, pieces, most)
        entry = actions.apply(business_id, made.pk, listing_id, application, late_bp=0, by=None, at=at)
        if (sku, percent, pieces, most) in JOINED:
            actions.approve(business_id, entry.pk, late_bp=0, by=officer, at=at)
        yield f"{sku} {queries.entry(business_id, entry.pk).state}"


@across_sellers
def _listing(sku: str) -> tuple[UUID, UUID, int]:
    found = Listing.objects.filter(market_id=MARKET, variant__sku=sku, state=Listing.State.LIVE)
    return found.values_list("business_id", "id", "price")[0]
