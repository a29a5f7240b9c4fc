"""China retail import: the worked examples of docs/reference/rulebook.md, and each threshold at, below and above."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item, Request, landed_cost
from saudagar.rulebook.rules.refusals import (
    BadHsCode,
    BadParcel,
    NoRulesOnDate,
    NoTariffData,
    NotThisWay,
    OverOrderLimit,
    OverYearLimit,
    RateMissing,
    UnknownDestination,
    UnknownMode,
)
from saudagar.rulebook.tests.cast import TODAY, parts_of, shipped, to_china

COFFEE, NOODLES, PERFUME, SKIN_CARE, TEA = "090121", "190230", "330300", "330499", "090210"


def test_coffee_of_180_yuan_with_20_freight_pays_18_20():
    cost = landed_cost(to_china(Item(COFFEE, 180_00, 2, 500), freight=20_00), shipped())

    assert (cost.duty, cost.tax, cost.total) == (0, 18_20, 218_20)
    assert (cost.scheme, cost.mode, cost.customs_value) == ("cn-cbec", "cbec", 200_00)
    vat = cost.parts[-1]
    assert (vat.base, vat.amount, vat.levy.rate, vat.levy.rule) == (200_00, 18_20, "13% × 70%", "cn-vat-090121")
    assert vat.levy.source
    assert cost.release == shipped().version


def test_perfume_with_consumption_tax_pays_23_06_percent():
    cost = landed_cost(to_china(Item(PERFUME, 1_000_00, 1, 50)), shipped())

    assert parts_of(cost, "excise") == [123_53]  # 1000 / 0.85 × 0.15 × 0.7 = 123.5294…
    assert parts_of(cost, "vat") == [107_06]  # 1000 / 0.85 × 0.13 × 0.7 = 107.0588…
    assert cost.tax == 230_59


@pytest.mark.parametrize(
    ("value", "grams", "excise", "tax"),
    [
        pytest.param(499_99, 50, [], 45_50, id="just below ten yuan a gram"),
        pytest.param(500_00, 50, [61_76], 115_29, id="ten yuan a gram"),
        pytest.param(500_01, 50, [61_77], 115_30, id="just above"),
    ],
)
def test_consumption_tax_begins_at_ten_yuan_a_gram(value, grams, excise, tax):
    cost = landed_cost(to_china(Item(SKIN_CARE, value, 1, grams)), shipped())
    assert (parts_of(cost, "excise"), cost.tax) == (excise, tax)


def test_consumption_tax_needs_the_weight():
    with pytest.raises(BadParcel) as refused:
        landed_cost(to_china(Item(SKIN_CARE, 500_00)), shipped())
    assert refused.value.field == "net_grams"


def test_reduced_vat_of_tea():
    assert landed_cost(to_china(Item(TEA, 100_00)), shipped()).tax == 6_30


@pytest.mark.parametrize(
    ("goods", "freight", "scheme", "tax"),
    [
        pytest.param(4_979_99, 20_00, "cn-cbec", 455_00, id="below: 4,999.99"),
        pytest.param(4_980_00, 20_00, "cn-cbec", 455_00, id="at: 5,000.00"),
        # 5,000.01: duty 15 % = 750.0015, VAT 13 % of 5,750.0115 = 747.501495
        pytest.param(4_980_01, 20_00, "cn-cbec-single", 747_50, id="above: 5,000.01, one piece"),
    ],
)
def test_limit_of_an_order_for_one_piece(goods, freight, scheme, tax):
    cost = landed_cost(to_china(Item(COFFEE, goods), freight=freight), shipped())

    assert (cost.scheme, cost.tax) == (scheme, tax)
    assert cost.duty == (0 if scheme == "cn-cbec" else 750_00)


def test_whole_duty_and_tax_above_the_limit_with_consumption_tax():
    cost = landed_cost(to_china(Item(PERFUME, 6_000_00, 1, 100)), shipped())

    assert parts_of(cost, "duty") == [180_00]  # 3 % of 6,000
    assert parts_of(cost, "excise") == [1_090_59]  # 6,180 / 0.85 × 0.15 = 1,090.588…
    assert parts_of(cost, "vat") == [945_18]  # 6,180 / 0.85 × 0.13 = 945.176…
    assert cost.total == 6_000_00 + 180_00 + 1_090_59 + 945_18


@pytest.mark.parametrize("items", [[Item(COFFEE, 5_000_01, 2)], [Item(COFFEE, 3_000_00), Item(NOODLES, 2_000_01)]])
def test_several_pieces_above_the_limit_of_an_order_are_refused(items):
    with pytest.raises(OverOrderLimit) as refused:
        landed_cost(to_china(*items), shipped())

    assert refused.value.body("en")["error"] == {
        "code": "over_order_limit",
        "message": "The order is worth CNY 5000.01, above the limit of 5000.00 per order. "
        "Split it into several orders, or send it as general trade.",
        "value": "5000.01",
        "limit": "5000.00",
        "currency": "CNY",
        "rule": "cn-cbec-order",
    }


@pytest.mark.parametrize(("so_far", "fits"), [(25_899_99, True), (25_900_00, True), (25_900_01, False)])
def test_limit_of_the_year(so_far, fits):
    request = to_china(Item(COFFEE, 100_00), buyer_year=so_far)
    if fits:
        assert landed_cost(request, shipped()).tax == 9_10
        return
    with pytest.raises(OverYearLimit) as refused:
        landed_cost(request, shipped())
    assert (refused.value.facts["value"], refused.value.facts["left"]) == ("26000.01", "99.99")


def test_one_piece_above_the_order_limit_must_fit_the_year_too():
    fits = to_china(Item(COFFEE, 6_000_00), buyer_year=20_000_00)
    assert landed_cost(fits, shipped()).scheme == "cn-cbec-single"
    with pytest.raises(OverYearLimit):
        landed_cost(to_china(Item(COFFEE, 6_000_00), buyer_year=20_000_01), shipped())


def test_each_line_is_rounded_by_itself_and_freight_is_split_by_value():
    # 20.00 over 90.05 : 45.05 → 13.33 and 6.66, the fen left over goes to the larger line.
    cost = landed_cost(to_china(Item(COFFEE, 90_05), Item(TEA, 45_05), freight=20_00), shipped())

    assert [(line.freight, line.tax) for line in cost.lines] == [(13_34, 9_41), (6_66, 3_26)]
    assert cost.tax == 12_67
    assert sum(line.total for line in cost.lines) == cost.total == 90_05 + 45_05 + 20_00 + 12_67


def test_general_trade_pays_duty_and_vat_and_form_e_lowers_it():
    noodles = Item(NOODLES, 1_000_00, 100)
    whole = landed_cost(to_china(noodles, mode="general"), shipped())
    assert (whole.duty, whole.tax) == (100_00, 143_00)
    with_form_e = landed_cost(to_china(noodles, mode="general", registrations=frozenset({"form_e"})), shipped())
    assert (with_form_e.duty, with_form_e.tax) == (0, 130_00)


def test_form_e_is_for_goods_of_indonesia():
    item = Item(NOODLES, 1_000_00, origin="VN")
    assert landed_cost(to_china(item, mode="general", registrations=frozenset({"form_e"})), shipped()).duty == 100_00


def test_value_in_rupiah_is_taxed_in_yuan_and_charged_in_rupiah():
    request = Request("CN", (Item(COFFEE, 400_000_00),), "IDR", TODAY, freight=50_000_00, rates={"IDR": "0.00045"})

    cost = landed_cost(request, shipped())

    # Rp450,000 × 0.00045 = ¥202.50; × 9.1 % = 18.4275 → ¥18.43; / 0.00045 = Rp40,955.55… → Rp40,956
    assert (cost.parts[-1].base, cost.parts[-1].amount, cost.parts[-1].charged) == (202_50, 18_43, 40_956_00)
    assert cost.tax == 40_956_00
    assert cost.customs_value == 202_50


def test_goods_from_a_bonded_warehouse_come_in_as_from_abroad():
    assert landed_cost(to_china(Item(COFFEE, 180_00), freight=20_00, dispatch="CN"), shipped()).tax == 18_20


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (to_china(Item("010121", 100_00)), NoTariffData),
        (Request("XX", (Item(COFFEE, 100_00),), "USD", TODAY), UnknownDestination),
        (Request("ID", (Item(COFFEE, 100_00),), "IDR", TODAY, dispatch="CN"), RateMissing),
        (to_china(Item("080450", 100_00)), NotThisWay),
        (to_china(Item(COFFEE, 100_00), on=date(2018, 12, 31)), NoRulesOnDate),
        (to_china(Item(COFFEE, 100_00), on=date(2019, 3, 31)), NoTariffData),
        (to_china(Item(COFFEE, 100_00), mode="teleport"), UnknownMode),
        (to_china(Item("0901", 100_00)), BadHsCode),
        (to_china(Item("98" + "0000", 100_00)), BadHsCode),
        (to_china(Item("09０121", 100_00)), BadHsCode),
        (to_china(), BadParcel),
        (to_china(Item(COFFEE, 0)), BadParcel),
        (to_china(Item(COFFEE, 100, 0)), BadParcel),
        (to_china(Item(COFFEE, 100), freight=-1), BadParcel),
        (Request("CN", (Item(COFFEE, 100_00),), "IDR", TODAY), RateMissing),
        (Request("CN", (Item(COFFEE, 100_00),), "IDR", TODAY, rates={"IDR": "0"}), RateMissing),
        (Request("CN", (Item(COFFEE, 100_00),), "IDR", TODAY, rates={"IDR": "x"}), RateMissing),
    ],
)
def test_what_is_not_known_is_refused_and_never_zero(request_, refusal):
    with pytest.raises(refusal) as refused:
        landed_cost(request_, shipped())
    for language in ("id", "en", "zh-hans"):
        assert refused.value.message(language)
