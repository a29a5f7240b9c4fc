"""The papers of an order: what each is called, why it is needed, in which forms it comes, and its content. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from saudagar.customs.rules import consignment_note, dangerous_goods, messages, origin, ubl, zh_label
from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import (
    CN22,
    CN23,
    INVOICE,
    KINDS,
    PACKING_LIST,
    PROFORMA,
    ParcelFacts,
    UnknownPaper,
    form_for,
    lacks,
    paper_facts,
)
from saudagar.foundation.refusals import Refusal

CUSTOMS = "customs"  # CN22 or CN23, whichever is right
PDF, JSON, XML = "pdf", "json", "xml"


@dataclass(frozen=True, slots=True)
class Preference:
    """A lower duty that a proof of origin gives: from the tariff rows that name it."""

    kind: str  # the rulebook's paper: form_e
    name: Mapping[str, str]
    agreement: str
    rate: str  # with it
    usual: str  # without it
    source: str
    waived_up_to: str = ""  # "USD 200.00": up to here the declaration is enough
    is_moot: bool = False  # the order's scheme levies no duty anyway
    hs: frozenset[str] = frozenset()  # codes of the order's goods that the rows of the agreement reach


@dataclass(frozen=True, slots=True)
class Paper:
    """One line of an order's list of papers. lacks empty and refusal None: it can be had now."""

    kind: str
    names: Mapping[str, str]
    why: Mapping[str, str]
    source: str
    forms: tuple[str, ...]
    is_needed: bool
    lacks: tuple[Lack, ...] = ()
    refusal: Refusal | None = None
    seller: str = ""  # of a consignment's proofs: the exporter's handle and name
    seller_name: str = ""

    @property
    def is_ready(self) -> bool:
        return not self.lacks and self.refusal is None


def _words(indonesian: str, english: str, chinese: str) -> Mapping[str, str]:
    return {"id": indonesian, "en": english, "zh-hans": chinese}


NAMES: Mapping[str, Mapping[str, str]] = {
    CN22: _words("Deklarasi pabean CN22", "Customs declaration CN22", "CN22 报关单"),
    CN23: _words("Deklarasi pabean CN23", "Customs declaration CN23", "CN23 报关单"),
    INVOICE: _words("Faktur komersial", "Commercial invoice", "商业发票"),
    PROFORMA: _words("Faktur proforma", "Proforma invoice", "形式发票"),
    PACKING_LIST: _words("Daftar kemasan", "Packing list", "装箱单"),
    consignment_note.KIND: _words("Data consignment note (CN)", "Consignment note data (CN)", "印尼出口快件申报数据（CN）"),
    dangerous_goods.KIND: _words("Deklarasi barang berbahaya, rancangan", "Dangerous goods declaration, draft", "危险品申报单（草稿）"),
    origin.DECLARATION: _words("Pernyataan asal barang", "Exporter's declaration of origin", "出口商原产地声明"),
    zh_label.KIND: _words("Rancangan label Mandarin", "Chinese label, draft", "中文标签（草稿）"),
    ubl.KIND: _words("Faktur elektronik UBL 2.1", "Electronic invoice UBL 2.1", "UBL 2.1 电子发票"),
    messages.ITMATT: _words("Data pos ITMATT", "Postal data ITMATT", "邮政数据 ITMATT"),
    messages.CBEC_ORDER: _words("Pesan pesanan CBEC", "CBEC order message", "跨境电商订单报文"),
    messages.CBEC_PAYMENT: _words("Pesan pembayaran CBEC", "CBEC payment message", "跨境电商支付报文"),
    messages.CBEC_LOGISTICS: _words("Pesan logistik CBEC", "CBEC logistics message", "跨境电商物流报文"),
    messages.H7: _words("Data H7 Uni Eropa", "EU data set H7", "欧盟 H7 数据集"),
}

# Why a paper is needed: words and source.
WHY: Mapping[str, tuple[Mapping[str, str], str]] = {
    CUSTOMS: (
        _words(
            "Setiap kiriman pos berisi barang ke luar negeri memerlukannya: CN22 sampai 300 SDR, di atasnya CN23.",
            "Every postal item with goods abroad carries one: CN22 up to 300 SDR, CN23 above.",
            "寄往国外的物品类邮件均须附：300 SDR 以内用 CN22，以上用 CN23。",
        ),
        "UPU Convention Regulations; CN 22 and CN 23 forms",
    ),
    INVOICE: (
        _words(
            "Bea cukai menghitung bea dan pajak dari faktur; satu salinan ikut dalam paket.",
            "Customs works out duty and tax from the invoice; one copy travels with the parcel.",
            "海关据发票计征税费，随包裹附一份。",
        ),
        "CN 23 field 14; PMK 96/2023 art. 43 as changed by PMK 4/2025",
    ),
    PROFORMA: (
        _words(
            "Untuk pembeli yang meminta penawaran tertulis sebelum membayar.",
            "For a buyer who wants the offer in writing before paying.",
            "供买方付款前索取的书面报价。",
        ),
        "Commercial practice",
    ),
    PACKING_LIST: (
        _words(
            "Memudahkan pemeriksaan: apa isi kemasan, berat dan ukurannya.",
            "Makes an inspection quick: what is in the box, its weights and size.",
            "便于查验：箱内物品、重量与尺寸。",
        ),
        "Commercial practice; package types UN/ECE Rec 21",
    ),
    consignment_note.KIND: (
        _words(
            "Barang kiriman ekspor sampai 30 kg diberitahukan dengan CN; pos atau kurir mengajukannya dari data ini.",
            "Goods sent abroad up to 30 kg are declared by a CN; the post or courier files it from this data.",
            "30 公斤以内的出口寄递物品以 CN 申报，由邮政或快递据此数据提交。",
        ),
        "PMK 96/2023 art. 43 as changed by PMK 4/2025",
    ),
    dangerous_goods.KIND: (
        _words(
            "Pengangkut barang berbahaya memintanya. Rancangan: harus diperiksa dan ditandatangani orang yang terlatih.",
            "Carriers of dangerous goods ask for it. A draft: a trained person must check and sign it.",
            "危险品承运人会要求提供。此为草稿，须由受过培训的人员核对并签字。",
        ),
        "UN Model Regulations 5.4.1",
    ),
    origin.DECLARATION: (
        _words(
            "Pernyataan Anda sendiri tentang asal barang, untuk pembeli dan bea cukai yang menanyakannya.",
            "Your own statement of where the goods were made, for a buyer or a customs office that asks.",
            "您对货物原产地的自行声明，供买方或海关需要时使用。",
        ),
        "Commercial practice; the destination's preference rules where they name it",
    ),
    zh_label.KIND: (
        _words(
            "Pangan kemasan di Tiongkok memakai label Mandarin menurut GB 7718; pada CBEC boleh elektronik.",
            "Prepackaged food in China carries a Chinese label by GB 7718; in CBEC it may be electronic.",
            "预包装食品须有符合 GB 7718 的中文标签；跨境电商可用电子标签。",
        ),
        "GB 7718",
    ),
    ubl.KIND: (
        _words(
            "Faktur yang sama, untuk dibaca mesin pembeli atau broker.",
            "The same invoice, for the machines of a buyer or broker.",
            "同一发票的机读版本，供买方或报关行系统使用。",
        ),
        "OASIS UBL 2.1 (ISO/IEC 19845)",
    ),
    messages.ITMATT: (
        _words(
            "Pos tujuan menerima data isi sebelum kiriman tiba. Pemetaan, belum disertifikasi.",
            "The post abroad gets the contents as data before the item arrives. A mapping, not certified.",
            "邮件到达前向目的国邮政预报内件数据。仅为字段映射，未经认证。",
        ),
        "UPU M33 (ITMATT)",
    ),
    **dict.fromkeys(
        messages.CBEC,
        (
            _words(
                "Bea cukai Tiongkok mencocokkan pesanan, pembayaran dan pengiriman. Pemetaan, belum disertifikasi.",
                "China customs matches order, payment and waybill. A mapping, not certified.",
                "中国海关比对订单、支付与物流三单。仅为字段映射，未经认证。",
            ),
            "GACC Ann. 194/2018",
        ),
    ),
    messages.H7: (
        _words(
            "Data ringkas untuk kiriman bernilai rendah ke Uni Eropa. Pemetaan, belum disertifikasi.",
            "The reduced data set for low-value consignments into the EU. A mapping, not certified.",
            "欧盟低值货物简化申报数据集。仅为字段映射，未经认证。",
        ),
        "EU customs data model, H7",
    ),
}


def is_postal(facts: ParcelFacts) -> bool:
    """A lane of the post: its items have S10 numbers and CN forms."""
    return facts.carrier in ("", "pos")


def papers_of(facts: ParcelFacts, preferences: tuple[Preference, ...], *, sdr_rate: Fraction | None, on: date) -> list[Paper]:
    """Every paper that makes sense for this parcel, those that are needed first, each ready or with what it lacks."""
    wanted: list[tuple[str, bool]] = []
    if is_postal(facts):
        wanted.append((form_for(facts, sdr_rate), True))
    if dangerous_goods.is_needed(facts):
        wanted.append((dangerous_goods.KIND, True))
    wanted += [(INVOICE, True), (consignment_note.KIND, facts.sender.country == "ID"), (PACKING_LIST, False)]
    needed = {each.kind for each in facts.promised}
    wanted += [(preference.kind, preference.kind in needed) for preference in preferences if _is_known_form(preference.kind)]
    wanted.append((origin.DECLARATION, origin.DECLARATION in needed))
    if zh_label.needs_label(facts):
        wanted.append((zh_label.KIND, facts.mode == "general"))
    wanted.append((PROFORMA, False))
    wanted.append((ubl.KIND, False))
    if is_postal(facts):
        wanted.append((messages.ITMATT, False))
    if facts.addressee.country == "CN" and facts.mode == "cbec":
        wanted += [(kind, False) for kind in messages.CBEC]
    if facts.addressee.country in messages.UNION:
        wanted.append((messages.H7, False))
    found = [_paper(kind, is_needed, facts, preferences, sdr_rate=sdr_rate, on=on) for kind, is_needed in wanted]
    return sorted(found, key=lambda paper: not paper.is_needed)


def content(kind: str, facts: ParcelFacts, preferences: tuple[Preference, ...], *, sdr_rate: Fraction | None, on: date) -> dict[str, Any]:
    """What one paper says, as plain data. Refuses UnknownPaper, and what each paper refuses."""
    if kind == CUSTOMS:
        kind = form_for(facts, sdr_rate)
    if kind in KINDS:
        return paper_facts(kind, facts, sdr_rate=sdr_rate)
    preference = next((each for each in preferences if each.kind == kind), None)
    if preference is not None and _is_known_form(kind):
        form = origin.form_of(kind, name=preference.name.get("en", kind), agreement=preference.agreement)
        return origin.application(kind, form, facts, on=on)
    if kind == origin.DECLARATION:
        accepted = next((each for each in preferences if each.kind in origin.DECLARATIONS or each.waived_up_to), None)
        return origin.declaration(facts, agreement=accepted.agreement if accepted else "", limit=accepted.waived_up_to if accepted else "")
    if kind == zh_label.KIND and zh_label.needs_label(facts):
        return zh_label.labels(facts)
    made = {
        dangerous_goods.KIND: dangerous_goods.declaration if dangerous_goods.is_needed(facts) else None,
        consignment_note.KIND: consignment_note.note,
        messages.ITMATT: messages.itmatt,
        messages.CBEC_ORDER: messages.cbec_order,
        messages.CBEC_PAYMENT: messages.cbec_payment,
        messages.CBEC_LOGISTICS: messages.cbec_logistics,
        messages.H7: messages.h7,
    }.get(kind)
    if made is None:
        raise UnknownPaper("kind", kind=kind)
    return made(facts)


def forms_of(kind: str) -> tuple[str, ...]:
    """In which forms a paper comes."""
    if kind == ubl.KIND:
        return (XML,)
    if kind in (messages.ITMATT, messages.H7, *messages.CBEC):
        return (JSON,)
    return (PDF, JSON)


def _is_known_form(kind: str) -> bool:
    return kind not in origin.DECLARATIONS


def _paper(
    kind: str, is_needed: bool, facts: ParcelFacts, preferences: tuple[Preference, ...], *, sdr_rate: Fraction | None, on: date
) -> Paper:
    preference = next((each for each in preferences if each.kind == kind), None)
    if preference is not None:
        names, (why, source) = preference.name, why_of(preference)
    else:
        names = NAMES[kind]
        why, source = WHY[CUSTOMS if kind in (CN22, CN23) else kind]
    found = tuple(_lacks(kind, facts, preferences))
    refusal = None
    if not found:
        try:
            if kind == ubl.KIND:
                ubl.invoice(facts)
            else:
                content(kind, facts, preferences, sdr_rate=sdr_rate, on=on)
        except Refusal as refused:
            refusal = refused
    return Paper(kind, names, why, source, forms_of(kind), is_needed, found, refusal)


def _lacks(kind: str, facts: ParcelFacts, preferences: tuple[Preference, ...]) -> list[Lack]:
    if kind in KINDS:
        return lacks(kind, facts)
    if kind == consignment_note.KIND:
        return consignment_note.note_lacks(facts)
    if kind == dangerous_goods.KIND:
        return dangerous_goods.dangerous_lacks(facts)
    if kind == zh_label.KIND:
        return zh_label.label_lacks(facts)
    if kind in (messages.ITMATT, messages.H7, *messages.CBEC):
        return messages.message_lacks(kind, facts)
    if any(each.kind == kind for each in preferences):
        return origin.origin_lacks(facts)
    return lacks(PROFORMA if kind == origin.DECLARATION else INVOICE, facts)


def why_of(preference: Preference) -> tuple[Mapping[str, str], str]:
    rates = {"rate": preference.rate, "usual": preference.usual, "agreement": preference.agreement}
    words = {
        "id": "Dengan surat ini bea masuk {rate}, tanpanya {usual} ({agreement}). Data untuk mengisi permohonan e-SKA.",
        "en": "With it the duty is {rate}, without it {usual} ({agreement}). Data for the e-SKA application.",
        "zh-hans": "凭此证关税 {rate}，否则 {usual}（{agreement}）。用于填写 e-SKA 申请。",
    }
    if preference.is_moot:
        words = {
            "id": words["id"] + " Lewat jalur ini barangnya tidak kena bea; berguna bila masuk sebagai perdagangan umum.",
            "en": words["en"] + " This way in pays no duty anyway; it helps when the goods enter as general trade.",
            "zh-hans": words["zh-hans"] + "经此渠道进口本就免关税；以一般贸易进口时才有用。",
        }
    return {language: text.format(**rates) for language, text in words.items()}, preference.source


def in_copy(facts: ParcelFacts, language: str) -> ParcelFacts:
    """The same facts for a copy with another second language."""
    return replace(facts, copy=language)
