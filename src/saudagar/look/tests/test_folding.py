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
