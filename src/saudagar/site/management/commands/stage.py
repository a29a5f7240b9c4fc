"""Sellers with stock, to place orders with: for benchmarks and fault runs, in a database of their own."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from saudagar.catalogue.models import Product, ProductText, Variant
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.models import Area
from saudagar.markets.models import Listing
from saudagar.registry.models import Business, Outlet
from saudagar.stock.models import Movement, Pool


class Command(BaseCommand):
    help = "Makes sellers with stock for benchmarks and fault runs; prints their listings as JSON. Not for a database that is used."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("businesses", "listings", "pieces"):
            parser.add_argument(name, type=int)

    def handle(self, *, businesses: int, listings: int, pieces: int, **_: Any) -> None:
        self.stdout.write(json.dumps(stage(businesses, listings, pieces)))


@transaction.atomic
def stage(businesses: int, listings: int, pieces: int) -> list[dict[str, str]]:
    """Each business sells `listings` coffees in the market `id`, with `pieces` of each on the shelf."""
    area, _ = Area.objects.get_or_create(code="11.04", defaults={"name": "Aceh Tengah", "level": Area.Level.REGENCY})
    made = []
    for number in range(businesses):
        business = Business.objects.create(name=f"Kopi Uji {number}", state=Business.State.VERIFIED)
        outlet = Outlet.objects.create(business_id=business.id, name="Gudang", kind=Outlet.OutletKind.WAREHOUSE, area=area)
        for place in range(listings):
            product = Product.objects.create(business_id=business.id, hs_code="090121", state="ready")
            ProductText.objects.create(business_id=business.id, product=product, language="id", title=f"Kopi Uji {place}")
            variant = Variant.objects.create(
                business_id=business.id, product=product, sku=f"UJI-{place}", price=10_700_000, net_grams=250, gross_grams=270
            )
            pool = Pool.objects.create(business_id=business.id, variant=variant, outlet=outlet, country="ID", available=pieces)
            Movement.objects.create(business_id=business.id, pool=pool, pieces=pieces, reason=Movement.Reason.RECEIPT, moved_at=now())
            listing = Listing.objects.create(
                business_id=business.id, variant=variant, market_id="id", state=Listing.State.LIVE, price=10_700_000, live_at=now()
            )
            made.append({"listing": handle(Kind.LISTING, business.id, listing.id), "business": str(business.id), "pool": str(pool.id)})
    return made
