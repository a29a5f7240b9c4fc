"""Sellers with stock, to place orders with: for benchmarks and fault runs, in a database of their own."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.db import connection

from saudagar.foundation.clock import now
from saudagar.foundation.ids import EPOCH_TICKS, Kind, handle, new_business_id
from saudagar.foundation.models import Area
from saudagar.foundation.sql import statement
from saudagar.site.bench.filling import checked_at_once

PRICE = 10_700_000  # Rp107,000
TABLES = (
    "registry_business", "registry_outlet", "catalogue_product", "catalogue_producttext", "catalogue_variant", "stock_pool",
    "stock_movement", "markets_listing",
)  # fmt: skip


class Command(BaseCommand):
    help = "Makes sellers with stock for benchmarks and fault runs; prints their listings as JSON. Not for a database that is used."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("businesses", "listings", "pieces"):
            parser.add_argument(name, type=int)

    def handle(self, *, businesses: int, listings: int, pieces: int, **_: Any) -> None:
        made = stage(businesses, listings, pieces)
        with connection.cursor() as cursor:
            # What autovacuum would do in the middle of a measurement.
            cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")
        self.stdout.write(json.dumps(made))


def stage(businesses: int, listings: int, pieces: int) -> list[dict[str, str]]:
    """Each business sells `listings` coffees in the market `id`, with `pieces` of each on the shelf. 100,000 listings take some 10 s."""
    area, _ = Area.objects.get_or_create(code="11.04", defaults={"name": "Aceh Tengah", "level": Area.Level.REGENCY})
    at = now()
    with connection.cursor() as cursor, checked_at_once(cursor, TABLES):
        cursor.execute(
            statement("saudagar.site.bench", "stage"),
            {
                "businesses": [new_business_id() for _ in range(businesses)],
                "listings": listings,
                "pieces": pieces,
                "area": area.code,
                "price": PRICE,
                "moment": at,
                "tick": int(at.timestamp() * 100) - EPOCH_TICKS,
            },
        )
        rows = cursor.fetchall()
    return [
        {"listing": handle(Kind.LISTING, business_id, thing_id), "business": str(business_id), "pool": str(thing_id)}
        for business_id, thing_id in rows
    ]
