"""What owners fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from saudagar.settlement import rules


class AccountForm(forms.Form):
    bank_code = forms.ChoiceField(label=_("Bank"), choices=[("", _("Choose a bank")), *((bank.code, bank.name) for bank in rules.BANKS)])
    number = forms.CharField(
        label=_("Account number"),
        max_length=30,
        help_text=_("Only we and the bank see it in full."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    holder = forms.CharField(
        label=_("Name of the account holder"),
        max_length=60,
        help_text=_("As it stands in the passbook, or the bank may send the money back."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
