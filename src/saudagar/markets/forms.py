"""What sellers and officers fill in about offers and rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from saudagar.catalogue.forms import ReadField
from saudagar.catalogue.rules import numbers
from saudagar.foundation import money
from saudagar.foundation.refusals import spoken
from saudagar.markets.models import Market
from saudagar.markets.rules import HOME_CURRENCY, MOST_REASON
from saudagar.rulebook.queries import current_rulebook


class PriceForm(forms.Form):
    """A price by hand in a market's currency; empty: by the market's rule again."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"] = ReadField(
            lambda text: numbers.amount(text, currency),
            label=_("Price in %(currency)s") % {"currency": currency},
            max_length=30,
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason, for the seller"), max_length=MOST_REASON, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(forms.Form):
    """What one unit of a currency costs in rupiah."""

    currency = forms.ChoiceField(label=_("Currency"))
    rate = forms.CharField(
        label=_("One unit costs, in rupiah"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    valid_from = forms.DateTimeField(
        label=_("Valid from"),
        required=False,
        help_text=_("Left empty: from now on."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("For example: Bank Indonesia JISDOR, 20 November 2026."))
    is_meant = forms.BooleanField(label=_("The rate is right although it is far from the last one"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of the markets, and those that customs of the countries they serve count in.
        known = current_rulebook().destinations
        asked = set()
        for where in Market.objects.all():
            asked |= {where.currency, *(known[code].currency for code in where.countries if code in known)}
        self.fields["currency"].choices = [(each, each) for each in sorted(asked - {HOME_CURRENCY})]  # type: ignore[attr-defined]

    def clean_rate(self) -> Decimal:
        text = self.cleaned_data["rate"].strip().lower().removeprefix("rp").strip()
        try:
            # 2.340 is two thousand three hundred and forty: rupiah are written with dots.
            rate = numbers.number(text)
        except ValueError:
            raise forms.ValidationError(_("Write a number like 2.340 or 2340,50."), code="rate") from None
        if rate <= 0:
            raise forms.ValidationError(_("Write a number like 2.340 or 2340,50."), code="rate")
        return rate

    def clean_valid_from(self) -> Any:
        return self.cleaned_data["valid_from"] or timezone.now()


def shown_rate(rate: Decimal, language: str | None) -> str:
    """Rupiah for one unit, as people read a number in their language.

    >>> shown_rate(Decimal("2340.5000"), "id"), shown_rate(Decimal("2340.5000"), "en")
    ('2.340,5', '2,340.5')
    """
    return str(format_decimal(rate, format="#,##0.####", locale=money.LOCALES[spoken(language)]))
