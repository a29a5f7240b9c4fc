"""May it be sold in Asia and Oceania, and what is missing."""

import pytest

from saudagar.rulebook.rules import ProductFacts, asked_of_buyer, may_sell
from saudagar.rulebook.rules.landed import resolve
from saudagar.rulebook.tests.cast import TODAY, shipped
from saudagar.rulebook.tests.destinations.asia import CURRENCIES


def verdict(hs: str, destination: str, *papers: str, mode: str = "", dispatch: str = "ID", **more):
    product = ProductFacts(hs, papers=dict.fromkeys(papers), **more)
    return may_sell(shipped(), product, destination, TODAY, mode=mode, dispatch=dispatch)


def missing(found) -> set[str]:
    return {key.key for each in found.missing for key in each.papers}


@pytest.mark.parametrize(
    ("hs", "destination", "mode", "rule"),
    [
        ("040900", "NZ", "", "nz-honey"),
        ("080450", "JP", "", "jp-fresh-fruit"),
        ("080450", "KR", "", "kr-fresh-fruit"),
        ("081090", "TW", "", "tw-fresh-fruit"),
        ("020714", "AU", "", "au-egg-meat"),
        ("041090", "CN", "post", "cn-post-banned"),
        ("140120", "SG", "", "id-export-ban"),
    ],
)
def test_what_may_not_be_sold(hs, destination, mode, rule):
    found = verdict(hs, destination, mode=mode)
    assert (found.status, rule in {reason.rule for reason in found.reasons}) == ("not_allowed", True)


@pytest.mark.parametrize(
    ("hs", "destination", "mode", "papers"),
    [
        ("041090", "TW", "", {"nest_label_zh_hant", "animal_health"}),
        ("041090", "HK", "", {"nest_label_zh_hant"}),
        ("041090", "AU", "", {"au_bicon"}),
        ("190230", "MY", "", {"halal", "not_halal_label"}),
        ("442019", "AU", "", {"treatment", "svlk"}),
        ("442019", "NZ", "", {"treatment", "svlk"}),
        ("460212", "NZ", "", {"treatment"}),
        ("090111", "JP", "", {"phytosanitary"}),
        ("950300", "IN", "general", {"bis"}),
        ("190531", "IN", "general", {"fssai"}),
        ("190531", "JP", "", set()),
        ("620520", "KR", "", set()),
    ],
)
def test_the_exact_papers_that_are_missing(hs, destination, mode, papers):
    found = verdict(hs, destination, mode=mode)
    assert (missing(found), found.status) == (papers, "allowed_when" if papers else "allowed")
    assert verdict(hs, destination, *papers, mode=mode).status == "allowed"


@pytest.mark.parametrize(
    ("hs", "destination", "rule"),
    [
        ("190531", "JP", "jp-food-import-notice"),
        ("190531", "KR", "kr-food-facility"),
        ("190531", "SG", "sg-food-import"),
        ("330499", "TH", "th-fda"),
        ("190531", "VN", "vn-food-declaration"),
        ("190531", "PH", "ph-fda"),
    ],
)
def test_what_is_told_but_not_asked_of_a_parcel_for_own_use(hs, destination, rule):
    found = verdict(hs, destination)
    assert (found.status, rule in {each.rule for each in found.advice}) == ("allowed", True)


@pytest.mark.parametrize(("destination", "papers"), [("KR", ["pccc"]), ("TW", ["ez_way"]), ("IN", ["in_kyc"]), ("JP", [])])
def test_what_the_buyer_gives(destination, papers):
    asks = asked_of_buyer(shipped(), destination, TODAY)
    assert [key for ask in asks if ask.of == "buyer" for key in ask.any_of] == papers


def test_goods_that_come_into_indonesia():
    toys = {"hs": "950300", "destination": "ID", "dispatch": "CN", "origin": "CN"}
    assert missing(verdict(**toys)) == {"sni"}
    assert {each.rule for each in verdict(**toys).advice} == {"id-inbound-floor"}
    assert verdict("190531", "ID", mode="general", dispatch="CN", origin="CN", traits=frozenset()).status == "allowed_when"


# How many of the goods of China's table each destination has a rate for; the others are refused with no_tariff_data.
COVERED = {
    "CN": 109,
    "HK": 109,
    "TW": 109,
    "JP": 109,
    "KR": 109,
    "SG": 109,
    "MY": 107,
    "TH": 108,
    "VN": 107,
    "PH": 107,
    "AU": 109,
    "NZ": 109,
    "IN": 109,
    "ID": 109,
}


def test_goods_with_a_rate_are_counted():
    goods = {row.hs.ljust(6, "0") for row in shipped().destinations["CN"].tariffs if row.kind == "vat"}
    found = {}
    for destination in CURRENCIES:
        modes = ("parcel",) if destination in ("ID", "IN") else ()
        found[destination] = sum(
            1
            for hs in goods
            if (rows := resolve(shipped(), destination, hs, "ID", TODAY, modes=modes)).duty is not None and rows.vat is not None
        )
    assert (len(goods), found) == (109, COVERED)
