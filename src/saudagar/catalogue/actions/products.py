"""What a product is: its facts, and whether it is ready, archived."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from saudagar.catalogue import events, queries
from saudagar.catalogue.actions.codes import answer_hs, choose_hs, hs_held
from saudagar.catalogue.actions.common import ProductFacts, changed, the_product
from saudagar.catalogue.models import Certificate, Product, ProductText
from saudagar.catalogue.rules.product import (
    LANGUAGES,
    ProductNotReady,
)


@transaction.atomic
def save_product(
    business_id: UUID, facts: ProductFacts, *, product_id: UUID | None = None, by: UUID | None = None, at: datetime | None = None
) -> UUID:
    """Make a product, or change one. A product that is ready and loses what it needs becomes a draft again. Returns its id.

    With `at` the HS code counts as chosen by that person, and what the platform suggests for the title is kept beside it.
    """
    product = Product(business_id=business_id) if product_id is None else the_product(business_id, product_id)
    product.category_id = facts.category or None
    held = hs_held(product) if at is not None else None
    # An officer's code stays until an officer looks again.
    product.hs_code = facts.hs_code if held is None else product.hs_code
    product.origin, product.brand, product.traits = facts.origin, facts.brand, list(facts.traits)
    product.save()
    for language in LANGUAGES:
        title = facts.titles.get(language, "").strip()
        rows = ProductText.objects.filter(business_id=business_id, product_id=product.pk, language=language)
        if not title:
            rows.delete()
        elif not rows.update(title=title, description=facts.descriptions.get(language, "").strip()):
            ProductText.objects.create(
                business_id=business_id,
                product=product,
                language=language,
                title=title,
                description=facts.descriptions.get(language, "").strip(),
            )
    if facts.papers is not None:
        Certificate.objects.filter(business_id=business_id, product_id=product.pk).exclude(kind__in=facts.papers).delete()
        for kind, (number, valid_until) in facts.papers.items():
            Certificate.objects.update_or_create(
                business_id=business_id,
                product_id=product.pk,
                kind=kind,
                state=Certificate.State.ACCEPTED,
                defaults={"number": number, "valid_until": valid_until, "warned_days": None},
            )
    if held is not None and at is not None:
        answer_hs(held, facts, by=by, at=at)
    elif at is not None:
        choose_hs(product, facts.titles, by=by, at=at)
    changed(business_id, product.pk)
    return product.pk


@transaction.atomic
def make_ready(business_id: UUID, product_id: UUID) -> None:
    """The product is whole and may be offered. Raises ProductNotReady."""
    the_product(business_id, product_id)
    blocking = queries.product(business_id, product_id).blocking
    if blocking:
        raise ProductNotReady(blocking)
    Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.READY)
    events.product_changed(business_id, product_id)


@transaction.atomic
def archive(business_id: UUID, product_id: UUID) -> None:
    """Put a product away. Its listings end when `markets` hears of it."""
    the_product(business_id, product_id)
    Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.ARCHIVED)
    events.product_changed(business_id, product_id)


@transaction.atomic
def restore(business_id: UUID, product_id: UUID) -> None:
    """Fetch an archived product back, as a draft."""
    the_product(business_id, product_id)
    Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.DRAFT)
