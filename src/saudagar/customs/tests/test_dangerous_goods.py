"""The dangerous goods declaration: a draft with all that is known, and no postal form beside it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from saudagar.catalogue.models import Certificate, Product
from saudagar.customs.printing import printed
from saudagar.customs.queries import parcel_facts
from saudagar.customs.rules.consignments import content as consignment_content
from saudagar.customs.rules.kinds import content, papers_of
from saudagar.customs.rules.papers import PaperIncomplete, UnknownPaper
from saudagar.customs.tests.cast import COFFEE, a_parcel
from saudagar.customs.tests.test_consignments import facts as consigned
from saudagar.customs.tests.test_pages import Cast
from saudagar.foundation.ids import Kind, handle
from saudagar.rulebook.queries import current_rulebook
from saudagar.shipping.models import HazardStatement
from saudagar.shipping.rules.dangerous import Carriage, DangerousGoodsBarred, DangerousGoodsUnstated, Said, hazard_of
from saudagar.shipping.tests.cast import AT

ON = date(2026, 11, 21)
SAID = Said(flash_point=17, grams_per_litre=800)
PERFUME = replace(
    COFFEE, description="Eau de parfum", hs="330300", net_grams=100, quantity=1, value=150_00, hazard=hazard_of("330300", SAID), said=SAID,
    sds="SDS-7",
)  # fmt: skip
NONE = Carriage(frozenset(), "test", "G")


def a_bottle(line=PERFUME, **changes):
    return a_parcel(contents=(line,), goods_total=line.value, **changes)


def say(facts, kind="dangerous_goods"):
    return content(kind, facts, (), sdr_rate=Fraction(9), on=ON)


def test_the_declaration_says_what_is_known_and_that_a_trained_person_signs():
    said = say(a_bottle(carrier="dhl"))
    (goods,) = said["goods"]
    assert (goods["un"], goods["class"], goods["packing_group"], goods["net_quantity"]) == ("UN1266", "3", "II", "0.125 L")
    assert (goods["detail"], goods["sds"], goods["certainty"]) == ("17 °C", "SDS-7", "G")
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(printed(said, on=ON))).pages)
    for words in ("UN1266", "PERFUMERY", "0.125 L", "DRAFT", "trained", "SDS-7", "Signature"):
        assert words in text, words


def test_what_it_waits_for():
    bare = replace(PERFUME, said=Said(), hazard=hazard_of("330300"), sds="")
    with pytest.raises(PaperIncomplete) as refused:
        say(a_bottle(bare))
    assert [(each["what"], each["where"]) for each in refused.value.facts["mend"]] == [
        ("flash_point", "paper_details"), ("density", "paper_details"), ("sds", "certificates"),
    ]  # fmt: skip
    toy = replace(COFFEE, hs="950300", said=Said(battery="ion_inside"), hazard=hazard_of("950300", Said(battery="ion_inside")), sds="1")
    with pytest.raises(PaperIncomplete) as refused:
        say(a_bottle(toy))
    assert refused.value.facts["missing"] == "watt-hours of the battery (line 1)"
    assert say(a_bottle(replace(toy, said=Said(battery="ion_inside", watt_hours=11))))["goods"][0]["detail"] == "11 Wh"


def test_it_stands_in_the_list_only_where_something_is_dangerous():
    kinds = {paper.kind: paper for paper in papers_of(a_bottle(), (), sdr_rate=Fraction(9), on=ON)}
    assert kinds["dangerous_goods"].is_needed and kinds["dangerous_goods"].is_ready
    assert "dangerous_goods" not in {paper.kind for paper in papers_of(a_parcel(), (), sdr_rate=Fraction(9), on=ON)}
    with pytest.raises(UnknownPaper):
        say(a_parcel())


def test_no_postal_form_certifies_that_nothing_dangerous_is_inside_when_it_is():
    for kind in ("cn22", "cn23", "dangerous_goods"):
        with pytest.raises(DangerousGoodsBarred):
            say(a_bottle(carriage=NONE, service_name="Small packet"), kind)
    unstated = replace(PERFUME, hs="330129", hazard=hazard_of("330129"), said=Said())
    with pytest.raises(DangerousGoodsUnstated):
        say(a_bottle(unstated, carriage=NONE), "cn22")
    admitted = Carriage(frozenset({"UN1266"}), "test", "G")
    assert say(a_bottle(carriage=admitted), "cn22")["kind"] == "cn22"
    assert say(a_bottle(carriage=NONE), "invoice")["kind"] == "invoice"


def test_the_data_of_a_consignment_names_them():
    fields = consignment_content("consignment_data", consigned(a_bottle()))["data"]
    assert fields["Dangerous goods"] == "UN1266 PERFUMERY PRODUCTS with flammable solvents, class 3, PG II"
    assert consignment_content("consignment_data", consigned())["data"]["Dangerous goods"] == "none by the list"


class Stating(Cast):
    def test_a_seller_states_it_once_on_the_products_page(self):
        product = Product.objects.get(business_id=self.business_id)
        Product.objects.filter(business_id=self.business_id).update(hs_code="330300")
        client = Client(headers={"accept-language": "en"})
        client.force_login(self.sari)
        place = f"/seller/products/{handle(Kind.PRODUCT, self.business_id, product.pk)}/paper-details/"
        page = client.get(place).content.decode()
        assert "UN1266" in page and "Express (Pos EMS)" in page
        assert client.post(place, {"flash_point": "500", "criterion": "WO"}).status_code == 422
        assert not HazardStatement.objects.exists()  # nothing half-written
        client.post(place, {"flash_point": "17", "grams_per_litre": "800", "criterion": "WO"})
        assert (HazardStatement.objects.get().flash_point, HazardStatement.objects.get().grams_per_litre) == (17, 800)
        assert "packing group II" in client.get(place).content.decode()
        client.post(place, {"flash_point": "75", "criterion": "WO"})
        assert "UN1266" not in client.get(place).content.decode()

    def test_the_facts_of_a_parcel(self):
        product = Product.objects.get(business_id=self.business_id)
        HazardStatement.objects.create(business_id=self.business_id, product=product, battery="ion_inside", watt_hours=11, stated_at=AT)
        Certificate.objects.create(
            business_id=self.business_id, product=product, kind="sds", number="SDS-7", state=Certificate.State.ACCEPTED
        )
        order = self.sold()
        facts = parcel_facts(order, self.sent(order), current_rulebook())
        (line,) = facts.contents
        assert (line.hazard.goods.un, line.said.watt_hours, line.sds) == ("UN3481", 11, "SDS-7")
        assert facts.carriage.bars(line.hazard) and "Small packet" in facts.service_name
        assert self.get(order, "customs").status_code == 409
        page = self.client.get(f"/seller/orders/{handle(Kind.ORDER, order.business_id, order.id)}/papers/").content.decode()
        assert "UN3481" in page
