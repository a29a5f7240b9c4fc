"""The engine, form by form: every amount below was worked out by hand."""

from datetime import date

import pytest

from saudagar.rulebook.explaining import explained
from saudagar.rulebook.rules import Item
from saudagar.rulebook.rules.refusals import (
    BadParcel,
    NoRulesOnDate,
    NoTariffData,
    OverOrderLimit,
    OverUses,
    OverYearGrams,
    RateMissing,
    RegionMissing,
    UnknownDestination,
)
from saudagar.rulebook.tests.made_up import FOB, GENERAL, HEAD, MODE, WORDS, amounts, cost, country, row, rule, scheme

SHIRT, WATCH, TEA = "610910", "910211", "090210"
DUTY, VAT = row("duty", "duty", "", "12%"), row("vat", "vat", "", "20%")
TO_1000_DOWN, TO_100_DOWN = '{ to = "1000", way = "down" }', '{ to = "100", way = "down" }'
UP_ORDER = '{ to = "1000.00", way = "up", per = "order" }'
YEN = 'rounding = { to = "1.00", way = "down" }\n'


def limit(identity, text):
    return rule("limit", identity, text)


# Bases and shares


def test_duty_on_goods_and_vat_on_goods_freight_insurance_and_duty():
    rules = country(scheme('vat_basis = ["goods", "freight", "insurance"]', basis=FOB), rows=[DUTY, VAT])
    found = cost(rules, Item(SHIRT, 100_00), freight=20_00, insurance=1_00)
    # 12 % of 100; 20 % of 100 + 20 + 1 + 12
    assert amounts(found) == [("duty", 12_00), ("vat", 26_60)]
    assert [part.base for part in found.parts] == [100_00, 133_00]
    assert (found.duty, found.tax, found.total, found.customs_value) == (12_00, 26_60, 159_60, 100_00)


def test_a_duty_that_vat_does_not_count():
    rules = country(scheme("duty_in_vat_base = false"), rows=[DUTY, VAT])
    assert amounts(cost(rules, Item(SHIRT, 100_00))) == [("duty", 12_00), ("vat", 20_00)]


def test_a_scheme_takes_a_part_of_each_levy():
    rules = country(scheme('duty_share = "50%"\nextra_share = "0"\nvat_share = "70%"'), rows=[DUTY, VAT, row("extra", "extra", "", "10%")])
    found = cost(rules, Item(SHIRT, 100_00))
    assert amounts(found) == [("duty", 6_00), ("vat", 14_84)]  # 20 % × 70 % of 106
    assert [part.levy.rate for part in found.parts] == ["12% × 50%", "20% × 70%"]


def test_a_batik_shawl_to_a_country_without_vat_pays_its_duty_and_an_additional_one():
    rows = [row("duty", "duty", "621490", "11.3%"), row("s301", "extra", "", "10%", origin="ID", name="s301")]
    found = cost(country(scheme('vat_share = "0"', basis=FOB), rows=rows), Item("621490", 60_00))
    assert amounts(found) == [("duty", 6_78), ("s301", 6_00)]
    assert (found.duty, found.tax, found.total) == (12_78, 0, 72_78)


def test_additional_duties_stand_side_by_side_and_a_longer_prefix_exempts():
    rows = [
        row("duty", "duty", "", "0%"),
        row("a", "extra", "", "10%", origin="ID", name="s301"),
        row("a-free", "extra", "4602", "0%", origin="ID", name="s301"),
        row("b", "extra", "46", "25%", name="s232"),
    ]
    rules = country(scheme('vat_share = "0"'), rows=rows)
    assert amounts(cost(rules, Item("460212", 100_00))) == [("duty", 0), ("s301", 0), ("s232", 25_00)]
    assert amounts(cost(rules, Item("460121", 100_00))) == [("duty", 0), ("s232", 25_00), ("s301", 10_00)]
    assert amounts(cost(rules, Item("460121", 100_00, origin="CN"))) == [("duty", 0), ("s232", 25_00)]


def test_a_surcharge_on_the_duty():
    rows = [row("duty", "duty", "", "10%"), row("sws", "extra", "", "10%", name="sws", basis="duty"), row("igst", "vat", "", "18%")]
    found = cost(country(scheme(), rows=rows), Item(TEA, 1_000_00))
    assert amounts(found) == [("duty", 100_00), ("sws", 10_00), ("vat", 199_80)]  # 18 % of 1,110
    assert found.duty == 110_00


def test_excise_inside_its_base_or_added_to_it():
    rows = [row("duty", "duty", "", "10%"), row("excise", "excise", "2203", "20%"), VAT]
    # 110 / 0.8 = 137.50; 20 % of it 27.50; VAT 20 % of 137.50
    assert amounts(cost(country(scheme(), rows=rows), Item("220300", 100_00))) == [("duty", 10_00), ("excise", 27_50), ("vat", 27_50)]
    # 20 % of 110 = 22; VAT 20 % of 132
    added = country(scheme('excise_base = "added"'), rows=rows)
    assert amounts(cost(added, Item("220300", 100_00))) == [("duty", 10_00), ("excise", 22_00), ("vat", 26_40)]


def test_a_tax_on_a_tax_is_worked_out_after_it():
    rows = [
        row("duty", "duty", "", "0%"),
        row("local", "vat", "", "28.2%", name="local", basis="national"),
        row("n", "vat", "", "7.8%", name="national"),
    ]
    found = cost(country(scheme("chained = true"), rows=rows), Item(TEA, 100_00))
    assert amounts(found) == [("duty", 0), ("national", 7_80), ("local", 2_20)]  # 28.2 % of 7.80 = 2.1996


# Specific rates


@pytest.mark.parametrize(
    ("rate", "duty"),
    [
        ("free", 0),
        ("4.30/kg", 2_15),  # half a kilogram
        ("0.20/piece", 60),  # three pieces
        ("5% + 4.30/kg", 7_15),
        ("max(5%, 0.20/kg)", 5_00),
        ("max(5%, 20/kg)", 10_00),
        ("min(30%, 4300/piece)", 30_00),
        ("min(30%, 4.00/piece)", 12_00),
        ("max(1% + 2/kg, 0.50/piece)", 2_00),
        ("0.01/g", 5_00),
        ("130/100kg", 65),
    ],
)
def test_specific_and_compound_rates(rate, duty):
    found = cost(country(scheme('vat_share = "0"'), rows=[row("d", "duty", "", rate)]), Item(TEA, 100_00, 3, 500))
    assert (found.duty, found.parts[0].levy.rate) == (duty, rate)


@pytest.mark.parametrize(
    ("rate", "duty"),
    [
        ("38/100kg gross", 20),  # 520 g: 0.1976
        ("4.30/kg gross", 2_24),  # 2.236
        ("0.01/g gross", 5_20),
        ("5% + 4.30/kg gross", 7_24),
        ("max(5%, 4.30/kg gross)", 5_00),
        ("min(5%, 4.30/kg gross)", 2_24),
        ("2/kg + 1/kg gross", 1_52),  # 500 g net and 520 g gross
    ],
)
def test_rates_on_gross_weight(rate, duty):
    found = cost(country(scheme('vat_share = "0"'), rows=[row("d", "duty", "", rate)]), Item(TEA, 100_00, 3, 500, gross_grams=520))
    assert (found.duty, found.parts[0].levy.rate, found.lines[0].gross_grams) == (duty, rate, 520)


def test_a_rate_on_gross_weight_needs_it_and_net_weight_does_not_do():
    rules = country(scheme('vat_share = "0"'), rows=[row("d", "duty", "", "max(5%, 38/100kg gross)")])
    with pytest.raises(BadParcel) as refused:
        cost(rules, Item(TEA, 100_00, 1, 500))
    assert (refused.value.field, refused.value.facts["missing"]) == ("gross_grams", f"gross_grams (HS {TEA}: d)")


@pytest.mark.parametrize("gross", [-1, 1, 499])
def test_gross_weight_is_no_less_than_net_weight(gross):
    with pytest.raises(BadParcel) as refused:
        cost(country(scheme('vat_share = "0"'), rows=[DUTY]), Item(TEA, 100_00, 1, 500, gross_grams=gross))
    assert (refused.value.field, refused.value.facts["missing"]) == ("gross_grams", f"gross_grams >= net_grams (line 1, HS {TEA})")


def test_goods_that_are_free_by_a_proof_need_no_weight():
    rows = [row("mfn", "duty", "", "38/100kg gross"), row("fta", "duty", "", "free", origin="ID", agreement="A", proof="form_a")]
    rules = country(scheme('vat_share = "0"'), rows=rows)
    found = cost(rules, Item(TEA, 100_00), registrations=frozenset({"form_a"}))
    assert (found.duty, found.parts[0].levy.rule) == (0, "fta")
    with pytest.raises(BadParcel):
        cost(rules, Item(TEA, 100_00))


def test_a_rate_by_weight_needs_the_weight():
    rules = country(scheme('vat_share = "0"'), rows=[row("d", "duty", "", "max(5%, 4.30/kg)")])
    with pytest.raises(BadParcel) as refused:
        cost(rules, Item(TEA, 100_00))
    assert (refused.value.field, refused.value.facts["missing"]) == ("net_grams", f"net_grams (HS {TEA}: d)")


def test_the_lowest_of_a_specific_and_an_agreement_rate_is_due():
    rows = [row("mfn", "duty", "", "2/kg"), row("fta", "duty", "", "5%", origin="ID", agreement="A", proof="form_a")]
    rules = country(scheme('vat_share = "0"'), rows=rows)
    proof = frozenset({"form_a"})
    assert [cost(rules, Item(TEA, 100_00, 1, grams), registrations=proof).duty for grams in (2_000, 3_000)] == [4_00, 5_00]
    assert cost(rules, Item(TEA, 100_00, 1, 3_000)).duty == 6_00


@pytest.mark.parametrize(("value", "excise"), [(14_99, []), (15_00, [1_50]), (15_01, [1_50])])
def test_a_floor_per_piece(value, excise):
    rows = [row("duty", "duty", "", "0%"), row("e", "excise", "", "10%", from_unit_value="15/piece")]
    rules = country(scheme('vat_share = "0"\nexcise_base = "added"'), rows=rows)
    assert [amount for kind, amount in amounts(cost(rules, Item(TEA, value))) if kind == "excise"] == excise


# Which row


def test_rows_of_the_scheme_win_over_the_mode_and_these_over_all_others():
    rows = [
        row("mfn", "duty", "610910", "12%"),
        row("mode", "duty", "", "7.5%", mode="parcel"),
        row("scheme", "duty", "61", "5%", mode="xa-small"),
        row("fta", "duty", "6109", "0%", origin="ID", agreement="A", proof="form_a"),
    ]
    rules = country(
        limit("small", f'mode = "parcel"\nmeasure = "order_value"\n{FOB}at_most = "10.00"\nrefuses = false'),
        scheme('within_limit = "small"\nvat_share = "0"', "xa-small"),
        scheme('vat_share = "0"'),
        scheme('vat_share = "0"', "xa-general", mode="general"),
        rows=rows,
        head=HEAD + MODE + GENERAL,
    )

    def of(value, hs=SHIRT, **more):
        found = cost(rules, Item(hs, value), **more)
        return found.scheme, found.parts[0].levy.rule

    assert of(10_00) == ("xa-small", "scheme")
    assert of(10_00, WATCH) == ("xa-small", "mode")
    assert of(10_01) == ("xa-import", "mode")
    assert of(10_01, registrations=frozenset({"form_a"})) == ("xa-import", "mode")  # a mode with its own rate has no other preference
    assert of(10_01, mode="general") == ("xa-general", "mfn")
    assert of(10_01, mode="general", registrations=frozenset({"form_a"})) == ("xa-general", "fta")


def test_a_change_of_law_gives_both_laws():
    rows = [row("old", "duty", "", "20%", valid_to="2026-03-31"), row("new", "duty", "", "10%", valid_from="2026-04-01")]
    rules = country(scheme('vat_share = "0"'), rows=rows)
    assert rules.destinations["XA"].changes == (date(2020, 1, 1), date(2026, 4, 1))
    assert [cost(rules, Item(TEA, 100_00), on=day).duty for day in (date(2026, 3, 31), date(2026, 4, 1))] == [20_00, 10_00]
    with pytest.raises(NoRulesOnDate):
        cost(rules, Item(TEA, 100_00), on=date(2019, 12, 31))


# Provinces and unions


def test_tax_by_province():
    head = HEAD + 'regions = { ON = "Ontario", BC = "British Columbia" }\n' + MODE
    rows = [
        row("duty", "duty", "", "0%"),
        row("gst", "vat", "", "5%", name="gst"),
        row("hst", "vat", "", "13%", name="gst", region="ON"),
        row("pst", "vat", "", "7%", name="pst", region="BC"),
    ]
    rules = country(scheme(), rows=rows, head=head)
    assert amounts(cost(rules, Item(TEA, 100_00), region="ON")) == [("duty", 0), ("gst", 13_00)]
    assert amounts(cost(rules, Item(TEA, 100_00), region="BC")) == [("duty", 0), ("pst", 7_00), ("gst", 5_00)]
    for region in ("", "QC"):
        with pytest.raises(RegionMissing) as refused:
            cost(rules, Item(TEA, 100_00), region=region)
        assert refused.value.facts["regions"] == "ON, BC"


UNION = (
    f'[union]\ncode = "XU"\ncurrency = "EUR"\ndecimals = 2\nnames = {WORDS}\n'
    + "".join(f'[[member]]\ncode = "{code}"\nnames = {WORDS}\n' for code in ("XD", "XF"))
    + MODE
)
UNION_ROWS = [
    row("duty", "duty", "", "12%"),
    row("vat-d", "vat", "", "19%", region="XD"),
    row("vat-f", "vat", "", "20%", region="XF"),
    row("vat-f-tea", "vat", "09", "5.5%", region="XF"),
]
FLAT = scheme('flat_duty = { amount = "3.00", per = "tariff_item" }\ncollected = { vat = "checkout", duty = "border" }')


def test_each_member_of_a_union_has_its_own_tax():
    rules = country(scheme(), rows=UNION_ROWS, head=UNION, code="XU")
    assert sorted(rules.destinations) == ["XD", "XF"]
    assert rules.unions["XU"].members == ("XD", "XF")
    assert amounts(cost(rules, Item(TEA, 100_00), destination="XD")) == [("duty", 12_00), ("vat", 21_28)]
    assert amounts(cost(rules, Item(TEA, 100_00), destination="XF")) == [("duty", 12_00), ("vat", 6_16)]
    with pytest.raises(UnknownDestination):
        cost(rules, Item(TEA, 100_00), destination="XU")


def test_three_euros_for_each_tariff_item_enter_the_base_of_vat():
    rules = country(FLAT, rows=UNION_ROWS, head=UNION, code="XU")
    found = cost(rules, Item(SHIRT, 40_00), destination="XD", freight=8_00)
    assert amounts(found) == [("duty", 3_00), ("vat", 9_69)]  # 19 % of 51
    assert found.parts[0].levy.rate == "EUR 3.00 / tariff_item"
    assert cost(rules, Item(SHIRT, 40_00, 5), destination="XD").duty == 3_00
    assert cost(rules, Item(SHIRT, 40_00), Item(WATCH, 40_00), destination="XD").duty == 6_00
    both = cost(rules, Item(SHIRT, 30_00), Item("6109100010", 10_00), destination="XD")
    assert [line.duty for line in both.lines] == [2_25, 75]


def test_what_checkout_collects_and_what_the_door():
    rules = country(FLAT, rows=UNION_ROWS, head=UNION, code="XU")
    paid, unpaid = (cost(rules, Item(SHIRT, 40_00), destination="XD", freight=8_00, terms=terms) for terms in ("DDP", "DAP"))
    assert (paid.total, paid.due_at_checkout, paid.due_at_door) == (60_69, 60_69, 0)
    assert (unpaid.total, unpaid.due_at_checkout, unpaid.due_at_door) == (60_69, 57_69, 3_00)
    with pytest.raises(BadParcel):
        cost(rules, Item(SHIRT, 40_00), destination="XD", terms="FOB")


# Schemes, limits


def test_a_registration_chooses_the_scheme():
    rules = country(
        scheme('if_registration = ["xa:ioss", "xa:other"]', "xa-ioss"),
        scheme('unless_registration = "xa:never"', "xa-import"),
        rows=[DUTY, VAT],
    )
    assert cost(rules, Item(TEA, 1_00)).scheme == "xa-import"
    assert cost(rules, Item(TEA, 1_00), registrations=frozenset({"xa:other"})).scheme == "xa-ioss"
    with pytest.raises(NoRulesOnDate):
        cost(rules, Item(TEA, 1_00), registrations=frozenset({"xa:never"}))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (f'measure = "order_value"\n{FOB}at_most = "150.00"', [Item(TEA, 150_00)], [Item(TEA, 150_01)]),
        (f'measure = "order_value"\n{FOB}below = "150.00"', [Item(TEA, 149_99)], [Item(TEA, 150_00)]),
        (f'measure = "line_value"\n{FOB}at_most = "100.00"', [Item(TEA, 100_00), Item(TEA, 100_00)], [Item(TEA, 100_01)]),
        (f'measure = "unit_value"\n{FOB}at_most = "100.00"', [Item(TEA, 300_00, 3)], [Item(TEA, 300_01, 3)]),
        (f'measure = "order_value"\n{FOB}at_most = "100.00"\ncurrency = "USD"', [Item(TEA, 90_00)], [Item(TEA, 90_01)]),  # a dollar is 0.90
        (f'measure = "order_value"\n{FOB}at_most = "15000"\ncurrency = "JPY"', [Item(TEA, 90_00)], [Item(TEA, 90_01)]),  # a yen is 0.006
    ],
)
def test_limits_that_choose_and_limits_that_refuse(text, inside, outside):
    rates = {"USD": "0.90", "JPY": "0.006"}
    schemes = scheme('within_limit = ["x"]', "xa-low"), scheme('above_limit = "x"', "xa-high")
    chooses = country(limit("x", f'mode = "parcel"\nrefuses = false\n{text}'), *schemes, rows=[DUTY, VAT])
    assert cost(chooses, *inside, rates=rates).scheme == "xa-low"
    assert cost(chooses, *outside, rates=rates).scheme == "xa-high"
    refuses = country(limit("x", text), *schemes, rows=[DUTY, VAT])
    assert cost(refuses, *inside, rates=rates).scheme == "xa-low"
    with pytest.raises(OverOrderLimit):
        cost(refuses, *outside, rates=rates)


def test_a_limit_in_another_currency_needs_its_rate():
    rules = country(limit("x", f'measure = "order_value"\n{FOB}at_most = "100.00"\ncurrency = "USD"'), scheme(), rows=[DUTY, VAT])
    with pytest.raises(RateMissing) as refused:
        cost(rules, Item(TEA, 1_00))
    assert refused.value.facts == {"currency": "USD", "customs_currency": "EUR"}
    # Paid in dollars the value needs no conversion to be measured: just US$100.
    assert cost(rules, Item(TEA, 100_00), currency="USD", rates={"USD": "0.912345"}).scheme == "xa-import"
    with pytest.raises(OverOrderLimit) as over:
        cost(rules, Item(TEA, 100_01), currency="USD", rates={"USD": "0.912345"})
    assert (over.value.facts["value"], over.value.facts["limit"], over.value.facts["currency"]) == ("100.01", "100.00", "USD")


def test_grams_of_the_buyers_year():
    rules = country(limit("sugar", 'measure = "year_grams"\nhs = ["1701"]\nat_most = 2000'), scheme(), rows=[DUTY, VAT])
    sugar = Item("170114", 10_00, 1, 500)
    assert cost(rules, sugar, buyer_grams={"1701": 1_500}).scheme == "xa-import"
    assert cost(rules, Item(TEA, 10_00), buyer_grams={"1701": 9_000}).scheme == "xa-import"
    with pytest.raises(OverYearGrams) as refused:
        cost(rules, sugar, buyer_grams={"170114": 1_501, "1006": 1})
    assert (refused.value.facts["grams"], refused.value.facts["left"]) == (2_001, 499)
    with pytest.raises(BadParcel):
        cost(rules, Item("170114", 10_00))


def test_times_a_buyer_may_use_a_way_in():
    uses = 'measure = "uses"\nat_most = 6\nper = "half-year"'
    rules = country(limit("six", uses), scheme(), rows=[DUTY, VAT])
    assert cost(rules, Item(TEA, 1_00), buyer_uses=5).scheme == "xa-import"
    with pytest.raises(OverUses):
        cost(rules, Item(TEA, 1_00), buyer_uses=6)


# Reliefs, waivers, preferences


def relief(text, kinds='["duty", "vat"]'):
    return rule("relief", "xa-relief", f"kinds = {kinds}\n{FOB}{text}")


@pytest.mark.parametrize(("value", "tax"), [(149_99, 0), (150_00, 0), (150_01, 33_60 + 18_00)])
def test_up_to_a_value_nothing_is_due_and_over_it_on_the_whole(value, tax):
    found = cost(country(relief('at_most = "150.00"'), scheme(), rows=[DUTY, VAT]), Item(SHIRT, value))
    assert found.duty + found.tax == tax  # 12 % of 150.01 = 18.00; 20 % of 168.01 = 33.60
    assert [(part.amount == 0, part.relief) for part in found.parts] == [(tax == 0, "" if tax else "xa-relief")] * 2


def test_a_relief_of_duty_leaves_vat_on_the_value_alone():
    found = cost(country(relief('below = "150.00"', '["duty"]'), scheme(), rows=[DUTY, VAT]), Item(SHIRT, 100_00))
    assert [(part.levy.kind, part.amount, part.relief) for part in found.parts] == [("duty", 0, "xa-relief"), ("vat", 20_00, "")]


def test_relieved_goods_need_no_rate():
    rules = country(relief('at_most = "150.00"'), scheme(), rows=[])
    found = cost(rules, Item(SHIRT, 100_00))
    assert [(part.levy.rule, part.amount, part.relief) for part in found.parts] == [("xa-relief", 0, "xa-relief")] * 2
    with pytest.raises(NoTariffData):
        cost(rules, Item(SHIRT, 150_01))


def test_goods_that_never_qualify_and_goods_of_another_origin():
    rules = country(relief('at_most = "150.00"\nbut_hs = ["42"]\nif_origin = ["ID"]'), scheme(), rows=[DUTY, VAT])
    found = cost(rules, Item(SHIRT, 50_00), Item("420221", 50_00), Item(SHIRT, 50_00, origin="VN"))
    assert [(line.duty, line.tax) for line in found.lines] == [(0, 0), (6_00, 11_20), (6_00, 11_20)]


@pytest.mark.parametrize(("per", "duties"), [("line", [0, 0, 18_00]), ("unit", [0, 0, 0]), ("order", [6_00, 12_00, 18_00])])
def test_a_relief_per_order_line_or_piece(per, duties):
    rules = country(relief(f'at_most = "100.00"\nper = "{per}"', '["duty"]'), scheme(), rows=[DUTY, VAT])
    found = cost(rules, Item(SHIRT, 50_00), Item(SHIRT, 100_00), Item(WATCH, 150_00, 2))
    assert [line.duty for line in found.lines] == duties


@pytest.mark.parametrize(("value", "tax", "relief"), [(25_00, 0, "small"), (25_05, 5_01, "")])
def test_small_amounts_are_not_collected(value, tax, relief):
    rules = country(rule("waiver", "small", 'kinds = ["vat"]\nat_most = "5.00"'), scheme('duty_share = "0"'), rows=[VAT])
    found = cost(rules, Item(TEA, value))
    assert (found.tax, found.parts[-1].relief, found.total) == (tax, relief, value + tax)


@pytest.mark.parametrize(("value", "duty"), [(180_00, 0), (180_01, 21_60)])
def test_a_declaration_is_enough_up_to_two_hundred_dollars(value, duty):
    rows = [DUTY, VAT, row("fta", "duty", "", "0%", origin="ID", agreement="A", proof="form_a")]
    rules = country(
        rule(
            "preference",
            "p",
            'agreement = "A"\npaper = "form_a"\nwaived_up_to = "200.00"\ncurrency = "USD"\ndeclaration = "origin_declaration"',
        ),
        scheme(),
        rows=rows,
    )
    declared = frozenset({"origin_declaration"})
    assert cost(rules, Item(TEA, value), registrations=declared, rates={"USD": "0.90"}).duty == duty
    assert cost(rules, Item(TEA, value), registrations=frozenset({"form_a"})).duty == 0
    assert cost(rules, Item(TEA, 100_00)).duty == 12_00
    with pytest.raises(RateMissing):
        cost(rules, Item(TEA, value), registrations=declared)


# Fees


def fee(text, **more):
    return rule("fee", "xa-fee", text, **more)


@pytest.mark.parametrize(
    ("text", "fees"),
    [
        ('amount = "2.00"', 2_00),
        ('amount = "2.00"\nper = "line"', 6_00),
        ('amount = "2.00"\nper = "tariff_item"', 4_00),
        ('amount = "2.00"\nper = "unit"', 10_00),
        ('amount = "25.00"\ncurrency = "RON"', 5_00),
        ('share = "1%"\nof = "value"', 1_30),
        ('share = "1%"\nof = "value"\nleast = "2.69"', 2_69),
        ('share = "50%"\nof = "value"\nmost = "10.00"', 10_00),
        ('share = "10%"\nof = "levies"', 4_47),  # duty 15.60, VAT 29.12
        ('amount = "2.00"\nschemes = ["other"]', 0),
        ('amount = "2.00"\nmodes = ["other"]', 0),
        ('amount = "2.00"\nabove_limit = "big"', 0),
        ('amount = "2.00"\nwithin_limit = "big"', 2_00),
    ],
)
def test_fees(text, fees):
    big = limit("big", f'measure = "order_value"\n{FOB}at_most = "150.00"\nrefuses = false')
    other = scheme("", "other").replace('"parcel"', '"general"')
    rules = country(big, fee(text), scheme(), other, rows=[DUTY, VAT], head=HEAD + MODE + GENERAL)
    found = cost(rules, Item(SHIRT, 60_00, 2), Item(SHIRT, 40_00, 2), Item(WATCH, 30_00), rates={"RON": "0.2"})
    assert (found.fees, found.duty, found.tax) == (fees, 15_60, 29_12)
    assert found.total == 130_00 + 15_60 + 29_12 + fees == sum(line.total for line in found.lines)
    assert sum(part.charged for part in found.parts if part.levy.kind == "fee") == fees


def test_a_fee_in_the_base_of_vat():
    found = cost(
        country(fee('amount = "2.00"\nin_vat_base = true\ncollected = "checkout"'), scheme(), rows=[DUTY, VAT]),
        Item(SHIRT, 100_00),
        terms="DAP",
    )
    assert amounts(found) == [("duty", 12_00), ("fee", 2_00), ("vat", 22_80)]
    assert (found.due_at_checkout, found.due_at_door) == (102_00, 34_80)


def test_a_fee_of_one_member():
    rules = country(fee('amount = "2.00"\nregion = "XF"'), scheme(), rows=UNION_ROWS, head=UNION, code="XU")
    assert [cost(rules, Item(TEA, 100_00), destination=code).fees for code in ("XD", "XF")] == [0, 2_00]


# Rounding


def test_bases_and_taxes_rounded_down_each_in_its_step():
    head = HEAD.replace("EUR", "JPY").replace("decimals = 2", "decimals = 0")
    down = f"chained = true\nroundings = {{ duty_base = {TO_1000_DOWN}, duty = {TO_100_DOWN}, vat_base = {TO_1000_DOWN} }}"
    rows = [row("d", "duty", "", "8%"), row("n", "vat", "", "7.8%", name="national"), row("l", "vat", "", "2.2%", name="local")]
    rules = country(scheme(down, rounding='rounding = { to = "100", way = "down" }\n'), rows=rows, head=head + MODE)
    found = cost(rules, Item(TEA, 26_400), currency="JPY")
    # 8 % of 26,000 = 2,080; VAT on 26,400 + 2,000, that is 28,000: 2,184 and 616
    assert amounts(found) == [("duty", 2_000), ("national", 2_100), ("local", 600)]
    assert [part.base for part in found.parts] == [26_000, 28_000, 28_000]


def test_each_levy_of_the_order_rounded_up_and_spread():
    up = f"chained = true\nroundings = {{ duty = {UP_ORDER}, vat = {UP_ORDER} }}"
    rows = [row("d", "duty", "", "7.5%"), row("v", "vat", "", "12%", base_share="11/12")]
    rules = country(scheme(up), rows=rows, head=HEAD.replace("EUR", "IDR") + MODE)
    dollars = {"rates": {"USD": "16000"}, "currency": "USD", "freight": 8_00, "insurance": 29}
    found = cost(rules, Item(SHIRT, 50_00), **dollars)
    # CIF 932,640; duty 69,948; VAT 11 % of 1,002,640
    assert found.customs_value == 932_640_00
    assert amounts(found) == [("duty", 70_000_00), ("vat", 111_000_00)]
    two = cost(rules, Item(SHIRT, 30_00), Item(WATCH, 20_00), **dollars)
    assert [part.amount for part in two.parts if part.levy.kind == "duty"] == [42_007_21, 27_992_79]  # 559,680 : 372,960 of CIF
    assert sum(part.amount for part in two.parts) == 181_000_00


def test_exact_until_the_end_unless_chained():
    rows = [row("d", "duty", "", "3.3%"), VAT]
    assert amounts(cost(country(scheme(rounding=YEN), rows=rows), Item(TEA, 150_00))) == [("duty", 4_00), ("vat", 30_00)]  # 20 % of 154.95
    assert amounts(cost(country(scheme("chained = true", rounding=YEN), rows=rows), Item(TEA, 151_00))) == [("duty", 4_00), ("vat", 31_00)]
    assert amounts(cost(country(scheme(), rows=rows), Item(TEA, 1_25))) == [("duty", 4), ("vat", 26)]  # 4.125; 20 % of 129.125


# What is shown


def test_what_applies_is_told_with_province_relief_fee_and_threshold():
    head = HEAD + 'regions = { ON = "Ontario", BC = "British Columbia" }\n' + MODE
    rules = country(
        limit("low", f'measure = "order_value"\n{FOB}at_most = "150.00"\nrefuses = false'),
        relief('below = "20.00"'),
        rule("waiver", "tiny", 'kinds = ["vat"]\nat_most = "5.00"'),
        fee('amount = "2.00"'),
        rule("preference", "p", 'agreement = "A"\nwaived_up_to = "200.00"\ncurrency = "USD"\ndeclaration = "origin_declaration"'),
        scheme('within_limit = "low"'),
        rows=[
            DUTY,
            row("on", "vat", "", "13%", region="ON"),
            row("bc", "vat", "", "12%", region="BC"),
            row("own", "duty", "", "5%", mode="parcel"),
        ],
        head=head,
    )

    def told(region=""):
        lines = explained(rules, "XA", TEA, "ID", date(2026, 11, 21), "en", {}, region, today=date(2026, 11, 21))
        return [line.split("  [")[0].strip() for line in lines if "[" in line]

    assert told() == [
        "Duty               12%",
        "ON Ontario: 13% [on]",
        "BC British Columbia: 12% [bc]",
        "Duty               5%",
        "Limit per order €150.00 (above it another scheme)",
        "x (up to €150.00)",
        "Free of Duty, VAT < €20.00",
        "Not collected VAT ≤ €5.00",
        "x €2.00 per parcel",
    ]
    assert told("ON")[:2] == ["Duty               12%", "VAT                13%"]
