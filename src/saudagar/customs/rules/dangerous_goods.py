"""The shipper's declaration of dangerous goods, as a draft: what is known of them, and what a trained person must add and sign. Pure.

source  UN Model Regulations 5.4.1 (what the transport document says); the carrier's own form may ask for more (G)
"""

from typing import Any

from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import (
    PACKING_LIST,
    Content,
    ParcelFacts,
    kilograms,
    lacks,
    refuse_barred,
    refuse_disagreeing,
    refuse_lacking,
)

KIND = "dangerous_goods"
OPEN = "to be filled by the trained person"


def is_needed(facts: ParcelFacts) -> bool:
    """Whether anything in the parcel is dangerous, or may be."""
    return any(line.hazard is not None for line in facts.contents)


def dangerous_lacks(facts: ParcelFacts) -> list[Lack]:
    found = lacks(PACKING_LIST, facts)
    if not facts.sender.phone:
        found.append(Lack("sender_phone"))
    for number, line in enumerate(facts.contents, 1):
        if line.hazard is None:
            continue
        goods = line.hazard.goods
        for code, known in (
            ("flash_point", goods.asks != "flash_point" or line.said.flash_point is not None),
            ("density", goods.per != "litre" or line.said.grams_per_litre > 0),
            ("watt_hours", "ion" not in goods.battery.split("_") or line.said.watt_hours > 0),
            ("sds", line.sds),
        ):
            if not known:
                found.append(Lack(code, number))
    return found


def declaration(facts: ParcelFacts) -> dict[str, Any]:
    """The draft. Refuses PaperIncomplete, DangerousGoodsBarred where the service carries no such goods."""
    refuse_lacking(dangerous_lacks(facts))
    refuse_disagreeing(PACKING_LIST, facts)
    refuse_barred(facts)
    sender, buyer, names = facts.sender, facts.addressee, facts.country_names
    goods = [_goods(number, line) for number, line in enumerate(facts.contents, 1) if line.hazard is not None]
    return {
        "kind": KIND,
        "title": "Shipper's declaration for dangerous goods",
        "subtitle": f"DRAFT · order {facts.order_number} · to be checked, completed and signed by a person trained in dangerous goods",
        "status": "draft, not valid without the signature of a trained person",
        "order_number": facts.order_number,
        "date": facts.posted_on.isoformat(),
        "fields": [
            _field("Shipper", [sender.name, *sender.lines, names.get(sender.country, sender.country), sender.phone]),
            _field("Consignee", [buyer.name, *buyer.lines, names.get(buyer.country, buyer.country), buyer.phone]),
            _field("Carrier, number", [" ".join(part for part in (facts.operator, facts.service, facts.item_number) if part)]),
            _field("Packages, gross weight", [f"1 carton, {kilograms(facts.gross_grams)} kg"]),
        ],
        "goods": goods,
        "columns": [
            "UN no.",
            "Proper shipping name, description",
            "Class",
            "Packing group",
            "Net quantity",
            "Flash point, watt-hours",
            "SDS",
        ],
        "rows": [
            [
                each["un"],
                f"{each['name']} ({each['description']})",
                each["class"],
                each["packing_group"] or "—",
                each["net_quantity"],
                each["detail"] or "—",
                each["sds"],
            ]
            for each in goods
        ],
        "closing": [
            _field("Packing instruction, inner packaging", ["", OPEN]),
            _field("Limited or excepted quantity, special provisions", ["", OPEN]),
            _field("Emergency telephone, 24 hours", ["", OPEN]),
            _field("Trained person: name, certificate no.", ["", ""]),
            _field("Place and date", ["", ""]),
            _field("Signature", ["", ""]),
        ],
        "notes": [
            "By signing, the trained person declares that the goods are fully and accurately described by their proper shipping name, and"
            " classified, packed, marked, labelled and in proper condition for carriage by the rules that apply.",
            "Classification by HS code and the seller's statement is a first word: the signer checks it against the safety data sheet.",
            *dict.fromkeys(f"{each['un']}: {each['source']} ({each['certainty']})" for each in goods),
        ],
    }


def summary(lines: list[Content]) -> str:
    """In one line, for the data of a consignment."""
    found = dict.fromkeys(
        f"{hazard.goods.un} {hazard.goods.name}, class {hazard.goods.hazard_class}" + (f", PG {hazard.group}" if hazard.group else "")
        if hazard.is_known
        else f"{line.description}: flash point not stated"
        for line in lines
        if (hazard := line.hazard) is not None
    )
    return "; ".join(found) or "none by the list"


def _goods(number: int, line: Content) -> dict[str, Any]:
    assert line.hazard is not None
    goods, said = line.hazard.goods, line.said
    litres = f"{line.net_grams / said.grams_per_litre:.3f} L" if goods.per == "litre" else f"{kilograms(line.net_grams)} kg"
    detail = f"{said.flash_point} °C" if goods.asks == "flash_point" else f"{said.watt_hours} Wh" if said.watt_hours else ""
    return {
        "line": number,
        "description": line.description,
        "un": goods.un,
        "name": goods.name,
        "class": goods.hazard_class,
        "packing_group": line.hazard.group,
        "net_quantity": litres,
        "detail": detail,
        "sds": line.sds,
        "source": goods.source,
        "certainty": goods.certainty,
    }


def _field(name: str, lines: list[str]) -> dict[str, Any]:
    return {"number": "", "name": name, "lines": [line for line in lines if line] or lines}
