"""Reads: campaigns, who joins them with what, what is left. A campaign belongs to no seller; an entry does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from saudagar.campaigns.models import Campaign, Entry, Sample
from saudagar.campaigns.rules import phases
from saudagar.campaigns.rules.joining import Application, Rules, Standing, discount_bp, highest_price, lacks
from saudagar.campaigns.rules.phases import Phase
from saudagar.campaigns.rules.refusals import Lack, NoSuchCampaign, NoSuchEntry
from saudagar.catalogue.rules.product import best_text
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import spoken
from saudagar.foundation.sql import rows, statement
from saudagar.foundation.walls import across_sellers
from saudagar.markets.models import Listing, Market
from saudagar.markets.queries import DISPATCH
from saudagar.media.rules import address

Key = tuple[UUID, UUID]  # business, listing


@dataclass(frozen=True, slots=True)
class Goods:
    """One listing as a campaign sees it. Late parcels are not known here: whoever asks brings them."""

    business_id: UUID
    listing_id: UUID
    product_id: UUID
    variant_id: UUID
    title: str
    kind: str
    sku: str
    digest: str
    pictures: int
    ordinary_price: int
    is_on_sale: bool
    seller: str
    is_verified: bool
    on_shelf: int
    other_campaign: str
    currency: str

    @property
    def listing(self) -> str:
        return handle(Kind.LISTING, self.business_id, self.listing_id)

    @property
    def product(self) -> str:
        return handle(Kind.PRODUCT, self.business_id, self.product_id)

    @property
    def business(self) -> str:
        return handle(Kind.BUSINESS, self.business_id)

    @property
    def name(self) -> str:
        return ", ".join(part for part in (self.title, self.kind) if part)

    @property
    def photo(self) -> str:
        return address(self.digest, 240)

    @property
    def photo_medium(self) -> str:
        return address(self.digest, 600)

    def standing(self, late_bp: int = 0) -> Standing:
        return Standing(
            ordinary_price=self.ordinary_price,
            currency=self.currency,
            is_on_sale=self.is_on_sale,
            is_verified=self.is_verified,
            on_shelf=self.on_shelf,
            pictures=self.pictures,
            late_bp=late_bp,
            other_campaign=self.other_campaign,
        )

    def suggested(self, rules: Rules) -> int:
        """The highest price that may join."""
        return highest_price(self.ordinary_price, least_discount_bp=rules.least_discount_bp, currency=self.currency)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry ready to show. lacks: joining rules it breaks now, empty once decided."""

    entry: Entry
    goods: Goods
    late_bp: int
    lacks: Sequence[Lack]
    left: int | None  # None before the approval
    sold: int

    @property
    def discount_bp(self) -> int:
        return discount_bp(self.goods.ordinary_price, self.entry.price)


@dataclass(frozen=True, slots=True)
class CampaignPrice:
    """The price of one listing in a campaign that runs or comes."""

    business_id: UUID
    product_id: UUID
    listing_id: UUID
    variant_id: UUID
    campaign: str  # code
    price: int
    most_per_buyer: int
    left: int
    quotes_from: datetime
    starts_at: datetime
    ends_at: datetime

    def is_running(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


def campaign(code: str) -> Campaign:
    """A campaign with its market, for officers. Raises NoSuchCampaign."""
    found = Campaign.objects.select_related("market").filter(code=code).first()
    if found is None:
        raise NoSuchCampaign(campaign=code[:40])
    return found


def campaign_shown(code: str, *, market: str | None = None, at: datetime) -> Campaign:
    """A campaign that buyers and sellers may see. Raises NoSuchCampaign for drafts, cancelled ones and those of other markets."""
    found = campaign(code)
    if phase_of(found, at) not in phases.SHOWN or (market is not None and found.market_id != market) or not found.market.is_open:
        raise NoSuchCampaign(campaign=code[:40])
    return found


def campaigns(*, first: int = 0, most: int = 50) -> list[Campaign]:
    """All of them, latest start first."""
    return list(Campaign.objects.select_related("market").order_by("-starts_at", "code")[first : first + most])


def open_campaigns(market: str | None = None, *, at: datetime) -> list[Campaign]:
    """Published and not over, next start first; of one market or all open ones."""
    found = Campaign.objects.select_related("market").filter(state=Campaign.State.OPEN, ends_at__gt=at, market__is_open=True)
    if market is not None:
        found = found.filter(market_id=market)
    return list(found.order_by("starts_at", "code"))


def switches(market: str, *, at: datetime) -> list[datetime]:
    """Moments from now on at which prices of a market switch."""
    found = Campaign.objects.filter(market_id=market, state=Campaign.State.OPEN, ends_at__gt=at)
    hours = found.values_list("quotes_from", "starts_at", "ends_at")
    return sorted({moment for row in hours for moment in row if moment > at})


def name(campaign: Campaign, language: str | None) -> str:
    return best_text(campaign.names, spoken(language))


def phase_of(campaign: Campaign, at: datetime) -> Phase:
    return phases.phase(campaign.state, quotes_from=campaign.quotes_from, starts_at=campaign.starts_at, ends_at=campaign.ends_at, at=at)


def rules_of(campaign: Campaign) -> Rules:
    return Rules(
        least_discount_bp=campaign.least_discount_bp,
        least_pieces=campaign.least_pieces,
        least_pictures=campaign.least_pictures,
        most_late_bp=campaign.most_late_bp,
        most_per_buyer=campaign.most_per_buyer,
    )


@across_sellers
def goods(campaign: Campaign, keys: Sequence[Key], language: str | None = "id") -> dict[Key, Goods]:
    """What joining rules ask about some listings of the campaign's market. One statement."""
    if not keys:
        return {}
    rows = _rows(
        "standings",
        campaign_id=campaign.pk,
        business_ids=[key[0] for key in keys],
        listing_ids=[key[1] for key in keys],
        language=spoken(language),
        dispatch=DISPATCH,
    )
    currency = campaign.market.currency
    return {(row[0], row[1]): Goods(*(*row, currency)) for row in rows}


def candidates(campaign: Campaign, business_id: UUID, language: str | None = "id", *, most: int = 100) -> list[Goods]:
    """What a business sells in the campaign's market and has not entered (or withdrew, or was refused)."""
    entered = Entry.objects.filter(
        business_id=business_id, campaign=campaign, state__in=[Entry.State.APPLIED, Entry.State.APPROVED]
    ).values_list("listing_id", flat=True)
    listings = (
        Listing.objects.filter(business_id=business_id, market_id=campaign.market_id, state=Listing.State.LIVE)
        .exclude(id__in=list(entered))
        .order_by("id")
        .values_list("id", flat=True)[:most]
    )
    found = goods(campaign, [(business_id, listing_id) for listing_id in listings], language)
    return sorted(found.values(), key=lambda each: (each.title, each.kind))


def entry(business_id: UUID, entry_id: UUID) -> Entry:
    """One entry with its campaign. Raises NoSuchEntry."""
    found = Entry.objects.select_related("campaign__market").filter(business_id=business_id, id=entry_id).first()
    if found is None:
        raise NoSuchEntry()
    return found


def entry_of_listing(business_id: UUID, campaign: Campaign, listing_id: UUID) -> Entry | None:
    return Entry.objects.filter(business_id=business_id, campaign=campaign, listing_id=listing_id).first()


@across_sellers
def entries(
    campaign: Campaign,
    state: str,
    language: str | None = "id",
    *,
    late_bp: Mapping[UUID, int] | None = None,
    first: int = 0,
    most: int = 25,
) -> list[EntryRow]:
    """Entries in one state, longest waiting first, for the officer. Three statements."""
    found = Entry.objects.filter(campaign=campaign, state=state).order_by("applied_at", "id")[first : first + most]
    return _shown(campaign, found, language, late_bp or {})


@across_sellers
def sellers_of(campaign: Campaign, state: str, *, first: int = 0, most: int = 25) -> list[UUID]:
    """Whose entries `entries` shows."""
    found = Entry.objects.filter(campaign=campaign, state=state).order_by("applied_at", "id")
    return list(dict.fromkeys(found.values_list("business_id", flat=True)[first : first + most]))


def entries_of(business_id: UUID, campaign: Campaign, language: str | None = "id", *, late_bp: int = 0) -> list[EntryRow]:
    """What one business has in a campaign."""
    found = Entry.objects.filter(business_id=business_id, campaign=campaign).order_by("applied_at", "id")
    return _shown(campaign, found, language, {business_id: late_bp})


@across_sellers
def counts(campaigns: Sequence[Campaign]) -> dict[tuple[UUID, str], int]:
    """How many entries of each campaign stand in which state."""
    found = Entry.objects.filter(campaign__in=[each.pk for each in campaigns]).order_by()
    return {(row[0], row[1]): row[2] for row in found.values_list("campaign_id", "state").annotate(Count("id"))}


@across_sellers
def waiting() -> int:
    """Entries that wait for an officer."""
    return Entry.objects.filter(state=Entry.State.APPLIED, campaign__state=Campaign.State.OPEN).count()


def counts_of(business_id: UUID, campaigns: Sequence[Campaign]) -> dict[tuple[UUID, str], int]:
    """The same of one business."""
    found = Entry.objects.filter(business_id=business_id, campaign__in=[each.pk for each in campaigns]).order_by()
    return {(row[0], row[1]): row[2] for row in found.values_list("campaign_id", "state").annotate(Count("id"))}


@across_sellers
def left(campaign: Campaign, *, first: int = 0, most: int = 200) -> dict[Key, int]:
    """Pieces left of the products that `shown` shows. One statement; the same for everybody."""
    return {(row[0], row[1]): row[2] for row in _rows("left", campaign_id=campaign.pk, first=first, most=most)}


@across_sellers
def shown(campaign: Campaign, language: str | None = "id", *, first: int = 0, most: int = 200) -> list[EntryRow]:
    """What buyers can have in a campaign: approved and on sale, in order of approval."""
    found = Entry.objects.filter(campaign=campaign, state=Entry.State.APPROVED).order_by("decided_at", "id")[first : first + most]
    return [row for row in _shown(campaign, found, language, {}) if row.goods.is_on_sale and row.goods.is_verified]


@across_sellers
def prices(market: Market, products: Sequence[tuple[UUID, UUID]], *, at: datetime) -> list[CampaignPrice]:
    """Campaign prices of some products, by (business id, product id), in campaigns of a market that run or come. One statement."""
    if not products:
        return []
    rows = _rows(
        "prices_now",
        market=market.code,
        business_ids=[each[0] for each in products],
        product_ids=[each[1] for each in products],
        at=at,
    )
    return [CampaignPrice(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Sums:
    """A campaign as a whole, in pieces."""

    entries: int
    left: int
    sold: int

    @property
    def allotted(self) -> int:
        return self.left + self.sold


@across_sellers
def sums(campaign: Campaign) -> Sums:
    """What is left and what is sold of all its allotments together. One statement."""
    ((entries, remaining, sold),) = _rows("sums", campaign_id=campaign.pk)
    return Sums(entries, remaining, sold)


@across_sellers
def best_sold(campaign: Campaign, language: str | None = "id", *, most: int = 50) -> list[EntryRow]:
    """Approved entries with what is left and sold, the emptiest first."""
    found = Entry.objects.filter(campaign=campaign, state=Entry.State.APPROVED).order_by("pool__available", "id")[:most]
    return _shown(campaign, found, language, {})


def pace(campaign: Campaign, *, at: datetime, most: int = 40) -> list[tuple[datetime, Fraction]]:
    """(end of a while, pieces sold per second in it) since the start, in at most so many equal whiles; gaps are left out."""
    samples = list(
        Sample.objects.filter(campaign=campaign, taken_at__gte=campaign.starts_at, taken_at__lte=at)
        .order_by("taken_at")
        .values_list("taken_at", "sold")
    )
    return phases.pace([(campaign.starts_at, 0), *samples], most=most)


def judged(campaign: Campaign, application: Application, found: Goods, late_bp: int) -> list[Lack]:
    """The joining rules that are not met."""
    return lacks(rules_of(campaign), application, found.standing(late_bp))


def due_returns(*, since: datetime, at: datetime, most: int) -> list[tuple[UUID, UUID]]:
    """(business id, pool id) of allotments whose last quote has expired and that still hold pieces."""
    return [(row[0], row[1]) for row in _rows("due_returns", since=since, at=at, most=most)]


def _shown(campaign: Campaign, found: QuerySet[Entry], language: str | None, late_bp: Mapping[UUID, int]) -> list[EntryRow]:
    every = list(found)
    known = goods(campaign, [(each.business_id, each.listing_id) for each in every], language)
    pools = [(each.business_id, each.pool_id) for each in every if each.pool_id]
    sums: dict[Any, tuple[int, int]] = {}
    if pools:
        rows = _rows("sold", business_ids=[pool[0] for pool in pools], pool_ids=[pool[1] for pool in pools])
        sums = {(row[0], row[1]): (row[2], row[3]) for row in rows}
    shown_rows = []
    for each in every:
        about = known.get((each.business_id, each.listing_id))
        if about is None:
            continue
        late = late_bp.get(each.business_id, 0)
        application = Application(each.price, each.allotment, each.most_per_buyer)
        broken = judged(campaign, application, about, late) if each.state == Entry.State.APPLIED else []
        remaining, sold = sums.get((each.business_id, each.pool_id), (None, 0))
        shown_rows.append(EntryRow(each, about, late, broken, remaining, sold))
    return shown_rows


def _rows(name: str, **facts: Any) -> list[tuple[Any, ...]]:
    return rows(statement("saudagar.campaigns", name), facts)
