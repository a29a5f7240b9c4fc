"""An official schedule becomes a release: tolerant of delimiters and decimals, strict about codes and rates."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from saudagar.rulebook import queries
from saudagar.rulebook.models import Release
from saudagar.rulebook.rules.refusals import BadSchedule
from saudagar.rulebook.rules.schedules import Schedule, read_schedule

CN = Schedule("CN", "China tariff 2026", date(2026, 1, 1))
TEXT = (
    "Tariff Code;Description;Duty rate\n0901.21.00;Coffee, roasted;7,5\n09012200;decaf;free\nxx;?;5\n0901.21.00;again;9\n"
    "09019010;husks;many\n"
)


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
