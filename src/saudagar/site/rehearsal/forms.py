"""What an officer chooses for a rehearsal, and the names of its steps."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saudagar.site.rehearsal.rules import SIZES

STEPS = {
    "": _("Waits for the worker"),
    "copying": _("Copying the data"),
    "starting": _("Starting the copy"),
    "staging": _("Preparing the sale"),
    "quoting": _("Giving prices ahead"),
    "open": _("The doors are open"),
    "expiring": _("Unpaid orders expire"),
    "second": _("Those who were turned away try again"),
    "settling": _("Everything comes to rest"),
    "checking": _("Checking"),
}


class AskForm(forms.Form):
    orders = forms.TypedChoiceField(label=_("Baskets"), coerce=int, choices=[(size, f"{size}") for size in SIZES], initial=SIZES[1])
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    kill = forms.BooleanField(
        label=_("Kill processes in the middle"),
        help_text=_("Web, worker and database of the copy, never the real ones."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, campaigns: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["campaign"]
        field.choices = [("", _("One made for the rehearsal, or the next one")), *campaigns]
