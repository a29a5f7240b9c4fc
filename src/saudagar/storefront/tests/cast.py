"""Two shops with goods on sale in both markets, for tests of pages."""

import io
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from PIL import Image

from saudagar.catalogue import actions as catalogue
from saudagar.catalogue.actions import ProductFacts, VariantFacts
from saudagar.catalogue.models import Variant
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.models import Area
from saudagar.markets import actions as markets
from saudagar.markets.models import Listing
from saudagar.registry.models import Business, Outlet
from saudagar.stock.models import Pool

RINA = {
    "name": "Rina Contoh",
    "phone": "0812-3456-7890",
    "email": "",
    "region": "32.73",
    "district": "Coblong",
    "line": "Jl. Contoh 12",
    "postal_code": "40135",
    "note": "Pagar hijau",
    "shipping": "economy",
    "payment": "qris",
}
CHEN = {
    "name": "陈示例",
    "phone": "13800138000",
    "email": "",
    "region": "31",
    "city": "上海市",
    "district": "浦东新区",
    "line": "示例路 88 号 1201 室",
    "postal_code": "200120",
    "identity": "11010519491231002X",
    "shipping": "economy",
    "payment": "alipay",
}


JANE = {
    "name": "Jane Example",
    "phone": "+65 6123 4567",
    "email": "",
    "region": "TH",
    "city": "Bangkok",
    "province": "",
    "line": "1 Example Road",
    "postal_code": "10110",
    "shipping": "economy",
    "payment": "wallet",
}


JIMIN = {
    "name": "Contoh Jimin",
    "phone": "010-1234-5678",
    "email": "",
    "region": "KR",
    "identity": "P123456789012",
    "city": "Seoul",
    "province": "",
    "line": "1 Example-ro, Jung-gu",
    "postal_code": "04524",
    "shipping": "economy",
    "payment": "wallet",
}
MEI = {
    **JIMIN,
    "name": "Contoh Mei",
    "phone": "0912-345-678",
    "region": "TW",
    "identity": "A123456789",
    "city": "Taipei",
    "line": "1 Example Road",
    "postal_code": "10001",
}


@dataclass
class Goods:
    business: Business
    product: str  # handle
    listings: dict[str, str]  # market -> handle
    pool: Pool
    sku: str


def goods(
    name: str = "Kopi Gayo Sari",
    title: str = "Kopi <Gayo> Arabika",
    *,
    price: int = 8_500_000,
    pieces: int = 20,
    business: Business | None = None,
    world: bool = False,
) -> Goods:
    """A coffee of 250 g, live at home and in China."""
    Area.objects.get_or_create(code="11", defaults={"name": "Aceh", "level": 1})
    Area.objects.get_or_create(code="11.04", defaults={"name": "Kabupaten Aceh Tengah", "level": 2, "parent_id": "11"})
    Area.objects.get_or_create(code="31", defaults={"name": "DKI Jakarta", "level": 1})
    Area.objects.get_or_create(code="32", defaults={"name": "Jawa Barat", "level": 1})
    Area.objects.get_or_create(code="32.73", defaults={"name": "Kota Bandung", "level": 2, "parent_id": "32"})
    at = now()
    markets.enter_rate("CNY", Decimal("2270"), source="test", valid_from=at - timedelta(days=1), at=at, is_meant=True)
    owner = business or Business.objects.create(name=name, state=Business.State.VERIFIED, area_id="11.04", about={"id": "Kebun keluarga"})
    outlet = Outlet.objects.create(business_id=owner.id, name="Gudang", kind=Outlet.OutletKind.WAREHOUSE, area_id="11.04")
    product_id = catalogue.save_product(
        owner.id,
        ProductFacts({"id": title, "en": f"{title} (en)", "zh-hans": "加约咖啡"}, {"id": "Dipetik tangan."}, "coffee-tea", "090121"),
    )
    variant_id = catalogue.save_variant(owner.id, product_id, VariantFacts(price, "", "", {}, 250, 290, (180, 120, 70)))
    catalogue.add_photo(owner.id, product_id, _picture(), at=at)
    catalogue.make_ready(owner.id, product_id)
    variant = Variant.objects.get(business_id=owner.id, id=variant_id)
    pool = Pool.objects.create(business_id=owner.id, variant=variant, outlet=outlet, country="ID", available=pieces)
    made = {}
    for market, amount in (("id", price), ("cn", 4050), *((("world", 710),) if world else ())):
        row = Listing.objects.create(
            business_id=owner.id, variant=variant, market_id=market, state=Listing.State.LIVE, price=amount, live_at=at, featured_at=at
        )
        made[market] = handle(Kind.LISTING, owner.id, row.id)
    return Goods(owner, handle(Kind.PRODUCT, owner.id, product_id), made, pool, variant.sku)


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), "#7a4a21").save(out, "PNG")
    return out.getvalue()
