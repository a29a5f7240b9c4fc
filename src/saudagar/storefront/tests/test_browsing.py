import gzip
import json
import re

import pytest
from django.conf import settings
from django.test import Client

from saudagar.storefront.tests.cast import goods

pytestmark = pytest.mark.django_db


def pages(made) -> list[str]:
    return [
        "/",
        "/id/",
        "/cn/",
        "/id/search/",
        "/id/search/?q=kopi",
        "/cn/search/?q=咖啡",
        "/id/search/?q=nothing-like-it",
        f"/id/p/{made.product}/",
        f"/cn/p/{made.product}/",
        "/id/basket/",
        "/orders/",
    ]


@pytest.mark.parametrize("language", ["id", "en", "zh-hans"])
def test_every_page_is_there_without_inline_style_or_script(client: Client, language: str):
    made = goods()
    client.cookies["django_language"] = language
    for address in pages(made):
        answer = client.get(address)
        html = answer.content.decode()
        assert answer.status_code == 200, address
        assert not re.search(r"""\s(style|on\w+)=["']""", html), address
        assert not re.findall(r"<script(?! type=\"application/ld\+json\")(?![^>]*\bsrc=)", html), address
        assert "<Gayo>" not in html, address


def test_a_market_speaks_the_language_of_the_visitor_or_else_its_own(client: Client):
    goods()
    english, japanese = {"headers": {"accept-language": "en-GB,en;q=0.9"}}, {"headers": {"accept-language": "ja,fr;q=0.5"}}
    assert 'lang="en"' in client.get("/cn/", **english).content.decode()[:80]
    assert 'lang="zh-Hans"' in client.get("/cn/", headers={"accept-language": "zh-CN"}).content.decode()[:80]
    for asked in (japanese, {}):
        assert 'lang="zh-Hans"' in client.get("/cn/", **asked).content.decode()[:80]
        assert 'lang="id"' in client.get("/id/", **asked).content.decode()[:80]
    client.cookies["django_language"] = "en"
    assert 'lang="en"' in client.get("/cn/").content.decode()[:80]


def test_prices_stand_in_the_money_of_the_market(client: Client):
    goods()
    assert "Rp85.000" in client.get("/id/").content.decode()
    assert "¥40.50" in client.get("/cn/").content.decode()


def test_the_product_page_tells_the_whole_price_for_a_place(client: Client):
    made = goods()
    at_home = client.get(f"/id/p/{made.product}/").content.decode()
    assert "Jakarta" in at_home and "Ekonomi (JNE OKE)" in at_home

    client.post("/id/destination/", {"region": "32", "next": f"/id/p/{made.product}/"})
    assert "Semua termasuk, sampai Jawa Barat" in client.get(f"/id/p/{made.product}/").content.decode()

    in_china = client.get(f"/cn/p/{made.product}/", headers={"accept-language": "zh"}).content.decode()
    assert "增值税" in in_china or "13%" in in_china


def test_search_engines_read_the_price_that_people_read(client: Client):
    made = goods()
    html = client.get(f"/cn/p/{made.product}/").content.decode()
    facts = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])
    assert (facts["offers"]["price"], facts["offers"]["priceCurrency"]) == ("40.5", "CNY")
    assert f'hreflang="id-ID" href="{settings.BASE_URL}/id/p/{made.product}/"' in html
    facts = json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(f"/id/p/{made.product}/").content.decode())[1]
    )
    assert (facts["offers"]["price"], facts["offers"]["priceCurrency"], facts["name"]) == ("85000", "IDR", "Kopi <Gayo> Arabika")


def test_a_page_is_light():
    made = goods()
    for _n in range(12):
        goods(business=made.business)
    answer = Client().get("/id/", headers={"accept-encoding": "gzip"})
    assert len(answer.content) < 9_000
    assert gzip.decompress(answer.content).startswith(b"<!doctype html>")


def test_what_is_not_sold_here_is_not_found(client: Client):
    made = goods()
    for address in ("/xx/", "/id/p/R123/", f"/id/p/{made.product[:-1]}{'Y' if made.product.endswith('Z') else 'Z'}/", "/id/makers/B12/"):
        assert client.get(address).status_code == 404, address
    type(made.pool.variant).objects.filter(business_id=made.business.id).first().listings.all().delete()
    assert client.get(f"/id/p/{made.product}/").status_code == 404


def test_sold_out_goods_cannot_be_put_in_the_basket(client: Client):
    made = goods(pieces=0)
    html = client.get(f"/id/p/{made.product}/").content.decode()
    assert "Habis" in html and 'name="pieces"' not in html
