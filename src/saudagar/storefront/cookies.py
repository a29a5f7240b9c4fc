"""What a browser remembers for itself: baskets and its own purchases, signed so that they cannot be changed; where things go.

No personal data, and nothing on the server. A cookie that does not verify, or is of an older form, is as good as none.
"""

import re
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from saudagar.storefront.rules import MOST_LINES, MOST_PIECES, MOST_PURCHASES, Basket

DAYS = 24 * 3600
BASKET, DESTINATION, PURCHASES, MARKET = "basket_{market}", "to_{market}", "purchases", "market"

# How many pieces the basket holds, for look/static/look/shop.js: pages that are the same for everybody say nothing of a basket.
PIECES = "pieces_{market}"
REGION = re.compile(r"\d{2}|[A-Z]{2}(-[A-Z]{2})?", re.ASCII)  # a province; where a market has many countries, "SG" or "CA-ON"


def basket(request: HttpRequest, market: str) -> Basket:
    lines = _read(request, BASKET.format(market=market))
    if not isinstance(lines, dict):
        return Basket()
    good = {str(key): pieces for key, pieces in lines.items() if isinstance(pieces, int) and 0 < pieces <= MOST_PIECES}
    return Basket(dict(list(good.items())[:MOST_LINES]))


def keep_basket(response: HttpResponse, market: str, basket: Basket) -> None:
    if basket.lines:
        _write(response, BASKET.format(market=market), dict(basket.lines), days=60)
        _set(response, PIECES.format(market=market), str(basket.pieces), days=60, is_for_scripts=True)
    else:
        response.delete_cookie(BASKET.format(market=market), samesite="Lax")
        response.delete_cookie(PIECES.format(market=market), samesite="Lax")


def region(request: HttpRequest, market: str) -> str:
    """Unsigned: the page cache reads it, and whoever writes another one only sees other prices."""
    found = request.COOKIES.get(DESTINATION.format(market=market), "")
    return found if REGION.fullmatch(found) else ""


def keep_region(response: HttpResponse, market: str, region: str) -> None:
    _set(response, DESTINATION.format(market=market), region, days=365)


def purchases(request: HttpRequest) -> list[str]:
    """Handles of what this browser bought, newest first."""
    found = _read(request, PURCHASES)
    return [text for text in found if isinstance(text, str)][:MOST_PURCHASES] if isinstance(found, list) else []


def keep_purchase(request: HttpRequest, response: HttpResponse, handle: str) -> None:
    before = [text for text in purchases(request) if text != handle]
    _write(response, PURCHASES, [handle, *before][:MOST_PURCHASES], days=400)


def keep_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Keeps the language a market began in, so that pages outside the market go on in it; never over one that was chosen."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        _set(response, settings.LANGUAGE_COOKIE_NAME, language, days=365)


def _read(request: HttpRequest, name: str) -> Any:
    try:
        return signing.loads(request.COOKIES[name], salt=f"storefront.{name}")
    except (KeyError, signing.BadSignature, ValueError):
        return None


def _write(response: HttpResponse, name: str, value: object, *, days: int) -> None:
    _set(response, name, signing.dumps(value, salt=f"storefront.{name}", compress=True), days=days)


def _set(response: HttpResponse, name: str, text: str, *, days: int, is_for_scripts: bool = False) -> None:
    response.set_cookie(name, text, max_age=days * DAYS, samesite="Lax", httponly=not is_for_scripts, secure=settings.SESSION_COOKIE_SECURE)
