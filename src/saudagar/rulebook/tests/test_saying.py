"""Rates and numbers in words: the same rate, one number format for each language."""

from datetime import date
from fractions import Fraction

import pytest

from saudagar.rulebook.rules import Item, Request, landed_cost
from saudagar.rulebook.rules.choosing import unreached
from saudagar.rulebook.rules.differing import as_text
from saudagar.rulebook.rules.levies import levies
from saudagar.rulebook.rules.model import Scheme
from saudagar.rulebook.rules.saying import EACH, each_said, percent_said, rate_said, sum_said
from saudagar.rulebook.tests.cast import shipped
from saudagar.rulebook.tests.made_up import DAY, country, row, scheme


@pytest.mark.parametrize(
    ("rate", "currency", "indonesian", "english", "chinese"),
    [
        ("11.4%", "EUR", "11,4%", "11.4%", "11.4%"),
        ("7.5% × 70%", "CNY", "7,5% × 70%", "7.5% × 70%", "7.5% × 70%"),
        ("free", "EUR", "bebas", "free", "免税"),
        (
            "EUR 3.00 / tariff_item",
            "EUR",
            "€3,00 untuk tiap jenis barang (HS6)",
            "€3.00 for each kind of goods (HS6)",
            "每种商品（HS6）€3.00",
        ),
        ("CNY 2.00 / parcel", "CNY", "¥2,00 per paket", "¥2.00 per parcel", "每个包裹 ¥2.00"),
        ("JPY 200 / parcel", "JPY", "JP¥200 per paket", "JP¥200 per parcel", "每个包裹 JP¥200"),
        ("5% + 4.30/kg", "EUR", "5% + €4,30 per kg", "5% + €4.30 per kg", "5% + 每公斤 €4.30"),
        ("130/100kg", "EUR", "€130 per 100 kg", "€130 per 100 kg", "每 100 公斤 €130"),
        ("38/100kg gross", "EUR", "€38 per 100 kg bruto", "€38 per 100 kg gross", "每 100 公斤毛重 €38"),
        ("5% + 4.30/kg gross", "EUR", "5% + €4,30 per kg bruto", "5% + €4.30 per kg gross", "5% + 每公斤毛重 €4.30"),
        ("CHF 38/100kg gross", "EUR", "CHF\u00a038 per 100 kg bruto", "CHF\u00a038 per 100 kg gross", "每 100 公斤毛重 CHF\u00a038"),
        ("0.005/g", "USD", "US$0,005 per gram", "US$0.005 per gram", "每克 US$0.005"),
        (
            "min(30%, 4300/piece)",
            "JPY",
            "30% atau JP¥4.300 per buah, yang lebih rendah",
            "30% or JP¥4,300 per piece, whichever is lower",
            "30% 或 每件 JP¥4,300（取较低者）",
        ),
        (
            "max(5%, 0.20/kg) × 70%",
            "EUR",
            "5% atau €0,20 per kg, yang lebih tinggi × 70%",
            "5% or €0.20 per kg, whichever is higher × 70%",
            "5% 或 每公斤 €0.20（取较高者） × 70%",
        ),
    ],
)
def test_a_rate_in_each_language(rate, currency, indonesian, english, chinese):
    assert [rate_said(rate, currency, language) for language in ("id", "en", "zh-hans")] == [indonesian, english, chinese]


@pytest.mark.parametrize(
    ("rate", "indonesian", "english", "chinese"),
    [
        ("38/100kg gross", "0,52 kg bruto × €38 per 100 kg", "0.52 kg gross × €38 per 100 kg", "毛重 0.52 公斤 × 每 100 公斤 €38"),
        (
            "63/100kg gross × 70%",
            "0,52 kg bruto × €63 per 100 kg × 70%",
            "0.52 kg gross × €63 per 100 kg × 70%",
            "毛重 0.52 公斤 × 每 100 公斤 €63 × 70%",
        ),
        ("4.30/kg", "0,5 kg neto × €4,30 per kg", "0.5 kg net × €4.30 per kg", "净重 0.5 公斤 × 每公斤 €4.30"),
        ("0.20/piece", "3 buah × €0,20 per buah", "3 pcs × €0.20 per piece", "3 件 × 每件 €0.20"),
        (
            "5% + 4.30/kg gross",
            "5% + €4,30 per kg bruto; 0,52 kg bruto",
            "5% + €4.30 per kg gross; 0.52 kg gross",
            "5% + 每公斤毛重 €4.30；毛重 0.52 公斤",
        ),
        ("12%", "12%", "12%", "12%"),
    ],
)
def test_a_rate_and_what_it_counts_in_each_language(rate, indonesian, english, chinese):
    weights = {"net_grams": 500, "gross_grams": 520, "pieces": 3}
    assert [sum_said(rate, "EUR", language, **weights) for language in ("id", "en", "zh-hans")] == [indonesian, english, chinese]


def test_a_levy_names_the_weight_of_all_its_lines():
    rules = country(scheme('vat_share = "0"'), rows=[row("d", "duty", "", "38/100kg gross")])
    items = (Item("090121", 100_00, 1, 500, gross_grams=520), Item("090121", 50_00, 1, 200, gross_grams=230))
    found = landed_cost(Request("XA", items, "EUR", DAY), rules)
    [levy] = levies(found, rules.destinations["XA"], "en")
    # 0.1976 → 0.20 and 0.0874 → 0.09
    assert (levy.label, levy.amount) == ("Import duty (0.75 kg gross × €38 per 100 kg)", 29)


def test_every_rate_that_ships_can_be_said():
    for there in shipped().destinations.values():
        for each in there.tariffs:
            if each.rate:
                said = rate_said(each.rate.text, there.currency, "id")
                assert "/" not in said or each.rate.share == Fraction(0), (each.id, said)
                assert "max(" not in said and "min(" not in said, each.id


def test_buyers_read_a_flat_duty_in_words():
    rulebook = shipped()
    cost = landed_cost(Request("AT", (Item("090121", 100_00),), "EUR", date(2026, 11, 21)), rulebook)
    labels = {language: levies(cost, rulebook.destinations["AT"], language)[0].label for language in ("id", "en", "zh-hans")}
    assert labels == {
        "id": "Bea masuk (€3,00 untuk tiap jenis barang (HS6))",
        "en": "Import duty (€3.00 for each kind of goods (HS6))",
        "zh-hans": "进口关税 (每种商品（HS6）€3.00)",
    }


def test_flat_amounts_for_all_there_are():
    for per in EACH:
        assert "1.00" in each_said(100, "EUR", per, "en")


def test_shares():
    assert [percent_said(Fraction(7, 10), "en"), percent_said(Fraction(11, 12), "id"), percent_said(Fraction(57, 500), "id")] == [
        "70%",
        "11/12",
        "11,4%",
    ]
    assert as_text("share", Fraction(57, 500), None) == "57/500"


def a_scheme(id_, **more):
    return Scheme(id=id_, valid_from=None, valid_to=None, source="", certainty="V", **more)


def test_a_scheme_behind_others_that_fit_whenever_it_would_is_never_used():
    ioss = a_scheme("ioss", within_limit=("a",), if_registration=("r",))
    other = a_scheme("other", within_limit=("a",), unless_registration=("r",))
    behind = a_scheme("behind", within_limit=("a",))
    rest = a_scheme("rest")
    assert unreached([ioss, other, behind, rest]) == {"behind"}
    assert unreached([ioss, behind, rest]) == frozenset()
    assert unreached([rest, behind]) == {"behind"}
