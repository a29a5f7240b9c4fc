"""What buyers see, as rows ready to show."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import connection
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from saudagar.catalogue.queries import plant_papers
from saudagar.catalogue.rules.product import best_text
from saudagar.checkout.rules.pricing import DISPATCH, Priced
from saudagar.foundation.ids import BadHandle, Kind, handle, parse_business, parse_handle
from saudagar.foundation.models import Area
from saudagar.foundation.refusals import spoken
from saudagar.foundation.remembered import remembered
from saudagar.foundation.sql import rows, statement
from saudagar.foundation.walls import across_sellers
from saudagar.look.templatetags.look import country
from saudagar.markets import queries as listings
from saudagar.markets.models import Market
from saudagar.media.rules import address
from saudagar.registry.models import Business
from saudagar.rulebook import rules as trade
from saudagar.rulebook.queries import current_rulebook
from saudagar.storefront.paths import path
from saudagar.storefront.rules import CHINA, FIRST_REGION, china_name

PAGE = 24
# Papers that tell a buyer at home nothing.
ONLY_ABROAD = frozenset({"gacc", "gacc_nest", "zh_label", "phytosanitary", "animal_health", "positive_list"})


@dataclass(frozen=True, slots=True)
class Tile:
    """One product in a list."""

    business_id: UUID
    product_id: UUID
    url: str
    title: str
    seller: str
    place: str
    price: int
    currency: str
    is_from: bool  # several kinds: this is the cheapest
    is_available: bool
    small: str
    medium: str
    ordinary: int = 0  # what it costs outside the campaign it is in now; 0 where it is in none


@dataclass(frozen=True, slots=True)
class Seller:
    """Who makes it."""

    business_id: UUID
    name: str
    place: str
    about: str
    url: str
    emblem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind of a product, on sale in this market."""

    handle: str
    variant_id: UUID
    sku: str
    gtin: str
    name: str
    price: int
    currency: str
    available: int
    url: str
    ordinary: int = 0  # as of a tile

    @property
    def left_words(self) -> str:
        return _("%(n)s left") % {"n": self.available}


@dataclass(frozen=True, slots=True)
class Picture:
    """Addresses of one picture, 240, 600 and 1,200 wide."""

    small: str
    medium: str
    large: str


@dataclass(frozen=True, slots=True)
class Product:
    id: UUID
    handle: str
    title: str
    description: str
    category: str
    category_name: str
    category_url: str
    brand: str
    seller: Seller
    pictures: Sequence[Picture]
    choices: Sequence[Choice]
    facts: Sequence[tuple[str, str]]
    markets: Sequence[str]  # codes of open ones where it is sold
    changes_at: datetime | None  # when a campaign next begins or ends for it

    def choice(self, variant: str) -> Choice:
        """The one asked for; else the first that can be had."""
        by_sku = next((each for each in self.choices if each.sku == variant), None)
        return by_sku or next((each for each in self.choices if each.available), self.choices[0])


# Opened and closed by officers, asked for on every page.
market_of = remembered(5)(listings.market)
open_markets = remembered(5)(listings.open_markets)


def market_name(market: Market, language: str | None) -> str:
    return best_text(market.names, spoken(language))


def featured(market: Market, language: str | None, *, most: int = 8) -> list[Tile]:
    """What the curator put forward."""
    return _tiles(market, listings.featured(market, language, most=most))


def newest(market: Market, language: str | None, *, category: str = "", first: int = 0, most: int = PAGE) -> list[Tile]:
    return _tiles(market, listings.newest(market, language, category=category or None, first=first, most=most))


def of_seller(market: Market, language: str | None, business_id: UUID, *, first: int = 0, most: int = PAGE) -> list[Tile]:
    """Goods of one business, newest first."""
    return _tiles(market, listings.of_seller(market, language, business_id, first=first, most=most))


def search(market: Market, q: str, language: str | None, *, category: str = "", first: int = 0, most: int = PAGE) -> list[Tile]:
    return _tiles(market, listings.search(market, q, language, category=category or None, first=first, most=most))


def _tiles(market: Market, cards: Sequence[listings.Card]) -> list[Tile]:
    return [
        Tile(
            business_id=card.business_id,
            product_id=card.product_id,
            url=path("product", market.code, card.handle),
            title=card.title,
            seller=card.seller,
            place=card.area.removeprefix("Kabupaten ").removeprefix("Kota "),
            price=card.price,
            currency=card.currency,
            is_from=card.variants > 1,
            is_available=card.available > 0,
            small=card.photo_small,
            medium=card.photo,
        )
        for card in cards
    ]


def provinces_of(areas: Sequence[str]) -> dict[str, str]:
    """Province code -> name, for the areas given."""
    codes = {area[:2] for area in areas if area}
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def product(market: Market, text: str, language: str | None, *, at: datetime) -> Product:
    """One product as this market sells it, in one statement. Raises BadHandle for a wrong address and for what is not sold here."""
    business_id, product_id = parse_handle(text, Kind.PRODUCT)
    facts = {
        "business_id": business_id,
        "product_id": product_id,
        "market": market.code,
        "dispatch": DISPATCH,
        "moment": at,
        "of_plants": list(plant_papers()),
    }
    found = rows(statement("saudagar.storefront", "product"), facts)
    if not found:
        raise BadHandle(handle=text[:40])
    category, category_names, hs_code, origin, brand, *of_seller, texts, variants, papers, digests, codes, changes_at = found[0]
    words = spoken(language)
    own = handle(Kind.PRODUCT, business_id, product_id)
    here = path("product", market.code, own)
    choices = [
        Choice(
            handle=handle(Kind.LISTING, business_id, UUID(listing)),
            variant_id=UUID(variant),
            sku=sku,
            gtin=gtin,
            name=best_text(names, words),
            price=price,
            currency=market.currency,
            available=available,
            url=f"{here}?v={quote(sku)}",
        )
        for variant, sku, gtin, names, _net, _is_retired, listing, price, available in variants
        if listing
    ]
    offered = [(sku, net) for _id, sku, _gtin, _names, net, is_retired, *_listing in variants if not is_retired]
    return Product(
        id=product_id,
        handle=own,
        title=best_text({code: pair[0] for code, pair in (texts or {}).items()}, words),
        description=best_text({code: pair[1] for code, pair in (texts or {}).items()}, words),
        category=category or "",
        category_name=best_text(category_names, words) if category else "",
        category_url=f"{path('search', market.code)}?category={category}" if category else "",
        brand=brand,
        seller=_seller(market, business_id, *of_seller, words=words),
        pictures=[Picture(address(digest, 240), address(digest, 600), address(digest, 1200)) for digest in digests],
        choices=choices,
        facts=_facts(market, origin, brand, hs_code, offered[0] if offered else ("", 0), papers or {}, words),
        markets=codes,
        changes_at=changes_at,
    )


def seller(market: Market, row: Business, language: str | None) -> Seller:
    """A business, with its area."""
    province = provinces_of([row.area_id or ""]).get((row.area_id or "")[:2], "")
    town = row.area.name if row.area else ""
    return _seller(market, row.id, row.name, row.about, row.emblem, town, province, words=spoken(language))


def _seller(
    market: Market, business_id: UUID, name: str, about: Mapping[str, str], emblem: str, town: str, province: str, *, words: str
) -> Seller:
    return Seller(
        business_id=business_id,
        name=name,
        place=", ".join(dict.fromkeys(part for part in (town, province) if part)),
        about=best_text(about, words) if about else "",
        url=path("maker", market.code, handle(Kind.BUSINESS, business_id)),
        emblem=address(emblem, 240),
    )


def maker(market: Market, text: str, language: str | None) -> Seller:
    """A verified business by its handle. Raises BadHandle."""
    row = Business.objects.filter(id=parse_business(text), state=Business.State.VERIFIED).select_related("area").first()
    if row is None:
        raise BadHandle(handle=text[:40])
    return seller(market, row, language)


def _facts(
    market: Market, origin: str, brand: str, hs_code: str, first: tuple[str, int], numbers: Mapping[str, str], words: str
) -> list[tuple[str, str]]:
    """What there is to know besides. `first`: SKU and net grams of the first kind; `numbers`: of papers, by their kind."""
    known = current_rulebook().papers
    papers = [
        (known[kind].names[words], number)
        for kind, number in numbers.items()
        if kind in known and (market.country != "ID" or kind not in ONLY_ABROAD)
    ]
    sku, net_grams = first
    found = [
        (_("Origin"), country(origin)),
        (_("Brand"), brand),
        (_("Net weight"), f"{net_grams} g" if net_grams else ""),
        (_("HS code"), f"{hs_code[:4]}.{hs_code[4:]}" if hs_code else ""),
        *papers,
        (_("SKU"), sku),
    ]
    return [(name, value) for name, value in found if value]


# Where it goes


def regions(market: Market, language: str | None) -> Sequence[tuple[str, str]]:
    """Provinces of the market's country, by code; where it serves many, its countries as far as the rules know them."""
    if market.is_of_many:
        return _countries(tuple(market.countries), spoken(language))
    return _regions(market.country, spoken(language))


@remembered(60)
def _countries(codes: tuple[str, ...], words: str) -> Sequence[tuple[str, str]]:
    found = []
    for code in codes:
        there = current_rulebook().destinations.get(code)
        if there is None:
            continue
        name = there.names[words]
        if there.regions:
            found += [(f"{code}-{region}", f"{name}: {names[words]}") for region, names in there.regions.items()]
        else:
            found.append((code, name))
    return sorted(found, key=lambda each: each[1])


def first_region(market: Market) -> str:
    """Where a price is worked out for until the buyer says otherwise."""
    if not market.is_of_many:
        return FIRST_REGION.get(market.country, "")
    known = dict(_countries(tuple(market.countries), "en"))
    return market.country if market.country in known else next(iter(known), market.country)


@remembered(60)
def _regions(country: str, words: str) -> Sequence[tuple[str, str]]:
    if country == "CN":
        return [(code, china_name(code, words)) for code in CHINA]
    return list(Area.objects.filter(level=Area.Level.PROVINCE).values_list("code", "name"))


def regencies() -> list[tuple[str, list[tuple[str, str]]]]:
    """Regencies and cities of Indonesia under their provinces, as a select shows them."""
    provinces = dict(Area.objects.filter(level=Area.Level.PROVINCE).values_list("code", "name"))
    groups: dict[str, list[tuple[str, str]]] = {code: [] for code in provinces}
    for code, name in Area.objects.filter(level=Area.Level.REGENCY).values_list("code", "name"):
        groups[code[:2]].append((code, name))
    return [(provinces[code], sorted(parts, key=lambda part: part[1])) for code, parts in groups.items() if parts]


@remembered(60)
def region_options(countries: tuple[str, ...], words: str, chosen: str) -> SafeString:
    """What stands in the select of provinces, or of countries."""
    known = _regions(countries[0], words) if len(countries) == 1 else _countries(countries, words)
    options = ((code, mark_safe(" selected") if code == chosen else "", name) for code, name in known)
    return format_html_join("", '<option value="{}"{}>{}</option>', options)


def region_name(market: Market, code: str, language: str | None) -> str:
    if market.is_of_many:
        return dict(_countries(tuple(market.countries), spoken(language))).get(code, "")
    if market.country == "CN":
        return china_name(code, spoken(language))
    return _area_name(code[:20])


@remembered(60)
def _area_name(code: str) -> str:
    return Area.objects.filter(code=code).values_list("name", flat=True).first() or ""


def identity_asked(market: Market, country: str, on: date) -> str:
    """The kind of identity number that customs of a country asks of the buyer; "" for none, and where no rules are known."""
    rulebook = current_rulebook()
    if country not in rulebook.destinations:
        return ""
    return trade.identity_asked(trade.asked_of_buyer(rulebook, country, on, mode=market.mode, dispatch=DISPATCH))


# What it costs

# How sure the rulebook is of a detail, in letters of its own: "Customs Law (rounding per line: G)".
DOUBT = re.compile(r" \([^()]*: [VGU]\)$")


@dataclass(frozen=True, slots=True)
class PricedPart:
    kind: str
    label: str
    amount: int
    source: str
    is_contained: bool
    rule: str = ""
    is_at_door: bool = False


@dataclass(frozen=True, slots=True)
class PricedLine:
    handle: str
    title: str
    quantity: int
    unit_price: int
    total: int
    ordinary: int  # what it costs outside the campaign it is in; 0 where it is in none


@dataclass(frozen=True, slots=True)
class ShippingChoice:
    code: str
    name: str
    price: int
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class PricedSeller:
    seller: str
    lines: Sequence[PricedLine]
    parts: Sequence[PricedPart]
    service: str
    days_min: int
    days_max: int
    goods: int
    total: int
    options: Sequence[ShippingChoice]


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """A quote in words, or why there is none."""

    currency: str
    place: str
    total: int = 0
    orders: Sequence[PricedSeller] = ()
    notices: Sequence[str] = ()
    refusal: str = ""
    identity: str = ""  # kind of identity number that customs there asks of the buyer
    terms: str = "DDP"
    due_at_door: int = 0  # under DAP, an estimate: not in the total
    at_border: int = 0  # what the terms decide about; 0 where nothing is collected there, or the market leaves no choice
    not_before: datetime | None = None  # the start of the campaign it was priced ahead of

    @property
    def goods(self) -> int:
        return sum(order.goods for order in self.orders)

    @property
    def extra(self) -> int:
        """What comes on top of the goods."""
        return self.total - self.goods

    @property
    def paid_in_all(self) -> int:
        """With the order and at the door."""
        return self.total + self.due_at_door

    @property
    def parts(self) -> Sequence[PricedPart]:
        return self.orders[0].parts if self.orders else ()

    @property
    def service(self) -> str:
        return self.orders[0].service if self.orders else ""

    @property
    def days_min(self) -> int:
        return self.orders[0].days_min if self.orders else 0

    @property
    def days_max(self) -> int:
        return self.orders[0].days_max if self.orders else 0


def shown_price(priced: Priced, place: str, language: str | None) -> PricedBasket:
    """A priced basket in the reader's language."""
    words = spoken(language)
    orders = [
        PricedSeller(
            seller=order.business_name,
            lines=[
                PricedLine(
                    handle(Kind.LISTING, order.quoted.business_id, line.listing_id),
                    line.title,
                    line.quantity,
                    line.unit_price,
                    line.total,
                    ask.row.price * ask.quantity if ask.offer else 0,
                )
                for line, ask in zip(order.quoted.lines, order.asked, strict=True)
            ],
            parts=[
                PricedPart(part.kind, part.label, part.amount, DOUBT.sub("", part.source), part.is_contained, part.rule, part.is_at_door)
                for part in order.parts
            ],
            service=order.chosen.names[words],
            days_min=order.chosen.days_min,
            days_max=order.chosen.days_max,
            goods=order.quoted.goods,
            total=order.quoted.total,
            options=[
                ShippingChoice(each.code, each.names[words], each.price_minor, each.days_min, each.days_max) for each in order.options
            ],
        )
        for order in priced.orders
    ]
    return PricedBasket(
        currency=priced.quote.currency,
        place=place,
        total=priced.quote.total,
        orders=orders,
        notices=[notice[words] for notice in priced.notices],
        identity=priced.quote.identity,
        terms=priced.terms,
        due_at_door=priced.due_at_door,
        at_border=priced.at_border if len(priced.offered) > 1 else 0,
        not_before=priced.quote.not_before,
    )


# Baskets


@dataclass(frozen=True, slots=True)
class BasketLine:
    handle: str
    business_id: UUID
    listing_id: UUID
    seller: str
    title: str
    url: str
    picture: str
    price: int
    quantity: int
    available: int
    product_id: UUID
    ordinary: int = 0  # as of a tile

    @property
    def total(self) -> int:
        return self.price * self.quantity

    @property
    def fewer(self) -> int:
        return self.quantity - 1

    @property
    def further(self) -> int:
        return self.quantity + 1

    @property
    def short(self) -> bool:
        return self.quantity > self.available

    @property
    def short_words(self) -> str:
        return _("%(n)s left") % {"n": self.available}


@across_sellers
def basket_lines(market: Market, basket: Mapping[str, int], language: str | None) -> list[BasketLine]:
    """What the basket holds that can still be bought, in its order. Two statements."""
    wanted: dict[tuple[UUID, UUID], tuple[str, int]] = {}
    for text, quantity in basket.items():
        try:
            wanted[parse_handle(text, Kind.LISTING)] = (text, quantity)
        except BadHandle:
            continue
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.storefront", "basket"),
            {
                "business_ids": [key[0] for key in wanted],
                "listing_ids": [key[1] for key in wanted],
                "market": market.code,
                "language": spoken(language),
                "dispatch": DISPATCH,
            },
        )
        found: dict[tuple[UUID, UUID], Any] = {(row[0], row[1]): row for row in cursor.fetchall()}
    lines = []
    for key, (text, quantity) in wanted.items():
        row = found.get(key)
        if row is not None:
            url = path("product", market.code, handle(Kind.PRODUCT, row[0], row[2]))
            title = ", ".join(part for part in (row[3], row[4]) if part)
            lines.append(
                BasketLine(text, row[0], row[1], row[5], title, f"{url}?v={row[6]}", address(row[7], 240), row[8], quantity, row[9], row[2])
            )
    return lines
