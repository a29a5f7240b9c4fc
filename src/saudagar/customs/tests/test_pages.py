"""A seller prints the papers of an order: everything comes from its snapshot and its parcel."""

import json
import zipfile
from datetime import date
from io import BytesIO

import msgspec
from django.test import TestCase

from saudagar.catalogue.models import Certificate, ProductPlant, ProductText, Variant
from saudagar.customs.models import PaperDetails, PlatformNumber
from saudagar.customs.queries import papers_for, parcel_facts, recomputed
from saudagar.customs.queries.proofs import preferences
from saudagar.customs.rules.origin import DECLARATIONS, FORMS
from saudagar.customs.tests.sold import sold
from saudagar.foundation.ids import Kind, handle
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.people.models import User
from saudagar.registry.models import Membership, Plant
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import from_data
from saudagar.shipping.models import Parcel
from saudagar.shipping.tests.cast import AT, CHEN, RINA, a_shop, an_order


class Cast(TestCase):
    def setUp(self):
        self.shop = a_shop()
        self.business_id = self.shop.business_id
        variant = Variant.objects.get(business_id=self.business_id, id=self.shop.variant_id)
        ProductText.objects.create(
            business_id=self.business_id, product_id=variant.product_id, language="en", title="Roasted Gayo coffee beans"
        )
        self.sari = self.someone("sari@example.test", self.business_id)

    def someone(self, email, business_id):
        user = User.objects.create(email=email)
        Membership.objects.create(business_id=business_id, user_id=user.pk, role=Membership.Role.OWNER)
        return user

    def sold(self, buyer=CHEN):
        return sold(self.shop, buyer)

    def sent(self, order, **more):
        facts = {"carrier": "pos", "service": "packet", "gross_grams": 600, "item_number": "RR202611218ID", "waybill": "RR202611218ID"}
        return Parcel.objects.create(business_id=self.business_id, order=order, created_at=AT, booked_at=AT, **(facts | more))

    def get(self, order, kind, user=None):
        self.client.force_login(user or self.sari)
        return self.client.get(f"/seller/orders/{handle(Kind.ORDER, order.business_id, order.id)}/papers/{kind}.pdf")


class Papers(Cast):
    def test_nothing_is_typed_twice(self):
        order = self.sold()
        facts = parcel_facts(order, self.sent(order), current_rulebook())

        (line,) = facts.contents
        assert line.description == "Roasted Gayo coffee beans · 盖奥烘焙咖啡豆 250 g"
        assert (line.hs, line.net_grams, line.value, line.quantity, line.sku) == ("090121", 500, 11_360, 2, "GAYO-250")
        assert (facts.sender.name, facts.sender.postal_code) == ("Kopi Gayo Sari", "24519")
        assert (facts.addressee.name, facts.addressee.country) == ("陈示例", "CN")
        assert (facts.item_number, facts.gross_grams, facts.duty, facts.tax) == ("RR202611218ID", 600, 0, 1_647)

    def test_the_right_form_is_printed(self):
        order = self.sold()
        self.sent(order)
        for kind in ("customs", "cn22", "cn23", "invoice"):
            answer = self.get(order, kind)
            assert answer.status_code == 200, answer.content
            assert answer.content.startswith(b"%PDF-")
        assert 'filename="cn22-' in self.get(order, "customs")["Content-Disposition"]

    def test_which_papers_an_order_needs(self):
        order = self.sold()
        rulebook = current_rulebook()
        assert papers_for(order, None, rulebook) == ("invoice",)
        assert papers_for(order, self.sent(order), rulebook) == ("cn22", "invoice")
        home = self.sold(RINA)
        assert papers_for(home, None, rulebook) == ()

    def test_papers_that_disagree_are_refused(self):
        order = self.sold()
        self.sent(order, gross_grams=499)
        assert self.get(order, "customs").status_code == 409

    def test_there_is_no_customs_paper_at_home(self):
        order = self.sold(RINA)
        assert self.get(order, "invoice").status_code == 409

    def test_every_proof_of_the_rulebook_has_its_form(self):
        rulebook = current_rulebook()
        proofs = {row.proof for place in rulebook.destinations.values() for row in place.tariffs if row.proof}
        assert proofs >= {"form_e", "form_d", "form_ak", "form_ijepa", "form_aanz"}
        assert proofs - set(FORMS) <= DECLARATIONS

    def test_which_proofs_fit_a_destination(self):
        kept = from_data(self.sold().customs)
        (china,) = preferences(kept, current_rulebook())
        assert (china.kind, china.agreement, china.is_moot) == ("form_e", "ACFTA", True)
        viet_nam = preferences(msgspec.structs.replace(kept, destination="VN", mode="", scheme=""), current_rulebook())
        assert [(each.kind, each.waived_up_to) for each in viet_nam] == [("form_d", "USD 200.00")]
        korea = preferences(msgspec.structs.replace(kept, destination="KR", mode="", scheme=""), current_rulebook())
        assert {each.kind for each in korea} <= {"form_ak", "form_ik", "form_rcep"} and korea

    def test_an_order_without_snapshot(self):
        assert self.get(an_order(self.shop, CHEN), "invoice").status_code == 422

    def test_another_seller_sees_nothing(self):
        order = self.sold()
        dewi = self.someone("dewi@example.test", a_shop("Batik Dewi").business_id)
        assert self.get(order, "invoice", dewi).status_code == 404

    def test_a_kept_order_is_recomputed_to_the_same_fen(self):
        order = self.sold()
        cost, is_same = recomputed(order)
        assert is_same
        assert (cost.tax, cost.total) == (order.tax, order.total)
        order.tax += 1
        assert not recomputed(order)[1]


class Desk(Cast):
    """The list of papers, the files, the API: what a seller does with them."""

    def place(self, order, path=""):
        return f"/seller/orders/{handle(Kind.ORDER, order.business_id, order.id)}/papers/{path}"

    def seen(self, path, user=None):
        self.client.force_login(user or self.sari)
        return self.client.get(path, headers={"accept-language": "en"})

    def test_the_list_says_what_is_missing_and_where_to_mend_it(self):
        order = self.sold()
        page = self.seen(self.place(order)).content.decode()
        product = handle(Kind.PRODUCT, self.business_id, Variant.objects.get(business_id=self.business_id).product_id)
        assert "seller&#x27;s NPWP or NIK" in page and "CN22 up to 300 SDR" in page
        assert f'href="/seller/products/{product}/paper-details/">origin criterion (line 1)' in page
        assert f'href="/seller/orders/{handle(Kind.ORDER, order.business_id, order.id)}/">item number' in page
        assert "No customs papers at home" in self.seen(self.place(self.sold(RINA))).content.decode()
        assert "customs snapshot of the order" in self.seen(self.place(an_order(self.shop, CHEN))).content.decode()

    def test_what_is_said_once_makes_the_papers_ready(self):
        order = self.sold()
        self.sent(order)
        product_id = Variant.objects.get(business_id=self.business_id).product_id
        place = f"/seller/products/{handle(Kind.PRODUCT, self.business_id, product_id)}/paper-details/"
        self.client.force_login(self.sari)
        assert self.client.post(place, {"criterion": "RVC"}).status_code == 422
        assert not PaperDetails.objects.exists()
        assert self.client.post(place, {"criterion": "RVC", "regional_value": "45"}).status_code == 302
        said = self.seen(self.place(order, "form_e.json")).json()
        assert [(item["criterion"], item["fob"]) for item in said["items"]] == [("RVC 45 %", "CNY 113.60")]
        dewi = self.someone("d@example.test", a_shop("Batik Dewi").business_id)
        assert self.seen(place, dewi).status_code == 404

    def test_all_that_is_ready_in_one_file(self):
        order = self.sold()
        self.sent(order)
        answer = self.seen(self.place(order, "all.zip"))
        with zipfile.ZipFile(BytesIO(answer.content)) as archive:
            names = {name.rsplit("-", 3)[0] + "." + name.rsplit(".")[-1] for name in archive.namelist()}
            listed = {row["kind"]: row["state"] for row in json.loads(archive.read("papers.json"))}
        assert {"cn22.pdf", "invoice.pdf", "invoice.json", "packing_list.pdf", "ubl.xml", "itmatt.json"} <= names
        assert not any(name.startswith(("form_e", "consignment_note")) for name in names)  # nothing half
        assert (listed["invoice"], listed["form_e"], listed["consignment_note"]) == ("ready", "missing", "missing")

    def test_the_api_is_for_the_seller_and_the_list_for_officers_too(self):
        order = self.sold()
        self.sent(order)
        place = f"/api/v1/orders/{handle(Kind.ORDER, order.business_id, order.id)}/papers"
        listed = {row["kind"]: row for row in self.seen(place).json()["papers"]}
        assert (listed["cn22"]["state"], listed["form_e"]["missing"][0]["where"]) == ("ready", "paper_details")
        assert self.seen(f"{place}/invoice.pdf").content.startswith(b"%PDF-")
        assert self.seen(f"{place}/ubl.xml")["Content-Type"] == "application/xml"
        assert self.seen(f"{place}/form_e.pdf").json()["error"]["code"] == "paper_incomplete"
        for name in ("invoice", "invoice.doc", "itmatt.pdf", "visa.json"):
            assert (self.seen(f"{place}/{name}").status_code, self.seen(f"{place}/{name}").json()["error"]["code"]) == (
                404, "unknown_paper",
            ), name  # fmt: skip
        officer = User.objects.create(email="arif@example.test", is_officer=True)
        dewi = self.someone("d@example.test", a_shop("Batik Dewi").business_id)
        assert (self.seen(place, officer).status_code, self.seen(f"{place}/invoice.pdf", officer).status_code) == (200, 404)
        assert "陈示例" not in self.seen(place, officer).content.decode()
        assert self.seen(place, dewi).status_code == 404
        self.client.logout()
        assert self.client.get(place).status_code == 404

    def test_a_certificate_that_others_issue_stands_in_the_list(self):
        order = self.sold()
        order.customs["lines"][0] |= {"hs": "041090"}  # bird's nest goes with a veterinary certificate
        order.save(update_fields=["customs"])
        place = f"/api/v1/orders/{handle(Kind.ORDER, order.business_id, order.id)}/papers"
        row = next(row for row in self.seen(place).json()["papers"] if row["kind"] == "animal_health")
        assert (row["needed"], row["state"], row["forms"], row["missing"][0]["where"]) == (True, "missing", [], "certificates")
        assert row["source"] == "Protocol China–Indonesia of 2012-04-24"
        page = self.seen(self.place(order)).content.decode()
        product_id = Variant.objects.get(business_id=self.business_id).product_id
        product = handle(Kind.PRODUCT, self.business_id, product_id)
        assert f'href="/seller/products/{product}/">its number, accepted by an officer (line 1)' in page
        certificate = Certificate.objects.create(
            business_id=self.business_id, product_id=product_id, kind="animal_health", number="KH-1", state="accepted"
        )
        assert "animal_health" not in {row["kind"] for row in self.seen(place).json()["papers"]}
        assert self.seen(self.place(order, "invoice.json")).json()["certificates"] == "KH-1"
        Certificate.objects.filter(business_id=self.business_id, id=certificate.pk).update(valid_until=date(2026, 11, 20))
        assert "animal_health" in {row["kind"] for row in self.seen(place).json()["papers"]}
        assert self.seen(f"{place}/invoice.pdf").json()["error"]["code"] == "proof_expired"

    def test_papers_end_with_the_order(self):
        order = self.sold()
        Order.objects.filter(business_id=self.business_id, id=order.id).update(state="completed")
        assert "No papers now" in self.seen(self.place(order)).content.decode()
        for path in ("invoice.pdf", "all.zip"):
            assert self.seen(self.place(order, path)).status_code == 404
        assert self.seen(f"/api/v1/orders/{handle(Kind.ORDER, order.business_id, order.id)}/papers").status_code == 404

    def test_a_collected_tax_names_the_platforms_number(self):
        order = self.sold()
        order.customs["registrations"] = ["eu:ioss", "id:pkp"]
        order.save(update_fields=["customs"])
        order = order_queries.order(order.business_id, order.id)
        assert parcel_facts(order, None, current_rulebook()).lacking_numbers == ("eu:ioss",)
        PlatformNumber.objects.create(registration="eu:ioss", label="IOSS", number="IM3720000000", source="test")
        facts = parcel_facts(order, None, current_rulebook())
        assert (facts.lacking_numbers, facts.importer_numbers) == ((), (("IOSS", "IM3720000000"),))


class PlantNumbers(Cast):
    """The papers name the registration of the plant the goods are made in."""

    def setUp(self):
        super().setUp()
        self.product = Variant.objects.get(business_id=self.business_id, id=self.shop.variant_id).product_id
        self.here = Plant.objects.create(business_id=self.business_id, name="Sangrai", kind="factory")
        self.there = Plant.objects.create(business_id=self.business_id, name="Lain", kind="factory")

    def registered(self, number, **of):
        valid = of.pop("valid_until", None)
        Certificate.objects.create(business_id=self.business_id, kind="gacc", number=number, state="accepted", valid_until=valid, **of)

    def said(self, order):
        facts = parcel_facts(order, None, current_rulebook())
        return facts.contents[0].details.gacc, [proof.number for proof in facts.proofs if proof.kind == "gacc"]

    def test_of_its_own_plant_and_of_no_other(self):
        order = self.sold()
        self.registered("BUSINESS")
        assert self.said(order) == ("BUSINESS", ["BUSINESS"])
        self.registered("THERE", plant=self.there)
        self.registered("HERE", plant=self.here)
        assert self.said(order) == ("BUSINESS", ["BUSINESS"])
        made = ProductPlant.objects.create(business_id=self.business_id, product_id=self.product, plant=self.here)
        assert self.said(order) == ("HERE", ["HERE"])
        self.registered("PACKED", plant=Plant.objects.create(business_id=self.business_id, name="Kemas", kind="packhouse"))
        ProductPlant.objects.create(
            business_id=self.business_id, product_id=self.product, plant=Plant.objects.get(business_id=self.business_id, name="Kemas")
        )
        assert self.said(order) == ("HERE / PACKED", ["HERE", "PACKED"])
        made.delete()
        assert self.said(order) == ("PACKED", ["PACKED"])

    def test_one_that_has_ended_gives_way_to_one_in_force(self):
        order = self.sold()
        for plant in (self.here, self.there):
            ProductPlant.objects.create(business_id=self.business_id, product_id=self.product, plant=plant)
        self.registered("ENDED", plant=self.here, valid_until=date(2026, 1, 1))
        assert self.said(order) == ("ENDED", ["ENDED"])  # nothing else: the paper that names it is refused
        self.registered("HOLDS", plant=self.there)
        assert self.said(order) == ("HOLDS", ["HOLDS"])
