"""What sellers fill in about their shelves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from saudagar.catalogue.queries import ProductRow
from saudagar.catalogue.rules.headers import FIELDS
from saudagar.stock import queries
from saudagar.stock.rules import MOST_PIECES

PIECES = forms.NumberInput(attrs={"inputmode": "numeric", "min": 0})


def pieces_field(label: Any, *, least: int = 1) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=MOST_PIECES, widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )


def note_field() -> forms.CharField:
    return forms.CharField(label=_("Note"), max_length=200, required=False)


class ReceiptForm(forms.Form):
    """Goods come in."""

    variant = forms.ChoiceField(label=_("Which variant?"))
    outlet = forms.ChoiceField(label=_("Where?"))
    pieces = pieces_field(_("How many pieces?"))
    note = note_field()

    def __init__(self, *args: Any, product: ProductRow, business_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["variant"].choices = [(str(each.id), each.name or each.sku) for each in product.offered]  # type: ignore[attr-defined]
        self.fields["outlet"].choices = [(str(pk), name) for pk, name, _country in queries.outlets(business_id)]  # type: ignore[attr-defined]


class CountForm(forms.Form):
    """Counted on the shelf."""

    pieces = pieces_field(_("Counted"), least=0)
    note = note_field()


class LossForm(forms.Form):
    """Broken, spoiled, lost."""

    pieces = pieces_field(_("Pieces lost"))
    note = forms.CharField(label=_("What happened?"), max_length=200, required=False)


class TransferForm(forms.Form):
    """From one place to another."""

    outlet = forms.ChoiceField(label=_("To which place?"))
    pieces = pieces_field(_("How many pieces?"))

    def __init__(self, *args: Any, business_id: UUID, source: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outlet"].choices = [  # type: ignore[attr-defined]
            (str(pk), name) for pk, name, _country in queries.outlets(business_id) if pk != source
        ]


class ListForm(forms.Form):
    """A product list."""

    file = forms.FileField(
        label=_("Your list"),
        help_text=_("A spreadsheet (XLSX) or CSV with one product in each row. Any headers will do."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
    )


FIELD_NAMES = {
    "title": _("Name of the product"),
    "title_en": _("Name in English"),
    "title_zh": _("Name in Chinese"),
    "description": _("Description"),
    "description_en": _("Description in English"),
    "description_zh": _("Description in Chinese"),
    "sku": _("SKU"),
    "product_code": _("Code of the product with several variants"),
    "variant": _("Variant"),
    "gtin": _("Barcode number"),
    "price": _("Price"),
    "stock": _("Stock"),
    "weight": _("Weight as sent"),
    "net_weight": _("Weight of the goods"),
    "size": _("Size (length x width x height)"),
    "length": _("Length"),
    "width": _("Width"),
    "height": _("Height"),
    "category": _("Category"),
    "hs_code": _("HS code"),
    "origin": _("Country of origin"),
    "plant": _("Place of production"),
    "photo": _("Photo address (not fetched)"),
    "address": _("Address of the product elsewhere"),
    "halal": _("Halal certificate number"),
    "bpom": _("BPOM number"),
    "pirt": _("P-IRT number"),
}
if set(FIELD_NAMES) != set(FIELDS):
    raise AssertionError("Every field of an import has a name, and nothing else has.")


class MappingForm(forms.Form):
    """What each column means; as many choices as the list has columns."""

    def __init__(self, *args: Any, columns: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("– leave out –")), *FIELD_NAMES.items()]
        for place, (column, meant) in enumerate(columns):
            self.fields[f"c{place}"] = forms.ChoiceField(label=column, choices=choices, required=False, initial=meant)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        seen: set[str] = set()
        for name, field in list(told.items()):
            if field and field in seen:
                self.add_error(name, forms.ValidationError(_("Another column means this already."), code="twice"))
            seen.add(field)
        return told

    def chosen(self, columns: list[str]) -> dict[str, str]:
        return {column: self.cleaned_data[f"c{place}"] for place, column in enumerate(columns)}
