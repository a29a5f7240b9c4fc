"""What an officer and a counterpart fill in."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from saudagar.incubation.rules import editing
from saudagar.registry.queries import provinces
from saudagar.rulebook.rules import Rulebook
from saudagar.rulebook.rules.differing import Units, as_text
from saudagar.rulebook.rules.model import Rule

R = TypeVar("R", bound=Rule)
TEXT = forms.TextInput(attrs={"autocomplete": "off"})
AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,3})?$"
NO_AMOUNT = {"invalid": _("Write digits and a point: 8000.00, above zero.")}
SHARE = r"^[0-9]{1,3}(\.[0-9]{1,4})?%?$"


class OpenForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("What shall be different, in one line."))
    authority = forms.CharField(label=_("Authority"), max_length=160, help_text=_("Who proposes it."))
    why = forms.CharField(label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class Change(forms.Form):
    """A change of a rule that becomes law on a day. The rulebook and today decide what there is to choose from."""

    begins = forms.DateField(
        label=_("First day"),
        required=False,
        help_text=_("Empty: the day the proposal becomes law. What was ends on the day before."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, rulebook: Rulebook, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins"].widget.attrs["min"] = on.isoformat()
        self.order_fields([name for name in self.fields if name != "begins"])
        self.choose(rulebook, on)

    def choose(self, rulebook: Rulebook, on: date) -> None:
        _choose(self, "destination", _destinations(rulebook))


class LimitForm(Change):
    rule = forms.ChoiceField(label=_("Limit"))
    at_most = forms.RegexField(
        AMOUNT, label=_("At most"), max_length=20, help_text=_("In its currency: 8000.00"), widget=TEXT, error_messages=NO_AMOUNT
    )

    def choose(self, rulebook: Rulebook, on: date) -> None:
        rows: dict[str, str] = {}
        for code, there in rulebook.destinations.items():
            for limit in _standing(there.limits, on):
                units = Units(getattr(limit, "currency", "") or there.currency, there.decimals)
                says = as_text("at_most", limit.at_most, units, limit) + _later(limit, on)
                rows.setdefault(limit.id, f"{getattr(there, 'union', '') or code} · {limit.id} ({says})")
        _choose(self, "rule", rows)

    def edit(self) -> editing.Edit:
        return editing.Limit(**self.cleaned_data)


class RateForm(Change):
    destination = forms.ChoiceField(label=_("Destination"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("duty", _("Duty")), ("extra", _("Additional duty")), ("vat", _("VAT or GST")), ("excise", _("Excise"))],
    )
    hs = forms.RegexField(
        r"^([0-9]{2,10})?$", label=_("HS begins with"), required=False, help_text=_("2 to 10 digits; empty for all goods."), widget=TEXT
    )
    origin = forms.RegexField(r"^([A-Z]{2})?$", label=_("Origin"), required=False, help_text=_("ID, or empty for any."), widget=TEXT)
    agreement = forms.CharField(label=_("Agreement"), max_length=20, required=False, help_text=_("ACFTA, or empty."), widget=TEXT)
    mode = forms.RegexField(
        r"^[-a-z_0-9]{0,40}$",
        label=_("Way in or scheme"),
        required=False,
        help_text=_("cbec, post, general …; empty for all."),
        widget=TEXT,
    )
    name = forms.CharField(
        label=_("Name of the levy"), required=False, max_length=40, help_text=_("Where several stand side by side."), widget=TEXT
    )
    rate = forms.CharField(
        label=_("Rate"), max_length=60, help_text=_("5% · free · 4.30/kg · 38/100kg gross · max(5%, 0.20/kg)"), widget=TEXT
    )

    def edit(self) -> editing.Edit:
        return editing.Tariff(**self.cleaned_data)


class FeeForm(Change):
    destination = forms.ChoiceField(label=_("Destination"))
    name = forms.CharField(label=_("Name"), max_length=80)
    amount = forms.RegexField(AMOUNT, label=_("Amount"), max_length=16, help_text="2.00", widget=TEXT, error_messages=NO_AMOUNT)
    currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency"), help_text="EUR", widget=TEXT)
    per = forms.ChoiceField(
        label=_("For each"),
        choices=[("parcel", _("parcel")), ("line", _("line")), ("tariff_item", _("tariff item (HS6)")), ("unit", _("piece"))],
    )

    mode = forms.RegexField(
        r"^[a-z_]{0,20}$", label=_("Way in"), required=False, help_text=_("cbec, post, general …; empty for all."), widget=TEXT
    )

    def edit(self) -> editing.Edit:
        return editing.Fee(**self.cleaned_data)


class ShareForm(Change):
    rule = forms.ChoiceField(label=_("Scheme"))
    levy = forms.ChoiceField(
        label=_("Levy"),
        choices=[("vat", _("VAT or GST")), ("duty", _("Duty")), ("extra", _("Additional duty")), ("excise", _("Excise"))],
    )
    share = forms.RegexField(
        SHARE,
        label=_("Part that is collected"),
        max_length=12,
        help_text="70%",
        widget=TEXT,
        error_messages={"invalid": _("Write a part of a hundred: 70%%")},
    )

    def clean_share(self) -> str:
        """People write 60 and mean 60 %."""
        return f"{str(self.cleaned_data['share']).rstrip('%')}%"

    def choose(self, rulebook: Rulebook, on: date) -> None:
        rows: dict[str, str] = {}
        for code, there in rulebook.destinations.items():
            for scheme in _standing(there.schemes, on):
                shares = f"VAT {as_text('', scheme.vat_share, Units('', 2))}, duty {as_text('', scheme.duty_share, Units('', 2))}"
                rows.setdefault(scheme.id, f"{getattr(there, 'union', '') or code} · {scheme.id} ({shares}{_later(scheme, on)})")
        _choose(self, "rule", rows)

    def edit(self) -> editing.Edit:
        return editing.Share(**self.cleaned_data)


class SwitchForm(forms.Form):
    name = forms.ChoiceField(label=_("Switch"))
    on = forms.TypedChoiceField(label=_("State"), coerce=lambda text: text == "on", choices=[("on", _("on")), ("off", _("off"))])

    def __init__(self, *args: Any, rulebook: Rulebook, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "name", {name: f"{name} ({'on' if switch.on else 'off'})" for name, switch in sorted(rulebook.switches.items())})

    def edit(self) -> editing.Edit:
        return editing.Throw(**self.cleaned_data)


EDITS: dict[str, tuple[Any, Any]] = {
    "limit": (_("Another limit"), LimitForm),
    "rate": (_("Another rate"), RateForm),
    "fee": (_("A new fee"), FeeForm),
    "share": (_("Another part of a levy"), ShareForm),
    "switch": (_("A switch"), SwitchForm),
}


class ReplayForm(forms.Form):
    orders = forms.TypedChoiceField(
        label=_("Orders"), coerce=int, choices=[(n, f"{n:,}") for n in (1_000, 10_000, 100_000, 1_000_000)], initial=100_000
    )
    elasticity = forms.FloatField(
        label=_("Elasticity of demand"),
        required=False,
        min_value=-10,
        max_value=0,
        help_text=_("−1 means: one percent dearer, one percent fewer pieces. Empty: demand does not change."),
    )
    groups = forms.CharField(
        label=_("By product group"), required=False, max_length=400, help_text=_("HS chapter and elasticity: 09=-1.2, 61=-2"), widget=TEXT
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        found: dict[str, float] = {}
        if data.get("elasticity"):
            found[""] = data["elasticity"]
        for each in filter(None, (part.strip() for part in (data.get("groups") or "").split(","))):
            chapter, _between, value = each.partition("=")
            try:
                number = float(value)
            except ValueError:
                number = 1.0
            if not (len(chapter) == 2 and chapter.isdigit() and -10 <= number <= 0):
                raise forms.ValidationError(_("Write chapters as 09=-1.2, each from -10 to 0."))
            found[chapter] = number
        return {**data, "elasticities": found}


class InviteForm(forms.Form):
    authority = forms.CharField(label=_("Authority"), max_length=160)
    country = forms.RegexField(r"^[A-Z]{2}$", label=_("Country"), help_text=_("Two letters: CN"), widget=TEXT)


class CommentForm(forms.Form):
    author = forms.CharField(label=_("Your name"), max_length=120)
    text = forms.CharField(label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class SignForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120)
    office = forms.CharField(label=_("Office"), max_length=120)
    texts_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agreed = forms.BooleanField(label=_("I sign these texts and the result of their replay."))


class PilotForm(forms.Form):
    provinces = forms.MultipleChoiceField(label=_("Provinces"), required=False, help_text=_("Where the goods are sent from. None: all."))
    markets = forms.MultipleChoiceField(label=_("Markets"), required=False, help_text=_("None: all."))
    starts_on = forms.DateField(label=_("From this day"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("To, this day included"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, markets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["provinces"].choices = [(area.code, area.name) for area in provinces()]
        fields["markets"].choices = markets
        fields["provinces"].widget.attrs["size"] = 6
        fields["markets"].widget = forms.CheckboxSelectMultiple(choices=markets)


class LawForm(forms.Form):
    on = forms.DateField(label=_("Law from"), widget=forms.DateInput(attrs={"type": "date"}))
    is_meant = forms.BooleanField(label=_("From this day everybody's orders are charged by these rules. I mean it."))


def _standing(rules: Iterable[R], on: date) -> list[R]:
    """Rules that have not ended."""
    return [rule for rule in rules if rule.valid_to is None or rule.valid_to >= on]


def _later(rule: Rule, on: date) -> str:
    return f", {rule.valid_from.isoformat()} →" if rule.valid_from > on else ""


def _choose(form: forms.Form, name: str, rows: dict[str, str]) -> None:
    field: Any = form.fields[name]
    field.choices = sorted(rows.items())


def _destinations(rulebook: Rulebook) -> dict[str, str]:
    return {code: f"{code} · {there.names.get('en', code)}" for code, there in rulebook.destinations.items()}
