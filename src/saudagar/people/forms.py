"""The door: phone number or e-mail, then a code."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, VerifyPhoneForm
from allauth.core import context, ratelimit
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saudagar.foundation.refusals import Refusal
from saudagar.people import actions, demo, limits, rules
from saudagar.people.models import User


class ContactLoginForm(LoginForm):
    """Reads "phone or e-mail" in any usual way of writing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Phone number or e-mail"),
            max_length=254,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "placeholder": "0812-3456-7890"}
            ),
        )
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        try:
            self.contact = rules.contact(self.cleaned_data["login"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message(get_language()), code=refusal.code) from refusal
        return self.contact.phone or self.contact.email


class EnterForm(ContactLoginForm):
    """Sends a code. An address that is new gets an account, which opens when the code comes back."""

    def _clean_without_password(self, email: str | None, phone: str | None) -> dict[str, Any]:
        if not ratelimit.consume(self.request, action="request_login_code", key=(phone or email or "").lower()):
            raise forms.ValidationError(rules.TooManyTries().message(get_language()), code=rules.TooManyTries.code)
        return self.cleaned_data

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> Any:
        self.user = actions.enter(self.contact, language=get_language() or "id")
        return super().login(request, redirect_url)


class PasswordForm(ContactLoginForm):
    """For people who have set a password: officers, operators, whoever prefers it."""

    def _setup_password_field(self) -> None:
        self.fields["password"].label = _("Password")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("password") == demo.PASSWORD and not settings.DEMO:
            raise get_adapter().validation_error("email_password_mismatch")  # whatever a demo may have left in this database
        return super().clean()


class _Counted:
    """Counts each guess before it is judged. The session counts too, but afterwards: of sixty sent at the same moment half were
    judged, of a code that allows three."""

    expected_code: str | None

    def clean_code(self) -> str:
        request = context.request
        try:
            limits.spend(request, "try_code", key=f"{request.session.session_key} {self.expected_code}")
        except rules.TooManyTries:
            raise get_adapter().validation_error("incorrect_code") from None
        return super().clean_code()  # type: ignore[misc]


class NumberForm(_Counted, VerifyPhoneForm):
    """The code sent to a new number."""


class CodeForm(_Counted, ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs.update(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 9, "placeholder": "", "class": "code-input"}
        )


class ProfileForm(forms.ModelForm):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=_("Language of your messages"), choices=[("id", "Bahasa Indonesia"), ("en", "English"), ("zh-hans", "简体中文")]
    )

    class Meta:
        model = User
        fields = ("name", "language")
