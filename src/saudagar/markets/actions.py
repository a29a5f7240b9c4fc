"""Offering, deciding, pricing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.models import Product
from saudagar.foundation.refusals import Refusal
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.registry.models import Business

from . import events, queries
from .models import ExchangeRate, Listing, Market
from .rules import (
    HOME_CURRENCY,
    MOST_REASON,
    CannotBeOffered,
    ListingStateForbids,
    NoSuchListing,
    PriceWrong,
    RateWrong,
    ReasonNeeded,
    automatic_price,
    is_far,
)

LAW_DAY = ZoneInfo("Asia/Jakarta")  # the day on which a rule holds is the seller's
State = Listing.State


@transaction.atomic
def offer(business_id: UUID, product_id: UUID, market_code: str, *, at: datetime) -> str:
    """Offer every variant of a product in a market: live at once, or proposed where a curator decides. Returns the state.

    What was approved before comes back live without asking again. Raises CannotBeOffered with all that is missing, NoRateForMarket.
    """
    where = queries.market(market_code)
    seller = _seller(business_id)
    row = catalogue.product(business_id, product_id)
    blocking = [need for need in queries.needs(row, seller, where, law_day(at)) if need.blocks]
    if blocking:
        raise CannotBeOffered(blocking)
    if row.state != Product.State.READY:
        # All that is needed is there, so offering it says it is ready.
        Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.READY)
    rate = queries.rate_in_force(where.currency, at)
    known = {each.variant_id: each for each in _listings(business_id, product_id, where.code)}
    reached = State.LIVE
    for variant in row.offered:
        price = automatic_price(variant.price, margin_bp=where.margin_bp, rounding=where.rounding, per_home=rate.per_home)
        listing = known.get(variant.id) or Listing(business_id=business_id, variant_id=variant.id, market=where, price=price)
        was_approved = not where.is_curated or listing.live_at is not None
        if listing.state in (State.LIVE, State.PROPOSED) and not listing._state.adding:
            reached = State.PROPOSED if listing.state == State.PROPOSED else reached
            continue
        listing.state = State.LIVE if was_approved and listing.state != State.REFUSED else State.PROPOSED
        listing.state_reason = ""
        if listing.state == State.LIVE:
            listing.live_at = listing.live_at or at
        else:
            listing.proposed_at, reached = at, State.PROPOSED
        if not listing.is_price_by_hand:
            listing.price, listing.rate_id = price, rate.id
        listing.save()
    if reached == State.PROPOSED:
        events.proposed(business_id, product_id, where.code, at=at)
    events.changed(business_id, where.code)
    return str(reached)


@transaction.atomic
def pause(business_id: UUID, product_id: UUID, market_code: str, *, reason: str = "") -> None:
    """Take a product off sale in a market for a while, or withdraw what waits for the curator."""
    listings = _listings(business_id, product_id, market_code)
    if not listings:
        raise NoSuchListing()
    for listing in listings:
        if listing.state in (State.LIVE, State.PROPOSED):
            listing.state = State.PAUSED if listing.live_at else State.DRAFT
            listing.state_reason = reason[:MOST_REASON]
            listing.save(update_fields=["state", "state_reason"])
    events.changed(business_id, market_code)


@transaction.atomic
def set_price(business_id: UUID, listing_id: UUID, *, price: int | None, at: datetime) -> int:
    """A price by hand in the market's currency, or None: worked out again by the market's rule. Returns the price."""
    listing = (
        Listing.objects.select_for_update(of=("self",))
        .select_related("market", "variant")
        .filter(business_id=business_id, id=listing_id)
        .first()
    )
    if listing is None:
        raise NoSuchListing()
    if price is None:
        rate = queries.rate_in_force(listing.market.currency, at)
        listing.price = automatic_price(
            listing.variant.price, margin_bp=listing.market.margin_bp, rounding=listing.market.rounding, per_home=rate.per_home
        )
        listing.rate_id, listing.is_price_by_hand = rate.id, False
    else:
        if not 0 < price < 10**14:
            raise PriceWrong()
        listing.price, listing.rate_id, listing.is_price_by_hand = price, None, True
    listing.save(update_fields=["price", "rate", "is_price_by_hand"])
    events.changed(business_id, listing.market_id)
    return listing.price


@transaction.atomic
def approve(business_id: UUID, product_id: UUID, market_code: str, *, at: datetime) -> None:
    """The curator lets a product in. The rules are asked once more. Raises CannotBeOffered, ListingStateForbids."""
    where = queries.market(market_code)
    listings = _waiting(business_id, product_id, market_code)
    blocking = [
        need for need in queries.needs(catalogue.product(business_id, product_id), _seller(business_id), where, law_day(at)) if need.blocks
    ]
    if blocking:
        raise CannotBeOffered(blocking)
    for listing in listings:
        listing.state, listing.state_reason, listing.live_at = State.LIVE, "", listing.live_at or at
        listing.save(update_fields=["state", "state_reason", "live_at"])
    events.decided(business_id, product_id, market_code, is_approved=True, reason="", at=at)
    events.changed(business_id, market_code)


@transaction.atomic
def refuse(business_id: UUID, product_id: UUID, market_code: str, *, reason: str, at: datetime) -> None:
    """The curator does not let a product in, and says why. Also takes out what was let in before. Raises ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded("reason")
    listings = [each for each in _listings(business_id, product_id, market_code) if each.state in (State.PROPOSED, State.LIVE)]
    if not listings:
        raise ListingStateForbids(state="-")
    for listing in listings:
        listing.state, listing.state_reason, listing.featured_at = State.REFUSED, reason.strip()[:MOST_REASON], None
        listing.save(update_fields=["state", "state_reason", "featured_at"])
    events.decided(business_id, product_id, market_code, is_approved=False, reason=reason.strip(), at=at)
    events.changed(business_id, market_code)


@transaction.atomic
def feature(business_id: UUID, product_id: UUID, market_code: str, *, is_featured: bool, at: datetime) -> None:
    """Put a live product forward on the market's first page, or back."""
    live = [each for each in _listings(business_id, product_id, market_code) if each.state == State.LIVE]
    if not live:
        raise ListingStateForbids(state="-")
    for listing in live:
        listing.featured_at = at if is_featured else None
        listing.save(update_fields=["featured_at"])
    events.changed(business_id, market_code)


@transaction.atomic
def enter_rate(
    currency: str, rate: Decimal, *, source: str, valid_from: datetime, at: datetime, is_meant: bool = False
) -> tuple[ExchangeRate, int]:
    """An officer enters what one unit of a currency costs in rupiah. Automatic prices follow if it holds already.

    A rate far from the last one is refused unless it is said to be meant. Returns the rate and how many prices changed.
    """
    if not Decimal(0) < rate < Decimal(10) ** 9:
        raise RateWrong(before="-")
    before = ExchangeRate.objects.filter(base=currency, quote=HOME_CURRENCY, valid_from__lt=valid_from).order_by("-valid_from").first()
    if before and not is_meant and is_far(Fraction(rate), Fraction(before.rate)):
        raise RateWrong("rate", before=f"{before.rate.normalize():f}")
    row, _ = ExchangeRate.objects.update_or_create(
        base=currency, quote=HOME_CURRENCY, valid_from=valid_from, defaults={"rate": rate, "source": source[:200]}
    )
    changed = 0
    if valid_from <= at:
        for where in Market.objects.filter(currency=currency):
            changed += reprice(where, at=at)
    return row, changed


@across_sellers
def reprice(where: Market, *, at: datetime) -> int:
    """Automatic prices of a market anew, in one statement. Quotes that were given keep their word. Returns how many changed."""
    rate = queries.rate_in_force(where.currency, at)
    factor = Fraction(10_000 + where.margin_bp, 10_000) * rate.per_home
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.markets", "reprice"),
            {
                "market": where.code,
                "factor_over": factor.numerator,
                "factor_under": factor.denominator,
                "rounding": where.rounding,
                "rate_id": rate.id,
            },
        )
        changed = sum(before != price for _business, _listing, before, price in cursor.fetchall())
    if changed:
        events.repriced(where.code)
    return changed


@transaction.atomic
def look_again(business_id: UUID, product_id: UUID, *, at: datetime) -> None:
    """A product changed, or a day has passed: automatic prices follow, and what may no longer be sold is paused and its seller told."""
    seller = _seller(business_id)
    row = catalogue.product(business_id, product_id)
    retired = {variant.id for variant in row.variants if variant.is_retired}
    for where in Market.objects.all():
        listings = _listings(business_id, product_id, where.code)
        if not listings:
            continue
        if _price_again(listings, where, {variant.id: variant.price for variant in row.variants}, at=at):
            events.changed(business_id, where.code)
        on_sale = [each for each in listings if each.state in (State.LIVE, State.PROPOSED)]
        for listing in on_sale:
            if listing.variant_id in retired:
                listing.state = State.PAUSED
                listing.save(update_fields=["state"])
        blocking = (
            [] if row.state == Product.State.ARCHIVED else [need for need in queries.needs(row, seller, where, law_day(at)) if need.blocks]
        )
        if on_sale and (blocking or row.state != Product.State.READY):
            reason = " ".join(need.words["id"] for need in blocking)[:MOST_REASON]
            pause(business_id, product_id, where.code, reason=reason)
            events.paused(business_id, product_id, where.code, reason=reason, at=at)


@across_sellers
def look_at_all_again(*, at: datetime) -> int:
    """Every product on sale, once a day: papers end, rules begin. Each in a transaction of its own. Returns how many were looked at."""
    on_sale = (
        Listing.objects.filter(state__in=[State.LIVE, State.PROPOSED])
        .values_list("business_id", "variant__product_id")
        .distinct()
        .order_by()
    )
    done = 0
    for business_id, product_id in on_sale.iterator(chunk_size=500):
        look_again(business_id, product_id, at=at)
        done += 1
    return done


def _price_again(listings: Sequence[Listing], where: Market, home_prices: dict[UUID, int], *, at: datetime) -> bool:
    """Whether a price changed."""
    is_changed = False
    try:
        rate = queries.rate_in_force(where.currency, at)
    except Refusal:
        return False  # no rate, no automatic price: the old one stays until there is one
    for listing in listings:
        price = automatic_price(home_prices[listing.variant_id], margin_bp=where.margin_bp, rounding=where.rounding, per_home=rate.per_home)
        if not listing.is_price_by_hand and (listing.price, listing.rate_id) != (price, rate.id):
            is_changed |= listing.price != price
            listing.price, listing.rate_id = price, rate.id
            listing.save(update_fields=["price", "rate"])
    return is_changed


def _listings(business_id: UUID, product_id: UUID, market_code: str) -> list[Listing]:
    return list(
        Listing.objects.select_for_update(of=("self",))
        .filter(business_id=business_id, variant__product_id=product_id, market_id=market_code)
        .order_by("id")
    )


def _waiting(business_id: UUID, product_id: UUID, market_code: str) -> list[Listing]:
    listings = [each for each in _listings(business_id, product_id, market_code) if each.state == State.PROPOSED]
    if not listings:
        raise ListingStateForbids(state="-")
    return listings


def _seller(business_id: UUID) -> Business:
    found = Business.objects.filter(id=business_id).first()
    if found is None:
        raise NoSuchListing()
    return found


def law_day(at: datetime) -> date:
    """The day whose rules hold at a moment."""
    return at.astimezone(LAW_DAY).date()
