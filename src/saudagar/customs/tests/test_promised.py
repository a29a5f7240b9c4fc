"""Proofs of origin that an order was priced with: what is written for it, and what must be recorded before the parcel leaves."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections, transaction
from django.test import TransactionTestCase

from saudagar.audit.models import Entry
from saudagar.catalogue.models import OriginStatement, Variant
from saudagar.customs.actions.consignments import record_proof
from saudagar.customs.actions.origin import record_order_proof
from saudagar.customs.models import Consignment, ConsignmentItem, ConsignmentProof, OrderProof
from saudagar.customs.queries import kept_by, parcel_facts, recomputed
from saudagar.customs.queries.promised import promised_of
from saudagar.customs.rules.consignments import ProofOfOther
from saudagar.customs.rules.kinds import content, papers_of
from saudagar.customs.rules.papers import UnknownPaper
from saudagar.customs.rules.promised import (
    OriginTakenBack,
    ProofNotThere,
    ProofOfOtherOrder,
    ProofTravels,
    declared,
    promised,
    refuse_unproven,
)
from saudagar.customs.tests.cast import a_parcel
from saudagar.customs.tests.sold import sold
from saudagar.customs.tests.test_kinds import text_of
from saudagar.customs.tests.test_pages import Cast
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.orders.models import Order, State
from saudagar.orders.rules import WrongState
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Claim, Proven
from saudagar.shipping import actions as shipping
from saudagar.shipping.models import Parcel
from saudagar.shipping.tests.cast import AT, RINA, a_shop

DAY = date(2026, 11, 21)
PAPER, WORD = Claim("ACFTA", "paper", "WO"), Claim("ACFTA", "declaration", "RVC", 45)
NAMES = {"form_e": {"id": "SKA Form E", "en": "Form E", "zh-hans": "Form E 证书"}}
E, R = Proven(0, "ACFTA", "form_e", "paper", "row", "WO"), Proven(2, "RCEP", "form_rcep", "declaration", "row", "RVC", 40)
# 113.60 yuan of coffee are worth 16 dollars: for a paper to be needed a dollar must be worth little.
CHEAP_DOLLARS = {"USD": "0.1"}


def certified(shop, **more):
    """An order to China as general trade: above what a declaration is enough for."""
    return sold(shop, mode="general", claims=[PAPER], rates=CHEAP_DOLLARS, **more)


class TestRules:
    def test_certificates_come_first_and_a_declaration_is_one_paper_whatever_the_agreement(self):
        found = promised([R, E], NAMES, {}, {})
        assert [(each.kind, each.by, each.lines, each.criteria) for each in found] == [
            ("form_e", "paper", (1,), ("WO",)),
            ("origin_declaration", "declaration", (3,), ("RVC 40 %",)),
        ]
        assert [each.is_there for each in found] == [False, True]

    def test_a_parcel_waits_for_its_certificate_and_never_leaves_on_what_was_taken_back(self):
        refuse_unproven((), "en")
        with pytest.raises(ProofNotThere) as waits:
            refuse_unproven(promised([E, R], NAMES, {}, {}), "id")
        assert waits.value.facts == {"papers": "SKA Form E"}
        refuse_unproven(promised([E, R], NAMES, {"form_e": ("E1", DAY, False)}, {}), "id")
        with pytest.raises(OriginTakenBack) as taken:
            refuse_unproven(promised([E, R], NAMES, {"form_e": ("E1", DAY, False)}, {"RCEP": "Salah"}), "id")
        assert taken.value.facts == {"agreement": "RCEP", "reason": "Salah"}

    def test_what_is_declared_names_lines_agreement_and_criterion(self):
        assert declared(promised([E, R, replace_line(R, 3)], NAMES, {}, {})) == [
            "Lines 3, 4: Indonesian preferential origin under RCEP, origin criterion RVC 40 %."
        ]
        grown = Proven(4, "RCEP", "form_rcep", "declaration", "row", "WO")
        assert declared(promised([R, replace_line(R, 3), grown], NAMES, {}, {})) == [
            "Lines 3, 4: Indonesian preferential origin under RCEP, origin criterion RVC 40 %.",
            "Line 5: Indonesian preferential origin under RCEP, origin criterion WO.",
        ]
        assert declared(promised([R], NAMES, {}, {"RCEP": "Salah"})) == []

    def test_the_invoice_and_the_declaration_say_it(self):
        facts = a_parcel(promised=promised([Proven(1, "ACFTA", "form_e", "declaration", "row", "PE")], NAMES, {}, {}))
        said = "Line 2: Indonesian preferential origin under ACFTA, origin criterion PE."
        for kind in ("invoice", "origin_declaration"):
            assert said in " ".join(text_of(content(kind, facts, (), sdr_rate=None, on=DAY)).split())
        assert content("origin_declaration", facts, (), sdr_rate=None, on=DAY)["agreement"] == "ACFTA"
        assert "preferential" not in text_of(content("invoice", a_parcel(), (), sdr_rate=None, on=DAY))

    def test_what_was_taken_back_is_declared_nowhere(self):
        taken = promised([Proven(1, "ACFTA", "form_e", "declaration", "row", "PE")], NAMES, {}, {"ACFTA": "Salah"})
        facts = a_parcel(promised=taken)
        assert "preferential" not in text_of(content("invoice", facts, (), sdr_rate=None, on=DAY))
        with pytest.raises(OriginTakenBack):
            content("origin_declaration", facts, (), sdr_rate=None, on=DAY)

    def test_they_are_needed(self):
        facts = a_parcel(promised=promised([Proven(1, "ACFTA", "form_e", "declaration", "row", "PE")], NAMES, {}, {}))
        needed = {each.kind for each in papers_of(facts, (), sdr_rate=None, on=DAY) if each.is_needed}
        assert "origin_declaration" in needed
        assert "origin_declaration" not in {each.kind for each in papers_of(a_parcel(), (), sdr_rate=None, on=DAY) if each.is_needed}


def replace_line(proven: Proven, line: int) -> Proven:
    return Proven(line, proven.agreement, proven.proof, proven.by, proven.rule, proven.criterion, proven.regional_value)


class Recorded(Cast):
    def record(self, order, number="E-2026-1", kind="form_e", business_id=None):
        return record_order_proof(
            business_id or self.business_id, order.id, kind, number=number, issued_on=DAY if number else None, by=self.sari.pk, at=AT
        )

    def there(self, order) -> list[tuple[str, str, bool]]:
        return [(each.kind, each.number, each.is_there) for each in promised_of(order, kept_by(order), current_rulebook())]

    def test_a_certificate_is_recorded_and_stands_on_the_papers(self):
        order = certified(self.shop)
        assert self.there(order) == [("form_e", "", False)]
        self.record(order)
        assert self.there(order) == [("form_e", "E-2026-1", True)]
        facts = parcel_facts(order, self.sent(order), current_rulebook())
        assert [(proof.kind, proof.number) for proof in facts.proofs] == [("form_e", "E-2026-1")]
        assert facts.contents[0].details.criterion == "WO"
        assert "E-2026-1" in text_of(content("invoice", facts, (), sdr_rate=None, on=DAY))
        entry = Entry.objects.get(action="customs.order_proof_recorded")
        assert (entry.by, entry.facts) == (self.sari.pk, {"kind": "form_e", "number": "E-2026-1"})

    def test_the_order_is_worked_out_again_to_the_same_cent(self):
        order = certified(self.shop)
        cost, is_same = recomputed(order)
        assert is_same and cost.proofs and cost.duty == order.duty > 0  # 5 % instead of 15 %

    def test_only_what_the_order_was_priced_with_and_only_once(self):
        order, plain = certified(self.shop), self.sold()
        for wrong, kind in ((order, "form_d"), (plain, "form_e"), (order, "origin_declaration")):
            with pytest.raises(UnknownPaper):
                self.record(wrong, kind=kind)
        self.record(order)
        self.record(order, "E-2026-2")  # a slip of the pen, put right
        other = certified(self.shop)
        with pytest.raises(ProofOfOtherOrder):
            self.record(other, "E-2026-2")
        assert OrderProof.objects.count() == 1

    def test_a_certificate_of_a_consignment_is_none_of_a_parcel_and_the_other_way_round(self):
        order, other = certified(self.shop), certified(self.shop)
        consignment = self.consigned(other)
        assert self.there(other) == [("form_e", "E-9", True)]
        with pytest.raises(ProofOfOtherOrder):
            self.record(order, "E-9")
        self.record(order, "E-1")
        with pytest.raises(ProofOfOther):
            record_proof(consignment, self.business_id, "form_e", number="E-1", issued_on=DAY, by=self.sari.pk, at=AT)

    def consigned(self, *orders):
        """A consignment with these orders, and its certificate E-9, which was recorded when they had joined."""
        consignment = Consignment.objects.create(name="Gudang", country="CN", created_at=AT, owner_id=self.business_id)
        for order in orders:
            ConsignmentItem.objects.create(business_id=self.business_id, consignment_id=consignment.pk, order=order, added_at=AT)
        ConsignmentProof.objects.create(
            business_id=self.business_id, consignment_id=consignment.pk, kind="form_e", number="E-9", issued_on=DAY, recorded_at=AT
        )
        return consignment

    def test_a_certificate_that_was_given_before_an_order_joined_is_none_for_it(self):
        order, late = certified(self.shop), certified(self.shop)
        consignment = self.consigned(order)
        ConsignmentItem.objects.create(
            business_id=self.business_id, consignment_id=consignment.pk, order=late, added_at=AT + timedelta(minutes=1)
        )
        assert (self.there(order), self.there(late)) == ([("form_e", "E-9", True)], [("form_e", "", False)])
        facts = {"number": "E-10", "issued_on": DAY, "by": self.sari.pk, "at": AT + timedelta(hours=1)}
        record_proof(consignment, self.business_id, "form_e", **facts)
        assert self.there(order) == self.there(late) == [("form_e", "E-10", True)]

    def test_a_certificate_of_a_consignment_is_taken_back_only_while_its_parcels_are_here(self):
        order, plain = certified(self.shop), self.sold()
        consignment = self.consigned(plain, order)
        shipping.hand_over(self.business_id, self.sent(plain).id, at=AT)  # it was not priced with it
        parcel, facts = self.sent(order), {"number": "", "issued_on": None, "by": self.sari.pk, "at": AT}
        record_proof(consignment, self.business_id, "form_e", **facts)
        assert self.there(order) == [("form_e", "", False)]
        record_proof(consignment, self.business_id, "form_e", **facts | {"number": "E-9", "issued_on": DAY})
        shipping.hand_over(self.business_id, parcel.id, at=AT)
        with pytest.raises(ProofTravels):
            record_proof(consignment, self.business_id, "form_e", **facts)
        assert self.there(order) == [("form_e", "E-9", True)]

    def test_it_is_taken_back_only_while_the_parcel_is_here(self):
        order = certified(self.shop)
        parcel = self.sent(order)
        self.record(order)
        self.record(order, "")
        assert self.there(order) == [("form_e", "", False)]
        self.record(order)
        shipping.hand_over(self.business_id, parcel.id, at=AT)
        with pytest.raises(ProofTravels):
            self.record(order, "")
        assert self.there(order) == [("form_e", "E-2026-1", True)]

    def test_an_order_that_is_over_takes_none(self):
        order = certified(self.shop)
        Order.objects.filter(business_id=self.business_id, id=order.id).update(state=State.CANCELLED)
        with pytest.raises(WrongState):
            self.record(order)

    def test_what_an_officer_took_back_holds_the_parcel_whatever_is_recorded(self):
        order = certified(self.shop)
        self.record(order)
        variant = Variant.objects.get(business_id=self.business_id, id=self.shop.variant_id)
        OriginStatement.objects.create(
            business_id=self.business_id, product_id=variant.product_id, agreement="ACFTA", criterion="WO", shown_by="paper", hs="090121",
            origin="ID", valid_until=DAY, stated_at=AT, state="withdrawn", reason="Biji dari Vietnam",
        )  # fmt: skip
        [found] = promised_of(order, kept_by(order), current_rulebook())
        assert (found.withdrawn, found.is_there) == ("Biji dari Vietnam", False)


class Pages(Cast):
    def post(self, order, data, user=None, kind="form_e"):
        self.client.force_login(user or self.sari)
        url = f"/seller/orders/{handle(Kind.ORDER, self.business_id, order.id)}/papers/"
        return self.client.post(f"{url}origin/{kind}", {f"{kind}-{name}": value for name, value in data.items()}, follow=True)

    def page(self, order, user=None) -> str:
        self.client.force_login(user or self.sari)
        url = f"/seller/orders/{handle(Kind.ORDER, self.business_id, order.id)}/papers/"
        return self.client.get(url, headers={"accept-language": "en"}).content.decode()

    def test_the_seller_reads_what_is_promised_what_it_is_worth_and_records_it(self):
        order = certified(self.shop)
        page = self.page(order)
        assert "The lower duty the buyer paid" in page and "ACFTA" in page
        # 10 % of 180.34 more duty, 13 % VAT on it: 18.03 and 2.35 (the rounding is the scheme's)
        assert "customs there asks for ¥" in page and "the carrier would ask you for the rest" in page
        assert "Data for the e-SKA application" in page

        assert self.post(order, {"number": "E-1", "issued_on": ""}).status_code == 422
        assert self.post(order, {"number": "E-1", "issued_on": "2999-01-01"}).status_code == 422
        assert self.post(order, {"number": "E-1", "issued_on": "2026-11-21"}).status_code == 200
        assert OrderProof.objects.get().number == "E-1"
        assert 'value="E-1"' in self.page(order)
        assert self.post(order, {"number": "E-1", "issued_on": "2026-11-21"}, kind="form_d").status_code == 404

    def test_a_declaration_is_enough_for_a_small_parcel(self):
        order = sold(self.shop, mode="general", claims=[WORD], rates={"USD": "7.10"})
        page = self.page(order)
        assert "Your declaration is enough for this parcel" in page and "Record the certificate" not in page
        answer = self.get(order, "origin_declaration")
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")

    def test_dewi_records_nothing(self):
        order = certified(self.shop)
        dewi = self.someone("dewi@example.test", a_shop("Toko Dewi").business_id)
        assert self.post(order, {"number": "E-1", "issued_on": "2026-11-21"}, dewi).status_code == 404
        assert not OrderProof.objects.exists()

    def test_orders_without_promises_say_nothing_of_them(self):
        assert "The lower duty the buyer paid" not in self.page(self.sold())
        assert "The lower duty the buyer paid" not in self.page(sold(self.shop, RINA))


class Races(TransactionTestCase):
    def test_a_certificate_is_not_taken_back_under_the_hands_of_who_hands_the_parcel_over(self):
        for _ in range(6):
            self.race()

    def race(self):
        """Either the parcel stays and the number is gone, or it has left with it: never gone without."""
        shop = a_shop()
        order = certified(shop)
        parcel = Parcel.objects.create(
            business_id=shop.business_id, order=order, created_at=AT, booked_at=AT, carrier="pos", service="packet", gross_grams=600,
            item_number="RR202611218ID", waybill="RR202611218ID",
        )  # fmt: skip
        record_order_proof(shop.business_id, order.id, "form_e", number="E-1", issued_on=DAY, by=new_id(), at=AT)
        ready = threading.Barrier(2)

        def hand_over() -> None:
            ready.wait()
            try:
                with transaction.atomic():
                    shipping.hand_over(shop.business_id, parcel.id, at=AT)
                    refuse_unproven(promised_of(order, kept_by(order), current_rulebook()), "en")
            except ProofNotThere:
                pass
            finally:
                connections.close_all()

        def take_back() -> None:
            ready.wait()
            try:
                record_order_proof(shop.business_id, order.id, "form_e", number="", issued_on=None, by=new_id(), at=AT)
            except ProofTravels:
                pass
            finally:
                connections.close_all()

        threads = [threading.Thread(target=each) for each in (hand_over, take_back)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        parcel.refresh_from_db()
        assert (parcel.handed_over_at is not None) == OrderProof.objects.filter(business_id=shop.business_id).exists()
