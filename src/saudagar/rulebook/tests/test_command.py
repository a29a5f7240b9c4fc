"""./saudagar rules, as people type it: what is wrong is said in words."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from saudagar.foundation.clock import now
from saudagar.rulebook import actions, files, queries
from saudagar.rulebook.management.commands.rules import SOME_REFUSED, Command

pytestmark = pytest.mark.django_db
HEAD = "parcel,destination,currency,hs,value\n"


@pytest.fixture(autouse=True)
def _forgotten():
    queries.forget()
    yield
    queries.forget()


def run(*arguments):
    out = StringIO()
    call_command("rules", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def test_a_day_that_is_none_is_said_so():
    for verb in (("show", "CN", "090121"), ("check",), ("coverage",)):
        with pytest.raises(CommandError, match="'foo' is not a day: write 2026-11-21"):
            run(*verb, "--on", "foo")


def test_goods_without_a_rate_are_named():
    said = run("coverage", "--missing")
    assert "AU" not in said and "ID home" not in said
    assert "US parcel: 1006.00 1701.00" in said


def test_usage_names_the_command_as_people_type_it():
    parser: CommandParser = Command().create_parser("./saudagar manage", "rules")
    assert parser.format_usage().startswith("usage: ./saudagar rules ")


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    for arguments in (
        ("cost", tmp_path / "no.csv", tmp_path / "out.csv"),
        ("load", "--hs-only", tmp_path / "no.csv"),
        ("hs-score", tmp_path / "no.csv"),
    ):
        with pytest.raises(CommandError, match=r"There is no file .*no\.csv\.|nomenclature is not loaded"):
            run(*arguments)


def test_cost_says_with_its_exit_status_that_some_were_refused(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"{HEAD}A,CN,CNY,090121,100.00\nB,UK,CNY,090121,100.00\n")
    with pytest.raises(CommandError, match=r"1 parcels worked out with .*, 1 refused") as refused:
        run("cost", source, target)
    assert refused.value.returncode == SOME_REFUSED
    assert "Did you mean GB" in target.read_text()
    source.write_text(f"{HEAD}A,CN,CNY,090121,100.00\n")
    assert "1 parcels worked out" in run("cost", source, target)


def test_cost_leaves_what_was_worked_out_before_when_it_cannot_do_the_file(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    target.write_text("worked out yesterday")
    longest = csv.field_size_limit(131_072)  # other rooms allow longer cells
    long = "x" * 200_000
    for text, fault in (
        (b"parcel,destination,currency,hs\nA,CN,CNY,090121\n", "missing columns: value"),
        (HEAD.replace("hs", "hs_code").encode(), "unknown columns: hs_code"),
        (b"", "missing columns: parcel, destination"),
        (f"{HEAD}A,CN,CNY,090121,100.00\n".encode() + b"B,CN,CNY,\xff,1\n", "not UTF-8"),
        (f"{HEAD}A,CN,CNY,090121,100.00\nB,CN,CNY,{long},1\n".encode(), "field larger than field limit"),
    ):
        source.write_bytes(text)
        with pytest.raises(CommandError, match=f"{fault}.*Nothing was written"):
            run("cost", source, target)
        assert target.read_text() == "worked out yesterday"
    csv.field_size_limit(longest)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]
    with pytest.raises(CommandError, match=rf"There is no file {tmp_path}/no/out.csv. Nothing was written"):
        run("cost", source, tmp_path / "no" / "out.csv")


def test_check_looks_at_the_release_in_force_and_says_so(tmp_path):
    shipped = queries.current_rulebook().version
    texts = files.texts()
    texts["release.toml"] = texts["release.toml"].replace("title = ", 'title = "Ours" # ')
    ours = actions.load(texts, at=now()).version
    assert f"The release in force, {ours}:" in run("check")
    assert f"The shipped rules, release {shipped}:" in run("check", "--shipped")
    assert f"Folder {files.SHIPPED}, release {shipped}:" in run("check", files.SHIPPED)


def test_show_beyond_the_rules_carries_a_caution_and_says_what_the_buyer_must_give():
    said = run("show", "KR", "090121", "--on", "2099-01-01")
    assert f"! Rules known as of {queries.current_rulebook().version[:10]}; later changes are not in it." in said
    assert "From the buyer: Korean customs asks for the buyer's personal customs clearance code (PCCC)." in said
    assert "later changes" not in run("show", "KR", "090121", "--on", "2026-11-21")


def test_show_on_a_day_without_rules():
    said = run("show", "CN", "090121", "--on", "1990-01-01")
    assert "The rulebook has no rules of this destination for the day asked; choose another day." in said
    assert "There is no tariff data" not in said


def test_show_tells_only_what_concerns_the_goods():
    coffee = run("show", "CN", "090121", "--on", "2026-11-21")
    assert "cn-cbec-sugar-year" not in coffee
    assert "cn-cbec-rice-year" not in coffee
    assert "Bird's-nest plant" not in coffee
    assert "Weight per buyer and year 2,000 g  [cn-cbec-sugar-year" in run("show", "CN", "170199", "--on", "2026-11-21")
    assert "Bird's-nest plant registered for China" in run("show", "CN", "041090", "--on", "2026-11-21")


def test_show_says_which_schemes_are_used_and_when():
    said = run("show", "DE", "090121", "--on", "2026-11-21")
    assert (
        "  IOSS: VAT at checkout, €3 duty per tariff item (with IOSS registration (European Union), up to €150.00)  [eu-ioss-flat" in said
    )
    assert "(€3 duty per tariff item, outside the base of VAT: not used, those above come first)  [eu-flat-outside-vat" in said
    assert "(Duty and VAT at the border" not in said
