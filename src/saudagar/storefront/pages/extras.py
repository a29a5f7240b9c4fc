"""What search engines read."""

from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from saudagar.foundation.clock import now
from saudagar.markets import queries as listings
from saudagar.storefront import campaigns, queries

MOST_ADDRESSES = 5000


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """GET /robots.txt"""
    shut = ["/*/basket/", "/*/checkout/", "/orders/", "/purchases/", "/pay/", "/seller/", "/officer/", "/admin/", "/accounts/", "/api/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in shut), f"Sitemap: {settings.BASE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """GET /sitemap.xml: the newest products of each market."""
    addresses = [reverse("storefront:choose")]
    for market in listings.open_markets():
        addresses.append(reverse("storefront:home", args=[market.code]))
        addresses += [banner.url for banner in campaigns.banners(market, at=now(), most=20)]
        addresses += [tile.url for tile in queries.newest(market, None, most=MOST_ADDRESSES)]
    rows = "".join(f"<url><loc>{escape(settings.BASE_URL + address)}</loc></url>" for address in addresses)
    text = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return HttpResponse(text, content_type="application/xml")
