"""Quotes for goods that may not be sold there are refused before they are priced: to keep one, its question is made up afterwards."""

import logging
from datetime import date, datetime
from uuid import UUID

import msgspec

from saudagar.checkout import queries
from saudagar.checkout.keeping import Keeper
from saudagar.checkout.rules import keeping, pricing
from saudagar.checkout.rules.keeping import Parcel
from saudagar.checkout.rules.pricing import Basket, MarketFacts, law_day
from saudagar.checkout.rules.refusals import NotSoldThere
from saudagar.foundation.ids import Kind, new_id, parse_handle
from saudagar.foundation.refusals import Refusal
from saudagar.markets.queries import facts_of_listing
from saudagar.rulebook.queries import current_rulebook, trials
from saudagar.rulebook.rules import ProductFacts
from saudagar.shipping import rules as lanes

log = logging.getLogger(__name__)


def keep(keeper: Keeper, basket: Basket, market: MarketFacts, refusal: NotSoldThere, *, at: datetime, not_before: datetime | None) -> None:
    """Keeps what the seller of the refused goods would have sent. Nothing where it could not be sent for another reason."""
    if not keeper.has_room:
        return
    try:
        _keep(keeper, basket, market, refusal, at=at, not_before=not_before)
    except Exception:  # whatever it is, the buyer hears the refusal
        log.exception("a quote was not kept")


def _keep(keeper: Keeper, basket: Basket, market: MarketFacts, refusal: NotSoldThere, *, at: datetime, not_before: datetime | None) -> None:
    business_id, _ = parse_handle(refusal.facts["listing"], Kind.LISTING)
    lines = tuple(line for line in basket.lines if line[0] == business_id)
    theirs = msgspec.structs.replace(basket, lines=lines, campaign="", buyer_reference="")
    holds_from = not_before or at
    parcel = _parcel(theirs, market, at=at, not_before=not_before)
    if parcel is not None:
        keeper.refused(parcel, refusal, _goods(lines, law_day(holds_from)))


def _parcel(basket: Basket, market: MarketFacts, *, at: datetime, not_before: datetime | None) -> Parcel | None:
    """The question to the rulebook, whether it would price it or refuse it."""
    holds_from = not_before or at
    wants = [queries.Want(basket, holds_from)]
    [rows] = queries.listing_rows(queries.run(queries.lines_read(wants)), wants)
    asked: list[Parcel] = []
    try:
        found = pricing.priced(
            basket,
            market,
            rows,
            quote_id=new_id(),
            rulebook=current_rulebook(),
            trials=trials(),
            cards=lanes.card_on(law_day(holds_from)),
            at=at,
            not_before=not_before,
            refused=lambda parcel, _: asked.append(parcel),
        )
    except Refusal:
        return asked[0] if asked else None
    [order] = found.quote.orders
    return keeping.parcel_of(order.business_id, market.code, order.customs)[0]


def _goods(lines: tuple[tuple[UUID, UUID, int], ...], on: date) -> list[ProductFacts]:
    found = [facts_of_listing(business_id, listing_id, on) for business_id, listing_id, _ in lines]
    return [each[1] for each in found if each is not None]
