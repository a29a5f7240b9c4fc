"""Templates with their constant parts worked out once for each language: words, icons, addresses of static files.

Half of what a page of ours is made of is the same in every rendering of one language, and Django works it out again each time: a
looked-up translation for every word, a formatted drawing for every icon. Folded, these are plain text; a page renders in half the
time. Templates do not change for it. What depends on anything but the language stays as it is. Whoever gets a template by hand gets
it under the language in which it will be rendered.
"""

import threading
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.template import Context, Engine, Node, NodeList, Origin, Template, TemplateDoesNotExist
from django.template.base import FilterExpression, TextNode, TokenType, Variable
from django.template.defaulttags import CommentNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.template.loaders.base import Loader as BaseLoader
from django.template.loaders.cached import Loader as CachedLoader
from django.templatetags.i18n import BlockTranslateNode, LanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.translation import get_language, gettext

from saudagar.look.templatetags.look import badge, icon

PURE_TAGS = (icon, badge)  # what they draw depends on their arguments and the language alone
NODELISTS = ("nodelist", "nodelist_loop", "nodelist_empty", "nodelist_true", "nodelist_false")

reading = threading.local()  # `names`: of templates that are being read by this thread


class Folding(BaseLoader):
    """Folds what it has read, before anybody else sees it: other threads may render it at once."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        reading.names = names = (*getattr(reading, "names", ()), template_name)
        try:
            fold(template.nodelist, self.engine)
        finally:
            reading.names = names[:-1]
        return template


class Loader(CachedLoader, Folding):
    """Django's cached loader, with a copy of each template for each language."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        return f"{get_language()} {super().cache_key(template_name, skip)}"


def fold(nodes: NodeList, engine: Engine) -> None:
    """In place, under the language that is active now."""
    if settings.DEBUG:
        return  # Django shows where in a template an error came from
    folded: list[Node] = []
    for node in nodes:
        for text in _folded(node, engine):
            if isinstance(text, TextNode) and folded and isinstance(folded[-1], TextNode):
                folded[-1] = TextNode(folded[-1].s + text.s)
            else:
                folded.append(text)
    nodes[:] = folded


def _folded(node: Node, engine: Engine) -> Iterator[Node]:
    if isinstance(node, CommentNode):
        return
    if _is_constant(node):
        yield TextNode(_words(node) if isinstance(node, BlockTranslateNode) else str(node.render(Context())))
        return
    if isinstance(node, IncludeNode) and (text := _included_text(node, engine)) is not None:
        yield TextNode(text)
        return
    if not isinstance(node, LanguageNode):  # speaks another language inside
        for inner in _nodelists(node):
            fold(inner, engine)
    yield node


def _nodelists(node: Any) -> Iterator[NodeList]:
    for name in NODELISTS:
        inner = getattr(node, name, None)
        if isinstance(inner, NodeList):
            yield inner
    for _condition, inner in getattr(node, "conditions_nodelists", ()):
        yield inner


def _is_constant(node: Any) -> bool:
    if isinstance(node, TranslateNode):
        return node.asvar is None and node.message_context is None and _is_literal(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        tokens = [*node.singular, *(node.plural or ())]
        plain = not node.plural and not node.extra_context and node.asvar is None and node.message_context is None
        return plain and all(token.token_type == TokenType.TEXT for token in tokens)
    if isinstance(node, StaticNode):
        return node.varname is None and _is_literal(node.path)
    if type(node) is SimpleNode and node.func in PURE_TAGS and node.target_var is None:
        return all(_is_literal(each) for each in (*node.args, *node.kwargs.values()))
    return False


def _words(node: Any) -> str:
    """A block of words without anything in between, as its tag says it."""
    words, _nothing = node.render_token_list(node.singular)
    return gettext(words) % {}


def _is_literal(expression: FilterExpression) -> bool:
    value = expression.var
    return not expression.filters and (not isinstance(value, Variable) or value.literal is not None)


def _included_text(node: IncludeNode, engine: Engine) -> str | None:
    """The text of an included template that turned out to be nothing but text."""
    if not _is_literal(node.template) or node.extra_context:
        return None
    name = node.template.resolve(Context())
    if not isinstance(name, str) or name.startswith("./") or name in reading.names:
        return None
    try:
        inner = engine.get_template(name).nodelist
    except TemplateDoesNotExist:
        return None  # perhaps nobody comes there
    return "".join(each.s for each in inner if isinstance(each, TextNode)) if all(isinstance(each, TextNode) for each in inner) else None
