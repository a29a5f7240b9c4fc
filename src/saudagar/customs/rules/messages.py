"""Field mappings of electronic messages: ITMATT of the posts, China's three CBEC messages, the EU's H7 set. Pure.

Each is marked as a mapping that no authority has certified: it shows which of our facts stands for which field, so that a post, a
broker or a customs platform can be connected. Field names after the published data sets (UPU M33; GACC cross-border messages; the
reduced data set for low-value consignments), general knowledge unless the facts say more.
"""

from typing import Any

from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import (
    INVOICE,
    Paid,
    PapersDisagree,
    ParcelFacts,
    Party,
    goods_value,
    lacks,
    refuse_disagreeing,
    refuse_lacking,
    total,
)
from saudagar.foundation.money import major
from saudagar.shipping.rules.s10 import is_identifier

NOT_CERTIFIED = "mapping, not certified"
SEALED = "sealed: put in by the platform when it sends"
WITH_BOOKING = "given to the carrier with the booking"  # which declares the parcel: shipping/actions.book opens the number for it
ITMATT, CBEC_ORDER, CBEC_PAYMENT, CBEC_LOGISTICS, H7 = "itmatt", "cbec_order", "cbec_payment", "cbec_logistics", "h7"
EBP = "cn:ebp"  # the platform in the eyes of China's customs: its number stands under this name among the platform's
CBEC = (CBEC_ORDER, CBEC_PAYMENT, CBEC_LOGISTICS)
UNION = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
    ]
)  # EU-27: where H7 is declared
TRANSACTION = {"gift": "31", "documents": "91", "sale": "11", "sample": "32", "return": "21", "other": "99"}  # UPU code list 136 (G)
CHINA_CURRENCY = {"CNY": "142", "USD": "502", "EUR": "300", "HKD": "110", "JPY": "116"}  # customs' own numbers (G)
CHINA_COUNTRY = {"ID": "112", "CN": "142"}


def itmatt(facts: ParcelFacts) -> dict[str, Any]:
    """The item as the post announces it (ITMATT, UPU M33)."""
    found = lacks(INVOICE, facts)
    if not is_identifier(facts.item_number):
        found.append(Lack("item_number"))
    refuse_lacking(found)
    refuse_disagreeing(INVOICE, facts)
    return _marked(
        ITMATT,
        "ITMATT (UPU M33)",
        {
            "item_id": facts.item_number,
            "posting_date": facts.posted_on.isoformat(),
            "mail_class": facts.item_number[0],
            "sender": _party(facts.sender),
            "addressee": _party(facts.addressee),
            "nature_of_transaction": {"code": TRANSACTION[facts.category], "word": facts.category},
            "gross_weight_kg": _kg(facts.gross_grams),
            "declared_value": _money(goods_value(facts), facts),
            "postage": _money(facts.freight, facts),
            "insured_value": _money(facts.insurance, facts) if facts.insurance else None,
            "content_pieces": [
                {
                    "number": number,
                    "description": line.description,
                    "quantity": line.quantity,
                    "net_weight_kg": _kg(line.net_grams),
                    "declared_value": _money(line.value, facts),
                    "hs": line.hs,
                    "origin": line.origin,
                }
                for number, line in enumerate(facts.contents, 1)
            ],
            "documents": [
                {"type": "licence" if proof.is_licence else "certificate", "kind": proof.kind, "number": proof.number}
                for proof in facts.proofs
            ]
            + [{"type": "invoice", "kind": INVOICE, "number": facts.invoice_number}],
            "comments": facts.comments,
            "references": {
                "order": facts.order_number,
                "importer": [list(pair) for pair in facts.importer_numbers],
                **(
                    {"addressee_identity": {"kind": facts.buyer_identity, "number": facts.buyer_number, "sent": WITH_BOOKING}}
                    if facts.buyer_identity
                    else {}
                ),
            },
        },
    )


def cbec_order(facts: ParcelFacts) -> dict[str, Any]:
    """China's order message: who bought what for how much, the same figures as payment and waybill."""
    _check(facts)
    return _marked(
        CBEC_ORDER,
        "CBEC order (GACC cross-border e-commerce)",
        {
            "orderType": "I",
            "orderNo": facts.order_number,
            "ebpName": "Saudagar",
            "ebpCode": facts.ebp_code,
            "ebcName": facts.sender.name,
            "goodsValue": _decimal(goods_value(facts), facts),
            "freight": _decimal(facts.freight, facts),
            "discount": "0",  # taken off each line already
            "taxTotal": _decimal(facts.duty + facts.tax, facts),
            "acturalPaid": _decimal(total(facts), facts),  # spelled so in the message
            "currency": CHINA_CURRENCY.get(facts.currency, facts.currency),
            "buyerName": facts.addressee.name,
            "buyerTelephone": facts.addressee.phone,
            "buyerIdType": "1",
            "buyerIdNumber": SEALED,
            "consignee": facts.addressee.name,
            "consigneeTelephone": facts.addressee.phone,
            "consigneeAddress": " ".join(facts.addressee.lines),
            "payTransactionId": facts.paid.reference if facts.paid else "",
            "lines": [
                {
                    "gnum": number,
                    "itemNo": line.sku,
                    "itemName": line.details.title_zh if line.details and line.details.title_zh else line.description,
                    "barCode": line.gtin,
                    "hs": line.hs,
                    "qty": line.quantity,
                    "unit": "007",  # pieces, customs' own number (G)
                    "qty1_kg": _kg(line.net_grams),
                    "totalPrice": _decimal(line.value, facts),
                    "currency": CHINA_CURRENCY.get(facts.currency, facts.currency),
                    "country": CHINA_COUNTRY.get(line.origin, line.origin),
                }
                for number, line in enumerate(facts.contents, 1)
            ],
        },
    )


def cbec_payment(facts: ParcelFacts) -> dict[str, Any]:
    """China's payment message: the payer is the buyer, the sum is the order's."""
    _check(facts)
    paid = facts.paid
    assert paid is not None  # _check has refused
    return _marked(
        CBEC_PAYMENT,
        "CBEC payment (GACC cross-border e-commerce)",
        {
            "payName": f"{paid.gateway} {paid.method}",
            "payTransactionId": paid.reference,
            "orderNo": facts.order_number,
            "ebpName": "Saudagar",
            "ebpCode": facts.ebp_code,
            "payerName": facts.addressee.name,
            "payerIdType": "1",
            "payerIdNumber": SEALED,
            "telephone": facts.addressee.phone,
            "amountPaid": _decimal(paid.amount, facts),
            "currency": CHINA_CURRENCY.get(facts.currency, facts.currency),
            "payTime": paid.on,
        },
    )


def cbec_logistics(facts: ParcelFacts) -> dict[str, Any]:
    """China's waybill message."""
    _check(facts, with_waybill=True)
    return _marked(
        CBEC_LOGISTICS,
        "CBEC logistics (GACC cross-border e-commerce)",
        {
            "logisticsName": facts.operator,
            "logisticsNo": facts.item_number,
            "orderNo": facts.order_number,
            "freight": _decimal(facts.freight, facts),
            "insuredFee": _decimal(facts.insurance, facts),
            "currency": CHINA_CURRENCY.get(facts.currency, facts.currency),
            "weight": _kg(facts.gross_grams),
            "netWeight": _kg(sum(line.net_grams for line in facts.contents)),
            "packNo": 1,
            "goodsInfo": "; ".join(f"{line.quantity} × {line.description}" for line in facts.contents),
            "consignee": facts.addressee.name,
            "consigneeAddress": " ".join(facts.addressee.lines),
            "consigneeTelephone": facts.addressee.phone,
        },
    )


def h7(facts: ParcelFacts) -> dict[str, Any]:
    """The reduced data set of the EU for consignments of low value (H7)."""
    refuse_lacking(lacks(INVOICE, facts))
    refuse_disagreeing(INVOICE, facts)
    numbers = dict(facts.importer_numbers)
    return _marked(
        H7,
        "H7 (EU customs data model, reduced data set)",
        {
            "additional_procedure": ["C07", "F48"] if "IOSS" in numbers else ["C07"],
            "additional_fiscal_reference": {"role": "FR5", "identifier": numbers["IOSS"]} if "IOSS" in numbers else None,
            "transport_document": facts.item_number,
            "supporting_documents": [{"type": "N380", "number": facts.invoice_number}],
            "exporter": _party(facts.sender),
            "importer": _party(facts.addressee),
            "gross_mass_kg": _kg(facts.gross_grams),
            "transport_and_insurance_costs": _money(facts.freight + facts.insurance, facts),
            "goods_items": [
                {
                    "number": number,
                    "commodity_code": line.hs[:6],
                    "description": line.description,
                    "net_mass_kg": _kg(line.net_grams),
                    "supplementary_quantity": line.quantity,
                    "intrinsic_value": _money(line.value, facts),
                    "origin": line.origin,
                }
                for number, line in enumerate(facts.contents, 1)
            ],
        },
    )


def message_lacks(kind: str, facts: ParcelFacts) -> list[Lack]:
    """What one of these messages waits for."""
    found = lacks(INVOICE, facts)
    if (kind == ITMATT and not is_identifier(facts.item_number)) or (kind == CBEC_LOGISTICS and not facts.item_number):
        found.append(Lack("item_number"))
    if kind in CBEC and facts.paid is None:
        found.append(Lack("payment"))
    if kind in (CBEC_ORDER, CBEC_PAYMENT) and not facts.ebp_code:
        found.append(Lack("platform_number", detail=EBP))
    return found


def _check(facts: ParcelFacts, *, with_waybill: bool = False) -> None:
    """The three messages are matched by customs: one that disagrees with the others stops the parcel."""
    refuse_lacking(message_lacks(CBEC_LOGISTICS if with_waybill else CBEC_ORDER, facts))
    refuse_disagreeing(INVOICE, facts)
    refuse_unpaid(facts, facts.paid)


def refuse_unpaid(facts: ParcelFacts, paid: Paid | None) -> None:
    """The sum paid is the sum of the order."""
    if paid is not None and paid.amount != total(facts):
        raise PapersDisagree(fault=f"paid {major(paid.amount, facts.currency)} ≠ order {major(total(facts), facts.currency)}")


def _marked(kind: str, standard: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "standard": standard, "status": NOT_CERTIFIED, "fields": fields}


def _party(party: Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "address": list(party.lines),
        "postal_code": party.postal_code,
        "country": party.country,
        "phone": party.phone,
        "email": party.email,
        "tax_ids": [list(pair) for pair in party.numbers],
    }


def _money(amount: int, facts: ParcelFacts) -> dict[str, str]:
    return {"value": _decimal(amount, facts), "currency": facts.currency}


def _decimal(amount: int, facts: ParcelFacts) -> str:
    return str(major(amount, facts.currency))


def _kg(grams: int) -> str:
    return f"{grams // 1000}.{grams % 1000:03d}"
