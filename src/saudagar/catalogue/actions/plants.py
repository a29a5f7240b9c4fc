"""Where a product is made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from saudagar.audit.actions import note
from saudagar.catalogue import events, queries
from saudagar.catalogue.actions.common import JAKARTA, the_product
from saudagar.catalogue.models import ProductPlant
from saudagar.catalogue.rules.certificates import (
    MOST_PLANTS_OF_PRODUCT,
    PlantPapersLost,
    TooManyPlantsOfProduct,
)
from saudagar.registry.models import Plant
from saudagar.registry.rules.plants import UnknownPlant
from saudagar.rulebook import queries as rulebook


def plant_changed(business_id: UUID, plant_id: UUID) -> None:
    """What is made in a plant is judged anew."""
    for each in queries.products_of_plant(business_id, plant_id):
        events.product_changed(business_id, each)


@transaction.atomic
def name_plants(
    business_id: UUID, product_id: UUID, plant_ids: Collection[UUID], *, by: UUID | None, at: datetime, is_meant: bool = False
) -> None:
    """The seller says where a product is made, grown and packed; nothing: wherever. Its listings are judged anew.

    Papers of plants that count for it now and would not be there any more are named first, unless it is said to be meant.
    Raises UnknownProduct, UnknownPlant, TooManyPlantsOfProduct, PlantPapersLost.
    """
    the_product(business_id, product_id)
    wanted = set(plant_ids)
    if len(wanted) > MOST_PLANTS_OF_PRODUCT:
        raise TooManyPlantsOfProduct("plants", most=MOST_PLANTS_OF_PRODUCT)
    names = dict(Plant.objects.filter(business_id=business_id, id__in=wanted).values_list("id", "name"))
    if len(names) != len(wanted):
        raise UnknownPlant("plants")
    on = at.astimezone(JAKARTA).date()
    before = _plant_papers_in_force(business_id, product_id, on)
    if not set_plants(business_id, product_id, wanted):
        return
    lost = before - _plant_papers_in_force(business_id, product_id, on)
    if lost and not is_meant:
        known = rulebook.current_rulebook().papers
        raise PlantPapersLost("is_meant", papers=sorted(lost), names=[known[kind].names for kind in sorted(lost)])
    note(
        "catalogue.plants_named",
        by=by,
        at=at,
        business_id=business_id,
        subject=product_id,
        facts={"plants": ", ".join(sorted(names.values()))},
    )
    events.product_changed(business_id, product_id)


def set_plants(business_id: UUID, product_id: UUID, wanted: set[UUID]) -> bool:
    """Whether anything changed."""
    named = ProductPlant.objects.filter(business_id=business_id, product_id=product_id)
    there = set(named.values_list("plant_id", flat=True))
    named.exclude(plant_id__in=wanted).delete()
    for plant_id in sorted(wanted - there):
        ProductPlant.objects.create(business_id=business_id, product_id=product_id, plant_id=plant_id)
    return wanted != there


def _plant_papers_in_force(business_id: UUID, product_id: UUID, on: date) -> set[str]:
    held = queries.papers_in_force(queries.product(business_id, product_id), on)
    return {kind for kind, until in held.items() if until is None or on <= until} & queries.plant_papers()
