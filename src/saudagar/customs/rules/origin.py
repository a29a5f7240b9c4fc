"""Application data for proofs of origin: the thirteen boxes of the ASEAN forms, filled from the parcel. Pure.

What comes out is what a seller (or e-SKA) types into the application; it is no certificate. Which form fits a destination is said
by the rulebook: the tariff rows of an agreement name their proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import (
    PROFORMA,
    Content,
    PapersDisagree,
    ParcelFacts,
    amount,
    lacks,
    refuse_disagreeing,
    refuse_lacking,
    spaced_hs,
)

CRITERIA = ("WO", "PE", "CTH", "CTSH", "RVC", "PSR")
NEEDS_FOB = frozenset({"RVC"})  # the FOB value stands on the form for goods that qualify by value content only (ACFTA since 2019: G)
IN_TIME = timedelta(days=3)  # later than this after shipment it is issued retroactively (G)


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of certificate of origin that Indonesia issues, as application data."""

    title: str
    agreement: str
    issued_by: str = "e-SKA, Ministry of Trade of Indonesia"


FORMS: Mapping[str, Form] = {
    "form_e": Form("Form E", "ASEAN–China (ACFTA)"),
    "form_d": Form("Form D", "ASEAN Trade in Goods Agreement (ATIGA)"),
    "form_rcep": Form("Form RCEP", "Regional Comprehensive Economic Partnership"),
    "form_aanz": Form("Form AANZ", "ASEAN–Australia–New Zealand (AANZFTA)"),
    "form_ak": Form("Form AK", "ASEAN–Korea (AKFTA)"),
    "form_ik": Form("Form IK-CEPA", "Indonesia–Korea CEPA"),
    "form_aj": Form("Form AJ", "ASEAN–Japan (AJCEP)"),
    "form_ijepa": Form("Form IJEPA", "Indonesia–Japan EPA"),
    "form_ai": Form("Form AI", "ASEAN–India (AIFTA)"),
    "form_ahk": Form("Form AHK", "ASEAN–Hong Kong (AHKFTA)"),
    "form_ia": Form("Form IA-CEPA", "Indonesia–Australia CEPA"),
    "form_iu": Form("Form IU", "Indonesia–United Arab Emirates CEPA"),
    "form_a": Form("Form A", "Generalised System of Preferences"),
}
DECLARATION = "origin_declaration"
DECLARATIONS = frozenset({DECLARATION, "rex_statement"})  # proofs that the exporter makes on the invoice: no form to apply for

BOXES = {
    "1": "Goods consigned from (exporter's name, address, country)",
    "2": "Goods consigned to (consignee's name, address, country)",
    "3": "Means of transport and route: departure date, vessel or flight, port of discharge",
    "4": "For official use",
    "11": "Declaration by the exporter: country of production, importing country, place and date, signature",
    "12": "Certification",
    "13": "Ticks: issued retroactively, movement certificate, exhibition, third-party invoicing",
}


def form_of(kind: str, *, name: str = "", agreement: str = "") -> Form:
    """The form of a rulebook paper; one we have no table for keeps the rulebook's own name."""
    return FORMS.get(kind) or Form(name or kind, agreement)


def application(kind: str, form: Form, facts: ParcelFacts, *, on: date) -> dict[str, Any]:
    """Boxes 1 to 13 for one parcel. on: the day of the application.

    Refuses PaperIncomplete (also a criterion nobody has stated), PapersDisagree (a criterion the goods cannot have).
    """
    refuse_lacking(origin_lacks(facts))
    refuse_disagreeing(PROFORMA, facts)
    dispatch = facts.sender.country
    foreign = [str(number) for number, line in enumerate(facts.contents, 1) if line.origin != dispatch]
    if foreign:
        raise PapersDisagree(fault=f"{form.title} is for goods of {dispatch} origin; other origin in line {', '.join(foreign)}")
    exporter, consignee = facts.sender, facts.addressee
    names = facts.country_names
    is_late = on > facts.posted_on + IN_TIME
    items = [_item(number, line, facts) for number, line in enumerate(facts.contents, 1)]
    return {
        "kind": kind,
        "title": form.title,
        "subtitle": f"{form.agreement} · application data, not the certificate",
        "status": "application data, not a certificate",
        "agreement": form.agreement,
        "issued_by": form.issued_by,
        "reference": "",  # given by the issuing body, top right
        "order_number": facts.order_number,
        "fields": [
            _box("1", [exporter.name, *exporter.lines, names.get(dispatch, dispatch)]),
            _box("2", [consignee.name, *consignee.lines, names.get(consignee.country, consignee.country)]),
            _box(
                "3",
                [
                    f"Departure date {facts.posted_on.isoformat()}",
                    " ".join(part for part in (facts.operator, facts.service, facts.item_number) if part) or "carrier not booked yet",
                    f"To {names.get(consignee.country, consignee.country)}",
                ],
            ),
            _box("4", []),
        ],
        "columns": ["5 Item", "6 Marks", "7 Packages, description, HS", "8 Criterion", "9 Quantity, net weight, FOB", "10 Invoice"],
        "rows": [
            [
                str(item["item"]),
                item["marks"],
                f"{item['packages']} {item['description']} HS {item['hs']}".strip(),
                item["criterion"],
                "; ".join(part for part in (item["quantity"], item["net_weight"], item["fob"] and f"FOB {item['fob']}") if part),
                f"{item['invoice']} {item['invoice_date']}",
            ]
            for item in items
        ],
        "items": items,
        "closing": [
            _box("11", [f"Produced in {names.get(dispatch, dispatch)}, for export to {names.get(consignee.country, consignee.country)}"]),
            _box("12", []),
            _box(
                "13",
                [
                    f"[{'x' if is_late else ' '}] Issued retroactively",
                    "[ ] Movement certificate",
                    "[ ] Exhibition",
                    "[ ] Third-party invoicing",
                ],
            ),
        ],
        "ticks": {"issued_retroactively": is_late, "movement_certificate": False, "exhibition": False, "third_party_invoicing": False},
        "gross_weight_kg": f"{facts.gross_grams / 1000:.3f}",
        "notes": [
            "Boxes 4 and 12 are filled by the authorities. Check the criterion of box 8 against the product's rule before you apply."
        ],
    }


def origin_lacks(facts: ParcelFacts) -> list[Lack]:
    found = lacks(PROFORMA, facts)
    for number, line in enumerate(facts.contents, 1):
        if line.details is None or line.details.criterion not in CRITERIA:
            found.append(Lack("criterion", number))
        elif line.details.criterion == "RVC" and not 1 <= line.details.regional_value <= 100:
            found.append(Lack("regional_value", number))
    return found


def _item(number: int, line: Content, facts: ParcelFacts) -> dict[str, Any]:
    assert line.details is not None  # origin_lacks has refused
    criterion = line.details.criterion
    return {
        "item": number,
        "marks": (facts.item_number or facts.order_number) if number == 1 else "",
        "packages": "1 (one) carton:" if number == 1 else "",
        "description": line.description,
        "hs": spaced_hs(line.hs),
        "criterion": f"RVC {line.details.regional_value} %" if criterion == "RVC" else criterion,
        "quantity": f"{line.quantity} pieces",
        "net_weight": f"{line.net_grams / 1000:.3f} kg net",
        "fob": f"{facts.currency} {amount(line.value, facts.currency)}" if criterion in NEEDS_FOB else "",
        "invoice": facts.invoice_number,
        "invoice_date": facts.posted_on.isoformat(),
    }


def declaration(facts: ParcelFacts, *, agreement: str = "", limit: str = "") -> dict[str, Any]:
    """The exporter's own declaration of origin. agreement, limit: a preference that accepts it up to that value, without a certificate.

    It claims the agreement's rules only where the seller has stated the criterion of all its goods.
    """
    refuse_lacking(lacks(PROFORMA, facts))
    refuse_disagreeing(PROFORMA, facts)
    if origin_lacks(facts) or any(line.origin != facts.sender.country for line in facts.contents):
        agreement = limit = ""
    names = facts.country_names
    origins = sorted({line.origin for line in facts.contents})
    made_in = ", ".join(names.get(code, code) for code in origins)
    second = f" They meet the rules of origin of {agreement}." if agreement else ""
    value = sum(line.value for line in facts.contents)
    return {
        "kind": DECLARATION,
        "title": "Exporter's declaration of origin",
        "subtitle": f"Invoice {facts.invoice_number} · {facts.posted_on.isoformat()}",
        "status": "declaration of the exporter, valid with the signature",
        "agreement": agreement,
        "limit": limit,
        "order_number": facts.order_number,
        "fields": [
            _plain("Exporter", [facts.sender.name, *facts.sender.lines, names.get(facts.sender.country, facts.sender.country)]),
            _plain("Exporter's numbers", [f"{label} {number}" for label, number in facts.sender.numbers]),
            _plain(
                "Consignee", [facts.addressee.name, *facts.addressee.lines, names.get(facts.addressee.country, facts.addressee.country)]
            ),
            _plain("Value of the goods", [f"{facts.currency} {amount(value, facts.currency)}"]),
        ],
        "columns": ["Item", "Description", "HS", "Quantity", "Net weight", "Origin"],
        "rows": [
            [str(number), line.description, spaced_hs(line.hs), str(line.quantity), f"{line.net_grams / 1000:.3f} kg", line.origin]
            for number, line in enumerate(facts.contents, 1)
        ],
        "closing": [
            _plain("Declaration", [f"As the exporter of these goods I declare that they were produced in {made_in}.{second}"]),
            _plain("Place, date, name and signature", ["", ""]),
        ],
        "notes": [f"Accepted instead of a certificate up to {limit}."] if limit else [],
    }


def _box(number: str, lines: list[str]) -> dict[str, Any]:
    return {"number": number, "name": BOXES[number], "lines": [line for line in lines if line]}


def _plain(name: str, lines: list[str]) -> dict[str, Any]:
    return {"number": "", "name": name, "lines": lines}
