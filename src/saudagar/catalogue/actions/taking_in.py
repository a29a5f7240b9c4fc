"""A list of products, taken in a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from saudagar.catalogue import events, queries
from saudagar.catalogue.actions.codes import hs_held
from saudagar.catalogue.actions.common import reindex
from saudagar.catalogue.actions.plants import set_plants
from saudagar.catalogue.models import Certificate, Product, ProductText, Variant
from saudagar.catalogue.rules.digestion import ProductRows
from saudagar.catalogue.rules.product import (
    category_for,
    gross_from_net,
)
from saudagar.registry.queries import plant_names

CHUNK = 200


@dataclass(slots=True)
class TakenIn:
    """What became of an imported list."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    pieces: dict[UUID, int] = field(default_factory=dict)  # variant id -> counted stock, where the list told one


def take_in(business_id: UUID, products: Sequence[ProductRows], *, progress: Callable[[int, int], None] | None = None) -> TakenIn:
    """Import a digested list. Known SKUs are changed where the list tells something new, others are made as drafts.

    Nothing is deleted and no empty cell empties anything, so a list may be imported again at any time. One transaction per chunk:
    a list that breaks off in the middle is imported again from the start.
    """
    result = TakenIn()
    words, plants = queries.category_words(), plant_names(business_id)
    for start in range(0, len(products), CHUNK):
        _take_in_chunk(business_id, products[start : start + CHUNK], words, plants, result)
        if progress:
            progress(min(start + CHUNK, len(products)), len(products))
    return result


@transaction.atomic
def _take_in_chunk(
    business_id: UUID, products: Sequence[ProductRows], words: Mapping[str, Iterable[str]], plants: Mapping[str, UUID], result: TakenIn
) -> None:
    skus = [variant.sku for product in products for variant in product.variants]
    known = {each.sku: each for each in Variant.objects.select_for_update().filter(business_id=business_id, sku__in=skus)}
    touched: set[UUID] = set()
    for rows in products:
        first = next((known[each.sku] for each in rows.variants if each.sku in known), None)
        product_id, is_new, is_changed = _take_in_product(business_id, rows, words, plants, None if first is None else first.product_id)
        for position, row in enumerate(rows.variants):
            variant = known.get(row.sku)
            if variant is None:
                variant = Variant(business_id=business_id, product_id=product_id, sku=row.sku, position=position)
            told = {
                "gtin": row.gtin,
                "price": row.price,
                "names": {**variant.names, "id": row.name} if row.name else None,
                "net_grams": row.net_weight_grams or (row.weight_grams if not variant.net_grams else None),
                "gross_grams": row.weight_grams or (gross_from_net(row.net_weight_grams or 0) if not variant.gross_grams else None),
                "length_mm": row.length_mm,
                "width_mm": row.width_mm,
                "height_mm": row.height_mm,
            }
            fresh = {name: value for name, value in told.items() if value and getattr(variant, name) != value}
            for name, value in fresh.items():
                setattr(variant, name, value)
            if fresh or variant._state.adding:
                is_changed = True
                variant.save()
            if row.pieces is not None:
                result.pieces[variant.pk] = row.pieces
        if is_new:
            result.created += 1
        elif is_changed:
            result.changed += 1
        else:
            result.unchanged += 1
        if is_new or is_changed:
            touched.add(product_id)
    reindex(business_id, touched)
    for product_id in touched:
        events.product_changed(business_id, product_id)


def _take_in_product(
    business_id: UUID, rows: ProductRows, words: Mapping[str, Iterable[str]], plants: Mapping[str, UUID], product_id: UUID | None
) -> tuple[UUID, bool, bool]:
    """The product's own facts. Returns its id, whether it was made, whether anything changed."""
    told = {"category_id": category_for(rows.category, words), "hs_code": rows.hs_code}
    if product_id is None:
        product = Product(business_id=business_id, origin=rows.origin)
    else:
        product = Product.objects.get(business_id=business_id, id=product_id)
    if told["hs_code"] and told["hs_code"] != product.hs_code and hs_held(product) is not None:
        told["hs_code"] = ""  # the old list still has the code that an officer put right
    fresh = {name: value for name, value in told.items() if value and getattr(product, name) != value}
    for name, value in fresh.items():
        setattr(product, name, value)
    is_new = product._state.adding
    if fresh or is_new:
        product.save()
    is_changed = bool(fresh)
    texts = {} if is_new else {each.language: each for each in ProductText.objects.filter(business_id=business_id, product_id=product.pk)}
    for language, title in rows.titles.items():
        description = rows.descriptions.get(language, "")
        text = texts.get(language) or ProductText(business_id=business_id, product=product, language=language)
        if text.title != title or (description and text.description != description):
            text.title, text.description = title, description or text.description
            text.save()
            is_changed = True
    for kind, number in rows.certificates:
        papers = Certificate.objects.filter(business_id=business_id, product_id=product.pk, kind=kind)
        if not papers.exclude(state=Certificate.State.REFUSED).exists() and not papers.filter(number=number).exists():
            papers.delete()  # refused under another number: the list brings a new one
            Certificate.objects.create(business_id=business_id, product_id=product.pk, kind=kind, number=number)
            is_changed = True
    wanted = {plants[name.casefold()] for name in rows.plants if name.casefold() in plants}
    if wanted and set_plants(business_id, product.pk, wanted):
        is_changed = True
    return product.pk, is_new, is_changed
