"""May it be sold in Europe, the Americas and the Middle East, and what is missing."""

from datetime import date

import pytest

from saudagar.rulebook.tests.cast import TODAY
from saudagar.rulebook.tests.destinations.west import CARVING, COFFEE, HONEY, SHIRT, advised, missing, verdict


@pytest.mark.parametrize(
    ("hs", "destination", "mode", "papers"),
    [
        (COFFEE, "US", "", {"fda_facility"}),
        ("041090", "DE", "", {"eu_listed_plant", "animal_health"}),
        (HONEY, "GB", "", {"gb_listed_plant", "animal_health"}),
        (SHIRT, "DE", "", {"eu_responsible_person"}),
        ("330499", "FR", "", {"eu_responsible_person", "cpnp"}),
        ("330499", "GB", "", {"scpn"}),
        ("950300", "US", "", {"cpc"}),
        ("950300", "NO", "", {"ce_toy"}),
        ("950300", "AE", "", {"gso_g_mark"}),
        ("950300", "SA", "", {"saber"}),
        ("090811", "NL", "", {"aflatoxin_certificate"}),
        (CARVING, "US", "general", {"svlk", "lacey_declaration"}),
        (CARVING, "GB", "", {"svlk"}),
        ("190590", "AE", "", {"ae_food_registration", "halal"}),
        ("190590", "SA", "", {"sfda_food", "halal"}),
        (CARVING, "TR", "", {"svlk", "tr_importer"}),
        (SHIRT, "TR", "", {"tr_importer"}),
        (COFFEE, "CA", "general", {"ca_sfc_licence"}),
        (SHIRT, "CH", "", set()),
    ],
)
def test_what_is_missing(hs, destination, mode, papers):
    found = verdict(hs, destination, mode=mode)
    assert (found.status, missing(found)) == ("allowed_when" if papers else "allowed", papers)


def test_with_the_papers_it_may_be_sold():
    assert verdict(COFFEE, "US", "fda_facility").status == "allowed"
    assert verdict(SHIRT, "DE", "eu_responsible_person").status == "allowed"


def test_krupuk_to_europe_is_told_about_composite_food():
    found = verdict("190590", "DE")
    assert (found.status, advised(found)) == ("allowed", {"eu_composite_attestation", "eu_food_label"})


@pytest.mark.parametrize(
    ("on", "asked", "told"),
    [
        (date(2026, 12, 29), False, False),
        (date(2026, 12, 30), False, True),
        (date(2027, 6, 29), False, True),
        (date(2027, 6, 30), True, False),
    ],
)
def test_eudr_begins_for_coffee(on, asked, told):
    found = verdict(COFFEE, "DE", on=on)
    assert ("eudr_statement" in missing(found), "eudr_statement" in advised(found)) == (asked, told)


@pytest.mark.parametrize(("on", "asked"), [(date(2026, 12, 29), False), (date(2026, 12, 30), True), (date(2027, 6, 30), True)])
def test_eudr_begins_for_coffee_in_general_import(on, asked):
    assert ("eudr_statement" in missing(verdict(COFFEE, "DE", mode="general", on=on))) == asked


@pytest.mark.parametrize(("on", "asked"), [(date(2027, 12, 29), False), (date(2027, 12, 30), True)])
def test_eudr_begins_for_instant_coffee(on, asked):
    assert ("eudr_statement" in missing(verdict("210111", "DE", on=on))) == asked


@pytest.mark.parametrize(
    ("hs", "destination", "rule"),
    [
        ("080450", "US", "us-fresh-fruit"),
        ("140120", "DE", "id-export-ban"),
        ("220830", "US", "no_tariff_data"),
        ("220830", "TR", "no_tariff_data"),
    ],
)
def test_what_may_not_be_sold(hs, destination, rule):
    found = verdict(hs, destination)
    assert (found.status, found.on, rule in {reason.rule for reason in found.reasons}) == ("not_allowed", TODAY, True)
