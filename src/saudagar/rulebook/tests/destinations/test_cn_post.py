"""China: personal post (行邮), and sugar and rice of the retail import."""

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import OverOrderLimit, Refusal
from saudagar.rulebook.tests.cast import parts_of
from saudagar.rulebook.tests.destinations.asia import COFFEE, SHIRT, SKIN_CARE, Due, due, parcel

SUGAR, RICE = "170199", "100630"


def tax_of(cost) -> int:
    return sum(parts_of(cost, "extra"))


@pytest.mark.parametrize(
    ("hs", "value", "collected"),
    [
        pytest.param(COFFEE, 384_00, 0, id="13 %: 49.92 is not collected"),
        pytest.param(COFFEE, 384_65, 0, id="at: 50.0045 → 50.00"),
        pytest.param(COFFEE, 384_66, 50_01, id="above: 50.0058 → 50.01"),
        pytest.param(SHIRT, 300_00, 60_00, id="20 %"),
        pytest.param(COFFEE, 1_000_00, 130_00, id="at the limit of an order"),
        pytest.param(COFFEE, 999_99, 130_00, id="below it: 129.9987"),
    ],
)
def test_one_tax_on_the_goods_freight_left_out(hs, value, collected):
    cost = parcel("CN", Item(hs, value, 2), freight=40_00, mode="post")
    assert (tax_of(cost), due(cost), cost.scheme) == (collected, Due(0, 0), "cn-post")
    assert cost.total == value + 40_00 + collected


def test_above_1000_yuan_only_one_piece_passes():
    with pytest.raises(OverOrderLimit):
        parcel("CN", Item(COFFEE, 1_000_01, 2), mode="post")
    assert tax_of(parcel("CN", Item(COFFEE, 1_500_00), mode="post")) == 195_00


def test_form_e_does_not_touch_personal_post():
    cost = parcel("CN", Item(SHIRT, 300_00), mode="post", has=("form_e",))
    assert (tax_of(cost), cost.total) == (60_00, 360_00)


@pytest.mark.parametrize(
    ("value", "tax"),
    [
        pytest.param(499_99, 100_00, id="below ten yuan a gram: 20 % = 99.998"),
        pytest.param(500_00, 250_00, id="at: 20 % and 30 % more"),
        pytest.param(500_02, 250_01, id="above: 100.004 and 150.006"),
    ],
)
def test_high_end_cosmetics_pay_half(value, tax):
    assert tax_of(parcel("CN", Item(SKIN_CARE, value, 1, 50), mode="post")) == tax


@pytest.mark.parametrize(
    ("hs", "so_far", "grams", "tax"),
    [
        # 10 yuan × 13 % × 70 % = 0.91; × 9 % × 70 % = 0.63
        pytest.param(SUGAR, 1_000, 999, 91, id="sugar, below 2 kg"),
        pytest.param(SUGAR, 1_000, 1_000, 91, id="sugar, at 2 kg"),
        pytest.param(SUGAR, 1_000, 1_001, None, id="sugar, above 2 kg"),
        pytest.param(RICE, 10_000, 10_000, 63, id="rice, at 20 kg"),
        pytest.param(RICE, 10_000, 10_001, None, id="rice, above 20 kg"),
    ],
)
def test_sugar_and_rice_of_a_year(hs, so_far, grams, tax):
    def ask():
        return parcel("CN", Item(hs, 10_00, 1, grams), buyer_grams={hs[:4]: so_far})

    if tax is not None:
        assert due(ask()) == Due(0, tax)
        return
    with pytest.raises(Refusal):
        ask()
