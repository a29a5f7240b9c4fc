"""A seller shows a paper, an officer decides, its end is watched."""

from datetime import UTC, date, datetime

import pytest
from django.test import TestCase

from saudagar.audit.models import Entry
from saudagar.catalogue import actions, queries
from saudagar.catalogue.actions import CertificateFacts
from saudagar.catalogue.models import Certificate
from saudagar.catalogue.rules.certificates import (
    CertificateDatesWrong,
    CertificateDecided,
    CertificateReasonNeeded,
    UnknownCertificate,
    UnknownPaperKind,
)
from saudagar.catalogue.rules.product import UnknownProduct
from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.foundation.ids import new_id
from saudagar.foundation.models import OutboxEvent
from saudagar.media import queries as media
from saudagar.media.models import Document
from saudagar.media.rules import NotAPaper

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ARIF = new_id()
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def sent(business, product_id, kind="halal", **changes):
    facts = {"kind": kind, "number": "ID-1", "issuer": "BPJPH", "valid_until": date(2027, 11, 21), **changes}
    return actions.submit_certificate(business.pk, product_id, CertificateFacts(**facts), by=ARIF, at=AT)


def decide(business, certificate_id, is_accepted, reason=""):
    actions.decide_certificate(business.pk, certificate_id, is_accepted=is_accepted, reason=reason, by=ARIF, at=AT)


def in_force(business, product_id, on=TODAY):
    return catalogue_papers(business, product_id, on)


def catalogue_papers(business, product_id, on):
    return queries.papers_in_force(queries.product(business.pk, product_id), on)


class Decided(TestCase):
    def setUp(self) -> None:
        self.sari = a_business()
        self.product, _ = a_coffee(self.sari, papers={})

    def test_counts_only_after_an_officer_accepted_it(self) -> None:
        made = sent(self.sari, self.product, file=("halal.pdf", PDF))
        assert in_force(self.sari, self.product) == {}
        assert queries.papers_waiting(queries.product(self.sari.pk, self.product)) == {"halal"}
        assert queries.certificates_waiting() == 1
        OutboxEvent.objects.all().delete()

        decide(self.sari, made, True)

        assert in_force(self.sari, self.product) == {"halal": date(2027, 11, 21)}
        assert queries.certificates_waiting() == 0
        assert sorted(OutboxEvent.objects.values_list("name", flat=True)) == ["catalogue.certificate_decided", "catalogue.product_changed"]
        assert Entry.objects.filter(action="catalogue.certificate_accepted", by=ARIF, subject=str(made)).count() == 1

    def test_a_paper_of_the_business_holds_for_all_its_products(self) -> None:
        other, _ = a_coffee(self.sari, sku="KG-500", papers={})
        made = sent(self.sari, None, kind="gacc")
        OutboxEvent.objects.all().delete()
        decide(self.sari, made, True)
        assert in_force(self.sari, self.product) == in_force(self.sari, other) == {"gacc": date(2027, 11, 21)}
        changed = OutboxEvent.objects.filter(name="catalogue.product_changed").values_list("facts__product", flat=True)
        assert set(changed) == {str(self.product), str(other)}

    def test_one_in_force_counts_until_its_renewal_is_accepted(self) -> None:
        first = sent(self.sari, self.product, valid_until=date(2026, 12, 1))
        decide(self.sari, first, True)
        second = sent(self.sari, self.product, number="ID-2", valid_until=date(2030, 12, 1))
        assert in_force(self.sari, self.product) == {"halal": date(2026, 12, 1)}
        decide(self.sari, second, True)
        assert in_force(self.sari, self.product) == {"halal": date(2030, 12, 1)}
        assert [each.number for each in Certificate.objects.all()] == ["ID-2"]

    def test_its_first_day_must_have_come(self) -> None:
        decide(self.sari, sent(self.sari, self.product, valid_from=date(2026, 11, 22)), True)
        assert in_force(self.sari, self.product) == {}
        assert in_force(self.sari, self.product, date(2026, 11, 22)) == {"halal": date(2027, 11, 21)}

    def test_refused_needs_a_reason_and_a_new_one_takes_its_place(self) -> None:
        made = sent(self.sari, self.product)
        with pytest.raises(CertificateReasonNeeded):
            decide(self.sari, made, False, "  ")
        assert Certificate.objects.get().state == "submitted"
        decide(self.sari, made, False, "Nomor tidak terbaca.")
        assert (Certificate.objects.get().state, Certificate.objects.get().state_reason) == ("refused", "Nomor tidak terbaca.")
        with pytest.raises(CertificateDecided):
            decide(self.sari, made, True)
        sent(self.sari, self.product, number="ID-3")
        assert [(each.number, each.state) for each in Certificate.objects.all()] == [("ID-3", "submitted")]

    def test_what_was_accepted_may_be_refused_later(self) -> None:
        made = sent(self.sari, self.product)
        decide(self.sari, made, True)
        decide(self.sari, made, False, "Dicabut penerbitnya.")
        assert in_force(self.sari, self.product) == {}

    def test_refusals_change_nothing(self) -> None:
        dewi = a_business("Toko Dewi")
        made = sent(self.sari, self.product)
        before = list(Certificate.objects.values())
        for error, act in (
            (UnknownPaperKind, lambda: sent(self.sari, self.product, kind="form_e")),
            (UnknownPaperKind, lambda: sent(self.sari, self.product, kind="x")),
            (CertificateDatesWrong, lambda: sent(self.sari, self.product, valid_until=date(2026, 11, 20))),
            (CertificateDatesWrong, lambda: sent(self.sari, self.product, valid_from=date(2028, 1, 1))),
            (NotAPaper, lambda: sent(self.sari, self.product, file=("a.exe", b"MZ"))),
            (NotAPaper, lambda: sent(self.sari, self.product, file=("a.pdf", b"%PDF-1.7 cut"))),
            (UnknownProduct, lambda: sent(dewi, self.product)),
            (UnknownCertificate, lambda: decide(dewi, made, True)),
            (UnknownCertificate, lambda: actions.withdraw_certificate(dewi.pk, made, by=None, at=AT)),
        ):
            with pytest.raises(error):
                act()
        assert list(Certificate.objects.values()) == before
        assert Document.objects.count() == 0

    def test_the_paper_is_sealed_and_read_back(self) -> None:
        made = sent(self.sari, self.product, file=("halal.pdf", PDF))
        row = queries.certificate(self.sari.pk, made)
        found = media.paper(self.sari.pk, row.document_id)
        assert found is not None and (found[0].form, found[1]) == ("pdf", PDF)
        assert media.paper(a_business("Toko Dewi").pk, row.document_id) is None


class Watched(TestCase):
    def test_told_once_at_sixty_thirty_and_seven_days(self) -> None:
        sari = a_business()
        product, _ = a_coffee(sari, papers={"halal": ("1", date(2026, 12, 31)), "pirt": ("2", None)})
        OutboxEvent.objects.all().delete()
        days = [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 24), date(2027, 1, 1)]
        assert [actions.watch_certificates(on=day, at=AT) for day in days] == [1, 0, 0, 1, 1, 0]
        facts = OutboxEvent.objects.filter(name="catalogue.certificate_ending").values_list("facts", flat=True)
        assert [(each["kind"], each["until"], each["product"]) for each in facts] == [("halal", "2026-12-31", str(product))] * 3
