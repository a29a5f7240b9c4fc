"""What can be bought of a product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from saudagar.catalogue.actions.common import changed, the_product
from saudagar.catalogue.models import ProductText, Variant
from saudagar.catalogue.rules.identifiers import made_sku
from saudagar.catalogue.rules.product import (
    MOST_VARIANTS,
    SkuTaken,
    TooManyVariants,
    UnknownProduct,
    gross_from_net,
)
from saudagar.foundation.ids import new_id


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """What a seller tells of one variant. Price in IDR minor units."""

    price: int
    sku: str = ""
    gtin: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    net_grams: int = 0
    gross_grams: int = 0
    size_mm: tuple[int, int, int] = (0, 0, 0)


@transaction.atomic
def save_variant(business_id: UUID, product_id: UUID, facts: VariantFacts, *, variant_id: UUID | None = None) -> UUID:
    """Make a variant, or change one. Without a SKU it gets one. Raises SkuTaken, UnknownProduct. Returns its id."""
    product = the_product(business_id, product_id)
    variants = Variant.objects.filter(business_id=business_id, product_id=product_id)
    if variant_id is None:
        if variants.count() >= MOST_VARIANTS:
            raise TooManyVariants(most=MOST_VARIANTS)
        variant = Variant(business_id=business_id, product=product, position=variants.count())
    else:
        found = variants.filter(id=variant_id).first()
        if found is None:
            raise UnknownProduct()
        variant = found
    variant.sku = facts.sku or variant.sku or _fresh_sku(business_id, product_id, variant.pk)
    if Variant.objects.filter(business_id=business_id, sku=variant.sku).exclude(id=variant.pk).exists():
        raise SkuTaken(sku=variant.sku)
    variant.gtin, variant.names, variant.price = facts.gtin, dict(facts.names), facts.price
    variant.net_grams = facts.net_grams
    variant.gross_grams = facts.gross_grams or gross_from_net(facts.net_grams)
    variant.length_mm, variant.width_mm, variant.height_mm = facts.size_mm
    variant.save()
    changed(business_id, product_id)
    return variant.pk


@transaction.atomic
def retire_variant(business_id: UUID, product_id: UUID, variant_id: UUID, *, is_retired: bool = True) -> None:
    """No longer offer a variant, or offer it again. It stays, because orders and stock name it."""
    if not Variant.objects.filter(business_id=business_id, product_id=product_id, id=variant_id).update(is_retired=is_retired):
        raise UnknownProduct()
    changed(business_id, product_id)


def _fresh_sku(business_id: UUID, product_id: UUID, variant_id: UUID) -> str:
    titles = dict(ProductText.objects.filter(business_id=business_id, product_id=product_id).values_list("language", "title"))
    return made_sku(titles.get("id") or next(iter(titles.values()), ""), f"{variant_id or new_id()}")
