"""`rules check`: what an officer should look at."""

from datetime import date

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.checking import by_certainty, findings
from saudagar.rulebook.tests.cast import TODAY, shipped

HEAD = "id,kind,hs,goods,rate,base_share,valid_from,valid_to,certainty,source,switch\n"


def found(rows: str, on: date = TODAY) -> list[tuple[str, str]]:
    rulebook = read(texts() | {"tariffs/ID.csv": HEAD + rows})
    return [(finding.level, finding.rule) for finding in findings(rulebook, on) if finding.rule.startswith("t-")]


def test_the_shipped_rules_have_no_errors_or_warnings():
    assert [finding for finding in findings(shipped(), TODAY) if finding.level != "note"] == []
    assert sum(by_certainty(shipped()).values()) > 400


def test_overlaps():
    assert found("t-1,vat,,all,11%,,2022-04-01,2025-01-01,V,s,\nt-2,vat,,all,12%,11/12,2025-01-01,,V,s,\n") == [("error", "t-2")]


def test_gaps():
    assert found("t-1,vat,,all,11%,,2022-04-01,2024-12-30,V,s,\nt-2,vat,,all,12%,11/12,2025-01-01,,V,s,\n") == [("warning", "t-2")]


def test_one_after_the_other_is_right():
    assert found("t-1,vat,,all,11%,,2022-04-01,2024-12-31,V,s,\nt-2,vat,,all,12%,11/12,2025-01-01,,V,s,\n") == []


def test_expired():
    rows = "t-1,vat,,all,11%,,2022-04-01,2026-11-20,V,s,\n"
    assert found(rows) == [("warning", "t-1")]
    assert found(rows, date(2026, 11, 20)) == []


def test_a_duty_without_vat():
    assert found("t-1,duty,0901,coffee,5%,,2022-04-01,,V,s,\n") == [("error", "t-1")]
