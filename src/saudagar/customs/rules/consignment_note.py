"""The data of Indonesia's consignment note (CN) for goods sent abroad, and whether CN or PEB is the way. Pure.

source  PMK 96/2023 art. 43 as changed by PMK 4/2025: fields of the CN; up to 30 kg gross the CN may be used, a company chooses
        between CN and PEB; above it a company files a PEB, a person either
"""

from typing import Any

from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.messages import WITH_BOOKING
from saudagar.customs.rules.papers import (
    INVOICE,
    PACKING_LIST,
    ParcelFacts,
    amount,
    goods_value,
    kilograms,
    lacks,
    refuse_disagreeing,
    refuse_expired,
    refuse_lacking,
    spaced_hs,
)

KIND = "consignment_note"
CN_GRAMS = 30_000
BY_CARRIER = "filled by the carrier"


def way(gross_grams: int, *, is_person: bool) -> str:
    """Which declaration: "CN", "CN or PEB", or "PEB".

    >>> way(30_000, is_person=True), way(30_000, is_person=False), way(30_001, is_person=True), way(30_001, is_person=False)
    ('CN', 'CN or PEB', 'CN or PEB', 'PEB')
    """
    if gross_grams <= CN_GRAMS:
        return "CN" if is_person else "CN or PEB"
    return "CN or PEB" if is_person else "PEB"


def note_lacks(facts: ParcelFacts) -> list[Lack]:
    found = lacks(PACKING_LIST, facts)  # a number for the tax abroad is nothing to Indonesia
    if not facts.sender.phone:
        found.append(Lack("sender_phone"))
    if not _tax_id(facts):
        found.append(Lack("seller_tax_id"))
    return found


def note(facts: ParcelFacts) -> dict[str, Any]:
    """What the carrier (Pos, courier) files for this parcel, field by field."""
    refuse_lacking(note_lacks(facts))
    refuse_expired(facts)
    refuse_disagreeing(INVOICE, facts)
    sender, buyer, names = facts.sender, facts.addressee, facts.country_names
    fields = {
        "item_number": facts.item_number or BY_CARRIER,
        "item_date": facts.posted_on.isoformat(),
        "carrier": facts.operator or BY_CARRIER,
        "voyage_or_flight": BY_CARRIER,
        "loading_office": BY_CARRIER,
        "destination": names.get(buyer.country, buyer.country),
        "region_of_origin": facts.dispatch_region,
        "gross_weight_kg": kilograms(facts.gross_grams),
        "freight": f"{facts.currency} {amount(facts.freight, facts.currency)}",
        "insurance": f"{facts.currency} {amount(facts.insurance, facts.currency)}",
        "fob": f"{facts.currency} {amount(goods_value(facts), facts.currency)}",
        "delivery_term": facts.terms,
        "currency": facts.currency,
        "export_duty": "0 (levied on goods of PMK 68/2025 and 38/2024 only: hides, wood, cocoa beans, palm, minerals, pine resin)",
        "invoice": f"{facts.invoice_number}, {facts.posted_on.isoformat()}",
        "licences": "; ".join(
            f"{proof.name} {proof.number}" + (f" ({proof.valid_until.isoformat()})" if proof.valid_until else "") for proof in facts.proofs
        )
        or "none",
        "sender": ", ".join(part for part in (sender.name, *sender.lines, sender.phone) if part),
        "sender_identity": _tax_id(facts),
        "buyer": ", ".join((buyer.name, *buyer.lines)),
        "marketplace": f"Saudagar {facts.platform_number}".strip(),
    }
    if facts.buyer_identity:  # the carrier hands it on to customs of the destination
        fields["buyer_identity"] = f"{facts.buyer_identity} {facts.buyer_number}: {WITH_BOOKING}"
    return {
        "kind": KIND,
        "title": "Consignment note data (CN)",
        "subtitle": "Data barang kiriman ekspor · for the carrier that files it · not the registered CN",
        "status": "data for the filing, not certified",
        "declaration": way(facts.gross_grams, is_person=facts.seller_is_person),
        "order_number": facts.order_number,
        "data": fields,
        "fields": [{"number": "", "name": NAMES[key], "lines": [value]} for key, value in fields.items()],
        "columns": ["No.", "Description", "HS", "Quantity", "Net kg", f"Value {facts.currency}"],
        "rows": [
            [
                str(number),
                line.description,
                spaced_hs(line.hs),
                str(line.quantity),
                kilograms(line.net_grams),
                amount(line.value, facts.currency),
            ]
            for number, line in enumerate(facts.contents, 1)
        ],
        "closing": [],
        "notes": [
            f"Declaration for {kilograms(facts.gross_grams)} kg gross: {way(facts.gross_grams, is_person=facts.seller_is_person)}."
            " The carrier files it, gets the registration number and gives it back; keep it, it counts as a tax invoice for VAT at 0 %.",
        ],
    }


def _tax_id(facts: ParcelFacts) -> str:
    numbers = dict(facts.sender.numbers)
    return f"NPWP {numbers['NPWP']}" if "NPWP" in numbers else f"NIK {facts.seller_nik}" if facts.seller_nik else ""


NAMES = {
    "item_number": "Item number · nomor barang kiriman",
    "item_date": "Date · tanggal",
    "carrier": "Carrier · penyelenggara pos",
    "voyage_or_flight": "Voyage or flight · nomor pengangkutan",
    "loading_office": "Office of loading · kantor pabean pemuatan",
    "destination": "Country of destination · negara tujuan",
    "region_of_origin": "Region of origin · daerah asal barang",
    "gross_weight_kg": "Gross weight, kg · berat kotor",
    "freight": "Freight · biaya pengangkutan",
    "insurance": "Insurance · asuransi",
    "fob": "FOB value · nilai FOB",
    "delivery_term": "Delivery term · cara penyerahan",
    "currency": "Currency · valuta",
    "export_duty": "Export duty · bea keluar",
    "invoice": "Invoice no. and date · nomor dan tanggal invoice",
    "licences": "Licences · jenis, nomor, tanggal perizinan",
    "sender": "Sender · pengirim",
    "sender_identity": "Sender's NPWP or NIK",
    "buyer": "Buyer · pembeli",
    "buyer_identity": "Buyer's number for customs there · nomor pembeli untuk bea cukai tujuan",
    "marketplace": "Marketplace (PPMSE) · nama dan ID",
}
