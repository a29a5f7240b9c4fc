"""Quotes made by hand, for tests that are about placing and not about pricing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from saudagar.catalogue.models import Product, Variant
from saudagar.checkout.batch import Placing
from saudagar.checkout.rules.promises import promised
from saudagar.checkout.rules.quotes import Quote, QuotedLine, QuotedOrder
from saudagar.foundation.ids import new_id
from saudagar.foundation.sealing import seal
from saudagar.orders.rules import BUYER_PURPOSE, Address, Buyer, buyer_bytes
from saudagar.registry.models import Business, Outlet
from saudagar.stock.models import Pool

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)

RINA = Buyer(
    name="Rina Contoh",
    phone="+6281200000001",
    address=Address(country="ID", line="Jl. Contoh 1", city="Bandung", postal_code="40111", region="Jawa Barat"),
)


def a_business(name: str = "Kopi Gayo Sari") -> Business:
    return Business.objects.create(name=name, state=Business.State.VERIFIED)


def a_pool(*, available: int, business: Business | None = None) -> Pool:
    owner = business or a_business()
    product = Product.objects.create(business_id=owner.id, hs_code="090121")
    variant = Variant.objects.create(
        business_id=owner.id, product=product, sku=f"KOPI-{new_id().hex}", price=10_700_000, net_grams=250, gross_grams=270
    )
    outlet = Outlet.objects.create(business_id=owner.id, name="Gudang", kind=Outlet.OutletKind.WAREHOUSE)
    return Pool.objects.create(business_id=owner.id, variant=variant, outlet=outlet, country="ID", available=available)


def a_line(pool: Pool, quantity: int = 1, price: int = 1_000_000) -> QuotedLine:
    return QuotedLine(new_id(), pool.variant_id, pool.id, "KOPI-250", "Kopi Gayo 250 g", quantity, price, price * quantity)


def a_quote(*parts: tuple[UUID, list[QuotedLine]], quote_id: UUID | None = None, expires_at: datetime | None = None) -> Quote:
    """A quote at home over the given lines of each business; shipping Rp10,000 each."""
    orders = []
    for business_id, lines in sorted(parts, key=lambda part: part[0]):
        goods = sum(line.total for line in lines)
        orders.append(QuotedOrder(business_id, tuple(lines), goods, 0, 1_000_000, 0, 0, 0, goods + 1_000_000, "regular", b"\x80"))
    return Quote(
        id=quote_id or new_id(), market="id", currency="IDR", total=sum(order.total for order in orders), language="id", country="ID",
        region="", postal_code="40111", methods=("qris",), pay_minutes=30, expires_at=expires_at or NOON + timedelta(minutes=15),
        not_before=None, identity="", mode="", held=(), buyer_reference="", orders=tuple(orders),
    )  # fmt: skip


def a_placing(quote: Quote) -> Placing:
    return Placing(promised(quote), seal(buyer_bytes(RINA), BUYER_PURPOSE), "Bandung", "qris")
