"""Parcels of several sellers in one consignment: who may collect and see what, and what its papers say."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from django.test import Client, TestCase
from pypdf import PdfReader

from saudagar.audit.models import Entry
from saudagar.customs.actions import consignments as actions
from saudagar.customs.models import Consignment, ConsignmentItem
from saudagar.customs.rules.consignments import ConsignmentFacts, NotForConsignment, content, may_join
from saudagar.customs.rules.papers import PaperIncomplete, PapersDisagree, Party
from saudagar.customs.tests.cast import BISCUITS, COFFEE, a_parcel
from saudagar.customs.tests.sold import sold
from saudagar.foundation.ids import Kind, handle
from saudagar.orders.models import Order, State
from saudagar.orders.rules import UnknownOrder
from saudagar.people.models import User
from saudagar.registry.models import Membership
from saudagar.shipping.models import Parcel
from saudagar.shipping.tests.cast import AT, CHEN, RINA, a_shop

FORM = {
    "name": "Zhengzhou", "country": "CN", "consignee_name": "示例保税仓", "consignee_address": "示例路 8 号\n郑州市", "terms": "FCA",
    "loading": "Jakarta", "discharge": "Zhengzhou", "exporter_name": "Koperasi Contoh", "exporter_address": "Jl. Contoh 1\nJakarta",
}  # fmt: skip


def facts(*parcels, **changes):
    told = ConsignmentFacts(
        number="AAAAA-BBBBB-CCCC",
        name="Zhengzhou",
        on=a_parcel().posted_on,
        exporter=Party("Koperasi Contoh", ("Jl. Contoh 1", "Jakarta"), "ID", numbers=(("NPWP", "0012345678901000"),)),
        exporter_is_person=False,
        consignee=Party("示例保税仓", ("示例路 8 号", "郑州市"), "CN"),
        country="CN",
        terms="FCA",
        transport="GA 898",
        loading="Jakarta",
        discharge="Zhengzhou",
        parcels=parcels or (a_parcel(), a_parcel(order_number="2ND", item_number="RR473124829ID", contents=(COFFEE,), goods_total=180_00)),
        country_names={"ID": "Indonesia", "CN": "China"},
    )
    return replace(told, **changes)


def test_the_papers_are_the_sum_of_the_parcels():
    invoice, packing, data = (content(f"consignment_{kind}", facts()) for kind in ("invoice", "packing_list", "data"))
    assert (invoice["goods"], invoice["total"], len(invoice["lines"])) == ("405.50", "405.50", 3)
    assert invoice["lines"][2]["sku"] == "2ND GAYO-250"
    assert (packing["net_kg"], packing["gross_kg"], [box["marks"] for box in packing["packages"]]) == (
        "1.200", "1.700", ["RR202611218ID", "RR473124829ID"],
    )  # fmt: skip
    assert [(row["hs"], row["quantity"], row["net_kg"], row["value"]) for row in data["goods_by_code"]] == [
        ("090121", 4, "1.000", "360.00"), ("190531", 1, "0.200", "45.50"),
    ]  # fmt: skip
    assert data["declaration"] == "CN or PEB"
    for paper in (invoice, packing, data):
        assert "陈示例" not in json.dumps(paper, ensure_ascii=False)  # buyers stand on none of them


def test_above_thirty_kilograms_a_company_files_a_peb():
    heavy = a_parcel(gross_grams=30_001)
    assert content("consignment_data", facts(heavy))["declaration"] == "PEB"


@pytest.mark.parametrize(
    ("parcel", "fault"),
    [
        (a_parcel(gross_grams=699), "7K2M9-4F9QX-ABCD: net weight 700 g > gross weight 699 g"),
        (a_parcel(addressee=replace(a_parcel().addressee, country="SG")), "7K2M9-4F9QX-ABCD: goes to SG, not CN"),
        (a_parcel(goods_total=1), "7K2M9-4F9QX-ABCD: contents ≠ goods of the order"),
    ],
)
def test_one_wrong_parcel_stops_all(parcel, fault):
    with pytest.raises(PapersDisagree) as refused:
        content("consignment_invoice", facts(parcel))
    assert refused.value.facts["fault"] == fault


def test_one_number_on_two_parcels_and_other_things_that_cannot_be():
    with pytest.raises(PapersDisagree) as refused:
        content("consignment_invoice", facts(a_parcel(), a_parcel(order_number="2ND"), terms="XXX"))
    assert refused.value.facts["fault"] == "one item number on two parcels; terms XXX"
    with pytest.raises(PaperIncomplete) as lacking:
        content("consignment_data", facts(a_parcel(contents=(replace(COFFEE, hs=""), BISCUITS))))
    assert lacking.value.facts["missing"] == "HS code (7K2M9-4F9QX-ABCD, line 1)"
    with pytest.raises(NotForConsignment):
        may_join(a_parcel(currency="USD"), [a_parcel()], country="CN")


class Collecting(TestCase):
    def setUp(self):
        self.sari, self.dewi = a_shop(), a_shop("Batik Dewi")
        self.mine, self.hers = sold(self.sari), sold(self.dewi)
        Parcel.objects.create(
            business_id=self.sari.business_id, order=self.mine, carrier="pos", service="packet", gross_grams=600,
            item_number="RR202611218ID", waybill="RR202611218ID", created_at=AT, booked_at=AT,
        )  # fmt: skip
        self.arif = User.objects.create(email="arif@example.test", is_officer=True)
        self.officer, self.seller, self.other = (
            self.client_of(self.arif), self.client_of(self.member(self.sari)), self.client_of(self.member(self.dewi)),
        )  # fmt: skip

    def member(self, shop):
        user = User.objects.create(email=f"{shop.business_id}@example.test")
        Membership.objects.create(business_id=shop.business_id, user_id=user.pk, role=Membership.Role.OWNER)
        return user

    def client_of(self, user):
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def name(self, order):
        return handle(Kind.ORDER, order.business_id, order.id)

    def opened(self, client=None, who="officer"):
        (client or self.officer).post(f"/{who}/consignments/", FORM)
        return Consignment.objects.latest("created_at")

    def test_an_officer_collects_orders_of_two_sellers_and_closes(self):
        made = self.opened()
        place = f"/officer/consignments/{made.pk}/"
        page = self.officer.get(place).content.decode()
        assert self.name(self.mine) in page and self.name(self.hers) in page and "陈示例" not in page
        self.officer.post(f"{place}orders", {"order": [self.name(self.mine), self.name(self.hers)]})
        assert ConsignmentItem.objects.count() == 2

        answer = self.officer.get(f"{place}papers/consignment_packing_list.pdf")
        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
        for words in ("Koperasi Contoh", "示例保税仓", "Kopi Gayo Sari", "Batik Dewi", "RR202611218ID", "1.000", "1.140"):
            assert words in text, words
        assert "陈示例" not in text

        self.officer.post(f"{place}closing")
        made.refresh_from_db()
        assert (made.state, made.facts["consignment_invoice"]["total"]) == ("closed", "227.20")
        Parcel.objects.update(gross_grams=700)  # what happens later changes no paper
        data = self.officer.get(f"{place}papers/consignment_data.json").json()
        assert data["data"]["Weight"] == "net 1.000 kg, gross 1.140 kg"
        self.officer.post(f"{place}orders", {"remove": self.name(self.mine)})
        assert ConsignmentItem.objects.count() == 2
        assert set(Entry.objects.values_list("action", flat=True)) == {
            "customs.consignment_opened", "customs.order_consigned", "customs.consignment_closed",
        }  # fmt: skip

    def test_a_seller_sees_of_it_only_its_own_parcels(self):
        made = self.opened()
        place = f"/seller/consignments/{made.pk}/"
        assert self.seller.get(place).status_code == 404
        actions.add(made.pk, None, [self.name(self.mine), self.name(self.hers)], by=self.arif.pk, at=AT)
        page = self.seller.get(place).content.decode()
        mine, hers = self.name(self.mine), self.name(self.hers)
        assert "Kopi Gayo Sari" in page and "Batik Dewi" not in page and hers not in page and mine not in page
        assert "1 order<" in self.seller.get("/seller/consignments/").content.decode()
        for path in ("papers/consignment_invoice.pdf",):
            assert self.seller.get(place + path).status_code == 404
        for path, form in (("orders", {"remove": mine}), ("closing", {}), ("", FORM)):
            assert self.seller.post(place + path, form).status_code == 404
        assert (ConsignmentItem.objects.count(), Consignment.objects.get().state) == (2, "open")

    def test_a_seller_collects_its_own_and_nobody_elses(self):
        made = self.opened(self.seller, "seller")
        assert made.owner_id == self.sari.business_id and made.exporter_name == ""
        place = f"/seller/consignments/{made.pk}/"
        page = self.seller.get(place).content.decode()
        assert self.name(self.mine) in page and self.name(self.hers) not in page
        with pytest.raises(UnknownOrder):
            actions.add(made.pk, self.sari.business_id, [self.name(self.mine), self.name(self.hers)], by=self.arif.pk, at=AT)
        assert not ConsignmentItem.objects.exists()  # all of them or none
        self.seller.post(f"{place}orders", {"order": self.name(self.mine)})
        said = self.seller.get(f"{place}papers/consignment_invoice.json").json()
        assert (said["sender"]["name"], said["total"]) == ("Kopi Gayo Sari", "113.60")
        for client, where in ((self.other, place), (self.officer, f"/officer/consignments/{made.pk}/")):
            assert client.get(where).status_code == 404
            assert client.post(f"{where}closing").status_code == 404

    def test_what_cannot_be_collected(self):
        made = self.opened()
        home = sold(self.sari, RINA)
        waiting = sold(self.dewi)
        Order.objects.filter(business_id=waiting.business_id, id=waiting.id).update(state=State.SHIPPED)
        for order, reason in ((home, "ID ≠ CN"), (waiting, "shipped")):
            with pytest.raises(NotForConsignment) as refused:
                actions.add(made.pk, None, [self.name(order)], by=self.arif.pk, at=AT)
            assert refused.value.facts["reason"] == reason
        actions.add(made.pk, None, [self.name(self.mine)], by=self.arif.pk, at=AT)
        second = self.opened(self.seller, "seller")
        with pytest.raises(NotForConsignment) as refused:
            actions.add(second.pk, self.sari.business_id, [self.name(self.mine)], by=self.arif.pk, at=AT)
        assert refused.value.facts["reason"] == "already in a consignment"
        assert ConsignmentItem.objects.get().consignment_id == made.pk
        assert CHEN.name not in self.seller.get(f"/seller/consignments/{second.pk}/").content.decode()

    def test_a_wrong_form_opens_nothing(self):
        answer = self.officer.post("/officer/consignments/", FORM | {"country": "ID"})
        assert answer.status_code == 422 and not Consignment.objects.exists()
