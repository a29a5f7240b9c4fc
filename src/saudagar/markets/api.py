"""GET of what is on sale: products of a market, and the listings (variants) of one product, whose handles a quote takes."""

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router

from saudagar.foundation.ids import Kind, handle, parse_handle
from saudagar.foundation.refusals import spoken
from saudagar.markets import queries
from saudagar.markets.rules import NoSuchListing

router = Router(tags=["listings"])

PAGE = 24


@router.get("/listings", summary="What is on sale in a market")
def listings(
    request: HttpRequest,
    market: Annotated[str, Query(max_length=12)],
    q: Annotated[str, Query(max_length=200)] = "",
    category: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=400)] = 1,
) -> dict[str, Any]:
    """Products on sale, 24 a page: those that match, best first, or the newest. 404 `no_such_market`."""
    where, language, first = queries.market(market), spoken(get_language()), (page - 1) * PAGE
    if q:
        found = queries.search(where, q, language, category=category or None, first=first, most=PAGE + 1)
    else:
        found = queries.newest(where, language, category=category or None, first=first, most=PAGE + 1)
    return {"market": where.code, "page": page, "has_more": len(found) > PAGE, "products": [_card(card) for card in found[:PAGE]]}


@router.get("/products/{handle_text}/listings", summary="The variants of one product")
def listings_of_product(request: HttpRequest, handle_text: str, market: Annotated[str, Query(max_length=12)]) -> dict[str, Any]:
    """What can be bought of one product in a market. 404 `bad_handle`, `no_such_market`, `no_such_listing`."""
    business_id, product_id = parse_handle(handle_text, Kind.PRODUCT)
    where = queries.market(market)
    found = queries.product_page(where, business_id, product_id, spoken(get_language()))
    if found is None:
        raise NoSuchListing()
    return {
        "market": where.code,
        "product": handle_text,
        "business": {"handle": handle(Kind.BUSINESS, found.business.pk), "name": found.business.name},
        "currency": where.currency,
        "listings": [
            {
                "listing": row.handle,
                "sku": row.sku,
                "name": row.name,
                "price": row.price,
                "available": row.available,
                "grams": row.gross_grams,
            }
            for row in found.listings
        ],
    }


def _card(card: queries.Card) -> dict[str, Any]:
    return {
        "product": card.handle,
        "listing": card.listing,
        "title": card.title,
        "price": card.price,
        "currency": card.currency,
        "variants": card.variants,
        "available": card.available,
        "seller": card.seller,
        "area": card.area,
        "category": card.category,
        "is_featured": card.is_featured,
        "photo": settings.BASE_URL + card.photo if card.photo.startswith("/") else card.photo,
    }
