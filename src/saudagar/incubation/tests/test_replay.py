"""Past orders under a proposal: every amount by hand."""

import doctest
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from django.db import connection

from saudagar.foundation.ids import first_id, new_business_id
from saudagar.incubation import actions, replay
from saudagar.incubation.models import Replay
from saudagar.incubation.rules import editing, replaying
from saudagar.incubation.rules.refusals import ChangesNothing, NoOrders
from saudagar.incubation.tests.cast import LOWER_LIMIT, NO_VAT, NOON, a_business, a_proposal, arif, at_home, law, to_china
from saudagar.orders.models import Order
from saudagar.rulebook import files
from saudagar.rulebook import queries as rulebook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _law():
    law()
    yield
    rulebook.forget()


def replayed(*changes, orders=1000, elasticities=None):
    proposal = a_proposal(arif().pk, *changes)
    asked = actions.ask_replay(proposal.pk, orders=orders, elasticities=elasticities or {}, by=None, at=NOON)
    return actions.run_replay(asked.pk, processes=0, at=NOON)


def test_without_vat_a_parcel_to_china_costs_nine_percent_less():
    """¥180 and ¥20 freight: ¥18.20 of VAT (13 % × 70 %) go; home stays as it is."""
    sari = a_business()
    to_china(sari)
    at_home(a_business("32", "Batik Dewi"))

    found = replayed(NO_VAT)

    assert (found.state, found.progress, found.expected) == (Replay.State.DONE, 2, 2)
    by = {row["key"][0]: row for row in found.result["by"]["destination"]}
    china, home = by["CN"], by["ID"]
    # Rp2,000 a yuan; both have two decimals.
    assert (china["orders"], china["changed"], china["landed_old"], china["landed_new"]) == (1, 1, 21_820 * 2000, 20_000 * 2000)
    assert (china["levies_old"], china["levies_new"], china["seller_old"], china["seller_new"]) == (
        1_820 * 2000,
        0,
        18_000 * 2000,
        18_000 * 2000,
    )
    assert (home["orders"], home["changed"]) == (1, 0)
    assert home["landed_old"] == home["landed_new"] == 11_700_000
    assert [row["key"] for row in found.result["by"]["province"]] == [["11"], ["32"]]
    assert [row["key"] for row in found.result["by"]["chapter"]] == [["09"]]
    assert [row["key"] for row in found.result["by"]["size"]] == [["micro"]]
    assert found.result["histogram"] == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    assert replaying.change(china, "landed") == -8.341
    assert len(found.result_sha256) == 64


def test_demand_follows_the_price():
    to_china(a_business())

    found = replayed(NO_VAT, elasticities={"09": -2.0})

    (china,) = found.result["by"]["destination"]
    assert china["expected"] == round((20_000 / 21_820) ** -2, 2) == 1.19


def test_orders_that_become_impossible_and_those_past_the_newest():
    sari = a_business()
    to_china(sari, value=18_000)
    to_china(sari, value=48_000)

    found = replayed(LOWER_LIMIT)

    (china,) = found.result["by"]["destination"]
    assert (china["orders"], china["lost"], china["gained"], china["expected"]) == (2, 1, 0, 1.0)
    assert found.result["refusals"] == {"over_order_limit": 1}
    assert replayed(LOWER_LIMIT, orders=1).result["totals"]["orders"] == 1


def test_an_order_of_another_release_is_worked_out_under_the_base():
    order = to_china(a_business())
    order.customs["release"] = "2020-01-01-aaaaaaaa"
    order.save()

    found = replayed(NO_VAT)

    assert found.result["totals"]["landed_old"] == 21_820 * 2000


def test_nothing_to_replay_is_refused_and_nothing_kept():
    proposal = a_proposal(arif().pk)
    with pytest.raises(ChangesNothing):
        actions.ask_replay(proposal.pk, orders=10, elasticities={}, by=None, at=NOON)
    assert not Replay.objects.exists()
    with pytest.raises(NoOrders):
        replayed(NO_VAT)
    assert Replay.objects.get().state == Replay.State.FAILED


def test_a_result_tells_nothing_of_few_sellers():
    for n in range(6):
        to_china(a_business("11", f"A{n}"))
    to_china(a_business("32", "Alone"))
    rows = replayed(NO_VAT).result["by"]["province"]

    assert {row["key"][0]: row["sellers"] for row in rows} == {"11": 6, "32": 1}
    (rest,) = replaying.merged(rows)
    assert (rest["key"], rest["orders"], rest["sellers"]) == (["*"], 7, 7)
    assert replaying.merged(rows[1:]) == []


def test_the_order_in_which_rows_are_read_changes_nothing():
    """The hash of a result is signed: a million floats added up the other way round would be another number."""
    rows = []
    for n in range(60):
        order = to_china(a_business("11", f"A{n}"), value=10_000 + 371 * n, freight=1_000 + 17 * n)
        rows.append((order.business_id, msgspec.msgpack.encode(order.customs), f"{n % 7:02}"))
    old = rulebook.current_rulebook()
    new = editing.readable(editing.edited(files.texts(), NO_VAT, source="P"))
    results = []
    for way in (rows, rows[::-1]):
        counter = replaying.Counter(old, new, frozenset({"CN"}), {}, {"": -1.37})
        counter.count(way)
        results.append(replaying.result(counter.found, {"CNY": 2237.31}))
    assert results[0] == results[1]
    assert results[0]["totals"]["expected"] > 60


def test_the_last_orders_are_found_in_steps_as_in_one():
    """History of two years, thicker towards its end; some are paid long after their id was made, and some never."""
    days = [0.001 * n for n in range(40)] + [0.5 * n for n in range(1, 60)] + [30 + 7.0 * n for n in range(100)]
    rows = []
    for place, ago in enumerate(days):
        made = NOON - timedelta(days=ago)
        placed = made + timedelta(days=3 if place % 9 == 0 else 0)  # a quote ahead of a campaign
        rows.append(
            Order(
                business_id=new_business_id(), id=UUID(int=first_id(made).int + place), purchase_business_id=new_business_id(),
                market_code="id", currency="IDR", goods=1, discount=0, shipping=0, duty=0, tax=0, fees=0, total=1, language="id",
                country="ID", town="Bandung", buyer_sealed=b"", customs={}, placed_at=placed, pay_by=placed,
                state="expired" if place % 10 == 0 else "completed",
                paid_at=None if place % 10 == 0 else placed - timedelta(minutes=30) + timedelta(days=place % 4),
            )
        )  # fmt: skip
    Order.objects.bulk_create(rows)
    paid = sorted((row for row in rows if row.paid_at), key=lambda row: row.id, reverse=True)
    connection.ensure_connection()

    for most in (1, 2, 7, 36, 37, 60, 120, len(paid) - 1, len(paid), len(paid) + 1, 10**6):
        last = paid[:most]
        wanted = (last[-1].id, min(row.placed_at for row in last), len(last))
        assert replay.first_order(connection.connection, most, at=NOON) == wanted, most


def test_sellers_are_sized_by_what_they_sold_in_the_year():
    sari, dewi = a_business(), a_business("32", "Batik Dewi")
    to_china(sari)  # ¥180
    at_home(dewi)
    connection.ensure_connection()

    def sizes(worth: float) -> dict[UUID, str]:
        return replay.sizes(connection.connection, NOON - timedelta(days=365), {"CNY": worth, "IDR": 1.0}, 1)

    # ¥180 are 18,000 fen; micro ends at two billion.
    assert sizes(2_000_000_000 / 18_000) == {}
    assert sizes(2_000_001_000 / 18_000) == {sari.pk: "small"}
    assert sizes(15_000_100_000 / 18_000) == {sari.pk: "medium"}
    assert replay.sizes(connection.connection, NOON + timedelta(days=1), {"CNY": 10.0**9}, 1) == {}


def test_examples():
    assert doctest.testmod(replaying).failed == 0


@pytest.mark.django_db(transaction=True)
def test_two_processes_find_the_same():
    for n in range(8):
        to_china(a_business("11", f"A{n}"), value=10_000 + n)
    proposal = a_proposal(arif().pk, NO_VAT)
    results = []
    for processes in (0, 2):
        asked = actions.ask_replay(proposal.pk, orders=100, elasticities={"": -1.0}, by=None, at=NOON)
        results.append(actions.run_replay(asked.pk, processes=processes, at=NOON))
    assert results[0].result == results[1].result
    assert results[0].result_sha256 == results[1].result_sha256
    assert results[0].result["totals"]["sellers"] == 8
