"""Real pages as the front makes them, and what is told when they change."""

import json
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from saudagar.catalogue import actions as catalogue
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.outbox import CHANNEL
from saudagar.look import shared
from saudagar.markets import actions as markets
from saudagar.registry import actions as registry
from saudagar.site.events import CHANGES
from saudagar.site.page_cache.rendering import Asked, render
from saudagar.stock.models import Pool
from saudagar.stock.tests.test_take import a_pool
from saudagar.storefront.tests.cast import goods


def page_of(path: str, query: str = "", language: str = "id", **cookies: str):
    page, is_kept = render(Asked(path, query, language, tuple(cookies.items())))
    return page, dict(page.plain_headers), is_kept


@pytest.mark.django_db
def test_a_page_has_what_every_answer_of_ours_has():
    made = goods()
    page, headers, is_kept = page_of(f"/id/p/{made.product}/")
    usual = Client().get(f"/id/p/{made.product}/", headers={"accept-language": "id"})
    assert page.status == 200 and is_kept
    for name in (
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Cache-Control",
    ):
        assert headers[name.lower().encode()].decode() == usual[name], name
    assert headers[b"content-language"] == b"id" and b"set-cookie" not in headers
    assert headers[b"vary"] == b"Accept-Language, Cookie, Accept-Encoding"
    assert int(headers[b"content-length"]) == len(usual.content)


@pytest.mark.django_db
def test_a_page_names_what_it_shows():
    made = goods(pieces=3)
    business, _product = parse_handle(made.product, Kind.PRODUCT)
    page, _, _ = page_of(f"/id/p/{made.product}/")
    assert set(page.things) == {shared.of_business(business), shared.of_variant(made.pool.variant_id), shared.of_prices("id")}
    for path in ("/id/", "/id/search/"):
        assert {shared.of_business(business), shared.on_sale_in("id")} <= set(page_of(path)[0].things), path


@pytest.mark.django_db
def test_what_is_not_there_and_what_lies_elsewhere():
    made = goods()
    page, headers, is_kept = page_of("/id/p/R123/")
    assert (page.status, is_kept, headers[b"cache-control"]) == (404, True, b"no-cache")
    assert page.ends_at - page.made_at < 10
    page, headers, is_kept = page_of(f"/id/p/{made.product.lower()}/")
    assert page.status in (301, 404) and not (page.status == 301 and is_kept)
    assert not page_of(f"/id/p/{made.product}/", query="v=nothing-like-it")[2]


@pytest.mark.django_db
def test_a_view_that_fails_is_an_error_and_is_not_kept(monkeypatch, caplog):
    def fails(*_: object, **__: object):
        raise ZeroDivisionError

    monkeypatch.setattr("saudagar.storefront.queries.featured", fails)
    page, _, is_kept = page_of("/id/")
    assert page.status == 500 and not is_kept


@pytest.mark.django_db
@pytest.mark.parametrize("broken", [1, 2])
def test_a_broken_connection_is_replaced_once(monkeypatch, broken: int):
    tries: list[int] = []

    def breaks(*_: object, **__: object):
        tries.append(1)
        if len(tries) <= broken:
            raise OperationalError("server closed the connection unexpectedly")
        return []

    monkeypatch.setattr("saudagar.storefront.queries.featured", breaks)
    monkeypatch.setattr("saudagar.site.page_cache.rendering.connections.close_all", lambda: None)
    page, _, is_kept = page_of("/id/")
    assert (page.status, is_kept, len(tries)) == ((200, True, 2) if broken == 1 else (500, False, 2))


@pytest.mark.django_db
def test_languages_and_markets_do_not_mix():
    made = goods()
    seen = {
        (market, language): page_of(f"/{market}/p/{made.product}/", language=language)[0].etag
        for market in ("id", "cn")
        for language in ("id", "en", "zh-hans")
    }
    assert len(set(seen.values())) == 6
    # Who asks for none of ours reads the market's own.
    assert page_of(f"/cn/p/{made.product}/", language="")[1][b"content-language"] == b"zh-hans"
    west_java = page_of(f"/id/p/{made.product}/", to_id="32")[0]
    assert west_java.etag != seen["id", "id"]


@pytest.mark.django_db
def test_forms_that_do_more_than_fill_a_basket_still_want_their_token():
    made = goods()
    strict = Client(enforce_csrf_checks=True)
    assert (
        strict.post("/id/basket/", {"listing": made.listings["id"], "pieces": "1"}, headers={"origin": "http://testserver"}).status_code
        == 302
    )
    for address in ("/id/checkout/", "/accounts/login/", "/accounts/logout/"):
        assert strict.post(address, {"step": "place"}, headers={"origin": "http://testserver"}).status_code == 403, address
    for headers in (
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        assert strict.post("/id/basket/", {"listing": made.listings["id"]}, headers=headers).status_code == 403, headers


class Told:
    """Listens to what is told at once, in the order of the statements: the things that changed."""

    def __init__(self) -> None:
        self.payloads: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if "pg_notify" in sql and params:
            assert params[0] == CHANNEL
            self.payloads.append(params[1])
        return execute(sql, params, many, context)

    def things(self) -> set[str]:
        found: set[str] = set()
        for payload in self.payloads:
            name, business, facts = json.loads(payload)
            found.update(CHANGES[name](business, facts))
        self.payloads.clear()
        return found


@pytest.mark.django_db
def test_what_changes_a_page_is_told():
    listening, made = Told(), goods()
    told = listening.things
    with connection.execute_wrapper(listening):
        _change_everything(made, told)


def _change_everything(made, told) -> None:
    business, product = parse_handle(made.product, Kind.PRODUCT)
    _, listing = parse_handle(made.listings["id"], Kind.LISTING)
    at = now()
    ours, here = shared.of_business(business), shared.on_sale_in("id")
    user = business  # whoever it was
    markets.set_price(business, listing, price=9_900_000, at=at)
    assert told() == {ours, here}
    markets.feature(business, product, "id", is_featured=True, at=at)
    assert told() == {ours, here}
    markets.pause(business, product, "id")
    assert told() == {ours, here}
    markets.refuse(business, product, "cn", reason="Foto", at=at)
    assert told() == {ours, shared.on_sale_in("cn")}
    catalogue.archive(business, product)
    assert told() == {ours}
    registry.describe(business, name="Kopi", legal_form="individual", phone="", by=user, at=at)
    assert told() == {ours}
    markets.enter_rate("CNY", Decimal(3000), source="test", valid_from=at + timedelta(hours=-1), at=at, is_meant=True)
    assert shared.of_prices("cn") in told()


@pytest.mark.django_db(transaction=True)
def test_what_is_left_is_told_when_pages_say_it():
    pool = a_pool(available=20)
    business, variant = pool.business_id, shared.of_variant(pool.variant_id)
    ours = shared.of_business(business)
    address = {key: value for key, value in connection.get_connection_params().items() if isinstance(value, str | int)}
    with psycopg.connect(**address, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")

        def after(**facts: object) -> set[str]:
            Pool.objects.filter(business_id=business, id=pool.id).update(**facts)
            listening = Told()
            listening.payloads = [heard.payload for heard in listener.notifies(timeout=0.1)]
            return listening.things()

        assert after(available=12) == set()  # plenty before and after
        assert after(available=9) == {variant}
        assert after(available=9) == set()
        assert after(available=1) == {variant}
        assert after(available=0) == {variant, ours}
        assert after(available=30) == {variant, ours}
        assert after(campaign_id=business) == set()
        assert after(available=0) == {variant, ours, shared.of_campaign(business)}
