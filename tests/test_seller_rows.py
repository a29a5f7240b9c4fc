"""Django believes in `id`; every statement it makes about seller rows names the business as well."""

from django.db import connection
from django.db.models import Count
from django.db.utils import IntegrityError
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from saudagar.foundation.ids import new_business_id, new_id
from saudagar.ledger.models import Entry, Posting
from saudagar.registry.models import Business, Membership, Outlet
from saudagar.stock.models import Pool


class SellerRows(TestCase):
    def setUp(self):
        self.sari = Business.objects.create(name="Kopi Gayo Sari")
        self.dewi = Business.objects.create(name="Songket Dewi")
        self.outlet = Outlet.objects.create(business_id=self.sari.pk, name="Warung", kind="warung")

    def test_saving_names_the_business_and_never_changes_it(self):
        self.outlet.name = "Warung Sari"
        with CaptureQueriesContext(connection) as seen:
            self.outlet.save()
        update = seen.captured_queries[0]["sql"]
        where = update.partition("WHERE")
        assert "business_id" in where[2]
        assert "business_id" not in where[0].partition("SET")[2]

    def test_one_id_in_two_businesses_are_two_rows(self):
        twin = Outlet.objects.create(id=self.outlet.pk, business_id=self.dewi.pk, name="Galeri", kind="workshop")
        twin.name = "Galeri Dewi"
        twin.save()
        self.outlet.refresh_from_db()
        assert self.outlet.name == "Warung"
        twin.delete()
        assert Outlet.objects.filter(business_id=self.sari.pk).count() == 1

    def test_a_key_into_another_business_is_refused(self):
        with self.assertRaises(IntegrityError):
            Pool.objects.create(business_id=self.dewi.pk, variant_id=new_id(), outlet=self.outlet, country="ID")

    def test_joins_compare_the_business(self):
        sql = str(Entry.objects.filter(posting__kind="capture").select_related("posting").query)
        join = sql.partition(" ON ")[2].partition(" WHERE ")[0]
        assert '"ledger_posting"."business_id" = ("ledger_entry"."business_id")' in join
        assert '"ledger_entry"."posting_id" = "ledger_posting"."id"' in join

    def test_counting_groups_by_every_column(self):
        assert list(Posting.objects.annotate(lines=Count("entries"))) == []

    def test_an_unknown_business_is_refused(self):
        with self.assertRaises(IntegrityError):
            Membership.objects.create(business_id=new_business_id(), user_id=new_id(), role="owner")
