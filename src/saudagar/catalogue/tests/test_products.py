"""Products of a seller: made, changed, made ready, and never seen by another seller."""

import io

import pytest
from PIL import Image

from saudagar.catalogue import actions, queries
from saudagar.catalogue.models import Product, ProductText
from saudagar.catalogue.rules.product import ProductNotReady, SkuTaken, UnknownProduct
from saudagar.foundation.clock import now

from .cast import a_business, a_coffee, coffee_facts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def a_picture(color=(120, 60, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), color).save(out, "JPEG")
    return out.getvalue()


def test_a_product_is_saved_and_read_back_whole():
    sari = a_business()
    product_id, variant_id = a_coffee(sari)
    row = queries.product(sari.pk, product_id, "en")
    assert (row.title, row.category_name, row.hs_shown, row.state) == ("Gayo arabica coffee", "Coffee & tea", "0901.21", "ready")
    assert row.papers["pirt"] == ("2091104010012-28", None)
    assert set(row.papers) == {"pirt", "halal", "gacc"}
    (variant,) = row.variants
    assert (variant.id, variant.sku, variant.price, variant.net_grams, variant.size_mm) == (
        variant_id,
        "KG-250",
        7_500_000,
        250,
        (180, 100, 60),
    )
    assert [lack.code for lack in row.lacks] == ["photo"]


def test_a_product_that_lacks_something_does_not_become_ready_and_says_what():
    sari = a_business()
    product_id = actions.save_product(sari.pk, actions.ProductFacts(titles={"id": "Kopi"}))
    with pytest.raises(ProductNotReady) as refused:
        actions.make_ready(sari.pk, product_id)
    assert refused.value.message("id") == "Belum lengkap: kategori, kode HS, varian dengan harga."
    assert queries.product(sari.pk, product_id).state == "draft"


def test_a_ready_product_that_loses_its_hs_code_is_a_draft_again():
    sari = a_business()
    product_id, _ = a_coffee(sari)
    actions.save_product(sari.pk, coffee_facts(hs_code=""), product_id=product_id)
    assert queries.product(sari.pk, product_id).state == "draft"


def test_a_sku_is_made_when_missing_and_unique_in_one_business_only():
    sari, dewi = a_business(), a_business("Keramik Dewi")
    product_id, _ = a_coffee(sari)
    with pytest.raises(SkuTaken):
        actions.save_variant(sari.pk, product_id, actions.VariantFacts(price=100, sku="KG-250"))
    made = actions.save_variant(sari.pk, product_id, actions.VariantFacts(price=100))
    assert queries.variants(sari.pk, [made])[made].sku.startswith("KOPI-ARABIKA-GAYO-")
    a_coffee(dewi)


def test_dewi_sees_and_changes_nothing_of_saris():
    sari, dewi = a_business(), a_business("Keramik Dewi")
    product_id, variant_id = a_coffee(sari)
    photo_id = actions.add_photo(sari.pk, product_id, a_picture(), at=now())
    before = queries.product(sari.pk, product_id)

    assert queries.products(dewi.pk) == ([], 0)
    for attempt in (
        lambda: queries.product(dewi.pk, product_id),
        lambda: actions.save_product(dewi.pk, coffee_facts(), product_id=product_id),
        lambda: actions.save_variant(dewi.pk, product_id, actions.VariantFacts(price=1)),
        lambda: actions.retire_variant(dewi.pk, product_id, variant_id),
        lambda: actions.archive(dewi.pk, product_id),
        lambda: actions.add_photo(dewi.pk, product_id, a_picture(), at=now()),
        lambda: actions.put_photo_first(dewi.pk, product_id, photo_id),
    ):
        with pytest.raises(UnknownProduct):
            attempt()
    actions.remove_photo(dewi.pk, product_id, photo_id)
    assert queries.product(sari.pk, product_id) == before


def test_photos_are_kept_once_ordered_and_limited(media):
    sari = a_business()
    product_id, _ = a_coffee(sari)
    first = actions.add_photo(sari.pk, product_id, a_picture(), at=now())
    assert actions.add_photo(sari.pk, product_id, a_picture(), at=now()) == first
    second = actions.add_photo(sari.pk, product_id, a_picture((0, 0, 0)), at=now())
    actions.put_photo_first(sari.pk, product_id, second)
    row = queries.product(sari.pk, product_id)
    assert [photo.id for photo in row.photos] == [second, first]
    assert len(list(media.rglob("*.webp"))) == 6
    actions.remove_photo(sari.pk, product_id, second)
    assert [photo.id for photo in queries.product(sari.pk, product_id).photos] == [first]


def test_a_picture_is_served_for_ever_and_nothing_else_is(client):
    sari = a_business()
    product_id, _ = a_coffee(sari)
    actions.add_photo(sari.pk, product_id, a_picture(), at=now())
    address = queries.product(sari.pk, product_id).photos[0].medium
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content[8:12] == b"WEBP"
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(address.replace("-600", "-601")).status_code == 404
    assert client.get("/media/pictures/ab/cd/../../../etc/passwd").status_code == 404


def test_keywords_hold_skus_and_chinese_pairs():
    sari = a_business()
    product_id, _ = a_coffee(sari)
    words = ProductText.objects.get(business_id=sari.pk, product_id=product_id, language="zh-hans").keywords.split()
    assert {"kg-250", "咖啡", "加约", "咖"} <= set(words)


def test_a_list_of_products_takes_the_same_number_of_statements_whatever_its_length(django_assert_num_queries):
    sari = a_business()
    for number in range(3):
        a_coffee(sari, sku=f"K{number}")
    with django_assert_num_queries(7):
        rows, every = queries.products(sari.pk)
    assert (len(rows), every) == (3, 3)
    assert Product.objects.filter(business_id=sari.pk).count() == 3
