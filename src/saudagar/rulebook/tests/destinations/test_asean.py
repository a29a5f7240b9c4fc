"""Singapore, Malaysia, Thailand, Viet Nam, the Philippines."""

from datetime import date

import pytest

from saudagar.rulebook.rules import Item
from saudagar.rulebook.tests.destinations.asia import CHOCOLATE, DRESS, SHIRT, Due, due, parcel

OVR, LVG = ("sg:ovr",), ("my:lvg",)


# Singapore


@pytest.mark.parametrize(
    ("goods", "tax"),
    [
        pytest.param(379_99, 0, id="below: 399.99"),
        pytest.param(380_00, 0, id="at: 400.00"),
        pytest.param(380_01, 36_00, id="above: 400.01 × 9 % = 36.0009"),
    ],
)
def test_singapore_without_registration_400_a_consignment(goods, tax):
    cost = parcel("SG", Item(SHIRT, goods, 4), freight=20_00)
    assert (due(cost), cost.scheme) == (Due(0, tax), "sg-import")


def test_singapore_registered_seller_charges_at_checkout():
    cost = parcel("SG", Item(SHIRT, 50_00), freight=12_00, has=OVR)  # 62 × 9 %
    assert (due(cost), cost.scheme) == (Due(0, 5_58), "sg-ovr")
    assert {part.levy.collected for part in cost.parts} == {"checkout"}


@pytest.mark.parametrize(
    ("goods", "pieces", "scheme", "tax"),
    [
        pytest.param(799_98, 2, "sg-ovr", 73_80, id="below: 399.99 a piece, 819.98 × 9 % = 73.7982"),
        pytest.param(800_00, 2, "sg-ovr", 73_80, id="at: 400 a piece, 820 × 9 %"),
        pytest.param(400_01, 1, "sg-import", 37_80, id="above: 420.01 × 9 % = 37.8009"),
    ],
)
def test_singapore_400_a_piece_for_the_registered(goods, pieces, scheme, tax):
    cost = parcel("SG", Item(SHIRT, goods, pieces), freight=20_00, has=OVR)
    assert (due(cost), cost.scheme) == (Due(0, tax), scheme)


@pytest.mark.parametrize(
    ("on", "tax"),
    [(date(2022, 12, 31), 35_00), (date(2023, 1, 1), 40_00), (date(2023, 12, 31), 40_00), (date(2024, 1, 1), 45_00)],
)
def test_singapore_gst_rose_twice(on, tax):
    assert due(parcel("SG", Item(SHIRT, 500_00), on=on)) == Due(0, tax)


@pytest.mark.parametrize(("on", "tax"), [(date(2022, 12, 31), 0), (date(2023, 1, 1), 4_96)])
def test_singapore_ovr_began_in_2023(on, tax):
    assert due(parcel("SG", Item(SHIRT, 50_00), freight=12_00, has=OVR, on=on)) == Due(0, tax)


# Malaysia


def test_malaysia_low_value_goods_tax_leaves_freight_out():
    cost = parcel("MY", Item(DRESS, 100_00), freight=30_00, has=LVG)
    assert (due(cost), cost.scheme) == (Due(0, 10_00), "my-lvg")


@pytest.mark.parametrize(
    ("goods", "scheme", "expected"),
    [
        pytest.param(499_99, "my-lvg", (0, 50_00), id="below: 10 % of 499.99"),
        pytest.param(500_00, "my-lvg", (0, 50_00), id="at"),
        # 500.01 × 15 % = 75.0015; (500.01 + 75.0015) × 10 % = 57.50115
        pytest.param(500_01, "my-import", (75_00, 57_50), id="above: duty and sales tax at the border"),
    ],
)
def test_malaysia_500_a_piece(goods, scheme, expected):
    cost = parcel("MY", Item(CHOCOLATE, goods), has=LVG)
    assert (due(cost), cost.scheme) == (Due(*expected), scheme)


def test_malaysia_several_pieces_above_500_pay_duty_but_the_tax_stays_on_the_price():
    # 2 × 300 + 30: duty 630 × 15 % = 94.50; tax 600 × 10 %
    assert due(parcel("MY", Item(CHOCOLATE, 600_00, 2), freight=30_00, has=LVG)) == Due(94_50, 60_00)
    assert due(parcel("MY", Item(CHOCOLATE, 600_00, 2), freight=30_00, has=(*LVG, "form_d"))) == Due(0, 60_00)


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        pytest.param(469_99, (0, 0), id="below: 499.99"),
        pytest.param(470_00, (0, 0), id="at: 500.00"),
        pytest.param(470_01, (75_00, 57_50), id="above: 500.01"),
    ],
)
def test_malaysia_without_registration(goods, expected):
    assert due(parcel("MY", Item(CHOCOLATE, goods), freight=30_00)) == Due(*expected)


@pytest.mark.parametrize(("on", "tax"), [(date(2023, 12, 31), 0), (date(2024, 1, 1), 10_00)])
def test_malaysia_low_value_goods_tax_began_in_2024(on, tax):
    assert due(parcel("MY", Item(DRESS, 100_00), has=LVG, on=on)) == Due(0, tax)


# Thailand


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 7, 4), (0, 0)),
        (date(2024, 7, 5), (0, 70_00)),
        (date(2025, 12, 31), (0, 70_00)),
        (date(2026, 1, 1), (300_00, 91_00)),  # 30 %; 1,300 × 7 %
        (date(2026, 10, 1), (300_00, 91_00)),  # 7 % kept to 2027-09-30
        (date(2027, 9, 30), (300_00, 91_00)),
        (date(2027, 10, 1), (300_00, 91_00)),  # the switch th_vat_seven_after_2027
    ],
)
def test_thailand_1000_baht_under_each_law(on, expected):
    assert due(parcel("TH", Item(DRESS, 1_000_00), on=on)) == Due(*expected)


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        pytest.param(1_499_99, (0, 105_00), id="below: 104.9993"),
        pytest.param(1_500_00, (0, 105_00), id="at"),
        # 450.003; 1,950.013 × 7 % = 136.50091
        pytest.param(1_500_01, (450_00, 136_50), id="above"),
    ],
)
def test_thailand_the_line_of_1500_baht_until_2025(goods, expected):
    assert due(parcel("TH", Item(DRESS, goods), on=date(2025, 12, 31))) == Due(*expected)


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        pytest.param(99, (0, 7), id="below: 0.99 × 7 % = 0.0693"),
        pytest.param(1_00, (0, 7), id="at one baht"),
        pytest.param(1_01, (30, 9), id="above: 0.303; 1.313 × 7 % = 0.09191"),
    ],
)
def test_thailand_from_the_first_baht(goods, expected):
    assert due(parcel("TH", Item(DRESS, goods))) == Due(*expected)


def test_thailand_form_d():
    assert due(parcel("TH", Item(DRESS, 1_000_00), has=("form_d",))) == Due(0, 70_00)


# Viet Nam


@pytest.mark.parametrize(
    ("on", "goods", "expected"),
    [
        pytest.param(date(2025, 2, 17), 999_999, (0, 0), id="before, below"),
        pytest.param(date(2025, 2, 17), 1_000_000, (0, 0), id="before, at"),
        # 200,000.2; 1,200,001.2 × 8 % = 96,000.096
        pytest.param(date(2025, 2, 17), 1_000_001, (200_000, 96_000), id="before, above"),
        pytest.param(date(2025, 2, 18), 1_000_000, (200_000, 96_000), id="since"),
        pytest.param(date(2025, 2, 18), 500_000, (100_000, 48_000), id="since: from the first dong"),
        pytest.param(date(2026, 12, 31), 500_000, (100_000, 48_000), id="8 % until 2026"),
        pytest.param(date(2027, 1, 1), 500_000, (100_000, 60_000), id="10 % from 2027"),
    ],
)
def test_viet_nam_before_and_since_decision_01(on, goods, expected):
    assert due(parcel("VN", Item(DRESS, goods), on=on)) == Due(*expected)


def test_viet_nam_form_d():
    assert due(parcel("VN", Item(DRESS, 500_000), has=("form_d",))) == Due(0, 40_000)


# The Philippines


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        pytest.param(9_999_99, (0, 0), id="below"),
        pytest.param(10_000_00, (0, 0), id="at"),
        # 11,500.01 × 15 % = 1,725.0015; 13,225.0115 × 12 % = 1,587.00138
        pytest.param(10_000_01, (1_725_00, 1_587_00), id="above: the whole CIF value"),
    ],
)
def test_philippines_10000_pesos_fob(goods, expected):
    assert due(parcel("PH", Item(DRESS, goods), freight=1_500_00)) == Due(*expected)


def test_philippines_form_d():
    # 11,500.01 × 12 % = 1,380.0012
    assert due(parcel("PH", Item(DRESS, 10_000_01), freight=1_500_00, has=("form_d",))) == Due(0, 1_380_00)


@pytest.mark.parametrize("destination", ["MY", "TH", "VN", "PH"])
def test_up_to_200_dollars_a_declaration_is_enough(destination):
    unit = {"MY": "4", "TH": "35", "VN": "25000", "PH": "58"}[destination]
    at = {"MY": 800_00, "TH": 7_000_00, "VN": 5_000_000, "PH": 11_600_00}[destination]
    goods = CHOCOLATE
    declared = {"has": ("origin_declaration",), "rates": {"USD": unit}}

    assert due(parcel(destination, Item(goods, at), **declared)).duty == 0
    assert due(parcel(destination, Item(goods, at + 1), **declared)).duty > 0
