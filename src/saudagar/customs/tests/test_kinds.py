"""Every paper of a parcel: what it says, what it waits for, and when it is refused."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from io import BytesIO

import pytest
from pypdf import PdfReader

from saudagar.customs.printing import printed, written
from saudagar.customs.rules.kinds import NAMES, WHY, Preference, content, papers_of
from saudagar.customs.rules.messages import NOT_CERTIFIED
from saudagar.customs.rules.papers import Details, Paid, PaperIncomplete, PapersDisagree, Proof, ProofExpired, UnknownPaper
from saudagar.customs.tests.cast import BISCUITS, COFFEE, a_parcel
from saudagar.foundation.refusals import LANGUAGES

RATE = Fraction(9)
ON = date(2026, 11, 21)
FORM_E = Preference("form_e", dict.fromkeys(LANGUAGES, "Form E"), "ACFTA", "5%", "15%", "ACFTA schedule", waived_up_to="USD 200.00")
SAID = Details(
    title_zh="盖奥烘焙咖啡豆",
    criterion="WO",
    ingredients_zh="咖啡豆",
    storage_zh="阴凉干燥",
    shelf_life_days=540,
    importer_name="示例公司",
    importer_address="示例路 8 号",
    importer_phone="+86 371 0000 0000",
    gacc="CIDN15060000000003",
)


def a_told_parcel(**changes):
    """Everything is said of it: numbers of the seller, details of the products, payment."""
    plain = a_parcel()
    told = a_parcel(
        sender=replace(plain.sender, numbers=(("NPWP", "0012345678901000"),)),
        contents=(replace(COFFEE, details=SAID), replace(BISCUITS, details=replace(SAID, criterion="RVC", regional_value=45))),
        mode="cbec",
        ebp_code="3301960XYZ",
        carrier="pos",
        size_mm=(250, 180, 90),
        order_total=267_84,
        paid=Paid("sandbox", "alipay", "PAY-1", "2026-11-21T03:00:00+00:00", 267_84),
    )
    return replace(told, **changes)


def test_a_message_to_china_waits_for_what_customs_there_know_the_platform_by():
    for kind in ("cbec_order", "cbec_payment"):
        with pytest.raises(PaperIncomplete) as refused:
            say(kind, ebp_code="")
        assert [(lack.code, lack.detail) for lack in refused.value.lacks] == [("platform_number", "cn:ebp")]
    assert say("cbec_logistics", ebp_code="")["kind"] == "cbec_logistics"


def say(kind, facts=None, **changes):
    return content(kind, facts or a_told_parcel(**changes), (FORM_E,), sdr_rate=RATE, on=ON)


def text_of(said):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(printed(said, on=ON))).pages)


def test_the_list_of_a_parcel_to_china():
    found = papers_of(a_told_parcel(), (FORM_E,), sdr_rate=RATE, on=ON)
    assert [paper.kind for paper in found] == [
        "cn22", "invoice", "consignment_note", "packing_list", "form_e", "origin_declaration", "zh_label", "proforma", "ubl", "itmatt",
        "cbec_order", "cbec_payment", "cbec_logistics",
    ]  # fmt: skip
    assert all(paper.is_ready for paper in found)
    assert [paper.kind for paper in found if paper.is_needed] == ["cn22", "invoice", "consignment_note"]
    why = next(paper for paper in found if paper.kind == "form_e").why["en"]
    assert why == "With it the duty is 5%, without it 15% (ACFTA). Data for the e-SKA application."


def test_what_fits_the_destination_only():
    germany = replace(a_told_parcel().addressee, country="DE")
    kinds = {paper.kind for paper in papers_of(a_told_parcel(addressee=germany, mode="post"), (), sdr_rate=RATE, on=ON)}
    assert "h7" in kinds and not kinds & {"zh_label", "form_e", "cbec_order"}
    by_courier = {paper.kind for paper in papers_of(a_told_parcel(carrier="jne", item_number="JP1"), (), sdr_rate=RATE, on=ON)}
    assert not by_courier & {"cn22", "cn23", "itmatt"}


def test_every_paper_has_words_in_three_languages():
    for kind, names in NAMES.items():
        words, source = WHY["customs" if kind in ("cn22", "cn23") else kind]
        assert set(names) == set(words) == set(LANGUAGES) and source, kind


def test_each_says_what_it_waits_for_and_where_it_is_mended():
    bare = a_parcel(contents=(replace(COFFEE, details=Details()),), goods_total=180_00, item_number="", carrier="pos")
    found = {paper.kind: paper for paper in papers_of(bare, (FORM_E,), sdr_rate=RATE, on=ON)}
    assert [lack.words("en") for lack in found["cn22"].lacks] == ["item number"]
    assert [(lack.words("id"), lack.where) for lack in found["consignment_note"].lacks] == [("NPWP atau NIK penjual", "business")]
    assert [(lack.words("en"), lack.where) for lack in found["form_e"].lacks] == [("origin criterion (line 1)", "paper_details")]
    assert [lack.code for lack in found["zh_label"].lacks] == ["title_zh", "ingredients", "shelf_life", "storage", "importer"]
    assert found["invoice"].is_ready and not found["cn22"].is_ready
    with pytest.raises(PaperIncomplete) as refused:
        content("form_e", bare, (FORM_E,), sdr_rate=RATE, on=ON)
    assert refused.value.facts["mend"] == [{"what": "criterion", "words": "origin criterion (line 1)", "where": "paper_details", "line": 1}]
    assert refused.value.message("zh-hans") == "单证暂不能打印，缺少：原产地标准 (第 1 行)。"


def test_the_boxes_of_form_e():
    said = say("form_e")
    assert [field["number"] for field in said["fields"] + said["closing"]] == ["1", "2", "3", "4", "11", "12", "13"]
    assert said["fields"][0]["lines"] == ["Kopi Gayo Sari", "Jl. Danau No. 5", "Kabupaten Aceh Tengah", "Aceh 24519", "Indonesia"]
    coffee, biscuits = said["items"]
    assert (coffee["hs"], coffee["criterion"], coffee["quantity"], coffee["fob"]) == ("0901.21", "WO", "2 pieces", "")
    assert (biscuits["criterion"], biscuits["fob"]) == ("RVC 45 %", "CNY 45.50")  # FOB for value content only
    assert (coffee["invoice"], coffee["invoice_date"]) == ("INV-7K2M9-4F9QX-ABCD", "2026-11-21")
    assert "application data" in said["status"]
    assert not said["ticks"]["issued_retroactively"]


@pytest.mark.parametrize(("on", "late"), [(date(2026, 11, 24), False), (date(2026, 11, 25), True)])
def test_after_three_days_it_is_issued_retroactively(on, late):
    assert content("form_e", a_told_parcel(), (FORM_E,), sdr_rate=RATE, on=on)["ticks"]["issued_retroactively"] is late


def test_foreign_goods_get_no_indonesian_certificate():
    with pytest.raises(PapersDisagree) as refused:
        say("form_e", contents=(replace(COFFEE, details=SAID, origin="VN"), replace(BISCUITS, details=SAID)))
    assert refused.value.facts["fault"] == "Form E is for goods of ID origin; other origin in line 1"


def test_the_declaration_names_the_agreement_that_accepts_it():
    assert "rules of origin of ACFTA" in say("origin_declaration")["closing"][0]["lines"][0]
    assert say("origin_declaration")["notes"] == ["Accepted instead of a certificate up to USD 200.00."]
    plain = content("origin_declaration", a_told_parcel(), (), sdr_rate=RATE, on=ON)
    unsaid = say("origin_declaration", contents=(replace(COFFEE, details=SAID), BISCUITS))
    assert (unsaid["agreement"], unsaid["notes"]) == ("", [])  # no claim without a criterion
    assert plain["closing"][0]["lines"] == ["As the exporter of these goods I declare that they were produced in Indonesia."]


def test_the_consignment_note():
    said = say("consignment_note", seller_is_person=True)
    assert said["data"]["sender_identity"] == "NPWP 0012345678901000"
    assert (said["data"]["fob"], said["data"]["gross_weight_kg"], said["declaration"]) == ("CNY 225.50", "0.850", "CN")
    nobody = replace(a_told_parcel().sender, numbers=())
    assert say("consignment_note", sender=nobody, seller_nik="1104010101900001")["data"]["sender_identity"] == "NIK 1104010101900001"


def test_a_tax_number_abroad_is_nothing_to_the_consignment_note():
    assert say("consignment_note", lacking_numbers=("eu:ioss",))["data"]["fob"] == "CNY 225.50"


def test_the_number_of_a_person_is_on_no_paper_that_travels():
    facts = a_told_parcel(sender=replace(a_told_parcel().sender, numbers=()), seller_nik="1104010101900001")
    for kind in ("invoice", "packing_list", "cn23", "form_e", "itmatt"):
        assert "1104010101900001" not in written(say(kind, facts)).decode()


def test_the_chinese_label():
    rows = dict(map(tuple, say("zh_label")["labels"][0]["rows"]))
    assert rows["净含量"] == "250 克"  # of one piece
    assert (rows["品名"], rows["保质期"], rows["原产国"], rows["在华注册编号"]) == (
        "盖奥烘焙咖啡豆", "18 个月", "印度尼西亚", "CIDN15060000000003",
    )  # fmt: skip
    with pytest.raises(UnknownPaper):
        say("zh_label", addressee=replace(a_told_parcel().addressee, country="SG"))


def test_messages_are_marked_as_what_they_are():
    for kind in ("itmatt", "cbec_order", "cbec_payment", "cbec_logistics", "h7"):
        assert say(kind)["status"] == NOT_CERTIFIED
    fields = say("itmatt")["fields"]
    assert (fields["item_id"], fields["gross_weight_kg"], fields["declared_value"]) == (
        "RR202611218ID", "0.850", {"value": "225.50", "currency": "CNY"},
    )  # fmt: skip


def test_the_three_chinese_messages_agree():
    order, payment, logistics = (say(kind)["fields"] for kind in ("cbec_order", "cbec_payment", "cbec_logistics"))
    assert order["orderNo"] == payment["orderNo"] == logistics["orderNo"] == "7K2M9-4F9QX-ABCD"
    assert order["acturalPaid"] == payment["amountPaid"] == "267.84"
    assert order["payTransactionId"] == payment["payTransactionId"] == "PAY-1"
    assert (logistics["logisticsNo"], logistics["weight"], order["taxTotal"]) == ("RR202611218ID", "0.850", "22.34")
    with pytest.raises(PapersDisagree) as refused:
        say("cbec_payment", paid=replace(a_told_parcel().paid, amount=267_83))
    assert refused.value.facts["fault"] == "paid 267.83 ≠ order 267.84"


def test_h7_carries_the_ioss_number():
    fields = say("h7", importer_numbers=(("IOSS", "IM3720000000"),))["fields"]
    assert fields["additional_procedure"] == ["C07", "F48"]
    assert fields["additional_fiscal_reference"] == {"role": "FR5", "identifier": "IM3720000000"}
    with pytest.raises(PaperIncomplete) as refused:
        say("h7", lacking_numbers=("eu:ioss",))
    assert refused.value.facts["mend"][0]["where"] == "platform"


def test_an_expired_proof_stops_the_papers_that_name_it():
    ended = Proof("form_e", "Form E", "E2026/1", date(2026, 11, 20))
    for kind in ("cn23", "invoice", "consignment_note"):
        with pytest.raises(ProofExpired) as refused:
            say(kind, proofs=(ended,))
        assert refused.value.facts == {"proof": "Form E", "number": "E2026/1", "ended_on": "2026-11-20"}
    assert say("cn23", proofs=(replace(ended, valid_until=ON),))["certificates"] == "E2026/1"


def test_a_sum_that_is_not_the_orders_is_refused():
    with pytest.raises(PapersDisagree) as refused:
        say("invoice", order_total=267_83)
    assert refused.value.facts["fault"] == "sum of all parts 267.84 ≠ order 267.83"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("invoice", ("267.84", "INV-7K2M9-4F9QX-ABCD", "0901.21", "DDP", "商业发票", "0012345678901000", "陈示例")),
        ("proforma", ("PROFORMA", "267.84", "2026-12-05")),
        ("packing_list", ("0.850", "0.700", "25 × 18 × 9", "RR202611218ID")),
        ("consignment_note", ("225.50", "NPWP 0012345678901000")),
        ("form_e", ("WO", "RVC 45 %", "0901.21")),
        ("origin_declaration", ("ACFTA", "CNY 225.50")),
        ("zh_label", ("盖奥烘焙咖啡豆", "250 克", "GB 7718")),
    ],
)
def test_the_numbers_are_on_the_paper(kind, words):
    text = text_of(say(kind))
    for word in words:
        assert word in text, (kind, word)


def test_the_sellers_copy_has_indonesian_beside_the_english():
    assert "Faktur komersial" in text_of(say("invoice", copy="id"))
    assert "Facture commerciale" in text_of(say("invoice", addressee=replace(a_told_parcel().addressee, country="FR"), mode="post"))
