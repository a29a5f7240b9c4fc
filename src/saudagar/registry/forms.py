"""What sellers and officers fill in."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.people import rules as people
from saudagar.registry import queries
from saudagar.registry.models import Business, Membership, Outlet, Plant
from saudagar.registry.rules import identifiers

LEGAL_FORMS = [
    (Business.LegalForm.PERSON, _("My own business, without a company")),
    (Business.LegalForm.PT_PERSON, _("One-person company (PT perorangan)")),
    (Business.LegalForm.CV, _("Partnership (CV, firma)")),
    (Business.LegalForm.PT, _("Company (PT)")),
    (Business.LegalForm.COOPERATIVE, _("Cooperative (koperasi)")),
    (Business.LegalForm.VILLAGE, _("Village enterprise (BUM Desa)")),
    (Business.LegalForm.OTHER, _("Something else")),
]
OUTLET_KINDS = [
    (Outlet.OutletKind.WARUNG, _("Shop or warung")),
    (Outlet.OutletKind.STALL, _("Market stall")),
    (Outlet.OutletKind.WORKSHOP, _("Workshop or kitchen")),
    (Outlet.OutletKind.WAREHOUSE, _("Warehouse")),
]
PLANT_KINDS = [
    (Plant.PlantKind.FACTORY, _("Factory or plant")),
    (Plant.PlantKind.KITCHEN, _("Kitchen or home food maker")),
    (Plant.PlantKind.WORKSHOP, _("Workshop")),
    (Plant.PlantKind.PACKHOUSE, _("Packhouse")),
    (Plant.PlantKind.ORCHARD, _("Orchard, garden, farm or pond")),
    (Plant.PlantKind.SWIFTLET_HOUSE, _("Swiftlet house")),
    (Plant.PlantKind.COLD_STORE, _("Cold store")),
]
IDENTITY_KINDS = [
    ("nib", _("NIB: 13 digits, free of charge from OSS")),
    ("nik", _("NIK: 16 digits, on your identity card (KTP)")),
    ("npwp", _("NPWP: 15 or 16 digits, your tax number")),
]


def refused(form: forms.Form, refusal: Refusal) -> None:
    """Shows a refusal where the person can mend it."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, forms.ValidationError(refusal.message(get_language()), code=refusal.code))


class PhoneField(forms.CharField):
    """A phone number in any usual way of writing; cleaned to E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "maxlength": 40})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return people.phone(text).e164 if text else ""
        except people.PhoneNotValid as refusal:
            raise forms.ValidationError(refusal.message(get_language()), code=refusal.code) from refusal


class BusinessForm(forms.Form):
    name = forms.CharField(
        label=_("Name of your business"), max_length=120, help_text=_("As customers know it, for example: Kopi Gayo Sari.")
    )
    legal_form = forms.ChoiceField(label=_("Kind of business"), choices=LEGAL_FORMS, initial=Business.LegalForm.PERSON)
    phone = PhoneField(label=_("Phone number of the business"), help_text=_("For couriers. Buyers do not see it."))

    def ask_for_owner(self) -> None:
        """The first thing we ask of somebody whose name is not known yet."""
        self.fields["owner"] = forms.CharField(
            label=_("Your name"),
            max_length=120,
            help_text=_("As on your identity card."),
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )
        self.order_fields(["owner", "name"])


class DescriptionForm(BusinessForm):
    emblem = forms.FileField(
        label=_("Sign of the business"),
        help_text=_("A square picture, shown beside your name in the shop. JPG, PNG or WebP."),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    about_id = forms.CharField(
        label=_("About you, in Indonesian"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3, "lang": "id"})
    )
    about_en = forms.CharField(
        label=_("About you, in English"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3, "lang": "en"})
    )
    about_zh = forms.CharField(
        label=_("About you, in Chinese"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3, "lang": "zh-Hans"})
    )

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if business.state not in (Business.State.DRAFT, Business.State.REFUSED):
            for name in ("name", "legal_form"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed once an officer has it. Ask an officer to change it.")

    @property
    def about(self) -> dict[str, str]:
        return {"id": self.cleaned_data["about_id"], "en": self.cleaned_data["about_en"], "zh-hans": self.cleaned_data["about_zh"]}


class IdentityForm(forms.Form):
    kind = forms.ChoiceField(label=_("Which number do you have?"), choices=IDENTITY_KINDS, widget=forms.RadioSelect, initial="nib")
    value = forms.CharField(
        label=_("The number"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
    )

    def ask_for(self, kinds: Collection[str]) -> None:
        """Offers these kinds only."""
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, label) for kind, label in IDENTITY_KINDS if kind in kinds]
        field.initial = next(iter(field.choices), ("", ""))[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") and data.get("value"):
            try:
                self.identifier = identifiers.check(data["kind"], data["value"], on=now().date(), area_exists=queries.area_exists)
            except Refusal as refusal:
                self.add_error("value", forms.ValidationError(refusal.message(get_language()), code=refusal.code))
        return data


class AreaForm(forms.Form):
    """Where it lies. Regencies follow the chosen province, districts the regency: with htmx at once, without it at the next press."""

    province = forms.ChoiceField(label=_("Province"))
    regency = forms.ChoiceField(label=_("Regency or city"))
    district = forms.ChoiceField(label=_("District"), required=False)
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
        help_text=_("Street, house number, RT/RW, village, landmark."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", _("Choose …"))]
        province, regency = self._given("province"), self._given("regency")
        within = regency if regency.startswith(f"{province}.") else ""
        follow = {
            "hx-post": "",
            "hx-trigger": "change",
            "hx-target": "#area",
            "hx-select": "#area",
            "hx-swap": "outerHTML",
            "hx-vals": '{"refresh": "1"}',
        }
        choices = {
            "province": [(area.code, area.name) for area in queries.provinces()],
            "regency": [(area.code, area.name) for area in queries.parts(province)] if province else [],
            "district": [(area.code, area.name) for area in queries.parts(within)] if within else [],
        }
        for name, found in choices.items():
            field: Any = self.fields[name]
            field.choices = nothing + found
            if name != "district":
                field.widget.attrs.update(follow)
        if not choices["district"]:
            del self.fields["district"]  # none are loaded: ./saudagar import areas

    def _given(self, name: str) -> str:
        return str(self.data.get(name, self.initial.get(name)) or "")

    @property
    def area_code(self) -> str:
        return self.cleaned_data.get("district") or self.cleaned_data["regency"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for smaller, larger in (("regency", "province"), ("district", "regency")):
            if data.get(smaller) and data.get(larger) and not data[smaller].startswith(f"{data[larger]}."):
                self.add_error(smaller, _("This does not lie there. Choose again."))
        return data


class OutletForm(AreaForm):
    """A place that sells or sends."""

    name = forms.CharField(label=_("Name of the place"), max_length=120, help_text=_("For example: Home kitchen, Shop in Takengon."))
    kind = forms.ChoiceField(label=_("What is it?"), choices=OUTLET_KINDS)
    postal_code = forms.RegexField(
        r"^\d{5}$",
        label=_("Postal code"),
        error_messages={"invalid": _("A postal code in Indonesia has five digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code", "maxlength": 5}),
    )
    is_dispatch = forms.BooleanField(label=_("Parcels leave from here"), required=False, initial=True)


class PlantForm(AreaForm):
    """A place of production."""

    name = forms.CharField(
        label=_("Name of the place of production"),
        max_length=120,
        help_text=_("As you call it: Roastery in Takengon, Garden of Pak Usman."),
    )
    kind = forms.ChoiceField(label=_("What is it?"), choices=PLANT_KINDS)
    maker = forms.CharField(
        label=_("Whose is it, if not yours?"),
        max_length=120,
        required=False,
        help_text=_("The maker or grower you buy from, as their papers name them."),
    )

    def fix(self) -> None:
        """Only the name may be changed: an officer has accepted a paper of it."""
        for name, field in self.fields.items():
            field.disabled = name != "name"


def area_initial(code: str) -> dict[str, str]:
    return {
        "province": code[:2],
        "regency": code[:5] if len(code) >= 5 else "",
        "district": code[:8] if len(code) >= 8 else "",
    }


def plant_initial(plant: Plant) -> dict[str, Any]:
    return {
        "name": plant.name,
        "kind": plant.kind,
        "address": plant.address,
        "maker": plant.maker,
        **area_initial(plant.area_id or ""),
    }


def outlet_initial(outlet: Outlet) -> dict[str, Any]:
    return {
        "name": outlet.name,
        "kind": outlet.kind,
        **area_initial(outlet.area_id or ""),
        "address": outlet.address,
        "postal_code": outlet.postal_code,
        "is_dispatch": outlet.is_dispatch,
    }


class SubmitForm(forms.Form):
    is_consenting = forms.BooleanField(
        label=_(
            "I agree that my data is kept, encrypted, and shown to officers who verify businesses. I may ask to see, correct or delete it."
        )
    )
    is_true = forms.BooleanField(label=_("What I entered is true, and I may act for this business."))


class InvitationForm(forms.Form):
    contact = forms.CharField(label=_("Phone number or e-mail"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Membership.Role.STAFF, _("Staff: orders, products, stock")),
            (Membership.Role.OWNER, _("Owner: everything, also money and people")),
        ],
        widget=forms.RadioSelect,
        initial=Membership.Role.STAFF,
    )

    def clean_contact(self) -> people.Contact:
        try:
            return people.contact(self.cleaned_data["contact"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message(get_language()), code=refusal.code) from refusal


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=[("verified", ""), ("refused", ""), ("suspended", "")])
    reason = forms.CharField(
        label=_("Reason, as the owner will read it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
