"""What a seller says once about a product, for its papers; where a consignment goes."""

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saudagar.catalogue.forms import CRITERIA_SAID
from saudagar.customs.models import Consignment, PaperDetails
from saudagar.customs.rules.consignments import TERMS
from saudagar.foundation.refusals import spoken
from saudagar.rulebook.queries import current_rulebook
from saudagar.shipping.models import HazardStatement

CRITERIA = [("", _("not said yet")), *CRITERIA_SAID]


class PaperDetailsForm(forms.ModelForm):
    """Origin criterion, and the items of a Chinese food label that the catalogue does not have."""

    criterion = forms.ChoiceField(
        label=_("Why it counts as Indonesian"),
        choices=CRITERIA,
        required=False,
        help_text=_("For certificates of origin such as Form E. Ask the e-SKA office when you are not sure."),
    )
    regional_value = forms.IntegerField(label=_("Value added here, per cent"), required=False, min_value=0, max_value=100)
    ingredients_zh = forms.CharField(
        label=_("Ingredients in Chinese"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "zh-Hans"}),
        help_text=_("Largest first, separated by 、"),
    )
    storage_zh = forms.CharField(label=_("How to store it, in Chinese"), required=False, max_length=200)
    shelf_life_days = forms.IntegerField(label=_("Shelf life, days"), required=False, min_value=0, max_value=3650)
    importer_name = forms.CharField(label=_("Importer or agent in China"), required=False, max_length=120)
    importer_address = forms.CharField(label=_("Their address"), required=False, max_length=200)
    importer_phone = forms.CharField(label=_("Their phone number"), required=False, max_length=30)

    class Meta:
        model = PaperDetails
        fields = (
            "criterion", "regional_value", "ingredients_zh", "storage_zh", "shelf_life_days", "importer_name", "importer_address",
            "importer_phone",
        )  # fmt: skip

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        for name in ("regional_value", "shelf_life_days"):
            said[name] = said.get(name) or 0
        if said.get("criterion") == "RVC" and not said["regional_value"]:
            self.add_error("regional_value", _("With RVC, say how many per cent of the value were added here."))
        return said


BATTERIES_SAID = [
    ("", _("no lithium battery")),
    ("ion_inside", _("lithium ion, inside the product")),
    ("ion_packed", _("lithium ion, packed beside the product")),
    ("ion", _("lithium ion batteries alone")),
    ("metal_inside", _("lithium metal, inside the product")),
    ("metal_packed", _("lithium metal, packed beside the product")),
    ("metal", _("lithium metal batteries alone")),
]


class HazardForm(forms.ModelForm):
    """What carriers must know: flash point and density of liquids, batteries. From section 9 of the safety data sheet."""

    flash_point = forms.IntegerField(
        label=_("Flash point, °C (closed cup)"),
        required=False,
        min_value=-50,
        max_value=400,
        help_text=_("Of liquids such as perfume and essential oils. Up to 60 °C they are dangerous goods of class 3."),
    )
    grams_per_litre = forms.IntegerField(
        label=_("Density, grams per litre"),
        required=False,
        min_value=0,
        max_value=3000,
        help_text=_("Of liquids: essential oils about 900."),
    )
    battery = forms.ChoiceField(label=_("Lithium battery"), required=False, choices=BATTERIES_SAID)
    watt_hours = forms.IntegerField(label=_("Watt-hours of one battery"), required=False, min_value=0, max_value=10_000)

    class Meta:
        model = HazardStatement
        fields = ("flash_point", "grams_per_litre", "battery", "watt_hours")

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        for name in ("grams_per_litre", "watt_hours"):
            said[name] = said.get(name) or 0
        return said


class ProofForm(forms.Form):
    """A certificate of origin that was issued for a consignment: its number and day. Without a number it is taken back."""

    number = forms.CharField(label=_("Number of the certificate"), required=False, max_length=60)
    issued_on = forms.DateField(label=_("Issued on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        said["number"] = (said.get("number") or "").strip()
        if said["number"] and not said.get("issued_on") and "issued_on" not in self.errors:
            self.add_error("issued_on", _("Say on which day it was issued."))
        elif said.get("issued_on") and said["issued_on"] > localdate():
            self.add_error("issued_on", _("This day is still to come."))
        return said


class ConsignmentForm(forms.ModelForm):
    """Where several parcels go together. Only an aggregator names the exporter: a seller's own is its business."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For you: “Bonded warehouse Zhengzhou, November”"))
    country = forms.ChoiceField(label=_("Destination"))
    consignee_name = forms.CharField(label=_("Consignee: warehouse or consolidator"), max_length=120)
    consignee_address = forms.CharField(label=_("Its address"), max_length=250, widget=forms.Textarea(attrs={"rows": 3}))
    consignee_phone = forms.CharField(label=_("Its phone number"), required=False, max_length=30)
    terms = forms.ChoiceField(label=_("Delivery term (Incoterms 2020)"), choices=[(code, code) for code in TERMS], initial="FCA")
    loading = forms.CharField(label=_("Port or airport of loading"), required=False, max_length=80)
    discharge = forms.CharField(label=_("Port or airport of discharge"), required=False, max_length=80)
    transport = forms.CharField(label=_("Vessel or flight, bill number"), required=False, max_length=120)
    departs_on = forms.DateField(label=_("Departure"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    exporter_name = forms.CharField(label=_("Exporter: the aggregator"), max_length=120)
    exporter_address = forms.CharField(label=_("Its address"), max_length=250, widget=forms.Textarea(attrs={"rows": 3}))
    exporter_number = forms.CharField(label=_("Its NPWP"), required=False, max_length=40)

    class Meta:
        model = Consignment
        fields = (
            "name", "country", "consignee_name", "consignee_address", "consignee_phone", "terms", "loading", "discharge", "transport",
            "departs_on", "exporter_name", "exporter_address", "exporter_number",
        )  # fmt: skip

    def __init__(self, *args: Any, for_seller: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        reads = spoken(get_language())
        places = [(code, place.names[reads]) for code, place in current_rulebook().destinations.items() if code != "ID"]
        country: Any = self.fields["country"]
        country.choices = sorted(places, key=lambda place: place[1])
        if for_seller:
            for name in ("exporter_name", "exporter_address", "exporter_number"):
                del self.fields[name]
