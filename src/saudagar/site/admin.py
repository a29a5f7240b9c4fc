"""Operators name officers and close accounts here; both is noted in the trail. Addresses of people are masked."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from saudagar.audit.actions import note
from saudagar.foundation.clock import now
from saudagar.people import actions
from saudagar.people.models import User
from saudagar.people.rules import ContactNotUnderstood, PhoneNotValid, email, phone

# The admin has no door of its own: its visitors pass the one with rate limits and second factors.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class NewUserForm(forms.ModelForm):
    """Somebody the operator knows: named officer, say. They sign in with a code sent to this address."""

    email = forms.CharField(max_length=254, required=False)
    phone = forms.CharField(max_length=40, required=False)

    class Meta:
        model = User
        fields = ("name", "language", "is_officer", "is_operator")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, read in (("email", email), ("phone", lambda text: phone(text).e164)):
            try:
                data[name] = read(data[name]) if data.get(name) else ""
            except (ContactNotUnderstood, PhoneNotValid) as refusal:
                self.add_error(name, refusal.message("en"))
        if not data.get("email") and not data.get("phone"):
            self.add_error("email", "Give an e-mail address or a phone number.")
        return data


@admin.register(User)
class UserAdmin(ModelAdmin):
    list_display = ("name", "masked_phone", "masked_email", "is_officer", "is_operator", "is_active", "last_login")
    list_filter = ("is_officer", "is_operator", "is_active", "language")
    search_fields = ("name", "=email")
    ordering = ("-joined_at",)
    readonly_fields = ("id", "masked_phone", "masked_email", "phone_verified_at", "last_login", "joined_at")
    fields = (
        "id",
        "name",
        "language",
        "masked_phone",
        "phone_verified_at",
        "masked_email",
        "is_officer",
        "is_operator",
        "is_active",
        "last_login",
        "joined_at",
    )

    @admin.display(description="phone")
    def masked_phone(self, user: User) -> str:
        return user.phone_masked or "–"

    @admin.display(description="e-mail")
    def masked_email(self, user: User) -> str:
        return user.email_masked or "–"

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **({"form": NewUserForm} | kwargs if obj is None else kwargs))

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fields if obj else ("name", "phone", "email", "language", "is_officer", "is_operator")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.readonly_fields if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        # Operators are who may come in here: the three flags move together.
        obj.is_staff = obj.is_superuser = obj.is_operator
        with transaction.atomic():
            if change:
                obj.save()
            else:
                actions.add(obj, phone=form.cleaned_data["phone"], email=form.cleaned_data["email"])
            facts = {name: getattr(obj, name) for name in ("is_officer", "is_operator", "is_active")}
            note("people.account_changed" if change else "people.account_added", by=request.user.pk, at=now(), subject=obj.pk, facts=facts)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # accounts are closed, not deleted: the trail names them
