"""Türkiye without its simplified route, the Emirates and Saudi Arabia with their 1,000."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import NoTariffData
from saudagar.rulebook.tests.destinations.west import CARVING, SHIRT, Due, due, parcel

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


def test_tuerkiye_clothing_waits_for_its_additional_duty():
    with pytest.raises(NoTariffData):
        parcel("TR", Item(SHIRT, 1_000_00))


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
