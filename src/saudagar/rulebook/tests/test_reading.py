"""A rulebook with a fault is not read, and every fault is named with its place."""

import pytest

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Unreadable, read
from saudagar.rulebook.tests import made_up
from saudagar.rulebook.tests.cast import shipped
from saudagar.rulebook.tests.made_up import row, rule, scheme


def with_change(name, old, new):
    files = texts()
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    return files


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("destinations/CN.toml", 'id = "cn-cbec-year"', 'id = "cn-cbec-order"', "used already"),
        ("destinations/CN.toml", 'source = "Cai Guan Shui [2018] 49, art. 2"', 'source = ""', "no source"),
        ("destinations/CN.toml", 'certainty = "V"', 'certainty = "?"', "certainty must be one of"),
        ("destinations/CN.toml", 'switch = "cn_9610_plant_registration"', "", "needs a switch"),
        ("destinations/CN.toml", 'switch = "cn_9610_plant_registration"', 'switch = "x"', "no switch is called x"),
        ("destinations/CN.toml", 'any_of = ["gacc_nest"]', 'any_of = ["gacc_nets"]', "not in papers.toml"),
        ("destinations/CN.toml", "valid_from = 2019-01-01", "valid_to = 2019-01-01", "valid_from is missing"),
        ("destinations/CN.toml", 'way = "half-up"', 'way = "sideways"', "must be one of"),
        ("destinations/CN.toml", "[[limit]]", "[[limit", "destinations/CN.toml"),
        ("tariffs/CN.csv", ",13%,", ",13 percent,", "is not a percentage"),
        ("tariffs/ID.csv", "2025-01-01,,V", "2025-01-01,2024-12-31,V", "valid_to is before valid_from"),
        ("tariffs/ID.csv", "id-ppn,vat", "id-ppn,wat", "must be one of"),
        ("destinations/ID.toml", 'en = "Every seller needs an NIB."', 'en = ""', "no words in en"),
    ],
)
def test_faults_are_named(name, old, new, fault):
    with pytest.raises(Unreadable) as unreadable:
        read(with_change(name, old, new))
    assert any(fault in each for each in unreadable.value.faults), unreadable.value.faults


def test_a_rule_whose_switch_is_off_is_set_aside():
    assert "cn-cbec-list-442011" in {rule.id for rule in shipped().idle}
    files = texts() | {"switched-here.toml": "[switches]\ncn_list_wood_and_rattan = true\n"}
    assert "cn-cbec-list-442011" not in {rule.id for rule in read(files).idle}


def test_the_version_is_made_from_the_content():
    files = texts()
    assert read(files).version == shipped().version
    assert read(files | {"notes.toml": "# a word\n"}).version != shipped().version


@pytest.mark.parametrize(
    ("tables", "rows", "fault"),
    [
        ([rule("limit", "l", 'measure = "uses"\nat_most = 1\nbelow = 2')], [], "l: give at_most or below, one of them"),
        ([rule("limit", "l", 'measure = "weeks"\nat_most = 1')], [], "l: 'weeks' must be one of"),
        ([rule("limit", "l", 'measure = "order_value"\nat_most = "1"')], [], "l: value_basis is missing"),
        ([rule("limit", "l", 'measure = "year_grams"\nat_most = 1')], [], "l: year_grams needs hs"),
        ([rule("relief", "r", 'kinds = ["duties"]\nvalue_basis = ["goods"]\nat_most = "1"')], [], "r: 'duties' must be one of"),
        ([rule("relief", "r", 'kinds = ["duty"]\nvalue_bases = ["goods"]\nat_most = "1"')], [], "r: there is no value_bases here"),
        ([rule("fee", "f", 'amount = "1"\nshare = "1%"')], [], "f: a fee is an amount or a share, one of them"),
        ([rule("fee", "f", 'amount = "1.005"')], [], "f: 1.005 is not an amount in whole minor units"),
        ([rule("waiver", "w", 'kinds = ["vat"]\nat_most = "much"')], [], "w: 'much' is not an amount"),
        ([scheme('roundings = { tax = { to = "1", way = "up" } }')], [], "xa-import: 'tax' must be one of"),
        ([scheme('roundings = { vat = { to = "0", way = "up" } }')], [], "xa-import: rounding to nothing"),
        ([scheme('collected = "door"')], [], "xa-import: 'door' must be one of checkout, border"),
        ([rule("reliefs", "r", "")], [], "destinations/XA.toml: there is no reliefs here"),
        (
            [],
            [row("d", "duty", "", "4.30/litre")],
            "d: rate '4.30/litre' is not a percentage, nor an amount per g, kg, 100kg or piece, nor per 100kg gross",
        ),
        ([], [row("d", "duty", "", "4/piece gross")], "d: rate '4/piece gross' is not a percentage"),
        ([], [row("d", "duty", "", "5%", from_unit_value="10/g")], "d: from_unit_value is for extra and excise"),
        ([], [row("d", "duty", "", "5%") + ",,"], "line 2: d: has not as many cells as the first line"),
    ],
)
def test_every_part_of_the_form_is_checked(tables, rows, fault):
    with pytest.raises(Unreadable) as unreadable:
        read(made_up.files(*tables, rows=rows))
    assert any(fault in each for each in unreadable.value.faults), unreadable.value.faults
