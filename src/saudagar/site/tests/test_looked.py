"""How often product pages are sent."""

import pytest

from saudagar.catalogue import queries as products
from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.programme.models import ProductViews
from saudagar.site.page_cache.looked import Looked, add

pytestmark = pytest.mark.django_db


def test_views_are_counted_without_knowing_anybody():
    sari = a_business()
    product, _ = a_coffee(sari)
    text = products.product(sari.pk, product).handle
    looked, person = Looked(), {"method": "GET", "headers": [(b"user-agent", b"Mozilla/5.0")]}
    for path, status, scope in (
        (f"/id/p/{text}/", 200, person),
        (f"/id/p/{text}/", 200, person),
        (f"/cn/p/{text}", 200, person),
        ("/id/p/RAAAAAAAAAAAAAAAA/", 200, person),  # no such handle
        (f"/id/p/{text}/", 404, person),
        (f"/id/p/{text}/", 200, {**person, "method": "HEAD"}),
        (f"/id/p/{text}/", 200, {"method": "GET", "headers": [(b"user-agent", b"Googlebot/2.1")]}),
        ("/id/", 200, person),
    ):
        looked.count(path, status, scope)
    add(looked)
    add(looked)
    looked.count(f"/id/p/{text}/", 200, person)
    add(looked)
    assert sorted(ProductViews.objects.values_list("market_code", "views")) == [("cn", 1), ("id", 3)]
