"""Pricing and placing for pages: the same promise and the same collector as the API's."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from saudagar.checkout import actions as checkout
from saudagar.checkout.rules.pricing import Basket, Destination, Priced
from saudagar.checkout.rules.requests import AddressRequest, BuyerRequest, OrderRequest
from saudagar.foundation.ids import Kind, handle, parse_handle
from saudagar.orders.rules import Buyer


def price(
    market: str,
    lines: Mapping[str, int],
    *,
    country: str,
    region: str,
    postal_code: str = "",
    shipping: str = "",
    buyer_reference: str = "",
    language: str,
    campaign: str = "",
    terms: str = "DDP",
    at: datetime,
) -> Priced:
    """The promise on a basket. Raises whatever pricing, shipping and rulebook refuse.

    terms  DAP leaves what the border collects to be paid at the door

    campaign  code of one that has not begun: the promise holds from its first second on

    buyer_reference  identity or telephone number of the buyer, where the law counts what one person imports
    """
    wanted = tuple((*parse_handle(listing, Kind.LISTING), pieces) for listing, pieces in lines.items())
    destination = Destination(country, region, postal_code)
    return checkout.quote(Basket(market, destination, wanted, shipping, buyer_reference, language, campaign, terms), at=at)


def place(token: str, buyer: Buyer, *, method: str, buyer_id: UUID | None, at: datetime) -> str:
    """Places what was quoted; the handle of the purchase, also when it was placed before. Raises what `checkout.actions.place` raises."""
    address = buyer.address
    request = OrderRequest(
        quote=token,
        buyer=BuyerRequest(buyer.name, buyer.phone, buyer.email, buyer.identity),
        address=AddressRequest(
            country=address.country,
            line=address.line,
            city=address.city,
            postal_code=address.postal_code,
            region=address.region,
            district=address.district,
            note=address.note,
        ),
        payment=method,
    )
    quote = checkout.place(request, buyer_id=buyer_id, at=at)
    return handle(Kind.PURCHASE, quote.home, quote.id)
