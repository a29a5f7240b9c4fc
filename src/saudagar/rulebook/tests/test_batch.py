"""./saudagar rules cost: many parcels from a file."""

import csv
import io
from datetime import date

import pytest

from saudagar.rulebook.batch import NotAFile, work_out
from saudagar.rulebook.tests.made_up import country, row, rule, scheme

RULES = country(
    rule("fee", "fee", 'amount = "2.00"\ncollected = "checkout"'),
    scheme(),
    rows=[row("duty", "duty", "", "12%"), row("vat", "vat", "", "20%"), row("heavy", "duty", "2008", "4.30/kg")],
)
HEAD = "parcel,destination,currency,freight,terms,hs,value,quantity,net_grams,reference\n"


def worked_out(text, rules=RULES, **more):
    target = io.StringIO()
    report = work_out(io.StringIO(text, newline=""), target, rules, today=date(2026, 11, 21), **more)
    target.seek(0)
    return report, list(csv.DictReader(target))


def totals(rows, parcel):
    return {each["kind"]: each["charged"] for each in rows if each["parcel"] == parcel and each["row"] == "total"}


def test_parts_and_totals_of_each_parcel():
    report, rows = worked_out(
        HEAD + "A,XA,EUR,10.00,DAP,6109.10,60.00,2,300,shirt\nA,,,,,910211,40.00,1,100,watch\nB,xa,eur,,,6109 10,1,,,\n"
    )

    assert (report.parcels, report.problems) == (2, [])
    # Duty 12 % of 66 and 44; VAT 20 % of 73.92 and 49.28; the fee 1.20 and 0.80
    assert [(each["line"], each["reference"], each["kind"], each["base"], each["charged"]) for each in rows if each["parcel"] == "A"][
        :6
    ] == [
        ("1", "shirt", "duty", "66.00", "7.92"),
        ("1", "shirt", "vat", "73.92", "14.78"),
        ("1", "shirt", "fee", "66.00", "1.20"),
        ("2", "watch", "duty", "44.00", "5.28"),
        ("2", "watch", "vat", "49.28", "9.86"),
        ("2", "watch", "fee", "44.00", "0.80"),
    ]
    assert totals(rows, "A") == {
        "goods": "100.00",
        "freight": "10.00",
        "insurance": "0.00",
        "duty": "13.20",
        "tax": "24.64",
        "contained_tax": "0.00",
        "fees": "2.00",
        "total": "149.84",
        "due_at_checkout": "112.00",
        "due_at_door": "37.84",
    }
    assert totals(rows, "B")["total"] == "3.34"
    part = rows[0]
    assert (part["rule"], part["rate"], part["source"], part["collected"], part["scheme"]) == (
        "duty",
        "12%",
        "made up",
        "border",
        "xa-import",
    )


@pytest.mark.parametrize(
    ("line", "kind", "problem"),
    [
        ("A,XA,EUR,,,610910,much,1,,", "bad_row", "line 2: value 'much' is not an amount: write 180.00"),
        ("A,XA,EUR,,,610910,1.005,1,,", "bad_row", "line 2: value '1.005' is not an amount of EUR"),
        ("A,XA,EUR,-1,,610910,1,1,,", "bad_row", "line 2: freight '-1' is not an amount of EUR"),
        ("A,XA,EUR,,,610910,1,one,,", "bad_row", "line 2: quantity 'one' is not a whole number"),
        ("A,,EUR,,,610910,1,1,,", "bad_row", "line 2: destination is missing"),
        ("A,XA,,,,610910,1,1,,", "bad_row", "line 2: currency is missing"),
        (",XA,EUR,,,610910,1,1,,", "bad_row", "line 2: no parcel is named"),
        ("A,XA,EUR,,,coffee,1,1,,", "bad_hs_code", "line 2: HS code “coffee” is not right: 6 to 10 digits."),
        ("A,XB,EUR,,,610910,1,1,,", "unknown_destination", "line 2: Saudagar has no trade rules for “XB” yet. Known: XA."),
        ("A,XA,EUR,,,200819,1,1,,", "bad_parcel", "line 2: The parcel's facts are incomplete or impossible: net_grams (HS 200819: heavy)."),
        ("A,XA,EUR,,FOB,610910,1,1,,", "bad_parcel", "line 2: The parcel's facts are incomplete or impossible: terms DDP | DAP."),
        ("A,XA,EUR,,,610910,1,1,,\nA,US,,,,610910,1,1,,", "bad_row", "line 3: destination is 'US' here and 'XA' in the parcel's first row"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_done(line, kind, problem):
    report, rows = worked_out(f"{HEAD}{line}\nZ,XA,EUR,,,610910,1.00,1,,\n")

    assert [(each["row"], each["kind"], each["problem"]) for each in rows if each["row"] == "refused"] == [("refused", kind, problem)]
    assert (report.parcels, len(report.problems)) == (2, 1)
    assert totals(rows, "Z")["total"] == "3.34"


def test_gross_weight_is_a_column_and_what_was_counted_is_told():
    rules = country(scheme('vat_share = "0"'), rows=[row("coffee", "duty", "0901", "63/100kg gross"), row("tea", "duty", "0902", "2%")])
    head = "parcel,destination,currency,hs,value,quantity,net_grams,gross_grams\n"
    report, rows = worked_out(
        f"{head}A,XA,EUR,090121,20.00,2,500,640\nB,XA,EUR,090121,20.00,2,500,\nC,XA,EUR,090210,20.00,1,500,\nD,XA,EUR,090121,1,1,500,499\n",
        rules,
    )

    # 0.64 kg × 0.63 = 0.4032
    assert (rows[0]["rate"], rows[0]["measured"], rows[0]["amount"]) == ("63/100kg gross", "0.64 kg gross", "0.40")
    assert [(each["rate"], each["measured"], each["amount"]) for each in rows if each["parcel"] == "C" and each["row"] == "part"] == [
        ("2%", "", "0.40")
    ]
    assert [(parcel, words.partition(": ")[2]) for _, parcel, words in report.problems] == [
        ("B", "gross_grams (HS 090121: coffee)."),
        ("D", "gross_grams >= net_grams (line 1, HS 090121)."),
    ]


def test_rows_of_a_parcel_stand_together():
    report, rows = worked_out(HEAD + "".join(f"{name},XA,EUR,,,610910,1.00,1,,\n" for name in "ABA"))
    assert report.problems == [(4, "A", "parcel A stood further up already: keep its rows together")]
    assert totals(rows, "A")["total"] == "3.34"


@pytest.mark.parametrize(
    ("head", "fault"),
    [("parcel,destination,currency,hs\n", "missing columns: value"), (HEAD.replace("hs", "hs_code"), "unknown columns: hs_code")],
)
def test_other_columns_are_refused_before_anything_is_worked_out(head, fault):
    with pytest.raises(NotAFile, match=fault):
        worked_out(head)


def test_facts_of_the_buyer_and_the_rates():
    year = rule("limit", "year", 'measure = "year_value"\nvalue_basis = ["goods"]\nat_most = "100.00"')
    sugar = rule("limit", "sugar", 'measure = "year_grams"\nhs = ["1701"]\nat_most = 2000')
    rules = country(year, sugar, scheme(), rows=[row("duty", "duty", "", "12%"), row("vat", "vat", "", "20%")])
    head = "parcel,destination,currency,hs,value,net_grams,buyer_year,buyer_grams,rates\n"
    lines = [
        "A,XA,USD,610910,10,100,91.00,,USD=0.9",
        "B,XA,USD,610910,10,100,91.01,,USD=0.9",
        "C,XA,EUR,170199,1,500,,1701=1501,",
        "D,XA,USD,610910,1,1,,,",
    ]
    report, rows = worked_out(head + "\n".join(lines), rules)

    assert [(each["parcel"], each["kind"]) for each in rows if each["row"] == "refused"] == [
        ("B", "over_year_limit"),
        ("C", "over_year_grams"),
        ("D", "exchange_rate_missing"),
    ]
    assert totals(rows, "A")["total"] == "13.44"
    assert [line for line, _, _ in report.problems] == [3, 4, 5]


def test_registrations_and_codes_that_do_not_exist_are_refused():
    head = HEAD.replace("reference", "registrations")
    report, rows = worked_out(
        f"{head}A,XA,EUR,,,610910,1,1,,eu:ios\nB,XA,EUR,,,610999,1,1,,\nC,XA,EUR,,,610910,1,1,,\n", nomenclature=frozenset({"610910"})
    )
    assert [(parcel, words.partition(".")[0]) for _, parcel, words in report.problems] == [
        ("A", "There is no registration or paper “eu:ios”"),
        ("B", "There is no HS code “610999” in the nomenclature: no subheading 6109"),
    ]
    assert totals(rows, "C")["duty"] == "0.12"


def test_a_day_beyond_the_rules_is_said_once():
    head = HEAD.replace("reference", "date")
    report, _ = worked_out(
        head
        + "".join(f"{name},XA,EUR,,,610910,1,1,,{day}\n" for name, day in (("A", "2026-12-31"), ("B", "2099-01-01"), ("C", "2100-01-01")))
    )
    assert report.cautions == ["Rules known as of 2026-11-21; later changes are not in it."]
