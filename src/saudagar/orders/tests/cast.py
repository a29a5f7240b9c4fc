"""Orders as the intake would have written them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from saudagar.catalogue.models import Product, Variant
from saudagar.foundation.ids import new_id
from saudagar.foundation.sealing import seal
from saudagar.markets.models import Market
from saudagar.orders.models import Line, Order, Purchase
from saudagar.orders.rules import BUYER_PURPOSE, Address, Buyer, buyer_bytes
from saudagar.registry.models import Business, Outlet
from saudagar.stock.models import Pool

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)

RINA = Buyer(
    name="Rina Contoh",
    phone="+6281200000001",
    address=Address(country="ID", line="Jl. Contoh 1", city="Bandung", postal_code="40111", region="Jawa Barat", note="depan taman"),
)


def a_market() -> Market:
    facts = {"names": {"id": "Indonesia"}, "countries": ["ID"], "currency": "IDR", "languages": ["id"], "mode": "home"}
    return Market.objects.get_or_create(code="id", defaults=facts)[0]


def a_pool(*, available: int, business: Business | None = None) -> Pool:
    owner = business or Business.objects.create(name="Kopi Gayo Sari", state=Business.State.VERIFIED)
    product = Product.objects.create(business_id=owner.pk)
    variant = Variant.objects.create(
        business_id=owner.pk, product=product, sku=f"KOPI-{new_id().hex}", price=100, net_grams=250, gross_grams=270
    )
    outlet = Outlet.objects.create(business_id=owner.pk, name="Gudang", kind=Outlet.OutletKind.WAREHOUSE)
    return Pool.objects.create(business_id=owner.pk, variant=variant, outlet=outlet, country="ID", available=available)


def a_purchase(*taken: tuple[Pool, int], pay_by: datetime = NOON + timedelta(minutes=30), **other: Any) -> Purchase:
    """A purchase awaiting payment, one order per business of the pools; the pieces are gone from them already."""
    quote_id, businesses = new_id(), sorted({pool.business_id for pool, _ in taken})
    purchase = Purchase.objects.create(
        id=quote_id, business_id=businesses[0], market_code="id", currency="IDR", total=1000 * len(businesses), language="id",
        method="qris", order_business_ids=businesses, placed_at=NOON, pay_by=pay_by, **other,
    )  # fmt: skip
    for business_id in businesses:
        order = Order.objects.create(
            id=quote_id, business_id=business_id, purchase_business_id=businesses[0], market_code="id", currency="IDR", goods=900,
            shipping=100, duty=0, tax=0, total=1000, service="jne-reg", language="id", country="ID", town="Bandung",
            buyer_sealed=seal(buyer_bytes(RINA), BUYER_PURPOSE), customs={}, placed_at=NOON, pay_by=pay_by,
        )  # fmt: skip
        for position, (pool, pieces) in enumerate(each for each in taken if each[0].business_id == business_id):
            Line.objects.create(
                business_id=business_id, order=order, position=position, listing_id=new_id(), variant_id=pool.variant_id,
                pool_id=pool.pk, sku="KOPI-250", title="Kopi Gayo", quantity=pieces, unit_price=900 // pieces, total=900,
            )  # fmt: skip
    return purchase
