"""Words of a notice, from the template of the room that tells it."""

from typing import Any

from django.template import Context, engines
from django.utils.translation import override

from saudagar.messages.rules import split


def words(kind: str, facts: dict[str, Any], language: str) -> tuple[str, str]:
    """Title and body of `notices/<kind>.txt` in a language. Plain text: whoever shows it on a page escapes it."""
    with override(language):  # also around reading it: what never changes in a template is worked out then
        template: Any = engines["django"].get_template(f"notices/{kind}.txt")
        return split(template.template.render(Context(facts, autoescape=False)))
