from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client, TestCase

from saudagar.audit import queries
from saudagar.audit.actions import note
from saudagar.audit.models import Entry
from saudagar.foundation.ids import Kind, handle, new_business_id
from saudagar.people import actions as people

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Trail(TestCase):
    def test_the_database_refuses_to_change_or_delete(self):
        note("registry.business_verified", by=None, at=AT, facts={"reason": "x"})
        for statement in ("UPDATE audit_entry SET action = 'nothing'", "DELETE FROM audit_entry"):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        assert Entry.objects.get().action == "registry.business_verified"

    def test_a_change_that_is_undone_leaves_no_line(self):
        try:
            with transaction.atomic():
                note("registry.business_verified", by=None, at=AT)
                raise ValueError
        except ValueError:
            pass
        assert not Entry.objects.exists()

    def test_search_by_action_business_and_time(self):
        business = new_business_id()
        note("registry.outlet_put", by=None, at=AT, business_id=business)
        note("orders.cancelled", by=None, at=AT + timedelta(hours=1))
        assert [entry.action for entry in queries.search()[0]] == ["orders.cancelled", "registry.outlet_put"]
        assert [entry.action for entry in queries.search(action="registry.")[0]] == ["registry.outlet_put"]
        assert [entry.action for entry in queries.search(business_id=business)[0]] == ["registry.outlet_put"]
        assert [entry.action for entry in queries.search(since=AT + timedelta(minutes=1))[0]] == ["orders.cancelled"]

    def test_officers_read_it_and_others_do_not(self):
        officer = people.prepare(name="Pak Arif", email="arif@contoh.example", officer=True, at=AT)
        business = new_business_id()
        note("registry.outlet_put", by=officer.pk, at=AT, business_id=business)
        client = Client()
        client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")

        page = client.get(f"/officer/audit/?action=registry&business={handle(Kind.BUSINESS, business)}")

        assert "registry.outlet_put" in page.text
        assert "Pak Arif" in page.text
        assert client.get("/officer/audit/?business=nonsense").status_code == 200
        seller = people.prepare(name="Dewi", phone="+6281234567802", at=AT)
        client.force_login(seller, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get("/officer/audit/").status_code == 404
