"""The header of buyers' pages, wherever such a page lives: the context variable `shop`. On pages that are the same for everybody it
knows no basket; look/static/look/shop.js adds the count."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from saudagar.foundation.remembered import remembered
from saudagar.storefront import cookies, queries
from saudagar.storefront.paths import path


def shop(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Asks nothing unless the page shows the header."""
    return {"shop": SimpleLazyObject(lambda: _shop(request))}


def _shop(request: HttpRequest) -> dict[str, Any]:
    known = {market.code for market in queries.open_markets()}
    code = getattr(getattr(request, "market", None), "code", "")
    if code not in known:
        code = request.COOKIES.get(cookies.MARKET, "")
    found = _of_market(code if code in known else "", get_language() or "id")
    return (
        {**found, "q": request.GET.get("q", "")[:80], "basket_count": cookies.basket(request, code).pieces} if "market" in found else found
    )


@remembered(5)
def _of_market(code: str, language: str) -> dict[str, Any]:
    """What the header says on every page of a market; of none with ""."""
    markets = queries.open_markets()
    found: dict[str, Any] = {
        "markets": [
            {
                "code": each.code,
                "name": queries.market_name(each, language),
                "note": each.currency,
                "url": path("home", each.code),
            }
            for each in markets
        ],
        "stamp": (code, *((each.code, queries.market_name(each, language), each.currency) for each in markets)),
        "orders_url": path("purchases"),
        "home": "/",
    }
    here = next((each for each in markets if each.code == code), None)
    if here is not None:
        found |= {
            "market": here.code,
            "market_name": queries.market_name(here, language),
            "home": path("home", here.code),
            "search_url": path("search", here.code),
            "basket_url": path("basket", here.code),
        }
    return found
