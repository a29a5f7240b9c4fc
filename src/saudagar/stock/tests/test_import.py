"""./saudagar import products, from file to tables."""

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from saudagar.catalogue.models import Product, Variant
from saudagar.catalogue.rules import sheets
from saudagar.foundation.ids import Kind, handle
from saudagar.registry.models import Business, Outlet
from saudagar.stock.models import Movement, Pool

pytestmark = pytest.mark.django_db

SHARED = Path(os.environ.get("SAUDAGAR_SHARED") or Path(__file__).parents[4].parent / "shared")
REAL = SHARED / "data" / "marketplace-products-raw.xlsx"


@pytest.fixture
def sari():
    business = Business.objects.create(name="Kopi Gayo Sari")
    Outlet.objects.create(business_id=business.pk, name="Warung", kind=Outlet.OutletKind.WARUNG)
    return business


def take_in(business, file, *more):
    out = io.StringIO()
    call_command("import_products", str(file), "--business", handle(Kind.BUSINESS, business.pk), *more, stdout=out)
    return out.getvalue()


@pytest.mark.skipif(not REAL.exists(), reason="the shared real file is not here")
def test_the_real_list_goes_in_once_and_again_without_doubling(sari, tmp_path):
    told = take_in(sari, REAL, "--rejected", str(tmp_path / "r.xlsx"), "--language", "en")
    assert "95 products made, 0 changed, 0 as they were" in told
    assert "run the other way" in told
    assert Product.objects.filter(business_id=sari.pk, category_id="spices-sauces").count() == 95
    assert Variant.objects.get(business_id=sari.pk, product__texts__title__startswith="Paket Eat Sambel Favorit").price == 10_700_000
    rejected = sheets.read((tmp_path / "r.xlsx").read_bytes())
    assert len(rejected.rows) == 4
    assert rejected.rows[0][-1] == "This row holds only a link: name and price are empty."

    told = take_in(sari, REAL, "--rejected", str(tmp_path / "r.xlsx"))
    assert "0 products made, 0 changed, 95 as they were" in told
    assert Variant.objects.filter(business_id=sari.pk).count() == 95


def test_a_mended_list_changes_what_it_tells_and_empties_nothing(sari, tmp_path):
    file = tmp_path / "produk.csv"
    file.write_text("Nama Produk;Kode;Harga;Berat;Stok;Deskripsi\nKopi Gayo;KG1;75.000;250 gr;12;Enak\nTeh;T1;9.000;;;\n")
    take_in(sari, file)
    file.write_text("Nama Produk;Kode;Harga;Berat;Stok;Deskripsi\nKopi Gayo;KG1;80.000;;10;\nTeh;T1;9.000;;;\n")
    told = take_in(sari, file)
    assert "0 products made, 1 changed, 1 as they were" in told
    coffee = Variant.objects.get(business_id=sari.pk, sku="KG1")
    assert (coffee.price, coffee.gross_grams, coffee.product.texts.get().description) == (8_000_000, 250, "Enak")
    pool = Pool.objects.get(business_id=sari.pk, variant=coffee)
    assert (pool.available, [each.pieces for each in Movement.objects.filter(business_id=sari.pk).order_by("moved_at")]) == (10, [12, -2])


def test_one_list_in_two_shops_stays_two_shops(sari, tmp_path):
    dewi = Business.objects.create(name="Keramik Dewi")
    file = tmp_path / "produk.csv"
    file.write_text("Nama,SKU,Harga\nKopi,KG1,1000\n")
    take_in(sari, file)
    file.write_text("Nama,SKU,Harga\nKopi,KG1,2000\n")
    take_in(dewi, file)
    assert Variant.objects.get(business_id=sari.pk).price == 100_000
    assert Variant.objects.get(business_id=dewi.pk).price == 200_000


def test_a_dry_run_writes_nothing(sari, tmp_path):
    file = tmp_path / "produk.csv"
    file.write_text("Nama,Harga\nKopi,1000\n,\nTeh,\n")
    assert "1 rows rejected." in take_in(sari, file, "--dry-run")
    assert not Product.objects.filter(business_id=sari.pk).exists()


def test_mistakes_are_told_in_a_sentence(sari, tmp_path):
    file = tmp_path / "produk.csv"
    file.write_text("Nama,Harga\nKopi,1000\n")
    for more in (["--map", "Judul=title"], ["--map", "Harga"], ["--map", "Harga=prijs"]):
        with pytest.raises(CommandError):
            take_in(sari, file, *more)
    with pytest.raises(CommandError):
        call_command("import_products", str(file), "--business", "B123")
    with pytest.raises(CommandError):
        take_in(sari, tmp_path / "nothing.csv")
