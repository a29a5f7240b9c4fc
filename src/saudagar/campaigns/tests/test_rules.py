"""Phases follow from hours and clock; joining rules name everything that is missing."""

import doctest
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.campaigns.rules import joining, phases
from saudagar.campaigns.rules.joining import Application, Rules, Standing, check_hours, checked_facts, highest_price, lacks
from saudagar.campaigns.rules.phases import OPEN, Phase, phase
from saudagar.campaigns.rules.refusals import CampaignHoursWrong, CampaignNamesNeeded, MayNotJoin, UnknownTimeZone
from saudagar.campaigns.tests.cast import BEFORE, END, QUOTES, START, facts
from saudagar.foundation.refusals import LANGUAGES, Invalid

HOURS = {"quotes_from": QUOTES, "starts_at": START, "ends_at": END}
SECOND = timedelta(seconds=1)
GOOD = Standing(
    ordinary_price=10_000_000, currency="IDR", is_on_sale=True, is_verified=True, on_shelf=50, pictures=2, late_bp=0, other_campaign=""
)
ASKS = Rules(least_discount_bp=1500, least_pieces=10, least_pictures=1, most_late_bp=500, most_per_buyer=3)
OFFER = Application(price=8_500_000, allotment=20, most_per_buyer=3)


def test_docstrings() -> None:
    for module in (phases, joining):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (QUOTES - SECOND, Phase.JOINING),
        (QUOTES, Phase.QUOTES),
        (START - SECOND, Phase.QUOTES),
        (START, Phase.RUNNING),
        (END - SECOND, Phase.RUNNING),
        (END, Phase.OVER),
    ],
)
def test_it_switches_at_the_second(at, found) -> None:
    assert phase(OPEN, **HOURS, at=at) == found
    assert phases.is_running(OPEN, starts_at=START, ends_at=END, at=at) == (found == Phase.RUNNING)
    assert phases.may_be_quoted(OPEN, quotes_from=QUOTES, ends_at=END, at=at) == (found in (Phase.QUOTES, Phase.RUNNING))
    assert phases.not_before(START, at) == (START if at < START else None)
    assert phase("draft", **HOURS, at=at) == Phase.DRAFTED
    assert phase("cancelled", **HOURS, at=at) == Phase.CANCELLED


def test_pieces_wait_for_the_last_quote() -> None:
    assert phases.returns_at(END, at=START) == END + phases.RETURN_AFTER
    assert phases.returns_at(END, at=END + SECOND) == END + SECOND + phases.RETURN_AFTER
    assert phases.back_at(quotes_from=QUOTES, starts_at=START, at=BEFORE) == BEFORE
    assert phases.back_at(quotes_from=QUOTES, starts_at=START, at=QUOTES) == START + phases.RETURN_AFTER
    assert phases.back_at(quotes_from=QUOTES, starts_at=START, at=START + SECOND) == START + SECOND + phases.RETURN_AFTER
    assert phases.RETURN_AFTER > phases.QUOTE_LIFETIME


def test_what_meets_the_rules_may_join() -> None:
    assert lacks(ASKS, OFFER, GOOD) == []


def test_everything_that_is_missing_is_named_at_once() -> None:
    bad = Standing(
        ordinary_price=10_000_000, currency="IDR", is_on_sale=False, is_verified=False, on_shelf=8, pictures=0, late_bp=750,
        other_campaign="10-10",
    )  # fmt: skip
    found = lacks(ASKS, Application(price=8_500_100, allotment=9, most_per_buyer=4), bad)
    assert [lack.code for lack in found] == list(joining.WORDS)
    assert MayNotJoin(found).facts["needs"] == list(joining.WORDS)
    said = {language: MayNotJoin(found).message(language) for language in LANGUAGES}
    assert "Rp8,500,000" not in said["id"] and "Rp8.500.000" not in said["id"] and "Rp85.000" in said["id"]
    assert "15%" in said["en"] and "7.5%" in said["en"] and "10-10" in said["zh-hans"]
    assert all("{" not in words for words in said.values())


def test_no_limit_is_no_answer_where_the_campaign_sets_one() -> None:
    without = Application(price=8_500_000, allotment=20, most_per_buyer=0)
    assert [lack.code for lack in lacks(ASKS, without, GOOD)] == ["limit_too_high"]
    assert lacks(Rules(), without, GOOD) == []


@given(st.integers(100, 10**12), st.integers(0, 9_900), st.sampled_from(["IDR", "CNY", "JPY"]))
def test_the_suggested_price_joins_and_the_next_one_does_not(ordinary, discount, currency) -> None:
    price = highest_price(ordinary, least_discount_bp=discount, currency=currency)
    rules = Rules(least_discount_bp=discount)
    standing = Standing(ordinary, currency, True, True, 9, 1, 0)
    assert lacks(rules, Application(price, 1), standing) == []
    assert [lack.code for lack in lacks(rules, Application(price + 1, 1), standing)] == ["price_not_lower"]
    assert price * 10_000 <= ordinary * (10_000 - discount) or price == joining.step(currency)


@pytest.mark.parametrize("wrong", [{"least_discount_bp": 9_901}, {"least_pieces": 0}, {"most_late_bp": -1}, {"most_per_buyer": 10**7}])
def test_rules_beyond_measure_are_refused(wrong) -> None:
    with pytest.raises(Invalid):
        Rules(**wrong)


@pytest.mark.parametrize(
    ("hours", "at"),
    [
        ((QUOTES, START, START), BEFORE),
        ((START + SECOND, START, END), BEFORE),
        ((QUOTES, START, END), END),
        ((QUOTES, START, START + timedelta(days=61)), BEFORE),
    ],
)
def test_hours_that_make_no_sense_are_refused(hours, at) -> None:
    with pytest.raises(CampaignHoursWrong):
        check_hours(*hours, at=at)
    check_hours(QUOTES, START, END, at=BEFORE)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "Sebelas Sebelas"}, Invalid),
        ({"code": "-x"}, Invalid),
        ({"code": "a" * 41}, Invalid),
        ({"names": {"id": "Pesta"}}, CampaignNamesNeeded),
        ({"time_zone": "Asia/Wakanda"}, UnknownTimeZone),
    ],
)
def test_facts_that_make_no_sense_are_refused(changes, refusal) -> None:
    with pytest.raises(refusal):
        checked_facts(facts(**changes), at=BEFORE)
