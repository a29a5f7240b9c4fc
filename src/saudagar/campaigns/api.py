"""GET of campaigns: when prices switch, what they will be, what is left. The same for everybody, so answers may be kept for seconds."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router

from saudagar.campaigns import queries
from saudagar.campaigns.models import Campaign
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import spoken
from saudagar.markets import queries as markets

router = Router(tags=["campaigns"])

KEEP = "public, max-age=2, stale-while-revalidate=3"


@router.get("/campaigns", summary="Campaigns of a market that run or come")
def campaigns(request: HttpRequest, response: HttpResponse, market: Annotated[str, Query(max_length=12)]) -> dict[str, Any]:
    """Next start first. From `quotes_from` on a quote that names the code is priced for the first second. 404 `no_such_market`."""
    at, where = now(), markets.market(market)
    response["Cache-Control"] = KEEP
    return {"market": where.code, "campaigns": [_campaign(each, at) for each in queries.open_campaigns(where.code, at=at)]}


@router.get("/campaigns/{code}", summary="One campaign: products, prices, pieces left")
def campaign(request: HttpRequest, response: HttpResponse, code: str) -> dict[str, Any]:
    """What joined, in order of approval; left is 0 where it is sold out at this price. 404 `no_such_campaign`."""
    at, language = now(), get_language()
    found = queries.campaign_shown(code, at=at)
    response["Cache-Control"] = KEEP
    return {
        **_campaign(found, at),
        "entries": [
            {
                "listing": row.goods.listing,
                "product": row.goods.product,
                "business": {"handle": row.goods.business, "name": row.goods.seller},
                "sku": row.goods.sku,
                "title": row.goods.name,
                "price": row.entry.price,
                "ordinary_price": row.goods.ordinary_price,
                "most_per_buyer": row.entry.most_per_buyer,
                "left": row.left,
            }
            for row in queries.shown(found, language)
        ],
    }


def _campaign(found: Campaign, at: datetime) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.names.get(spoken(get_language()), found.code),
        "market": found.market_id,
        "currency": found.market.currency,
        "phase": str(queries.phase_of(found, at)),
        "time_zone": found.time_zone,
        "quotes_from": found.quotes_from.isoformat(),
        "starts_at": found.starts_at.isoformat(),
        "ends_at": found.ends_at.isoformat(),
    }
