"""Several parcels as one consignment: one packing list, one invoice, one declaration over all of them. Pure.

To a bonded warehouse or a consolidator. The buyers of the parcels stand on none of these papers: the consignee does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from saudagar.customs.rules import dangerous_goods, origin
from saudagar.customs.rules.consignment_note import CN_GRAMS, way
from saudagar.customs.rules.kinds import Paper, Preference, forms_of
from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import (
    PACKING_LIST,
    Content,
    PapersDisagree,
    ParcelFacts,
    Party,
    Proof,
    ProofExpired,
    UnknownPaper,
    amount,
    goods_value,
    kilograms,
    lacks,
    package,
    paper_party,
    refuse_lacking,
    spaced_hs,
)
from saudagar.customs.rules.words import second_language, words
from saudagar.foundation.refusals import Refusal

INVOICE, PACKING, DATA = "consignment_invoice", "consignment_packing_list", "consignment_data"
KINDS = (INVOICE, PACKING, DATA)
MOST = 500  # parcels in one consignment: what one packing list is still read with
TERMS = ("EXW", "FCA", "FOB", "CPT", "CIP", "CFR", "CIF", "DAP", "DDP")


OWN: Mapping[str, tuple[Mapping[str, str], Mapping[str, str], str]] = {
    PACKING: (
        {"id": "Daftar kemasan", "en": "Packing list", "zh-hans": "装箱单"},
        {
            "id": "Semua kemasan konsinyasi: isi, berat, ukuran.",
            "en": "All packages of the consignment: contents, weights, sizes.",
            "zh-hans": "整批货物的全部包装：内容、重量、尺寸。",
        },
        "Commercial practice; package types UN/ECE Rec 21",
    ),
    INVOICE: (
        {"id": "Faktur komersial", "en": "Commercial invoice", "zh-hans": "商业发票"},
        {
            "id": "Satu faktur kepada penerima konsinyasi, dengan izin dan surat asal barangnya.",
            "en": "One invoice to the consignee, with the licences and proofs of origin of the goods.",
            "zh-hans": "给收货人的一份发票，列明货物的许可证与原产地证书。",
        },
        "PMK 96/2023 art. 43 as changed by PMK 4/2025",
    ),
    DATA: (
        {"id": "Data konsinyasi", "en": "Consignment data", "zh-hans": "集运数据"},
        {
            "id": "Data untuk yang memberitahukan ekspor: CN atau PEB, barang dijumlah per kode HS.",
            "en": "Data for whoever files the export declaration: CN or PEB, goods summed by HS code.",
            "zh-hans": "供出口申报人使用：CN 或 PEB，按 HS 编码汇总。",
        },
        "PMK 96/2023 art. 43 as changed by PMK 4/2025",
    ),
}


class NotForConsignment(Refusal):
    """An order that cannot join a consignment. Facts: order, reason (code)."""

    code = "not_for_consignment"
    status = 409
    words = {
        "id": "Pesanan {order} tidak bisa masuk konsinyasi ini: {reason}.",
        "en": "Order {order} cannot join this consignment: {reason}.",
        "zh-hans": "订单 {order} 不能加入此集运：{reason}。",
    }


class ConsignmentClosed(Refusal):
    """A closed consignment does not change any more. Facts: name."""

    code = "consignment_closed"
    status = 409
    words = {
        "id": "Konsinyasi {name} sudah ditutup.",
        "en": "The consignment {name} is closed.",
        "zh-hans": "集运 {name} 已关闭。",
    }


class UnknownConsignment(Refusal):
    """No such consignment, or it is somebody else's. Facts: consignment."""

    code = "unknown_consignment"
    status = 404
    words = {
        "id": "Konsinyasi {consignment} tidak ditemukan.",
        "en": "The consignment {consignment} is not known.",
        "zh-hans": "找不到集运 {consignment}。",
    }


class ProofOfOther(Refusal):
    """A certificate of origin is for one consignment: this number stands on another. Facts: number."""

    code = "proof_of_other_consignment"
    status = 409
    words = {
        "id": "Surat {number} sudah tercatat pada konsinyasi lain. Satu surat berlaku untuk satu konsinyasi.",
        "en": "The certificate {number} is recorded on another consignment. One certificate is for one consignment.",
        "zh-hans": "证书 {number} 已登记在其他集运上。一份证书只用于一批货物。",
    }


@dataclass(frozen=True, slots=True)
class ProofIssued:
    """A certificate of origin that was issued for goods of a consignment."""

    kind: str
    name: str
    seller: str  # handle of the exporter
    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class ConsignmentFacts:
    """Everything the papers of one consignment say."""

    number: str
    name: str
    on: date
    exporter: Party
    exporter_is_person: bool
    consignee: Party
    country: str
    terms: str
    transport: str
    loading: str
    discharge: str
    parcels: tuple[ParcelFacts, ...]
    country_names: dict[str, str]
    copy: str = ""
    preferences: Mapping[str, tuple[Preference, ...]] = field(default_factory=dict)  # order number -> proofs that lower its duty
    issued: tuple[ProofIssued, ...] = ()

    @property
    def invoice_number(self) -> str:
        return f"CI-{self.number}"


def may_join(parcel: ParcelFacts, others: Sequence[ParcelFacts], *, country: str) -> None:
    """One consignment has one destination, one country of dispatch and one currency."""
    if parcel.addressee.country != country:
        raise NotForConsignment(order=parcel.order_number, reason=f"{parcel.addressee.country} ≠ {country}")
    for other in others[:1]:
        if parcel.currency != other.currency:
            raise NotForConsignment(order=parcel.order_number, reason=f"{parcel.currency} ≠ {other.currency}")
        if parcel.sender.country != other.sender.country:
            raise NotForConsignment(order=parcel.order_number, reason=f"{parcel.sender.country} ≠ {other.sender.country}")
    if len(others) >= MOST:
        raise NotForConsignment(order=parcel.order_number, reason=f"> {MOST}")


def consignment_lacks(facts: ConsignmentFacts) -> list[Lack]:
    """What is missing, parcel by parcel."""
    found = []
    if not facts.parcels:
        found.append(Lack("parcels"))
    if not (facts.exporter.name and facts.exporter.lines):
        found.append(Lack("exporter"))
    if not (facts.consignee.name and facts.consignee.lines):
        found.append(Lack("consignee"))
    for parcel in facts.parcels:
        found += [
            Lack(lack.code, lack.line, lack.detail, parcel.order_number, parcel.contents[lack.line - 1].product if lack.line else "")
            for lack in lacks(PACKING_LIST, parcel)
            if not lack.code.startswith("addressee")
        ]
    return found


def check(facts: ConsignmentFacts) -> None:
    """Refuses PaperIncomplete and PapersDisagree: a consignment is right when each parcel is and all agree."""
    refuse_lacking(consignment_lacks(facts))
    for proof in _licences(facts):
        if proof.valid_until is not None and proof.valid_until < facts.on:
            raise ProofExpired(proof.kind, proof=proof.name, number=proof.number, ended_on=proof.valid_until.isoformat())
    faults = []
    first = facts.parcels[0]
    for parcel in facts.parcels:
        net = sum(line.net_grams for line in parcel.contents)
        if net > parcel.gross_grams:
            faults.append(f"{parcel.order_number}: net weight {net} g > gross weight {parcel.gross_grams} g")
        if goods_value(parcel) != parcel.goods_total:
            faults.append(f"{parcel.order_number}: contents ≠ goods of the order")
        if parcel.addressee.country != facts.country:
            faults.append(f"{parcel.order_number}: goes to {parcel.addressee.country}, not {facts.country}")
        if parcel.currency != first.currency:
            faults.append(f"{parcel.order_number}: {parcel.currency} ≠ {first.currency}")
    numbers = [parcel.item_number for parcel in facts.parcels if parcel.item_number]
    if len(numbers) != len(set(numbers)):
        faults.append("one item number on two parcels")
    if facts.terms not in TERMS:
        faults.append(f"terms {facts.terms}")
    if faults:
        raise PapersDisagree(fault="; ".join(faults))


def _licences(facts: ConsignmentFacts) -> list[Proof]:
    """Licences and certificates of the goods, each once. Not proofs of origin of single parcels: a consignment has its own."""
    return list(dict.fromkeys(proof for parcel in facts.parcels for proof in parcel.proofs if proof.kind not in origin.FORMS))


def issued_words(issued: ProofIssued, seller_name: str = "") -> str:
    """How a certificate stands on the invoice of the consignment.

    >>> issued_words(ProofIssued("form_e", "Form E", "", "0001/ACH/2026", date(2026, 11, 22)), "Kopi Gayo Sari")
    'Form E 0001/ACH/2026, 2026-11-22 (Kopi Gayo Sari)'
    """
    return f"{issued.name} {issued.number}, {issued.issued_on.isoformat()}" + (f" ({seller_name})" if seller_name else "")


def with_issued(said: dict[str, Any], issued: Sequence[ProofIssued], seller_names: Mapping[str, str]) -> dict[str, Any]:
    """The consignment's invoice with the certificates that were issued for it; often that is after it was closed.

    seller_names  handle -> name; one seller is not named beside its own certificate
    """
    words = [issued_words(each, seller_names.get(each.seller, "") if len(seller_names) > 1 else "") for each in issued]
    return said | {
        "proofs": [*said["proofs"], *words],
        "certificates": ", ".join([*filter(None, [said["certificates"]]), *(each.number for each in issued)]),
    }


def own_papers(refusal: Refusal | None = None) -> list[Paper]:
    """Packing list, invoice and data as lines of the list of papers."""
    found = getattr(refusal, "lacks", ())
    return [
        Paper(kind, names, why, source, forms_of(kind), True, found, None if found else refusal)
        for kind, (names, why, source) in OWN.items()
    ]


def merged(facts: ConsignmentFacts) -> list[tuple[str, Content]]:
    """The lines of the invoice, parcel by parcel, each with the order it belongs to."""
    return [(parcel.order_number, line) for parcel in facts.parcels for line in parcel.contents]


def content(kind: str, facts: ConsignmentFacts) -> dict[str, Any]:
    """What one paper of a consignment says. Refuses PaperIncomplete, PapersDisagree, ProofExpired, UnknownPaper."""
    check(facts)
    if kind not in KINDS:
        raise UnknownPaper("kind", kind=kind[:40])
    currency = facts.parcels[0].currency
    lines = merged(facts)
    goods = sum(line.value for _order, line in lines)
    net = sum(line.net_grams for _order, line in lines)
    gross = sum(parcel.gross_grams for parcel in facts.parcels)
    names = facts.country_names
    place = facts.loading if facts.terms in ("EXW", "FCA", "FOB") else facts.discharge
    common = {
        "kind": kind,
        "words": words(second_language(facts.country, copy=facts.copy)),
        "order_number": facts.number,
        "invoice_number": facts.invoice_number,
        "date": facts.on.isoformat(),
        "sender": paper_party(facts.exporter, names),
        "addressee": paper_party(facts.consignee, names),
        "seller_numbers": [list(pair) for pair in facts.exporter.numbers],
        "currency": currency,
        "goods": amount(goods, currency),
        "net_kg": kilograms(net),
        "gross_kg": kilograms(gross),
        "terms": facts.terms,
        "terms_place": place,
        "carrier": " · ".join(part for part in (facts.transport, facts.loading and f"{facts.loading} → {facts.discharge}") if part),
        "route": [names.get(facts.parcels[0].sender.country, facts.parcels[0].sender.country), names.get(facts.country, facts.country)],
    }
    if kind == PACKING:
        return common | {
            "packages": [
                {**package(parcel), "number": number, "seller": parcel.sender.name} for number, parcel in enumerate(facts.parcels, 1)
            ]
        }
    if kind == INVOICE:
        return common | {
            "ordered_on": "",
            "importer_numbers": [],
            "item_spaced": f"{len(facts.parcels)} CT",
            "lines": [
                {
                    "number": number,
                    "description": line.description,
                    "sku": f"{order} {line.sku}".strip(),
                    "quantity": line.quantity,
                    "net_kg": kilograms(line.net_grams),
                    "value": amount(line.value, currency),
                    "unit_value": amount(line.value // line.quantity, currency) if line.value % line.quantity == 0 else "",
                    "hs": spaced_hs(line.hs),
                    "origin": line.origin,
                }
                for number, (order, line) in enumerate(lines, 1)
            ],
            "freight": "",
            "insurance": "",
            "discount": "",
            "duty": "",
            "tax": "",
            "fees": "",
            "total": amount(goods, currency),
            "comments": "",
            "licences": ", ".join(proof.number for proof in _licences(facts) if proof.is_licence),
            "certificates": ", ".join(proof.number for proof in _licences(facts) if not proof.is_licence),
            "proofs": [f"{proof.name} {proof.number}" for proof in _licences(facts)],
            "valid_until": "",
            "paid": "",
            "statement": f"Orders in this consignment: {len(facts.parcels)}. We certify that this invoice is true and correct.",
        }
    return common | _data(facts, lines, goods=goods, net=net, gross=gross, currency=currency)


def by_code(lines: Sequence[tuple[str, Content]]) -> list[dict[str, Any]]:
    """The goods summed by HS code and origin, as a declaration wants them."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for _order, line in lines:
        row = found.setdefault(
            (line.hs, line.origin),
            {"hs": line.hs, "origin": line.origin, "description": line.description, "quantity": 0, "net_grams": 0, "value": 0},
        )
        row["quantity"] += line.quantity
        row["net_grams"] += line.net_grams
        row["value"] += line.value
    return [found[key] for key in sorted(found)]


def _data(
    facts: ConsignmentFacts, lines: Sequence[tuple[str, Content]], *, goods: int, net: int, gross: int, currency: str
) -> dict[str, Any]:
    rows = by_code(lines)
    declaration = way(gross, is_person=facts.exporter_is_person)
    fields = {
        "Declaration": f"{declaration} ({kilograms(gross)} kg gross; the line is {CN_GRAMS // 1000} kg)",
        "Exporter": ", ".join((facts.exporter.name, *facts.exporter.lines)),
        "Exporter's numbers": ", ".join(f"{label} {number}" for label, number in facts.exporter.numbers) or "none",
        "Consignee": ", ".join(part for part in (facts.consignee.name, *facts.consignee.lines, facts.consignee.phone) if part),
        "Transport": facts.transport or "not known yet",
        "Loading, discharge": " → ".join(part for part in (facts.loading, facts.discharge) if part) or "not known yet",
        "Departure": facts.on.isoformat(),
        "Delivery term": f"{facts.terms} {facts.loading if facts.terms in ('EXW', 'FCA', 'FOB') else facts.discharge}".strip(),
        "Packages": f"{len(facts.parcels)} CT",
        "Weight": f"net {kilograms(net)} kg, gross {kilograms(gross)} kg",
        "Dangerous goods": dangerous_goods.summary([line for _order, line in lines]),
        "FOB value": f"{currency} {amount(goods, currency)}",
        "Sellers": ", ".join(dict.fromkeys(parcel.sender.name for parcel in facts.parcels)),
    }
    return {
        "title": "Consignment data",
        "subtitle": f"{facts.name} · for the declarant · not the registered declaration",
        "status": "data for the filing, not certified",
        "declaration": declaration,
        "data": fields,
        "goods_by_code": [{**row, "value": amount(row["value"], currency), "net_kg": kilograms(row["net_grams"])} for row in rows],
        "parcels": [
            {
                "order": parcel.order_number,
                "item_number": parcel.item_number,
                "seller": parcel.sender.name,
                "gross_kg": kilograms(parcel.gross_grams),
            }
            for parcel in facts.parcels
        ],
        "fields": [{"number": "", "name": name, "lines": [value]} for name, value in fields.items()],
        "columns": ["No.", "Description", "HS", "Origin", "Quantity", "Net kg", f"Value {currency}"],
        "rows": [
            [
                str(number),
                row["description"],
                spaced_hs(row["hs"]),
                row["origin"],
                str(row["quantity"]),
                kilograms(row["net_grams"]),
                amount(row["value"], currency),
            ]
            for number, row in enumerate(rows, 1)
        ],
        "closing": [],
        "notes": ["Source: PMK 96/2023 art. 43 as changed by PMK 4/2025. A consolidator (PKBK) files the notes of many parcels together."],
    }
