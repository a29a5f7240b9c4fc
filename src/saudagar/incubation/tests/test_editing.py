"""The common changes as forms: each changes one rule and leaves everything else as it stood."""

from datetime import date

import pytest

from saudagar.incubation.rules import editing
from saudagar.incubation.rules.outranking import cautions, outranked
from saudagar.incubation.rules.refusals import ChangesNothing, NoRulebook, NoSuchRule
from saudagar.rulebook import files
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.differing import differences

TEXTS = files.texts()


def told(edit: editing.Edit) -> list[str]:
    """What the change says, without its source and how sure it is."""
    found = differences(read(TEXTS), read(editing.edited(TEXTS, edit, source="Proposal")))
    return [
        f"{change.what} {change.rule}: {sentence}"
        for change in found
        for sentence in change.sentences("en")
        if not sentence.startswith(("source", "certainty"))
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


def test_a_rate_reaches_no_levy_of_another_name_or_way_in():
    told_now = told(editing.Tariff("ID", "vat", "9101", "4%", mode="id-parcel", name="pph22"))
    assert [line for line in told_now if "rate" in line] == ["changed id-parcel-pph-15-9101: rate: 5% → 4%"]
    told_now = told(editing.Tariff("ID", "vat", "", "4%"))
    assert not [line for line in told_now if "pph" in line]


def test_vat_is_a_member_states_own_and_duty_is_the_unions():
    told_now = told(editing.Tariff("AT", "vat", "0305", "5%"))
    assert [line for line in told_now if "rate" in line] == ["changed eu-vat-at-0305: rate: 10% → 5%"]
    told_now = told(editing.Tariff("AT", "duty", "090121", "5%"))
    assert [line for line in told_now if "rate" in line] == ["changed eu-mfn-090121: rate: 7.5% → 5%"]


def test_a_rate_for_an_origin_in_a_tariff_that_had_none():
    told_now = told(editing.Tariff("ID", "vat", "090121", "5%", origin="TL"))
    assert "added id-proposed-vat-090121-tl: origin: TL" in told_now


def test_a_fee():
    told_now = told(editing.Fee("CN", "2.00", "CNY", "parcel", "Handling"))
    assert "added cn-proposed-fee-1: amount: ¥2.00" in told_now
    assert "added cn-proposed-fee-1: per: parcel" in told_now


def test_a_fee_for_one_way_in():
    told_now = told(editing.Fee("CN", "2.00", "CNY", "parcel", "Handling", mode="cbec"))
    assert "added cn-proposed-fee-1: ways in: cbec" in told_now
    with pytest.raises(NoSuchRule):
        told(editing.Fee("CN", "2.00", "CNY", "parcel", "Handling", mode="by_mule"))


def test_what_was_verified_is_not_what_is_proposed():
    law = read(TEXTS)
    proposed = read(editing.edited(TEXTS, editing.Limit("cn-cbec-order", "8000.00"), source="Proposal"))
    sure = [next(limit for limit in each.destinations["CN"].limits if limit.id == "cn-cbec-order").certainty for each in (law, proposed)]
    assert sure == ["V", "G"]
    rates = read(editing.edited(TEXTS, editing.Tariff("CN", "vat", "040900", "3%"), source="Proposal")).destinations["CN"].tariffs
    assert next(row for row in rates if row.id == "cn-vat-040900").certainty == "G"


def test_longer_codes_that_keep_their_rate_are_named():
    edit = editing.Tariff("CN", "vat", "0901", "10%")
    proposed = read(editing.edited(TEXTS, edit, source="Proposal"))
    assert "090121" in outranked(proposed, edit, date(2026, 11, 29))
    [words] = cautions(proposed, [edit], date(2026, 11, 29), "en")
    assert "HS 0901 to CN does not reach" in words and "090121" in words
    # Changed as well, it is reached.
    both = [edit, editing.Tariff("CN", "vat", "090121", "10%")]
    assert not any("090121" in said for said in cautions(proposed, both, date(2026, 11, 29), "en"))
    # The most exact one reaches its goods.
    assert outranked(proposed, both[1], date(2026, 11, 29)) == ()


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
