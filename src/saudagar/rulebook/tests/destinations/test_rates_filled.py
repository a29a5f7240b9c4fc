"""Rates that stood empty until November 2026: one parcel of each, worked by hand, and both sides of the thresholds they meet."""

from datetime import date

import pytest

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, Request, landed_cost, read
from saudagar.rulebook.rules.refusals import NoTariffData
from saudagar.rulebook.rules.switching import with_positions
from saudagar.rulebook.tests.cast import shipped

ON = date(2026, 11, 29)
CURRENCY = {"JP": "JPY", "TH": "THB", "KR": "KRW", "CA": "CAD", "TR": "TRY", "DE": "EUR", "AU": "AUD", "NZ": "NZD"}


def cost(country: str, hs: str, value: int, *, grams: int = 1_000, on: date = ON, book=None, **more):
    region = "ON" if country == "CA" else ""
    request = Request(country, (Item(hs, value, 1, grams),), CURRENCY[country], on, region=region, **more)
    return landed_cost(request, book or shipped())


def duty(country: str, hs: str, value: int, **more) -> tuple[int, str]:
    """The duty that is due, and the rule of it."""
    found = cost(country, hs, value, **more)
    (part,) = [part for part in found.parts if part.levy.kind == "duty"]
    return part.amount, part.levy.rule


@pytest.mark.parametrize(
    ("hs", "expected", "rule"),
    [
        ("030559", 3_000, "jp-mfn-0305"),  # ¥20,000: 15 %
        ("081190", 4_700, "jp-mfn-081190"),  # 23.8 % = 4,760, down to ¥100
        ("090620", 0, "jp-mfn-090620"),
        ("090812", 700, "jp-mfn-090812"),  # 3.6 % = 720
        ("090822", 700, "jp-mfn-090822"),
        ("091011", 1_800, "jp-mfn-091011"),  # 9 %
        ("121221", 8_000, "jp-mfn-121221"),  # 40 %
        ("130231", 100, "jp-mfn-130231"),  # 1 kg × ¥112
        ("130239", 0, "jp-mfn-130239"),
        ("180500", 2_500, "jp-mfn-1805"),  # 12.9 % = 2,580
        ("190590", 6_800, "jp-mfn-190590"),  # 34 %
        ("570220", 1_600, "jp-mfn-570220"),  # 8.4 % = 1,680
        ("090710", 700, "jp-mfn-090710-retail"),  # 3.6 %
        ("090811", 700, "jp-mfn-090811-retail"),
        ("090821", 700, "jp-mfn-090821-retail"),
        ("090831", 700, "jp-mfn-090831-retail"),
    ],
)
def test_japan(hs, expected, rule):
    assert duty("JP", hs, 20_000) == (expected, rule)
    # Up to ¥10,000 nothing is due whatever the rate; one yen more and it is.
    assert duty("JP", hs, 10_000)[0] == 0


def test_japan_both_sides_of_the_10000_yen_for_ginger():
    # 9 % of ¥10,000, for the value counts in whole thousands, down to ¥100.
    assert [duty("JP", "091011", value)[0] for value in (9_999, 10_000, 10_001)] == [0, 0, 900]


def test_cloves_to_japan_were_free_until_the_schedule_was_read():
    assert duty("JP", "090710", 20_000, on=date(2026, 11, 28)) == (0, "jp-mfn-090710")


@pytest.mark.parametrize(
    ("hs", "rate"),
    [
        ("080111", 54),
        ("080112", 54),
        ("090111", 90),
        ("090210", 90),
        ("090230", 90),
        ("100630", 52),
        ("151311", 52),
        ("151319", 52),
        ("170199", 94),
        ("210111", 49),
        ("210112", 49),
    ],
)
def test_thailand_outside_its_quotas(hs, rate):
    assert duty("TH", hs, 1_000_00)[0] == rate * 10_00


@pytest.mark.parametrize(
    ("hs", "grams", "expected"),
    [
        # ₩500,000: above US$150, so all is due; down to ₩10.
        ("040900", 1_000, 1_215_000),  # 243 % beats ₩1,864
        ("040900", 1_000_000, 1_864_000),  # a ton: ₩1,864 a kg beats 243 %
        ("090210", 1_000, 2_568_000),  # 513.6 %
        ("090421", 1_000, 1_350_000),  # 270 %
        ("090422", 1_000_000, 6_210_000),
        ("091011", 1_000, 1_886_500),  # 377.3 %
        ("100630", 1_000, 2_565_000),  # 513 %
    ],
)
def test_korea_outside_its_quotas(hs, grams, expected):
    assert duty("KR", hs, 500_000, grams=grams, rates={"USD": "1400"})[0] == expected


def test_korea_honey_both_sides_of_150_dollars():
    # 150 × 1,400 = ₩210,000; above it 243 % of the whole: 210,001 × 2.43 = 510,302.43, down to ₩10.
    found = [duty("KR", "040900", value, rates={"USD": "1400"})[0] for value in (209_999, 210_000, 210_001)]
    assert found == [0, 0, 510_300]


@pytest.mark.parametrize(("value", "expected"), [(210_000, 0), (210_001, 105_000), (500_000, 250_000)])
def test_korea_nuts_at_the_dearest_line(value, expected):
    # 50 %, chestnuts; 105,000.5 down to ₩10
    assert duty("KR", "200819", value, rates={"USD": "1400"})[0] == expected


@pytest.mark.parametrize(("hs", "expected"), [("040900", 0), ("041090", 11_00)])
def test_canada(hs, expected):
    assert duty("CA", hs, 100_00)[0] == expected


def test_tuerkiye_coconut_and_the_highest_vat():
    found = cost("TR", "080111", 1_000_00)
    # 30 % = 300; 1,300 × 1 % = 13.
    assert [(part.levy.kind, part.amount, part.levy.rule) for part in found.parts] == [
        ("duty", 300_00, "tr-mfn-080111"),
        ("vat", 13_00, "tr-vat-08"),
    ]
    assert duty("TR", "080112", 1_000_00) == (300_00, "tr-mfn-080112")
    # Porcelain stands in neither VAT list: 12 % = 120; 19 % = 190; 1,310 × 20 % = 262.
    assert [part.levy.rule for part in cost("TR", "691110", 1_000_00).parts if part.levy.kind == "vat"] == ["tr-vat-all"]
    off = read(with_positions(texts(), {"tr_vat_standard_for_all": False}))
    with pytest.raises(NoTariffData):
        cost("TR", "691110", 1_000_00, book=off)
    # What was read keeps its own row.
    assert [part.levy.rule for part in cost("TR", "442019", 1_000_00, book=off).parts if part.levy.kind == "vat"] == ["tr-vat-442019"]


@pytest.mark.parametrize(
    ("hs", "grams", "expected"),
    [
        ("080390", 1_000, 32_00),  # €200: 16 %
        ("080390", 1_000_000, 75_00),  # a ton: €7.50 for 100 kg
        ("100630", 10_000, 2_11),  # 10 kg × €21.10 / 100 kg
        ("170199", 10_000, 4_19),
        ("170290", 1_000, 25_60),  # 12.8 %
        ("170290", 100_000, 50_70),
    ],
)
def test_the_union_above_150_euro(hs, grams, expected):
    assert duty("DE", hs, 200_00, grams=grams)[0] == expected


def test_the_union_both_sides_of_150_euro_for_palm_sugar():
    # Up to €150 the flat €3 for the tariff item, above it 12.8 %: 150.01 × 12.8 % = 19.20128.
    assert [duty("DE", "170290", value)[0] for value in (149_99, 150_00, 150_01)] == [3_00, 3_00, 19_20]


@pytest.mark.parametrize(
    ("hs", "expected"),
    [
        ("210310", 0),  # A$2,000: sauces are free
        ("210390", 0),
        ("151311", 0),
        ("170290", 100_00),  # 5 %, the dearest line
        ("17029010", 0),
        ("210690", 100_00),
        ("21069099", 80_00),  # 4 %
        ("190590", 100_00),
    ],
)
def test_australia_by_its_schedule(hs, expected):
    assert duty("AU", hs, 2_000_00)[0] == expected


@pytest.mark.parametrize(("country", "rate", "threshold"), [("AU", 5, 1_000_00), ("NZ", 10, 1_000_00)])
@pytest.mark.parametrize("hs", ["100630", "170199"])
def test_australia_and_new_zealand_have_no_higher_rate(country, rate, threshold, hs):
    assert duty(country, hs, 2_000_00)[0] == rate * 20_00
    assert duty(country, hs, threshold)[0] == 0
    assert duty(country, hs, threshold + 1)[0] > 0
