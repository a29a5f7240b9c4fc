"""Japan: value down to ¥1,000, taxes down to ¥100, the line at ¥10,000 and the simplified tariff up to ¥200,000."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import NoTariffData
from saudagar.rulebook.tests.cast import parts_of
from saudagar.rulebook.tests.destinations.asia import BLOUSE, COFFEE, HIJAB, SHOES, Due, due, parcel, reliefs


@pytest.mark.parametrize(
    ("goods", "freight", "scheme", "expected"),
    [
        pytest.param(8_499, 1_500, "jp-simplified", (0, 0), id="below: 9,999"),
        pytest.param(8_500, 1_500, "jp-simplified", (0, 0), id="at: 10,000"),
        # 10,000 × 15 % = 1,500; 10,001 + 1,500 → 11,000: 686.4 → 600 and 193.6 → 100
        pytest.param(8_501, 1_500, "jp-simplified", (1_500, 700), id="above: 10,001"),
        # 199,000 × 15 % = 29,850 → 29,800; 229,799 → 229,000: 14,289.6 → 14,200 and 4,030.4 → 4,000
        pytest.param(199_999, 0, "jp-simplified", (29_800, 18_200), id="below: 199,999"),
        # 30,000; 230,000: 14,352 → 14,300 and 4,048 → 4,000
        pytest.param(200_000, 0, "jp-simplified", (30_000, 18_300), id="at: 200,000"),
        # general tariff 12 %: 24,000; 224,001 → 224,000: 13,977.6 → 13,900 and 3,942.4 → 3,900
        pytest.param(200_001, 0, "jp-general", (24_000, 17_800), id="above: 200,001"),
    ],
)
def test_roasted_coffee_at_each_line(goods, freight, scheme, expected):
    cost = parcel("JP", Item(COFFEE, goods), freight=freight)

    assert (due(cost), cost.scheme) == (Due(*expected), scheme)
    assert reliefs(cost) == (set() if any(expected) else {"jp-10000-duty", "jp-10000-tax"})
    assert cost.total == goods + freight + sum(expected)


def test_national_and_local_tax_are_two():
    cost = parcel("JP", Item(BLOUSE, 15_000))
    # 10 % of 15,000; 16,500 → 16,000: 7.8 % = 1,248 → 1,200, 2.2 % = 352 → 300
    assert parts_of(cost, "duty") == [1_500]
    assert sorted(parts_of(cost, "vat")) == [300, 1_200]


@pytest.mark.parametrize("paper", ["form_ijepa", "origin_declaration"])
def test_ijepa_lowers_the_duty_and_up_to_200_000_yen_a_declaration_is_enough(paper):
    # 15,000: 7.8 % = 1,170 → 1,100, 2.2 % = 330 → 300
    assert due(parcel("JP", Item(BLOUSE, 15_000), has=(paper,))) == Due(0, 1_400)


def test_above_200_000_yen_ijepa_needs_its_certificate():
    # 9.1 % of 200,000 = 18,200; 218,201 → 218,000: 17,004 → 17,000 and 4,796 → 4,700
    assert due(parcel("JP", Item(BLOUSE, 200_001), has=("origin_declaration",))) == Due(18_200, 21_700)
    # 200,000: 15,600 and 4,400
    assert due(parcel("JP", Item(BLOUSE, 200_001), has=("form_ijepa",))) == Due(0, 20_000)


def test_knitwear_never_qualifies_and_pays_the_general_rate():
    # 8 % of 5,000 = 400; 5,400 → 5,000: 390 → 300 and 110 → 100
    assert due(parcel("JP", Item(HIJAB, 5_000))) == Due(400, 400)


@pytest.mark.parametrize(
    ("value", "pairs", "expected"),
    [
        # 30 % = 3,600, less than ¥4,300 a pair; 16,300 → 16,000: 1,200 and 300
        (12_000, 1, (4_300, 1_500)),
        # 30 % = 9,000, more than 8,600; 39,000: 3,042 → 3,000 and 858 → 800
        (30_000, 2, (9_000, 3_800)),
    ],
)
def test_leather_shoes_pay_30_percent_or_4300_yen_a_pair(value, pairs, expected):
    assert due(parcel("JP", Item(SHOES, value, pairs))) == Due(*expected)


def test_taxes_of_several_lines_are_added_before_they_are_rounded():
    # duty 20,000 × 15 % + 10,000 × 10 % = 4,000
    # 23,550 → 23,000: 1,435.2 and 404.8; 11,450 → 11,000: 858 and 242; 2,293.2 → 2,200, 646.8 → 600
    cost = parcel("JP", Item(COFFEE, 20_550), Item(BLOUSE, 10_450))
    assert due(cost) == Due(4_000, 2_800)
    assert sum(line.total for line in cost.lines) == cost.total == 31_000 + 6_800


def test_goods_without_a_rate_are_refused():
    with pytest.raises(NoTariffData):
        parcel("JP", Item("090240", 20_000), on=date(2026, 11, 21))


@pytest.mark.parametrize(
    ("on", "value", "scheme", "tax"),
    [
        pytest.param(date(2028, 3, 31), 10_000, "jp-simplified", 0, id="until March 2028 nothing"),
        # 7.8 % and 2.2 %, whole yen
        pytest.param(date(2028, 4, 1), 9_999, "jp-platform-jct", 779 + 219, id="below"),
        pytest.param(date(2028, 4, 1), 10_000, "jp-platform-jct", 1_000, id="at"),
        # duty 10 % of 10,000; 11,001 → 11,000: 858 → 800 and 242 → 200
        pytest.param(date(2028, 4, 1), 10_001, "jp-simplified", 1_000, id="above: the border"),
    ],
)
def test_platforms_charge_low_value_goods_from_april_2028(on, value, scheme, tax):
    cost = parcel("JP", Item(BLOUSE, value), on=on, has=("jp:jct",))
    assert (due(cost).tax, cost.scheme) == (tax, scheme)
