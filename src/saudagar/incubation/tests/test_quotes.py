"""Kept quotes beside past orders: what becomes possible, what becomes impossible; every amount by hand."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from saudagar.checkout.models import KeptQuote
from saudagar.incubation import actions, reports
from saudagar.incubation.models import Replay
from saudagar.incubation.rules import editing, quoting
from saudagar.incubation.tests.cast import (
    HIGHER_LIMIT,
    LOWER_LIMIT,
    NO_VAT,
    NOON,
    a_business,
    a_proposal,
    a_quote,
    arif,
    asked_for_china,
    law,
    to_china,
)
from saudagar.rulebook import actions as releases
from saudagar.rulebook import files
from saudagar.rulebook import queries as rulebook
from saudagar.rulebook.rules import Item, ProductFacts, Request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _law():
    law()
    yield
    rulebook.forget()


def replayed(*changes, processes=0, proposal=None, at=NOON):
    proposal = proposal or a_proposal(arif().pk, *changes)
    asked = actions.ask_replay(proposal.pk, orders=1000, elasticities={}, by=None, at=at)
    return actions.run_replay(asked.pk, processes=processes, at=at)


def test_a_quote_over_the_limit_becomes_possible_when_the_limit_rises():
    """¥8,000 of coffee in two pieces and ¥20 freight: refused above ¥5,000; at ¥9,000 it pays 13 % × 70 % of ¥8,020."""
    sari = a_business()
    to_china(sari)
    assert asked_for_china(sari, value=800_000) == "over_order_limit"
    assert asked_for_china(a_business("32", "Batik"), value=950_000) == "over_order_limit"
    assert asked_for_china(sari, value=18_000) == ""

    found = replayed(HIGHER_LIMIT)

    quotes = found.result["quotes"]
    totals = quotes["refused"]["totals"]
    assert (totals["quotes"], totals["possible"], totals["sellers"]) == (2, 1, 2)
    # Rp2,000 a yuan.
    assert (totals["goods"], totals["levies_new"]) == (800_000 * 2000, 72_982 * 2000)
    assert totals["landed_new"] == (802_000 + 72_982) * 2000
    by = {name: [(row["key"][0], row["quotes"], row["possible"]) for row in rows] for name, rows in quotes["refused"]["by"].items()}
    assert by == {
        "destination": [("CN", 2, 1)],
        "chapter": [("09", 2, 1)],
        "province": [("11", 1, 1), ("32", 1, 0)],
        "size": [("micro", 2, 1)],
        "code": [("over_order_limit", 2, 1)],
    }
    priced = quotes["priced"]["totals"]
    assert (priced["quotes"], priced["lost"], priced["changed"]) == (1, 0, 0)
    # The orders beside them are what they are without.
    assert (found.result["totals"]["orders"], found.result["totals"]["gained"]) == (1, 0)
    assert found.result["totals"]["landed_new"] == 21_820 * 2000


def test_priced_quotes_become_impossible_or_change():
    sari = a_business()
    to_china(sari)
    asked_for_china(sari, value=18_000)
    asked_for_china(sari, value=48_000)

    quotes = replayed(LOWER_LIMIT, NO_VAT).result["quotes"]

    totals = quotes["priced"]["totals"]
    assert (totals["quotes"], totals["lost"], totals["goods"], totals["changed"]) == (2, 1, 48_000 * 2000, 1)
    assert (totals["landed_old"], totals["landed_new"]) == (21_820 * 2000, 20_000 * 2000)
    assert (totals["levies_old"], totals["levies_new"]) == (1_820 * 2000, 0)
    assert quotes["heard"] == {"over_order_limit": 1}
    assert quotes["refused"]["totals"]["quotes"] == 0


def test_only_quotes_of_the_time_of_the_orders_count():
    sari = a_business()
    to_china(sari)
    asked_for_china(sari, value=800_000, at=NOON - timedelta(seconds=1))
    asked_for_china(sari, value=700_000, at=NOON + timedelta(minutes=1))

    early = replayed(HIGHER_LIMIT)
    later = replayed(HIGHER_LIMIT, at=NOON + timedelta(minutes=2))

    assert early.result["quotes"]["refused"]["totals"]["quotes"] == 0
    assert later.result["quotes"]["refused"]["totals"]["possible"] == 1


def test_what_another_release_refused_is_worked_out_under_the_base():
    sari = a_business()
    to_china(sari)
    strict = editing.edited(files.texts(), LOWER_LIMIT, source="Before")
    releases.load(strict, at=NOON)
    assert asked_for_china(sari, value=48_000) == "over_order_limit"
    releases.load(files.texts(), at=NOON)

    totals = replayed(NO_VAT).result["quotes"]["refused"]["totals"]

    assert (totals["quotes"], totals["known"], totals["possible"]) == (1, 1, 0)


def test_goods_that_may_be_sold_once_no_paper_is_asked_for():
    """Turmeric to Thailand waits for a plant paper. A proposal asks for it no longer, and nothing else changes."""
    sari = a_business()
    to_china(sari)
    request = Request("TH", (Item("091030", 1_420, 2, 500),), "CNY", date(2026, 11, 21), freight=300, rates={"CNY": "4.5"})
    assert a_quote(sari, request, goods=[ProductFacts("091030", papers={"nib": None})]) == "not_sold_there"
    text = files.texts()["destinations/TH.toml"]
    place = text.index('id = "th-plant-quarantine"')
    proposal = a_proposal(arif().pk, editing.Text("destinations/TH.toml", text[:place] + "blocks = false\n" + text[place:]))

    quotes = replayed(proposal=proposal).result["quotes"]

    (row,) = quotes["refused"]["by"]["code"]
    assert (row["key"], row["quotes"], row["possible"]) == (["not_sold_there"], 1, 1)
    assert replayed(HIGHER_LIMIT).result["quotes"]["refused"]["totals"]["possible"] == 0


@pytest.mark.django_db(transaction=True)
def test_two_replays_of_the_same_give_the_same_hash():
    for n in range(8):
        seller = a_business("11", f"A{n}")
        to_china(seller, value=10_000 + n)
        asked_for_china(seller, value=800_000 + n)
        asked_for_china(seller, value=18_000 + n)
    proposal = a_proposal(arif().pk, HIGHER_LIMIT, NO_VAT)

    one, two = (replayed(proposal=proposal, processes=processes) for processes in (0, 2))

    assert one.result == two.result
    assert one.result_sha256 == two.result_sha256
    assert one.result["quotes"]["refused"]["totals"]["possible"] == 8
    # Asked for once more the same day: the same question.
    asked_for_china(seller, value=800_007)
    assert KeptQuote.objects.filter(times=2).count() == 1
    assert replayed(proposal=proposal).result_sha256 == one.result_sha256


def shown(made, *, is_shared, language="en"):
    return reports.report(Replay.objects.select_related("proposal").get(pk=made.pk), language, is_shared=is_shared)["quotes"]


def test_the_report_tells_of_quotes_and_to_others_nothing_of_few_sellers(client):
    user = arif()
    for n in range(6):
        seller = a_business("11", f"A{n}")
        to_china(seller)
        asked_for_china(seller, value=800_000 + n)
    alone = a_business("32", "Alone")
    asked_for_china(alone, value=18_000)
    asked_for_china(alone, value=860_000)
    made = replayed(HIGHER_LIMIT)

    mine, theirs = shown(made, is_shared=False), shown(made, is_shared=True)

    refused, priced = mine["blocks"]
    assert [figure["value"] for figure in refused["figures"]] == ["7", "7"]
    assert [row["name"] for row in refused["sums"]] == ["Goods that become possible", "Buyers would pay", "Duty, tax, fees"]
    names = {table["title"]: [row["name"] for row in table["rows"]] for table in refused["tables"]}
    assert names["By reason of the refusal"] == ["Above the limit per order"]
    assert len(names["By the seller's province"]) == 2
    assert priced["figures"][0]["value"] == "1"
    shared_refused, shared_priced = theirs["blocks"]
    shared_names = {table["title"]: [row["name"] for row in table["rows"]] for table in shared_refused["tables"]}
    assert shared_names["By the seller's province"] == ["Others, merged"]
    assert (shared_priced["figures"], shared_priced["told"]) == ([], "Of fewer than 5 businesses, so it is not told.")

    client.force_login(user)
    page = client.get(reverse("incubation:report", args=[made.proposal_id, made.pk])).content.decode()
    assert 'id="quotes"' in page
    for language in ("id", "en", "zh-hans"):
        assert reports.pdf(made, language, is_shared=True).startswith(b"%PDF")
        assert reports.pdf(made, language, is_shared=False).startswith(b"%PDF")


def test_a_replay_of_before_quotes_were_kept_is_still_told(client):
    user = arif()
    to_china(a_business())
    made = replayed(NO_VAT)
    del made.result["quotes"]
    made.save()

    assert shown(made, is_shared=False) is None
    client.force_login(user)
    page = client.get(reverse("incubation:report", args=[made.proposal_id, made.pk]))
    assert page.status_code == 200 and 'id="quotes"' not in page.content.decode()
    assert reports.pdf(made, "en", is_shared=True).startswith(b"%PDF")


def test_without_quotes_the_report_says_so():
    to_china(a_business())
    found = shown(replayed(NO_VAT), is_shared=False)
    assert (found["told"], found["blocks"]) == ("No quotes were kept in the time of these orders.", [])


def test_from_the_command_line():
    sari = a_business()
    to_china(sari)
    asked_for_china(sari, value=800_000, at=NOON + timedelta(minutes=1))
    proposal = a_proposal(arif().pk, HIGHER_LIMIT)
    out = io.StringIO()

    call_command("replay", str(proposal.pk), processes=0, stdout=out)

    assert "quotes: refused 1, become possible 1" in out.getvalue()
    assert "over_order_limit" in out.getvalue()


def test_rows_that_cannot_be_read_are_counted_and_the_order_of_rows_changes_nothing():
    sari = a_business()
    for n in range(20):
        asked_for_china(a_business(f"{11 + n % 3}", f"A{n}"), value=800_000 + n * 371)
    asked_for_china(sari)
    rows = [(row.business_id, bytes(row.question), row.code, row.province) for row in KeptQuote.objects.all()]
    rows.append((sari.pk, b"\x91", "", "11"))
    old = rulebook.current_rulebook()
    new = editing.readable(editing.edited(files.texts(), HIGHER_LIMIT, source="P"))
    results = []
    for way in (rows, rows[::-1]):
        halves = [quoting.Counter(old, new, frozenset({"CN"}), {}) for _ in range(2)]
        halves[0].count(way[:7])
        halves[1].count(way[7:])
        halves[0].found.add(halves[1].found)
        results.append(quoting.result(halves[0].found, {"CNY": 2237.31}))
    assert json.dumps(results[0]) == json.dumps(results[1])
    assert results[0]["unreadable"] == 1
