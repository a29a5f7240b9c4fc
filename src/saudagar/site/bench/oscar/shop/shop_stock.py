"""Tables and products: `python shop_stock.py PRODUCTS PIECES` makes products with stock and prints their ids as JSON."""

import json
import sys
from decimal import Decimal

import django

django.setup()

# What follows needs the settings.
from django.contrib.sites.models import Site  # noqa: E402
from django.core.management import call_command  # noqa: E402
from oscar.core.loading import get_model  # noqa: E402

call_command("migrate", interactive=False, verbosity=0)
Site.objects.update_or_create(id=1, defaults={"domain": "127.0.0.1", "name": "Shop"})
Country = get_model("address", "Country")
Product, ProductClass = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")
Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")

Country.objects.get_or_create(
    iso_3166_1_a2="ID",
    defaults={"iso_3166_1_a3": "IDN", "printable_name": "Indonesia", "name": "Indonesia", "is_shipping_country": True},
)
kind, _ = ProductClass.objects.get_or_create(name="Kopi", defaults={"requires_shipping": True, "track_stock": True})
partner, _ = Partner.objects.get_or_create(name="Kopi Uji")
number, pieces = int(sys.argv[1]), int(sys.argv[2])
first = Product.objects.count()
products = Product.objects.bulk_create(
    Product(product_class=kind, title=f"Kopi Uji {place}", slug=f"kopi-uji-{place}", upc=f"UJI-{place}", is_public=True)
    for place in range(first, first + number)
)
StockRecord.objects.bulk_create(
    StockRecord(
        product=product,
        partner=partner,
        partner_sku=product.upc,
        price_currency="IDR",
        price=Decimal("107000.00"),
        num_in_stock=pieces,
    )
    for product in products
)
print(json.dumps([product.pk for product in products]))
