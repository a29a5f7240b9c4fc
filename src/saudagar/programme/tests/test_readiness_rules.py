"""The score: exact values, and what may never happen whatever the facts are."""

import doctest
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from saudagar.programme.rules import readiness as rules
from saudagar.programme.rules.readiness import PARTS, Facts, measures, readiness, steps, together

PAPERS = ["halal", "gacc", "bpom", "svlk", "zh_label"]
count = st.integers(0, 60)


@st.composite
def facts(draw) -> Facts:
    orders = draw(count)
    missing = draw(st.lists(st.lists(st.sampled_from(PAPERS), min_size=1, max_size=2).map(tuple), max_size=6))
    buyers = draw(count)
    return Facts(
        capacity=draw(st.none() | st.integers(0, 5000)),
        grade=draw(st.sampled_from(["", "a", "b", "c"])),
        months=tuple(draw(st.lists(st.integers(0, 900), min_size=3, max_size=3))) if orders else (0, 0, 0),
        orders=orders,
        late=draw(st.integers(0, orders)),
        late_days=draw(st.floats(0, 20)),
        defects=draw(st.integers(0, orders)),
        papers_asked=len(missing) + draw(st.integers(0, 5)),
        missing=tuple(missing),
        views=draw(st.none() | st.integers(0, 5000)),
        buyers=buyers,
        repeat_buyers=draw(st.integers(0, buyers)),
        campaigns=draw(st.integers(0, 4)),
        price_ratio=draw(st.none() | st.floats(0.2, 3)),
    )


def test_the_examples_in_the_formulas_hold():
    assert doctest.testmod(rules).failed == 0


def test_weights_make_a_hundred_and_name_their_reason():
    assert sum(measures()[name]["weight"] for name in PARTS) == 100
    assert all(measures()[name]["reason"] and measures()[name]["source"] for name in PARTS)


def test_mangosteen_fails_on_volume_quality_and_consistency_not_on_price():
    mangosteen = Facts(
        capacity=60, grade="c", months=(90, 0, 15), orders=30, late=12, late_days=3.5, defects=3, papers_asked=2,
        missing=(("gacc_orchard",), ("phytosanitary",)), views=1000, buyers=20, repeat_buyers=6, campaigns=2, price_ratio=0.8,
    )  # fmt: skip
    found = readiness(mangosteen)
    # volume 60 of 300; quality: papers 0, defects 0, late 0, grade 0.3 of ten parts; consistency: uneven, half a week late.
    # variation: months 90, 0, 15: mean 35, deviation 39.4, so nothing is left; lateness 1 - 3.5/7.
    values = {part.name: round(part.value, 3) for part in found.parts}
    assert values == {"volume": 0.2, "quality": 0.03, "consistency": 0.2, "known": 1.0, "competitive": 1.0}
    assert (round(found.score, 2), found.confidence) == (39.75, 100.0)
    assert [step.code for step in steps(mangosteen)] == ["capacity", "steady", "defects"]
    assert [step.gain for step in steps(mangosteen)] == [20.0, 12.0, 7.5]


def test_what_is_unknown_lowers_the_confidence_and_not_the_score():
    whole = Facts(capacity=300, grade="a", papers_asked=1, price_ratio=1.0, campaigns=2, views=1000)
    assert (readiness(whole).score, readiness(replace(whole, capacity=None)).score) == (100.0, 100.0)
    assert readiness(whole).confidence - readiness(replace(whole, capacity=None)).confidence == 25
    nothing = readiness(Facts())
    assert (nothing.score, round(nothing.confidence, 1)) == (0.0, 3.0)  # only "no campaign" is known


@given(facts())
def test_score_and_confidence_stay_between_nothing_and_a_hundred(known):
    found = readiness(known)
    assert 0 <= found.score <= 100 + 1e-9
    assert 0 <= found.confidence <= 100 + 1e-9


@given(facts(), st.integers(0, 5))
def test_one_more_paper_never_lowers_the_score(known, place):
    if known.missing:
        got = known.missing[place % len(known.missing)]
        after = replace(known, missing=tuple(group for group in known.missing if not set(group) & set(got)))
        assert readiness(after).score >= readiness(known).score - 1e-9


@given(facts(), st.integers(1, 500))
def test_better_never_lowers_the_score(known, more):
    for better in (
        replace(known, capacity=(known.capacity or 0) + more) if known.capacity is not None else known,
        replace(known, late=0),
        replace(known, late_days=known.late_days / 2),
        replace(known, defects=0),
        replace(known, views=known.views + more) if known.views is not None else known,
        replace(known, campaigns=known.campaigns + more),
        replace(known, price_ratio=min(known.price_ratio, 1.0)) if known.price_ratio is not None else known,
        replace(known, repeat_buyers=known.buyers),
    ):
        assert readiness(better).score >= readiness(known).score - 1e-9


@given(facts())
def test_three_steps_at_most_each_a_gain_and_the_best_first(known):
    found = steps(known)
    assert len(found) <= 3
    assert all(step.gain > 0 or step.code.startswith("tell_") for step in found)
    assert [step.sure for step in found] == sorted((step.sure for step in found), reverse=True)


@given(st.lists(facts(), min_size=1, max_size=4))
def test_a_business_lies_between_its_products(products):
    found = [readiness(each) for each in products]
    whole = together([(each, 1.0 + place) for place, each in enumerate(found)])
    assert min(each.score for each in found) - 1e-9 <= whole.score <= max(each.score for each in found) + 1e-9
