"""`rules check`: what an officer should look at."""

from datetime import date

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.checking import by_certainty, findings
from saudagar.rulebook.tests.cast import TODAY, shipped
from saudagar.rulebook.tests.made_up import GENERAL, HEAD, MODE, country, files, row, rule, scheme

TARIFF = "id,kind,hs,goods,rate,base_share,valid_from,valid_to,certainty,source,switch\n"


def found(rows: str, on: date = TODAY) -> list[tuple[str, str]]:
    rulebook = read(texts() | {"tariffs/ID.csv": TARIFF + rows})
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


def broken(*tables: str, rows: list[str], **more) -> list[tuple[str, str, str]]:
    rulebook = country(*tables, rows=rows, **more)
    return [(finding.level, finding.rule, finding.words) for finding in findings(rulebook, TODAY) if finding.level != "note"]


TAXED = [row("duty", "duty", "", "12%"), row("vat", "vat", "", "20%")]


def test_a_sound_rulebook():
    assert broken(scheme(), rows=TAXED) == []


def test_what_is_named_must_be_there():
    assert broken(
        scheme('within_limit = ["a"]\nif_registration = "xa:none"'),
        rule("relief", "r", 'kinds = ["duty"]\nvalue_basis = ["goods"]\nat_most = "1"\nschemes = ["b"]\nmodes = ["c"]'),
        rule("fee", "f", 'amount = "1"\nregion = "D"\nabove_limit = "e"'),
        rule("preference", "p", 'agreement = "G"\nwaived_up_to = "1"\ndeclaration = "h"'),
        rule("limit", "l", 'mode = "i"\nmeasure = "uses"\nat_most = 1\nrefuses = false'),
        rows=[*TAXED, row("x", "duty", "09", "0%", agreement="A", proof="j", mode="k", region="L", basis="m")],
    ) == [
        ("error", "xa-import", "there is no limit a"),
        ("error", "xa-import", "there is no registration xa:none"),
        ("error", "l", "there is no mode i"),
        ("error", "r", "there is no mode c"),
        ("error", "r", "there is no scheme b"),
        ("error", "f", "there is no limit e"),
        ("error", "f", "there is no region D"),
        ("error", "p", "there is no paper h"),
        ("error", "p", "there is no row of agreement G"),
        ("error", "x", "there is no mode or scheme k"),
        ("error", "x", "there is no region L"),
        ("error", "x", "there is no tax m"),
        ("error", "x", "there is no paper j"),
        ("warning", "l", "does not refuse, and no scheme or fee asks for it"),
    ]


def test_goods_that_others_list_and_this_destination_does_not_know():
    two = files(scheme(), rows=[row("a-duty", "duty", "090121", "5%"), row("a-vat", "vat", "", "20%")])
    two |= files(
        scheme(identity="xb-import"),
        rows=[row("b-duty", "duty", "0902", "5%"), row("b-vat", "vat", "09", "20%")],
        head=(HEAD + MODE).replace("XA", "XB"),
        code="XB",
    )
    notes = [(finding.rule, finding.words) for finding in findings(read(two), TODAY) if finding.level == "note"]
    assert notes == [
        ("XA parcel", "no duty rate for 1 of 2 goods: 0902"),
        ("XB parcel", "no duty rate for 1 of 2 goods: 090121"),
    ]


def test_a_temporary_rate_may_end_where_a_wider_one_holds():
    ended = row("ended", "vat", "09", "5%", valid_to="2026-01-31")
    assert broken(scheme(), rows=[*TAXED, ended]) == []
    assert broken(scheme(), rows=[TAXED[0], ended]) == [
        ("error", "duty", "HS  has no VAT rate"),
        ("warning", "ended", "expired on 2026-01-31 and nothing follows it"),
    ]


def test_a_way_in_without_a_scheme_today():
    assert broken(scheme(mode="general"), rows=TAXED, head=HEAD + MODE + GENERAL) == [
        ("warning", "XA parcel", "no scheme holds on 2026-11-21")
    ]


def test_the_usual_way_in_is_one_for_shops():
    faults = broken(scheme(), rows=TAXED, head=HEAD + MODE.replace("default = true", "default = true\ntrade = false"))
    assert faults == [("error", "XA parcel", "is the usual way in, and no way for a shop")]
