"""Bu Sari in Takengon has orders of Rina in Bandung and Chen in Shanghai. Everybody is invented."""

from datetime import UTC, datetime, timedelta
from typing import Any

from saudagar.catalogue.models import Product, Variant
from saudagar.foundation.ids import new_id
from saudagar.foundation.models import Area
from saudagar.foundation.sealing import seal
from saudagar.markets.models import Market
from saudagar.orders.models import Line, Order, State
from saudagar.orders.rules import BUYER_PURPOSE, Address, Buyer, buyer_bytes
from saudagar.registry.models import Business, Outlet
from saudagar.stock.models import Pool

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

RINA = Buyer(
    name="Rina Contoh",
    phone="+6281200000002",
    address=Address(
        country="ID", line="Jl. Contoh No. 1 RT 01/RW 02", district="Coblong", city="Kota Bandung", postal_code="40135", region="Jawa Barat"
    ),
)
CHEN = Buyer(
    name="陈示例",
    phone="+8613800000003",
    address=Address(
        country="CN", line="示例路 100 号 2 单元 301 室", district="黄浦区", city="上海市", postal_code="200001", region="上海"
    ),
    identity="310101199001010012",
    identity_kind="cn-ric",
)


def a_shop(name: str = "Kopi Gayo Sari") -> Pool:
    """A verified business with one packed coffee in one outlet; what hangs together is reached from its pool."""
    for code, area_name, level, parent in (("11", "Aceh", 1, None), ("11.04", "Kabupaten Aceh Tengah", 2, "11")):
        Area.objects.get_or_create(code=code, defaults={"name": area_name, "level": level, "parent_id": parent})
    for code, countries, currency, days in (("id", ["ID"], "IDR", 2), ("cn", ["CN"], "CNY", 7)):
        Market.objects.get_or_create(
            code=code, defaults={"names": {}, "countries": countries, "currency": currency, "languages": ["id"], "inspection_days": days}
        )
    business = Business.objects.create(
        name=name, state=Business.State.VERIFIED, area_id="11.04", phone_sealed=seal("+6281200000001", "phone")
    )
    product = Product.objects.create(business_id=business.id, hs_code="090121")
    variant = Variant.objects.create(
        business_id=business.id,
        product=product,
        sku="GAYO-250",
        price=10_700_000,
        net_grams=250,
        gross_grams=270,
        length_mm=200,
        width_mm=120,
        height_mm=60,
    )
    outlet = Outlet.objects.create(
        business_id=business.id,
        name="Warung Sari",
        kind=Outlet.OutletKind.WARUNG,
        area_id="11.04",
        address="Jl. Danau No. 5",
        postal_code="24519",
    )
    return Pool.objects.create(business_id=business.id, variant=variant, outlet=outlet, country="ID", available=10)


def an_order(shop: Pool, buyer: Buyer = RINA, *, state: str = State.PACKED, service: str = "", quantity: int = 2, **more: Any) -> Order:
    """An order as the intake writes it."""
    is_abroad = buyer.address.country != "ID"
    market, currency, price = ("cn", "CNY", 5_680) if is_abroad else ("id", "IDR", 10_700_000)
    shipping = 6_740 if is_abroad else 3_200_000
    order = Order.objects.create(
        business_id=shop.business_id,
        purchase_business_id=shop.business_id,
        state=state,
        market_code=market,
        currency=currency,
        goods=quantity * price,
        shipping=shipping,
        duty=0,
        tax=0,
        total=quantity * price + shipping,
        service=service or ("pos-packet" if is_abroad else "jne-oke"),
        language="zh-hans" if is_abroad else "id",
        country=buyer.address.country,
        town=buyer.address.city,
        buyer_sealed=seal(buyer_bytes(buyer), BUYER_PURPOSE),
        customs={},
        placed_at=AT,
        pay_by=AT + timedelta(minutes=30),
        **{"paid_at": None if state == State.AWAITING_PAYMENT else AT, **more},
    )
    Line.objects.create(
        business_id=shop.business_id,
        order=order,
        position=1,
        listing_id=new_id(),
        variant_id=shop.variant_id,
        pool_id=shop.id,
        sku="GAYO-250",
        title="Kopi Gayo 250 g",
        quantity=quantity,
        unit_price=price,
        total=quantity * price,
    )
    return order
