"""What sellers fill in about their goods. They write as they speak: "75.000", "250 gr", "20 x 10 x 5 cm"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saudagar.catalogue import queries
from saudagar.catalogue.actions import CertificateFacts, OriginSaid, ProductFacts, VariantFacts
from saudagar.catalogue.models import HsChoice
from saudagar.catalogue.queries import ProductRow, VariantRow
from saudagar.catalogue.rules import identifiers, numbers
from saudagar.catalogue.rules.product import LANGUAGES, MOST_PHOTOS
from saudagar.foundation import money
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.rulebook.queries import current_rulebook, known_hs_codes
from saudagar.rulebook.rules.agreements import Agreement

TRAITS = [
    ("fresh", _("Fresh: fruit, vegetables, meat, fish")),
    ("dried", _("Dried or preserved")),
    ("birds_nest", _("Contains bird's nest")),
    ("protected_species", _("Made of protected animals or plants (CITES)")),
]
COUNTRIES = [
    ("ID", _("Indonesia")),
    ("CN", _("China")),
    ("MY", _("Malaysia")),
    ("SG", _("Singapore")),
    ("TH", _("Thailand")),
    ("VN", _("Viet Nam")),
    ("JP", _("Japan")),
    ("KR", _("South Korea")),
    ("IN", _("India")),
    ("US", _("United States")),
]


def refused(form: forms.Form, refusal: Refusal, field: str | None = None) -> None:
    """Shows a refusal where the person can mend it."""
    name = field or refusal.field
    form.add_error(name if name in form.fields else None, forms.ValidationError(refusal.message(get_language()), code=refusal.code))


class ReadField(forms.CharField):
    """A text read by one of the catalogue's rules: the value is what it means, a refusal becomes the field's error."""

    def __init__(self, reader: Callable[[str], Any], *, nothing: Any = None, **options: Any) -> None:
        self.reader, self.nothing = reader, nothing
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return self.nothing
        try:
            return self.reader(text)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message(get_language()), code=refusal.code) from refusal


def known_hs_code(text: str) -> str:
    """An HS code that stands in the nomenclature, when one is loaded."""
    code = identifiers.hs_code(text)
    known = known_hs_codes()
    if known and code[:6] not in known:
        raise identifiers.HsCodeWrong(text=text[:40])
    return code


def category_choices() -> list[tuple[str, str]]:
    rows = [(code, ("\u2003" * depth) + name) for code, name, depth in queries.categories(get_language())]
    return [("", "–"), *rows]


def price_field(**options: Any) -> ReadField:
    return ReadField(
        numbers.amount,
        label=_("Price at home"),
        max_length=30,
        help_text=_("For one piece, taxes included. For example 75.000."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        **options,
    )


def weight_field(label: Any, **options: Any) -> ReadField:
    return ReadField(numbers.grams, nothing=0, label=label, max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}), **options)


class HsPick(forms.Form):
    """A code picked from the suggestions; it wins over a typed one, which stays when nothing is picked."""

    hs_pick = ReadField(known_hs_code, nothing="", max_length=14, required=False, widget=forms.HiddenInput())


class QuickForm(HsPick):
    """The least a new product needs: the rest comes later, in peace."""

    title = forms.CharField(
        label=_("Name of the product"), max_length=150, help_text=_("As buyers would look for it: Kopi Arabika Gayo 250 g.")
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    price = price_field()
    net_weight = weight_field(_("Weight of the goods"), required=False, help_text=_("For example 250 gr or 1,5 kg."))
    photo = forms.FileField(
        label=_("Photo"), required=False, widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]

    def facts(self) -> ProductFacts:
        told = self.cleaned_data
        return ProductFacts(titles={"id": told["title"]}, category=told["category"] or None, hs_code=told["hs_pick"])

    def variant(self) -> VariantFacts:
        return VariantFacts(price=self.cleaned_data["price"], net_grams=self.cleaned_data["net_weight"] or 0)


class FactsForm(HsPick):
    """What a product is: texts in three languages, and what customs ask."""

    title_id = forms.CharField(label=_("Name in Indonesian"), max_length=150, widget=forms.TextInput(attrs={"lang": "id"}))
    description_id = forms.CharField(
        label=_("Description in Indonesian"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4, "lang": "id"})
    )
    title_en = forms.CharField(label=_("Name in English"), max_length=150, required=False, widget=forms.TextInput(attrs={"lang": "en"}))
    description_en = forms.CharField(
        label=_("Description in English"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4, "lang": "en"})
    )
    title_zh = forms.CharField(
        label=_("Name in Chinese"), max_length=150, required=False, widget=forms.TextInput(attrs={"lang": "zh-Hans"})
    )
    description_zh = forms.CharField(
        label=_("Description in Chinese"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4, "lang": "zh-Hans"})
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    brand = forms.CharField(label=_("Brand"), max_length=80, required=False)
    hs_code = ReadField(
        known_hs_code,
        nothing="",
        label=_("HS code"),
        max_length=14,
        required=False,
        help_text=_("Six digits or more; customs abroad ask for it. Roasted coffee is 0901.21."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "list": "hs-known"}),
    )
    origin = forms.ChoiceField(label=_("Made or grown in"), choices=COUNTRIES, initial="ID")
    hs_answer = forms.CharField(
        label=_("Why another code?"),
        max_length=300,
        required=False,
        help_text=_("Only when you disagree with the officer. The officer reads this and looks again."),
    )
    traits = forms.MultipleChoiceField(label=_("True of these goods"), choices=TRAITS, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, product: ProductRow, choice: HsChoice | None = None, **kwargs: Any) -> None:
        self.product = product
        initial = {
            "category": product.category or "",
            "brand": product.brand,
            "hs_code": (choice.proposed_shown if choice else "") or product.hs_shown,
            "hs_answer": choice.answer if choice else "",
            "origin": product.origin,
            "traits": list(product.traits),
        }
        for language in LANGUAGES:
            initial[f"title_{language[:2]}"] = product.titles.get(language, "")
            initial[f"description_{language[:2]}"] = product.descriptions.get(language, "")
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]
        if choice is None or not choice.reason:
            del self.fields["hs_answer"]  # no officer has put the code right

    def facts(self) -> ProductFacts:
        told = self.cleaned_data
        return ProductFacts(
            titles={language: told[f"title_{language[:2]}"] for language in LANGUAGES},
            descriptions={language: told[f"description_{language[:2]}"] for language in LANGUAGES},
            category=told["category"] or None,
            hs_code=told["hs_pick"] or told["hs_code"],
            origin=told["origin"],
            brand=told["brand"],
            traits=told["traits"],
            hs_answer=told.get("hs_answer", ""),
        )


class VariantForm(forms.Form):
    """One size, taste or colour."""

    name_id = forms.CharField(
        label=_("Variant"), max_length=60, required=False, help_text=_("What tells it from the others: 250 g, Pedas, Merah.")
    )
    name_en = forms.CharField(label=_("Variant in English"), max_length=60, required=False)
    name_zh = forms.CharField(label=_("Variant in Chinese"), max_length=60, required=False)
    price = price_field()
    net_weight = weight_field(_("Weight of the goods"), help_text=_("Without packing: 250 gr, 1,5 kg."))
    gross_weight = weight_field(_("Weight as sent"), required=False, help_text=_("With its packing. Left empty, we add a tenth."))
    size = ReadField(
        numbers.box,
        nothing=(0, 0, 0),
        label=_("Size as sent"),
        max_length=40,
        required=False,
        help_text=_("Length x width x height: 20 x 10 x 5 cm."),
    )
    sku = ReadField(
        identifiers.sku,
        nothing="",
        label=_("SKU"),
        max_length=60,
        required=False,
        help_text=_("Your own short name for it. Left empty, we make one."),
    )
    gtin = ReadField(
        identifiers.gtin,
        nothing="",
        label=_("Barcode number"),
        max_length=24,
        required=False,
        help_text=_("The digits under the barcode, if the pack has one."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, variant: VariantRow | None = None, **kwargs: Any) -> None:
        initial = {} if variant is None else _shown(variant)
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)

    def facts(self) -> VariantFacts:
        told = self.cleaned_data
        names = {"id": told["name_id"], "en": told["name_en"], "zh-hans": told["name_zh"]}
        return VariantFacts(
            price=told["price"],
            sku=told["sku"],
            gtin=told["gtin"],
            names={language: name for language, name in names.items() if name},
            net_grams=told["net_weight"],
            gross_grams=told["gross_weight"] or 0,
            size_mm=told["size"],
        )


def _shown(variant: VariantRow) -> dict[str, str]:
    length, width, height = variant.size_mm
    return {
        "name_id": variant.names.get("id", ""),
        "name_en": variant.names.get("en", ""),
        "name_zh": variant.names.get("zh-hans", ""),
        "price": money.shown(variant.price, "IDR", "id").removeprefix("Rp"),
        "net_weight": f"{variant.net_grams} g" if variant.net_grams else "",
        "gross_weight": f"{variant.gross_grams} g" if variant.gross_grams else "",
        "size": f"{length} x {width} x {height} mm" if length else "",
        "sku": variant.sku,
        "gtin": variant.gtin,
    }


class PaperForm(forms.Form):
    """One licence, registration or certificate, with a picture or PDF of it."""

    kind = forms.ChoiceField(label=_("Which paper?"))
    number = forms.CharField(label=_("Its number"), max_length=60)
    issuer = forms.CharField(label=_("Given by"), max_length=120, required=False)
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Left empty: no end.")
    )
    file = forms.FileField(
        label=_("Photo or PDF of it"),
        required=False,
        help_text=_("Only you and the officer see it."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, of: tuple[str, ...] = ("product", "plant", "parcel"), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "–"), *paper_names(of).items()]  # type: ignore[attr-defined]

    def facts(self) -> CertificateFacts:
        told = self.cleaned_data
        file = (told["file"].name, told["file"].read()) if told["file"] else None
        return CertificateFacts(told["kind"], told["number"], told["issuer"], told["valid_from"], told["valid_until"], file)


class PlantsForm(forms.Form):
    """Where one product is made, grown and packed."""

    plants = forms.MultipleChoiceField(label=_("Made, grown or packed here"), required=False, widget=forms.CheckboxSelectMultiple)
    is_meant = forms.BooleanField(label=_("Save all the same"), required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plants"].choices = choices  # type: ignore[attr-defined]

    def plant_ids(self) -> list[UUID]:
        return [UUID(each) for each in self.cleaned_data["plants"]]


class HsDecisionForm(HsPick):
    """An officer's word on a product's HS code: one of the suggestions, or another."""

    hs = ReadField(
        known_hs_code,
        nothing="",
        label=_("Another code"),
        max_length=14,
        required=False,
        help_text=_("Six digits or more."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    reason = forms.CharField(
        label=_("Why it is another code"),
        max_length=500,
        required=False,
        help_text=_("Needed when you change it. The seller reads this."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and not (told.get("hs") or told.get("hs_pick")):
            self.add_error("hs", _("Pick a code or write one."))
        return told

    def code(self) -> str:
        return str(self.cleaned_data["hs"] or self.cleaned_data["hs_pick"])


CRITERIA_SAID = [
    ("WO", _("WO: grown, caught or dug wholly in Indonesia")),
    ("PE", _("PE: made in Indonesia of materials that have origin themselves")),
    ("CTH", _("CTH: foreign materials fall under another heading (4 digits)")),
    ("CTSH", _("CTSH: foreign materials fall under another subheading (6 digits)")),
    ("RVC", _("RVC: enough of the value was added here")),
    ("PSR", _("PSR: a rule for just this product")),
]
SHOWN_BY = [
    ("declaration", _("Only by my declaration on the invoice: parcels worth more pay the usual duty")),
    ("paper", _("I get the certificate for every parcel that needs it, before it leaves")),
]


class OriginForm(forms.Form):
    """What a seller states of one product under one agreement."""

    criterion = forms.ChoiceField(
        label=_("Why it counts as Indonesian"),
        choices=[("", "–"), *CRITERIA_SAID],
        help_text=_("By the agreement's rule for this HS code. Ask the e-SKA office when you are not sure."),
    )
    regional_value = forms.IntegerField(
        label=_("Value added here, per cent"), required=False, min_value=0, max_value=100, help_text=_("Only with RVC.")
    )
    shown_by = forms.ChoiceField(label=_("How you will show it"), choices=SHOWN_BY, widget=forms.RadioSelect)
    valid_until = forms.DateField(
        label=_("True until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("A year at most: materials and suppliers change."),
    )
    is_confirmed = forms.BooleanField(
        label=_("This is true, I hold the evidence, and I show it when customs or an officer asks."), required=False
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agreement.is_declared:
            del self.fields["shown_by"]
        elif not agreement.takes_declaration:
            self.fields["shown_by"].choices = SHOWN_BY[1:]  # type: ignore[attr-defined]

    def said(self) -> OriginSaid:
        told = self.cleaned_data
        return OriginSaid(
            told["criterion"],
            told.get("shown_by", "declaration"),
            told["valid_until"],
            told["regional_value"] or 0 if told["criterion"] == "RVC" else 0,
            told["is_confirmed"],
        )


class WithdrawalForm(forms.Form):
    """Why an officer takes a statement of origin back."""

    reason = forms.CharField(
        label=_("Why it is not true"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The seller reads this."),
    )


class CertificateDecisionForm(forms.Form):
    """An officer's word on a paper."""

    reason = forms.CharField(
        label=_("Why not"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The seller reads this.")
    )


def paper_names(of: tuple[str, ...] = ("product", "plant", "parcel")) -> dict[str, str]:
    """The papers that sellers show: key -> name in the reader's language."""
    language, asked = spoken(get_language()), queries.papers_asked()
    return {key: paper.names[language] for key, paper in current_rulebook().papers.items() if paper.of in of and key in asked}


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PhotosField, self).clean(each, initial) for each in files][:MOST_PHOTOS]


class PhotosForm(forms.Form):
    photos = PhotosField(label=_("Add photos"), widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True}))
