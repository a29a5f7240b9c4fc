import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.template import Context, Engine
from django.template.base import TextNode
from django.utils import translation

from saudagar.look.folding import Loader

WORDS = {
    "page": "{% extends 'frame' %}{% load i18n look static %}{% block body %}{% include 'mark' %}{% translate 'Basket' %} {{ name }}"
    "{% if name %}{% translate 'Search' %}{% endif %}{% blocktranslate %}Language{% endblocktranslate %}"
    "{% blocktranslate %}by {{ name }}{% endblocktranslate %}{% icon 'cart' label=name %}{% include 'hello' with who=name %}"
    "{% language 'en' %}{% translate 'Basket' %}{% include 'word' %}{% endlanguage %}{% endblock %}",
    "frame": "{% load i18n %}<b>{% block body %}{% endblock %}</b>{% translate 'Search' as found %}{{ found }}",
    "mark": "{% load look %}{% icon 'cart' 's' %}",
    "word": "{% load i18n %}{% translate 'Basket' %}",
    "hello": "{{ who }}",
    "tree": "{% for part in tree %}({% include 'tree' with tree=part only %}){% endfor %}"
    "{% if nobody %}{% include 'missing' %}{% include 'tree' %}{% endif %}",
}
LOADERS = [("django.template.loaders.locmem.Loader", WORDS)]
LIBRARIES = {
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
    "look": "saudagar.look.templatetags.look",
}


def engines() -> tuple[Engine, Engine]:
    """One that folds and Django's own."""
    own = Engine(loaders=[("saudagar.look.folding.Loader", LOADERS)], libraries=LIBRARIES)
    return own, Engine(loaders=LOADERS, libraries=LIBRARIES)


def test_folded_or_not_a_page_is_the_same_in_every_language():
    folded, plain = engines()
    for language in ("id", "en", "zh-hans", "id"):
        with translation.override(language):
            for name in ("", "Sari", "<Sari>"):
                assert folded.get_template("page").render(Context({"name": name})) == plain.get_template("page").render(
                    Context({"name": name})
                )


def test_what_depends_on_nothing_but_the_language_is_text():
    folded, _ = engines()
    assert isinstance(folded.template_loaders[0], Loader)
    seen = set()
    for language in ("id", "en", "zh-hans"):
        with translation.override(language):
            (mark,) = folded.get_template("mark").nodelist[1:]
            (word,) = folded.get_template("word").nodelist[1:]
            assert isinstance(mark, TextNode) and mark.s.startswith("<svg")
            assert isinstance(word, TextNode)
            seen.add(word.s)
    assert len(seen) == 3


def test_a_template_may_hold_itself_and_one_that_is_missing_where_nobody_comes():
    folded, plain = engines()
    context = {"tree": [[], [[], []]]}
    assert folded.get_template("tree").render(Context(context)) == plain.get_template("tree").render(Context(context)) == "()(()())"


def test_nobody_sees_a_template_half_folded():
    folded, plain = engines()
    gate = threading.Barrier(8)

    def read() -> str:
        gate.wait()
        with translation.override("id"):
            return folded.get_template("page").render(Context({"name": "Sari"}))

    with translation.override("id"):
        whole = plain.get_template("page").render(Context({"name": "Sari"}))
    for _ in range(20):
        folded.template_loaders[0].reset()
        with ThreadPoolExecutor(8) as threads:
            assert {made.result() for made in [threads.submit(read) for _ in range(8)]} == {whole}


@dataclass(frozen=True)
class Tile:
    name: str


def test_kept_text_is_that_of_its_values_and_language():
    rendered = []

    class Seen:
        def __str__(self) -> str:
            rendered.append(1)
            return "x"

    words = {
        "tile": "{% load i18n look %}{% kept tile lazy|yesno:'1,0,0' %}{{ seen }}{{ tile.name }}{% if lazy %}!{% endif %}"
        "{% translate 'Search' %}{% endkept %}"
    }
    engine = Engine(loaders=[("saudagar.look.folding.Loader", [("django.template.loaders.locmem.Loader", words)])], libraries=LIBRARIES)
    texts = {}
    for _ in range(2):
        for language in ("id", "en"):
            for tile in (Tile("<tea>"), Tile("rice")):
                for lazy in (0, 1, 2):
                    with translation.override(language):
                        text = engine.get_template("tile").render(Context({"tile": tile, "lazy": lazy, "seen": Seen()}))
                    texts.setdefault((language, tile.name, bool(lazy)), set()).add(text)
    assert len(rendered) == len(texts) == len(set().union(*texts.values())) == 8
    assert all(len(each) == 1 for each in texts.values())
    assert texts["en", "<tea>", True] == {"x&lt;tea&gt;!Search"}
