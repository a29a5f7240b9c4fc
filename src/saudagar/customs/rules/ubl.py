"""The commercial invoice as OASIS UBL 2.1 XML. Pure.

Elements stand in the order of the schema, which is a sequence: `tests/test_ubl.py` validates against the official files. Units by
UN/ECE Rec 20 (C62 = piece), countries by ISO 3166-1, categories by UNCL 5305 (G = export, free; S = import VAT was charged).
"""

from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring  # writes only, reads nothing

from saudagar.customs.rules.papers import (
    INVOICE,
    Content,
    ParcelFacts,
    Party,
    goods_value,
    lacks,
    refuse_disagreeing,
    refuse_expired,
    refuse_lacking,
    total,
)
from saudagar.foundation.money import major

KIND = "ubl"
ROOT = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
register_namespace("", ROOT)
register_namespace("cac", CAC)
register_namespace("cbc", CBC)


def invoice(facts: ParcelFacts) -> bytes:
    """The same figures as the printed invoice. Refuses what the printed one refuses."""
    refuse_lacking(lacks(INVOICE, facts))
    refuse_expired(facts)
    refuse_disagreeing(INVOICE, facts)
    root = Element(f"{{{ROOT}}}Invoice")
    _text(root, "UBLVersionID", "2.1")
    _text(root, "ID", facts.invoice_number)
    _text(root, "IssueDate", facts.posted_on.isoformat())
    _text(root, "InvoiceTypeCode", "380")
    for label, number in facts.importer_numbers:
        _text(root, "Note", f"{label} {number}")
    _text(root, "DocumentCurrencyCode", facts.currency)
    order = _group(root, "OrderReference")
    _text(order, "ID", facts.order_number)
    if facts.ordered_on:
        _text(order, "IssueDate", facts.ordered_on.isoformat())
    for proof in facts.proofs:
        document = _group(root, "AdditionalDocumentReference")
        _text(document, "ID", proof.number)
        _text(document, "DocumentType", proof.name)
    _party(_group(root, "AccountingSupplierParty"), facts.sender)
    _party(_group(root, "AccountingCustomerParty"), facts.addressee)
    delivery = _group(root, "Delivery")
    if facts.item_number:
        _text(delivery, "TrackingID", facts.item_number)
    _address(_group(delivery, "DeliveryAddress"), facts.addressee)
    terms = _group(root, "DeliveryTerms")
    _text(terms, "ID", facts.terms)
    charges = [
        (reason, charge)
        for reason, charge in (
            ("Freight", facts.freight),
            ("Insurance", facts.insurance),
            ("Import duty", facts.duty),
            ("Fees", facts.fees),
        )
        if charge
    ]
    for reason, charge in charges:
        found = _group(root, "AllowanceCharge")
        _text(found, "ChargeIndicator", "true")
        _text(found, "AllowanceChargeReason", reason)
        _amount(found, "Amount", charge, facts)
    _tax(root, facts)
    added = sum(charge for _reason, charge in charges)
    sums = _group(root, "LegalMonetaryTotal")
    _amount(sums, "LineExtensionAmount", goods_value(facts), facts)
    _amount(sums, "TaxExclusiveAmount", goods_value(facts) + added, facts)
    _amount(sums, "TaxInclusiveAmount", total(facts), facts)
    if added:
        _amount(sums, "ChargeTotalAmount", added, facts)
    _amount(sums, "PayableAmount", total(facts), facts)
    for place, line in enumerate(facts.contents, 1):
        _line(_group(root, "InvoiceLine"), place, line, facts)
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _party(parent: Element, party: Party) -> None:
    found = _group(parent, "Party")
    for label, number in party.numbers:
        identification = _text(_group(found, "PartyIdentification"), "ID", number)
        identification.set("schemeName", label)
    _text(_group(found, "PartyName"), "Name", party.name)
    _address(_group(found, "PostalAddress"), party)
    contact = _group(found, "Contact")
    _text(contact, "Name", party.name)
    if party.phone:
        _text(contact, "Telephone", party.phone)
    if party.email:
        _text(contact, "ElectronicMail", party.email)


def _address(parent: Element, party: Party) -> None:
    if party.town:
        _text(parent, "CityName", party.town)
    if party.postal_code:
        _text(parent, "PostalZone", party.postal_code)
    for line in party.lines:
        _text(_group(parent, "AddressLine"), "Line", line)
    _text(_group(parent, "Country"), "IdentificationCode", party.country)


def _tax(root: Element, facts: ParcelFacts) -> None:
    found = _group(root, "TaxTotal")
    _amount(found, "TaxAmount", facts.tax, facts)
    part = _group(found, "TaxSubtotal")
    _amount(part, "TaxableAmount", total(facts) - facts.tax, facts)
    _amount(part, "TaxAmount", facts.tax, facts)
    category = _group(part, "TaxCategory")
    _text(category, "ID", "S" if facts.tax else "G")
    _text(_group(category, "TaxScheme"), "ID", "VAT")


def _line(parent: Element, number: int, line: Content, facts: ParcelFacts) -> None:
    _text(parent, "ID", str(number))
    _text(parent, "InvoicedQuantity", str(line.quantity)).set("unitCode", "C62")
    _amount(parent, "LineExtensionAmount", line.value, facts)
    item = _group(parent, "Item")
    _text(item, "Name", line.description)
    if line.sku:
        _text(_group(item, "SellersItemIdentification"), "ID", line.sku)
    if line.gtin:
        _text(_group(item, "StandardItemIdentification"), "ID", line.gtin).set("schemeID", "0160")
    _text(_group(item, "OriginCountry"), "IdentificationCode", line.origin)
    _text(_group(item, "CommodityClassification"), "ItemClassificationCode", line.hs).set("listID", "HS")
    weight = _group(item, "AdditionalItemProperty")
    _text(weight, "Name", "NetWeightKilograms")
    _text(weight, "Value", f"{line.net_grams // 1000}.{line.net_grams % 1000:03d}")
    # The price is for all pieces, so that it is exact also where the value does not divide by them.
    price = _group(parent, "Price")
    _amount(price, "PriceAmount", line.value, facts)
    _text(price, "BaseQuantity", str(line.quantity)).set("unitCode", "C62")


def _group(parent: Element, name: str) -> Element:
    return SubElement(parent, f"{{{CAC}}}{name}")


def _text(parent: Element, name: str, text: str) -> Element:
    found = SubElement(parent, f"{{{CBC}}}{name}")
    found.text = text
    return found


def _amount(parent: Element, name: str, amount: int, facts: ParcelFacts) -> None:
    _text(parent, name, str(major(amount, facts.currency))).set("currencyID", facts.currency)
