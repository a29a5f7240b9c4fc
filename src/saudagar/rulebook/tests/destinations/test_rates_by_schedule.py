"""Rates read in schedules in November 2026, and those closed at their upper end: one parcel of each, worked by hand."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item, Request, landed_cost
from saudagar.rulebook.rules.refusals import NoTariffData
from saudagar.rulebook.tests.cast import shipped

ON = date(2026, 11, 29)
MONEY = {
    "GB": "GBP",
    "US": "USD",
    "CA": "CAD",
    "AE": "AED",
    "SA": "SAR",
    "TH": "THB",
    "MY": "MYR",
    "VN": "VND",
    "PH": "PHP",
    "NZ": "NZD",
    "KR": "KRW",
    "IN": "INR",
    "ID": "IDR",
}
A_DOLLAR = {"KR": "1400", "ID": "16000", "VN": "25000", "PH": "58", "TH": "35", "MY": "4"}


def levies(country: str, hs: str, value: int, kilos: int = 1, on: date = ON, **more) -> dict[str, int]:
    """What is due by kind of levy, in minor units."""
    if country in ("IN", "ID"):
        more.setdefault("mode", "general")
    if country == "ID":
        more.setdefault("dispatch", "CN")
    region = "ON" if country == "CA" else ""
    rates = {"USD": A_DOLLAR[country]} if country in A_DOLLAR else {}
    request = Request(country, (Item(hs, value, 1, kilos * 1_000),), MONEY[country], on, region=region, rates=rates, **more)
    found = landed_cost(request, shipped())
    sums: dict[str, int] = {}
    for part in found.parts:
        sums[part.levy.kind] = sums.get(part.levy.kind, 0) + part.amount
    return sums


@pytest.mark.parametrize(
    ("hs", "kilos", "expected"),
    [
        ("180500", 1, 0),
        ("080450", 1, 0),
        ("080390", 10, 32_00),  # £200: 16 % of dried ones, above 10 kg × £0.095
        ("080390", 1_000, 95_00),  # a ton of fresh ones
        ("08039010", 10, 95),
        ("08039090", 1_000, 32_00),
        ("08109020", 1, 0),  # dragon fruit
        ("08109075", 1, 16_00),  # salak: 8 %
        ("081090", 1, 16_00),
        ("081190", 10, 40_70),  # 20 % = 40, 10 kg × £0.07
        ("08119095", 10, 28_00),  # durian without sugar: 14 %
        ("08119085", 10, 16_00),
        ("09042190", 1, 0),
        ("151311", 1, 24_00),
        ("170290", 10, 3_00),  # 10 kg × £0.30
        ("170199", 10, 3_50),
        ("100630", 10, 1_21),
        ("190230", 5, 13_00),  # 6 % = 12, 5 kg × £0.20
        ("19023090", 5, 12_41),  # 12 + 5 × 0.081 = 12.405
        ("190410", 5, 9_90),  # 4 % = 8, 5 kg × £0.38
        ("190590", 5, 16_00),
        ("19059020", 5, 10_50),  # rice paper: 8 + 5 × 0.50
        ("20089999", 5, 36_00),
    ],
)
def test_the_united_kingdom(hs, kilos, expected):
    assert levies("GB", hs, 200_00, kilos)["duty"] == expected


def test_palm_sugar_to_the_united_kingdom_both_sides_of_135_pounds():
    assert [levies("GB", "170290", value, 10).get("duty", 0) for value in (134_99, 135_00, 135_01)] == [0, 0, 3_00]


@pytest.mark.parametrize(
    ("hs", "duty"),
    [
        ("0305", 500_000),  # Rp10,000,000: 5 %
        ("030617", 500_000),
        ("080390", 500_000),
        ("08045021", 2_000_000),  # mango 20 %
        ("08045030", 500_000),  # mangosteen 5 %
        ("080450", 2_000_000),
        ("080430", 500_000),
        ("081090", 500_000),
        ("081190", 500_000),
        ("090111", 500_000),
        ("090121", 2_000_000),
        ("090210", 500_000),
        ("121190", 500_000),
        ("121221", 500_000),
        ("210111", 2_000_000),
        ("210310", 1_500_000),
        ("210390", 1_500_000),  # 15 %, the dearest line
        ("21039021", 500_000),  # terasi
        ("210690", 1_500_000),
        ("21069072", 500_000),  # food supplements
        ("220210", 1_000_000),
        ("220299", 2_000_000),
        ("300490", 500_000),
        ("30049098", 500_000),
        ("420221", 1_500_000),
        ("420222", 2_000_000),
        ("420300", 1_500_000),
        ("440220", 0),
        ("442199", 1_000_000),
        ("460211", 2_500_000),
        ("520852", 1_000_000),
        ("520841", 2_000_000),  # ikat
        ("530500", 500_000),
    ],
)
def test_general_import_into_indonesia(hs, duty):
    assert levies("ID", hs.ljust(6, "0"), 10_000_000)["duty"] == duty


@pytest.mark.parametrize(
    ("hs", "duty", "surcharge", "igst"),
    [
        ("030500", 3_000, 300, 665),  # ₹10,000: 30 %; 13,300 × 5 %
        ("030617", 3_000, 300, 665),
        ("081190", 3_000, 300, 665),
        ("121190", 1_500, 150, 583),  # 11,650 × 5 % = 582.5
        ("151311", 10_000, 1_000, 1_050),  # 100 %; 21,000 × 5 %
        ("151319", 10_000, 1_000, 1_050),
        ("170290", 3_000, 300, 2_394),  # 13,300 × 18 %
        ("300490", 1_000, 100, 555),
        ("440220", 500, 50, 528),  # 10,550 × 5 % = 527.5
    ],
)
def test_general_trade_into_india(hs, duty, surcharge, igst):
    assert levies("IN", hs, 10_000_00) == {"duty": duty * 100, "extra": surcharge * 100, "vat": igst * 100}


@pytest.mark.parametrize(
    ("hs", "kilos", "duty", "vat"),
    [
        ("080390", 1, 400_00, 0),  # ฿1,000: 40 %
        ("080390", 20, 670_00, 0),  # 20 kg × ฿33.50
        ("080430", 20, 670_00, 0),
        ("080450", 20, 670_00, 0),
        ("081090", 20, 670_00, 0),
        ("081190", 1, 400_00, 98_00),  # frozen: 1,400 × 7 %
        ("170290", 1, 300_00, 91_00),
        ("180100", 1, 300_00, 91_00),
    ],
)
def test_thailand(hs, kilos, duty, vat):
    assert levies("TH", hs, 1_000_00, kilos) == {"duty": duty, "vat": vat}
    assert levies("TH", hs, 1_000_00, kilos, registrations=frozenset({"form_d"}))["duty"] == 0


def test_drinks_to_thailand_are_refused():
    with pytest.raises(NoTariffData):
        levies("TH", "220299", 1_000_00)


@pytest.mark.parametrize(
    ("hs", "expected"),
    [
        ("080390", {"duty": 43_23, "vat": 64_32}),  # RM600, 10 kg: 30 + 13.226; 643.226 × 10 % = 64.3226
        ("080430", {"duty": 43_23, "vat": 64_32}),
        ("080450", {"duty": 43_23, "vat": 64_32}),
        ("081090", {"duty": 43_23, "vat": 64_32}),
        ("081190", {"duty": 180_00, "vat": 78_00}),
        ("220299", {"duty": 120_00, "excise": 9_00, "vat": 72_90}),  # 10 kg × RM0.90; 729 × 10 %
    ],
)
def test_malaysia(hs, expected):
    assert levies("MY", hs, 600_00, 10) == expected


def test_viet_nam():
    # ₫500,000: 15 %; 575,000 × 8 %.
    assert levies("VN", "170290", 500_000) == {"duty": 75_000, "vat": 46_000}
    assert [levies("VN", hs, 500_000)["duty"] for hs in ("180631", "180632", "180690", "180500")] == [65_000, 100_000, 125_000, 100_000]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (9_999_99, {"duty": 0, "excise": 0, "vat": 0}),
        (10_000_00, {"duty": 0, "excise": 0, "vat": 0}),
        (10_000_01, {"duty": 1_500_00, "excise": 120_00, "vat": 1_394_40}),  # 11,620.0115 × 12 % = 1,394.40138
        (20_000_00, {"duty": 3_000_00, "excise": 120_00, "vat": 2_774_40}),  # 15 %; 10 kg × ₱12; 23,120 × 12 %
    ],
)
def test_drinks_to_the_philippines(value, expected):
    assert levies("PH", "220299", value, 10) == expected


@pytest.mark.parametrize(
    ("hs", "kilos", "duty", "tax"),
    [
        ("081190", 1, 12_50, 0),  # C$100 to Ontario
        ("121190", 1, 10_50, 14_37),  # 110.50 × 13 % = 14.365
        ("170290", 1, 11_00, 0),
        ("17029069", 10, 27, 0),  # 10 kg × C$0.02667 = 0.2667
        ("210690", 1, 11_00, 14_43),
        ("220299", 1, 11_00, 14_43),  # 111 × 13 %
    ],
)
def test_canada(hs, kilos, duty, tax):
    assert levies("CA", hs, 100_00, kilos) == {"duty": duty, "vat": tax}


@pytest.mark.parametrize(
    ("hs", "kilos", "duty"),
    [
        ("170290", 1, 5_10),  # $100
        ("220299", 10, 17_50),  # 17.5 %, above 14.9 % + 10 × 0.235 = 17.25
        ("220299", 20, 19_60),  # 14.90 + 4.70
        ("22029990", 10, 2),
        ("180632", 10, 11_28),  # 6 + 10 × 0.528
        ("18063290", 10, 6_00),
        ("18063230", 10, 4_30),
        ("030559", 1, 0),
        ("030520", 1, 7_50),
        ("081190", 1, 14_50),
        ("08119052", 1, 10_90),
        ("08119050", 10, 3),  # 10 kg × 0.25 ¢ = 2.5 ¢
        ("160414", 1, 35_00),  # tuna in oil
        ("210690", 1, 10_00),  # 10 %, above 8.5 % + 1 kg × 0.704 = 9.204
        ("210690", 10, 15_54),  # 8.50 + 7.04
        ("21069098", 10, 6_40),
        ("420222", 1, 17_60),
        ("460212", 1, 18_00),
        ("46021214", 1, 0),
        ("640411", 1, 48_00),  # 48 %, above 37.5 % + 0.90
        ("180690", 10, 11_28),
        ("200819", 10, 22_40),
        ("20081915", 10, 1_00),
        ("20089915", 10, 80),  # banana chips
        ("20089965", 10, 7_90),  # cassava chips
        ("210112", 10, 11_55),  # 8.5 + 10 × 0.305
        ("21011290", 10, 8_50),
        ("210310", 10, 3_00),
        ("210390", 10, 9_45),  # 6.4 + 3.05
        ("21039020", 10, 0),
    ],
)
def test_the_united_states(hs, kilos, duty):
    assert levies("US", hs, 100_00, kilos)["duty"] == duty


@pytest.mark.parametrize(
    ("country", "value", "expected"),
    [
        # 10 kg × AED 1.09; VAT on value, duty and excise: 1,010.89 × 5 % = 50.5445; 1,010.90 × 5 % = 50.545.
        ("AE", 999_99, {"duty": 0, "excise": 10_90, "vat": 50_54}),
        ("AE", 1_000_00, {"duty": 0, "excise": 10_90, "vat": 50_55}),
        ("AE", 1_000_01, {"duty": 50_00, "excise": 10_90, "vat": 53_05}),  # 1,060.9105 × 5 % = 53.045525
        ("AE", 2_000_00, {"duty": 100_00, "excise": 10_90, "vat": 105_55}),  # 2,110.90 × 5 % = 105.545
        ("SA", 2_000_00, {"duty": 300_00, "excise": 10_90, "vat": 346_64}),  # 2,310.90 × 15 % = 346.635
    ],
)
def test_sweet_drinks_to_the_gulf(country, value, expected):
    assert levies(country, "220299", value, 10) == expected
    with pytest.raises(NoTariffData):
        levies(country, "220299", 2_000_00, 10, on=date(2025, 12, 31))


def test_palm_sugar_to_the_gulf():
    assert levies("AE", "170290", 2_000_00) == {"duty": 100_00, "vat": 105_00}
    assert levies("AE", "170290", 2_000_00, registrations=frozenset({"form_iu"})) == {"duty": 0, "vat": 100_00}
    assert levies("SA", "170290", 2_000_00) == {"duty": 300_00, "vat": 345_00}


def test_honey_to_new_zealand_and_sugar_to_korea():
    assert [levies("NZ", "040900", value)["duty"] for value in (1_000_00, 1_000_01, 2_000_00)] == [0, 50_00, 100_00]
    assert levies("NZ", "040900", 2_000_00, registrations=frozenset({"form_aanz"}))["duty"] == 0
    assert levies("KR", "170199", 500_000)["duty"] == 200_000
