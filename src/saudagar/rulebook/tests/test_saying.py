"""Rates and numbers in words: the same rate, one number format for each language."""

from datetime import date
from fractions import Fraction

import pytest

from saudagar.rulebook.rules import Item, Request, landed_cost
from saudagar.rulebook.rules.choosing import unreached
from saudagar.rulebook.rules.differing import as_text
from saudagar.rulebook.rules.levies import levies
from saudagar.rulebook.rules.model import Scheme
from saudagar.rulebook.rules.saying import EACH, each_said, percent_said, rate_said
from saudagar.rulebook.tests.cast import shipped


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


def test_every_rate_that_ships_can_be_said():
    for there in shipped().destinations.values():
        for row in there.tariffs:
            if row.rate:
                said = rate_said(row.rate.text, there.currency, "id")
                assert "/" not in said or row.rate.share == Fraction(0), (row.id, said)
                assert "max(" not in said and "min(" not in said, row.id


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


def scheme(id_, **more):
    return Scheme(id=id_, valid_from=None, valid_to=None, source="", certainty="V", **more)


def test_a_scheme_behind_others_that_fit_whenever_it_would_is_never_used():
    ioss = scheme("ioss", within_limit=("a",), if_registration=("r",))
    other = scheme("other", within_limit=("a",), unless_registration=("r",))
    behind = scheme("behind", within_limit=("a",))
    rest = scheme("rest")
    assert unreached([ioss, other, behind, rest]) == {"behind"}
    assert unreached([ioss, behind, rest]) == frozenset()
    assert unreached([rest, behind]) == {"behind"}
