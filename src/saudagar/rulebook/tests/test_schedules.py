"""An official schedule becomes a release: tolerant of delimiters and decimals, strict about codes and rates."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.rulebook import files, queries
from saudagar.rulebook.models import Release
from saudagar.rulebook.rules import Item, Request, landed_cost
from saudagar.rulebook.rules.checking import NOTE, coming, findings, passed
from saudagar.rulebook.rules.refusals import BadSchedule
from saudagar.rulebook.rules.schedules import Schedule, rate_written, read_schedule, subheadings

CN = Schedule("CN", "China tariff 2026", date(2026, 1, 1))
TEXT = (
    "Tariff Code;Description;Duty rate\n0901.21.00;Coffee, roasted;7,5\n09012200;decaf;free\nxx;?;5\n0901.21.00;again;9\n"
    "09019010;husks;many\n"
)


# As the Swiss customs administration's open data says it, without the columns that nothing is read from.
TARES = """hs8,hs6,designation_en,unit_stat,duty_mfn_value,duty_mfn_unit,duty_mfn_currency,preferential_regimes
09012100,090121,not decaffeinated,per 100 kg gross,63,par 100 kg brut,CHF,"{""efta"":""free"",""indonesie"":""free""}"
09062000,090620,crushed or ground,per 100 kg gross,5,par 100 kg brut,CHF,"{""indonesie"":""free""}"
09081200,090812,crushed or ground,per 100 kg gross,12.5,par 100 kg brut,CHF,{}
19053210,190532,not containing added sugar or other sweetening matter,per 100 kg gross,70.85,par 100 kg brut,CHF,{}
19053220,190532,containing added sugar or other sweetening matter,per 100 kg gross,113.6,par 100 kg brut,CHF,{}
16041410,160414,in containers holding more than 3 kg,per 100 kg gross,0,par 100 kg brut,CHF,{}
16041490,160414,other,per 100 kg gross,13,par 100 kg brut,CHF,{}
01012190,010121,other,per 1 piece(s),3834,par 1 pièce(s),CHF,{}
20096119,200961,other,per 1 litre,3.47,par 1 litre,CHF,{}
"""
SWISS = {"hs": "hs8", "rate": "duty_mfn_value", "unit": "duty_mfn_unit", "goods": "designation_en"}


def test_rows_and_rejected_rows():
    rows, rejected = read_schedule(TEXT, CN, {"hs": "Tariff Code"})
    assert [(row["id"], row["hs"], row["rate"]) for row in rows] == [
        ("cn-schedule-09012100", "09012100", "7.5%"),
        ("cn-schedule-09012200", "09012200", "0%"),
    ]
    assert [each.line for each in rejected] == [4, 5, 6]
    assert [each.reason.split(":")[0] for each in rejected][:2] == ["code 'xx' is not 6, 8 or 10 digits", "code 09012100 stands twice"]


def test_a_file_without_the_columns_is_refused():
    with pytest.raises(BadSchedule):
        read_schedule("a,b\n1,2\n", CN, {})


class Taken(TestCase):
    def setUp(self):
        queries.forget()
        self.addCleanup(queries.forget)

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path):
        self.path = tmp_path / "cn.csv"

    def run_it(self, *arguments):
        out = StringIO()
        call_command("rules", *arguments, stdout=out, stderr=out)
        return out.getvalue()

    def test_a_release_with_eight_digits(self):
        self.path.write_text(TEXT, encoding="utf-8")
        before = Release.objects.count()
        said = self.run_it(
            "load", "--tariff", "cn", str(self.path), "--source", "China tariff 2026", "--replaces", "nothing", "--from", "2026-01-01"
        )
        assert "1 rows of CN taken in, 0 replaced" in said
        assert "4 rows rejected" in said
        assert len((self.path.parent / "cn.rejected.csv").read_text().splitlines()) == 5
        assert Release.objects.count() == before + 1
        queries.forget()
        shown = self.run_it("show", "CN", "0901.21.00", "--on", "2026-11-21")
        assert "7.5%" in shown and "China tariff 2026" in shown
        assert "15%" in self.run_it("show", "CN", "090121", "--on", "2026-11-21")

    def test_what_cannot_be_taken_in_changes_nothing(self):
        self.path.write_text("hs,rate\nxx,1\n", encoding="utf-8")
        before = queries.current_rulebook().version
        for arguments in (("CN", str(self.path), "--source", "x"), ("XX", str(self.path), "--source", "x"), ("CN", str(self.path))):
            with pytest.raises(CommandError):
                self.run_it("load", "--tariff", *arguments)
        queries.forget()
        assert queries.current_rulebook().version == before

    def test_vat_beside_a_row_is_needed_only_where_the_rulebook_has_none(self):
        self.path.write_text("code;rate;vat\n09012100;7;\n12119000;4;\n96011000;3;9\n96012000;3;\n", encoding="utf-8")
        said = self.run_it("load", "--tariff", "CN", str(self.path), "--source", "Schedule", "--replaces", "nothing")
        # 0901.21 and 1211.90 are taxed by the rulebook, 9601.10 by the file, 9601.20 by nobody.
        assert "4 rows of CN taken in" in said
        assert "1 rows rejected" in said
        assert (self.path.parent / "cn.rejected.csv").read_text().splitlines()[1] == (
            f",HS 96012000 has no VAT rate,cn-schedule-96012000 | duty | 96012000 | 3% | {now().date()} | V | Schedule"
        )
        queries.forget()
        assert "9%" in self.run_it("show", "CN", "96011000")

    def test_a_second_vat_where_several_stand_side_by_side_is_refused(self):
        self.path.write_text("code;rate;vat\n09012100;7;10\n", encoding="utf-8")
        with pytest.raises(CommandError, match="several stand side by side"):
            self.run_it("load", "--tariff", "JP", str(self.path), "--source", "Schedule")
        assert "1 rows of JP" in self.run_it(
            "load", "--tariff", "JP", str(self.path), "--source", "S", "--column", "vat=-", "--replaces", "nothing"
        )

    def test_the_swiss_tariff_by_gross_weight(self):
        self.path.write_text(TARES, encoding="utf-8")
        columns = [word for name, column in SWISS.items() for word in ("--column", f"{name}={column}")]
        said = self.run_it(
            "load", "--tariff", "CH", str(self.path), "--source", "Tares 2027", "--from", "2026-01-01", "--replaces", "Tares", *columns
        )
        assert "7 rows of CH taken in" in said
        assert "2 rows rejected" in said  # by the litre; horses have no VAT rate here
        queries.forget()
        rules = queries.current_rulebook()

        def duty(hs, *has):
            item = Item(hs, 200_00, 1, 500, gross_grams=540)
            request = Request("CH", (item,), "CHF", date(2026, 11, 21), mode="general", registrations=frozenset(has))
            part = landed_cost(request, rules).parts[0]
            return part.amount, part.levy.rule

        # 0.54 kg × 0.63, 0.7085 and 1.136
        assert duty("09012100") == (34, "ch-schedule-09012100")
        assert duty("19053210") == (38, "ch-tares-19053210")  # a row that says the same is left alone
        assert duty("190532") == (61, "ch-tares-190532")
        assert duty("090121", "origin_declaration") == (0, "ch-iefta-090121")

    def test_a_full_schedule_of_eleven_thousand_rows_and_the_next_one(self):
        codes = [
            f"{chapter:02}{heading:02}{six:02}{eight:02}0{ten}"
            for chapter in range(1, 97)
            if chapter != 77
            for heading in range(1, 6)
            for six in range(10, 22)
            for eight, ten in ((1, 0), (2, 5))
        ]
        assert len(codes) > 11_000

        def loaded(year: int, rates: Callable[[str], int]) -> str:
            lines = "".join(f"{code};goods;{rates(code)}\n" for code in codes)
            self.path.write_text(f"code;description;rate\n{lines}", encoding="utf-8")
            said = self.run_it("load", "--tariff", "SG", str(self.path), "--source", f"Schedule {year}", "--from", f"{year}-01-01")
            queries.forget()
            return said

        said = loaded(2026, lambda code: int(code[4:6]) % 7)
        assert f"{len(codes):,} rows of SG taken in" in said
        assert "5,700 subheadings of six digits made from their lines; 0 of them differ" in said
        said = loaded(2027, lambda code: int(code[4:6]) % 7 + (code < "03"))
        # Two chapters of 120 lines and 60 subheadings each.
        assert f"{len(codes):,} rows of SG taken in, 360 replaced, 16,740 as they were" in said
        said = loaded(2027, lambda code: int(code[4:6]) % 7 + (code < "03"))
        assert "Nothing changed" in said


COFFEE, TEA, PEPPER, CHILLI = "09012100", "09021010", "09041100", "09042100"


class OneAfterAnother(TestCase):
    """Schedules that follow each other: one rulebook tells every law, each under an id of its own."""

    def setUp(self):
        queries.forget()
        self.addCleanup(queries.forget)
        self.take(2026, {COFFEE: "7.5", TEA: "6", PEPPER: "9"})

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path):
        self.path = tmp_path / "cn.csv"

    def take(self, year: int, rates: dict[str, str], *arguments: str, source: str = "") -> str:
        self.path.write_text("hs,rate\n" + "".join(f"{hs},{rate}\n" for hs, rate in rates.items()), encoding="utf-8")
        out = StringIO()
        call_command(
            "rules", "load", "--tariff", "CN", str(self.path), "--source", source or f"China tariff {year}", "--from", f"{year}-01-01",
            *arguments, stdout=out,
        )  # fmt: skip
        queries.forget()
        return out.getvalue()

    def duty(self, hs: str, on: date) -> tuple[int, str]:
        """Duty on ¥1,000, and the rule it was worked out under."""
        request = Request("CN", (Item(hs, 1_000_00),), "CNY", on, mode="general")
        cost = landed_cost(request, queries.current_rulebook())
        return cost.duty, next(part.levy.rule for part in cost.parts if part.levy.kind == "duty")

    def rows(self) -> dict[str, dict[str, str]]:
        return {row["id"]: row for row in csv.DictReader(StringIO(queries.current_texts()["tariffs/CN.csv"]))}

    def test_the_same_parcel_on_the_day_before_and_on_the_day(self):
        said = self.take(2027, {COFFEE: "8", TEA: "6", PEPPER: "9"})

        assert self.duty(COFFEE, date(2026, 12, 31)) == (75_00, "cn-schedule-09012100")
        assert self.duty(COFFEE, date(2027, 1, 1)) == (80_00, "cn-schedule-09012100-2027-01-01")
        # Known by six digits it is made from its lines, and follows them.
        assert self.duty("090121", date(2026, 12, 31)) == (75_00, "cn-schedule-090121")
        assert self.duty("090121", date(2027, 1, 1)) == (80_00, "cn-schedule-090121-2027-01-01")
        # Coffee by eight and by six digits; beside it whatever else was to begin on that day.
        later = sum(row["kind"] == "duty" and row["valid_from"] == "2027-01-01" for row in files.rows(files.SHIPPED / "tariffs/CN.csv"))
        assert f"3 rows of CN taken in, {2 + later} replaced, 4 as they were" in said
        rows = self.rows()
        old, new = rows["cn-schedule-09012100"], rows["cn-schedule-09012100-2027-01-01"]
        assert (old["rate"], old["valid_to"], old["source"]) == ("7.5%", "2026-12-31", "China tariff 2026")
        assert (new["rate"], new["valid_to"], new["called"], new["source"]) == ("8%", "", "cn-schedule-09012100", "China tariff 2027")

    def test_before_the_first_schedule_the_law_is_what_it_was(self):
        cost, rule = self.duty("090121", date(2025, 12, 31))
        assert (cost, rule) == (150_00, "cn-mfn-090121")
        assert self.rows()["cn-mfn-090121"]["valid_to"] == "2025-12-31"

    def test_a_row_whose_rate_is_the_same_is_left_alone(self):
        before = self.rows()
        self.take(2027, {COFFEE: "8", TEA: "6.0", PEPPER: "9"})
        after = self.rows()
        assert {hs: row for hs, row in after.items() if hs in before and row | {"called": ""} != before[hs] | {"called": ""}}.keys() == {
            "cn-schedule-09012100",
            "cn-schedule-090121",
        }
        assert self.duty(TEA, date(2027, 1, 1)) == (60_00, "cn-schedule-09021010")

    def test_the_same_file_again_changes_nothing(self):
        changes = [
            (2026, {COFFEE: "7.5", TEA: "6", PEPPER: "9"}, ()),
            (2027, {COFFEE: "8", TEA: "6", PEPPER: "9"}, ()),
            (2027, {CHILLI: "4"}, ("--replaces", "nothing")),
        ]
        for year, rates, arguments in changes:
            self.take(year, rates, *arguments)
            texts, number = queries.current_texts(), Release.objects.count()
            with self.subTest(year=year, rates=rates):
                assert "Nothing changed" in self.take(year, rates, *arguments)
                assert (queries.current_texts(), Release.objects.count()) == (texts, number)

    def test_a_code_that_is_gone_ends_and_may_come_back_under_another_id(self):
        self.take(2027, {COFFEE: "7.5", TEA: "6"})
        assert self.rows()["cn-schedule-09041100"]["valid_to"] == "2026-12-31"
        with pytest.raises(Refusal):
            self.duty(PEPPER, date(2027, 1, 1))
        self.take(2028, {COFFEE: "7.5", TEA: "6", PEPPER: "9"})
        assert self.duty(PEPPER, date(2026, 12, 31)) == (90_00, "cn-schedule-09041100")
        assert self.duty(PEPPER, date(2028, 1, 1)) == (90_00, "cn-schedule-09041100-2028-01-01")

    def test_an_id_is_never_reused_even_when_its_row_was_never_law(self):
        """A file put right on its own day: what it said first is gone, and its id with it, for an order may have been placed under it."""
        seen = [self.duty(COFFEE, date(2026, 6, 1))]
        for rate in ("8", "7.5", "8"):
            self.take(2026, {COFFEE: rate, TEA: "6", PEPPER: "9"}, source="China tariff 2026")
            seen.append(self.duty(COFFEE, date(2026, 6, 1)))
        assert seen == [
            (75_00, "cn-schedule-09012100"),
            (80_00, "cn-schedule-09012100-2026-01-01"),
            (75_00, "cn-schedule-09012100-2026-01-01-2"),
            (80_00, "cn-schedule-09012100-2026-01-01-3"),
        ]

    def test_a_law_that_begins_later_stays(self):
        self.take(2028, {COFFEE: "9", TEA: "6", PEPPER: "9"})
        self.take(2027, {COFFEE: "8", TEA: "6", PEPPER: "9"})
        days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1))
        assert [self.duty(COFFEE, day)[0] for day in days] == [75_00, 80_00, 80_00, 90_00]

    def test_rows_of_another_source_stay_and_a_contradiction_is_rejected(self):
        said = self.take(2027, {COFFEE: "8", CHILLI: "4"}, "--replaces", "nothing", source="A ministry's letter")
        assert "1 rows rejected" in said
        assert self.duty(COFFEE, date(2027, 1, 1)) == (75_00, "cn-schedule-09012100")
        assert self.duty(CHILLI, date(2027, 1, 1)) == (40_00, "cn-schedule-09042100")

    def test_the_days_of_a_schedule_are_one_line(self):
        self.take(2027, {COFFEE: "8", TEA: "6.5", PEPPER: "9"})
        rulebook = queries.current_rulebook()
        assert [(each.what, each.words) for each in coming(rulebook, date(2026, 12, 1)) if "-schedule-" in each.rule] == [
            ("ends", "4 rows: China tariff 2026"),
            ("begins", "4 rows: China tariff 2027"),
        ]
        assert not [each for each in passed(rulebook, date(2027, 1, 15)) if each.place == "CN" and each.what == "ends"]
        assert not [each for each in findings(rulebook, date(2027, 1, 15)) if each.level != NOTE and each.rule.startswith("cn-")]


def test_six_digits_over_lines_that_agree_differ_or_cannot_be_compared():
    text = "hs,rate\n09012100,5\n0901210010,5\n090122.10,5\n090122.90,10\n09030010,5\n09030090,5% + 0.20/kg\n100610,3\n10061010,2\n"
    rows, rejected = read_schedule(text, CN, {})
    assert rejected == []
    made, without = subheadings(rows, CN, {"cn_upper_end_of_range"})
    assert [(row["hs"], row["rate"], row["certainty"], row["switch"]) for row in made] == [
        ("090121", "5%", "V", ""),
        ("090122", "10%", "U", "cn_upper_end_of_range"),
    ]
    assert without == ["090300"]
    made, without = subheadings(rows, CN, ())
    assert ([row["hs"] for row in made], without) == (["090121"], ["090122", "090300"])


def test_a_unit_beside_the_number_makes_it_an_amount():
    rows, rejected = read_schedule(TARES, Schedule("CH", "Tares 2026", date(2026, 1, 1)), SWISS)

    assert {row["hs"]: row["rate"] for row in rows} == {
        "09012100": "63/100kg gross",
        "09062000": "5/100kg gross",
        "09081200": "12.5/100kg gross",
        "19053210": "70.85/100kg gross",
        "19053220": "113.6/100kg gross",
        "16041410": "0%",
        "16041490": "13/100kg gross",
        "01012190": "3834/piece",
    }
    assert [(each.row["hs8"], each.reason) for each in rejected] == [
        ("20096119", "unit 'par 1 litre' is not known: per 100 kg gross, per 100 kg, per kg, per piece")
    ]
    made, without = subheadings(rows, Schedule("CH", "Tares 2026", date(2026, 1, 1)), {"ch_upper_end_of_range"})
    assert {row["hs"]: (row["rate"], row["certainty"]) for row in made} == {
        "090121": ("63/100kg gross", "V"),
        "090620": ("5/100kg gross", "V"),
        "090812": ("12.5/100kg gross", "V"),
        "190532": ("113.6/100kg gross", "U"),
        "160414": ("13/100kg gross", "U"),
        "010121": ("3834/piece", "V"),
    }
    assert without == []


@pytest.mark.parametrize(
    ("number", "unit", "rate"),
    [
        ("4,30", "je kg brutto", "4.30/kg gross"),
        ("130", "per 100 kg", "130/100kg"),
        ("130", "100 kg net", "130/100kg"),
        ("4.3", "kg", "4.3/kg"),
        ("7.5", "%", "7.5%"),
        ("7.5", "", "7.5%"),
        ("5% + 4.30/kg", "par 100 kg brut", "5% + 4.30/kg"),
        ("free", "par 100 kg brut", "0%"),
    ],
)
def test_units_as_offices_write_them(number, unit, rate):
    assert rate_written(number, unit) == rate
