from datetime import date

import pytest

from saudagar.rulebook.rules import ProductFacts, asked_of_buyer, may_sell
from saudagar.rulebook.tests.cast import TODAY, shipped


def missing(verdict):
    return [[paper.key for paper in each.papers] for each in verdict.missing]


def test_coffee_at_home_needs_a_food_number_and_since_18_october_2026_halal():
    coffee = ProductFacts("090121")
    before = may_sell(shipped(), coffee, "ID", date(2026, 10, 17))
    since = may_sell(shipped(), coffee, "ID", date(2026, 10, 18))

    assert missing(before) == [["pirt", "bpom"]]
    assert missing(since) == [["pirt", "bpom"], ["halal", "not_halal_label"]]
    assert since.status == "allowed_when"
    assert since.missing[1].papers[0].given_by["en"].startswith("BPJPH")


def test_with_its_papers_it_is_allowed_until_they_lapse():
    coffee = ProductFacts("090121", papers={"pirt": date(2026, 11, 21), "halal": None})

    assert may_sell(shipped(), coffee, "ID", TODAY).is_allowed
    later = may_sell(shipped(), coffee, "ID", date(2026, 11, 22))
    assert missing(later) == [["pirt", "bpom"]]
    assert later.missing[0].expired_on == date(2026, 11, 21)


def test_food_to_china_needs_a_registered_plant_under_decree_280():
    verdict = may_sell(shipped(), ProductFacts("190531"), "CN", TODAY)
    assert (verdict.status, verdict.mode, missing(verdict)) == ("allowed_when", "cbec", [["gacc"]])
    assert may_sell(shipped(), ProductFacts("190531", papers={"gacc": None}), "CN", TODAY).is_allowed


def test_a_nest_drink_needs_the_nest_plant():
    drink = ProductFacts("220299", traits=frozenset({"birds_nest"}), papers={"gacc": None})
    assert missing(may_sell(shipped(), drink, "CN", TODAY)) == [["gacc_nest"]]
    nest = ProductFacts("041090", papers={"gacc_nest": None})
    assert missing(may_sell(shipped(), nest, "CN", TODAY)) == [["animal_health"]]


def test_fresh_fruit_goes_by_general_trade():
    fruit = ProductFacts("080450")
    refused = may_sell(shipped(), fruit, "CN", TODAY)
    assert (refused.status, [reason.rule for reason in refused.reasons]) == ("not_allowed", ["cn-fresh-not-cbec"])
    general = may_sell(shipped(), fruit, "CN", TODAY, mode="general")
    assert general.status == "allowed_when"
    assert missing(general) == [["cn_importer"], ["gacc_orchard"], ["phytosanitary"]]


@pytest.mark.parametrize("hs", ["621490", "620520"])
def test_batik_is_on_the_list(hs):
    assert may_sell(shipped(), ProductFacts(hs), "CN", TODAY).is_allowed


def test_an_unread_list_line_waits_for_an_officer():
    basket = ProductFacts("460212")
    assert missing(may_sell(shipped(), basket, "CN", TODAY)) == [["cbec_list_line"]]
    assert may_sell(shipped(), ProductFacts("460212", papers={"cbec_list_line": None}), "CN", TODAY).is_allowed


def test_raw_rattan_may_not_leave():
    rattan = may_sell(shipped(), ProductFacts("140120"), "CN", TODAY)
    assert rattan.status == "not_allowed"
    assert "id-export-ban" in [reason.rule for reason in rattan.reasons]


def test_ivory_may_not_be_sold_anywhere():
    for destination in ("ID", "CN"):
        assert may_sell(shipped(), ProductFacts("960110"), destination, TODAY).status == "not_allowed"


def test_goods_without_tariff_are_not_listed_abroad():
    verdict = may_sell(shipped(), ProductFacts("010121", papers={"cbec_list_line": None}), "CN", TODAY)
    assert [reason.rule for reason in verdict.reasons] == ["no_tariff_data"]


def test_a_buyer_in_china_gives_an_identity_and_reads_a_notice():
    assert [(rule.of, rule.any_of) for rule in asked_of_buyer(shipped(), "CN", TODAY)] == [
        ("buyer", ("buyer_identity",)),
        ("notice", ("zh_label",)),
    ]
    assert asked_of_buyer(shipped(), "ID", TODAY) == ()
