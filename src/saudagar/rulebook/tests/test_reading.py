"""A rulebook with a fault is not read, and every fault is named with its place."""

import pytest

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Unreadable, read
from saudagar.rulebook.tests.cast import shipped


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
