"""What all writes of products share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from saudagar.catalogue import events, queries
from saudagar.catalogue.models import Product, ProductText
from saudagar.catalogue.rules import search
from saudagar.catalogue.rules.product import (
    UnknownProduct,
)

JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What is told of a product.

    Papers: kind -> (number, valid until) as an official register has them; they count at once. None leaves those that are there.
    What a seller says of a paper comes by `submit_certificate` and waits for an officer.
    """

    titles: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    category: str | None = None
    hs_code: str = ""
    origin: str = "ID"
    brand: str = ""
    traits: Sequence[str] = ()
    papers: Mapping[str, tuple[str, date | None]] | None = None
    hs_answer: str = ""  # why another code than the officer's, where an officer put it right


def the_product(business_id: UUID, product_id: UUID) -> Product:
    found = Product.objects.select_for_update().filter(business_id=business_id, id=product_id).first()
    if found is None:
        raise UnknownProduct()
    return found


def changed(business_id: UUID, product_id: UUID) -> None:
    """After any change: search words anew, and no product stays ready that lacks something."""
    reindex(business_id, [product_id])
    row = queries.product(business_id, product_id)
    if row.state == Product.State.READY and row.blocking:
        Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.DRAFT)
    events.product_changed(business_id, product_id)


def reindex(business_id: UUID, product_ids: Iterable[UUID]) -> None:
    found = queries.reindex_keywords(business_id, list(product_ids))
    fresh = []
    for text_id, language, title, description, other, category in found:
        chinese = (title, description) if language == "zh-hans" else ()
        fresh.append(ProductText(business_id=business_id, id=text_id, keywords=search.keywords(other, category, *chinese)))
    if fresh:
        ProductText.objects.filter(business_id=business_id).bulk_update(fresh, ["keywords"], batch_size=500)
