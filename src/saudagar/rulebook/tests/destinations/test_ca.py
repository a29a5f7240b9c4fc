"""Canada: C$20, and the taxes of each province."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import RegionMissing
from saudagar.rulebook.tests.cast import shipped
from saudagar.rulebook.tests.destinations.west import COFFEE, DRESS, Due, due, parcel


@pytest.mark.parametrize(("goods", "expected"), [(19_99, (0, 0)), (20_00, (0, 0)), (20_01, (3_40, 3_04))])
def test_20_dollars_to_ontario(goods, expected):
    # 20.01 × 17 % = 3.4017; 23.4117 × 13 % = 3.043521; freight does not count
    assert due(parcel("CA", Item(DRESS, goods), freight=10_00, region="ON")) == Due(*expected)


# A dress of C$100: duty 17.00, taxes on 117.
# GST 5.85; PST 7 % 8.19, 6 % 7.02; QST 9.975 % = 11.67075; HST 13 % 15.21, 14 % 16.38, 15 % 17.55.
PROVINCES = {
    "AB": 5_85, "BC": 14_04, "MB": 14_04, "NB": 17_55, "NL": 17_55, "NS": 16_38, "NT": 5_85, "NU": 5_85,
    "ON": 15_21, "PE": 17_55, "QC": 17_52, "SK": 12_87, "YT": 5_85,
}  # fmt: skip


def test_the_taxes_of_each_province():
    found = {code: due(parcel("CA", Item(DRESS, 100_00), region=code)) for code in shipped().destinations["CA"].regions}
    assert found == {code: Due(17_00, tax) for code, tax in PROVINCES.items()}


@pytest.mark.parametrize(("on", "tax"), [(date(2025, 3, 31), 17_55), (date(2025, 4, 1), 16_38)])
def test_nova_scotia_lowered_its_tax(on, tax):
    assert due(parcel("CA", Item(DRESS, 100_00), region="NS", on=on)).tax == tax


@pytest.mark.parametrize("region", ["ON", "QC"])
def test_coffee_is_zero_rated(region):
    assert due(parcel("CA", Item(COFFEE, 50_00), region=region)) == Due(0, 0)


def test_the_province_must_be_named():
    with pytest.raises(RegionMissing):
        parcel("CA", Item(DRESS, 100_00))
