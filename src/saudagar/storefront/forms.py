"""The address as each country writes it."""

import re
from collections.abc import Sequence
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saudagar.checkout.rules import requests
from saudagar.checkout.rules.pricing import law_day
from saudagar.checkout.rules.refusals import IdentityNeeded, MobileNeeded
from saudagar.foundation.clock import now
from saudagar.foundation.money import shown
from saudagar.foundation.refusals import spoken
from saudagar.markets.models import Market
from saudagar.orders.rules import Address
from saudagar.rulebook.rules.identities import KINDS as IDENTITIES
from saudagar.storefront import queries
from saudagar.storefront.queries import PricedBasket
from saudagar.storefront.rules import Place, place_of

METHODS = {
    "qris": gettext_lazy("QRIS: any bank or wallet app, by scanning a code"),
    "alipay": gettext_lazy("Alipay"),
    "wallet": gettext_lazy("Card, or a wallet of your country, on the page of the payment service"),
}


def _choice(form: forms.Form, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field


class BuyerForm(forms.Form):
    """Who receives it, where, how it travels and how it is paid: one page."""

    name = forms.CharField(label=gettext_lazy("Name of the recipient"), max_length=120)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=25)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    identity = forms.CharField(max_length=32)  # only where customs of the destination asks for a number
    shipping = forms.ChoiceField(label=gettext_lazy("Shipping"), widget=forms.RadioSelect, required=False)
    terms = forms.ChoiceField(label=gettext_lazy("Duty and tax"), widget=forms.RadioSelect, required=False)
    payment = forms.ChoiceField(label=gettext_lazy("Payment"), widget=forms.RadioSelect)

    person_fields: Sequence[str] = ("name", "phone", "email")
    address_fields: Sequence[str] = ()
    wide: Sequence[str] = ("name",)
    country = ""

    def __init__(self, *args: Any, market: Market, language: str | None, priced: PricedBasket | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.market, self.language = market, language
        _choice(self, "payment").choices = [(code, METHODS.get(code, code)) for code in market.payment_methods]
        self.fields["payment"].initial = market.payment_methods[0] if market.payment_methods else None
        shipping = shipping_choices(priced, language)
        _choice(self, "shipping").choices = shipping
        self.fields["shipping"].initial = shipping[0][0]
        self.has_terms = bool(priced and priced.at_border)
        _choice(self, "terms").choices = (
            terms_choices(priced, language) if priced and self.has_terms else [(each, "") for each in market.terms]
        )
        self.fields["terms"].initial = market.terms[0]
        self.set_up()
        self.asked = queries.identity_asked(market, self.destination().country, law_day(now()))
        self._ask_for_identity()
        hints = {"name": "name", "phone": "tel", "email": "email", "postal_code": "postal-code", "line": "street-address"}
        for name, field in self.fields.items():
            field.whole = name in self.wide  # type: ignore[attr-defined]
            if name in hints:
                field.widget.attrs["autocomplete"] = hints[name]
        self.fields["phone"].widget.attrs["inputmode"] = "tel"

    def set_up(self) -> None:
        """Choices that depend on the country."""

    def destination(self) -> Place:
        """Where it goes, as far as the form says so by now."""
        region = self.data.get("region") if self.is_bound else self.initial.get("region")
        return place_of(self.market.countries, str(region or ""))

    def _ask_for_identity(self) -> None:
        if not self.asked:
            del self.fields["identity"]
            return
        kind, language = IDENTITIES[self.asked], spoken(self.language)
        field = self.fields["identity"]
        field.label = kind.names[language]
        kept = _("Kept encrypted, used for customs alone.")
        field.help_text = f"{kind.help[language]} {kept}"
        field.error_messages["required"] = _("Customs does not let the parcel in without this number.")
        field.widget.attrs.update(autocomplete="off", autocapitalize="characters", spellcheck="false")

    @property
    def customs(self) -> list[forms.BoundField]:
        """What customs of the destination asks of the buyer."""
        return [self["identity"]] if "identity" in self.fields else []

    @property
    def person(self) -> list[forms.BoundField]:
        return [self[name] for name in self.person_fields]

    @property
    def address(self) -> list[forms.BoundField]:
        return [self[name] for name in self.address_fields]

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        try:
            number = phonenumbers.parse(text, self.country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise forms.ValidationError(_("This is not a telephone number the courier could call."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def clean(self) -> dict[str, Any] | None:
        """The identity number goes with the telephone number, so it is looked at when both are there."""
        data = super().clean()
        text, phone = self.cleaned_data.get("identity"), self.cleaned_data.get("phone")
        if text and phone:
            try:
                self.cleaned_data["identity"] = requests.identity(self.asked, text, phone)
            except IdentityNeeded:  # its help stands above
                self.add_error("identity", _("This number cannot be right. Please look at it again."))
            except MobileNeeded as refusal:
                self.add_error("phone", refusal.message(self.language))
        return data

    def region_code(self) -> str:
        """What the price depends on."""
        return str(self.cleaned_data["region"])

    def place_code(self) -> str:
        """How the select of destinations calls the place."""
        return str(self.cleaned_data["region"])

    def postal_address(self) -> Address:
        raise NotImplementedError


class IndonesianBuyer(BuyerForm):
    region = forms.ChoiceField(label=gettext_lazy("City or regency"))
    district = forms.CharField(label=gettext_lazy("District (kecamatan)"), max_length=80)
    line = forms.CharField(label=gettext_lazy("Street and number, RT/RW, village"), max_length=300)
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), min_length=5, max_length=5)
    note = forms.CharField(
        label=gettext_lazy("Landmark"),
        help_text=gettext_lazy("For example: green fence, next to the mosque."),
        required=False,
        max_length=200,
    )

    address_fields = ("region", "district", "line", "postal_code", "note")
    wide = ("name", "line")
    country = "ID"

    def set_up(self) -> None:
        _choice(self, "region").choices = [("", _("Choose …")), *queries.regencies()]
        self.fields["postal_code"].widget.attrs.update(inputmode="numeric", pattern="[0-9]{5}")

    def clean_postal_code(self) -> str:
        text = self.cleaned_data["postal_code"].strip()
        if not re.fullmatch(r"[1-9]\d{4}", text):
            raise forms.ValidationError(_("An Indonesian postal code has five digits."))
        return text

    def postal_address(self) -> Address:
        data = self.cleaned_data
        names = queries.provinces_of([data["region"]])
        return Address(
            country="ID",
            line=data["line"],
            city=queries.region_name(self.market, data["region"], self.language),
            postal_code=data["postal_code"],
            region=names.get(data["region"][:2], ""),
            district=data["district"],
            note=data["note"],
        )


class ChineseBuyer(BuyerForm):
    region = forms.ChoiceField(label=gettext_lazy("Province"))
    city = forms.CharField(label=gettext_lazy("City"), max_length=80)
    district = forms.CharField(label=gettext_lazy("District or county"), max_length=80)
    line = forms.CharField(label=gettext_lazy("Street, building, room"), max_length=300)
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), min_length=6, max_length=6)

    address_fields = ("region", "city", "district", "postal_code", "line")
    wide = ("line", "identity")
    country = "CN"

    def set_up(self) -> None:
        _choice(self, "region").choices = [("", _("Choose …")), *queries.regions(self.market, self.language)]
        self.fields["postal_code"].widget.attrs.update(inputmode="numeric", pattern="[0-9]{6}")

    def clean_postal_code(self) -> str:
        text = self.cleaned_data["postal_code"].strip()
        if not re.fullmatch(r"\d{6}", text):
            raise forms.ValidationError(_("A Chinese postal code has six digits."))
        return text

    def postal_address(self) -> Address:
        data = self.cleaned_data
        # Labels and customs read Chinese, whatever language the buyer reads.
        return Address(
            country="CN",
            line=data["line"],
            city=data["city"],
            postal_code=data["postal_code"],
            region=queries.region_name(self.market, data["region"], "zh-hans"),
            district=data["district"],
        )


class WorldBuyer(BuyerForm):
    region = forms.ChoiceField(label=gettext_lazy("Country"))
    line = forms.CharField(label=gettext_lazy("Street, building, apartment"), max_length=300)
    city = forms.CharField(label=gettext_lazy("City"), max_length=80)
    province = forms.CharField(label=gettext_lazy("State or province"), required=False, max_length=80)
    postal_code = forms.CharField(
        label=gettext_lazy("Postal code"), help_text=gettext_lazy("Where there is none, write 00000."), max_length=12
    )

    address_fields = ("region", "line", "city", "province", "postal_code")
    wide = ("name", "region", "line", "identity")

    def set_up(self) -> None:
        _choice(self, "region").choices = queries.regions(self.market, self.language)

    @property
    def chosen(self) -> Place:
        return place_of(self.market.countries, str(self.cleaned_data.get("region", "")))

    def clean_phone(self) -> str:
        # A number without its country's code is one of the country the parcel goes to.
        self.country = self.destination().country
        return super().clean_phone()

    def region_code(self) -> str:
        return self.chosen.region

    def postal_address(self) -> Address:
        data, place = self.cleaned_data, self.chosen
        return Address(
            country=place.country,
            line=data["line"],
            city=data["city"],
            postal_code=data["postal_code"].strip().upper(),
            region=data["province"] or place.region,
            district="",
        )


def buyer_form(market: Market) -> type[BuyerForm]:
    """The form of the market's country."""
    if market.is_of_many:
        return WorldBuyer
    return ChineseBuyer if market.country == "CN" else IndonesianBuyer


def terms_choices(priced: PricedBasket, language: str | None) -> list[tuple[str, str]]:
    """Duty and tax with the order, or at the door: each with both sums."""
    everything = priced.paid_in_all
    now_only = shown(everything - priced.at_border, priced.currency, language)
    at_door = shown(priced.at_border, priced.currency, language)
    return [
        ("DDP", _("Pay now: %(total)s in all, nothing at the door") % {"total": shown(everything, priced.currency, language)}),
        ("DAP", _("Pay at the door: %(now)s now, about %(door)s to the carrier (estimate)") % {"now": now_only, "door": at_door}),
    ]


def shipping_choices(priced: PricedBasket | None, language: str | None) -> list[tuple[str, str]]:
    """What every seller of the basket offers, with the price of all parcels together."""
    if priced is None or not priced.orders:
        return [("", _("The cheapest"))]
    common = set.intersection(*({option.code for option in order.options} for order in priced.orders))
    found = []
    for option in priced.orders[0].options:
        if option.code in common:
            same = [next(each for each in order.options if each.code == option.code) for order in priced.orders]
            price = shown(sum(each.price for each in same), priced.currency, language)
            days = _("%(least)s–%(most)s days") % {
                "least": min(each.days_min for each in same),
                "most": max(each.days_max for each in same),
            }
            found.append((option.code, f"{option.name} · {days} · {price}"))
    return found or [("", _("The cheapest"))]
