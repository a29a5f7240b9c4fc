"""What stands around a storefront page: the market, its language, and where its forms may be sent from."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from saudagar.look.shared import SharedRequest, asked_language, of_prices
from saudagar.markets.models import Market
from saudagar.storefront import queries

View = Callable[..., HttpResponse]
ZONES = {"ID": "Asia/Jakarta", "CN": "Asia/Shanghai"}


class MarketRequest(SharedRequest):
    """A request for a page of one market; only a page that is the same for everybody has `shared`."""

    market: Market


def of_market(view: View) -> View:
    """The address names a market: `request.market`; 404 for one that is closed. Its pages speak the visitor's language, as every
    other page does: a sign-in or payment in between must not change it. Who asks for none of ours reads the market's first."""

    @wraps(view)
    def page(request: MarketRequest, market: str, *args: Any, **kwargs: Any) -> HttpResponse:
        request.market = queries.market_of(market)
        if isinstance(request, SharedRequest):
            request.shared.shows(of_prices(market))
        if not asks_for_a_language(request):
            language = request.market.languages[0]
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with time_of(request.market.country):
            return view(request, *args, **kwargs)

    return page


def asks_for_a_language(request: HttpRequest) -> bool:
    """Whether the visitor chose a language by our switch, or has a browser that names one of ours."""
    return bool(asked_language(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), request.headers.get("Accept-Language", "")[:500]))


def time_of(country: str) -> timezone.override:
    """Moments are told in the time of the country they happen for."""
    return timezone.override(ZONES.get(country, settings.TIME_ZONE))


def from_our_pages(view: View) -> View:
    """For forms that only touch this browser's own basket or destination. They carry no token, so that the pages they stand on
    can be shared; instead the browser tells where the form came from, which no foreign page can forge."""

    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        foreign = site not in ("same-origin", "none") if site else bool(origin) and urlsplit(origin).netloc != request.get_host()
        if foreign:
            return HttpResponseForbidden("This form must be sent from our own pages.", content_type="text/plain")
        return view(request, *args, **kwargs)

    return page
