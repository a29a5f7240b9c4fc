"""What sellers fill in: the sample parcel, and how much they can make."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saudagar.catalogue.forms import ReadField
from saudagar.catalogue.queries import ProductRow
from saudagar.catalogue.rules import numbers
from saudagar.foundation import money
from saudagar.programme.destinations import Sample, sample_of

MOST_FREIGHT = 10**12  # IDR minor units
MOST_GRAMS = 70_000


class SampleForm(forms.Form):
    """One piece, as it would be sent."""

    weight = ReadField(
        numbers.grams, nothing=0, label=_("Weight of one piece as sent"), max_length=20, required=False, widget=forms.TextInput()
    )
    freight = ReadField(
        numbers.amount,
        nothing=None,
        label=_("Freight"),
        max_length=30,
        required=False,
        help_text=_("Left empty: the cheapest of our rate cards."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, *args: Any, product: ProductRow, **kwargs: Any) -> None:
        self.usual = sample_of(product)
        super().__init__(*args, **kwargs)
        if self.usual:
            self.fields["weight"].widget.attrs["placeholder"] = f"{self.usual.gross_grams} g"

    def clean_weight(self) -> int:
        grams = int(self.cleaned_data["weight"] or 0)
        if grams > MOST_GRAMS:
            raise forms.ValidationError(_("At most 70 kg."))
        return grams

    def clean_freight(self) -> int | None:
        freight = self.cleaned_data["freight"]
        if freight is not None and freight > MOST_FREIGHT:
            raise forms.ValidationError(_("This freight is too high."))
        return freight

    def sample(self) -> Sample | None:
        """As asked, the rest from the product. None while it has no variant."""
        if self.usual is None:
            return None
        told = self.cleaned_data if self.is_valid() else {}
        grams = told.get("weight") or self.usual.gross_grams
        net = min(self.usual.net_grams, grams) or grams
        return Sample(self.usual.price, net, grams, told.get("freight"))

    @property
    def shown_price(self) -> str:
        return money.shown(self.usual.price, "IDR") if self.usual else ""


class SupplyForm(forms.Form):
    """How much can be made, and how good."""

    pieces_per_month = forms.IntegerField(
        label=_("Pieces you can make a month"),
        min_value=0,
        max_value=10**8,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    grade = forms.ChoiceField(
        label=_("Grade"),
        required=False,
        choices=[("", _("Not sorted")), ("a", _("A: best, for export")), ("b", _("B: good")), ("c", _("C: ordinary"))],
    )
