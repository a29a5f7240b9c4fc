"""Writes: what sellers tell of their supply, views counted, readiness worked out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from saudagar.catalogue.models import Product
from saudagar.catalogue.rules.product import UnknownProduct
from saudagar.foundation.ids import BadHandle, Kind, handle, new_id, parse_handle
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.markets.actions import law_day

from . import queries
from .models import Readiness as Kept
from .models import Supply
from .queries import Medians, Told
from .rules.readiness import MOST_STEPS, Readiness, readiness, steps, together

CHUNK = 500  # businesses


@transaction.atomic
def tell_supply(business_id: UUID, product_id: UUID, *, pieces_per_month: int | None, grade: str, at: datetime) -> None:
    """The seller says how much they can make, and how the trade sorts it. Raises UnknownProduct. Readiness is worked out anew."""
    if not Product.objects.filter(business_id=business_id, id=product_id).exists():
        raise UnknownProduct()
    Supply.objects.update_or_create(
        business_id=business_id,
        product_id=product_id,
        defaults={"pieces_per_month": pieces_per_month, "grade": grade, "told_at": at},
    )
    work_out(business_id, at=at)


@transaction.atomic
def work_out(business_id: UUID, *, at: datetime) -> None:
    """One business, now."""
    _work_out([business_id], queries.medians(queries.hs_codes(business_id)), at=at)


@across_sellers
def work_out_all(*, at: datetime, chunk: int = CHUNK) -> int:
    """Every verified business, a transaction for each chunk. Safe to run again. Returns how many."""
    medians, last, done = queries.medians(), None, 0
    while found := queries.businesses_after(last, chunk):
        with transaction.atomic():
            _work_out(found, medians, at=at)
        last, done = found[-1], done + len(found)
    return done


def _work_out(business_ids: Sequence[UUID], medians: Medians, *, at: datetime) -> None:
    on = law_day(at)
    told = queries.facts_of(business_ids, medians, at=at, on=on)
    # Who has nothing ready any more has no readiness.
    Kept.objects.filter(business_id__in=[each for each in business_ids if each not in told]).delete()
    kept: list[tuple[UUID, UUID | None, Readiness, list[dict[str, Any]]]] = []
    for business_id, rows in told.items():
        worked = [(row, readiness(row.facts)) for row in rows]
        products = [(row, found, _steps(business_id, row)) for row, found in worked]
        kept += [(business_id, row.product_id, found, done[:MOST_STEPS]) for row, found, done in products]
        kept.append((business_id, None, together([(found, row.weight) for row, found in worked]), _best(products)))
    _keep(kept, on)


def _steps(business_id: UUID, row: Told) -> list[dict[str, Any]]:
    return [
        {
            "code": step.code,
            "gain": step.gain,
            "confidence": step.confidence,
            "sure": round(step.sure, 3),
            "product": handle(Kind.PRODUCT, business_id, row.product_id),
            **step.facts,
        }
        for step in steps(row.facts, most=2 * MOST_STEPS)
    ]


def _best(products: Sequence[tuple[Told, Readiness, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """Steps that raise the business most: a step of one product counts by its share, the same step of several together."""
    whole = sum(row.weight for row, _, _ in products)
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for row, _found, done in products:
        for step in done:
            # One paper may serve many products, and telling is one errand; pieces, prices and campaigns are each product's own.
            key = (step["code"], step.get("paper") or ("" if step["code"].startswith("tell_") else step["product"]))
            share = row.weight / whole
            known = merged.setdefault(key, {**step, "gain": 0.0, "confidence": 0.0, "sure": 0.0, "products": 0})
            known["gain"] += step["gain"] * share
            known["confidence"] += step["confidence"] * share
            known["sure"] += step["sure"] * share
            known["products"] += 1
    best = sorted(merged.values(), key=lambda step: (-step["sure"], step["code"], step["product"]))[:MOST_STEPS]
    return [{**step, "gain": round(step["gain"], 1), "confidence": round(step["confidence"], 1)} for step in best]


def _keep(rows: Sequence[tuple[UUID, UUID | None, Readiness, list[dict[str, Any]]]], on: date) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.programme", "keep"),
            {
                "business_ids": [row[0] for row in rows],
                "ids": [new_id() for _ in rows],
                "product_ids": [row[1] for row in rows],
                "scores": [round(row[2].score * 10) for row in rows],
                "confidences": [round(row[2].confidence * 10) for row in rows],
                "parts": [json.dumps(_parts(row[2])) for row in rows],
                "steps": [json.dumps(row[3]) for row in rows],
                "day": on,
            },
        )


def _parts(found: Readiness) -> dict[str, list[int | None]]:
    return {part.name: [_thousandths(part.value), _thousandths(part.belief)] for part in found.parts}


def _thousandths(value: float | None) -> int | None:
    return None if value is None else round(value * 1000)


@across_sellers
def count_views(seen: Mapping[tuple[str, str], int], *, on: date) -> int:
    """Adds what was counted: (market, handle of a product) → times. Handles that are none are passed over. Returns how many rows."""
    rows: dict[tuple[UUID, UUID, str], int] = {}
    for (market, text), times in seen.items():
        try:
            business_id, product_id = parse_handle(text, Kind.PRODUCT)
        except BadHandle:
            continue
        key = (business_id, product_id, market[:12])
        rows[key] = rows.get(key, 0) + times
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.programme", "count_views"),
            {
                "business_ids": [key[0] for key in rows],
                "product_ids": [key[1] for key in rows],
                "ids": [new_id() for _ in rows],
                "markets": [key[2] for key in rows],
                "views": list(rows.values()),
                "day": on,
            },
        )
        return cursor.rowcount
