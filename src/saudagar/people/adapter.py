"""How django-allauth finds, keeps and proves phone numbers. How a code travels is added in `site/accounts.py`."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from saudagar.foundation.clock import now
from saudagar.foundation.sealing import seal, unseal
from saudagar.people import actions, rules
from saudagar.people.models import User


class PhoneField(forms.CharField):
    """A phone number written in any usual way; cleaned to E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "maxlength": 40})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return rules.phone(text).e164
        except rules.PhoneNotValid as refusal:
            raise forms.ValidationError(refusal.message(get_language()), code=refusal.code) from refusal


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        return False  # signing up is signing in for the first time: forms.EnterForm

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        kwargs.setdefault("label", _("Phone number"))
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.by_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone_sealed else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.set_phone(phone, verified_at=now() if verified else None)
        user.save(update_fields=["phone_sealed", "phone_index", "phone_verified_at"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        actions.prove_phone(user, phone, at=now())

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Says only what went wrong: pages tell by themselves that a code was sent or that somebody is signed in."""
        if kwargs.get("message"):
            super().add_message(*args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are sealed at rest."""

    def encrypt(self, text: str) -> str:
        return seal(text, "second factor").hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), "second factor")
