"""The header of buyers' pages, wherever such a page lives: the context variable `shop`. On pages that are the same for everybody it
knows no basket; look/static/look/shop.js adds the count."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from saudagar.storefront import cookies, queries


def shop(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Asks nothing unless the page shows the header."""
    return {"shop": SimpleLazyObject(lambda: _shop(request))}


def _shop(request: HttpRequest) -> dict[str, Any]:
    language = get_language()
    markets = queries.open_markets()
    known = {market.code: market for market in markets}
    here = known.get(getattr(getattr(request, "market", None), "code", "")) or known.get(request.COOKIES.get(cookies.MARKET, ""))
    found: dict[str, Any] = {
        "markets": [
            {
                "code": each.code,
                "name": queries.market_name(each, language),
                "note": each.currency,
                "url": reverse("storefront:home", args=[each.code]),
            }
            for each in markets
        ],
        "orders_url": reverse("storefront:purchases"),
        "home": "/",
    }
    if here is not None:
        found |= {
            "market": here.code,
            "market_name": queries.market_name(here, language),
            "home": reverse("storefront:home", args=[here.code]),
            "search_url": reverse("storefront:search", args=[here.code]),
            "q": request.GET.get("q", "")[:80],
            "basket_url": reverse("storefront:basket", args=[here.code]),
            "basket_count": cookies.basket(request, here.code).pieces,
        }
    return found
