"""What a seller states of its origin: made, taken back, withdrawn by an officer, ended; on pages and in a race."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import TestCase, TransactionTestCase

from saudagar.audit.models import Entry
from saudagar.catalogue import actions, queries
from saudagar.catalogue.actions import OriginSaid
from saudagar.catalogue.models import OriginStatement, Product
from saudagar.catalogue.rules.certificates import CertificateReasonNeeded
from saudagar.catalogue.rules.origin import (
    CriterionNeeded,
    DeclarationNotEnough,
    NoSuchAgreement,
    OriginNotConfirmed,
    StatementDateWrong,
    StatementWithdrawn,
    UnknownStatement,
    claims_of,
)
from saudagar.catalogue.tests.cast import a_business, a_coffee
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.models import OutboxEvent
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.rulebook.actions import load_shipped
from saudagar.rulebook.rules import Claim

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TODAY, NEXT_YEAR = date(2026, 11, 21), date(2027, 11, 21)
SARI, OFFICER = new_id(), new_id()
SAID = OriginSaid("WO", "paper", NEXT_YEAR, is_confirmed=True)


def told(name: str) -> list[dict]:
    return list(OutboxEvent.objects.filter(name=name).order_by("id").values_list("facts", flat=True))


class Stated(TestCase):
    def setUp(self) -> None:
        load_shipped(at=AT)
        self.sari = a_business()
        self.product, _ = a_coffee(self.sari, papers={})
        OutboxEvent.objects.all().delete()

    def state(self, agreement="ATIGA", said=SAID, at=AT) -> OriginStatement:
        return actions.state_origin(self.sari.pk, self.product, agreement, said, by=SARI, at=at)

    def claims(self, on=TODAY):
        return queries.claims_in_force(self.sari.pk, self.product, on)

    def withdraw(self, reason="Biji dari Vietnam") -> None:
        actions.withdraw_origin(self.sari.pk, self.product, "ATIGA", reason=reason, by=OFFICER, at=AT)

    def test_what_is_stated_counts_from_then_on_and_is_in_the_trail(self) -> None:
        self.state()
        assert self.claims() == (Claim("ATIGA", "paper", "WO", 0),)
        entry = Entry.objects.get(action="catalogue.origin_stated")
        assert (entry.by, entry.business_id, entry.subject) == (SARI, self.sari.pk, str(self.product))
        assert entry.facts == {
            "agreement": "ATIGA", "criterion": "WO", "regional_value": 0, "shown_by": "paper", "hs": "090121", "until": "2027-11-21",
        }  # fmt: skip
        assert told("catalogue.product_changed") == [{"product": str(self.product)}]

    def test_the_newest_word_counts_and_there_is_one_row(self) -> None:
        self.state()
        self.state(said=OriginSaid("RVC", "declaration", NEXT_YEAR, 55, is_confirmed=True))
        assert self.claims() == (Claim("ATIGA", "declaration", "RVC", 55),)
        assert OriginStatement.objects.count() == 1

    def test_it_ends_on_its_last_day(self) -> None:
        self.state(said=OriginSaid("WO", "paper", TODAY + timedelta(days=3), is_confirmed=True))
        assert self.claims(TODAY + timedelta(days=3)) and not self.claims(TODAY + timedelta(days=4))

    def test_another_code_or_origin_and_it_counts_no_longer(self) -> None:
        """CTH of 0901 says nothing of 2101. With the old code it counts again: it is as true as before."""
        self.state()
        for change in ({"hs_code": "210112"}, {"hs_code": "090121", "origin": "VN"}):
            Product.objects.filter(business_id=self.sari.pk, id=self.product).update(**change)
            assert self.claims() == ()
        Product.objects.filter(business_id=self.sari.pk, id=self.product).update(hs_code="090121", origin="ID")
        assert self.claims()

    def test_taken_back_it_does_not_count_and_may_be_stated_again(self) -> None:
        self.state()
        actions.end_origin(self.sari.pk, self.product, "ATIGA", by=SARI, at=AT)
        assert self.claims() == ()
        with pytest.raises(UnknownStatement):
            actions.end_origin(self.sari.pk, self.product, "ATIGA", by=SARI, at=AT)
        self.state()
        assert self.claims()

    def test_withdrawn_by_an_officer_only_an_officer_allows_it_again(self) -> None:
        self.state()
        with pytest.raises(CertificateReasonNeeded):
            self.withdraw(" ")
        assert self.claims()
        self.withdraw()
        assert self.claims() == ()
        with pytest.raises(StatementWithdrawn) as refused:
            self.state()
        assert refused.value.facts == {"agreement": "ATIGA", "reason": "Biji dari Vietnam"}
        assert queries.origin_withdrawn(self.sari.pk, [self.product]) == {(self.product, "ATIGA"): "Biji dari Vietnam"}
        actions.allow_origin(self.sari.pk, self.product, "ATIGA", by=OFFICER, at=AT + timedelta(hours=1))
        assert self.claims() == ()  # the seller's word is still to come
        assert queries.origin_withdrawn(self.sari.pk, [self.product]) == {}
        self.state()
        assert self.claims()
        assert [entry.action for entry in Entry.objects.filter(by=OFFICER).order_by("at", "id")] == [
            "catalogue.origin_withdrawn",
            "catalogue.origin_allowed",
        ]
        # Ids are ordered by hundredths of a second, and both were told within one.
        assert {(facts["withdrawn"], facts["reason"]) for facts in told("catalogue.origin_decided")} == {
            (True, "Biji dari Vietnam"),
            (False, ""),
        }

    def test_what_cannot_be_stated_is_refused_and_leaves_nothing(self) -> None:
        good = {"criterion": "WO", "shown_by": "paper", "valid_until": NEXT_YEAR, "is_confirmed": True}
        for agreement, change, refusal in (
            ("NAFTA", {}, NoSuchAgreement),
            ("IA-CEPA", {}, NoSuchAgreement),  # does nothing for coffee, which is free in Australia
            ("ATIGA", {"criterion": "XX"}, CriterionNeeded),
            ("ATIGA", {"criterion": "RVC"}, CriterionNeeded),
            ("ATIGA", {"criterion": "RVC", "regional_value": 101}, CriterionNeeded),
            ("ATIGA", {"regional_value": 40}, CriterionNeeded),
            ("ATIGA", {"shown_by": "word"}, DeclarationNotEnough),
            ("IUAE-CEPA", {"shown_by": "declaration"}, DeclarationNotEnough),  # always with the certificate
            ("ATIGA", {"valid_until": TODAY - timedelta(days=1)}, StatementDateWrong),
            ("ATIGA", {"valid_until": date(2028, 1, 1)}, StatementDateWrong),
            ("ATIGA", {"is_confirmed": False}, OriginNotConfirmed),
        ):
            with pytest.raises(refusal):
                self.state(agreement, OriginSaid(**(good | change)))
        Product.objects.filter(business_id=self.sari.pk, id=self.product).update(hs_code="")
        with pytest.raises(NoSuchAgreement):
            self.state()
        assert not OriginStatement.objects.exists() and not Entry.objects.filter(action__startswith="catalogue.origin").exists()

    def test_the_database_holds_what_the_rule_says(self) -> None:
        row = self.state()
        for change in ({"criterion": "RVC", "regional_value": 0}, {"state": "withdrawn", "reason": ""}):
            with pytest.raises(IntegrityError), transaction.atomic():
                OriginStatement.objects.filter(business_id=self.sari.pk, id=row.pk).update(**change)

    def test_the_owner_is_told_a_month_and_a_week_before_it_ends(self) -> None:
        self.state()
        days = [NEXT_YEAR - timedelta(days=before) for before in (31, 30, 29, 7, 1)]
        assert [actions.watch_origin(on=day, at=AT) for day in days] == [0, 1, 0, 1, 0]
        assert told("catalogue.origin_ending")[0] == {"product": str(self.product), "agreement": "ATIGA", "until": "2027-11-21"}
        self.state()  # said again, it is warned of again
        assert actions.watch_origin(on=days[1], at=AT) == 1

    def test_dewi_states_nothing_of_saris_product(self) -> None:
        dewi = a_business("Toko Dewi")
        self.state()
        for call in (
            lambda: actions.state_origin(dewi.pk, self.product, "ATIGA", SAID, by=SARI, at=AT),
            lambda: actions.end_origin(dewi.pk, self.product, "ATIGA", by=SARI, at=AT),
        ):
            with pytest.raises(Exception, match="product"):
                call()
        assert self.claims() and not queries.claims_in_force(dewi.pk, self.product, TODAY)


def test_what_a_quote_reads_is_what_is_in_force_that_day():
    text = '[["ACFTA","declaration","CTH",0,"2026-11-21"],["ATIGA","paper","RVC",45,"2027-01-01"]]'
    assert claims_of(text, TODAY) == (Claim("ACFTA", "declaration", "CTH"), Claim("ATIGA", "paper", "RVC", 45))
    assert claims_of(text, date(2026, 11, 22)) == (Claim("ATIGA", "paper", "RVC", 45),)
    assert claims_of("[]", TODAY) == ()


class Races(TransactionTestCase):
    def test_a_seller_who_states_and_an_officer_who_withdraws(self) -> None:
        """Whoever is first: in the end it is withdrawn, and no claim is left."""
        load_shipped(at=AT)
        sari = a_business()
        product, _ = a_coffee(sari, papers={})
        actions.state_origin(sari.pk, product, "ATIGA", SAID, by=SARI, at=AT)
        ready, refused = threading.Barrier(9), []

        def again() -> None:
            ready.wait()
            try:
                actions.state_origin(sari.pk, product, "ATIGA", SAID, by=SARI, at=AT)
            except StatementWithdrawn:
                refused.append(1)
            finally:
                connections.close_all()

        def withdraw() -> None:
            ready.wait()
            actions.withdraw_origin(sari.pk, product, "ATIGA", reason="Salah", by=OFFICER, at=AT)
            connections.close_all()

        threads = [threading.Thread(target=withdraw), *(threading.Thread(target=again) for _ in range(8))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert queries.claims_in_force(sari.pk, product, TODAY) == ()
        assert OriginStatement.objects.get().state == "withdrawn"
        stated = Entry.objects.filter(action="catalogue.origin_stated").count()
        assert stated - 1 + len(refused) == 8

    def test_two_tabs_make_one_statement(self) -> None:
        load_shipped(at=AT)
        sari = a_business()
        product, _ = a_coffee(sari, papers={})
        ready, failed = threading.Barrier(6), []

        def state() -> None:
            ready.wait()
            try:
                actions.state_origin(sari.pk, product, "ATIGA", SAID, by=SARI, at=AT)
            except Exception as error:
                failed.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=state) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed and OriginStatement.objects.count() == 1


class Pages(TestCase):
    def setUp(self) -> None:
        load_shipped(at=AT)
        self.sari, self.dewi = a_business(), a_business("Toko Dewi")
        self.product, _ = a_coffee(self.sari, papers={})
        self.url = f"/seller/products/{handle(Kind.PRODUCT, self.sari.pk, self.product)}/origin/"
        self.users = {}
        for name, business in (("sari", self.sari), ("dewi", self.dewi)):
            self.users[name] = User.objects.create_user(email=f"{name}@example.com", name=name)
            Membership.objects.create(business_id=business.pk, user_id=self.users[name].pk, role="owner")
        self.users["officer"] = User.objects.create_user(email="officer@example.com", name="Officer", is_officer=True)
        self.until = (datetime.now(UTC) + timedelta(days=300)).date().isoformat()

    def form(self, agreement="ATIGA", **changes):
        said = {"criterion": "WO", "regional_value": "", "shown_by": "paper", "valid_until": self.until, "is_confirmed": "on"}
        return {f"{agreement}-{name}": value for name, value in (said | changes).items() if value is not None}

    def test_a_seller_states_it_an_officer_withdraws_it_and_allows_it_again(self) -> None:
        self.client.force_login(self.users["sari"])
        page = self.client.get(self.url, headers={"accept-language": "en"}).content.decode()
        assert "ATIGA" in page and "Philippines" in page and "0% instead of 40%" in page and "Not stated" in page

        wrong = self.client.post(f"{self.url}ATIGA/statement", self.form(is_confirmed=None), headers={"accept-language": "en"})
        assert wrong.status_code == 422 and "Tick that this is true" in wrong.content.decode()
        assert self.client.post(f"{self.url}NAFTA/statement", self.form()).status_code == 404
        assert self.client.post(f"{self.url}ATIGA/statement", self.form()).status_code == 302
        page = self.client.get(self.url, headers={"accept-language": "en"}).content.decode()
        assert "Counts" in page and "It is true no longer" in page

        officers = f"/officer/origin/{handle(Kind.PRODUCT, self.sari.pk, self.product)}/ATIGA/"
        assert self.client.get(officers).status_code == 404  # a seller is no officer
        self.client.force_login(self.users["officer"])
        assert "Kopi Arabika Gayo" in self.client.get("/officer/origin/").content.decode()
        assert self.client.post(officers, {"reason": "Biji dari Vietnam"}).status_code == 400
        assert self.client.post(officers, {"decision": "withdraw", "reason": ""}).status_code == 422
        assert self.client.post(officers, {"decision": "withdraw", "reason": "Biji dari Vietnam"}).status_code == 302
        assert "Kopi Arabika Gayo" in self.client.get("/officer/origin/?state=withdrawn").content.decode()
        assert self.client.get(officers).status_code == 200

        self.client.force_login(self.users["sari"])
        page = self.client.get(self.url, headers={"accept-language": "en"}).content.decode()
        assert "Biji dari Vietnam" in page and "I state this" not in page.split('id="ATIGA"')[1].split("</section>")[0]
        refused = self.client.post(f"{self.url}ATIGA/statement", self.form())
        assert refused.status_code == 422 and "Biji dari Vietnam" in refused.content.decode()

        self.client.force_login(self.users["officer"])
        assert self.client.post(officers, {"decision": "allow"}).status_code == 302
        again = self.client.post(officers, {"decision": "allow"}, follow=True, headers={"accept-language": "en"})
        assert "There is no such ATIGA statement of origin; it may have changed" in again.content.decode()
        self.client.force_login(self.users["sari"])
        assert self.client.post(f"{self.url}ATIGA/statement", self.form()).status_code == 302
        assert self.client.post(f"{self.url}ATIGA/ending").status_code == 302
        assert self.client.post(f"{self.url}ATIGA/ending").status_code == 404
        assert OriginStatement.objects.get().state == "ended"

    def test_it_is_nobody_elses(self) -> None:
        self.client.force_login(self.users["dewi"])
        assert self.client.get(self.url).status_code == 404
        for what in ("statement", "ending"):
            assert self.client.post(f"{self.url}ATIGA/{what}", self.form()).status_code == 404
        assert not OriginStatement.objects.exists()

    def test_a_product_without_code_or_agreements_says_so(self) -> None:
        self.client.force_login(self.users["sari"])
        for hs, words in (("490199", "No agreement lowers"), ("", "The HS code comes first")):
            Product.objects.filter(business_id=self.sari.pk, id=self.product).update(hs_code=hs)
            assert words in self.client.get(self.url, headers={"accept-language": "en"}).content.decode()

    def test_where_the_declaration_is_the_proof_nothing_is_asked_of_how(self) -> None:
        Product.objects.filter(business_id=self.sari.pk, id=self.product).update(hs_code="620520")
        self.client.force_login(self.users["sari"])
        page = self.client.get(self.url, headers={"accept-language": "en"}).content.decode()
        assert 'name="IEFTA-criterion"' in page and 'name="IEFTA-shown_by"' not in page
        assert self.client.post(f"{self.url}IEFTA/statement", self.form("IEFTA", shown_by=None)).status_code == 302
        assert OriginStatement.objects.get().shown_by == "declaration"
