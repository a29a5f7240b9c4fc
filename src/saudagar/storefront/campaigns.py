"""Campaigns as buyers see them: banners, prices that hold by the clock, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from saudagar.campaigns import queries as campaigns
from saudagar.campaigns.models import Campaign
from saudagar.campaigns.queries import CampaignPrice
from saudagar.campaigns.rules.joining import discount_bp
from saudagar.campaigns.rules.phases import Phase
from saudagar.foundation.ids import Kind, handle
from saudagar.markets.models import Market
from saudagar.storefront.queries import BasketLine, Choice, Product, Tile

PAGE = 48  # products of a campaign on one page
FEW = 10  # pieces: from here on the number is said
LEFT_IS_KEPT = timedelta(seconds=1)  # what is left is looked up once a second, however many ask


@dataclass(frozen=True, slots=True)
class Banner:
    """A campaign that runs or comes. Moments in the time zone of the market."""

    code: str
    name: str
    url: str
    phase: str
    quotes_from: datetime
    starts_at: datetime
    ends_at: datetime

    @property
    def is_running(self) -> bool:
        return self.phase == Phase.RUNNING

    @property
    def next_at(self) -> datetime:
        """What its countdown counts to."""
        return self.ends_at if self.is_running else self.starts_at


@dataclass(frozen=True, slots=True)
class Deal:
    """One product of a campaign."""

    listing: str
    name: str
    seller: str
    url: str
    photo: str
    photo_large: str
    price: int
    ordinary: int
    currency: str
    percent: int
    most_per_buyer: int
    left: int

    @property
    def is_few(self) -> bool:
        return 0 < self.left <= FEW

    @property
    def left_words(self) -> str:
        return _("%(n)s left") % {"n": self.left}


@dataclass(frozen=True, slots=True)
class Offered:
    """What a campaign says on a product's page: its price now, or the one that comes."""

    banner: Banner
    price: int
    percent: int
    most_per_buyer: int
    left: int

    @property
    def left_words(self) -> str:
        return _("%(n)s left") % {"n": self.left}


def banner(campaign: Campaign, at: datetime) -> Banner:
    return Banner(
        campaign.code,
        campaigns.name(campaign, get_language()),
        reverse("storefront:campaign", args=[campaign.market_id, campaign.code]),
        str(campaigns.phase_of(campaign, at)),
        campaign.quotes_from,
        campaign.starts_at,
        campaign.ends_at,
    )


def banners(market: Market, *, at: datetime, most: int = 2) -> list[Banner]:
    """What runs comes first, then what comes next."""
    return [banner(each, at) for each in campaigns.open_campaigns(market.code, at=at)[:most]]


def deals(campaign: Campaign, *, first: int = 0, most: int = PAGE) -> list[Deal]:
    """Products of a campaign, a page of them; those that can be had before those that are sold out."""
    found = []
    for row in campaigns.shown(campaign, get_language(), first=first, most=most):
        goods = row.goods
        url = reverse("storefront:product", args=[campaign.market_id, goods.product])
        found.append(
            Deal(
                goods.listing,
                goods.name,
                goods.seller,
                f"{url}?v={goods.sku}",
                goods.photo,
                goods.photo_medium,
                row.entry.price,
                goods.ordinary_price,
                goods.currency,
                row.discount_bp // 100,
                row.entry.most_per_buyer,
                row.left or 0,
            )
        )
    return sorted(found, key=lambda deal: not deal.left)


def left(campaign: Campaign, *, first: int = 0, most: int = PAGE) -> dict[str, int]:
    """Pieces left by handle of the listing, of the same page."""
    return {handle(Kind.LISTING, *key): pieces for key, pieces in campaigns.left(campaign, first=first, most=most).items()}


def prices_of(market: Market, things: Sequence[Product | Tile], *, at: datetime) -> list[CampaignPrice]:
    """What campaigns that run or come say of these goods. One statement."""
    keys = [(each.business_id, each.product_id) if isinstance(each, Tile) else (each.seller.business_id, each.id) for each in things]
    return campaigns.prices(market, keys, at=at)


def with_prices(tiles: Sequence[Tile], prices: Sequence[CampaignPrice], *, at: datetime) -> list[Tile]:
    """Tiles with the price of a running campaign where it is the lower one and pieces are left."""
    best: dict[object, CampaignPrice] = {}
    for price in _running(prices, at):
        if price.product_id not in best or price.price < best[price.product_id].price:
            best[price.product_id] = price
    return [
        replace(tile, price=found.price, ordinary=tile.price, is_available=True)
        if (found := best.get(tile.product_id)) and found.price < tile.price
        else tile
        for tile in tiles
    ]


def of_product(market: Market, product: Product, prices: Sequence[CampaignPrice], *, at: datetime) -> tuple[Product, dict[str, Offered]]:
    """A product with the prices of a running campaign in its choices, and by handle of a choice what a campaign offers or will."""
    prices = [price for price in prices if price.product_id == product.id]
    if not prices:
        return product, {}
    shown = {each.code: banner(each, at) for each in campaigns.open_campaigns(market.code, at=at)}
    choices: list[Choice] = []
    offered: dict[str, Offered] = {}
    for choice in product.choices:
        own = next((price for price in prices if price.variant_id == choice.variant_id and price.price < choice.price), None)
        if own is not None and own.campaign in shown:
            percent = discount_bp(choice.price, own.price) // 100
            offered[choice.handle] = Offered(shown[own.campaign], own.price, percent, own.most_per_buyer, own.left)
            if own.is_running(at) and own.left:
                choice = replace(choice, price=own.price, ordinary=choice.price, available=max(choice.available, own.left))
        choices.append(choice)
    return replace(product, choices=choices), offered


def in_basket(market: Market, lines: Sequence[BasketLine], *, at: datetime) -> tuple[list[BasketLine], Banner | None]:
    """Lines with the price a quote would give them now: that of a running campaign where it is lower and has pieces enough. And the
    campaign for whose start the basket can be priced ahead, if something in it joins one."""
    prices = campaigns.prices(market, [(line.business_id, line.product_id) for line in lines], at=at)
    if not prices:
        return list(lines), None
    known = {price.listing_id: price for price in reversed(prices) if price.is_running(at)}
    shown = []
    for line in lines:
        found = known.get(line.listing_id)
        if found is not None and found.price < line.price and found.left >= line.quantity:
            shown.append(replace(line, price=found.price, ordinary=line.price, available=max(line.available, found.left)))
        else:
            shown.append(line)
    own = {line.listing_id for line in lines}
    ahead = next((price for price in prices if price.listing_id in own and price.quotes_from <= at < price.starts_at), None)
    return shown, banner(campaigns.campaign(ahead.campaign), at) if ahead else None


def next_switch(market: Market, *, at: datetime) -> datetime | None:
    """When a page of this market looks different next, by the clock alone."""
    return next(iter(campaigns.switches(market.code, at=at)), None)


def _running(prices: Sequence[CampaignPrice], at: datetime) -> list[CampaignPrice]:
    return [price for price in prices if price.is_running(at) and price.left]
