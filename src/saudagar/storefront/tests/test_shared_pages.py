"""Pages that are the same for everybody hold nothing of anybody."""

import pytest
from django.test import Client

from saudagar.foundation.clock import now
from saudagar.people import actions as people
from saudagar.storefront.tests.cast import goods

pytestmark = pytest.mark.django_db


def addresses(made) -> list[str]:
    return ["/", "/id/", "/cn/", "/id/search/?q=kopi", f"/id/p/{made.product}/", f"/cn/p/{made.product}/"]


def test_who_is_signed_in_and_has_a_basket_reads_what_a_stranger_reads():
    made = goods()
    rina = Client()
    rina.force_login(people.prepare(name="Rina Contoh", phone="+6281234567890", at=now()), "django.contrib.auth.backends.ModelBackend")
    for market, listing in made.listings.items():
        rina.post(f"/{market}/basket/", {"listing": listing, "pieces": "2"}, headers={"accept-language": "id"})
    del rina.cookies["django_language"]
    for address in addresses(made):
        hers, theirs = rina.get(address), Client().get(address)
        assert hers.content == theirs.content, address
        assert hers["ETag"] == theirs["ETag"] and not hers.cookies
    assert rina.get("/id/basket/").content != Client().get("/id/basket/").content


def test_others_may_keep_them_and_ask_again():
    made = goods()
    for address in addresses(made):
        first = Client().get(address)
        seconds = "max-age=2, stale-while-revalidate=10" if "/p/" in address else "max-age=5, stale-while-revalidate=30"
        assert first["Cache-Control"] == f"public, {seconds}"
        assert {"Accept-Language", "Cookie"} <= set(first["Vary"].split(", ")) and not first.cookies
        assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    for address in ("/id/basket/", "/id/checkout/", "/orders/"):
        assert "private" in Client().get(address)["Cache-Control"] or Client().get(address).status_code == 302


def test_language_market_and_destination_change_the_page_and_nothing_else_does():
    made = goods()
    address = f"/id/p/{made.product}/"
    bare = Client().get(address).content
    for headers in ({"accept-language": "fr"}, {"user-agent": "x"}, {"hx-request": "true"}, {"host": "127.0.0.1"}):
        assert Client().get(address, headers=headers).content == bare
    assert Client().get(f"{address}?utm_source=letter&x=1").content == bare
    for cookies in ({"django_language": "en"}, {"to_id": "32"}):
        client = Client()
        client.cookies.load(cookies)
        assert client.get(address).content != bare
    for cookies in ({"django_language": "xx"}, {"to_id": "x' OR 1=1"}, {"to_cn": "32"}, {"market": "cn"}, {"sessionid": "x"}):
        client = Client()
        client.cookies.load(cookies)
        assert client.get(address).content == bare, cookies


def test_an_answer_to_what_no_link_of_ours_asks_is_not_kept():
    made = goods()
    stranger = Client()
    for query in ("?v=unknown", "?picture=x"):
        assert stranger.get(f"/id/p/{made.product}/{query}")["Cache-Control"] == "private, no-cache", query
    stranger.cookies.load({"to_id": "98"})
    answer = stranger.get(f"/id/p/{made.product}/")
    assert answer["Cache-Control"] == "private, no-cache" and "Jakarta" in answer.content.decode()


def test_a_page_says_of_its_address_what_we_call_ourselves(settings):
    settings.ALLOWED_HOSTS = ["shop.example", "evil.example"]
    made = goods()
    html = Client().get(f"/id/p/{made.product}/", headers={"host": "evil.example"}).content.decode()
    assert "evil.example" not in html and f'<link rel="canonical" href="{settings.BASE_URL}/id/p/{made.product}/">' in html
