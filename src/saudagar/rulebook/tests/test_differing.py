"""What is different between two rulebooks, in words."""

import doctest

from saudagar.rulebook import files
from saudagar.rulebook.rules import differing, read
from saudagar.rulebook.rules.differing import differences, places_touched


def changed(**edits: tuple[str, str]) -> dict[str, str]:
    texts = dict(files.texts())
    for name, (old, new) in edits.items():
        path = {"cn": "destinations/CN.toml", "rates": "tariffs/CN.csv", "switches": "switches.toml"}[name]
        assert old in texts[path]
        texts[path] = texts[path].replace(old, new, 1)
    return texts


def test_the_same_texts_differ_in_nothing():
    assert differences(read(files.texts()), read(files.texts())) == ()


def test_a_raised_limit_is_told_in_three_languages():
    old, new = read(files.texts()), read(changed(cn=('at_most = "5000.00"', 'at_most = "8000.00"')))

    (change,) = differences(old, new)

    assert (change.what, change.kind, change.place, change.rule) == ("changed", "Limit", "CN", "cn-cbec-order")
    assert change.text("en") == "Changed CN Limit cn-cbec-order: at most: ¥5,000.00 → ¥8,000.00"
    assert change.text("id") == "Diubah CN Batas cn-cbec-order: paling banyak: ¥5.000,00 → ¥8.000,00"
    assert change.text("zh-hans") == "修改 CN 限额 cn-cbec-order: 最高: ¥5,000.00 → ¥8,000.00"
    assert places_touched((change,), old, new) == frozenset({"CN"})


def test_a_row_that_goes_is_removed_with_what_it_said():
    texts = dict(files.texts())
    lines = texts["tariffs/CN.csv"].splitlines(keepends=True)
    texts["tariffs/CN.csv"] = "".join(line for line in lines if not line.startswith("cn-vat-040900,"))

    (change,) = differences(read(files.texts()), read(texts))

    assert (change.what, change.rule, change.title("en")) == ("removed", "cn-vat-040900", "HS 040900 honey")
    assert "rate: 9%" in change.sentences("en")


def test_a_switch_that_is_thrown_shows_the_rules_it_wakes():
    old = read(files.texts())
    idle = next(rule for rule in old.idle)
    texts = {**files.texts(), "switched-here.toml": f"[switches]\n{idle.switch} = true\n"}

    found = differences(old, read(texts))

    awake = next(change for change in found if change.rule == idle.id)
    assert awake.sentences("en")[0] == "state: switched off → in use"
    assert any(change.kind == "Switch" and change.rule == idle.switch and change.sentences("en") == ["on: ✗ → ✓"] for change in found)


def test_examples():
    result = doctest.testmod(differing)
    assert (result.attempted, result.failed) == (1, 0)
