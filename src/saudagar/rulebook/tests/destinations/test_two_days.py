"""The same parcel on both sides of a change of law gives both laws; and an officer is told of the days before and after."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import TestCase

from saudagar.rulebook import files
from saudagar.rulebook.rules import Item, ProductFacts, landed_cost, may_sell, read
from saudagar.rulebook.rules.checking import coming, passed
from saudagar.rulebook.rules.parcel import Request
from saudagar.rulebook.rules.switching import with_positions
from saudagar.rulebook.tests.cast import shipped
from saudagar.rulebook.tests.destinations.asia import DRESS, due, parcel
from saudagar.rulebook.tests.test_browser import somebody

TODAY = date(2026, 11, 29)


def test_thailand_keeps_seven_percent_as_a_dated_row():
    """Until 2026-09-30 by the decrees that were read, a year longer by what the Revenue Department announced."""
    rules = [
        next(part.levy.rule for part in parcel("TH", Item(DRESS, 1_000_00), on=on).parts if part.levy.kind == "vat")
        for on in (date(2026, 9, 30), date(2026, 10, 1), date(2027, 9, 30), date(2027, 10, 1))
    ]
    assert rules == ["th-vat-7", "th-vat-7-2027", "th-vat-7-2027", "th-vat-7-after-2027"]
    ten = read(with_positions(files.texts(), {"th_vat_seven_after_2027": False, "th_vat_ten_after_2027": True}))
    taxes = [landed_cost(Request("TH", (Item(DRESS, 1_000_00),), "THB", on), ten).tax for on in (date(2027, 9, 30), date(2027, 10, 1))]
    assert taxes == [91_00, 130_00]  # 1,300 × 7 %, 10 %


def test_viet_nam_goes_back_to_ten_percent_in_2027():
    # A dress of ₫1,000,000 with 20 % duty: 1,200,000 × 8 % = 96,000; × 10 % = 120,000.
    before, after = (due(parcel("VN", Item(DRESS, 1_000_000), on=on)) for on in (date(2026, 12, 31), date(2027, 1, 1)))
    assert (before.duty, after.duty) == (200_000, 200_000)
    assert (before.tax, after.tax) == (96_000, 120_000)


@pytest.mark.parametrize(("hs", "before", "after"), [("940161", 25_00, 30_00), ("940340", 25_00, 50_00)])
def test_the_us_raises_section_232_on_furniture_in_2027(hs, before, after):
    costs = [landed_cost(Request("US", (Item(hs, 100_00),), "USD", on), shipped()) for on in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [sum(part.amount for part in cost.parts if part.levy.name == "s232") for cost in costs] == [before, after]


def asked(country: str, hs: str, on: date, mode: str, **facts) -> set[str]:
    said = may_sell(shipped(), ProductFacts(hs, **facts), country, on, mode=mode)
    return {each.rule for each in (*said.missing, *said.advice)}


@pytest.mark.parametrize(
    ("country", "hs", "mode", "rule", "day"),
    [
        ("DE", "090121", "parcel", "eu-eudr-advice", date(2026, 12, 30)),
        ("DE", "090121", "general", "eu-eudr-general", date(2026, 12, 30)),
        ("CN", "190531", "general", "cn-general-label-2025", date(2027, 3, 16)),
        ("ID", "190531", "home", "id-halal-food", date(2026, 10, 18)),
    ],
)
def test_a_paper_is_asked_from_its_day_on(country, hs, mode, rule, day):
    before, after = date.fromordinal(day.toordinal() - 1), day
    if country == "ID":
        said = [may_sell(shipped(), ProductFacts(hs), "ID", on, mode=mode, dispatch="ID") for on in (before, after)]
        found = [{each.rule for each in (*one.missing, *one.advice)} for one in said]
    else:
        found = [asked(country, hs, on, mode) for on in (before, after)]
    assert [rule in each for each in found] == [False, True]


def test_the_old_label_of_china_ends_where_the_new_one_begins():
    assert "cn-general-label" in asked("CN", "190531", date(2027, 3, 15), "general")
    assert "cn-general-label" not in asked("CN", "190531", date(2027, 3, 16), "general")


def test_what_comes_in_sixty_days():
    found = {(each.day, each.what, each.rule): each.is_off for each in coming(shipped(), TODAY)}
    assert found[date(2026, 12, 31), "ends", "vn-vat-8-2025"] is False
    assert found[date(2027, 1, 1), "begins", "vn-vat-10"] is False
    assert found[date(2027, 1, 1), "begins", "us-s232-940161-from-2027"] is False
    assert found[date(2027, 1, 1), "decide", "vn_ecommerce_decree"] is True
    assert max(day for day, _what, _rule in found) <= date(2027, 1, 28)
    assert min(day for day, _what, _rule in found) >= TODAY


def test_what_has_passed_undecided():
    assert [(each.day, each.rule) for each in passed(shipped(), TODAY)] == [
        (date(2026, 10, 1), "eu_it_parcel_fee"),
        (date(2026, 11, 1), "eu_handling_fee"),
    ]
    # In a year the same rulebook shows what ended with nothing after it, and no row that another follows.
    later = {each.rule for each in passed(shipped(), date(2027, 1, 15))}
    assert "vn-vat-8-2025" not in later
    assert "vn_ecommerce_decree" in later


class Told(TestCase):
    def test_on_the_page_and_by_the_command(self):
        _, officer = somebody(is_officer=True)
        page = officer.get("/officer/rules/findings/").content.decode()
        assert "Days that have passed, to be looked at" in page
        assert "eu_handling_fee" in page
        out = StringIO()
        call_command("rules", "check", "--on", "2026-11-29", stdout=out)
        said = out.getvalue()
        assert "Changes in the next 60 days:" in said
        assert "2027-01-01 begins  US us-s232-940161-from-2027: 30% extra s232: upholstered wood seats" in said
        assert "2026-11-01 decide  EU eu_handling_fee" in said
