"""Sellers, goods and campaign of the sale, in the copy."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from saudagar.campaigns import actions as campaigns
from saudagar.campaigns.models import Campaign, Entry
from saudagar.campaigns.rules.joining import Application, CampaignFacts, Rules
from saudagar.catalogue.models import ProductText, Variant
from saudagar.foundation.ids import Kind, handle, parse_handle
from saudagar.foundation.walls import across_sellers
from saudagar.markets.models import Listing
from saudagar.site.management.commands.stage import stage
from saudagar.site.rehearsal.script import DESTINATIONS, Offer, Options
from saudagar.stock import actions as stock

LISTINGS_OF_ONE = 4
MOST_PER_BUYER = 2
DISCOUNT_PERCENT = 20
QUOTES_A_SECOND = 100  # on a slow machine: so long before the start the quotes are given
MOST_ENTRIES = 200  # of a campaign that take part
HOURS = timedelta(hours=3)
NAMES = {"id": "Gladi resik", "en": "Dress rehearsal", "zh-hans": "彩排"}


class NothingToRehearse(ValueError):
    """The campaign that was named cannot be played; the text says why."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold, in which campaign, from when on."""

    offers: list[Offer]
    campaign: str  # code
    starts_at: datetime


def staged(options: Options, *, at: datetime) -> Sale:
    """Staged sellers, and the campaign: the one that was named, else the next one in the data with products in it, else a new one.

    Its hours are moved: it starts a moment from now, so that quotes are given ahead of it and the crowd comes at its first second.
    """
    starts_at = at + timedelta(seconds=8 + options.orders // QUOTES_A_SECOND)
    offers = _goods(options, at=at)
    known = _known(options.campaign, at=at)
    if known is None:
        campaign, offers = _made(offers, starts_at=starts_at, at=at)
    else:
        campaign = known
        offers = [*_entries(campaign), *(offer for offer in offers if not offer.is_hot)]
        Campaign.objects.filter(id=campaign.id).update(quotes_from=at - HOURS, starts_at=starts_at, ends_at=starts_at + HOURS)
        _keep(campaign, until=starts_at + 2 * HOURS)
    return Sale(offers, campaign.code, starts_at)


def _goods(options: Options, *, at: datetime) -> list[Offer]:
    """Sellers of about four coffees each; the first coffees of the first sellers are hot and scarce, the others are there in plenty."""
    sellers = max(-(-options.skus // LISTINGS_OF_ONE), options.hot)
    each = -(-options.skus // sellers)
    plenty = options.orders * 3
    by_seller: dict[str, list[dict[str, str]]] = {}
    for row in stage(sellers, each, plenty):
        by_seller.setdefault(row["business"], []).append(row)
    # The first of every seller, then the second of every seller …: the hot ones are spread.
    spread = [rows[place] for place in range(each) for rows in by_seller.values()][: options.skus]
    offers = []
    for place, row in enumerate(spread):
        is_hot = place < options.hot
        pieces = options.hot_pieces if is_hot else plenty
        if is_hot:
            stock.correct_count(UUID(row["business"]), UUID(row["pool"]), pieces=pieces, by=None, at=at, note="rehearsal")
        offers.append(Offer(row["listing"], row["business"], row["pool"], f"Kopi Uji {place + 1}", is_hot, pieces))
    return offers


def _made(offers: list[Offer], *, starts_at: datetime, at: datetime) -> tuple[Campaign, list[Offer]]:
    """A campaign of its own, joined by every hot item with all its pieces, by the same steps that officers and sellers take."""
    rules = Rules(least_pictures=0)
    facts = CampaignFacts(f"gladi-{at:%Y%m%d%H%M%S}", "id", NAMES, "Asia/Jakarta", starts_at, starts_at + HOURS, at, rules)
    campaign = campaigns.draft(facts, by=None, at=at)
    campaigns.publish(campaign.pk, by=None, at=at)
    joined = []
    for offer in offers:
        if offer.is_hot:
            business_id, listing_id = parse_handle(offer.listing, Kind.LISTING)
            price = Listing.objects.get(business_id=business_id, id=listing_id).price * (100 - DISCOUNT_PERCENT) // 100
            application = Application(price // 100 * 100, offer.pieces, MOST_PER_BUYER)
            entry = campaigns.apply(business_id, campaign.pk, listing_id, application, late_bp=0, by=None, at=at)
            entry = campaigns.approve(business_id, entry.pk, late_bp=0, by=None, at=at)
            offer = replace(offer, pool=str(entry.pool_id), most_per_buyer=MOST_PER_BUYER, campaign=campaign.code)
        joined.append(offer)
    return campaign, joined


@across_sellers
def _known(code: str, *, at: datetime) -> Campaign | None:
    """The campaign of this code, or the next one that is not over; only one with products in it, in a market the crowd knows."""
    found = Campaign.objects.filter(state=Campaign.State.OPEN, market__in=DESTINATIONS, ends_at__gt=at)
    found = found.filter(entries__state=Entry.State.APPROVED, entries__pool__available__gt=0).distinct()
    if code:
        named = found.filter(code=code).first()
        if named is None:
            raise NothingToRehearse(f"The campaign {code} has no approved products with pieces left, is over, or is not open.")
        return named
    return found.order_by("starts_at").first()


@across_sellers
def _entries(campaign: Campaign) -> list[Offer]:
    """What takes part in a campaign, as it stands in the data: pieces, prices and limits are the sellers' own."""
    rows = Entry.objects.filter(campaign=campaign, state=Entry.State.APPROVED, pool__available__gt=0).select_related("pool", "listing")
    offers = []
    for entry in rows.order_by("business_id", "id")[:MOST_ENTRIES]:
        variant = Variant.objects.get(business_id=entry.business_id, id=entry.listing.variant_id)
        text = ProductText.objects.filter(business_id=entry.business_id, product_id=variant.product_id).order_by("language").last()
        assert entry.pool is not None
        offers.append(
            Offer(
                listing=handle(Kind.LISTING, entry.business_id, entry.listing_id),
                business=str(entry.business_id),
                pool=str(entry.pool_id),
                name=(text.title if text else variant.sku)[:40],
                is_hot=True,
                pieces=entry.pool.available,
                market=campaign.market_id,
                most_per_buyer=entry.most_per_buyer,
                campaign=campaign.code,
            )
        )
    return offers


def _keep(campaign: Campaign, *, until: datetime) -> None:
    """Nothing goes back to the sellers' shelves while it is played."""
    Entry.objects.filter(campaign=campaign, pool__isnull=False).update(returns_at=until)
