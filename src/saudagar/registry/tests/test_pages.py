import re

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from saudagar.audit.models import Entry
from saudagar.foundation.ids import Kind, handle
from saudagar.people.rules import Contact
from saudagar.registry import actions, areas, queries
from saudagar.registry.models import Business, Membership, Outlet

from .cast import AT, a_business, arif, budi, dewi, sari


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class Wizard(TestCase):
    def setUp(self):
        areas.load_shipped()
        self.client = signed_in(sari())

    def test_from_name_to_the_officers(self):
        assert self.client.get("/seller/business/").url == reverse("registry:register")
        answer = self.client.post("/seller/register/", {"name": "Kopi Gayo Sari", "legal_form": "person", "phone": "0812-3456-7801"})
        assert answer.url == "/seller/register/identity/"
        answer = self.client.post("/seller/register/identity/", {"kind": "nib", "value": "123"})
        assert "NIB harus 13 angka; yang Anda isi 3 angka." in answer.text
        answer = self.client.post("/seller/register/identity/", {"kind": "nib", "value": "0220 2020 12345"})
        assert answer.url == "/seller/register/outlet/"
        assert "0220202012345" not in self.client.get("/seller/register/identity/").text
        place = {
            "name": "Rumah",
            "kind": "workshop",
            "province": "11",
            "address": "Jl. Contoh 1",
            "postal_code": "24500",
            "is_dispatch": "on",
        }
        answer = self.client.post("/seller/register/outlet/", place | {"refresh": "1"})
        assert answer.status_code == 200
        assert "Kabupaten Aceh Tengah" in answer.text
        assert "Wajib" not in answer.text and "field is required" not in answer.text
        answer = self.client.post("/seller/register/outlet/", place | {"regency": "32.73"})
        assert answer.status_code == 200  # Bandung does not lie in Aceh
        assert self.client.post("/seller/register/outlet/", place | {"regency": "11.04"}).url == "/seller/register/review/"
        assert self.client.post("/seller/register/review/", {"is_true": "on"}).status_code == 200  # no consent, nothing sent
        assert self.client.post("/seller/register/review/", {"is_true": "on", "is_consenting": "on"}).url == "/seller/business/"

        business = Business.objects.get()
        assert (business.state, business.name, business.area_id) == ("submitted", "Kopi Gayo Sari", "11.04")
        assert queries.business_phone(business) == "+6281234567801"

    def test_who_stopped_halfway_goes_on_there(self):
        a_business(sari(), state="draft")
        assert self.client.get("/seller/register/").url == "/seller/register/identity/"

    def test_who_was_refused_mends_what_is_there(self):
        business = a_business(sari())
        actions.decide(business.pk, "refused", reason="NIB tidak terbaca.", by=arif().pk, at=AT)
        assert self.client.get("/seller/register/").url == "/seller/register/review/"
        assert (
            self.client.post("/seller/register/identity/", {"kind": "nik", "value": "1104015708850001"}).url == "/seller/register/outlet/"
        )
        assert self.client.post("/seller/register/review/", {"is_true": "on", "is_consenting": "on"}).url == "/seller/business/"
        business.refresh_from_db()
        assert business.state == "submitted"

    def test_pages_in_three_languages(self):
        a_business(sari(), state="draft")
        for language in ("id", "en", "zh-hans"):
            for page in (
                "register/identity/",
                "register/outlet/",
                "register/review/",
                "business/",
                "outlets/",
                "outlets/new/",
                "team/",
                "businesses/",
                "business/description/",
            ):
                answer = self.client.get(f"/seller/{page}", headers={"accept-language": language})
                assert answer.status_code == 200, page
                assert answer.headers["Content-Language"] == language
                assert not re.search(r"style=|onclick=|<script>", answer.text), page


class Wall(TestCase):
    """Dewi sees nothing of Sari's."""

    def setUp(self):
        self.business = a_business(sari(), state="verified")
        self.other = a_business(dewi(), "Batik Dewi", nib="9120301012345", area="33.75")
        self.outlet = queries.outlets(self.business.pk)[0]
        self.client = signed_in(dewi())

    def test_places(self):
        address = f"/seller/outlets/{self.outlet.handle}/"
        assert self.client.get(address).status_code == 404
        assert self.client.post(address, {"name": "Mine now"}).status_code == 404
        assert self.client.post(address + "removal").status_code == 404
        assert Outlet.objects.get(business_id=self.business.pk).name == "Rumah"
        assert "Kopi Gayo Sari" not in self.client.get("/seller/outlets/").text

    def test_a_handle_made_of_her_business_and_sari_s_place_opens_nothing(self):
        mixed = handle(Kind.OUTLET, self.other.pk, self.outlet.outlet.pk)
        assert self.client.get(f"/seller/outlets/{mixed}/").status_code == 404

    def test_people(self):
        assert self.client.post(f"/seller/team/{sari().pk}/role", {"role": "staff"}).status_code == 404
        assert self.client.post(f"/seller/team/{sari().pk}/removal").status_code == 404
        invitation = actions.invite(self.business.pk, Contact(phone="+6281234567803"), role="staff", by=sari().pk, at=AT)
        self.client.post(f"/seller/team/invitations/{invitation.pk}/withdrawal")
        assert queries.pending_invitations(self.business.pk) == [invitation]
        assert self.client.post(f"/seller/invitations/{invitation.pk}/answer", {"answer": "accept"}).status_code == 404
        assert queries.member_ids(self.business.pk) == [sari().pk]

    def test_switching_to_a_business_that_is_not_hers(self):
        assert self.client.post(f"/seller/businesses/{handle(Kind.BUSINESS, self.business.pk)}/selection").status_code == 404
        session = self.client.session
        session["business_id"] = str(self.business.pk)
        session.save()
        assert "Kopi Gayo Sari" not in self.client.get("/seller/business/").text

    def test_officer_pages_do_not_exist_for_her(self):
        for page in ("/officer/businesses/", f"/officer/businesses/{handle(Kind.BUSINESS, self.business.pk)}/", "/officer/audit/"):
            assert self.client.get(page).status_code == 404, page
        address = f"/officer/businesses/{handle(Kind.BUSINESS, self.business.pk)}/"
        assert self.client.post(address, {"decision": "suspended", "reason": "x"}).status_code == 404
        assert self.client.post(address + "identity/nib").status_code == 404
        assert Business.objects.get(pk=self.business.pk).state == "verified"

    def test_nobody_at_all_without_signing_in(self):
        for page in ("/seller/business/", "/seller/team/", "/officer/businesses/", "/officer/audit/", "/notices/", "/accounts/"):
            assert Client().get(page).url.startswith("/accounts/login/"), page

    def test_a_former_member_is_out_at_once(self):
        Membership.objects.create(business_id=self.business.pk, user_id=budi().pk, role="staff")
        client = signed_in(budi())
        assert client.get("/seller/outlets/").status_code == 200
        actions.remove_member(self.business.pk, budi().pk, by=sari().pk, at=AT)
        assert client.get("/seller/outlets/").status_code == 302


class Staff(TestCase):
    def test_staff_do_not_manage_people_places_or_identity(self):
        business = a_business(sari(), state="draft")
        Membership.objects.create(business_id=business.pk, user_id=budi().pk, role="staff")
        client = signed_in(budi())

        for page in ("team/", "outlets/new/", "register/identity/", "register/review/", "business/description/", "business/identity/"):
            assert client.get(f"/seller/{page}").status_code == 404, page
        assert client.get("/seller/outlets/").status_code == 200

    def test_switching_between_two_businesses(self):
        first, second = a_business(sari()), a_business(dewi(), "Batik Dewi", nib="9120301012345")
        for business in (first, second):
            Membership.objects.create(business_id=business.pk, user_id=budi().pk, role="staff")
        client = signed_in(budi())
        for business in (first, second, first):
            client.post(f"/seller/businesses/{handle(Kind.BUSINESS, business.pk)}/selection")
            assert f"<h1>{business.name}</h1>" in client.get("/seller/business/").text


class Officers(TestCase):
    def setUp(self):
        self.business = a_business(sari())
        self.address = f"/officer/businesses/{handle(Kind.BUSINESS, self.business.pk)}/"
        self.client = signed_in(arif())

    def test_the_queue_shows_who_waits_by_province(self):
        assert "Kopi Gayo Sari" in self.client.get("/officer/businesses/").text
        assert "Kopi Gayo Sari" in self.client.get("/officer/businesses/?province=11").text
        assert "Kopi Gayo Sari" not in self.client.get("/officer/businesses/?province=32").text
        assert "Kopi Gayo Sari" not in self.client.get("/officer/businesses/?state=verified").text

    def test_a_number_is_masked_until_asked_for_and_the_look_is_noted(self):
        assert "0220202012345" not in self.client.get(self.address).text
        assert "0220202012345" in self.client.post(self.address + "identity/nib").text
        assert Entry.objects.filter(action="registry.identity_seen", by=arif().pk, business_id=self.business.pk).count() == 1
        assert "0220202012345" not in self.client.get(self.address).text

    def test_verifying_and_refusing(self):
        answer = self.client.post(self.address, {"decision": "refused", "reason": ""})
        assert "Tulis alasannya" in answer.text
        assert Business.objects.get().state == "submitted"
        assert self.client.post(self.address, {"decision": "verified"}).status_code == 302
        assert Business.objects.get().state == "verified"

    def test_an_unknown_business_is_not_found(self):
        assert self.client.get("/officer/businesses/B00000000000/").status_code == 404
        assert self.client.get("/officer/businesses/nonsense/").status_code == 404

    def test_pages_in_three_languages(self):
        for language in ("id", "en", "zh-hans"):
            for page in ("/officer/businesses/", self.address, "/officer/audit/"):
                answer = self.client.get(page, headers={"accept-language": language})
                assert answer.status_code == 200
                assert not re.search(r"style=|onclick=|<script>", answer.text), page


@pytest.mark.django_db
def test_forms_without_csrf_token_are_refused():
    client = Client(enforce_csrf_checks=True)
    client.force_login(sari(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/seller/register/", {"name": "x"}).status_code == 403
