"""What the papers of a parcel abroad say, and when they are refused. Pure: facts in, plain data for a template out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.promised import Promised, declared
from saudagar.customs.rules.words import second_language, words
from saudagar.foundation.money import decimals, major
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.shipping.rules.dangerous import NOTHING, Carriage, DangerousGoodsBarred, DangerousGoodsUnstated, Hazard, Said
from saudagar.shipping.rules.s10 import is_identifier

CN22, CN23, INVOICE, PROFORMA, PACKING_LIST = "cn22", "cn23", "invoice", "proforma", "packing_list"
KINDS = (CN22, CN23, INVOICE, PROFORMA, PACKING_LIST)
POSTAL = (CN22, CN23)
PROFORMA_DAYS = 14  # a seller's usual promise, no law
CATEGORIES = ("gift", "documents", "sale", "sample", "return", "other")
CN22_LINES = 5  # what one label holds with descriptions in two languages
SDR_LIMIT = 300  # CN22 up to here, CN23 above: UPU Convention Regulations


class PaperIncomplete(Refusal):
    """Something a paper must say is not known. Facts: missing, mend (what, line, and the place where it is mended)."""

    code = "paper_incomplete"
    status = 422
    words = {
        "id": "Dokumen belum bisa dicetak, belum ada: {missing}.",
        "en": "The paper cannot be printed yet; missing: {missing}.",
        "zh-hans": "单证暂不能打印，缺少：{missing}。",
    }

    def __init__(self, field: str | None = None, *, lacks: Sequence[Lack] = ()) -> None:
        super().__init__(field, missing=", ".join(lack.words("en") for lack in lacks), mend=[lack.data("en") for lack in lacks])
        self.lacks = tuple(lacks)

    def message(self, language: str | None = "en") -> str:
        return self.words[spoken(language)].format(missing=", ".join(lack.words(language) for lack in self.lacks))


class ProofExpired(Refusal):
    """A licence, certificate or proof of origin that the paper names ended before the day of posting. Facts: proof, number, ended_on."""

    code = "proof_expired"
    status = 409
    words = {
        "id": "{proof} {number} sudah berakhir pada {ended_on}. Perbarui di halaman produk.",
        "en": "{proof} {number} ended on {ended_on}. Renew it on the product's page.",
        "zh-hans": "{proof} {number} 已于 {ended_on} 到期，请在商品页面更新。",
    }


class PapersDisagree(Refusal):
    """Weights, values or codes contradict each other. Facts: fault."""

    code = "papers_disagree"
    status = 409
    words = {
        "id": "Isi dokumen saling bertentangan: {fault}.",
        "en": "The papers contradict each other: {fault}.",
        "zh-hans": "单证内容互相矛盾：{fault}。",
    }


class WrongForm(Refusal):
    """CN22 is for up to 300 SDR; above it is CN23. Facts: value, limit, currency."""

    code = "wrong_customs_form"
    status = 409
    words = {
        "id": "Nilai {currency} {value} di atas 300 SDR ({limit}): pakai CN23.",
        "en": "{currency} {value} is above 300 SDR ({limit}): use CN23.",
        "zh-hans": "价值 {currency} {value} 超过 300 SDR（{limit}），请使用 CN23。",
    }


class TooManyLines(Refusal):
    """More kinds of goods than a CN22 has room for: CN23 goes over to a second page. Facts: lines, most."""

    code = "too_many_lines_for_cn22"
    status = 409
    words = {
        "id": "Isi {lines} baris tidak muat di CN22 (paling banyak {most}): pakai CN23.",
        "en": "{lines} lines do not fit on a CN22 ({most} at most): use CN23.",
        "zh-hans": "{lines} 行内容超出 CN22 的 {most} 行，请使用 CN23。",
    }


class UnknownPaper(Refusal):
    """No such paper. Facts: kind."""

    code = "unknown_paper"
    status = 404
    words = {
        "id": "Tidak ada dokumen {kind}.",
        "en": "There is no paper {kind}.",
        "zh-hans": "没有单证 {kind}。",
    }


@dataclass(frozen=True, slots=True)
class Party:
    """Sender or addressee. lines: street and town as written there, without the country."""

    name: str
    lines: tuple[str, ...]
    country: str
    postal_code: str = ""
    business: str = ""
    phone: str = ""
    email: str = ""
    reference: str = ""  # tax or importer's number
    town: str = ""  # the named place of an Incoterm
    numbers: tuple[tuple[str, str], ...] = ()  # what the state knows it by: (("NPWP", "…"), ("NIB", "…"))


@dataclass(frozen=True, slots=True)
class Content:
    """One line of contents; value in minor units and net weight for all its pieces."""

    description: str
    quantity: int
    net_grams: int
    value: int
    hs: str
    origin: str
    sku: str = ""
    product: str = ""  # handle: where it is mended
    gtin: str = ""
    duty: int = 0
    tax: int = 0
    details: "Details | None" = None
    hazard: Hazard | None = None  # dangerous goods, or goods that may be
    said: Said = NOTHING  # what the seller stated of them
    sds: str = ""  # number of the safety data sheet that an officer accepted
    gross_grams: int = 0  # of all its pieces as they are sent; 0: not known


@dataclass(frozen=True, slots=True)
class Details:
    """What papers ask of a product beyond the catalogue; empty where the seller has not said it."""

    title_zh: str = ""
    criterion: str = ""  # of origin: WO, PE, CTH, CTSH, RVC, PSR
    regional_value: int = 0  # per cent
    ingredients_zh: str = ""
    storage_zh: str = ""
    shelf_life_days: int = 0
    importer_name: str = ""
    importer_address: str = ""
    importer_phone: str = ""
    gacc: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A licence, certificate or proof of origin that travels with the goods."""

    kind: str
    name: str
    number: str
    valid_until: date | None = None
    is_licence: bool = False  # field 12 of the CN23; else a certificate, field 13


@dataclass(frozen=True, slots=True)
class Paid:
    """How the order was paid: for China's payment message and the proforma."""

    gateway: str
    method: str
    reference: str
    on: str  # moment, ISO 8601
    amount: int  # what this order had of it


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """Everything the papers of one parcel say, from the order's customs snapshot and the parcel."""

    item_number: str  # S10 on postal lanes, else the carrier's waybill
    order_number: str
    invoice_number: str
    posted_on: date
    sender: Party
    addressee: Party
    contents: tuple[Content, ...]
    currency: str
    goods_total: int  # what the order says its goods cost: must agree with the contents
    gross_grams: int
    freight: int = 0
    insurance: int = 0
    duty: int = 0  # charged at checkout
    tax: int = 0
    fees: int = 0
    discount: int = 0  # already taken off the contents
    order_total: int | None = None  # what the order says it costs: must agree with the sum of all parts
    category: str = "sale"
    explanation: str = ""
    terms: str = "DDP"
    comments: str = ""
    proofs: tuple[Proof, ...] = ()
    buyer_identity: str = ""  # what the number is called that customs there asks of the buyer; the number itself is on no paper
    buyer_number: str = ""  # masked: "•••••••••9012"
    importer_numbers: tuple[tuple[str, str], ...] = ()  # of the scheme that collected: (("IOSS", "IM…"),)
    lacking_numbers: tuple[str, ...] = ()  # the scheme that collected has a number, and nobody has entered it
    platform_number: str = ""  # as a marketplace (PPMSE)
    ebp_code: str = ""  # what China's customs know the platform by
    office: str = ""
    operator: str = "Pos Indonesia"
    carrier: str = ""
    service: str = ""
    size_mm: tuple[int, int, int] = (0, 0, 0)
    order_handle: str = ""
    seller: str = ""  # handle of the business
    ordered_on: date | None = None
    dispatch_region: str = ""  # of the pool: "11.04", "Kabupaten Aceh Tengah, Aceh"
    mode: str = ""
    scheme: str = ""
    seller_is_person: bool = False
    seller_nik: str = ""  # where there is no NPWP: for Indonesia's customs only, on no paper that travels
    paid: Paid | None = None
    service_name: str = ""
    carriage: Carriage | None = None  # which dangerous goods its service carries; None: not known
    promised: tuple[Promised, ...] = ()  # proofs of origin that the order was priced with
    copy: str = ""  # "id": the seller's copy, with Indonesian beside the English
    country_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def form_for(facts: ParcelFacts, sdr_rate: Fraction | None) -> str:
    """CN22 or CN23. Without a rate, or with many kinds of goods, CN23: it is right for any value."""
    if sdr_rate is None or len(facts.contents) > CN22_LINES:
        return CN23
    return CN22 if goods_value(facts) <= SDR_LIMIT * sdr_rate * 10 ** decimals(facts.currency) else CN23


def paper_facts(kind: str, facts: ParcelFacts, *, sdr_rate: Fraction | None = None) -> dict[str, Any]:
    """The data a template prints. Refuses a paper that would be incomplete, contradict itself, or be the wrong form.

    sdr_rate    units of the parcel's currency for one SDR
    """
    if kind not in KINDS:
        raise UnknownPaper("kind", kind=kind)
    _check(kind, facts)
    value = goods_value(facts)
    place = facts.sender if facts.terms in ("EXW", "FCA", "FOB") else facts.addressee
    if kind == CN22 and len(facts.contents) > CN22_LINES:
        raise TooManyLines("kind", lines=len(facts.contents), most=CN22_LINES)
    if kind == CN22 and form_for(facts, sdr_rate) != CN22:
        limit = f"{float(SDR_LIMIT * sdr_rate):.2f}" if sdr_rate else "—"
        raise WrongForm("kind", value=str(major(value, facts.currency)), limit=limit, currency=facts.currency)
    second = second_language(facts.addressee.country, copy=facts.copy)
    return {
        "kind": kind,
        "words": words(second),
        "item_number": facts.item_number,
        "item_spaced": _spaced(facts.item_number),
        "order_number": facts.order_number,
        "invoice_number": facts.invoice_number,
        "date": facts.posted_on.isoformat(),
        "sender": paper_party(facts.sender, facts.country_names),
        "addressee": _addressee(kind, facts),
        "lines": [
            {
                "number": number,
                "description": line.description,
                "sku": line.sku,
                "quantity": line.quantity,
                "net_kg": kilograms(line.net_grams),
                "value": amount(line.value, facts.currency),
                "unit_value": _unit(line, facts.currency),
                "hs": spaced_hs(line.hs),
                "origin": line.origin,
            }
            for number, line in enumerate(facts.contents, 1)
        ],
        "currency": facts.currency,
        "goods": amount(value, facts.currency),
        "net_kg": kilograms(sum(line.net_grams for line in facts.contents)),
        "gross_kg": kilograms(facts.gross_grams),
        "freight": amount(facts.freight, facts.currency),
        "insurance": amount(facts.insurance, facts.currency),
        "discount": amount(facts.discount, facts.currency) if facts.discount else "",
        "duty": amount(facts.duty, facts.currency),
        "tax": amount(facts.tax, facts.currency),
        "fees": amount(facts.fees, facts.currency) if facts.fees else "",
        "total": amount(total(facts), facts.currency),
        "category": facts.category,
        "explanation": facts.explanation,
        "terms": facts.terms,
        "terms_place": " ".join(part for part in (place.town, _country(place.country, facts.country_names)) if part),
        "ordered_on": facts.ordered_on.isoformat() if facts.ordered_on else "",
        "seller_numbers": [list(pair) for pair in facts.sender.numbers],
        "importer_numbers": [list(pair) for pair in facts.importer_numbers],
        "statement": _statement(facts) if kind in (INVOICE, PROFORMA) else "",
        "valid_until": (facts.posted_on + timedelta(days=PROFORMA_DAYS)).isoformat() if kind == PROFORMA else "",
        "paid": f"{facts.paid.method} {facts.paid.on[:10]}" if facts.paid else "",
        "carrier": " ".join(part for part in (facts.operator, facts.service) if part),
        "route": [_country(facts.sender.country, facts.country_names), _country(facts.addressee.country, facts.country_names)],
        "packages": [package(facts)],
        "comments": facts.comments,
        "licences": ", ".join(proof.number for proof in facts.proofs if proof.is_licence),
        "certificates": ", ".join(proof.number for proof in facts.proofs if not proof.is_licence),
        "proofs": [f"{proof.name} {proof.number}" for proof in facts.proofs],
        "office": facts.office,
        "operator": facts.operator,
    }


def _check(kind: str, facts: ParcelFacts) -> None:
    refuse_lacking(lacks(kind, facts))
    if kind in (CN23, INVOICE):
        refuse_expired(facts)
    refuse_disagreeing(kind, facts)
    if kind in POSTAL:  # the form certifies that no dangerous article is inside
        refuse_barred(facts)


def refuse_barred(facts: ParcelFacts) -> None:
    """Refuses goods that the parcel's service does not carry, and those of which nobody has said whether they are such."""
    for line in facts.contents:
        if line.hazard is not None and facts.carriage is not None and facts.carriage.bars(line.hazard):
            if not line.hazard.is_known:
                raise DangerousGoodsUnstated(goods=line.description, service=facts.service_name)
            raise DangerousGoodsBarred(goods=line.description, un=line.hazard.goods.un, service=facts.service_name)


def lacks(kind: str, facts: ParcelFacts) -> list[Lack]:
    """What a paper must say and the facts do not."""
    found = [
        Lack(code)
        for code, value in (
            ("item_number", facts.item_number or kind not in POSTAL),
            ("sender_name", facts.sender.name),
            ("sender_address", facts.sender.lines),
            ("addressee_name", facts.addressee.name),
            ("addressee_address", facts.addressee.lines),
            ("addressee_phone", facts.addressee.phone or kind == CN22),
            ("contents", facts.contents),
            ("gross_weight", facts.gross_grams > 0),
        )
        if not value
    ]
    if kind in (CN23, INVOICE):
        found += [Lack("platform_number", detail=name) for name in facts.lacking_numbers]
    for number, line in enumerate(facts.contents, 1):
        for code, known in (
            ("description", line.description.strip()),
            ("hs", len(line.hs) >= 6 and line.hs.isdigit()),
            ("net_weight", line.net_grams > 0),
            ("value", line.value > 0),
            ("quantity", line.quantity > 0),
            ("origin", len(line.origin) == 2),
        ):
            if not known:
                found.append(Lack(code, number))
    return found


def refuse_lacking(found: Sequence[Lack]) -> None:
    if found:
        raise PaperIncomplete(lacks=found)


def refuse_expired(facts: ParcelFacts) -> None:
    for proof in facts.proofs:
        if proof.valid_until is not None and proof.valid_until < facts.posted_on:
            raise ProofExpired(proof.kind, proof=proof.name, number=proof.number, ended_on=proof.valid_until.isoformat())


def refuse_disagreeing(kind: str, facts: ParcelFacts) -> None:
    """Weights, values, codes, numbers and countries that contradict each other."""
    net = sum(line.net_grams for line in facts.contents)
    value = goods_value(facts)
    faults = []
    if net > facts.gross_grams:
        faults.append(f"net weight {net} g > gross weight {facts.gross_grams} g")
    if value != facts.goods_total:
        faults.append(f"contents {major(value, facts.currency)} ≠ goods of the order {major(facts.goods_total, facts.currency)}")
    elif facts.order_total is not None and total(facts) != facts.order_total:
        faults.append(f"sum of all parts {major(total(facts), facts.currency)} ≠ order {major(facts.order_total, facts.currency)}")
    if facts.category not in CATEGORIES:
        faults.append(f"category {facts.category}")
    if kind in POSTAL and not is_identifier(facts.item_number):
        faults.append(f"item number {facts.item_number}")
    elif kind in POSTAL and facts.item_number[11:] != facts.sender.country:
        faults.append(f"item number {facts.item_number} ≠ country of posting {facts.sender.country}")
    if facts.sender.country == facts.addressee.country:
        faults.append(f"sender and addressee both in {facts.sender.country}")
    if faults:
        raise PapersDisagree(fault="; ".join(faults))


def total(facts: ParcelFacts) -> int:
    """What the buyer pays for this parcel, minor units."""
    return goods_value(facts) + facts.freight + facts.insurance + facts.duty + facts.tax + facts.fees


def package(facts: ParcelFacts) -> dict[str, Any]:
    """One box of a packing list. Its type: CT, carton (UN/ECE Rec 21)."""
    length, width, height = facts.size_mm
    return {
        "number": 1,
        "marks": facts.item_number or facts.order_number,
        "type": "CT",
        "size_cm": f"{length / 10:g} × {width / 10:g} × {height / 10:g}" if length and width and height else "",
        "volume_m3": f"{length * width * height / 1e9:.4f}" if length and width and height else "",
        "net_kg": kilograms(sum(line.net_grams for line in facts.contents)),
        "gross_kg": kilograms(facts.gross_grams),
        "contents": [
            {
                "description": line.description,
                "sku": line.sku,
                "hs": spaced_hs(line.hs),
                "origin": line.origin,
                "quantity": line.quantity,
                "net_kg": kilograms(line.net_grams),
            }
            for line in facts.contents
        ],
    }


def _statement(facts: ParcelFacts) -> str:
    origins = sorted({line.origin for line in facts.contents})
    named = ", ".join(facts.country_names.get(code, code) for code in origins)
    paid = " Import duty and tax were charged to the buyer at checkout." if facts.terms == "DDP" and facts.duty + facts.tax else ""
    origin = "".join(f" {sentence}" for sentence in declared(facts.promised))
    if origin:
        origin = f" As the exporter of these goods we declare their preferential origin.{origin}"
    return f"We certify that this invoice is true and correct and that the goods were made in {named}.{paid}{origin}"


def _country(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)


def goods_value(facts: ParcelFacts) -> int:
    return sum(line.value for line in facts.contents)


def _addressee(kind: str, facts: ParcelFacts) -> dict[str, Any]:
    """On the CN23 with what the number is called that customs there asks for, so that nobody thinks it was forgotten. The number itself
    is sealed and travels with the electronic data: a paper on a parcel is read by everybody."""
    party = paper_party(facts.addressee, facts.country_names)
    if kind == CN23 and facts.buyer_identity:
        named = f"{facts.buyer_identity}: with the electronic data"
        party["reference"] = ", ".join(part for part in (party["reference"], named) if part)
    return party


def paper_party(party: Party, country_names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": party.name,
        "business": party.business,
        "lines": list(party.lines),
        "postal_code": party.postal_code,
        "country": _country(party.country, country_names).upper(),
        "numbers": [list(pair) for pair in party.numbers],
        "phone": party.phone,
        "email": party.email,
        "reference": party.reference,
    }


def amount(minor: int, currency: str) -> str:
    return f"{major(minor, currency):,.{decimals(currency)}f}"


def _unit(line: Content, currency: str) -> str:
    """Price of one piece, when the line's value divides by its pieces."""
    return amount(line.value // line.quantity, currency) if line.value % line.quantity == 0 else ""


def kilograms(grams: int) -> str:
    return f"{grams // 1000}.{grams % 1000:03d}"


def spaced_hs(code: str) -> str:
    return f"{code[:4]}.{code[4:6]}" + (f".{code[6:]}" if code[6:] else "")


def _spaced(item: str) -> str:
    """RR 123 456 785 ID, as printed below the bars."""
    return f"{item[:2]} {item[2:5]} {item[5:8]} {item[8:11]} {item[11:]}" if len(item) == 13 else item
