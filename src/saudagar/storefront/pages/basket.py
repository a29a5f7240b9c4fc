"""The basket and the destination: what a browser remembers for itself."""

from itertools import groupby

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.look.asked import place_here, whole_number
from saudagar.storefront import campaigns as deals
from saudagar.storefront import cookies, queries
from saudagar.storefront.access import MarketRequest, from_our_pages, of_market
from saudagar.storefront.pages.browsing import chosen_region, landed_price
from saudagar.storefront.rules import MOST_PIECES, Basket


@from_our_pages
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_market
def basket(request: MarketRequest) -> HttpResponse:
    """GET /{market}/basket/; POST {listing, pieces} puts in, with change=1 it sets how many (0 takes out)."""
    kept = cookies.basket(request, request.market.code)
    if request.method == "POST":
        return _changed(request, kept)
    language, market = get_language(), request.market
    lines, ahead = deals.in_basket(market, queries.basket_lines(market, kept.lines, language), at=now())
    gone = len(kept.lines) - len(lines)
    # One seller's things stand together, in the order in which the sellers came into the basket.
    firsts: dict[object, int] = {}
    for line in lines:
        firsts.setdefault(line.business_id, len(firsts))
    lines.sort(key=lambda line: firsts[line.business_id])
    sellers = [
        {"name": group[0].seller, "lines": group} for _, rows in groupby(lines, key=lambda line: line.business_id) if (group := list(rows))
    ]
    landed = landed_price(market, {line.handle: line.quantity for line in lines}, chosen_region(request), language) if lines else None
    response = render(
        request,
        "storefront/basket.html",
        {
            "sellers": sellers,
            "gone": gone,
            "goods": sum(line.total for line in lines),
            "pieces": sum(line.quantity for line in lines),
            "currency": market.currency,
            "landed": landed,
            "ahead": ahead,
            "basket_url": request.path,
            "checkout_url": reverse("storefront:checkout", args=[market.code]),
        },
    )
    if gone:
        cookies.keep_basket(response, market.code, Basket({line.handle: line.quantity for line in lines}))
    return response


def _changed(request: MarketRequest, kept: Basket) -> HttpResponse:
    listing, text = request.POST.get("listing", ""), request.POST.get("pieces", "1")
    pieces = 0 if text and not text.strip("0") else whole_number(text, most=MOST_PIECES)
    parse_handle(listing, Kind.LISTING)
    changed = kept.with_exactly(listing, pieces) if request.POST.get("change") else kept.with_more(listing, max(pieces, 1))
    response = redirect(reverse("storefront:basket", args=[request.market.code]))
    cookies.keep_basket(response, request.market.code, changed)
    _settle(request, response)
    return response


@from_our_pages
@require_POST
@of_market
def destination(request: MarketRequest) -> HttpResponse:
    """POST /{market}/destination/ {region, next}: where prices are worked out for."""
    home = reverse("storefront:home", args=[request.market.code])
    response = HttpResponseRedirect(place_here(request, request.POST.get("next", ""), otherwise=home))
    region = request.POST.get("region", "")
    if region in dict(queries.regions(request.market, get_language())):
        cookies.keep_region(response, request.market.code, region)
    _settle(request, response)
    return response


def _settle(request: MarketRequest, response: HttpResponse) -> None:
    """From the first thing a visitor does, pages outside the market know which one it was, and its language."""
    cookies.keep_language(request, response, get_language() or "id")
    response.set_cookie(
        cookies.MARKET,
        request.market.code,
        max_age=400 * cookies.DAYS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
