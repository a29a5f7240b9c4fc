"""The European Union: €150, the flat duty of €3, IOSS, the VAT of each member, fees of some."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import BadParcel, NoTariffData, RateMissing
from saudagar.rulebook.tests.cast import shipped
from saudagar.rulebook.tests.destinations.west import COFFEE, NOODLES, SHAWL, SHIRT, Due, due, parcel

IOSS = ("eu:ioss",)


def test_germany_40_euro_and_8_freight():
    cost = parcel("DE", Item(SHIRT, 40_00), freight=8_00, has=IOSS)
    assert (due(cost), cost.total, cost.scheme) == (Due(3_00, 9_69), 60_69, "eu-ioss-flat")  # 19 % × 51


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 6, 30), (0, 9_12)),  # 19 % × 48
        (date(2026, 7, 1), (3_00, 9_69)),
        (date(2028, 6, 30), (3_00, 9_69)),
        (date(2028, 7, 1), (5_76, 10_21)),  # 48 × 12 %; 53.76 × 19 % = 10.2144
    ],
)
@pytest.mark.parametrize("has", [IOSS, ()])
def test_germany_before_and_after_the_flat_duty(on, expected, has):
    assert due(parcel("DE", Item(SHIRT, 40_00), freight=8_00, has=has, on=on)) == Due(*expected)


def test_the_flat_duty_is_per_tariff_item_not_per_piece():
    # 67.50 + 3 = 70.50 × 19 % = 13.395; 22.50 + 3 = 25.50 × 19 % = 4.845
    cost = parcel("DE", Item(SHIRT, 60_00, 5), Item(SHAWL, 20_00), freight=10_00, has=IOSS)
    assert due(cost) == Due(6_00, 18_25)
    assert due(parcel("DE", Item(SHIRT, 60_00, 5), has=IOSS)).duty == 3_00


@pytest.mark.parametrize(
    ("goods", "has", "scheme", "expected"),
    [
        (149_99, IOSS, "eu-ioss-flat", (3_00, 30_97)),  # 162.99 × 19 % = 30.9681
        (150_00, IOSS, "eu-ioss-flat", (3_00, 30_97)),  # 163 × 19 %
        (150_00, (), "eu-h7-flat", (3_00, 30_97)),
        # 160.01 × 12 % = 19.2012; 179.2112 × 19 % = 34.050128
        (150_01, IOSS, "eu-import", (19_20, 34_05)),
        # 160.01 × 9.6 % = 15.36096; 175.37096 × 19 % = 33.3204824
        (150_01, (*IOSS, "rex_statement"), "eu-import", (15_36, 33_32)),
        (150_01, (*IOSS, "origin_declaration"), "eu-import", (15_36, 33_32)),
        (150_00, (*IOSS, "rex_statement"), "eu-ioss-flat", (3_00, 30_97)),  # no preference beside the flat duty
    ],
)
def test_150_euro(goods, has, scheme, expected):
    cost = parcel("DE", Item(SHIRT, goods), freight=10_00, has=has)
    assert (due(cost), cost.scheme) == (Due(*expected), scheme)


@pytest.mark.parametrize(("goods", "duty"), [(5_999_99, 576_00), (6_000_00, 576_00), (6_000_01, 720_00)])
def test_up_to_6000_euro_any_exporter_declares_origin(goods, duty):
    # 9.6 % of 5,999.99 = 575.99904; 12 % of 6,000.01 = 720.0012
    assert due(parcel("DE", Item(SHIRT, goods), has=("origin_declaration",))).duty == duty


# 100 + 3 = 103 × rate; Finland 26.265
STANDARD = {
    "AT": 20_60, "BE": 21_63, "BG": 20_60, "HR": 25_75, "CY": 19_57, "CZ": 21_63, "DK": 25_75, "EE": 24_72, "FI": 26_27,
    "FR": 20_60, "DE": 19_57, "GR": 24_72, "HU": 27_81, "IE": 23_69, "IT": 22_66, "LV": 21_63, "LT": 21_63, "LU": 17_51,
    "MT": 18_54, "NL": 21_63, "PL": 23_69, "PT": 23_69, "RO": 21_63, "SK": 23_69, "SI": 22_66, "ES": 21_63, "SE": 25_75,
}  # fmt: skip


def test_the_vat_of_each_member():
    found = {code: due(parcel(code, Item(SHIRT, 100_00), has=IOSS, rates={"RON": "0.20"})).tax for code in shipped().unions["EU"].members}
    assert found == STANDARD


# 48 + 3 = 51 × the rate of food; before the flat duty 48
@pytest.mark.parametrize(
    ("code", "on", "tax"),
    [
        ("DE", date(2026, 11, 21), 3_57),  # 7 %
        ("FR", date(2026, 11, 21), 2_81),  # 5.5 %: 2.805
        ("IE", date(2026, 11, 21), 0),
        ("LU", date(2026, 11, 21), 1_53),  # 3 %
        ("NL", date(2026, 11, 21), 4_59),  # 9 %
        ("SE", date(2026, 3, 31), 5_76),  # 12 % × 48
        ("SE", date(2026, 4, 1), 2_88),  # 6 % × 48
        ("FI", date(2025, 12, 31), 6_72),  # 14 % × 48
        ("FI", date(2026, 1, 1), 6_48),  # 13.5 % × 48
        ("DK", date(2026, 11, 21), 12_75),  # no reduced rate
    ],
)
def test_roasted_coffee_bears_the_rate_of_food(code, on, tax):
    assert due(parcel(code, Item(COFFEE, 40_00, 1, 1), freight=8_00, has=IOSS, on=on)).tax == tax


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("RO", date(2025, 7, 31), (0, 9_12, 0, 0)),  # 19 %
        ("RO", date(2025, 12, 31), (0, 10_08, 0, 0)),  # 21 %
        ("RO", date(2026, 1, 1), (0, 10_08, 0, 5_00)),  # 25 lei at 0.20
        ("RO", date(2026, 7, 1), (3_00, 10_71, 0, 5_00)),
        ("FR", date(2026, 2, 28), (0, 9_60, 0, 0)),
        ("FR", date(2026, 3, 1), (0, 9_60, 0, 2_00)),
        ("IT", date(2026, 9, 30), (3_00, 11_22, 0, 0)),
        ("IT", date(2026, 10, 1), (3_00, 11_22, 0, 2_00)),
        ("DE", date(2026, 11, 21), (3_00, 9_69, 0, 0)),  # the EU's own handling fee waits for its act
    ],
)
def test_fees_of_members(code, on, expected):
    assert due(parcel(code, Item(SHIRT, 40_00), freight=8_00, has=IOSS, on=on, rates={"RON": "0.20"})) == Due(*expected)


def test_fees_end_at_150_euro():
    assert due(parcel("FR", Item(SHIRT, 150_00), has=IOSS)).fees == 2_00
    assert due(parcel("FR", Item(SHIRT, 150_01), has=IOSS)).fees == 0


def test_romania_needs_the_rate_of_its_leu():
    with pytest.raises(RateMissing) as refused:
        parcel("RO", Item(SHIRT, 40_00), has=IOSS)
    assert refused.value.facts["currency"] == "RON"


def test_general_import_and_duty_by_weight():
    assert due(parcel("NL", Item(COFFEE, 100_00), mode="general")) == Due(7_50, 9_68)  # 107.50 × 9 % = 9.675
    # 6.4 % of 100 + €24.60 for 100 kg × 10 kg = 8.86; 108.86 × 7 % = 7.6202
    assert due(parcel("DE", Item(NOODLES, 100_00, 100, 10_000), mode="general")) == Due(8_86, 7_62)
    with pytest.raises(BadParcel):
        parcel("DE", Item(NOODLES, 100_00, 100), mode="general")


@pytest.mark.parametrize(
    ("hs", "grams", "mode", "duty", "tax"),
    [
        ("090121", 1_000, "general", 7_50, 9_87),  # 2.19; (100 + 7.50 + 2.19) × 7 % = 7.6783
        ("090121", 250, "parcel", 3_00, 7_80),  # 2.19 × 0.25 = 0.5475; (103 + 0.5475) × 7 % = 7.2483; 0.55 + 7.25
        ("210111", 500, "parcel", 3_00, 9_77),  # €3; 4.78 × 0.5 = 2.39; (103 + 2.39) × 7 % = 7.3773
    ],
)
def test_germany_taxes_coffee_by_weight_and_its_vat_counts_that(hs, grams, mode, duty, tax):
    cost = parcel("DE", Item(hs, 100_00, 1, grams), mode=mode, has=IOSS)
    assert (cost.duty, cost.tax) == (duty, tax)
    with pytest.raises(BadParcel):
        parcel("DE", Item(hs, 100_00), mode=mode, has=IOSS)
    # Its neighbours do not.
    assert all(part.levy.kind != "excise" for part in parcel("AT", Item(hs, 100_00, 1, grams), mode=mode, has=IOSS).parts)


def test_at_the_door_ioss_leaves_the_duty_only():
    cost = parcel("DE", Item(SHIRT, 40_00), freight=8_00, has=IOSS, terms="DAP")
    assert (cost.due_at_checkout, cost.due_at_door) == (57_69, 3_00)
    cost = parcel("DE", Item(SHIRT, 40_00), freight=8_00, terms="DAP")
    assert (cost.due_at_checkout, cost.due_at_door) == (48_00, 12_69)


@pytest.mark.parametrize("hs", ["220830", "240220", "010121"])
def test_unknown_goods_are_refused_under_the_flat_duty_too(hs):
    with pytest.raises(NoTariffData):
        parcel("DE", Item(hs, 40_00, 1, 500), has=IOSS)
