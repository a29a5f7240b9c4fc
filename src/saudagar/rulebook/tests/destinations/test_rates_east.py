"""Rates read in the schedules of China (2026), Taiwan (2025) and Japan (April 2025): one parcel of each, worked by hand."""

from datetime import date

import pytest

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, Request, landed_cost, read
from saudagar.rulebook.rules.refusals import BadParcel, NoTariffData
from saudagar.rulebook.rules.switching import with_positions
from saudagar.rulebook.tests.destinations.asia import Due, due, parcel

ON = date(2026, 11, 29)
DECLARED = ("origin_declaration",)


def worked(place: str, hs: str, value: int, grams: int = 1_000, **more) -> Due:
    return due(parcel(place, Item(hs, value, 1, grams), on=more.pop("on", ON), **more))


@pytest.mark.parametrize(
    ("hs", "expected"),
    [
        ("180631", (80_00, 140_40)),  # ¥1,000: 8 %; 1,080 × 13 %
        ("180632", (100_00, 143_00)),  # 10 %; 1,100 × 13 %
        ("420231", (60_00, 137_80)),
        ("420310", (60_00, 137_80)),
        ("420300", (100_00, 143_00)),  # the heading alone: its upper end
        ("640399", (80_00, 140_40)),
        ("640320", (140_00, 148_20)),  # a line that is unread: 14 %
        ("300490", (40_00, 135_20)),  # 4 %; 1,040 × 13 %
        ("30049059", (0, 130_00)),  # jamu: other medicines of Chinese type
        ("121190", (90_00, 98_10)),  # 9 %; 1,090 × 9 %
        ("12119033", (30_00, 92_70)),  # agarwood
        ("711790", (180_00, 153_40)),
        ("970191", (60_00, 137_80)),
        ("97019119", (10_00, 131_30)),
        ("030500", (140_00, 102_60)),  # 14 %; 1,140 × 9 %
        ("03055990", (70_00, 96_30)),
        ("090620", (150_00, 103_50)),
        ("130239", (80_00, 140_40)),
        ("441900", (0, 130_00)),
    ],
)
def test_china_general_trade(hs, expected):
    assert worked("CN", hs, 1_000_00, mode="general") == Due(*expected)


@pytest.mark.parametrize(
    ("on", "hs", "expected"),
    [
        (date(2025, 12, 31), "080111", (120_00, 100_80)),  # 12 %; 1,120 × 9 %
        (date(2026, 1, 1), "080111", (70_00, 96_30)),  # the provisional rate of 2026, 7 %
        (date(2026, 12, 31), "080111", (70_00, 96_30)),
        (date(2027, 1, 1), "080111", (120_00, 100_80)),
        (date(2025, 12, 31), "460212", (70_00, 139_10)),
        (date(2026, 1, 1), "460212", (0, 130_00)),
        (date(2026, 12, 31), "460211", (0, 130_00)),
        (date(2027, 1, 1), "460211", (70_00, 139_10)),
    ],
)
def test_china_lowers_some_rates_for_a_year(on, hs, expected):
    assert worked("CN", hs, 1_000_00, mode="general", on=on) == Due(*expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4_999_99, (0, 455_00)),  # 9.1 %: 454.99909
        (5_000_00, (0, 455_00)),
        (5_000_01, (500_00, 715_00)),  # 10 % = 500.001; 5,500.011 × 13 % = 715.00143
    ],
)
def test_china_chocolate_below_at_and_above_the_5000_yuan_of_cbec(value, expected):
    assert worked("CN", "180632", value, mode="cbec") == Due(*expected)


def test_china_with_the_switch_off_a_heading_is_refused_and_its_lines_are_not():
    off = read(with_positions(texts(), {"cn_upper_end_of_range": False}))

    def asked(hs):
        return landed_cost(Request("CN", (Item(hs, 1_000_00),), "CNY", ON, mode="general"), off)

    with pytest.raises(NoTariffData):
        asked("300490")
    assert due(asked("30049059")) == Due(0, 130_00)


@pytest.mark.parametrize(
    ("hs", "grams", "expected"),
    [
        ("080111", 1_000, (75_00, 153_00)),  # NT$3,000: 2.5 %; 3,075 × 5 % = 153.75
        ("080112", 1_000, (3_600_00, 330_00)),  # 120 %
        ("080390", 1_000, (3_000_00, 300_00)),  # 100 %
        ("080430", 1_000, (5_190_00, 409_00)),  # 173 %; 8,190 × 5 % = 409.5
        ("080450", 1_000, (1_800_00, 240_00)),  # 60 %, mango
        ("08045030", 1_000, (510_00, 175_00)),  # mangosteen 17 %; 3,510 × 5 % = 175.5
        ("081090", 1_000, (900_00, 195_00)),
        ("081190", 1_000, (780_00, 189_00)),
        ("090210", 1_000, (510_00, 175_00)),
        ("090230", 1_000, (750_00, 187_00)),  # 25 %; 3,750 × 5 % = 187.5
        ("09023090", 1_000, (510_00, 175_00)),
        ("090422", 1_000, (600_00, 180_00)),
        ("091011", 1_000, (600_00, 180_00)),
        ("100630", 10_000, (450_00, 172_00)),  # 10 kg × NT$45; 3,450 × 5 % = 172.5
        ("121190", 1_000, (450_00, 172_00)),
        ("12119091", 1_000, (0, 150_00)),
        ("170199", 1_000, (525_00, 176_00)),  # 17.5 %; 3,525 × 5 % = 176.25
        ("300490", 1_000, (600_00, 180_00)),
        ("30049069", 1_000, (0, 150_00)),
        ("190230", 1_000, (720_00, 186_00)),  # 24 % beats NT$49
        ("190230", 20_000, (980_00, 199_00)),  # 20 kg × NT$49 beats 24 %
        ("19023010", 20_000, (600_00, 180_00)),  # instant noodles, 20 % whatever they weigh
        ("170290", 1_000, (750_00, 187_00)),
        ("460212", 1_000, (150_00, 157_00)),
        ("691200", 1_000, (300_00, 165_00)),
    ],
)
def test_taiwan(hs, grams, expected):
    assert worked("TW", hs, 3_000_00, grams) == Due(*expected)


def test_taiwan_rice_below_at_and_above_2000_dollars():
    # Above: 10 kg × NT$45, whatever it cost; 2,451 × 5 % = 122.55.
    found = [worked("TW", "100630", value, 10_000) for value in (1_999_00, 2_000_00, 2_001_00)]
    assert found == [Due(0, 0), Due(0, 0), Due(450_00, 122_00)]


def test_taiwan_a_rate_by_weight_asks_for_the_weight():
    with pytest.raises(BadParcel) as refused:
        worked("TW", "190230", 3_000_00, 0)
    assert refused.value.field == "net_grams"
    assert worked("TW", "19023010", 3_000_00, 0) == Due(600_00, 180_00)


@pytest.mark.parametrize(
    ("hs", "grams", "expected"),
    [
        ("080111", 1_000, 600),  # ¥20,000: 3 %
        ("090411", 1_000, 600),
        ("090412200", 1_000, 0),  # in bulk
        ("090421", 1_000, 1_200),  # 6 %
        ("091030", 1_000, 700),  # 3.6 % = 720, down to ¥100
        ("100630", 10_000, 3_400),  # 10 kg × ¥341
        ("170199", 10_000, 1_000),  # 10 kg × ¥103.10 = 1,031
        ("170290", 1_000, 10_000),  # 50 % beats ¥25
        ("170290", 1_000_000, 25_000),  # a ton: ¥25 a kg beats 50 %
        ("170290190", 1_000, 5_900),  # palm sugar: 29.8 % = 5,960
        ("190230", 1_000, 4_700),  # 23.8 % = 4,760
        ("190230210", 1_000, 4_200),  # 21.3 % = 4,260
        ("190410", 1_000, 3_800),  # 19.2 % = 3,840 beats ¥341
        ("190410", 100_000, 34_100),  # 100 kg × ¥341
        ("190410300", 100_000, 3_200),  # 16.3 % = 3,260
        ("190532", 1_000, 3_600),
        ("190590329", 1_000, 4_200),  # krupuk
        ("200819", 1_000, 4_200),
        ("200819225", 1_000, 2_000),
        ("200899", 1_000, 5_900),
        ("200899225", 1_000, 1_900),  # banana chips: 9.6 % = 1,920
        ("200899259", 1_000, 2_400),  # cassava chips
        ("210390", 1_000, 2_500),  # mayonnaise: 12.8 % = 2,560
        ("210390130", 1_000, 1_400),  # sambal: 7.2 % = 1,440
        ("220299", 1_000, 2_600),  # 13.4 % = 2,680
        ("630492", 1_000, 1_400),  # 7.4 % = 1,480
        ("630493", 1_000, 1_000),  # 5.3 % = 1,060
    ],
)
def test_japan(hs, grams, expected):
    assert worked("JP", hs, 20_000, grams).duty == expected


def test_japan_pepper_below_at_and_above_10000_yen():
    # 3 % of ¥10,000; food pays 8 %: 10,301 → 10,000: 624 → 600 and 176 → 100.
    assert [worked("JP", "090411", value) for value in (9_999, 10_000, 10_001)] == [Due(0, 0), Due(0, 0), Due(300, 700)]


@pytest.mark.parametrize(
    ("hs", "has", "expected"),
    [
        ("090121", (), 3_000),  # the simplified tariff, 15 %
        ("090121", ("form_ijepa",), 3_000),  # IJEPA leaves roasted coffee out
        ("090121", ("form_aj",), 3_000),
        ("090121", DECLARED, 1_600),  # RCEP: 8.3 % = 1,660
        ("090210", ("form_ijepa",), 0),
        ("090210", ("form_aj",), 1_000),  # 5.3 % = 1,060
        ("190531", DECLARED, 4_000),  # in no agreement below 20.4 % = 4,080
        ("190532", ("form_ijepa",), 2_600),  # 13 %
        ("190532", ("form_aj",), 3_000),
        ("210111", DECLARED, 3_000),  # sugared or not is unknown
        ("210111210", DECLARED, 0),
        ("210390", DECLARED, 2_500),
        ("210390130", DECLARED, 0),
        ("160414", ("form_ijepa",), 1_900),  # 9.6 % = 1,920
        ("160414", ("form_aj",), 1_000),
        ("220299", ("form_aj",), 1_000),
        ("200899", DECLARED, 5_900),
        ("200899225", DECLARED, 0),
        ("091030", DECLARED, 0),
        ("420330", DECLARED, 3_200),  # belts: 16 % at most, and no agreement
        ("420310", DECLARED, 0),
        ("630492", ("form_rcep",), 0),
    ],
)
def test_japan_what_each_agreement_gives(hs, has, expected):
    assert worked("JP", hs, 20_000, has=has).duty == expected


def test_japan_instant_coffee_above_200000_yen_pays_the_general_rate():
    # At ¥200,000 the simplified 15 %; above it 24 % for what may be sugared, 8.8 % for what is not.
    assert [worked("JP", hs, value).duty for hs, value in (("210111", 200_000), ("210111", 200_001), ("210111210", 200_001))] == [
        30_000,
        48_000,
        17_600,
    ]
