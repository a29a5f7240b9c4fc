"""Reads: markets, rates, what a business offers where and what it lacks; and what buyers see across sellers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, Sum

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.queries import ProductRow
from saudagar.catalogue.rules import search as words
from saudagar.catalogue.rules.product import MOST_VARIANTS, best_text
from saudagar.foundation import money
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.foundation.sql import rows, statement
from saudagar.foundation.walls import across_sellers
from saudagar.media.rules import address
from saudagar.registry.models import Business, Identity
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Claim, Item, Request, landed_cost, savings
from saudagar.rulebook.rules.currencies import rates_for
from saudagar.rulebook.rules.labels import saving_words
from saudagar.rulebook.rules.levies import NamedLevy, levies
from saudagar.rulebook.rules.selling import ALLOWED, ALLOWED_WHEN, NOT_ALLOWED, ProductFacts, Verdict, may_sell
from saudagar.stock.models import Pool

from .models import ExchangeRate, Listing, Market
from .rules import HOME_CURRENCY, NOT_VERIFIED, PHOTO, SENT, TITLES, Need, NoRateForMarket, NoSuchMarket

DISPATCH = "ID"
CATEGORIES_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """The exchange of a market's currency at a moment. per_home: minor units there for one minor unit of home."""

    id: int | None
    per_home: Fraction
    row: ExchangeRate | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant of a product in a market, as the seller sees it."""

    listing_id: UUID | None
    handle: str
    variant_id: UUID
    sku: str
    name: str
    state: str  # "" when it was never offered
    reason: str
    price: int | None
    is_price_by_hand: bool
    home_price: int


@dataclass(frozen=True, slots=True)
class MarketOffer:
    """A product in one market: what is offered, what is missing."""

    market: Market
    name: str
    state: str  # of the product as a whole: the busiest state of its variants, "" for none
    reason: str
    offers: Sequence[Offer]
    needs: Sequence[Need]

    @property
    def blocking(self) -> list[Need]:
        return [need for need in self.needs if need.blocks]

    @property
    def has_more_to_offer(self) -> bool:
        """A variant was added, or paused alone, since the product was offered here."""
        return any(offer.state not in ("live", "proposed") for offer in self.offers)

    @property
    def advice(self) -> list[Need]:
        return [need for need in self.needs if not need.blocks]


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a storefront's list."""

    business_id: UUID
    product_id: UUID
    handle: str  # of the product
    listing: str  # handle of its cheapest listing
    listing_id: UUID
    title: str
    price: int
    currency: str
    variants: int
    available: int
    photo: str  # address, "" for none
    photo_small: str
    seller: str
    area: str
    is_featured: bool
    category: str


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A variant that can be bought, on a product's page."""

    id: UUID
    handle: str
    variant_id: UUID
    sku: str
    name: str
    price: int
    available: int
    gross_grams: int


@dataclass(frozen=True, slots=True)
class ProductPage:
    """What the storefront shows of one product in one market."""

    product: ProductRow
    business: Business
    market: Market
    listings: Sequence[ListingRow]


def market(code: str) -> Market:
    """An open market. Raises NoSuchMarket."""
    found = Market.objects.filter(code=code, is_open=True).first()
    if found is None:
        raise NoSuchMarket(market=code[:20])
    return found


def open_markets() -> list[Market]:
    return list(Market.objects.filter(is_open=True))


def curated_markets() -> list[Market]:
    """Markets whose goods an officer chooses."""
    return list(Market.objects.filter(is_open=True, is_curated=True))


def rate_in_force(currency: str, at: datetime) -> Rate:
    """The exchange rate of a currency against the home currency at a moment. Raises NoRateForMarket."""
    if currency == HOME_CURRENCY:
        return Rate(None, Fraction(1))
    either_way = Q(base=currency, quote=HOME_CURRENCY) | Q(base=HOME_CURRENCY, quote=currency)
    row = ExchangeRate.objects.filter(either_way, valid_from__lte=at).order_by("-valid_from", "-id").first()
    if row is None:
        raise NoRateForMarket(currency=currency)
    units = Fraction(row.rate) if row.base == HOME_CURRENCY else 1 / Fraction(row.rate)
    scale = Fraction(10 ** money.decimals(currency), 10 ** money.decimals(HOME_CURRENCY))
    return Rate(row.pk, units * scale, row)


def rates(most: int = 50) -> list[ExchangeRate]:
    """Rates as they were entered, the latest first."""
    return list(ExchangeRate.objects.order_by("-valid_from", "-id")[:most])


def verdict(row: ProductRow, seller: Business, where: Market, on: date) -> Verdict:
    """What the rulebook says to these goods in this market on that day; of several countries, where least stands in the way.
    Raises the rulebook's refusals."""
    return _kindest(product_facts(row, seller, on), where, on)


def _kindest(facts: ProductFacts, where: Market, on: date) -> Verdict:
    rulebook = current_rulebook()
    known = [code for code in where.countries if code in rulebook.destinations] or [where.country]
    said = [may_sell(rulebook, facts, code, on, mode=where.mode, dispatch=DISPATCH, registrations=_registrations()) for code in known]
    return min(said, key=lambda each: ((ALLOWED, ALLOWED_WHEN, NOT_ALLOWED).index(each.status), len(each.missing), each.up_to is not None))


def verdict_there(business_id: UUID, listing_id: UUID, country: str, on: date) -> Verdict | None:
    """What the rulebook says to one listing in one country, with the papers in force that day. None for a listing nobody knows."""
    found = facts_of_listing(business_id, listing_id, on)
    if found is None:
        return None
    listing, facts = found
    return may_sell(current_rulebook(), facts, country, on, mode=listing.market.mode, dispatch=DISPATCH, registrations=_registrations())


def facts_of_listing(business_id: UUID, listing_id: UUID, on: date) -> tuple[Listing, ProductFacts] | None:
    """What the rulebook asks of a listing's product. None for a listing nobody knows."""
    listing = Listing.objects.filter(business_id=business_id, pk=listing_id).select_related("variant", "market").first()
    if listing is None:
        return None
    seller = Business.objects.get(pk=business_id)
    return listing, product_facts(catalogue.product(business_id, listing.variant.product_id), seller, on)


def _registrations() -> frozenset[str]:
    """Of the platform abroad: they decide the scheme."""
    return frozenset(settings.PLATFORM_REGISTRATIONS)


def product_facts(row: ProductRow, seller: Business, on: date, *, without: UUID | None = None) -> ProductFacts:
    """What the rulebook asks of a product: papers in force, its own, its plants' and the business's; what the state knows the business by.

    without: a paper to leave out, to see what stops when it ends
    """
    papers = catalogue.papers_in_force(row, on, without=without)
    papers.update(dict.fromkeys(Identity.objects.filter(business_id=seller.pk).values_list("kind", flat=True), None))
    shown = catalogue.agreements_shown(seller.pk, row.id, row.hs_code, row.origin, on)
    return ProductFacts(hs=row.hs_code, origin=row.origin, traits=frozenset(row.traits), papers=papers, agreements=shown)


@dataclass(frozen=True, slots=True)
class Abroad:
    """One piece in one country, without shipping: what the border takes, and which paper would lower it."""

    country: str
    name: str
    levies: int  # duty, tax and fees, minor units of the market's currency
    total: int
    parts: Sequence[NamedLevy]
    savings: Sequence[str]
    refusal: str  # why it cannot be said; "" when it can


def abroad(
    row: ProductRow,
    where: Market,
    price: int,
    net_grams: int,
    *,
    gross_grams: int = 0,
    at: datetime,
    on: date,
    language: str | None,
    claims: Sequence[Claim] = (),
) -> list[Abroad]:
    """What one piece of a product costs in each country of a market beyond its price. Countries without rules are left out.

    gross_grams: of the piece as it is sent; 0: not known
    claims: what its seller states of its origin, as a quote would count it
    """
    rulebook, words, rates = current_rulebook(), spoken(language), home_rates(at)
    found = []
    for code in where.countries:
        there = rulebook.destinations.get(code)
        if there is None or code == DISPATCH or not row.hs_code:
            continue
        asked = Request(
            destination=code,
            items=(
                Item(
                    row.hs_code,
                    price,
                    1,
                    net_grams,
                    row.origin,
                    claims=tuple(claims),
                    gross_grams=max(gross_grams, net_grams) if gross_grams else 0,
                ),
            ),
            currency=where.currency,
            on=on,
            mode=where.mode,
            dispatch=DISPATCH,
            registrations=_registrations(),
            rates=rates_for(there, where.currency, rates),
            region=next(iter(there.regions), ""),
        )
        name = there.names[words]
        try:
            cost = landed_cost(asked, rulebook)
        except Refusal as refusal:
            found.append(Abroad(code, name, 0, 0, (), (), refusal.message(words)))
            continue
        cheaper = [
            saving_words(saving, rulebook, where.currency, words, customs=there.currency) for saving in savings(asked, rulebook, cost)
        ]
        found.append(
            Abroad(
                code,
                name,
                cost.duty + cost.tax + cost.fees,
                cost.total,
                levies(cost, rulebook.destinations[cost.destination], words),
                cheaper,
                "",
            )
        )
    return sorted(found, key=lambda each: (bool(each.refusal), each.levies, each.name))


def home_rates(at: datetime) -> dict[str, Fraction]:
    """What one unit of every currency is in the home currency."""
    found = {HOME_CURRENCY: Fraction(1)}
    for row in ExchangeRate.objects.filter(Q(quote=HOME_CURRENCY) | Q(base=HOME_CURRENCY), valid_from__lte=at).order_by("valid_from", "id"):
        if row.quote == HOME_CURRENCY:
            found[row.base] = Fraction(row.rate)
        else:
            found[row.quote] = 1 / Fraction(row.rate)
    return found


def stops_without(
    seller: Business, certificate_id: UUID, kind: str, product_ids: Sequence[UUID], on: date
) -> list[tuple[UUID, str, Market]]:
    """(product, its title, market) of what is on sale or proposed now and may not be sold without this paper. For warnings."""
    found = []
    on_sale = Listing.objects.filter(
        business_id=seller.pk, variant__product_id__in=list(product_ids), state__in=[Listing.State.LIVE, Listing.State.PROPOSED]
    )
    pairs = on_sale.values_list("variant__product_id", "market_id").distinct().order_by("variant__product_id", "market_id")
    every = {where.code: where for where in Market.objects.all()}
    for product_id, code in pairs:
        row = catalogue.product(seller.pk, product_id)
        where = every[code]
        said = _kindest(product_facts(row, seller, on, without=certificate_id), where, on)
        if any(paper.key == kind for missing in said.missing for paper in missing.papers):
            found.append((product_id, row.title, where))
    return found


@dataclass(frozen=True, slots=True)
class Recoded:
    """What another HS code does to a product in the markets where it is offered."""

    stops: Sequence[Market]  # it may not be sold there now
    opens: Sequence[Market]  # it could not be sold there before
    costs: Sequence[tuple[str, str, int, int]]  # country, currency, landed for one piece before and now; the largest change first


def recoded(row: ProductRow, seller: Business, was: str, *, at: datetime, on: date) -> Recoded:
    """A product with its new HS code, beside the one it had. Costs as `abroad`: one piece of its first kind, without shipping."""
    before = replace(row, hs_code=was)
    offered = set(Listing.objects.filter(business_id=seller.pk, variant__product_id=row.id).values_list("market_id", flat=True))
    first = next(iter(row.offered), None)
    stops, opens, costs = [], [], []
    for where in Market.objects.filter(code__in=offered, is_open=True):
        then, now_ = (any(need.blocks for need in needs(each, seller, where, on)) for each in (before, row))
        if now_ and not then:
            stops.append(where)
        if then and not now_:
            opens.append(where)
        if first is None or not was:
            continue
        listing = Listing.objects.filter(business_id=seller.pk, variant_id=first.id, market=where).first()
        if listing is None:
            continue
        old, new = (
            {
                each.country: each
                for each in abroad(one, where, listing.price, first.net_grams, gross_grams=first.gross_grams, at=at, on=on, language="en")
            }
            for one in (before, row)
        )
        for country in old.keys() & new.keys():
            if not old[country].refusal and not new[country].refusal and old[country].total != new[country].total:
                costs.append((country, where.currency, old[country].total, new[country].total))
    costs.sort(key=lambda each: (-abs(Fraction(each[3] - each[2], each[2])), each[0]))
    return Recoded(stops, opens, costs)


def needs(row: ProductRow, seller: Business, where: Market, on: date) -> list[Need]:
    """Everything that is missing before the product may be offered in the market that day; what blocks comes first."""
    found = []
    if seller.state != Business.State.VERIFIED:
        found.append(NOT_VERIFIED)
    found += [
        Need(lack.code, {language: f"{text[0].upper()}{text[1:]}." for language, text in lack.words.items()}) for lack in row.blocking
    ]
    first_language = where.languages[0]
    if not row.titles.get(first_language) and first_language != "id":
        found.append(TITLES[first_language])
    if where.is_curated and not row.photos:
        found.append(PHOTO)
    if row.hs_code:
        said, waiting = verdict(row, seller, where, on), catalogue.papers_waiting(row)
        found += [Need(reason.rule, reason.words, source=reason.source) for reason in said.reasons]
        if said.up_to:
            found.append(Need(said.up_to.rule, said.up_to.words, source=said.up_to.source, blocks=False))
        for missing in (*said.missing, *said.advice):
            is_sent = any(paper.key in waiting for paper in missing.papers)
            found.append(Need(missing.rule, missing.words, SENT if is_sent else _who_gives(missing), missing.source, missing.blocks))
    return sorted(found, key=lambda need: not need.blocks)


def _who_gives(missing: Any) -> Mapping[str, str]:
    """ "P-IRT: health office through OSS, 1–2 weeks", for each paper that would do."""
    return {
        language: " / ".join(f"{paper.names[language]}: {paper.given_by[language]} ({paper.takes[language]})" for paper in missing.papers)
        for language in ("id", "en", "zh-hans")
    }


def offers(seller: Business, product_id: UUID, on: date, language: str | None = "id") -> list[MarketOffer]:
    """One product in every open market: what is offered there and what is missing. For the seller."""
    row = catalogue.product(seller.pk, product_id, language)
    variant_ids = [variant.id for variant in row.variants]
    listings = {
        (each.market_id, each.variant_id): each for each in Listing.objects.filter(business_id=seller.pk, variant_id__in=variant_ids)
    }
    return [_market_offer(row, seller, where, listings, on, language) for where in open_markets()]


def _market_offer(
    row: ProductRow, seller: Business, where: Market, listings: Mapping[tuple[str, UUID], Listing], on: date, language: str | None
) -> MarketOffer:
    rows = []
    for variant in row.variants:
        listing = listings.get((where.code, variant.id))
        if variant.is_retired and listing is None:
            continue
        rows.append(
            Offer(
                listing.pk if listing else None,
                handle(Kind.LISTING, seller.pk, listing.pk) if listing else "",
                variant.id,
                variant.sku,
                variant.name,
                listing.state if listing else "",
                listing.state_reason if listing else "",
                listing.price if listing else None,
                listing.is_price_by_hand if listing else False,
                variant.price,
            )
        )
    states = [offer.state for offer in rows]
    state = next((each for each in ("live", "proposed", "refused", "paused", "draft") if each in states), "")
    reason = next((offer.reason for offer in rows if offer.state == state and offer.reason), "")
    return MarketOffer(where, best_text(where.names, spoken(language)), state, reason, rows, needs(row, seller, where, on))


@across_sellers
def featured(where: Market, language: str | None, *, first: int = 0, most: int = 12) -> list[Card]:
    """What the curator put forward."""
    return _cards(where, language, _pick("pick_featured", market=where.code, first=first, most=most))


@across_sellers
def newest(
    where: Market, language: str | None, *, category: str | None = None, seller: UUID | None = None, first: int = 0, most: int = 24
) -> list[Card]:
    """What is on sale, newest first; of one category with its parts, or of one seller. One more than shown tells whether more follows."""
    return _cards(
        where,
        language,
        _pick(
            "pick_newest",
            market=where.code,
            categories=catalogue.with_parts(category),
            seller=seller,
            first=first,
            most=most,
            listings=(first + most) * MOST_VARIANTS,
        ),
    )


@across_sellers
def of_seller(where: Market, language: str | None, business_id: UUID, *, first: int = 0, most: int = 24) -> list[Card]:
    """What one business has on sale, newest first."""
    listings = (first + most) * MOST_VARIANTS
    return _cards(
        where, language, _pick("pick_of_seller", business_id=business_id, market=where.code, first=first, most=most, listings=listings)
    )


@across_sellers
def search(where: Market, q: str, language: str | None, *, category: str | None = None, first: int = 0, most: int = 24) -> list[Card]:
    """Goods on sale whose words match in any of the three languages, best first. Nothing asked finds nothing."""
    stems, exact = words.asked(q)
    if not exact:
        return []
    return _cards(
        where,
        language,
        _pick(
            "pick_search", market=where.code, stems=stems, exact=exact, categories=catalogue.with_parts(category), first=first, most=most
        ),
    )


@across_sellers
def cards(where: Market, language: str | None, picked: Sequence[tuple[UUID, UUID]]) -> list[Card]:
    """Cards of products by (business id, product id), in the order given; what is no longer on sale is left out."""
    return _cards(where, language, picked)


@across_sellers
def categories_on_sale(where: Market, language: str | None) -> list[tuple[str, str, int, int]]:
    """(code, name, depth, products) of the categories with something to buy, parents with the sum of their parts."""
    # Counting reads every live listing; a minute's delay in a menu hurts nobody.
    counted: Any = cache.get_or_set(
        f"markets.categories_on_sale.{where.code}", lambda: dict(_pick("categories_on_sale", market=where.code)), CATEGORIES_KEPT_SECONDS
    )
    tree = catalogue.categories(language)
    totals: dict[str, int] = {}
    parent = ""
    for code, _name, depth in tree:
        parent = code if depth == 0 else parent
        totals[code] = totals.get(code, 0) + counted.get(code, 0)
        if depth:
            totals[parent] = totals.get(parent, 0) + counted.get(code, 0)
    return [(code, name, depth, totals[code]) for code, name, depth in tree if totals.get(code)]


def product_page(where: Market, business_id: UUID, product_id: UUID, language: str | None) -> ProductPage | None:
    """One product as the market's buyers see it; None when nothing of it is on sale there."""
    seller = Business.objects.select_related("area").filter(id=business_id, state=Business.State.VERIFIED).first()
    listings = list(
        Listing.objects.filter(
            business_id=business_id, market=where, state=Listing.State.LIVE, variant__product_id=product_id, variant__product__state="ready"
        )
    )
    if seller is None or not listings:
        return None
    row = catalogue.product(business_id, product_id, language)
    pieces = dict(
        Pool.objects.filter(
            business_id=business_id,
            variant_id__in=[each.variant_id for each in listings],
            country=DISPATCH,
            campaign_id=None,
            outlet__is_dispatch=True,
        )
        .values_list("variant_id")
        .annotate(Sum("available"))
        .order_by()
    )
    by_variant = {each.variant_id: each for each in listings}
    return ProductPage(
        row,
        seller,
        where,
        [
            ListingRow(
                by_variant[variant.id].pk,
                handle(Kind.LISTING, business_id, by_variant[variant.id].pk),
                variant.id,
                variant.sku,
                variant.name,
                by_variant[variant.id].price,
                pieces.get(variant.id, 0),
                variant.gross_grams,
            )
            for variant in row.variants
            if variant.id in by_variant
        ],
    )


def listing(business_id: UUID, listing_id: UUID) -> Listing | None:
    """One listing with variant, product and market."""
    return Listing.objects.select_related("variant__product", "market").filter(business_id=business_id, id=listing_id).first()


def is_featured(business_id: UUID, product_id: UUID, market_code: str) -> bool:
    return Listing.objects.filter(
        business_id=business_id, variant__product_id=product_id, market_id=market_code, featured_at__isnull=False
    ).exists()


@across_sellers
def queue(where: Market, state: str, *, first: int = 0, most: int = 25) -> list[tuple[UUID, UUID, datetime | None, datetime | None]]:
    """(business id, product id, proposed at, featured at) in one state in a curated market, for the officer."""
    return [tuple(row) for row in _pick("queue", market=where.code, state=state, first=first, most=most)]


@across_sellers
def waiting(where: Market) -> int:
    """How many variants wait for the curator."""
    return Listing.objects.filter(market=where, state=Listing.State.PROPOSED).count()


def _pick(name: str, **facts: Any) -> list[tuple[Any, ...]]:
    return rows(statement("saudagar.markets", name), facts)


def _cards(where: Market, language: str | None, picked: Sequence[tuple[UUID, UUID]]) -> list[Card]:
    if not picked:
        return []
    rows = _pick(
        "cards",
        business_ids=[row[0] for row in picked],
        product_ids=[row[1] for row in picked],
        market=where.code,
        language=spoken(language),
        dispatch=DISPATCH,
    )
    return [
        Card(
            business_id,
            product_id,
            handle(Kind.PRODUCT, business_id, product_id),
            handle(Kind.LISTING, business_id, listing_id),
            listing_id,
            title,
            price,
            where.currency,
            variants,
            available,
            address(digest, 600),
            address(digest, 240),
            seller,
            area,
            is_featured,
            category,
        )
        for business_id, product_id, title, listing_id, price, variants, available, digest, seller, area, is_featured, category in rows
    ]
