"""Looking around: markets, home, search, product, maker. The same for everybody, so they are rendered once and kept."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from saudagar.foundation.clock import now
from saudagar.foundation.money import major
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.look.asked import page_number, whole_number
from saudagar.look.shared import SharedRequest, of_business, of_variant, on_sale_in, shared_page
from saudagar.look.templatetags.look import html_language
from saudagar.markets import queries as listings
from saudagar.markets.models import Market
from saudagar.shipping.rules import ShippingNotOffered
from saudagar.storefront import actions, cookies, queries
from saudagar.storefront import campaigns as deals
from saudagar.storefront.access import MarketRequest, of_market
from saudagar.storefront.paths import path
from saudagar.storefront.queries import PAGE, Choice, PricedBasket, Product, Tile, shown_price
from saudagar.storefront.rules import place_of

# hreflang of a market: its first language as spoken in its country.
HREFLANG = {"id": "id-ID", "cn": "zh-CN", "world": "en"}
MOST_PAGES = 40


@require_safe
@shared_page()
def choose(request: SharedRequest) -> HttpResponse:
    """GET /: choose a market."""
    doors = []
    for market in queries.open_markets():
        language = market.languages[0]
        with translation.override(language):
            words = (
                _("Gayo coffee, bird's nest, batik and spices, sent by air. All taxes are in the price.")
                if market.country == "CN"
                else _("Gayo coffee, batik and spices, to your door. Duty and tax of your country are in the price.")
                if market.is_of_many
                else _("From warung and workshop to your door, anywhere in Indonesia.")
            )
            doors.append(
                {
                    "code": market.code,
                    "url": path("home", market.code),
                    "language": language,
                    "title": queries.market_name(market, language),
                    "words": words,
                    "go": _("Come in"),
                }
            )
    return render(request, "storefront/choose.html", {"doors": doors, **_addresses(request, "/", queries.open_markets(), "home")})


@require_safe
@shared_page()
@of_market
def home(request: MarketRequest) -> HttpResponse:
    """GET /{market}/"""
    language = get_language()
    market = request.market
    featured = queries.featured(market, language, most=8)
    shown = {tile.product_id for tile in featured}
    newest = [tile for tile in queries.newest(market, language, most=20) if tile.product_id not in shown][:12]
    at = now()
    tiles = _shown_list(request, [*featured, *newest], at)
    featured, newest = tiles[: len(featured)], tiles[len(featured) :]
    search = path("search", market.code)
    return render(
        request,
        "storefront/home.html",
        {
            "banners": deals.banners(market, at=at),
            "featured": featured,
            "newest": newest,
            "categories": [
                {"name": name, "url": f"{search}?category={code}"}
                for code, name, depth, _many in listings.categories_on_sale(market, language)
                if depth == 1
            ],
            **_addresses(request, path("home", market.code), queries.open_markets(), "home"),
        },
    )


@require_safe
@shared_page(query=("q", "category", "page"))
@of_market
def search(request: MarketRequest) -> HttpResponse:
    """GET /{market}/search/?q=&category=&page=: one more than shown tells whether more follows."""
    language, market = get_language(), request.market
    q = request.GET.get("q", "").strip()[:80]
    on_sale = listings.categories_on_sale(market, language)
    names = {code: name for code, name, _depth, _many in on_sale}
    category = request.GET.get("category", "") if request.GET.get("category") in names else ""
    number = page_number(request, most=MOST_PAGES)
    window: dict[str, Any] = {"category": category, "first": (number - 1) * PAGE, "most": PAGE + 1}
    tiles = queries.search(market, q, language, **window) if q else queries.newest(market, language, **window)
    tiles = _shown_list(request, tiles, now())
    address = path("search", market.code)
    return render(
        request,
        "storefront/search.html",
        {
            "tiles": tiles[:PAGE],
            "pages": _pages(number, len(tiles) > PAGE),
            "categories": on_sale,
            "category": category,
            "category_name": names.get(category, ""),
            **_addresses(request, address + (f"?category={category}" if category else "")),
        },
    )


@require_safe
@shared_page(query=("v", "picture"), cookies=(cookies.DESTINATION,), seconds=2, stale_seconds=10)
@of_market
def product(request: MarketRequest, product: str) -> HttpResponse:
    """GET /{market}/p/{product}/?v={sku}&picture={n}"""
    language, market = get_language(), request.market
    at = now()
    shown = queries.product(market, product, language, at=at)
    more = [tile for tile in queries.of_seller(market, language, shown.seller.business_id, most=5) if tile.product_id != shown.id][:4]
    prices = deals.prices_of(market, [shown, *more], at=at)
    shown, offered = deals.of_product(market, shown, prices, at=at)
    more = deals.with_prices(more, prices, at=at)
    choice = shown.choice(request.GET.get("v", ""))
    request.shared.shows(of_business(shown.seller.business_id), *(of_variant(each.variant_id) for each in shown.choices))
    address = path("product", market.code, shown.handle)
    if request.path != address:
        return HttpResponsePermanentRedirect(address)
    pictures = list(shown.pictures)
    picture = pictures[whole_number(request.GET.get("picture", "1"), most=len(pictures)) - 1] if pictures else None
    regions = queries.regions(market, language)
    region = chosen_region(request)
    if region not in dict(regions):
        region = queries.first_region(market)
        request.shared.do_not_keep()
    if request.GET.get("v", choice.sku) != choice.sku or not request.GET.get("picture", "1").isdecimal():
        request.shared.do_not_keep()  # a parameter that no link of ours has: there would be no end of them
    landed = landed_price(market, {choice.handle: 1}, region, language)
    request.shared.until(shown.changes_at)
    base = settings.BASE_URL
    return render(
        request,
        "storefront/product.html",
        {
            "product": shown,
            "choice": choice,
            "picture": picture,
            "picture_link": f"?{urlencode({'v': choice.sku})}&picture=" if "v" in request.GET else "?picture=",
            "offered": offered.get(choice.handle),
            "landed": landed,
            "notices": landed.notices,
            "region_options": queries.region_options(tuple(market.countries), spoken(language), region),
            "destination_url": path("destination", market.code),
            "basket_url": path("basket", market.code),
            "here": request.get_full_path(),
            "inspection_days": market.inspection_days,
            "more": more,
            "base": base,
            "json_ld": _json_ld(shown, choice, market, f"{base}{address}", base),
            **_addresses(
                request, address, [each for each in queries.open_markets() if each.code in shown.markets], "product", shown.handle
            ),
        },
    )


@require_safe
@shared_page(query=("page",))
@of_market
def maker(request: MarketRequest, business: str) -> HttpResponse:
    """GET /{market}/makers/{business}/"""
    language, market = get_language(), request.market
    seller = queries.maker(market, business, language)
    number = page_number(request, most=MOST_PAGES)
    tiles = queries.of_seller(market, language, seller.business_id, first=(number - 1) * PAGE, most=PAGE + 1)
    more = _pages(number, len(tiles) > PAGE)
    tiles = _shown_list(request, tiles, now())
    request.shared.shows(of_business(seller.business_id))
    return render(
        request, "storefront/maker.html", {"seller": seller, "tiles": tiles[:PAGE], "pages": more, **_addresses(request, seller.url)}
    )


def chosen_region(request: MarketRequest) -> str:
    """Where this browser wants things sent, as far as it said."""
    return cookies.region(request, request.market.code) or queries.first_region(request.market)


def landed_price(
    market: Market,
    lines: Mapping[str, int],
    region: str,
    language: str | None,
    *,
    shipping: str = "",
    campaign: str = "",
    terms: str = "",
) -> PricedBasket:
    """What it costs delivered, or in words why that cannot be said."""
    place = queries.region_name(market, region, language)
    where = place_of(market.countries, region)
    try:
        priced = actions.price(
            market.code,
            lines,
            country=where.country,
            region=where.region,
            shipping=shipping,
            language=language or "",
            campaign=campaign,
            terms=terms if terms in market.terms else market.terms[0],
            at=now(),
        )
    except ShippingNotOffered:
        # Chosen for another place: here it does not go.
        return landed_price(market, lines, region, language, campaign=campaign, terms=terms)
    except Refusal as refusal:
        return PricedBasket(market.currency, place, refusal=refusal.message(language))
    return shown_price(priced, place, language)


def _shown_list(request: MarketRequest, tiles: Sequence[Tile], at: datetime) -> list[Tile]:
    """The tiles with the prices of the moment. A list changes with the goods in it, with what comes into the market or leaves it, and
    at the second at which prices switch."""
    request.shared.shows(on_sale_in(request.market.code), *(of_business(tile.business_id) for tile in tiles))
    request.shared.until(deals.next_switch(request.market, at=at))
    return deals.with_prices(tiles, deals.prices_of(request.market, tiles, at=at), at=at)


def _pages(number: int, has_next: bool) -> dict[str, int]:
    return {"number": number, "before": number - 1, "after": number + 1 if has_next and number < MOST_PAGES else 0}


def _addresses(request: HttpRequest, address: str, markets: list[Market] | None = None, page: str = "", *args: str) -> dict[str, Any]:
    """Canonical address of a page, and the same page in other markets."""
    alternates = [
        (
            HREFLANG.get(each.code, html_language(each.languages[0])),
            settings.BASE_URL + path(page, each.code, *args),
        )
        for each in markets or ()
    ]
    if page == "home":
        alternates.append(("x-default", f"{settings.BASE_URL}/"))
    return {"canonical": settings.BASE_URL + address, "alternates": alternates}


def _json_ld(product: Product, choice: Choice, market: Market, address: str, base: str) -> SafeString:
    """schema.org/Product with the price this page shows. A data block: browsers do not run it."""
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.title,
        "description": product.description[:500],
        "sku": choice.sku,
        "image": [base + picture.large for picture in product.pictures],
        "brand": {"@type": "Brand", "name": product.brand or product.seller.name},
        "offers": {
            "@type": "Offer",
            "url": f"{address}?v={choice.sku}",
            "price": f"{major(choice.price, choice.currency).normalize():f}",
            "priceCurrency": choice.currency,
            "availability": f"https://schema.org/{'InStock' if choice.available else 'OutOfStock'}",
            "itemCondition": "https://schema.org/NewCondition",
            "areaServed": market.country,
            "seller": {"@type": "Organization", "name": product.seller.name},
        },
    }
    if choice.gtin:
        facts["gtin"] = choice.gtin
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S308 - cannot close the script
