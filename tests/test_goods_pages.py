"""Journey of a seller through goods: product, photo, stock, list, market, curator; and Dewi, who must see nothing of it."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from saudagar.catalogue.models import Certificate, Product
from saudagar.foundation.ids import Kind, handle
from saudagar.markets import actions as markets
from saudagar.markets.models import Listing
from saudagar.people.models import User
from saudagar.registry.models import Business, Membership, Outlet
from saudagar.rulebook import actions as rulebook
from saudagar.rulebook import queries as rulebook_queries
from saudagar.stock.models import Movement, Pool

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rulebook.load_shipped(at=AT)
    rulebook_queries.forget()


def a_seller(name, shop, role=Membership.Role.OWNER):
    user = User.objects.create_user(f"{name}@example.test", "x", name=name)
    business = Business.objects.create(name=shop, state=Business.State.VERIFIED)
    Membership.objects.create(business_id=business.pk, user_id=user.pk, role=role)
    Outlet.objects.create(business_id=business.pk, name="Warung", kind="warung")
    return user, business


@pytest.fixture
def sari(client):
    user, business = a_seller("sari", "Kopi Gayo Sari")
    client.force_login(user)
    return business


@pytest.fixture
def dewi():
    user, _ = a_seller("dewi", "Keramik Dewi")
    client = Client()
    client.force_login(user)
    return client


def a_photo():
    out = io.BytesIO()
    Image.new("RGB", (400, 400), (90, 50, 20)).save(out, "JPEG")
    out.seek(0)
    out.name = "kopi.jpg"
    return out


def a_coffee(client, business):
    """Enters a whole product by the pages; returns its handle."""
    answer = client.post(
        reverse("catalogue:new_product"),
        {"title": "Kopi Arabika Gayo", "price": "75.000", "net_weight": "250 gr", "category": "coffee-tea", "photo": a_photo()},
    )
    assert answer.status_code == 302, answer.content
    product = Product.objects.get(business_id=business.pk)
    text = handle(Kind.PRODUCT, business.pk, product.pk)
    facts = {
        "title_id": "Kopi Arabika Gayo",
        "title_en": "Gayo arabica coffee",
        "title_zh": "加约咖啡",
        "category": "coffee-tea",
        "hs_code": "0901.21",
        "origin": "ID",
    }
    assert client.post(reverse("catalogue:facts", args=[text]), facts).status_code == 302
    for kind, number in (("pirt", "2091104010012-28"), ("halal", "ID11110000123450924"), ("gacc", "CIDN14012511120001")):
        assert client.post(reverse("catalogue:papers", args=[text]), {"kind": kind, "number": number}).status_code == 302
    # Papers count once an officer has accepted them.
    officer, _ = User.objects.get_or_create(email="citra@example.test", is_officer=True)
    desk = Client()
    desk.force_login(officer)
    for paper in Certificate.objects.filter(business_id=business.pk):
        address = reverse("catalogue:officer_certificate", args=[handle(Kind.BUSINESS, business.pk), paper.pk])
        assert desk.post(address, {"decision": "accept"}).status_code == 302
    return text


def test_from_nothing_to_a_product_on_sale_in_two_markets(client, sari):
    text = a_coffee(client, sari)
    assert client.post(reverse("catalogue:state", args=[text, "readiness"])).status_code == 302
    answer = client.post(
        reverse("stock:product", args=[text]),
        {
            "variant": str(Product.objects.get().variants.get().pk),
            "outlet": str(Outlet.objects.get(business_id=sari.pk).pk),
            "pieces": "12",
        },
    )
    assert answer.status_code == 302
    assert Pool.objects.get(business_id=sari.pk).available == 12
    markets.enter_rate("CNY", Decimal("2340"), source="test", valid_from=AT, at=AT)
    client.post(reverse("markets:offer", args=[text, "id"]))
    client.post(reverse("markets:offer", args=[text, "cn"]))
    assert dict(Listing.objects.values_list("market_id", "state")) == {"id": "live", "cn": "proposed"}

    officer = User.objects.create_user("arif@example.test", "x", is_officer=True)
    client.force_login(officer)
    assert "Kopi Arabika Gayo" in client.get(reverse("markets:pavilion", args=["cn"])).content.decode()
    assert client.get(reverse("markets:candidate", args=["cn", text])).status_code == 200
    assert client.post(reverse("markets:decision", args=["cn", text, "refusal"]), {"reason": ""}).status_code == 422
    assert client.post(reverse("markets:decision", args=["cn", text, "approval"])).status_code == 302
    assert Listing.objects.get(market_id="cn").state == "live"
    assert client.post(reverse("markets:decision", args=["cn", text, "feature"])).status_code == 302
    assert Listing.objects.get(market_id="cn").featured_at is not None


def test_a_product_without_papers_reads_what_is_missing(client, sari):
    text = a_coffee(client, sari)
    client.post(reverse("catalogue:certificate_withdrawal", args=[Certificate.objects.get(kind="pirt").pk]))
    page = client.get(reverse("markets:product", args=[text])).content.decode()
    assert "P-IRT" in page
    assert "OSS" in page
    client.post(reverse("markets:offer", args=[text, "id"]))
    assert not Listing.objects.exists()


def test_prices_by_hand_and_back(client, sari):
    text = a_coffee(client, sari)
    client.post(reverse("markets:offer", args=[text, "id"]))
    listing = Listing.objects.get()
    name = handle(Kind.LISTING, sari.pk, listing.pk)
    address = reverse("markets:price", args=[text, name])
    assert client.post(address, {f"{name}-price": "murah"}).status_code == 422
    client.post(address, {f"{name}-price": "80.000"})
    listing.refresh_from_db()
    assert (listing.price, listing.is_price_by_hand) == (8_000_000, True)
    client.post(address, {f"{name}-price": ""})
    listing.refresh_from_db()
    assert (listing.price, listing.is_price_by_hand) == (7_500_000, False)


def test_wrong_entries_are_told_at_their_field(client, sari):
    answer = client.post(reverse("catalogue:new_product"), {"title": "Kopi", "price": "mahal", "net_weight": "sebutir"})
    page = answer.content.decode()
    assert "Harga “mahal” tidak terbaca" in page
    assert "Berat “sebutir” tidak terbaca" in page
    assert not Product.objects.exists()
    text = a_coffee(client, sari)
    answer = client.post(reverse("catalogue:new_variant", args=[text]), {"price": "1.000", "net_weight": "1 kg", "gtin": "8991234567890"})
    assert "8991234567890" in answer.content.decode()
    fake = io.BytesIO(b"<svg/>")
    fake.name = "x.svg"
    page = client.post(reverse("catalogue:photos", args=[text]), {"photos": [fake]}, follow=True).content.decode()
    assert "x.svg: Berkas ini bukan foto yang utuh" in page


def test_shelves_are_counted_moved_and_written_off(client, sari):
    text = a_coffee(client, sari)
    variant = Product.objects.get().variants.get()
    outlet = Outlet.objects.get(business_id=sari.pk)
    store = Outlet.objects.create(business_id=sari.pk, name="Gudang", kind="warehouse")
    client.post(reverse("stock:product", args=[text]), {"variant": variant.pk, "outlet": outlet.pk, "pieces": "10"})
    pool = Pool.objects.get()
    shelf = handle(Kind.POOL, sari.pk, pool.pk)
    client.post(reverse("stock:count", args=[shelf]), {"count-pieces": "9", "count-note": "dihitung"})
    client.post(reverse("stock:transfer", args=[shelf]), {"transfer-outlet": store.pk, "transfer-pieces": "4"})
    client.post(reverse("stock:loss", args=[shelf]), {"loss-pieces": "1"})
    answer = client.post(reverse("stock:loss", args=[shelf]), {"loss-pieces": "5"})
    assert (answer.status_code, "tinggal 4" in answer.content.decode()) == (422, True)
    assert sorted(Pool.objects.values_list("available", flat=True)) == [4, 4]
    assert sum(Movement.objects.values_list("pieces", flat=True)) == 8
    assert client.get(reverse("stock:history")).status_code == 200


def test_a_list_is_looked_at_mapped_and_taken_in(client, sari):
    file = io.BytesIO(b"Nama Produk;Merek dagang;Harga;Stok\nKopi;Gayo;75.000;5\nTeh;Kayu Aro;murah;\n")
    file.name = "produk.csv"
    answer = client.post(reverse("stock:import_list"), {"file": file})
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "produk.csv" in page
    assert "Harga “murah” tidak terbaca" in page
    told = {"c0": "title", "c1": "", "c2": "price", "c3": "stock"}
    rejected = client.post(answer.url, {**told, "rejected": "1"})
    assert rejected["Content-Disposition"] == "attachment; filename*=UTF-8''produk.rejected.csv"
    assert "Teh;Kayu Aro;murah;" in rejected.content.decode("utf-8-sig")
    assert client.post(answer.url, {**told, "c1": "title"}).status_code == 200
    assert not Product.objects.exists()
    assert client.post(answer.url, {**told, "go": "1"}).status_code == 200
    assert Product.objects.get().texts.get().title == "Kopi"
    assert Pool.objects.get().available == 5


def test_dewi_finds_none_of_saris_pages_and_changes_nothing(client, sari, dewi):
    text = a_coffee(client, sari)
    variant = Product.objects.get().variants.get()
    outlet = Outlet.objects.get(business_id=sari.pk)
    client.post(reverse("stock:product", args=[text]), {"variant": variant.pk, "outlet": outlet.pk, "pieces": "10"})
    client.post(reverse("markets:offer", args=[text, "id"]))
    photo = Product.objects.get().photos.get()
    shelf = handle(Kind.POOL, sari.pk, Pool.objects.get().pk)
    listing = handle(Kind.LISTING, sari.pk, Listing.objects.get().pk)
    named = handle(Kind.VARIANT, sari.pk, variant.pk)
    upload = client.post(reverse("stock:import_list"), {"file": io.BytesIO(b"Nama,Harga\nKopi,1\n")})
    state = (Listing.objects.get().state, Listing.objects.get().price, Pool.objects.get().available, Product.objects.get().updated_at)

    looks = [
        reverse("catalogue:product", args=[text]),
        reverse("catalogue:facts", args=[text]),
        reverse("catalogue:variant", args=[text, named]),
        reverse("stock:product", args=[text]),
        reverse("stock:shelf", args=[shelf]),
        reverse("markets:product", args=[text]),
        upload.url,
    ]
    posts = [
        reverse("catalogue:facts", args=[text]),
        reverse("catalogue:variant", args=[text, named]),
        reverse("catalogue:retirement", args=[text, named]),
        reverse("catalogue:photos", args=[text]),
        reverse("catalogue:photo", args=[text, photo.pk, "removal"]),
        reverse("catalogue:papers", args=[text]),
        reverse("catalogue:certificate_withdrawal", args=[Certificate.objects.get(kind="pirt").pk]),
        reverse("catalogue:state", args=[text, "archive"]),
        reverse("stock:product", args=[text]),
        reverse("stock:count", args=[shelf]),
        reverse("stock:loss", args=[shelf]),
        reverse("stock:transfer", args=[shelf]),
        reverse("markets:offer", args=[text, "id"]),
        reverse("markets:pause", args=[text, "id"]),
        reverse("markets:price", args=[text, listing]),
    ]
    assert {dewi.get(address).status_code for address in looks} == {404}
    assert {address: dewi.post(address, {}).status_code for address in posts} == dict.fromkeys(posts, 404)
    for address in (reverse("catalogue:products"), reverse("stock:shelves"), reverse("stock:history")):
        assert "Kopi Arabika" not in dewi.get(address).content.decode()
    assert {dewi.get(address).status_code for address in (reverse("markets:pavilion", args=["cn"]), reverse("markets:rates"))} == {404}
    assert dewi.post(reverse("markets:decision", args=["cn", text, "approval"])).status_code == 404
    assert (
        Listing.objects.get().state,
        Listing.objects.get().price,
        Pool.objects.get().available,
        Product.objects.get().updated_at,
    ) == state


def test_the_officer_enters_a_rate(client):
    client.force_login(User.objects.create_user("arif@example.test", "x", is_officer=True))
    address = reverse("markets:rates")
    assert client.post(address, {"currency": "CNY", "rate": "2.340", "source": "BI"}).status_code == 302
    assert "2.340" in client.get(address).content.decode()
    answer = client.post(address, {"currency": "CNY", "rate": "234", "source": "BI"})
    assert "jauh dari yang terakhir (2340)" in answer.content.decode()


@pytest.mark.parametrize("language", ["id", "en", "zh-hans"])
def test_every_page_speaks_three_languages(client, sari, language):
    client.cookies["django_language"] = language
    text = a_coffee(client, sari)
    for address in (
        reverse("catalogue:products"),
        reverse("catalogue:new_product"),
        reverse("catalogue:product", args=[text]),
        reverse("catalogue:facts", args=[text]),
        reverse("catalogue:new_variant", args=[text]),
        reverse("stock:shelves"),
        reverse("stock:product", args=[text]),
        reverse("stock:import_list"),
        reverse("markets:product", args=[text]),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(answer.content) < 50_000, address
