from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.contrib import messages
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import ResolverMatch

from saudagar.look.shared import Shared, asked_language, of_business, of_campaign, of_prices, of_variant, on_sale_in, shared_page


def asked(view, path="/x/?b=2&a=1&c=3", **extra):
    request = RequestFactory().get(path, **extra)
    request.resolver_match = ResolverMatch(view, (), {})
    return request


def test_the_view_sees_what_everybody_could_have_sent():
    seen = []

    @shared_page(query=("a", "b"), cookies=("to_{market}",))
    def page(request, market):
        seen.append(request)
        request.shared.shows("tea")
        return HttpResponse("tea")

    request = asked(page, HTTP_COOKIE="sessionid=s; to_id=32; to_cn=11; basket_id=b; django_language=en", HTTP_USER_AGENT="x")
    request.user, request.session = "Rina", {"secret": 1}
    answer = page(request, market="id")
    (got,) = seen
    assert got.get_full_path() == "/x/?a=1&b=2"
    assert got.COOKIES == {"to_id": "32", "django_language": "en"}
    assert not hasattr(got, "user") and not hasattr(got, "session") and not list(messages.get_messages(got))
    assert set(got.headers) == {"Host"}
    assert answer.shared.things == {"tea"} and answer["Content-Language"] == "en"


def test_a_page_with_a_token_or_a_cookie_is_not_shared():
    @shared_page()
    def with_token(request):
        return HttpResponse(engines["django"].from_string("{% csrf_token %}").render({}, request))

    @shared_page()
    def with_cookie(request):
        answer = HttpResponse("x")
        answer.set_cookie("a", "b")
        return answer

    @shared_page()
    def with_header(request):
        return HttpResponse("x", headers={"Vary": "Cookie"})

    for view in (with_token, with_cookie, with_header):
        with pytest.raises(RuntimeError, match="marked as shared"):
            view(asked(view))


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("en", "id", "en"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "zh-CN,zh;q=0.9", "zh-hans"),
        ("xx", "fr, id;q=0.2", "id"),
        ("", "ja", ""),
        ("", "", ""),
        ("", "," * 499, ""),
    ],
)
def test_languages(chosen: str, accepted: str, language: str):
    assert asked_language(chosen, accepted) == language


def test_the_earliest_end_counts():
    shared = Shared()
    late, early = datetime(2026, 11, 12, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC)
    for at in (None, late, early, late):
        shared.until(at)
    assert shared.ends_at == early


def test_things_have_names_of_their_own():
    one = UUID(int=1)
    assert len({of_business(one), of_variant(one), of_campaign(one), of_prices("id"), on_sale_in("id")}) == 5
