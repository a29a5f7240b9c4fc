"""Norway: VOEC up to NOK 3,000 a piece, no food. Switzerland: CHF 5 of tax are not collected, a platform collects all."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import BadParcel, NoTariffData
from saudagar.rulebook.tests.destinations.west import CARVING, COFFEE, DRESS, Due, due, parcel

VOEC, PLATFORM = ("no:voec",), ("ch:vat",)


@pytest.mark.parametrize(
    ("goods", "has", "scheme", "expected"),
    [
        (2_999_99, VOEC, "no-voec", (0, 775_00)),  # 3,099.99 × 25 % = 774.9975
        (3_000_00, VOEC, "no-voec", (0, 775_00)),
        # 3,100.01 × 10.7 % = 331.70107; 3,431.71107 × 25 % = 857.9277675
        (3_000_01, VOEC, "no-import", (331_70, 857_93)),
        (3_000_01, (*VOEC, "origin_declaration"), "no-import", (0, 775_00)),
        (3_000_00, (), "no-import", (331_70, 857_93)),  # 3,100 × 10.7 % = 331.70; 3,431.70 × 25 % = 857.925
    ],
)
def test_norway_3000_kroner_a_piece(goods, has, scheme, expected):
    cost = parcel("NO", Item(DRESS, goods), freight=100_00, has=has)
    assert (due(cost), cost.scheme) == (Due(*expected), scheme)


def test_norway_counts_the_piece_and_not_the_parcel():
    cost = parcel("NO", Item(DRESS, 5_000_00, 2), has=VOEC)
    assert (due(cost), cost.scheme) == (Due(0, 1_250_00), "no-voec")


def test_norway_takes_no_food_in_voec():
    cost = parcel("NO", Item(COFFEE, 200_00, 1, 500), has=VOEC)
    assert (due(cost), cost.scheme) == (Due(0, 30_00), "no-import")  # 15 %
    with pytest.raises(BadParcel):
        parcel("NO", Item(COFFEE, 200_00), has=VOEC)


@pytest.mark.parametrize(
    ("hs", "goods", "grams", "expected", "declared"),
    [
        # 0.5 kg × 7.69 = 3.845; 203.845 × 15 % = 30.57675. Under the agreement it goes by recipe: a declaration changes nothing here.
        ("180631", 200_00, 500, (3_85, 30_58), (3_85, 30_58)),
        ("180690", 200_00, 500, (11_29, 31_69), (11_29, 31_69)),  # 0.5 × 22.58; 211.29 × 15 % = 31.6935
        ("18069010", 200_00, 500, (3_85, 30_58), (3_85, 30_58)),  # sweets with cocoa: 7.69
        ("040900", 150_00, 1_000, (24_47, 26_17), (20_80, 25_62)),  # 174.47 × 15 % = 26.1705; 170.80 × 15 % = 25.62
        ("151311", 100_00, 1_000, (14_40, 17_16), (0, 15_00)),  # 14.4 %; 114.40 × 15 %
        ("170290", 100_00, 1_000, (1_92, 15_29), (1_73, 15_26)),  # 101.92 × 15 % = 15.288; 101.73 × 15 % = 15.2595
        ("200899", 100_00, 250, (8_73, 16_31), (7_42, 16_11)),  # 0.25 × 34.92; 108.73 × 15 % = 16.3095. 0.25 × 29.68; 107.42 × 15 %
        ("121221", 100_00, 1_000, (0, 15_00), (0, 15_00)),
        # The agreement leaves these to the recipe: a declaration changes nothing here.
        ("210690", 100_00, 1_000, (31_71, 19_76), (31_71, 19_76)),  # 1 kg × 31.71, above 19 %; 131.71 × 15 % = 19.7565
        ("210690", 200_00, 1_000, (38_00, 35_70), (38_00, 35_70)),  # 19 %, above 31.71; 238 × 15 %
        ("21069098", 200_00, 500, (15_86, 32_38), (15_86, 32_38)),  # 0.5 × 31.71 = 15.855; 215.855 × 15 % = 32.37825
        ("21069039", 200_00, 500, (38_00, 35_70), (38_00, 35_70)),
        ("21069047", 200_00, 500, (0, 30_00), (0, 30_00)),
        ("17029099", 100_00, 1_000, (0, 15_00), (0, 15_00)),
        ("121190", 100_00, 1_000, (0, 25_00), (0, 25_00)),
    ],
)
def test_norway_food(hs, goods, grams, expected, declared):
    assert due(parcel("NO", Item(hs, goods, 1, grams))) == Due(*expected)
    assert due(parcel("NO", Item(hs, goods, 1, grams), has=("origin_declaration",))) == Due(*declared)


@pytest.mark.parametrize(
    ("hs", "expected"),
    [
        ("190532", (1_71, 15_26)),  # 1 kg × 1.71; 101.71 × 15 % = 15.2565
        ("190410", (1_73, 15_26)),
        ("19041098", (0, 15_00)),
        ("220299", (2_12, 15_32)),  # 102.12 × 15 % = 15.318
        ("22029999", (0, 15_00)),
        ("210111", (0, 15_00)),
        ("210310", (0, 15_00)),
        ("200819", (0, 15_00)),
    ],
)
def test_norway_food_whose_ordinary_rate_is_not_known_needs_the_declaration(hs, expected):
    assert due(parcel("NO", Item(hs, 100_00, 1, 1_000), has=("origin_declaration",))) == Due(*expected)
    with pytest.raises(NoTariffData):
        parcel("NO", Item(hs, 100_00, 1, 1_000))


@pytest.mark.parametrize("hs", ["190230", "190531", "190590", "210390"])
def test_norway_food_by_recipe_is_not_known(hs):
    with pytest.raises(NoTariffData):
        parcel("NO", Item(hs, 100_00, 1, 1_000), has=("origin_declaration",))


@pytest.mark.parametrize(
    ("hs", "goods", "tax"),
    [
        (CARVING, 61_00, 0),  # 4.941 → 4.94
        (CARVING, 61_73, 0),  # 5.00013 → 5.00: at the line
        (CARVING, 61_80, 5_01),  # 5.0058
        ("090111", 192_30, 0),  # 2.6 %: 4.9998 → 5.00
        ("090111", 192_50, 5_01),  # 5.005
    ],
)
def test_switzerland_does_not_collect_5_francs(hs, goods, tax):
    assert due(parcel("CH", Item(hs, goods))) == Due(0, tax)


@pytest.mark.parametrize(("on", "tax"), [(date(2024, 12, 31), 0), (date(2025, 1, 1), 4_94)])
def test_switzerland_a_platform_collects_from_the_first_franc(on, tax):
    assert due(parcel("CH", Item(CARVING, 61_00), has=PLATFORM, on=on)) == Due(0, tax)


@pytest.mark.parametrize(("on", "tax"), [(date(2023, 12, 31), 10_00), (date(2024, 1, 1), 10_40)])
def test_switzerland_raised_its_reduced_rate(on, tax):
    assert due(parcel("CH", Item("090111", 400_00), on=on)) == Due(0, tax)


def test_switzerland_industrial_goods_before_2024_are_not_known():
    with pytest.raises(NoTariffData):
        parcel("CH", Item(CARVING, 100_00), on=date(2023, 12, 31))


DECLARED = ("origin_declaration",)


@pytest.mark.parametrize("hs", ["030559", "030617", "160414", "160521"])
def test_switzerland_fish_is_free_with_the_declaration(hs):
    assert due(parcel("CH", Item(hs, 400_00, 1, 1_000), has=DECLARED)) == Due(0, 10_40)  # 2.6 %


@pytest.mark.parametrize(
    ("grams", "expected"),
    [
        # Honey, CHF 300: CHF 38 per 100 kg gross
        (13_157, (0, 7_93)),  # 4.99966 → 5.00, not collected; 304.99966 × 2.6 % = 7.92999116
        (13_158, (0, 7_93)),  # 5.00004 → 5.00: at the line
        (13_172, (5_01, 7_93)),  # 5.00536; 305.00536 × 2.6 % = 7.93013936
    ],
)
def test_switzerland_does_not_collect_5_francs_of_duty(grams, expected):
    honey = Item("040900", 300_00, 10, 10_000, gross_grams=grams)
    assert due(parcel("CH", honey)) == Due(*expected)


@pytest.mark.parametrize(
    ("hs", "goods", "gross", "expected", "declared"),
    [
        # 12 kg × 0.6775 = 8.13; 258.13 × 2.6 % = 6.71138. 12 × 0.206 = 2.472 → 2.47; 252.472 × 2.6 % = 6.564272
        ("190230", 250_00, 12_000, (8_13, 6_71), (2_47, 6_56)),
        # 5.5 × 1.216 = 6.688; 206.688 × 2.6 % = 5.373888
        ("151311", 200_00, 5_500, (6_69, 5_37), (0, 5_20)),
        # 10 × 1.45 = 14.50, potato; 414.50 × 2.6 % = 10.777. 10 × 1.18; 411.80 × 2.6 % = 10.7068
        ("190590", 400_00, 10_000, (14_50, 10_78), (11_80, 10_71)),
        # 7.985 → 7.99; 407.985 × 2.6 % = 10.60761. 5.285 → 5.29; 405.285 × 2.6 % = 10.53741
        ("19059082", 400_00, 10_000, (7_99, 10_61), (5_29, 10_54)),
        # 6.70; 406.70 × 2.6 % = 10.5742. 5.70; 405.70 × 2.6 % = 10.5482
        ("180631", 400_00, 10_000, (6_70, 10_57), (5_70, 10_55)),
        # 8.20, juice out of quota; 408.20 × 2.6 % = 10.6132: no rate of the agreement for all lines
        ("220299", 400_00, 10_000, (8_20, 10_61), (8_20, 10_61)),
        ("22029990", 400_00, 10_000, (20, 10_41), (0, 10_40)),  # 400.20 × 2.6 % = 10.4052
        # 1.1 × 0.05 = 0.055 → 0.06; 200.055 × 2.6 % = 5.20143
        ("090620", 200_00, 1_100, (6, 5_20), (0, 5_20)),
        # 0.54 × 0.63 = 0.3402; 200.3402 × 2.6 % = 5.2088452
        ("090121", 200_00, 540, (34, 5_21), (0, 5_20)),
        ("210111", 200_00, 540, (98, 5_23), (0, 5_20)),  # 0.9828; 200.9828 × 2.6 % = 5.2255528
        ("210390", 200_00, 1_000, (35, 5_21), (0, 5_20)),  # 200.35 × 2.6 % = 5.2091
        ("040900", 200_00, 1_000, (38, 5_21), (19, 5_20)),  # 200.38, 200.19 × 2.6 % = 5.20988, 5.20494
        ("170290", 200_00, 1_000, (51, 5_21), (51, 5_21)),  # table syrup; 200.51 × 2.6 % = 5.21326
        ("17029028", 200_00, 1_000, (19, 5_20), (0, 5_20)),  # 0.187; 200.187 × 2.6 % = 5.204862
    ],
)
def test_switzerland_food_by_gross_weight(hs, goods, gross, expected, declared):
    """As a general import: parcels do not pay up to CHF 5."""
    line = Item(hs, goods, 1, 500, gross_grams=gross)
    assert due(parcel("CH", line, mode="general")) == Due(*expected)
    assert due(parcel("CH", line, mode="general", has=DECLARED)) == Due(*declared)


@pytest.mark.parametrize(
    "hs", ["090111", "090240", "090411", "090510", "090619", "090710", "180100", "121190", "121221", "130231", "130239", "041090"]
)
def test_switzerland_asks_no_weight_for_what_is_free(hs):
    cost = parcel("CH", Item(hs, 400_00), mode="general")
    assert (due(cost).duty, cost.parts[0].levy.certainty) == (0, "V")


def test_switzerland_needs_the_gross_weight_where_duty_is_by_it():
    with pytest.raises(BadParcel) as refused:
        parcel("CH", Item("090121", 200_00, 1, 500))
    assert refused.value.facts["missing"] == "gross_grams (HS 090121: ch-tares-090121)"
    assert due(parcel("CH", Item("090121", 200_00, 1, 500), has=DECLARED)) == Due(0, 5_20)


def test_switzerland_duty_of_a_parcel_of_two_kinds():
    lines = (Item("090121", 180_00, 2, 500, gross_grams=540), Item("040900", 60_00, 2, 1_000, gross_grams=1_460))
    cost = parcel("CH", *lines, mode="general")
    # 0.3402 and 1.46 × 0.38 = 0.5548; 180.3402 and 60.5548 × 2.6 % = 4.6888452 and 1.5744248
    assert [part.amount for part in cost.parts] == [34, 4_69, 55, 1_57]


def test_switzerland_the_tariff_of_2026_is_not_that_of_2025():
    roasted = Item("090121", 200_00, 1, 500, gross_grams=540)
    with pytest.raises(NoTariffData):
        parcel("CH", roasted, on=date(2025, 12, 31))
    assert due(parcel("CH", roasted, on=date(2026, 1, 1), mode="general")) == Due(34, 5_21)


def test_switzerland_jamu_pays_the_full_rate_unless_it_is_an_approved_medicine():
    cost = parcel("CH", Item("300490", 100_00))
    assert (due(cost), [part.levy.certainty for part in cost.parts if part.levy.kind == "vat"]) == (Due(0, 8_10), ["U"])


@pytest.mark.parametrize("hs", ["100630", "170199"])
def test_switzerland_rice_and_sugar_are_not_known(hs):
    with pytest.raises(NoTariffData):
        parcel("CH", Item(hs, 400_00, 1, 1_000, gross_grams=1_100))
