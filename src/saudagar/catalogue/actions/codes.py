"""The HS code of a product: chosen by its seller, decided by an officer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from saudagar.audit.actions import note
from saudagar.catalogue import events
from saudagar.catalogue.actions.common import ProductFacts, changed, the_product
from saudagar.catalogue.models import HsChoice, Product, ProductText
from saudagar.catalogue.rules.product import (
    LANGUAGES,
    HsReasonNeeded,
)
from saudagar.foundation.refusals import Refusal
from saudagar.rulebook import queries as rulebook
from saudagar.rulebook.actions import learn_hs
from saudagar.rulebook.rules.hs_matching import TITLE_MOST

NO_CORRECTION = {"was": "", "reason": "", "proposed": "", "answer": ""}  # of an HS choice


def hs_held(product: Product) -> HsChoice | None:
    """An officer's word that put the product's code right, while it has that code."""
    if product._state.adding:
        return None
    found = HsChoice.objects.filter(business_id=product.business_id, product_id=product.pk, hs=product.hs_code)
    return found.exclude(reason="").first()


def answer_hs(held: HsChoice, facts: ProductFacts, *, by: UUID | None, at: datetime) -> None:
    """What the seller would rather have than the officer's code waits for an officer. The officer's own code: no answer any more."""
    wanted = "" if facts.hs_code == held.hs else facts.hs_code
    if (wanted, facts.hs_answer) == (held.proposed, held.answer):
        return
    held.proposed, held.answer, held.chosen_by = wanted, facts.hs_answer if wanted else "", by
    held.chosen_at = at
    held.save(update_fields=["proposed", "answer", "chosen_by", "chosen_at"])
    told = {"hs": held.hs, "proposed": wanted}
    note("catalogue.hs_answered", by=by, at=at, business_id=held.business_id, subject=held.product_id, facts=told)


def choose_hs(product: Product, titles: Mapping[str, str], *, by: UUID | None, at: datetime) -> HsChoice | None:
    """Keep who chose the code, unless it is the one that was chosen before."""
    found = HsChoice.objects.filter(business_id=product.business_id, product_id=product.pk)
    if not product.hs_code:
        found.delete()
        return None
    known = found.first()
    if known is not None and known.hs == product.hs_code:
        return known
    suggested = suggested_hs(titles)
    told = {"hs": product.hs_code, "suggested": suggested, "differs": bool(suggested) and not product.hs_code.startswith(suggested)}
    choice, _ = HsChoice.objects.update_or_create(
        business_id=product.business_id,
        product_id=product.pk,
        defaults={**told, "chosen_by": by, "chosen_at": at, "confirmed_by": None, "confirmed_at": None, **NO_CORRECTION},
    )
    note("catalogue.hs_chosen", by=by, at=at, business_id=product.business_id, subject=product.pk, facts=told)
    return choice


def suggested_hs(titles: Mapping[str, str]) -> str:
    """The likeliest subheading for a product's titles, the Indonesian first; empty when nothing is known."""
    for language in LANGUAGES:
        try:
            found = rulebook.hs_suggestions(titles.get(language, "")[:TITLE_MOST], limit=1)
        except Refusal:
            continue
        if found:
            return found[0].hs
    return ""


@transaction.atomic
def decide_hs(business_id: UUID, product_id: UUID, hs: str, *, reason: str = "", by: UUID, at: datetime) -> None:
    """An officer confirms a product's HS code, or puts it right with a reason; or answers a seller who would rather have another one.

    The seller is told of what is not as they had it or asked for it. The matcher learns the code for titles like these.
    Raises UnknownProduct, HsReasonNeeded.
    """
    product = the_product(business_id, product_id)
    was, held = product.hs_code, hs_held(product)
    asked = held.proposed if held else ""
    titles = dict(ProductText.objects.filter(business_id=business_id, product_id=product_id).values_list("language", "title"))
    decided = was if was[:6] == hs else hs
    is_right, is_theirs = decided == was, decided == (asked or was)
    if not is_theirs and not reason.strip():
        raise HsReasonNeeded("reason")
    product.hs_code = decided
    product.save(update_fields=["hs_code", "updated_at"])
    choose_hs(product, titles, by=by, at=at)
    correction = dict(NO_CORRECTION)
    if not is_theirs:
        correction |= {"was": asked or was, "reason": reason.strip()[:500]}
    elif held is not None and not asked:  # said once more
        correction |= {"was": held.was, "reason": held.reason}
    HsChoice.objects.filter(business_id=business_id, product_id=product_id).update(confirmed_by=by, confirmed_at=at, **correction)
    action = "catalogue.hs_confirmed" if is_right else "catalogue.hs_corrected"
    facts = {"hs": decided, "was": was, **({} if is_theirs else {"reason": reason.strip()[:500]})}
    note(action, by=by, at=at, business_id=business_id, subject=product_id, facts=facts)
    learn_hs([titles[language] for language in LANGUAGES if language in titles], decided[:6], by=by, at=at)
    if asked or not is_right:
        events.hs_decided(business_id, product_id, hs=decided, was=was, asked=asked, reason=reason.strip()[:500], at=at)
    changed(business_id, product_id)
