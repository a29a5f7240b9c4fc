"""The common changes as forms: each changes one rule and leaves everything else as it stood."""

import pytest

from saudagar.incubation.rules import editing
from saudagar.incubation.rules.refusals import ChangesNothing, NoRulebook, NoSuchRule
from saudagar.rulebook import files
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.differing import differences

TEXTS = files.texts()


def told(edit: editing.Edit) -> list[str]:
    """What the change says, without its source."""
    found = differences(read(TEXTS), read(editing.edited(TEXTS, edit, source="Proposal")))
    return [
        f"{change.what} {change.rule}: {sentence}"
        for change in found
        for sentence in change.sentences("en")
        if not sentence.startswith("source")
    ]


def test_a_limit_is_raised():
    assert told(editing.Limit("cn-cbec-order", "8000.00")) == ["changed cn-cbec-order: at most: ¥5,000.00 → ¥8,000.00"]


def test_a_share_of_a_scheme():
    assert told(editing.Share("cn-cbec", "vat", "35%")) == ["changed cn-cbec: VAT collected: 70% → 35%"]


def test_a_share_that_was_not_written_yet():
    assert told(editing.Share("cn-general", "duty", "50%")) == ["changed cn-general: duty collected: 100% → 50%"]


def test_a_rate_that_stands_in_the_tariff():
    assert told(editing.Tariff("CN", "vat", "040900", "3%")) == ["changed cn-vat-040900: rate: 9% → 3%"]


def test_a_rate_that_does_not_gets_a_row():
    told_now = told(editing.Tariff("CN", "duty", "09012100", "1%", origin="ID"))
    assert "added cn-proposed-duty-09012100-id: rate: 1%" in told_now
    assert "added cn-proposed-duty-09012100-id: origin: ID" in told_now


def test_a_rate_for_an_origin_in_a_tariff_that_had_none():
    told_now = told(editing.Tariff("ID", "vat", "090121", "5%", origin="TL"))
    assert "added id-proposed-vat-090121-tl: origin: TL" in told_now


def test_a_fee():
    told_now = told(editing.Fee("CN", "2.00", "CNY", "parcel", "Handling"))
    assert "added cn-proposed-fee-1: amount: ¥2.00" in told_now
    assert "added cn-proposed-fee-1: per: parcel" in told_now


def test_comments_stay():
    text = editing.edited(TEXTS, editing.Limit("cn-cbec-order", "8000.00"), source="P")["destinations/CN.toml"]
    assert text.count("#") == TEXTS["destinations/CN.toml"].count("#")


@pytest.mark.parametrize(
    ("edit", "refusal", "where"),
    [
        (editing.Limit("cn-nothing", "1"), NoSuchRule, "cn-nothing"),
        (editing.Limit("cn-cbec-order", "a lot"), NoRulebook, "cn-cbec-order"),
        (editing.Limit("cn-cbec-order", "5000.00"), ChangesNothing, ""),
        (editing.Tariff("CN", "duty", "9", "1%"), NoRulebook, "cn-proposed-duty-9"),
        (editing.Text("destinations/CN.toml", "[["), NoRulebook, "destinations/CN.toml"),
        (editing.Text("../x", ""), NoSuchRule, "../x"),
        (editing.Throw("no_such_switch", True), NoSuchRule, "no_such_switch"),
    ],
)
def test_what_is_no_rulebook_says_where(edit, refusal, where):
    with pytest.raises(refusal) as caught:
        editing.edited(TEXTS, edit, source="P")
    assert where in str(caught.value)


def test_the_same_text_changes_nothing():
    with pytest.raises(ChangesNothing):
        editing.edited(TEXTS, editing.Text("papers.toml", TEXTS["papers.toml"]), source="P")
