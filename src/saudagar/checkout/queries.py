"""Reads for pricing. The door runs them in its own async connections, pages through Django's: both share the SQL and the parsing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Count

from saudagar.checkout.models import KeptQuote
from saudagar.checkout.rules.pricing import DISPATCH, HOME_CURRENCY, LAW_DAY, Basket, CampaignHours, ListingRow, MarketFacts, Offer
from saudagar.checkout.rules.refusals import NotSoldThere
from saudagar.foundation import packing
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import spoken
from saudagar.foundation.sealing import blind_index
from saudagar.foundation.sql import rows, statement
from saudagar.foundation.walls import across_sellers
from saudagar.markets import queries as listings
from saudagar.markets.rules import NoSuchMarket
from saudagar.rulebook.rules.counting import Used, periods_on

Read = tuple[str, dict[str, Any]]  # statement, parameters
Rows = list[ListingRow | None]  # one for each line of a basket

OFFER_COLUMNS = 7  # the last ones of quote_lines.sql; empty where no campaign runs


@dataclass(frozen=True, slots=True)
class Want:
    """A basket whose lines shall be read. holds_from: when the price shall hold; for an early quote the start of its campaign."""

    basket: Basket
    holds_from: datetime


_hours = msgspec.json.Decoder(tuple[CampaignHours, ...]).decode


def markets_read(at: datetime) -> Read:
    return statement("saudagar.checkout", "market_facts"), {"home": HOME_CURRENCY, "at": at}


def markets(rows: Sequence[tuple[Any, ...]]) -> Mapping[str, MarketFacts]:
    """The open markets by code, as `markets_read` found them; one without an exchange rate is closed until it has one."""
    found = [_market_facts(*row) for row in rows if row[2] == HOME_CURRENCY or row[8] is not None]
    return {facts.code: facts for facts in found}


def market(known: Mapping[str, MarketFacts], code: str) -> MarketFacts:
    """Raises NoSuchMarket."""
    facts = known.get(code)
    if facts is None:
        raise NoSuchMarket("market", market=code[:20])
    return facts


def check_sold_there(basket: Basket, market: MarketFacts, on: date) -> None:
    """In a market of many countries: whether each thing may be sold in the one it shall go to. Raises NotSoldThere."""
    if len(market.countries) < 2:
        return  # its listings were judged when they came on sale
    country = basket.destination.country
    for business_id, listing_id, _quantity in basket.lines:
        said = listings.verdict_there(business_id, listing_id, country, on)
        if said is not None and not said.is_allowed:
            raise NotSoldThere(
                "destination",
                words=[*(each.words for each in said.reasons), *(each.words for each in said.missing)],
                listing=handle(Kind.LISTING, business_id, listing_id),
                country=country,
                rules=[*(each.rule for each in said.reasons), *(each.rule for each in said.missing)],
                papers=[paper.key for each in said.missing for paper in each.papers],
            )


def _market_facts(
    code: str,
    countries: str,
    currency: str,
    methods: str,
    services: str,
    mode: str,
    pay_minutes: int,
    rate_id: int | None,
    rate: Decimal | None,
    is_inverse: bool,
    campaigns: str,
    rates: str,
    terms: str,
) -> MarketFacts:
    exact = None if rate is None else Fraction(rate) if not is_inverse else 1 / Fraction(rate)
    return MarketFacts(
        code=code,
        countries=json.loads(countries),
        currency=currency,
        methods=json.loads(methods),
        services=json.loads(services),
        mode=mode,
        pay_minutes=pay_minutes,
        rate=exact,
        rate_id=str(rate_id or ""),
        campaigns=_hours(campaigns),
        home_rates={HOME_CURRENCY: Fraction(1)}
        | {currency: Fraction(amount) if inverse else 1 / Fraction(amount) for currency, (amount, inverse) in json.loads(rates).items()},
        registrations=frozenset(settings.PLATFORM_REGISTRATIONS),
        terms=json.loads(terms),
    )


def lines_read(wants: Sequence[Want]) -> Read:
    """The lines of many baskets in one statement."""
    lines = [(line, want) for want in wants for line in want.basket.lines]
    return statement("saudagar.checkout", "quote_lines"), {
        "places": list(range(len(lines))),
        "business_ids": [line[0] for line, _ in lines],
        "listing_ids": [line[1] for line, _ in lines],
        "pieces": [line[2] for line, _ in lines],
        "markets": [want.basket.market for _, want in lines],
        "languages": [spoken(want.basket.language) for _, want in lines],
        "moments": [want.holds_from for _, want in lines],
        "dispatch": DISPATCH,
    }


def packed(read: Read) -> Read:
    """`lines_read` for a connection that was taught by `foundation.packing`."""
    sql, columns = read
    return sql, {
        "places": packing.int4s(columns["places"]),
        "business_ids": packing.uuids(columns["business_ids"]),
        "listing_ids": packing.uuids(columns["listing_ids"]),
        "pieces": packing.int4s(columns["pieces"]),
        "markets": packing.texts(columns["markets"]),
        "languages": packing.texts(columns["languages"]),
        "moments": packing.moments(columns["moments"]),
        "dispatch": columns["dispatch"],
    }


def listing_rows(rows: Sequence[tuple[Any, ...]], wants: Sequence[Want]) -> list[Rows]:
    """What `lines_read` found: for each basket its lines in their order, None where the listing is not for sale."""
    lines: list[ListingRow | None] = [None] * sum(len(want.basket.lines) for want in wants)
    for row in rows:
        facts = (*row[1:-OFFER_COLUMNS], Offer(*row[-OFFER_COLUMNS:]) if row[-OFFER_COLUMNS] else None)
        lines[row[0]] = ListingRow(*facts)
    found, begun = [], 0
    for want in wants:
        found.append(lines[begun : begun + len(want.basket.lines)])
        begun += len(want.basket.lines)
    return found


def used_read(mode: str, buyer_key: str, at: datetime) -> Read:
    """What a buyer used so far, under one way in, of the limits that count across orders. buyer_key: `requests.limit_key`."""
    periods = periods_on(at.astimezone(LAW_DAY).date())
    return statement("saudagar.checkout", "buyer_tallies"), {"buyer": blind_index(mode, buyer_key), "periods": periods}


def used(rows: Sequence[tuple[Any, ...]]) -> Used:
    """As `used_read` found it."""
    return {(tally, period): amount for tally, period, amount in rows}


def placed_read(home: UUID, quote_id: UUID) -> Read:
    return statement("saudagar.checkout", "was_placed"), {"business_id": home, "quote_id": quote_id}


@across_sellers
def kept_by_day() -> list[tuple[date, int]]:
    """Days of the law of which quotes are kept, the newest first, and how many."""
    return list(KeptQuote.objects.values_list("law_day").annotate(Count("id")).order_by("-law_day"))


@across_sellers
def run(read: Read) -> list[tuple[Any, ...]]:
    """A read through Django's connection."""
    return rows(*read)
