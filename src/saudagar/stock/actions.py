"""Pieces come, go and are counted. Every change but an order's is told by a movement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from saudagar.catalogue import actions as catalogue
from saudagar.catalogue.actions import TakenIn
from saudagar.catalogue.models import Variant
from saudagar.catalogue.rules.digestion import ProductRows
from saudagar.foundation.ids import new_id
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.registry.models import Outlet

from . import queries, rules
from .models import Movement, Pool
from .rules import Ask, OutOfStock, SameShelf, SetAside, UnknownPool


@transaction.atomic
def receive_many(
    business_id: UUID, outlet_id: UUID, pieces_of: Mapping[UUID, int], *, by: UUID | None, at: datetime, note: str = ""
) -> dict[UUID, int]:
    """Goods come in at one outlet: variant id -> pieces. Shelves are made as needed. Returns pool id -> available."""
    pieces = {variant_id: rules.checked_pieces(each) for variant_id, each in sorted(pieces_of.items()) if each}
    if not pieces:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.stock", "receive"),
            {
                "business_id": business_id,
                "outlet_id": outlet_id,
                "variant_ids": list(pieces),
                "pieces": list(pieces.values()),
                "pool_ids": [new_id() for _ in pieces],
                "movement_ids": [new_id() for _ in pieces],
                "note": note[:200],
                "by_user": by,
                "at": at,
            },
        )
        shelved = dict(cursor.fetchall())
    if len(shelved) != len(pieces):
        raise UnknownPool()
    return shelved


def receive(
    business_id: UUID, variant_id: UUID, outlet_id: UUID, *, pieces: int, by: UUID | None, at: datetime, note: str = ""
) -> tuple[UUID, int]:
    """Goods of one variant come in. Returns the pool's id and what is available now."""
    rules.checked_pieces(pieces)
    ((pool_id, available),) = receive_many(business_id, outlet_id, {variant_id: pieces}, by=by, at=at, note=note).items()
    return pool_id, available


@transaction.atomic
def correct_count(business_id: UUID, pool_id: UUID, *, pieces: int, by: UUID | None, at: datetime, note: str = "") -> int:
    """Put right what was counted free for sale on the shelf. Returns the difference; none is not told."""
    rules.checked_pieces(pieces, least=0)
    pool = _ordinary(_locked(business_id, pool_id))
    difference = pieces - pool.available
    if difference:
        Pool.objects.filter(business_id=business_id, id=pool_id).update(available=pieces)
        _tell(pool, difference, Movement.Reason.COUNT, by=by, at=at, note=note)
    return difference


@transaction.atomic
def give_back(business_id: UUID, pool_id: UUID, *, pieces: int, by: UUID | None, at: datetime, note: str = "") -> int:
    """Pieces a buyer sent back are whole again and lie on the shelf. Returns what is available now."""
    rules.checked_pieces(pieces)
    pool = _locked(business_id, pool_id)
    Pool.objects.filter(business_id=business_id, id=pool_id).update(available=pool.available + pieces)
    _tell(pool, pieces, Movement.Reason.RETURN, by=by, at=at, note=note)
    return pool.available + pieces


@transaction.atomic
def write_off(business_id: UUID, pool_id: UUID, *, pieces: int, by: UUID | None, at: datetime, note: str = "") -> int:
    """Pieces broke, spoiled or were lost. Returns what is available now."""
    rules.checked_pieces(pieces)
    pool = _locked(business_id, pool_id)
    if pieces > pool.available:
        raise OutOfStock(sku=pool.variant.sku, left=pool.available)
    Pool.objects.filter(business_id=business_id, id=pool_id).update(available=pool.available - pieces)
    _tell(pool, -pieces, Movement.Reason.DAMAGE, by=by, at=at, note=note)
    return pool.available - pieces


@transaction.atomic
def transfer(
    business_id: UUID, pool_id: UUID, *, to_outlet_id: UUID, pieces: int, by: UUID | None, at: datetime, note: str = ""
) -> tuple[UUID, UUID]:
    """Pieces move to another outlet of the same business. Returns the two pools' ids."""
    rules.checked_pieces(pieces)
    source = Pool.objects.filter(business_id=business_id, id=pool_id).first()
    if source is None:
        raise UnknownPool()
    _ordinary(source)
    if source.outlet_id == to_outlet_id:
        raise SameShelf()
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.stock", "shelf"),
            {"business_id": business_id, "variant_id": source.variant_id, "outlet_id": to_outlet_id, "pool_id": new_id()},
        )
        row = cursor.fetchone()
    if row is None:
        raise UnknownPool()
    target_id = row[0]
    # Both locked in id order: two transfers the opposite way cannot wait for each other.
    held = {
        pool.pk: pool
        for pool in Pool.objects.select_for_update().filter(business_id=business_id, id__in=[pool_id, target_id]).order_by("id")
    }
    source, target = held[pool_id], held[target_id]
    if pieces > source.available:
        raise OutOfStock(sku=source.variant.sku, left=source.available)
    Pool.objects.filter(business_id=business_id, id=pool_id).update(available=source.available - pieces)
    Pool.objects.filter(business_id=business_id, id=target_id).update(available=target.available + pieces)
    _tell(source, -pieces, Movement.Reason.TRANSFER, by=by, at=at, note=note)
    _tell(target, pieces, Movement.Reason.TRANSFER, by=by, at=at, note=note)
    return pool_id, target_id


@transaction.atomic
def set_aside(
    business_id: UUID, variant_id: UUID, *, campaign_id: UUID, country: str, pieces: int, by: UUID | None, at: datetime, note: str = ""
) -> UUID:
    """Pieces of a variant move from the fullest ordinary shelf that sends parcels into an allotment at the same outlet, until that
    holds so many. Returns its id. Raises OutOfStock when no single shelf has enough: nothing was moved."""
    rules.checked_pieces(pieces)
    before = Pool.objects.filter(business_id=business_id, variant_id=variant_id, campaign_id=campaign_id).order_by("id").first()
    source = queries.fullest_shelf(business_id, variant_id, country, outlet_id=before.outlet_id if before else None)
    if source is None:
        raise OutOfStock(sku=Variant.objects.get(business_id=business_id, id=variant_id).sku, left=0)
    if before is None:
        made = Pool(business_id=business_id, variant_id=variant_id, outlet_id=source.outlet_id, country=country, campaign_id=campaign_id)
        Pool.objects.bulk_create([made], ignore_conflicts=True)
        before = Pool.objects.get(business_id=business_id, variant_id=variant_id, outlet_id=source.outlet_id, campaign_id=campaign_id)
    held = {
        pool.pk: pool
        for pool in Pool.objects.select_for_update(of=("self",))
        .select_related("variant")
        .filter(business_id=business_id, id__in=[source.pk, before.pk])
        .order_by("id")
    }
    shelf, allotment = held[source.pk], held[before.pk]
    missing = pieces - allotment.available
    if missing > shelf.available:
        raise OutOfStock(sku=shelf.variant.sku, left=shelf.available + allotment.available)
    if missing:
        Pool.objects.filter(business_id=business_id, id=shelf.pk).update(available=shelf.available - missing)
        Pool.objects.filter(business_id=business_id, id=allotment.pk).update(available=pieces)
        _tell(shelf, -missing, Movement.Reason.CAMPAIGN, by=by, at=at, note=note)
        _tell(allotment, missing, Movement.Reason.CAMPAIGN, by=by, at=at, note=note)
    return allotment.pk


@across_sellers
def return_allotments(pools: Sequence[tuple[UUID, UUID]], *, at: datetime) -> int:
    """What is left in allotments, by (business id, pool id), goes back to the ordinary shelf of the same outlet, for all at once.
    Returns how many pieces; an empty one returns none, so it is safe to run again."""
    if not pools:
        return 0
    asked: dict[str, Any] = {"business_ids": [pool[0] for pool in pools], "pool_ids": [pool[1] for pool in pools], "at": at}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement("saudagar.stock", "hold_allotments"), asked)
        cursor.execute(statement("saudagar.stock", "return_allotments"), asked)
        return int(cursor.fetchone()[0])


@transaction.atomic
def take(business_id: UUID, asks: Sequence[Ask]) -> dict[UUID, bool]:
    """Take pieces of one seller's pools for many lines, in the order given. Returns line id -> taken, whole or not at all.

    No movement: what was taken is told by the lines it was taken for. The intake of orders has a statement of its own.
    """
    asked: dict[str, Any] = {
        "business_id": business_id,
        "line_ids": [ask.line_id for ask in asks],
        "pool_ids": [ask.pool_id for ask in asks],
        "pieces": [rules.checked_pieces(ask.pieces) for ask in asks],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("saudagar.stock", "hold"), asked)
        cursor.execute(statement("saudagar.stock", "take"), asked)
        return dict(cursor.fetchall())


@transaction.atomic
def release(business_id: UUID, lines: Sequence[tuple[UUID, int]]) -> dict[UUID, int]:
    """Give back what lines had taken: (pool id, pieces), a pool may come several times. Returns pool id -> available now."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.stock", "release"),
            {
                "business_id": business_id,
                "pool_ids": [pool_id for pool_id, _ in lines],
                "pieces": [rules.checked_pieces(pieces) for _, pieces in lines],
            },
        )
        return dict(cursor.fetchall())


def _locked(business_id: UUID, pool_id: UUID) -> Pool:
    pool = Pool.objects.select_for_update(of=("self",)).select_related("variant").filter(business_id=business_id, id=pool_id).first()
    if pool is None:
        raise UnknownPool()
    return pool


def _ordinary(pool: Pool) -> Pool:
    if pool.campaign_id is not None:
        raise SetAside()
    return pool


def _tell(pool: Pool, pieces: int, reason: str, *, by: UUID | None, at: datetime, note: str) -> None:
    Movement.objects.create(
        business_id=pool.business_id, pool_id=pool.pk, pieces=pieces, reason=reason, note=note[:200], by_user=by, moved_at=at
    )


@transaction.atomic
def count_many(business_id: UUID, outlet_id: UUID, pieces_of: Mapping[UUID, int], *, by: UUID | None, at: datetime, note: str = "") -> int:
    """Put right the count of many variants at one outlet: variant id -> pieces free for sale. Returns how many shelves changed."""
    outlet = Outlet.objects.filter(business_id=business_id, id=outlet_id).first()
    if outlet is None:
        raise UnknownPool()
    held = {
        pool.variant_id: pool
        for pool in Pool.objects.select_for_update()
        .filter(business_id=business_id, outlet_id=outlet_id, campaign_id=None, variant_id__in=list(pieces_of))
        .order_by("id")
    }
    missing = {variant_id: pieces for variant_id, pieces in pieces_of.items() if variant_id not in held and pieces}
    receive_many(business_id, outlet_id, missing, by=by, at=at, note=note)
    moved, movements = [], []
    for variant_id, pool in held.items():
        difference = rules.checked_pieces(pieces_of[variant_id], least=0) - pool.available
        if difference:
            pool.available += difference
            moved.append(pool)
            movements.append(
                Movement(
                    business_id=business_id,
                    pool_id=pool.pk,
                    pieces=difference,
                    reason=Movement.Reason.COUNT,
                    note=note[:200],
                    by_user=by,
                    moved_at=at,
                )
            )
    Pool.objects.filter(business_id=business_id).bulk_update(moved, ["available"], batch_size=500)
    Movement.objects.bulk_create(movements, batch_size=500)
    return len(moved) + len(missing)


def take_in_products(
    business_id: UUID,
    products: Sequence[ProductRows],
    *,
    by: UUID | None,
    at: datetime,
    note: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> TakenIn:
    """Import a digested product list: the goods into the catalogue, the counts it tells to the first outlet that sends parcels."""
    taken = catalogue.take_in(business_id, products, progress=progress)
    if taken.pieces:
        outlet = Outlet.objects.filter(business_id=business_id).order_by("-is_dispatch", "id").first()
        if outlet:
            count_many(business_id, outlet.pk, taken.pieces, by=by, at=at, note=note)
    return taken
