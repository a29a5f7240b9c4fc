"""Reads: how ready products and businesses are, as last worked out; for the seller, and for officers across sellers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from saudagar.catalogue.models import Certificate, Product, ProductPlant, ProductText
from saudagar.catalogue.queries import plant_papers
from saudagar.catalogue.rules.certificates import is_counted
from saudagar.catalogue.rules.product import best_text
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.models import Area
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.orders.rules import SEND_WITHIN
from saudagar.registry.models import Business, Identity
from saudagar.rulebook.queries import current_rulebook, rulebook_of
from saudagar.rulebook.rules.selling import NOT_ALLOWED, ProductFacts, may_sell

from .models import Readiness, Supply
from .rules.readiness import PARTS, Facts, measures

HOME = "ID"
Medians = Mapping[tuple[str, str], tuple[float, int]]  # (market, HS6) → median price per net kilogram, sellers


@dataclass(frozen=True, slots=True)
class Told:
    """Facts of one product, and how much it sells beside its sisters."""

    product_id: UUID
    facts: Facts
    weight: float


@dataclass(frozen=True, slots=True)
class ReadinessRow:
    """A product or a business with its score, ready to show."""

    product_id: UUID | None
    handle: str  # of the product, else of the business
    title: str
    day: date
    score: float
    confidence: float
    parts: Sequence[tuple[str, float | None]]  # name, 0 to 100
    steps: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """A business in the officer's list."""

    handle: str
    name: str
    province: str
    score: float
    confidence: float
    parts: Sequence[float | None]  # in the order of PARTS
    day: date
    first_step: Mapping[str, Any] | None


@across_sellers
def facts_of(business_ids: Sequence[UUID], medians: Medians, *, at: datetime, on: date) -> dict[UUID, list[Told]]:
    """What is known of every product that is ready, by business. Five statements, whatever the number."""
    facts: dict[str, Any] = {"business_ids": list(business_ids), "at": at, "within_seconds": int(SEND_WITHIN.total_seconds())}
    with connection.cursor() as cursor:
        cursor.execute(statement("saudagar.programme", "facts"), facts)
        found = cursor.fetchall()
    held = _Held(business_ids, on)
    told: dict[UUID, list[Told]] = {}
    for row in found:
        business_id, product_id, hs, origin, traits, capacity, grade, months, orders, late, late_days, defects = row[:12]
        buyers, repeat_buyers, views, campaigns, prices = row[12:]
        mine = held.of(business_id, product_id)
        asked, missing = asked_abroad(current_rulebook().version, hs, origin, tuple(sorted(traits)), mine, on) if hs else (0, ())
        told.setdefault(business_id, []).append(
            Told(
                product_id,
                Facts(
                    capacity=capacity,
                    grade=grade,
                    months=tuple(months),
                    orders=orders,
                    late=late,
                    late_days=late_days,
                    defects=defects,
                    papers_asked=asked,
                    missing=missing,
                    views=views,
                    buyers=buyers,
                    repeat_buyers=repeat_buyers,
                    campaigns=campaigns,
                    price_ratio=_ratio(prices or {}, hs, medians),
                ),
                1.0 + orders,
            )
        )
    return told


@lru_cache(maxsize=50_000)
def asked_abroad(
    release: str, hs: str, origin: str, traits: tuple[str, ...], papers: frozenset[str], on: date
) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """Requirements that block, over all destinations abroad where the goods may go at all: how many, and which papers are missing.

    Many products share goods and papers, so the answer is kept.
    """
    book = rulebook_of(release)
    unions = {member: union.code for union in book.unions.values() for member in union.members}
    asked: set[tuple[str, str]] = set()
    missing: dict[tuple[str, str], tuple[str, ...]] = {}
    for code in book.destinations:
        if code == HOME:
            continue
        try:
            bare = may_sell(book, ProductFacts(hs, origin, frozenset(traits)), code, on, dispatch=HOME)
            said = may_sell(book, ProductFacts(hs, origin, frozenset(traits), dict.fromkeys(papers)), code, on, dispatch=HOME)
        except Refusal:
            continue
        if said.status == NOT_ALLOWED:
            continue
        where = unions.get(code, code)  # a union asks once
        asked |= {(where, each.rule) for each in bare.missing}
        missing |= {(where, each.rule): tuple(paper.key for paper in each.papers) for each in said.missing}
    return len(asked), tuple(missing[key] for key in sorted(missing))


@across_sellers
def medians(hs_codes: Iterable[str] | None = None) -> dict[tuple[str, str], tuple[float, int]]:
    """What sellers ask for a net kilogram of the same goods in the same market; all of them, or of some HS6 codes. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement("saudagar.programme", "medians"), {"hs_codes": None if hs_codes is None else list(hs_codes)})
        return {(market, hs): (median, sellers) for market, hs, median, sellers in cursor.fetchall()}


def hs_codes(business_id: UUID) -> list[str]:
    """HS6 codes of what a business has ready."""
    found = Product.objects.filter(business_id=business_id, state=Product.State.READY).exclude(hs_code="").values_list("hs_code", flat=True)
    return sorted({code[:6] for code in found})


@across_sellers
def businesses_after(last: UUID | None, most: int) -> list[UUID]:
    """Verified businesses in the order of their ids, a chunk at a time."""
    found = Business.objects.filter(state=Business.State.VERIFIED)
    if last is not None:
        found = found.filter(id__gt=last)
    return list(found.order_by("id").values_list("id", flat=True)[:most])


def business_readiness(business_id: UUID) -> ReadinessRow | None:
    """The business as last worked out; None before the first time."""
    found = Readiness.objects.filter(business_id=business_id, product=None).first()
    return _row(found, handle(Kind.BUSINESS, business_id), "") if found else None


def product_readiness(business_id: UUID, language: str | None) -> list[ReadinessRow]:
    """Its products, the least ready first. Two statements."""
    found = list(Readiness.objects.filter(business_id=business_id, product__isnull=False, product__state=Product.State.READY))
    titles: dict[UUID, dict[str, str]] = {}
    texts = ProductText.objects.filter(business_id=business_id, product_id__in=[each.product_id for each in found])
    for product_id, spoken_language, title in texts.values_list("product_id", "language", "title"):
        titles.setdefault(product_id, {})[spoken_language] = title
    reads = spoken(language)
    rows = [
        _row(each, handle(Kind.PRODUCT, business_id, each.product_id), best_text(titles.get(each.product_id, {}), reads))
        for each in found
        if each.product_id is not None
    ]
    return sorted(rows, key=lambda row: (row.score, row.title))


def supply(business_id: UUID, product_id: UUID) -> Supply | None:
    """What the seller told of a product's supply."""
    return Supply.objects.filter(business_id=business_id, product_id=product_id).first()


SORTS = ("score", "-score", "confidence", *PARTS)


@across_sellers
def officer_list(
    *, province: str = "", category: Sequence[str] | None = None, sort: str = "-score", first: int = 0, most: int = 50
) -> list[OfficerRow]:
    """Businesses by readiness; with a category those that have something ready in it. Three statements."""
    found = Readiness.objects.filter(product=None)
    if province or category:
        chosen = Business.objects.all()
        if province:
            chosen = chosen.filter(area__code__startswith=province)
        if category:
            ready = Product.objects.filter(category_id__in=category, state=Product.State.READY)
            chosen = chosen.filter(id__in=ready.values("business_id"))
        found = found.filter(business_id__in=chosen.values("id"))
    order = {"score": "score_tenths", "-score": "-score_tenths", "confidence": "-confidence_tenths"}.get(sort, f"parts__{sort}__0")
    page = list(found.order_by(order, "id")[first : first + most])
    sellers = Business.objects.filter(id__in=[each.business_id for each in page])
    names = {business_id: (name, area_id) for business_id, name, area_id in sellers.values_list("id", "name", "area_id")}
    provinces = dict(Area.objects.filter(code__in={(area or "")[:2] for _, area in names.values()}).values_list("code", "name"))
    return [
        OfficerRow(
            handle(Kind.BUSINESS, each.business_id),
            names.get(each.business_id, ("–", None))[0],
            provinces.get((names.get(each.business_id, ("", None))[1] or "")[:2], ""),
            each.score_tenths / 10,
            each.confidence_tenths / 10,
            [_percent(each.parts.get(name)) for name in PARTS],
            each.day,
            each.steps[0] if each.steps else None,
        )
        for each in page
    ]


def _row(found: Readiness, name: str, title: str) -> ReadinessRow:
    return ReadinessRow(
        found.product_id,
        name,
        title,
        found.day,
        found.score_tenths / 10,
        found.confidence_tenths / 10,
        [(part, _percent(found.parts.get(part))) for part in PARTS],
        found.steps,
    )


def _percent(kept: Sequence[int | None] | None) -> float | None:
    return None if not kept or kept[0] is None else kept[0] / 10


class _Held:
    """Papers in force of many businesses, by product: its own, its plants', the business's, and what the state knows it by.
    Three statements."""

    def __init__(self, business_ids: Sequence[UUID], on: date) -> None:
        begun = Q(valid_from=None) | Q(valid_from__lte=on)
        not_over = Q(valid_until=None) | Q(valid_until__gte=on)
        accepted = Certificate.objects.filter(begun, not_over, business_id__in=list(business_ids), state=Certificate.State.ACCEPTED)
        self.kinds_of_plants = plant_papers()
        self.found: dict[tuple[UUID, UUID | None], set[str]] = {}  # (business, product or plant or None)
        for business_id, product_id, plant_id, kind in accepted.values_list("business_id", "product_id", "plant_id", "kind"):
            self.found.setdefault((business_id, product_id or plant_id), set()).add(kind)
        for business_id, kind in Identity.objects.filter(business_id__in=list(business_ids)).values_list("business_id", "kind"):
            self.found.setdefault((business_id, None), set()).add(kind)
        self.made_in: dict[tuple[UUID, UUID], dict[UUID, bool]] = {}
        named = ProductPlant.objects.filter(business_id__in=list(business_ids))
        for business_id, product_id, plant_id, is_active in named.values_list("business_id", "product_id", "plant_id", "plant__is_active"):
            self.made_in.setdefault((business_id, product_id), {})[plant_id] = is_active

    def of(self, business_id: UUID, product_id: UUID) -> frozenset[str]:
        """Kinds of papers that count for a product."""
        made_in = self.made_in.get((business_id, product_id), {})
        return frozenset(
            kind
            for plant, key in ((None, None), (None, product_id), *((plant, plant) for plant in made_in))
            for kind in self.found.get((business_id, key), ())
            if is_counted(is_of_plant=kind in self.kinds_of_plants, plant=plant, made_in=made_in)
        )


def _ratio(prices: Mapping[str, float], hs: str, medians: Medians) -> float | None:
    """Own price beside the median, in the market where it stands worst; None where too few others sell the same."""
    fewest = measures()["competitive"]["fewest_sellers"] + 1  # others, and the seller
    ratios = [
        price / medians[market, hs][0] for market, price in prices.items() if (market, hs) in medians and medians[market, hs][1] >= fewest
    ]
    return max(ratios, default=None)
