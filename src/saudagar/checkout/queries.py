"""Reads for pricing. The door runs them in its own async connections, pages through Django's: both share the SQL and the parsing."""

import json
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from saudagar.checkout.rules.pricing import DISPATCH, HOME_CURRENCY, LAW_DAY, Basket, CampaignHours, ListingRow, MarketFacts, Offer
from saudagar.foundation.refusals import spoken
from saudagar.foundation.sealing import blind_index
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.markets.rules import NoSuchMarket

Read = tuple[str, dict[str, Any]]  # statement, parameters

OFFER_COLUMNS = 7  # the last ones of quote_lines.sql; empty where no campaign runs

_hours = msgspec.json.Decoder(tuple[CampaignHours, ...]).decode


def market_read(code: str, at: datetime) -> Read:
    return statement("saudagar.checkout", "market_facts"), {"market": code[:12], "home": HOME_CURRENCY, "at": at}


def market_facts(code: str, rows: Sequence[tuple[Any, ...]]) -> MarketFacts:
    """What `market_read` found. Raises NoSuchMarket; a market without an exchange rate is closed until it has one."""
    if not rows:
        raise NoSuchMarket("market", market=code[:20])
    name, countries, currency, methods, services, mode, pay_minutes, rate_id, rate, is_inverse, campaigns = rows[0]
    if currency != HOME_CURRENCY and rate is None:
        raise NoSuchMarket("market", market=code[:20])
    exact = None if rate is None else Fraction(rate) if not is_inverse else 1 / Fraction(rate)
    return MarketFacts(
        code=name,
        countries=json.loads(countries),
        currency=currency,
        methods=json.loads(methods),
        services=json.loads(services),
        mode=mode,
        pay_minutes=pay_minutes,
        rate=exact,
        rate_id=str(rate_id or ""),
        campaigns=_hours(campaigns),
    )


def lines_read(basket: Basket, moment: datetime) -> Read:
    """moment: when the price shall hold; for an early quote the start of its campaign."""
    return statement("saudagar.checkout", "quote_lines"), {
        "business_ids": [line[0] for line in basket.lines],
        "listing_ids": [line[1] for line in basket.lines],
        "pieces": [line[2] for line in basket.lines],
        "market": basket.market,
        "language": spoken(basket.language),
        "dispatch": DISPATCH,
        "moment": moment,
    }


def listing_rows(rows: Sequence[tuple[Any, ...]]) -> list[ListingRow]:
    return [_listing_row(row) for row in rows]


def _listing_row(row: Sequence[Any]) -> ListingRow:
    offer = Offer(*row[-OFFER_COLUMNS:]) if row[-OFFER_COLUMNS] else None
    facts = (*row[:-OFFER_COLUMNS], offer)
    return ListingRow(*facts)


def year_read(scheme: str, identity: str, at: datetime) -> Read:
    """What a buyer, known by an identity number, imported under a scheme in the year of a moment."""
    year = at.astimezone(LAW_DAY).year
    return statement("saudagar.checkout", "buyer_year"), {"buyer": blind_index(scheme, identity), "scheme": scheme, "year": year}


def placed_read(home: UUID, quote_id: UUID) -> Read:
    return statement("saudagar.checkout", "was_placed"), {"business_id": home, "quote_id": quote_id}


@across_sellers
def run(read: Read) -> list[tuple[Any, ...]]:
    """A read through Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute(*read)
        return list(cursor.fetchall())
