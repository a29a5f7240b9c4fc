"""The seller chooses an HS code from suggestions, an officer confirms or corrects, the correction is learned."""

from datetime import UTC, datetime

import pytest
from django.test import TestCase

from saudagar.audit.models import Entry
from saudagar.catalogue import actions, queries
from saudagar.catalogue.models import HsChoice, Product
from saudagar.catalogue.rules.digestion import ProductRows, VariantRow
from saudagar.catalogue.rules.product import HsReasonNeeded, UnknownProduct
from saudagar.catalogue.tests.cast import a_business, a_coffee, coffee_facts
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.models import OutboxEvent
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.rulebook import actions as rulebook_actions
from saudagar.rulebook import queries as rulebook
from saudagar.rulebook.models import HsCorrection

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
SARI, OFFICER = new_id(), new_id()
CODES = {
    "090121": "Coffee; roasted, not decaffeinated",
    "090111": "Coffee; not roasted or decaffeinated",
    "210112": "Preparations with a basis of coffee",
}


def load_codes() -> None:
    rulebook_actions.load_nomenclature({"section": "II", "hscode": code, "description": words} for code, words in CODES.items())


class Chosen(TestCase):
    def setUp(self) -> None:
        rulebook.forget_hs()
        self.addCleanup(rulebook.forget_hs)
        load_codes()
        self.sari = a_business()
        self.product, _ = a_coffee(self.sari, papers={})

    def save(self, hs: str) -> None:
        actions.save_product(self.sari.pk, coffee_facts(hs_code=hs, papers={}), product_id=self.product, by=SARI, at=AT)

    def decide(self, hs: str, reason: str = "") -> None:
        actions.decide_hs(self.sari.pk, self.product, hs, reason=reason, by=OFFICER, at=AT)

    def answer(self, hs: str, why: str) -> None:
        facts = coffee_facts(hs_code=hs, papers={}, hs_answer=why)
        actions.save_product(self.sari.pk, facts, product_id=self.product, by=SARI, at=LATER)

    def told(self) -> list[dict[str, str]]:
        facts = list(OutboxEvent.objects.filter(name="catalogue.hs_decided").order_by("id").values_list("facts", flat=True))
        OutboxEvent.objects.all().delete()
        return [{name: value for name, value in each.items() if name != "product"} for each in facts]

    def queue(self, **how) -> list[tuple[str, str, bool]]:
        return [(row.hs, row.suggested, row.differs) for row in queries.hs_queue(**how)]

    def test_who_chose_what_is_kept(self) -> None:
        self.save("210112")
        choice = HsChoice.objects.get()
        told = (choice.hs, choice.suggested, choice.differs, choice.chosen_by, choice.confirmed_at)
        assert told == ("210112", "090121", True, SARI, None)
        entry = Entry.objects.get(action="catalogue.hs_chosen")
        assert entry.facts == {"hs": "210112", "suggested": "090121", "differs": True}
        self.save("210112")
        assert Entry.objects.filter(action="catalogue.hs_chosen").count() == 1
        self.save("0901210000")
        assert HsChoice.objects.get().differs is False

    def test_officers_see_what_differs_and_what_nobody_confirmed(self) -> None:
        assert self.queue(only_differing=False) == [("090121", "", False)]  # came without a choice
        self.save("210112")
        assert self.queue(only_differing=True) == [("210112", "090121", True)]
        assert queries.hs_differing() == 1
        self.decide("210112")
        assert self.queue(only_differing=True) == []
        assert self.queue(only_differing=False) == []
        assert queries.hs_differing() == 0

    def test_a_correction_changes_the_product_is_audited_and_learned(self) -> None:
        self.save("090121")
        with pytest.raises(HsReasonNeeded):
            self.decide("090111", " ")
        assert (Product.objects.get(id=self.product).hs_code, HsCorrection.objects.count()) == ("090121", 0)
        self.decide("090111", "Biji mentah.")
        assert Product.objects.get(id=self.product).hs_code == "090111"
        entry = Entry.objects.get(action="catalogue.hs_corrected")
        assert (entry.by, entry.facts) == (OFFICER, {"hs": "090111", "was": "090121", "reason": "Biji mentah."})
        assert self.told() == [{"hs": "090111", "was": "090121", "asked": "", "reason": "Biji mentah."}]
        assert HsCorrection.objects.filter(text="Kopi Arabika Gayo", hs="090111").count() == 1
        assert HsCorrection.objects.count() == 3  # one for each language of the title
        rulebook.forget_hs()
        assert rulebook.hs_suggestions("Kopi Arabika Gayo 250gr PROMO")[0].hs == "090111"

    def test_a_confirmation_keeps_the_longer_code_and_nobody_is_told(self) -> None:
        self.save("0901210000")
        self.decide("090121")
        assert self.told() == []
        assert Product.objects.get(id=self.product).hs_code == "0901210000"
        assert Entry.objects.filter(action="catalogue.hs_confirmed").count() == 1

    def test_a_new_code_after_the_confirmation_waits_again(self) -> None:
        self.save("090121")
        self.decide("090121")
        self.save("210112")
        assert self.queue(only_differing=False) == [("210112", "090121", True)]

    def test_what_the_seller_answers_waits_and_the_officers_code_holds_until_then(self) -> None:
        self.save("090121")
        self.decide("090111", "Biji mentah.")
        self.told()
        self.answer("210112", "Sudah dicampur krimer.")
        choice = HsChoice.objects.get()
        assert (choice.hs, choice.was, choice.proposed, choice.answer) == ("090111", "090121", "210112", "Sudah dicampur krimer.")
        assert Product.objects.get(id=self.product).hs_code == "090111"
        assert [(row.hs, row.proposed) for row in queries.hs_queue(only_differing=True)] == [("090111", "210112")]
        assert [(row.hs, row.proposed) for row in queries.hs_queue(only_differing=False)] == [("090111", "210112")]
        assert queries.hs_differing() == 1
        assert Entry.objects.get(action="catalogue.hs_answered").facts == {"hs": "090111", "proposed": "210112"}

        with pytest.raises(HsReasonNeeded):
            self.decide("090111")  # they asked, so they are told why not
        self.decide("090111", "Krimer tidak disebut.")
        assert self.told() == [{"hs": "090111", "was": "090111", "asked": "210112", "reason": "Krimer tidak disebut."}]
        assert queries.hs_differing() == 0

        self.answer("210112", "Lihat labelnya.")
        self.decide("210112")
        assert self.told() == [{"hs": "210112", "was": "090111", "asked": "210112", "reason": ""}]
        choice = HsChoice.objects.get()
        assert (Product.objects.get(id=self.product).hs_code, choice.reason, choice.proposed) == ("210112", "", "")
        assert choice.confirmed_by == OFFICER

    def test_an_answer_is_taken_back_by_the_officers_code_and_no_list_brings_the_old_one_back(self) -> None:
        self.save("090121")
        self.decide("090111", "Biji mentah.")
        self.answer("210112", "x")
        self.answer("090111", "")
        assert (HsChoice.objects.get().proposed, queries.hs_differing()) == ("", 0)
        self.answer("", "")  # emptied: no answer, and the code holds
        assert Product.objects.get(id=self.product).hs_code == "090111"
        row = VariantRow(2, "KG-250", False, price=7_500_000)
        actions.take_in(self.sari.pk, [ProductRows({"id": "Kopi Arabika Gayo"}, {}, [row], hs_code="090121")])
        assert Product.objects.get(id=self.product).hs_code == "090111"

    def test_without_a_nomenclature_our_own_lists_suggest(self) -> None:
        rulebook_actions.load_nomenclature([])
        self.save("210112")
        assert (HsChoice.objects.get().suggested, HsChoice.objects.get().differs) == ("090121", True)

    def test_an_unknown_product_is_refused(self) -> None:
        with pytest.raises(UnknownProduct):
            actions.decide_hs(a_business("Lain").pk, self.product, "090111", by=OFFICER, at=AT)
        assert HsCorrection.objects.count() == 0


class Pages(TestCase):
    """The same in the pages: suggestions without JavaScript, a pick, and the officer's queue that sellers do not see."""

    def setUp(self) -> None:
        rulebook.forget_hs()
        self.addCleanup(rulebook.forget_hs)
        load_codes()
        self.sari, self.owner = a_business(), User.objects.create_user("sari@example.test", "x", name="Sari")
        Membership.objects.create(business_id=self.sari.pk, user_id=self.owner.pk, role=Membership.Role.OWNER)
        self.officer = User.objects.create_user("arif@example.test", "x", name="Arif", is_officer=True)
        self.client.force_login(self.owner)

    def test_suggested_picked_and_corrected(self) -> None:
        new = {"title": "Kopi Toraja krimer sachet", "price": "25000"}
        page = self.client.post("/seller/products/new/", {**new, "suggest": "1"}).content.decode()
        assert 'value="210112"' in page and 'value="Kopi Toraja krimer sachet"' in page
        assert not Product.objects.exists()

        self.client.post("/seller/products/new/", {**new, "hs_pick": "090121"})
        product = Product.objects.get()
        choice = HsChoice.objects.get()
        assert (product.hs_code, choice.suggested, choice.differs, choice.chosen_by) == ("090121", "210112", True, self.owner.pk)

        address = handle(Kind.PRODUCT, self.sari.pk, product.pk)
        page = self.client.post(f"/seller/products/{address}/facts/", {"title_id": "Green bean kopi", "suggest": "1"}).content.decode()
        assert 'value="090111"' in page and 'value="Green bean kopi"' in page
        assert self.client.get(f"/officer/hs/{address}/").status_code == 404
        assert self.client.get("/officer/hs/").status_code == 404

        self.client.force_login(self.officer)
        assert "Kopi Toraja krimer sachet" in self.client.get("/officer/hs/").content.decode()
        assert self.client.post(f"/officer/hs/{address}/", {"hs": ""}).status_code == 422
        assert self.client.post(f"/officer/hs/{address}/", {"hs": "999999"}).status_code == 422
        assert HsCorrection.objects.count() == 0
        assert self.client.post(f"/officer/hs/{address}/", {"hs_pick": "210112"}).status_code == 422
        assert self.client.post(f"/officer/hs/{address}/", {"hs_pick": "210112", "reason": "Ada krimer."}).status_code == 302
        product.refresh_from_db()
        assert (product.hs_code, HsCorrection.objects.get().text) == ("210112", "Kopi Toraja krimer sachet")
        assert "Kopi Toraja krimer sachet" not in self.client.get("/officer/hs/?show=all").content.decode()

        self.client.force_login(self.owner)
        assert "Ada krimer." in self.client.get(f"/seller/products/{address}/facts/").content.decode()
        told = {"title_id": "Kopi Toraja krimer sachet", "origin": "ID", "hs_code": "0901.21", "hs_answer": "Tanpa krimer."}
        assert self.client.post(f"/seller/products/{address}/facts/", told).status_code == 302
        self.client.force_login(self.officer)
        page = self.client.get(f"/officer/hs/{address}/").content.decode()
        assert "Tanpa krimer." in page and "0901.21" in page

    def test_without_a_nomenclature_everyday_goods_are_suggested_and_the_page_says_so(self) -> None:
        rulebook_actions.load_nomenclature([])
        page = self.client.post(
            "/seller/products/new/", {"title": "Kopi", "suggest": "1"}, headers={"accept-language": "en"}
        ).content.decode()
        assert "0901.21" in page
        assert "The official list of HS codes is not loaded here, so only everyday goods are known." in page
        assert "./saudagar" not in page  # the command is the operator's business

    def test_another_sellers_product_does_not_exist(self) -> None:
        product, _ = a_coffee(a_business("Dewi"), papers={})
        business_id = Product.objects.get(id=product).business_id
        address = handle(Kind.PRODUCT, business_id, product)
        answer = self.client.post(f"/seller/products/{address}/facts/", {"title_id": "Kopi", "suggest": "1"})
        assert answer.status_code == 404
