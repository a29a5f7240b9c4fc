import pytest
from django.db import transaction
from django.test import TestCase

from saudagar.audit.models import Entry
from saudagar.foundation.models import OutboxEvent
from saudagar.messages.models import Letter, Notice
from saudagar.registry import actions, queries
from saudagar.registry.models import Business, Identity, IdentityClaim
from saudagar.registry.rules import identifiers, registration

from .cast import AT, a_business, arif, dewi, sari

NIK = "1104015708850001"


def number(kind: str, value: str) -> identifiers.Identifier:
    return identifiers.check(kind, value, on=AT.date())


class Identities(TestCase):
    def test_a_number_is_sealed_and_only_its_end_is_kept_open(self):
        business = a_business(sari())

        identity = Identity.objects.get(business_id=business.pk)

        assert b"0220202012345" not in bytes(identity.sealed)
        assert (identity.kind, identity.last_characters) == ("nib", "2345")
        assert queries.identity_value(business.pk, "nib") == "0220202012345"

    def test_a_number_belongs_to_one_business_on_the_whole_platform(self):
        a_business(sari())
        other = actions.register(dewi().pk, name="Batik Dewi", legal_form="person", phone="", at=AT)

        with pytest.raises(registration.IdentityTaken) as refusal, transaction.atomic():
            actions.identify(other.pk, number("nib", "0220202012345"), by=dewi().pk, at=AT)

        assert refusal.value.status == 409
        assert not Identity.objects.filter(business_id=other.pk).exists()
        assert IdentityClaim.objects.count() == 1

    def test_a_nik_given_as_tax_number_is_the_same_claim(self):
        business = a_business(sari(), state="draft")
        actions.identify(business.pk, number("nik", NIK), by=sari().pk, at=AT)
        actions.identify(business.pk, number("npwp", NIK), by=sari().pk, at=AT)
        assert IdentityClaim.objects.filter(business_id=business.pk).count() == 2  # NIB, and the NIK once
        other = actions.register(dewi().pk, name="Batik Dewi", legal_form="person", phone="", at=AT)

        with pytest.raises(registration.IdentityTaken), transaction.atomic():
            actions.identify(other.pk, number("npwp", NIK), by=dewi().pk, at=AT)

    def test_a_number_that_is_replaced_becomes_free(self):
        business = a_business(sari(), state="draft")
        actions.identify(business.pk, number("nib", "9120301012345"), by=sari().pk, at=AT)
        other = actions.register(dewi().pk, name="Batik Dewi", legal_form="person", phone="", at=AT)

        actions.identify(other.pk, number("nib", "0220202012345"), by=dewi().pk, at=AT)

        assert queries.identity_value(business.pk, "nib") == "9120301012345"

    def test_the_identity_of_a_business_under_review_is_fixed(self):
        business = a_business(sari())

        with pytest.raises(registration.IdentityFixed):
            actions.identify(business.pk, number("nib", "9120301012345"), by=sari().pk, at=AT)

        assert queries.identity_value(business.pk, "nib") == "0220202012345"

    def test_a_verified_business_adds_what_it_had_not_given_and_changes_nothing(self):
        business = a_business(sari(), state="verified")

        actions.identify(business.pk, number("npwp", NIK), by=sari().pk, at=AT)
        for again in (number("npwp", "09.254.294.3-407.000"), number("nib", "9120301012345")):
            with pytest.raises(registration.IdentityFixed), transaction.atomic():
                actions.identify(business.pk, again, by=sari().pk, at=AT)

        assert (queries.identity_value(business.pk, "npwp"), queries.identity_value(business.pk, "nib")) == (NIK, "0220202012345")


class Verification(TestCase):
    def test_what_is_missing_is_said_and_nothing_is_sent(self):
        business = actions.register(sari().pk, name="Kopi Gayo Sari", legal_form="person", phone="", at=AT)

        with pytest.raises(registration.RegistrationIncomplete) as refusal:
            actions.submit(business.pk, by=sari().pk, at=AT)

        assert refusal.value.facts["missing"] == "identity, outlet"
        business.refresh_from_db()
        assert business.state == "draft"

    def test_an_officer_verifies_and_the_owner_is_told_in_their_language(self):
        owner = sari()
        business = a_business(owner)

        actions.decide(business.pk, "verified", by=arif().pk, at=AT)

        business.refresh_from_db()
        assert (business.state, business.verified_at) == ("verified", AT)
        notice = Notice.objects.get(user_id=owner.pk)
        assert (notice.kind, notice.facts["business"], notice.link) == ("registry.verified", "Kopi Gayo Sari", "/seller/")
        letter = Letter.objects.get(user_id=owner.pk)
        assert (letter.channel, letter.to_masked) == ("sms", "+62 812-••••-7801")
        assert OutboxEvent.objects.filter(business_id=business.pk, name="registry.verified").count() == 1
        assert Entry.objects.filter(business_id=business.pk, action="registry.business_verified", by=arif().pk).count() == 1

    def test_a_refusal_needs_a_reason_and_the_owner_may_mend_and_send_again(self):
        owner = sari()
        business = a_business(owner)
        with pytest.raises(registration.ReasonMissing):
            actions.decide(business.pk, "refused", reason="  ", by=arif().pk, at=AT)
        assert Business.objects.get(pk=business.pk).state == "submitted"

        actions.decide(business.pk, "refused", reason="NIB tidak terbaca.", by=arif().pk, at=AT)

        business.refresh_from_db()
        assert (business.state, business.state_reason) == ("refused", "NIB tidak terbaca.")
        actions.submit(business.pk, by=owner.pk, at=AT)
        business.refresh_from_db()
        assert (business.state, business.state_reason) == ("submitted", "")

    def test_only_what_follows_is_possible(self):
        business = a_business(sari(), state="verified")

        for wanted in ("refused", "verified"):
            with pytest.raises(registration.StateForbids):
                actions.decide(business.pk, wanted, reason="x", by=arif().pk, at=AT)
        actions.decide(business.pk, "suspended", reason="Keluhan pembeli.", by=arif().pk, at=AT)
        actions.decide(business.pk, "verified", by=arif().pk, at=AT)

        business.refresh_from_db()
        assert (business.state, business.verified_at) == ("verified", AT)


class Places(TestCase):
    def test_the_first_place_tells_the_seat_and_the_last_one_stays(self):
        business = a_business(sari())
        assert business.area_id == "11.04"
        outlet = queries.outlets(business.pk)[0]
        assert outlet.area == "Kabupaten Aceh Tengah, Aceh"

        with pytest.raises(registration.LastOutlet):
            actions.remove_outlet(business.pk, outlet.outlet.pk, by=sari().pk, at=AT)

        second = actions.put_outlet(business.pk, name="Kios", kind="stall", area_code="32.73", address="Jl. Contoh 2", by=sari().pk, at=AT)
        actions.remove_outlet(business.pk, outlet.outlet.pk, by=sari().pk, at=AT)
        assert [row.outlet.pk for row in queries.outlets(business.pk)] == [second.pk]
        business.refresh_from_db()
        assert business.area_id == "11.04"  # where an officer knows it to be
