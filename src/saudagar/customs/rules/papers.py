"""What the papers of a parcel abroad say, and when they are refused. Pure: facts in, plain data for a template out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from saudagar.customs.rules.s10 import is_identifier
from saudagar.foundation.money import decimals, major
from saudagar.foundation.refusals import Refusal

CN22, CN23, INVOICE = "cn22", "cn23", "invoice"
KINDS = (CN22, CN23, INVOICE)
CATEGORIES = ("gift", "documents", "sale", "sample", "return", "other")
CN22_LINES = 5  # what one label holds with descriptions in two languages
SDR_LIMIT = 300  # CN22 up to here, CN23 above: UPU Convention Regulations


class PaperIncomplete(Refusal):
    """Something a paper must say is not known. Facts: missing."""

    code = "paper_incomplete"
    status = 422
    words = {
        "id": "Dokumen belum bisa dicetak, belum ada: {missing}.",
        "en": "The paper cannot be printed yet; missing: {missing}.",
        "zh-hans": "单证暂不能打印，缺少：{missing}。",
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
    duty_paid: int = 0  # duty and tax charged at checkout
    category: str = "sale"
    explanation: str = ""
    terms: str = "DDP"
    comments: str = ""
    licences: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    office: str = ""
    operator: str = "Pos Indonesia"
    country_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def form_for(facts: ParcelFacts, sdr_rate: Fraction | None) -> str:
    """CN22 or CN23. Without a rate, or with many kinds of goods, CN23: it is right for any value."""
    if sdr_rate is None or len(facts.contents) > CN22_LINES:
        return CN23
    return CN22 if _value(facts) <= SDR_LIMIT * sdr_rate * 10 ** decimals(facts.currency) else CN23


def paper_facts(kind: str, facts: ParcelFacts, *, sdr_rate: Fraction | None = None) -> dict[str, Any]:
    """The data a template prints. Refuses a paper that would be incomplete, contradict itself, or be the wrong form.

    sdr_rate    units of the parcel's currency for one SDR
    """
    if kind not in KINDS:
        raise UnknownPaper("kind", kind=kind)
    _check(kind, facts)
    value = _value(facts)
    if kind == CN22 and len(facts.contents) > CN22_LINES:
        raise TooManyLines("kind", lines=len(facts.contents), most=CN22_LINES)
    if kind == CN22 and form_for(facts, sdr_rate) != CN22:
        limit = f"{float(SDR_LIMIT * sdr_rate):.2f}" if sdr_rate else "—"
        raise WrongForm("kind", value=str(major(value, facts.currency)), limit=limit, currency=facts.currency)
    return {
        "kind": kind,
        "item_number": facts.item_number,
        "item_spaced": _spaced(facts.item_number),
        "order_number": facts.order_number,
        "invoice_number": facts.invoice_number,
        "date": facts.posted_on.isoformat(),
        "sender": _party(facts.sender, facts.country_names),
        "addressee": _party(facts.addressee, facts.country_names),
        "lines": [
            {
                "number": number,
                "description": line.description,
                "sku": line.sku,
                "quantity": line.quantity,
                "net_kg": _kilograms(line.net_grams),
                "value": _amount(line.value, facts.currency),
                "unit_value": _unit(line, facts.currency),
                "hs": _hs(line.hs),
                "origin": line.origin,
            }
            for number, line in enumerate(facts.contents, 1)
        ],
        "currency": facts.currency,
        "goods": _amount(value, facts.currency),
        "net_kg": _kilograms(sum(line.net_grams for line in facts.contents)),
        "gross_kg": _kilograms(facts.gross_grams),
        "freight": _amount(facts.freight, facts.currency),
        "insurance": _amount(facts.insurance, facts.currency),
        "duty_paid": _amount(facts.duty_paid, facts.currency),
        "total": _amount(value + facts.freight + facts.insurance + facts.duty_paid, facts.currency),
        "category": facts.category,
        "explanation": facts.explanation,
        "terms": facts.terms,
        "comments": facts.comments,
        "licences": ", ".join(facts.licences),
        "certificates": ", ".join(facts.certificates),
        "office": facts.office,
        "operator": facts.operator,
    }


def _check(kind: str, facts: ParcelFacts) -> None:
    missing = [
        name
        for name, value in (
            ("item number", facts.item_number or kind == INVOICE),
            ("sender's name", facts.sender.name),
            ("sender's address", facts.sender.lines),
            ("addressee's name", facts.addressee.name),
            ("addressee's address", facts.addressee.lines),
            ("addressee's telephone", facts.addressee.phone or kind == CN22),
            ("contents", facts.contents),
            ("gross weight", facts.gross_grams > 0),
        )
        if not value
    ]
    for number, line in enumerate(facts.contents, 1):
        for name, known in (
            ("description", line.description.strip()),
            ("HS code", len(line.hs) >= 6 and line.hs.isdigit()),
            ("net weight", line.net_grams > 0),
            ("value", line.value > 0),
            ("quantity", line.quantity > 0),
            ("country of origin", len(line.origin) == 2),
        ):
            if not known:
                missing.append(f"{name} (line {number})")
    if missing:
        raise PaperIncomplete(missing=", ".join(missing))
    net = sum(line.net_grams for line in facts.contents)
    value = _value(facts)
    faults = []
    if net > facts.gross_grams:
        faults.append(f"net weight {net} g > gross weight {facts.gross_grams} g")
    if value != facts.goods_total:
        faults.append(f"contents {major(value, facts.currency)} ≠ goods of the order {major(facts.goods_total, facts.currency)}")
    if facts.category not in CATEGORIES:
        faults.append(f"category {facts.category}")
    if kind != INVOICE and not is_identifier(facts.item_number):
        faults.append(f"item number {facts.item_number}")
    elif kind != INVOICE and facts.item_number[11:] != facts.sender.country:
        faults.append(f"item number {facts.item_number} ≠ country of posting {facts.sender.country}")
    if facts.sender.country == facts.addressee.country:
        faults.append(f"sender and addressee both in {facts.sender.country}")
    if faults:
        raise PapersDisagree(fault="; ".join(faults))


def _value(facts: ParcelFacts) -> int:
    return sum(line.value for line in facts.contents)


def _party(party: Party, country_names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": party.name,
        "business": party.business,
        "lines": list(party.lines),
        "postal_code": party.postal_code,
        "country": country_names.get(party.country, party.country).upper(),
        "phone": party.phone,
        "email": party.email,
        "reference": party.reference,
    }


def _amount(minor: int, currency: str) -> str:
    return f"{major(minor, currency):,.{decimals(currency)}f}"


def _unit(line: Content, currency: str) -> str:
    """Price of one piece, when the line's value divides by its pieces."""
    return _amount(line.value // line.quantity, currency) if line.value % line.quantity == 0 else ""


def _kilograms(grams: int) -> str:
    return f"{grams // 1000}.{grams % 1000:03d}"


def _hs(code: str) -> str:
    return f"{code[:4]}.{code[4:6]}" + (f".{code[6:]}" if code[6:] else "")


def _spaced(item: str) -> str:
    """RR 123 456 785 ID, as printed below the bars."""
    return f"{item[:2]} {item[2:5]} {item[5:8]} {item[8:11]} {item[11:]}" if len(item) == 13 else item
