"""The operators' pages: who gets in, what they may not change, what they do not see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.test import Client, TestCase
from django.urls import reverse

from saudagar.audit.actions import note
from saudagar.audit.models import Entry
from saudagar.people import actions
from saudagar.people.models import User
from saudagar.people.rules import Contact
from saudagar.registry import actions as registry
from saudagar.registry.models import Business
from saudagar.registry.rules import identifiers

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ADDED_OR_CHANGED_HERE = {"people.user", "shipping.numberrange"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class Admin(TestCase):
    def setUp(self) -> None:
        self.ops = actions.prepare(name="Ops", email="ops@contoh.example", operator=True, at=AT)
        self.sari = actions.prepare(name="Bu Sari", phone="+6281234567801", email="sari@contoh.example", at=AT)
        self.client = signed_in(self.ops)

    def test_its_door_is_the_one_with_limits_and_second_factors(self) -> None:
        assert Client().get("/admin/login/").url.startswith("/accounts/login/")
        assert Client().get("/admin/").status_code == 302

    def test_sellers_and_officers_do_not_get_in(self) -> None:
        officer = actions.prepare(name="Pak Arif", email="arif@contoh.example", officer=True, at=AT)
        for user in (self.sari, officer):
            assert signed_in(user).get("/admin/people/user/").status_code in (302, 403)

    def test_every_list_opens(self) -> None:
        note("people.signed_in", by=self.ops.pk, at=AT)
        registry.register(self.sari.pk, name="Kopi Gayo Sari", legal_form="person", phone="+6281234567801", at=AT)
        for model in admin.site._registry:
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            assert self.client.get(reverse(name)).status_code == 200, name

    def test_addresses_are_nowhere_in_the_clear(self) -> None:
        shown = {model._meta.label_lower for model in admin.site._registry}
        assert not shown & {"account.emailaddress", "account.emailconfirmation", "mfa.authenticator", "auth.group"}

    def test_numbers_are_masked(self) -> None:
        business = registry.register(self.sari.pk, name="Kopi Gayo Sari", legal_form="person", phone="+6281234567801", at=AT)
        registry.identify(business.pk, identifiers.nib("0220202012345"), by=self.sari.pk, at=AT)
        page = self.client.get(f"/admin/registry/business/{business.pk}/change/").text
        assert "2345" in page
        assert "0220202012345" not in page and "1234567801" not in page
        page = self.client.get(f"/admin/people/user/{self.sari.pk}/change/").text
        assert "1234567801" not in page and "sari@contoh.example" not in page

    def test_a_business_is_not_changed_here(self) -> None:
        business = registry.register(self.sari.pk, name="Kopi Gayo Sari", legal_form="person", phone="", at=AT)
        self.client.post(f"/admin/registry/business/{business.pk}/change/", {"state": "verified", "name": "x"})
        self.client.post(f"/admin/registry/business/{business.pk}/delete/", {"post": "yes"})
        assert Business.objects.get().state == "draft"

    def test_an_officer_is_named_and_comes_in_with_a_code(self) -> None:
        answer = self.client.post(
            "/admin/people/user/add/", {"name": "Bu Ani", "email": "Ani@contoh.example", "phone": "", "language": "id", "is_officer": "on"}
        )
        assert answer.status_code == 302
        ani = User.objects.get(email="ani@contoh.example")
        assert (ani.is_officer, ani.is_staff, ani.has_usable_password()) == (True, False, False)
        assert actions.enter(Contact(email="ani@contoh.example"), language="id") == ani
        entry = Entry.objects.get(action="people.account_added")
        assert (entry.by, entry.subject, entry.facts["is_officer"]) == (self.ops.pk, str(ani.pk), True)
        assert actions.forget_unproven(before=AT + timedelta(days=9999)) == 0

    def test_who_is_operator_no_more_is_staff_no_more(self) -> None:
        other = actions.prepare(name="Old", email="old@contoh.example", operator=True, at=AT)
        self.client.post(f"/admin/people/user/{other.pk}/change/", {"name": "Old", "language": "en", "is_active": "on"})
        other.refresh_from_db()
        assert (other.is_operator, other.is_staff, other.is_superuser) == (False, False, False)


@pytest.mark.django_db
def test_money_and_trails_are_read_only() -> None:
    for model, page in admin.site._registry.items():
        if (
            model.__module__.startswith("saudagar.")
            and model._meta.label_lower not in ADDED_OR_CHANGED_HERE
            and model._meta.app_label
            in (
                "audit",
                "notices",
                "registry",
                "ledger",
                "settlement",
                "payments",
                "orders",
            )
        ):
            assert not page.has_change_permission(None), model
            assert not page.has_delete_permission(None), model
