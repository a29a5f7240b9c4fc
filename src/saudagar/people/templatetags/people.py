"""How people are shown."""

from django import template

from saudagar.people import rules

register = template.Library()


@register.filter
def as_contact(text: str) -> str:
    """A phone number in groups; an e-mail address as it is. For its owner's own eyes."""
    return rules.phone(text).shown if text.startswith("+") else text


@register.filter
def contact_masked(text: str) -> str:
    """A phone number or an e-mail address for everybody else."""
    return rules.contact(text).masked if text else ""
