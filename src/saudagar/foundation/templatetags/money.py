"""`{% load money %}{{ order.total|money:order.currency }}`: an amount as people of this language read it."""

from django import template
from django.utils.translation import get_language

from saudagar.foundation.money import shown

register = template.Library()


@register.filter
def money(amount: int | None, currency: str) -> str:
    """Minor units as Rp107.000 or ¥12.50; nothing for None."""
    return "" if amount is None else shown(amount, currency, get_language())
