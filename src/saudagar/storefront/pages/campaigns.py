"""The page of a campaign: a countdown, then its prices; what is left, live. The same for everybody."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from saudagar.campaigns import queries as campaigns
from saudagar.campaigns.rules.phases import Phase
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.look.asked import page_number
from saudagar.look.shared import of_business, of_campaign, shared_page
from saudagar.storefront import campaigns as deals
from saudagar.storefront.access import MarketRequest, of_market
from saudagar.storefront.queries import market_name

MOST_PAGES = 400


@require_safe
@shared_page(query=("page",), seconds=2, stale_seconds=3)
@of_market
def campaign(request: MarketRequest, campaign: str) -> HttpResponse:
    """GET /{market}/campaigns/{code}/?page=: when it starts, what it will cost; from the second on, what it costs and what is left."""
    at = now()
    found = campaigns.campaign_shown(campaign, market=request.market.code, at=at)
    number = page_number(request, most=MOST_PAGES)
    shown, rows = deals.banner(found, at), deals.deals(found, first=(number - 1) * deals.PAGE)
    request.shared.shows(of_campaign(found.pk), *(of_business(parse_handle(row.listing, Kind.LISTING)[0]) for row in rows))
    request.shared.until(deals.next_switch(request.market, at=at))
    basket = reverse("storefront:basket", args=[request.market.code])
    return render(
        request,
        "storefront/campaign.html",
        {
            "campaign": shown,
            "deals": rows,
            "is_open": shown.phase in (Phase.QUOTES, Phase.RUNNING),
            "is_over": shown.phase == Phase.OVER,
            "left_pattern": _("%(n)s left"),
            "pages": {"number": number, "before": number - 1, "after": number + 1 if len(rows) == deals.PAGE else 0},
            "left_url": f"{reverse('storefront:campaign_left', args=[request.market.code, found.code])}?page={number}",
            "checkout_url": f"{reverse('storefront:checkout', args=[request.market.code])}?campaign={found.code}",
            "basket_url": basket,
            "market_name": market_name(request.market, get_language()),
            "now": round(at.timestamp() * 1000),
        },
    )


@require_safe
@shared_page(query=("page",), seconds=1, stale_seconds=2)
@of_market
def campaign_left(request: MarketRequest, campaign: str) -> HttpResponse:
    """GET /{market}/campaigns/{code}/left?page=: {"phase", "now" (ms), "left": {listing: pieces}}; one answer a second for everybody."""
    at = now()
    found = campaigns.campaign_shown(campaign, market=request.market.code, at=at)
    request.shared.shows(of_campaign(found.pk))
    request.shared.until(at.replace(microsecond=0) + deals.LEFT_IS_KEPT)
    pieces = deals.left(found, first=(page_number(request, most=MOST_PAGES) - 1) * deals.PAGE)
    return JsonResponse({"phase": str(campaigns.phase_of(found, at)), "now": round(at.timestamp() * 1000), "left": pieces})
