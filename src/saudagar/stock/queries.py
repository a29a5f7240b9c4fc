"""Reads of one business's shelves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from saudagar.catalogue.models import ProductText
from saudagar.catalogue.rules.product import best_text
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import spoken
from saudagar.registry.models import Outlet

from .models import Movement, Pool
from .rules import UnknownPool

FEW = 5  # pieces: "nearly sold out"


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One shelf, ready to show."""

    id: UUID
    handle: str
    product: str  # handle
    title: str
    variant_id: UUID
    variant: str
    sku: str
    outlet_id: UUID
    outlet: str
    country: str
    available: int
    is_allotment: bool

    @property
    def state(self) -> str:
        return "out_of_stock" if not self.available else "low_stock" if self.available <= FEW else "in_stock"


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One change of a shelf, ready to show."""

    pieces: int
    reason: str
    note: str
    by_user: UUID | None
    moved_at: datetime
    title: str
    variant: str
    sku: str
    outlet: str
    is_allotment: bool


def pool(business_id: UUID, pool_id: UUID, language: str | None = "id") -> PoolRow:
    """One shelf. Raises UnknownPool."""
    rows = _rows(business_id, Pool.objects.filter(business_id=business_id, id=pool_id), language)
    if not rows:
        raise UnknownPool()
    return rows[0]


def pools(
    business_id: UUID,
    language: str | None = "id",
    *,
    product_id: UUID | None = None,
    only: str = "",
    q: str = "",
    first: int = 0,
    most: int = 50,
) -> tuple[list[PoolRow], int]:
    """Shelves of a business, emptiest first, and how many there are. only: "" all, "low" few or none left."""
    found = Pool.objects.filter(business_id=business_id).exclude(variant__product__state="archived")
    if product_id:
        found = found.filter(variant__product_id=product_id)
    if only == "low":
        found = found.filter(available__lte=FEW)
    if q:
        texts = ProductText.objects.filter(business_id=business_id, title__icontains=q).values("product_id")
        found = found.filter(variant__product_id__in=texts) | found.filter(variant__sku__icontains=q)
    return _rows(business_id, found.order_by("available", "id")[first : first + most], language), found.count()


def history(business_id: UUID, language: str | None = "id", *, product_id: UUID | None = None, most: int = 50) -> list[MovementRow]:
    """The latest changes, newest first; orders are not among them."""
    found = Movement.objects.filter(business_id=business_id)
    if product_id:
        found = found.filter(pool__variant__product_id=product_id)
    rows = list(found.select_related("pool__variant", "pool__outlet").order_by("-moved_at", "-id")[:most])
    titles = _titles(business_id, [row.pool.variant.product_id for row in rows], language)
    return [
        MovementRow(
            row.pieces,
            row.reason,
            row.note,
            row.by_user,
            row.moved_at,
            titles.get(row.pool.variant.product_id, ""),
            best_text(row.pool.variant.names, spoken(language)),
            row.pool.variant.sku,
            row.pool.outlet.name,
            row.pool.campaign_id is not None,
        )
        for row in rows
    ]


def on_shelf(business_id: UUID, variant_id: UUID, country: str) -> int:
    """Pieces on the fullest ordinary shelf of a variant that sends parcels from a country: what can be set aside at once."""
    return Pool.objects.filter(**_sending(business_id, variant_id, country)).aggregate(most=Max("available"))["most"] or 0


def fullest_shelf(business_id: UUID, variant_id: UUID, country: str, *, outlet_id: UUID | None = None) -> Pool | None:
    """That shelf; of one outlet where it is named."""
    found = Pool.objects.filter(**_sending(business_id, variant_id, country))
    if outlet_id:
        found = found.filter(outlet_id=outlet_id)
    return found.order_by("-available", "id").first()


def _sending(business_id: UUID, variant_id: UUID, country: str) -> dict[str, Any]:
    return {"business_id": business_id, "variant_id": variant_id, "country": country, "campaign_id": None, "outlet__is_dispatch": True}


def outlets(business_id: UUID) -> list[tuple[UUID, str, str]]:
    """(id, name, country) of the places of a business, those that send parcels first."""
    return [(each.pk, each.name, each.country) for each in Outlet.objects.filter(business_id=business_id).order_by("-is_dispatch", "id")]


def _titles(business_id: UUID, product_ids: Sequence[UUID], language: str | None) -> dict[UUID, str]:
    found: dict[UUID, dict[str, str]] = {}
    texts = ProductText.objects.filter(business_id=business_id, product_id__in=set(product_ids))
    for product_id, spoken_language, title in texts.values_list("product_id", "language", "title"):
        found.setdefault(product_id, {})[spoken_language] = title
    return {product_id: best_text(titles, spoken(language)) for product_id, titles in found.items()}


def _rows(business_id: UUID, found: QuerySet[Pool], language: str | None) -> list[PoolRow]:
    every = list(found.select_related("variant", "outlet"))
    titles: Mapping[UUID, str] = _titles(business_id, [each.variant.product_id for each in every], language)
    return [
        PoolRow(
            each.pk,
            handle(Kind.POOL, business_id, each.pk),
            handle(Kind.PRODUCT, business_id, each.variant.product_id),
            titles.get(each.variant.product_id, ""),
            each.variant_id,
            best_text(each.variant.names, spoken(language)),
            each.variant.sku,
            each.outlet_id,
            each.outlet.name,
            each.country,
            each.available,
            each.campaign_id is not None,
        )
        for each in every
    ]
