"""Application data for proofs of origin: the thirteen boxes of the ASEAN forms, filled from the parcel. Pure.

What comes out is what a seller (or e-SKA) types into the application; it is no certificate. Which form fits a destination is said
by the rulebook: the tariff rows of an agreement name their proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from saudagar.catalogue.rules.origin import CRITERIA
from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import (
    PROFORMA,
    Content,
    PapersDisagree,
    ParcelFacts,
    amount,
    kilograms,
    lacks,
    refuse_disagreeing,
    refuse_lacking,
    spaced_hs,
)
from saudagar.customs.rules.promised import declared as declarations
from saudagar.customs.rules.promised import refuse_taken_back

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
    "form_d8": Form("Form D-8", "D-8 Preferential Trade Agreement"),
    "form_a": Form("Form A", "Generalised System of Preferences"),
}
DECLARATION = "origin_declaration"
DECLARATIONS = frozenset({DECLARATION, "rex_statement"})  # proofs that the exporter makes on the invoice: no form to apply for

# Forms whose agreement calls every invoice of somebody else than the exporter third-party invoicing, also one made in the same
# country (RCEP art. 3.20: G). The others mean an invoice from a third country.
ANY_OTHER_INVOICE = frozenset({"form_rcep"})

BOXES = {
    "1": "Goods consigned from (exporter's name, address, country)",
    "2": "Goods consigned to (consignee's name, address, country)",
    "3": "Means of transport and route: departure date, vessel or flight, port of discharge",
    "4": "For official use",
    "11": "Declaration by the exporter: country of production, importing country, place and date, signature",
    "12": "Certification",
    "13": "Ticks: issued retroactively, movement certificate, exhibition, third-party invoicing",
}


@dataclass(frozen=True, slots=True)
class Journey:
    """How the goods of an application travel: boxes 3, 6, 7 and 10."""

    transport: tuple[str, ...]  # lines of box 3
    marks: tuple[str, ...]
    packages: int = 1
    invoiced_by: str = ""  # where the invoice is not the exporter's own


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
    there = facts.country_names.get(facts.addressee.country, facts.addressee.country)
    journey = Journey(
        transport=(
            f"Departure date {facts.posted_on.isoformat()}",
            " ".join(part for part in (facts.operator, facts.service, facts.item_number) if part) or "carrier not booked yet",
            f"To {there}",
        ),
        marks=(facts.item_number or facts.order_number,),
    )
    return filled(kind, form, facts, journey, on=on)


def filled(kind: str, form: Form, facts: ParcelFacts, journey: Journey, *, on: date) -> dict[str, Any]:
    """The boxes, of facts that have been checked: of a parcel, or of one exporter's goods in a consignment."""
    dispatch, exporter, consignee = facts.sender.country, facts.sender, facts.addressee
    names = facts.country_names
    grams = gross_shares(as_sent(facts.contents), facts.gross_grams)
    items = [_item(number, line, gross, facts, journey) for number, (line, gross) in enumerate(zip(facts.contents, grams, strict=True), 1)]
    value = f"{facts.currency} {amount(sum(line.value for line in facts.contents), facts.currency)}"
    return dated(
        {
            "kind": kind,
            "title": form.title,
            "subtitle": f"{form.agreement} · application data, not the certificate",
            "status": "application data, not a certificate",
            "agreement": form.agreement,
            "issued_by": form.issued_by,
            "reference": "",  # given by the issuing body, top right
            "order_number": facts.order_number,
            "date": facts.posted_on.isoformat(),
            "fields": [
                _box("1", [exporter.name, *exporter.lines, names.get(dispatch, dispatch)]),
                _box("2", [consignee.name, *consignee.lines, names.get(consignee.country, consignee.country)]),
                _box("3", list(journey.transport)),
                _box("4", []),
            ],
            "columns": ["5 Item", "6 Marks", "7 Packages, description, HS", "8 Criterion", "9 Gross weight or quantity, FOB", "10 Invoice"],
            "shares": [0, 1.3, 2.4, 0, 1.5, 1.3],
            "rows": [
                [
                    str(item["item"]),
                    item["marks"],
                    f"{item['packages']} {item['description']} HS {item['hs']}".strip(),
                    item["criterion"],
                    "; ".join(part for part in (item["quantity"], item["gross_weight"], item["fob"] and f"FOB {item['fob']}") if part),
                    f"{item['invoice']} {item['invoice_date']}",
                ]
                for item in items
            ],
            "items": items,
            "closing": [
                _box(
                    "11", [f"Produced in {names.get(dispatch, dispatch)}, for export to {names.get(consignee.country, consignee.country)}"]
                ),
                _box("12", []),
                _box("13", []),
            ],
            "ticks": {
                "issued_retroactively": False,
                "movement_certificate": False,
                "exhibition": False,
                "third_party_invoicing": bool(journey.invoiced_by) and kind in ANY_OTHER_INVOICE,
            },
            "packages": journey.packages,
            "marks": list(journey.marks),
            "net_weight_kg": kilograms(sum(line.net_grams for line in facts.contents)),
            "gross_weight_kg": kilograms(facts.gross_grams),
            "fob_value": value,
            "invoiced_by": journey.invoiced_by,
            "notes": [
                "Boxes 4 and 12 are filled by the authorities. Check the criterion of box 8 against the product's rule before you apply."
            ],
        },
        on=on,
    )


def dated(said: dict[str, Any], *, on: date) -> dict[str, Any]:
    """The same application on another day: later than three days after shipment it asks for issue in retrospect."""
    ticks = said["ticks"] | {"issued_retroactively": on > date.fromisoformat(said["date"]) + IN_TIME}
    lines = [
        f"[{'x' if is_set else ' '}] {name.replace('_', ' ').replace('third party', 'third-party').capitalize()}"
        for name, is_set in ticks.items()
    ]
    return said | {"ticks": ticks, "closing": [*said["closing"][:-1], _box("13", lines)]}


def origin_lacks(facts: ParcelFacts) -> list[Lack]:
    return [*lacks(PROFORMA, facts), *criterion_lacks(facts.contents)]


def criterion_lacks(contents: Sequence[Content]) -> list[Lack]:
    """Lines whose reason for being of their origin nobody has stated."""
    found = []
    for number, line in enumerate(contents, 1):
        if line.details is None or line.details.criterion not in CRITERIA:
            found.append(Lack("criterion", number))
        elif line.details.criterion == "RVC" and not 1 <= line.details.regional_value <= 100:
            found.append(Lack("regional_value", number))
    return found


def spelled(number: int) -> str:
    """Numbers of packages, as certificates want them beside the figure. Below 1000.

    >>> spelled(1), spelled(42), spelled(500), spelled(310)
    ('one', 'forty-two', 'five hundred', 'three hundred ten')
    """
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    return f"{_ONES[number // 100]} hundred" + (f" {spelled(number % 100)}" if number % 100 else "")


_ONES = tuple("zero one two three four five six seven eight nine ten eleven twelve".split()) + tuple(  # noqa: SIM905 (read as a list)
    f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")
)
_TENS = ("", "", *(f"{stem}ty" for stem in ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")))
MOST_MARKS = 12  # what box 6 holds; more are on the packing list


def as_sent(contents: Sequence[Content]) -> list[int]:
    """What the lines weigh with their own packing, where that is known of all; else their net weights."""
    gross = [line.gross_grams for line in contents]
    return gross if all(gross) else [line.net_grams for line in contents]


def gross_shares(net: Sequence[int], gross: int) -> list[int]:
    """What each line weighs with its part of the packing, grams: by their own weights, and the sum is the gross weight.

    >>> gross_shares([500, 200], 850), gross_shares([1, 1, 1], 100)
    ([607, 243], [33, 34, 33])
    """
    whole, so_far, found = sum(net) or 1, 0, []
    for grams in net:
        before, so_far = so_far, so_far + grams
        found.append(round(gross * so_far / whole) - round(gross * before / whole))
    return found


def _item(number: int, line: Content, gross_grams: int, facts: ParcelFacts, journey: Journey) -> dict[str, Any]:
    assert line.details is not None  # origin_lacks has refused
    criterion = line.details.criterion
    marks = ", ".join(journey.marks[:MOST_MARKS]) + (" … as on the packing list" if len(journey.marks) > MOST_MARKS else "")
    packages = f"{journey.packages} ({spelled(journey.packages)}) carton{'s' if journey.packages > 1 else ''}:"
    return {
        "item": number,
        "marks": marks if number == 1 else "",
        "packages": packages if number == 1 else "",
        "description": line.description,
        "hs": spaced_hs(line.hs),
        "criterion": f"RVC {line.details.regional_value} %" if criterion == "RVC" else criterion,
        "quantity": f"{line.quantity} pieces",
        "net_weight": f"{kilograms(line.net_grams)} kg net",
        "gross_weight": f"{kilograms(gross_grams)} kg gross",
        "fob": f"{facts.currency} {amount(line.value, facts.currency)}" if criterion in NEEDS_FOB else "",
        "invoice": facts.invoice_number,
        "invoice_date": facts.posted_on.isoformat(),
    }


def declaration(facts: ParcelFacts, *, agreement: str = "", limit: str = "") -> dict[str, Any]:
    """The exporter's own declaration of origin. agreement, limit: a preference that accepts it up to that value, without a certificate.

    It claims the agreement's rules only where the seller has stated the criterion of all its goods; of an order that was priced with
    declarations it says what they were of. Refuses one that an officer took back.
    """
    refuse_taken_back([each for each in facts.promised if not each.is_certificate])
    refuse_lacking(lacks(PROFORMA, facts))
    refuse_disagreeing(PROFORMA, facts)
    return declared(facts, agreement=agreement, limit=limit)


def declared(facts: ParcelFacts, *, agreement: str = "", limit: str = "") -> dict[str, Any]:
    """The declaration, of facts that have been checked."""
    if criterion_lacks(facts.contents) or any(line.origin != facts.sender.country for line in facts.contents):
        agreement = limit = ""
    names = facts.country_names
    origins = sorted({line.origin for line in facts.contents})
    made_in = ", ".join(names.get(code, code) for code in origins)
    promises = declarations(facts.promised)
    if promises:
        agreement = ", ".join(dict.fromkeys(each.agreement for each in facts.promised if not each.is_certificate))
    second = f" They meet the rules of origin of {agreement}." if agreement and not promises else ""
    value = sum(line.value for line in facts.contents)
    return {
        "kind": DECLARATION,
        "title": "Exporter's declaration of origin",
        "subtitle": f"Invoice {facts.invoice_number} · {facts.posted_on.isoformat()}",
        "status": "declaration of the exporter, valid with the signature",
        "agreement": agreement,
        "limit": limit,
        "order_number": facts.order_number,
        "date": facts.posted_on.isoformat(),
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
            _plain("Declaration", [f"As the exporter of these goods I declare that they were produced in {made_in}.{second}", *promises]),
            _plain("Place, date, name and signature", ["", ""]),
        ],
        "notes": [f"Accepted instead of a certificate up to {limit}."] if limit else [],
    }


def _box(number: str, lines: list[str]) -> dict[str, Any]:
    return {"number": number, "name": BOXES[number], "lines": [line for line in lines if line]}


def _plain(name: str, lines: list[str]) -> dict[str, Any]:
    return {"number": "", "name": name, "lines": lines}
