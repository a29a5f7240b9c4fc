"""A change becomes law on a day: the rule that was ends on its eve, the new one begins, and one rulebook tells both laws."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saudagar.foundation.refusals import Refusal
from saudagar.incubation.rules import dating, editing
from saudagar.incubation.rules.refusals import CannotBeDated
from saudagar.rulebook import files
from saudagar.rulebook.rules import Item, ProductFacts, Request, Rulebook, counted_limits, landed_cost, may_sell, read
from saudagar.rulebook.rules.ceilings import Ceiling
from saudagar.rulebook.rules.checking import ERROR, findings
from saudagar.rulebook.rules.counting import counts
from saudagar.rulebook.rules.coverage import goods_of
from saudagar.rulebook.rules.differing import differences
from saudagar.rulebook.rules.switching import with_positions

TEXTS = files.texts()
DAY = date(2027, 3, 1)
EVE = DAY - timedelta(days=1)
LIMIT = editing.Limit("cn-cbec-order", "300.00")
HALF_VAT = editing.Share("cn-cbec", "vat", "35%")
RATE = editing.Tariff("CN", "vat", "090121", "3%")
NEW_RATE = editing.Tariff("CN", "duty", "09012100", "1%", origin="ID")
FEE = editing.Fee("CN", "2.00", "CNY", "parcel", "Handling")
EVERY = [LIMIT, HALF_VAT, RATE, NEW_RATE, FEE, editing.Limit("eu-150", "100.00"), editing.Limit("cn-cbec-sugar-year", "1000")]


def proposed(*edits, base=TEXTS):
    texts = dict(base)
    for edit in edits:
        texts = editing.edited(texts, edit, source="Proposal")
    return texts


def coffee(on, *, value=18_000, pieces=2):
    return Request("CN", (Item("090121", value, pieces, 500, "ID", "0"),), "CNY", on, mode="cbec", freight=2_000)


def amounts(cost):
    return cost.duty, cost.tax, cost.fees, cost.total, [(part.levy.kind, part.base, part.amount) for part in cost.parts]


def holding(texts, on, code="CN"):
    """What a destination's rules say on a day, whatever they are called, in the order of the files."""
    there = read(texts).destinations[code]
    return [replace(rule, id="", valid_from=on, valid_to=None) for rule in there.rules() if rule.holds(on)]


@pytest.mark.parametrize("edit", EVERY, ids=lambda edit: getattr(edit, "rule", type(edit).__name__))
def test_on_the_eve_the_law_is_as_it_was_and_on_the_day_as_proposed(edit):
    code = "DE" if getattr(edit, "rule", "").startswith("eu") else "CN"
    texts = proposed(edit)

    law = dating.dated(TEXTS, texts, DAY)

    assert holding(law, EVE, code) == holding(TEXTS, EVE, code)
    # A new rule goes by the same name in both; one in the place of another keeps the name of the old one.
    assert holding(law, DAY, code) == holding(texts, DAY, code)


def test_many_changes_at_once_contradict_nothing():
    texts = proposed(LIMIT, HALF_VAT, RATE, FEE)
    law = dating.dated(TEXTS, texts, DAY)
    assert [found for found in findings(read(law), DAY) if found.level == ERROR] == []
    assert (holding(law, EVE), holding(law, DAY)) == (holding(TEXTS, EVE), holding(texts, DAY))


def test_the_same_parcel_on_two_dates_gives_both_laws():
    law = read(dating.dated(TEXTS, proposed(HALF_VAT), DAY))

    # ¥200 × 13 % × 70 % and × 35 %.
    assert (landed_cost(coffee(EVE), law).tax, landed_cost(coffee(DAY), law).tax) == (1820, 910)
    assert landed_cost(coffee(EVE), law).scheme == "cn-cbec"
    assert landed_cost(coffee(DAY), law).scheme == "cn-cbec-2027-03-01"


def test_what_names_a_rule_means_the_one_in_its_place():
    """Two schemes of CBEC name the limit: over it one piece pays the general rates, before the change and after it."""
    law = read(dating.dated(TEXTS, proposed(LIMIT), DAY))

    before, after = landed_cost(coffee(EVE, value=48_000, pieces=1), law), landed_cost(coffee(DAY, value=48_000, pieces=1), law)

    assert (before.scheme, after.scheme) == ("cn-cbec", "cn-cbec-single")
    limits = {rule.id: (rule.called, rule.valid_from, rule.valid_to) for rule in law.destinations["CN"].limits if rule.mode == "cbec"}
    assert limits["cn-cbec-order"] == ("cn-cbec-order", date(2019, 1, 1), EVE)
    assert limits["cn-cbec-order-2027-03-01"] == ("cn-cbec-order", DAY, None)


def test_rows_and_reliefs_that_name_a_scheme_hold_for_the_one_in_its_place():
    """A row for a scheme wins over the others, a relief may hold under one alone: both name it by its first id."""
    rulebook, answered = read(TEXTS), 0
    for code, there in rulebook.destinations.items():
        narrowing = {row.mode for row in there.tariffs} | {name for relief in there.reliefs for name in relief.schemes}
        for scheme in there.schemes:
            if answered == 3 or scheme.id not in narrowing or scheme.valid_to or (there.union and code != "DE"):
                continue
            texts = proposed(editing.Share(scheme.id, "vat", "50%"))
            asked = Request(
                code, (Item("610910", 3_000, 1, 200, "ID", "0"),), there.currency, DAY, mode=scheme.mode,
                region=next(iter(there.regions), ""), registrations=frozenset(scheme.if_registration[:1]),
                rates=dict.fromkeys(("USD", "EUR", "CNY", "XDR"), "1"),
            )  # fmt: skip
            try:
                expected = landed_cost(asked, read(texts))
            except Refusal:
                continue
            found = landed_cost(asked, read(dating.dated(TEXTS, texts, DAY)))
            assert amounts(found) == amounts(expected), scheme.id
            answered += found.scheme == f"{scheme.id}-2027-03-01"
    assert answered == 3


def test_a_second_change_follows_the_first_and_all_three_laws_are_told():
    first = dating.dated(TEXTS, proposed(HALF_VAT), DAY)
    later = date(2027, 9, 1)

    second = dating.dated(first, proposed(editing.Share("cn-cbec-2027-03-01", "vat", "0"), base=first), later)

    law = read(second)
    days = (EVE, DAY, later - timedelta(days=1), later)
    assert [landed_cost(coffee(day), law).tax for day in days] == [1820, 910, 910, 0]
    assert [scheme.id for scheme in law.destinations["CN"].schemes if scheme.called == "cn-cbec"] == [
        "cn-cbec", "cn-cbec-2027-03-01", "cn-cbec-2027-09-01",
    ]  # fmt: skip


def test_a_change_on_the_very_day_takes_another_id():
    """In the hours between, orders may name the first one: its id means nothing else afterwards."""
    first = dating.dated(TEXTS, proposed(HALF_VAT), DAY)

    second = dating.dated(first, proposed(editing.Share("cn-cbec-2027-03-01", "vat", "0"), base=first), DAY)

    names = [scheme.id for scheme in read(second).destinations["CN"].schemes if scheme.called == "cn-cbec"]
    assert names == ["cn-cbec", "cn-cbec-2027-03-01-2"]
    assert [landed_cost(coffee(day), read(second)).tax for day in (EVE, DAY)] == [1820, 0]


def test_ids_that_other_rulebooks_have_used_are_not_used_again():
    law = read(dating.dated(TEXTS, proposed(LIMIT, FEE), DAY, taken=frozenset({"cn-cbec-order-2027-03-01", "cn-proposed-fee-1"})))
    assert {rule.id for rule in law.destinations["CN"].limits if rule.called == "cn-cbec-order"} == {
        "cn-cbec-order", "cn-cbec-order-2027-03-01-2",
    }  # fmt: skip
    assert [fee.id for fee in law.destinations["CN"].fees][-1] == "cn-proposed-fee-1-2027-03-01"


def test_a_rule_may_begin_later_than_the_law_and_never_earlier():
    later = DAY + timedelta(days=30)
    texts = proposed(LIMIT, HALF_VAT)
    law = read(dating.dated(TEXTS, texts, DAY, days={"cn-cbec-order": later, "cn-cbec": EVE}))
    found = {rule.id: rule.valid_from for rule in law.destinations["CN"].rules() if rule.id != rule.called}
    assert found == {f"cn-cbec-order-{later}": later, "cn-cbec-2027-03-01": DAY}


def test_what_the_text_dates_itself_stays_as_written():
    text = TEXTS["destinations/CN.toml"]
    block = text[text.index('[[limit]]\nid = "cn-cbec-order"') : text.index("[[limit]]", text.index('id = "cn-cbec-order"'))]
    ended = block.replace("valid_from = 2019-01-01", "valid_from = 2019-01-01\nvalid_to = 2026-12-31")
    begun = block.replace('"cn-cbec-order"', '"cn-cbec-order-new"\ncalled = "cn-cbec-order"').replace("5000.00", "8000.00")
    begun = begun.replace("valid_from = 2019-01-01", "valid_from = 2027-01-01")
    texts = proposed(editing.Text("destinations/CN.toml", text.replace(block, ended + begun)))

    assert dating.dated(TEXTS, texts, DAY) == texts
    # Past orders are worked out under the new one all the same.
    always = read(dating.as_always(TEXTS, texts)).destinations["CN"].limits
    assert [(rule.id, rule.valid_from, rule.at_most) for rule in always if rule.called == "cn-cbec-order"] == [
        ("cn-cbec-order-new", date(2019, 1, 1), 800_000)
    ]


def test_a_rule_that_the_text_drops_ends_and_stands_where_it_stood():
    text = TEXTS["destinations/CN.toml"]
    start = text.index('[[scheme]]\nid = "cn-cbec"')
    without = text[:start] + text[text.index("[[scheme]]", start + 1) :]
    rows = TEXTS["tariffs/CN.csv"].splitlines(keepends=True)
    texts = {
        **TEXTS,
        "destinations/CN.toml": without,
        "tariffs/CN.csv": "".join(row for row in rows if not row.startswith("cn-vat-040900,")),
    }

    law = dating.dated(TEXTS, texts, DAY)

    assert holding(law, EVE) == holding(TEXTS, EVE)
    assert holding(law, DAY) == holding(texts, DAY)
    assert landed_cost(coffee(EVE), read(law)).scheme == "cn-cbec"


def test_words_and_sources_are_put_right_where_they_stand():
    text = TEXTS["destinations/CN.toml"].replace("Cai Guan Shui [2018] 49, art. 1", "Cai Guan Shui [2018] No. 49, art. 1")
    texts = {**TEXTS, "destinations/CN.toml": text}
    assert dating.dated(TEXTS, texts, DAY) == texts


def test_comments_and_everything_else_stay_as_they_were():
    law = dating.dated(TEXTS, proposed(LIMIT), DAY)
    assert [name for name in law if law[name] != TEXTS[name]] == ["destinations/CN.toml"]
    before, after = TEXTS["destinations/CN.toml"].splitlines(), law["destinations/CN.toml"].splitlines()
    kept = iter(after)
    assert all(line in kept for line in before), "a line of the law is gone"
    assert [line for line in after if line not in before] == [
        "valid_to = 2027-02-28", 'id = "cn-cbec-order-2027-03-01"', 'called = "cn-cbec-order"', 'at_most = "300.00"',
        "valid_from = 2027-03-01", 'source = "Proposal"',
    ]  # fmt: skip


def test_the_difference_of_the_releases_reads_as_one_change():
    law = dating.dated(TEXTS, proposed(LIMIT), DAY)

    ended, follows = differences(read(TEXTS), read(law))

    assert ended.text("en") == "Changed CN Limit cn-cbec-order: valid to: – → 2027-02-28"
    assert follows.text("en") == (
        "Changed CN Limit cn-cbec-order-2027-03-01: rule: cn-cbec-order → cn-cbec-order-2027-03-01; "
        "valid from: 2019-01-01 → 2027-03-01; source: Cai Guan Shui [2018] 49, art. 1 → Proposal; certainty: V → G; "
        "at most: ¥5,000.00 → ¥300.00"
    )


def test_past_orders_are_replayed_under_a_change_of_a_rule_that_is_young():
    """The rule that is changed has held since March; an order of November is worked out under the proposal all the same."""
    law = dating.dated(TEXTS, proposed(HALF_VAT, RATE), DAY)
    texts = proposed(editing.Share("cn-cbec-2027-03-01", "vat", "10%"), editing.Tariff("CN", "vat", "090121", "20%"), base=law)

    always = read(dating.as_always(law, texts))

    # ¥200 × 20 % × 10 %.
    assert landed_cost(coffee(date(2026, 11, 21)), always).tax == 400
    assert landed_cost(coffee(date(2026, 11, 21)), read(texts)).tax == 1820


def test_what_cannot_be_dated_is_refused_by_name():
    odd = TEXTS["destinations/CN.toml"].replace('id = "cn-cbec-order"', '"id" = "cn-cbec-order"')
    base = {**TEXTS, "destinations/CN.toml": odd}
    texts = {**base, "destinations/CN.toml": odd.replace('at_most = "5000.00"', 'at_most = "1.00"')}
    with pytest.raises(CannotBeDated) as caught:
        dating.dated(base, texts, DAY)
    assert caught.value.facts == {"rule": "cn-cbec-order", "file": "destinations/CN.toml"}


def test_ceilings_and_tallies_follow_the_rule_that_took_the_place_of_another():
    """Taiwan: free up to NT$2,000 six times in half a year, and goods whose range is not charged. Both lines move from a day on."""
    base = with_positions(TEXTS, {"tw_upper_end_of_range": False})
    name = "destinations/TW.toml"
    higher = TEXTS[name].replace('at_most = "2000.00"', 'at_most = "3000.00"', 1).replace("at_most = 6", "at_most = 7", 1)
    law = read(dating.dated(base, proposed(editing.Text(name, higher), base=base), DAY))
    hs = next(hs for hs in goods_of(law) if _up_to(law, hs, DAY))
    before, after = (_up_to(law, hs, on) for on in (DAY - timedelta(days=1), DAY))
    assert before and after
    assert [(each.amount, each.uses) for each in (before, after)] == [(200_000, 6), (300_000, 7)]
    assert after.rule != before.rule

    for on, value in ((DAY - timedelta(days=1), 150_000), (DAY, 250_000)):
        asked = Request("TW", (Item(hs, value, 1, 500),), "TWD", on)
        limits = counted_limits(law, "TW", on)
        [counted] = counts(limits, asked, law.destinations["TW"], landed_cost(asked, law))[0]
        assert (counted.tally, counted.amount) == ("TW parcel uses tw-2000", 1)


def _up_to(law: Rulebook, hs: str, on: date) -> Ceiling | None:
    return may_sell(law, ProductFacts(hs), "TW", on).up_to
