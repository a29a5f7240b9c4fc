import threading

import pytest
from django.db import connection
from django.test import TestCase, TransactionTestCase

from saudagar.messages.models import Letter
from saudagar.people.rules import Contact
from saudagar.registry import actions, queries
from saudagar.registry.models import Invitation, Membership
from saudagar.registry.rules import registration

from .cast import AT, a_business, budi, dewi, person, sari


class Invitations(TestCase):
    def test_who_holds_the_number_may_accept(self):
        business = a_business(sari())
        actions.invite(business.pk, Contact(phone="+6281234567803"), role="staff", by=sari().pk, at=AT)
        assert Letter.objects.get(kind="registry.invited").to_masked == "+62 812-••••-7803"
        assert queries.invitations(dewi()) == []

        found = queries.invitations(budi())[0]
        actions.answer_invitation(found.business_id, found.id, user_id=budi().pk, is_accepted=True, at=AT)

        assert queries.membership(business.pk, budi().pk).role == "staff"
        assert queries.invitations(budi()) == []

    def test_a_number_that_is_not_proven_opens_nothing(self):
        business = a_business(sari())
        actions.invite(business.pk, Contact(phone="+6281234567803"), role="owner", by=sari().pk, at=AT)
        stranger = person("Somebody")
        stranger.set_phone("+6281234567803", verified_at=None)
        stranger.save()

        assert queries.invitations(stranger) == []

    def test_inviting_twice_is_one_invitation_with_the_newer_role(self):
        business = a_business(sari())
        for role in ("staff", "owner"):
            actions.invite(business.pk, Contact(email="ani@contoh.example"), role=role, by=sari().pk, at=AT)

        assert [invitation.role for invitation in Invitation.objects.filter(business_id=business.pk)] == ["owner"]

    def test_a_member_is_not_invited_again(self):
        business = a_business(sari())
        with pytest.raises(registration.AlreadyMember):
            actions.invite(business.pk, Contact(phone="+6281234567801"), role="staff", by=sari().pk, at=AT)

    def test_declining_leaves_nothing(self):
        business = a_business(sari())
        actions.invite(business.pk, Contact(phone="+6281234567803"), role="staff", by=sari().pk, at=AT)
        found = queries.invitations(budi())[0]

        assert actions.answer_invitation(found.business_id, found.id, user_id=budi().pk, is_accepted=False, at=AT) is None

        assert queries.membership(business.pk, budi().pk) is None


class Owners(TestCase):
    def test_the_last_owner_stays(self):
        business = a_business(sari())
        for leave in (
            lambda: actions.remove_member(business.pk, sari().pk, by=sari().pk, at=AT),
            lambda: actions.change_role(business.pk, sari().pk, role="staff", by=sari().pk, at=AT),
        ):
            with pytest.raises(registration.LastOwner):
                leave()
        assert queries.owner_ids(business.pk) == [sari().pk]


class TwoOwnersAtOnce(TransactionTestCase):
    def test_two_owners_who_remove_each_other_leave_one(self):
        business = a_business(sari())
        Membership.objects.create(business_id=business.pk, user_id=dewi().pk, role="owner")
        start = threading.Barrier(2)
        refused = []

        def remove(whom, by):
            start.wait()
            try:
                actions.remove_member(business.pk, whom, by=by, at=AT)
            except registration.LastOwner:
                refused.append(whom)
            finally:
                connection.close()

        ids = [sari().pk, dewi().pk]
        threads = [threading.Thread(target=remove, args=(whom, by)) for whom, by in (ids, ids[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(refused) == 1
        assert len(queries.owner_ids(business.pk)) == 1
