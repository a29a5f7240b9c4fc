import gzip
import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client, override_settings

from saudagar.look import icons, states

LOOK = Path(__file__).parent.parent


def rendered(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


@pytest.mark.django_db
@override_settings(DEMO=True)
@pytest.mark.parametrize("address", ["/look/", "/look/desk/"])
@pytest.mark.parametrize("language", ["id", "en", "zh-hans"])
def test_the_gallery_needs_no_inline_style_and_no_inline_script(client: Client, address: str, language: str):
    client.cookies["django_language"] = language
    page = client.get(address)
    html = page.content.decode()

    assert page.status_code == 200
    assert not re.search(r"""\s(style|on\w+)=["']""", html)
    assert "<style" not in html and not re.search(r"<script(?![^>]*\bsrc=)", html)


@override_settings(DEMO=False, DEBUG=False)
def test_the_gallery_is_for_builders_only(client: Client):
    assert client.get("/look/").status_code == 404


@override_settings(DEBUG=False)
@pytest.mark.parametrize(
    ("language", "words"), [("id", "Halaman ini tidak ada"), ("en", "This page does not exist"), ("zh-hans", "页面不存在")]
)
def test_a_missing_page_says_so_in_the_readers_language(client: Client, language: str, words: str):
    client.cookies["django_language"] = language
    page = client.get("/nowhere/at/all/")
    assert page.status_code == 404
    assert words in page.content.decode()


def test_the_language_is_remembered_and_leads_back(client: Client):
    answer = client.post("/language/", {"language": "zh-hans", "next": "/look/"})
    assert (answer.status_code, answer["Location"]) == (302, "/look/")
    assert client.cookies["django_language"].value == "zh-hans"


def test_the_language_switch_leads_nowhere_else(client: Client):
    answer = client.post("/language/", {"language": "xx", "next": "https://example.org/"})
    assert answer["Location"] == "/"
    assert "django_language" not in client.cookies


def test_every_state_has_an_icon_that_exists():
    assert {shape for _, shape, _ in states.STATES.values()} <= set(icons.ICONS)
    assert len(icons.ICONS) >= 30


def test_what_a_component_is_given_is_escaped():
    html = rendered(
        "{% notice 'bad' title=words %}{{ words }}{% endnotice %}{% badge words %}{% card title=words %}{% endcard %}", words="<b>"
    )
    assert "<b>" not in html and html.count("&lt;b&gt;") == 4


def test_the_stylesheet_is_small_and_free_of_foreign_addresses():
    css = (LOOK / "static/look/saudagar.css").read_bytes()
    assert len(gzip.compress(css)) < 12_000
    assert not re.search(rb"url\((?!\"data:)", css)
