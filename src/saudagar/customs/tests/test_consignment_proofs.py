"""Form E and its sisters of a whole consignment: one application per exporter, and the certificate that was issued."""

import json
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client, TestCase
from pypdf import PdfReader

from saudagar.audit.models import Entry
from saudagar.catalogue.models import Variant
from saudagar.customs.actions import consignments as actions
from saudagar.customs.models import Consignment, ConsignmentProof, PaperDetails
from saudagar.customs.printing import printed
from saudagar.customs.rules.consignment_proofs import application, papers, wanted
from saudagar.customs.rules.consignments import ProofOfOther, content
from saudagar.customs.rules.origin import dated
from saudagar.customs.rules.papers import Details, PaperIncomplete, PapersDisagree, Proof, ProofExpired, UnknownPaper
from saudagar.customs.tests.cast import BISCUITS, COFFEE, a_parcel
from saudagar.customs.tests.sold import sold
from saudagar.customs.tests.test_consignments import FORM, facts
from saudagar.customs.tests.test_kinds import FORM_E
from saudagar.foundation.ids import Kind, handle
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.shipping.tests.cast import AT, a_shop

ON = a_parcel().posted_on
WHOLLY, VALUE = Details(criterion="WO"), Details(criterion="RVC", regional_value=45)
COFFEE_SAID = replace(COFFEE, details=WHOLLY, product="R1")
BISCUITS_SAID = replace(BISCUITS, details=VALUE, product="R2")
ALL = replace(FORM_E, hs=frozenset({"090121", "190531"}))


def a_told(number="1ST", *contents, seller="SARI", name="Kopi Gayo Sari", item="RR202611218ID", **changes):
    contents = contents or (COFFEE_SAID, BISCUITS_SAID)
    return a_parcel(
        order_number=number, contents=contents, goods_total=sum(line.value for line in contents), seller=seller, item_number=item,
        sender=replace(a_parcel().sender, name=name), **changes,
    )  # fmt: skip


def told(*parcels, preference=ALL, **changes):
    return facts(*parcels, preferences={parcel.order_number: (preference,) for parcel in parcels}, **changes)


SECOND = a_told("2ND", COFFEE_SAID, item="RR473124829ID")
BATIK = a_told("3RD", COFFEE_SAID, seller="DEWI", name="Batik Dewi", item="EE123456785ID", gross_grams=600)


def test_one_application_over_all_parcels_of_an_exporter():
    said = application(told(a_told(), SECOND), "form_e", "SARI", on=ON)
    coffee, biscuits = said["items"]
    assert (coffee["quantity"], coffee["net_weight"], coffee["criterion"], coffee["fob"]) == ("4 pieces", "1.000 kg net", "WO", "")
    assert (biscuits["quantity"], biscuits["criterion"], biscuits["fob"]) == ("1 pieces", "RVC 45 %", "CNY 45.50")
    assert coffee["packages"] == "2 (two) cartons:" and coffee["marks"] == "RR202611218ID, RR473124829ID"
    assert {item["invoice"] for item in said["items"]} == {"CI-AAAAA-BBBBB-CCCC"}
    assert (said["net_weight_kg"], said["gross_weight_kg"], said["fob_value"]) == ("1.200", "1.700", "CNY 405.50")
    assert (coffee["gross_weight"], biscuits["gross_weight"]) == ("1.417 kg gross", "0.283 kg gross")  # by 1,000 and 200 g net
    assert said["fields"][1]["lines"][0] == "示例保税仓" and "陈示例" not in json.dumps(said, ensure_ascii=False)
    assert said["fields"][2]["lines"] == ["Departure date 2026-11-21", "GA 898", "From Jakarta", "To Zhengzhou, China"]
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(printed(said, on=ON))).pages)
    for words in ("Form E", "RVC 45 %", "CI-AAAAA-BBBBB-CCCC", "RR473124829ID", "gross 1.700 kg", "not the certificate"):
        assert words in text, words


def test_the_packing_is_split_by_what_the_goods_weigh_when_sent_where_all_of_them_say_it():
    coffee, biscuits = replace(COFFEE_SAID, gross_grams=580), replace(BISCUITS_SAID, gross_grams=240)
    said = application(told(a_told("1ST", coffee, biscuits)), "form_e", "SARI", on=ON)
    assert [item["gross_weight"] for item in said["items"]] == ["0.601 kg gross", "0.249 kg gross"]  # 850 g by 580 and 240

    said = application(told(a_told("1ST", coffee, BISCUITS_SAID)), "form_e", "SARI", on=ON)
    assert [item["gross_weight"] for item in said["items"]] == ["0.607 kg gross", "0.243 kg gross"]  # 850 g by 500 and 200


def test_two_products_of_one_code_stay_two_items():
    other = replace(COFFEE_SAID, product="R9", description="Toraja coffee")
    assert len(application(told(a_told("1ST", COFFEE_SAID, other, gross_grams=1_100)), "form_e", "SARI", on=ON)["items"]) == 2
    of_trade = replace(COFFEE_SAID, details=replace(WHOLLY, criterion="PE"))
    assert len(application(told(a_told("1ST", COFFEE_SAID, of_trade, gross_grams=1_100)), "form_e", "SARI", on=ON)["items"]) == 2


def test_in_an_aggregators_consignment_each_seller_is_the_exporter_of_its_own_goods():
    whole = told(a_told(), SECOND, BATIK)
    assert [(each.kind, each.seller, each.marks) for each in wanted(whole)] == [
        ("form_e", "SARI", ("RR202611218ID", "RR473124829ID")), ("form_e", "DEWI", ("EE123456785ID",)),
    ]  # fmt: skip
    hers = application(whole, "form_e", "DEWI", on=ON)
    assert hers["fields"][0]["lines"][0] == "Batik Dewi" and hers["items"][0]["packages"] == "1 (one) carton:"
    assert hers["invoiced_by"] == "Koperasi Contoh" and any("Koperasi Contoh" in note for note in hers["notes"])
    assert not hers["ticks"]["third_party_invoicing"]  # the aggregator is in the same country
    rcep = replace(ALL, kind="form_rcep", agreement="RCEP")
    assert application(told(a_told(), preference=rcep), "form_rcep", "SARI", on=ON)["ticks"]["third_party_invoicing"]
    own = replace(facts().exporter, name="Kopi Gayo Sari")
    assert application(told(a_told(), exporter=own), "form_e", "SARI", on=ON)["invoiced_by"] == ""


def test_goods_it_is_not_for_are_left_out_and_named():
    foreign = a_told("1ST", COFFEE_SAID, replace(BISCUITS_SAID, origin="MY"))
    said = application(told(foreign), "form_e", "SARI", on=ON)
    assert [item["hs"] for item in said["items"]] == ["0901.21"]
    assert any("Sweet biscuits" in note for note in said["notes"])
    assert wanted(told(a_told(), preference=replace(ALL, hs=frozenset()))) == []
    with pytest.raises(UnknownPaper):
        application(told(a_told()), "form_d", "SARI", on=ON)


def test_what_is_missing_names_the_product_and_its_page():
    whole = told(a_told("1ST", COFFEE_SAID, replace(BISCUITS, product="R2")))
    (paper,) = papers(whole, on=ON)
    assert not paper.is_ready and paper.seller_name == "Kopi Gayo Sari"
    with pytest.raises(PaperIncomplete) as refused:
        application(whole, "form_e", "SARI", on=ON)
    assert refused.value.facts["mend"] == [
        {"what": "criterion", "words": "origin criterion (Sweet biscuits · 饼干)", "where": "paper_details", "product": "R2"}
    ]
    unsaid = replace(BISCUITS_SAID, details=Details(criterion="RVC"))
    assert [lack.code for lack in papers(told(a_told("1ST", unsaid)), on=ON)[0].lacks] == ["regional_value"]


def test_a_consignment_that_contradicts_itself_has_no_proof():
    with pytest.raises(PapersDisagree):
        application(told(a_told(gross_grams=1)), "form_e", "SARI", on=ON)


@pytest.mark.parametrize(("days", "late"), [(3, False), (4, True)])
def test_an_application_kept_at_closing_is_dated_on_the_day_it_is_made(days, late):
    said = dated(application(told(a_told()), "form_e", "SARI", on=ON), on=ON + timedelta(days=days))
    assert said["ticks"]["issued_retroactively"] is late
    assert said["closing"][-1]["lines"][0] == f"[{'x' if late else ' '}] Issued retroactively"
    assert len(said["closing"]) == 3


def test_the_invoice_of_a_consignment_names_the_licences_of_its_goods():
    kept = (Proof("svlk", "V-Legal", "V1", date(2027, 1, 1), is_licence=True), Proof("form_e", "Form E", "OLD", date(2027, 1, 1)))
    said = content("consignment_invoice", told(a_told(proofs=kept), SECOND))
    assert (said["licences"], said["certificates"], said["proofs"]) == ("V1", "", ["V-Legal V1"])
    with pytest.raises(ProofExpired):
        content("consignment_invoice", told(a_told(proofs=(replace(kept[0], valid_until=date(2026, 11, 20)),))))


class Recording(TestCase):
    def setUp(self):
        self.sari, self.dewi = a_shop(), a_shop("Batik Dewi")
        self.mine, self.hers = sold(self.sari), sold(self.dewi)
        self.arif = User.objects.create(email="arif@example.test", is_officer=True)
        self.officer, self.seller = self.client_of(self.arif), self.client_of(self.member(self.sari))
        self.other = self.client_of(self.member(self.dewi))

    def member(self, shop):
        user = User.objects.create(email=f"{shop.business_id}@example.test")
        Membership.objects.create(business_id=shop.business_id, user_id=user.pk, role=Membership.Role.OWNER)
        return user

    def client_of(self, user):
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def say(self, shop, criterion="WO"):
        product = Variant.objects.get(business_id=shop.business_id, id=shop.variant_id).product_id
        PaperDetails.objects.create(business_id=shop.business_id, product_id=product, criterion=criterion, updated_at=AT)

    def collected(self, owner=None, *orders):
        (self.seller if owner else self.officer).post(f"/{'seller' if owner else 'officer'}/consignments/", FORM)
        made = Consignment.objects.latest("created_at")
        names = [handle(Kind.ORDER, order.business_id, order.id) for order in orders]
        actions.add(made.pk, owner, names, by=self.arif.pk, at=AT)
        return made

    def test_a_seller_applies_records_and_the_invoice_names_it(self):
        made = self.collected(self.sari.business_id, self.mine)
        place = f"/seller/consignments/{made.pk}/"
        name = handle(Kind.BUSINESS, self.sari.business_id)
        page = self.seller.get(place).content.decode()
        assert "Form E" in page and "origin criterion (" in page and "/paper-details/" in page
        assert self.seller.get(f"{place}proofs/{name}/form_e.pdf").status_code == 422
        self.say(self.sari)
        said = self.seller.get(f"{place}proofs/{name}/form_e.json").json()
        assert [(item["hs"], item["criterion"]) for item in said["items"]] == [("0901.21", "WO")]
        assert self.seller.get(f"{place}proofs/{name}/form_e.pdf").content.startswith(b"%PDF-")

        self.seller.post(f"{place}closing")
        record = {"kind": "form_e", "number": "0001/ACH/2026", "issued_on": "2026-11-22"}
        self.seller.post(f"{place}proofs", record)
        assert self.seller.get(f"{place}papers/consignment_invoice.json").json()["proofs"][0].endswith("0001/ACH/2026, 2026-11-22")
        text = PdfReader(BytesIO(self.seller.get(f"{place}papers/consignment_invoice.pdf").content)).pages[0].extract_text()
        assert "0001/ACH/2026" in text
        assert "Issued" in self.seller.get(place).content.decode()
        self.seller.post(f"{place}proofs", record | {"number": ""})
        assert not ConsignmentProof.objects.exists()
        assert [action for action in Entry.objects.order_by("id").values_list("action", flat=True) if "proof" in action] == [
            "customs.consignment_proof_recorded", "customs.consignment_proof_removed",
        ]  # fmt: skip

    def test_what_cannot_be_recorded(self):
        made = self.collected(self.sari.business_id, self.mine)
        place = f"/seller/consignments/{made.pk}/"
        for wrong in ({"issued_on": ""}, {"issued_on": "2999-01-01"}, {"kind": "form_d"}, {"kind": "a\x00b"}):
            self.seller.post(f"{place}proofs", {"kind": "form_e", "number": "1", "issued_on": "2026-11-22"} | wrong)
            assert not ConsignmentProof.objects.exists(), wrong
        second = self.collected(self.sari.business_id, sold(self.sari))
        for consignment in (made, second):
            facts = {"number": "1", "issued_on": date(2026, 11, 22), "by": self.arif.pk, "at": AT}
            if consignment is made:
                actions.record_proof(consignment, self.sari.business_id, "form_e", **facts)
            else:
                with pytest.raises(ProofOfOther):
                    actions.record_proof(consignment, self.sari.business_id, "form_e", **facts)
        assert ConsignmentProof.objects.get().consignment_id == made.pk

    def test_in_an_officers_consignment_each_seller_sees_its_own_proof_only(self):
        self.say(self.sari), self.say(self.dewi)
        made = self.collected(None, self.mine, self.hers)
        mine, hers = (handle(Kind.BUSINESS, shop.business_id) for shop in (self.sari, self.dewi))
        page = self.officer.get(f"/officer/consignments/{made.pk}/").content.decode()
        assert "· Kopi Gayo Sari</strong>" in page and "· Batik Dewi</strong>" in page
        place = f"/seller/consignments/{made.pk}/"
        page = self.seller.get(place).content.decode()
        assert "Form E" in page and mine in page and hers not in page and "Batik Dewi" not in page
        said = self.seller.get(f"{place}proofs/{mine}/form_e.json").json()
        assert (said["invoiced_by"], said["packages"]) == ("Koperasi Contoh", 1)
        assert self.seller.get(f"{place}proofs/{hers}/form_e.json").status_code == 404
        record = {"kind": "form_e", "number": "7", "issued_on": "2026-11-22"}
        self.seller.post(f"{place}proofs", record | {"business": hers})  # the business is one's own, whatever is sent
        assert ConsignmentProof.objects.get().business_id == self.sari.business_id
        self.officer.post(f"/officer/consignments/{made.pk}/proofs", record | {"business": hers})
        invoice = self.officer.get(f"/officer/consignments/{made.pk}/papers/consignment_invoice.json").json()
        assert sorted(words.rsplit(" (", 1)[1] for words in invoice["proofs"]) == ["Batik Dewi)", "Kopi Gayo Sari)"]

    def test_the_list_by_the_api(self):
        made = self.collected(None, self.mine, self.hers)
        mine, hers = (handle(Kind.BUSINESS, shop.business_id) for shop in (self.sari, self.dewi))
        place = f"/api/v1/consignments/{made.pk}"
        listed = self.officer.get(f"{place}/papers").json()["papers"]
        assert [(paper["kind"], paper["state"], paper.get("seller", "")) for paper in listed] == [
            ("consignment_packing_list", "ready", ""), ("consignment_invoice", "ready", ""), ("consignment_data", "ready", ""),
            ("form_e", "missing", mine), ("form_e", "missing", hers),
        ]  # fmt: skip
        (missing,) = listed[3]["missing"]
        assert (missing["what"], missing["where"]) == ("criterion", "paper_details") and missing["product"].startswith("R")
        assert [paper["seller"] for paper in self.seller.get(f"{place}/papers").json()["papers"]] == [mine]
        assert self.officer.get(f"{place}/papers/consignment_invoice.pdf").content.startswith(b"%PDF-")
        assert self.officer.get(f"{place}/proofs/{hers}/form_e.json").status_code == 422
        self.say(self.sari)
        assert self.seller.get(f"{place}/proofs/{mine}/form_e.json").json()["seller"] == mine
        stranger = self.client_of(User.objects.create(email="rina@example.test"))
        for client, path in (
            (self.seller, "papers/consignment_invoice.pdf"), (self.seller, f"proofs/{hers}/form_e.json"), (stranger, "papers"),
            (stranger, f"proofs/{mine}/form_e.json"), (Client(), "papers"),
        ):  # fmt: skip
            assert client.get(f"{place}/{path}").status_code == 404, path
