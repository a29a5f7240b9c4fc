"""Türkiye without its simplified route and with its additional duties, the Emirates and Saudi Arabia with their 1,000."""

from datetime import date

import pytest

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, Request, landed_cost, savings
from saudagar.rulebook.rules.currencies import currencies_of
from saudagar.rulebook.rules.reading import read
from saudagar.rulebook.rules.refusals import BadParcel, NoTariffData, RateMissing
from saudagar.rulebook.rules.switching import with_positions
from saudagar.rulebook.tests.cast import TODAY, parts_of, shipped
from saudagar.rulebook.tests.destinations.west import CARVING, COFFEE, NOODLES, SHIRT, Due, due, extras, parcel

EURO = {"EUR": "45"}  # €30 = TRY 1,350
LAST, FIRST = date(2026, 2, 5), date(2026, 2, 6)


@pytest.mark.parametrize(
    ("goods", "on", "scheme", "expected"),
    [
        (1_149_99, LAST, "tr-simplified", (809_99, 0)),  # 1,349.99 × 60 % = 809.994
        (1_150_00, LAST, "tr-simplified", (810_00, 0)),
        # 1,350.01 × 3 % = 40.5003; 1,390.5103 × 20 % = 278.10206
        (1_150_01, LAST, "tr-import", (40_50, 278_10)),
        (1_000_00, LAST, "tr-simplified", (720_00, 0)),
        (1_000_00, FIRST, "tr-import", (36_00, 247_20)),  # 1,200 × 3 %; 1,236 × 20 %
    ],
)
def test_tuerkiye_30_euro(goods, on, scheme, expected):
    cost = parcel("TR", Item(CARVING, goods), freight=200_00, on=on, rates=EURO)
    assert (due(cost), cost.scheme) == (Due(*expected), scheme)


@pytest.mark.parametrize(
    ("hs", "expected"),
    [
        (SHIRT, (120_00, 151_00, 390_00)),  # 12 %; 39 %; 1,510 × 10 %
        ("420221", (30_00, 142_00, 390_00)),  # 3 %; 39 %; 1,420 × 10 %
        ("420231", (30_00, 284_00, 390_00)),  # a wallet, of which the VAT list does not speak: 20 %
        ("640399", (80_00, 148_00, 400_00)),  # 8 %; 40 %; 1,480 × 10 %
        ("630492", (120_00, 141_00, 290_00)),  # 12 %; 29 %; 1,410 × 10 %
        ("940161", (0, 130_00, 300_00)),  # 30 %; 1,300 × 10 %
        ("940383", (56_00, 120_60, 150_00)),  # 5.6 %; 15 %; 1,206 × 10 %
        ("340600", (0, 250_00, 250_00)),  # candles: 25 %; 1,250 × 20 %
        ("711311", (25_00, 260_00, 275_00)),  # 2.5 %; 27.5 %; 1,300 × 20 %
        ("691110", (120_00, 262_00, 190_00)),  # 12 %; 19 %; 1,310 × 20 %
        ("950300", (47_00, 259_40, 250_00)),  # 4.7 %; 25 %; 1,297 × 20 %
        ("441900", (0, 230_00, 150_00)),  # some lines bear 15 %
        (CARVING, (30_00, 206_00, 0)),
        # Lists I and IV.
        (COFFEE, (170_00, 11_70, 0)),  # 17 %; 1,170 × 1 %
        ("090111", (80_00, 10_80, 0)),
        ("090210", (1_450_00, 24_50, 0)),
        ("080390", (1_458_00, 24_58, 0)),
        ("090510", (156_00, 11_56, 0)),
        ("040900", (385_00, 13_85, 0)),
        ("160414", (800_00, 18_00, 0)),
        ("030617", (375_00, 13_75, 0)),
        ("030559", (375_00, 14_90, 115_00)),  # dried fish: 37.5 %, and 11.5 % for the fund; 1,490 × 1 %
        ("030554", (375_00, 14_90, 115_00)),  # the upper end of the heading
        ("200899", (585_00, 15_85, 0)),
        ("121190", (350_00, 270_00, 0)),  # jamu herbs are not in the VAT lists by name: 20 %
    ],
)
def test_tuerkiye_by_value(hs, expected):
    assert due(parcel("TR", Item(hs, 1_000_00))) == Due(*expected)


def test_tuerkiye_extras_have_names():
    assert extras(parcel("TR", Item(SHIRT, 1_000_00))) == {"igv": 390_00}
    assert extras(parcel("TR", Item("030559", 1_000_00))) == {"fund": 115_00}


@pytest.mark.parametrize(
    ("hs", "excise", "expected"),
    [
        # 25 % additional duty; (1,000 + 250) × 20 % = 250; 1,500 × 20 % = 300
        ("330300", 250_00, (0, 300_00, 250_00)),
        ("330499", 250_00, (0, 300_00, 250_00)),
    ],
)
def test_tuerkiye_cosmetics_bear_special_consumption_tax(hs, excise, expected):
    cost = parcel("TR", Item(hs, 1_000_00))
    assert (sum(parts_of(cost, "excise")), due(cost)) == (excise, Due(*expected))


@pytest.mark.parametrize(
    ("hs", "grams", "expected"),
    [
        # 6.4 % + 2 kg × €40.27 / 100 kg = 64 + 0.8054 × 45 = 100.243; 10 %; (1,000 + 100.243 + 100) × 1 % = 12.00243
        (NOODLES, 2_000, (100_24, 12_00, 100_00)),
        ("19023090", 2_000, (99_11, 11_99, 100_00)),  # 64 + 0.7802 × 45 = 99.109; 1,199.109 × 1 %
        # 8.3 % + 1 kg × €176.24 / 100 kg = 83 + 1.7624 × 45 = 162.308; 20 %; 1,362.308 × 1 %
        ("180632", 1_000, (162_31, 13_62, 200_00)),
        # Sauces and drinks of a high value for their weight: the percentage without a component is higher.
        ("210690", 1_000, (585_00, 15_85, 0)),
        ("210690", 10_000, (883_08, 18_83, 0)),  # 90 + 17.624 × 45 = 883.08; 1,883.08 × 1 %
    ],
)
def test_tuerkiye_agricultural_component_in_euros(hs, grams, expected):
    assert due(parcel("TR", Item(hs, 1_000_00, net_grams=grams), rates=EURO)) == Due(*expected)


def test_tuerkiye_drinks_by_euros_and_with_excise():
    cost = parcel("TR", Item("220299", 1_000_00, net_grams=10_000), rates=EURO)
    # 64 + 5.123 × 45 = 294.535; 1,294.535 × 10 % = 129.4535; 1,423.9885 × 10 % = 142.39885
    assert (due(cost), sum(parts_of(cost, "excise"))) == (Due(294_54, 142_40), 129_45)
    light = parcel("TR", Item("220299", 1_000_00, net_grams=100), rates=EURO)
    assert due(light).duty == 96_00  # 64 + 0.05123 × 45 = 66.31 < 96


def test_tuerkiye_component_needs_the_weight_and_the_euro():
    with pytest.raises(BadParcel):
        parcel("TR", Item(NOODLES, 1_000_00), rates=EURO)
    with pytest.raises(RateMissing):
        parcel("TR", Item(NOODLES, 1_000_00, net_grams=1_000))
    assert currencies_of(shipped().destinations["TR"]) == {"TRY", "EUR"}


def test_tuerkiye_d8_lowers_coffee():
    assert due(parcel("TR", Item(COFFEE, 1_000_00), has=("form_d8",))) == Due(100_00, 11_00)
    # 17 → 10 %: 181.70 − 111.00
    (saving,) = savings(Request("TR", (Item(COFFEE, 1_000_00),), "TRY", TODAY), shipped())
    assert (saving.key, saving.saved) == ("form_d8", 70_70)


def test_tuerkiye_on_the_simplified_route_only_the_one_levy_is_due():
    # Candles bear additional duty since 2026-01-01, but not on that route.
    assert due(parcel("TR", Item("340600", 1_000_00), on=LAST, rates=EURO)) == Due(600_00, 0)
    assert due(parcel("TR", Item("340600", 1_000_00), on=FIRST, rates=EURO)) == Due(0, 250_00, 250_00)
    # What such a parcel of coffee paid was never read.
    with pytest.raises(NoTariffData):
        parcel("TR", Item(COFFEE, 1_000_00), on=LAST, rates=EURO)


def test_tuerkiye_upper_ends_wait_behind_a_switch():
    off = read(with_positions(texts(), {"tr_upper_end_of_range": False}))
    with pytest.raises(NoTariffData):
        landed_cost(Request("TR", (Item("090210", 1_000_00),), "TRY", TODAY), off)
    # What was read to the line stays.
    found = landed_cost(Request("TR", (Item("08119085", 1_000_00),), "TRY", TODAY), off)
    assert parts_of(found, "duty") == [154_00]
    assert parts_of(landed_cost(Request("TR", (Item("081190", 1_000_00),), "TRY", TODAY), shipped()), "duty") == [370_00]


@pytest.mark.parametrize(
    ("goods", "on", "has", "expected"),
    [
        (999_99, date(2026, 11, 21), (), (0, 50_00)),  # 49.9995
        (1_000_00, date(2026, 11, 21), (), (0, 50_00)),
        (1_000_01, date(2026, 11, 21), (), (50_00, 52_50)),  # 50.0005; 1,050.0105 × 5 % = 52.500525
        (1_000_01, date(2026, 11, 21), ("form_iu",), (0, 50_00)),
        (500_00, date(2022, 12, 31), (), (0, 25_00)),
        (500_00, date(2023, 1, 1), (), (25_00, 26_25)),
        (500_00, date(2023, 2, 28), (), (25_00, 26_25)),
        (500_00, date(2023, 3, 1), (), (0, 25_00)),
        (299_99, date(2023, 2, 1), (), (0, 15_00)),  # 14.9995
        (300_00, date(2023, 2, 1), (), (0, 15_00)),
        (300_01, date(2023, 2, 1), (), (15_00, 15_75)),  # 15.0005; 315.0105 × 5 % = 15.750525
    ],
)
def test_emirates_1000_dirhams(goods, on, has, expected):
    assert due(parcel("AE", Item(SHIRT, goods), on=on, has=has)) == Due(*expected)


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        (899_99, (0, 150_00)),  # 999.99 × 15 % = 149.9985
        (900_00, (0, 150_00)),
        (900_01, (150_00, 172_50)),  # 150.0015; 1,150.0115 × 15 % = 172.501725
    ],
)
def test_saudi_arabia_1000_riyals_with_freight(goods, expected):
    assert due(parcel("SA", Item(SHIRT, goods), freight=100_00)) == Due(*expected)
