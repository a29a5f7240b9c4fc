"""Pieces that were not sold go back when the last quote has expired, once, and the sums hold."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import TestCase, TransactionTestCase

from saudagar.campaigns import actions
from saudagar.campaigns.models import Entry
from saudagar.campaigns.rules.refusals import CampaignPhaseForbids, MayNotJoin
from saudagar.campaigns.tests.cast import BEFORE, END, QUOTES, START, a_campaign, a_listing, an_entry, approved, shelves
from saudagar.catalogue.tests.cast import a_business
from saudagar.foundation.ids import new_id
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.refusals import Refusal
from saudagar.stock import actions as stock
from saudagar.stock.models import Movement, Pool
from saudagar.stock.rules import Ask

MINUTE = timedelta(minutes=1)
EVER = datetime(2020, 1, 1, tzinfo=UTC)


def give_back(at: datetime) -> int:
    return actions.return_allotments(since=EVER, at=at)


def adds_up() -> bool:
    """Without orders, what lies in a pool is what was moved there."""
    moved = dict(Movement.objects.order_by().values_list("pool_id").annotate(Sum("pieces")))
    return all(pool.available == moved.get(pool.pk, 0) for pool in Pool.objects.all())


class Return(TestCase):
    def setUp(self) -> None:
        self.listing = a_listing(a_business())
        self.campaign = a_campaign()

    def test_it_goes_back_after_the_last_quote_and_only_once(self) -> None:
        approved(self.campaign, self.listing)
        assert give_back(END + 15 * MINUTE) == 0
        assert shelves(self.listing) == (70, 30)
        assert give_back(END + 16 * MINUTE) == 1
        assert shelves(self.listing) == (100, 0)
        assert give_back(END + 17 * MINUTE) == 0
        back = Movement.objects.filter(moved_at=END + 16 * MINUTE).order_by("pieces")
        assert [(row.pieces, row.reason) for row in back] == [(-30, "campaign"), (30, "campaign")]
        assert adds_up()

    def test_what_comes_back_later_goes_on_to_the_shelf(self) -> None:
        entry = approved(self.campaign, self.listing)
        assert list(stock.take(entry.business_id, [Ask(new_id(), entry.pool_id, 4)]).values()) == [True]
        give_back(END + 16 * MINUTE)
        assert shelves(self.listing) == (96, 0)
        stock.release(entry.business_id, [(entry.pool_id, 4)])
        give_back(END + 60 * MINUTE)
        assert shelves(self.listing) == (100, 0)

    def test_only_entries_whose_turn_came_since_then_are_looked_at(self) -> None:
        approved(self.campaign, self.listing)
        assert actions.return_allotments(since=END + 16 * MINUTE, at=END + 30 * MINUTE) == 0
        assert shelves(self.listing) == (70, 30)

    def test_two_allotments_of_one_shelf_go_back_together(self) -> None:
        approved(self.campaign, self.listing)
        after = a_campaign(code="12-12", starts_at=END, quotes_from=END, ends_at=END + MINUTE)
        approved(after, self.listing)
        other = a_listing(a_business("Songket Dewi"))
        approved(self.campaign, other)
        assert shelves(self.listing) == (40, 60)
        assert give_back(END + 20 * MINUTE) == 3
        assert (shelves(self.listing), shelves(other)) == ((100, 0), (100, 0))
        assert adds_up()

    def test_before_prices_were_given_a_withdrawal_returns_at_once(self) -> None:
        entry = approved(self.campaign, self.listing)
        actions.withdraw(entry.business_id, entry.pk, by=None, at=BEFORE + MINUTE)
        assert give_back(BEFORE + MINUTE) == 1
        assert shelves(self.listing) == (100, 0)

    def test_quotes_ahead_keep_their_word_after_a_withdrawal(self) -> None:
        entry = approved(self.campaign, self.listing)
        actions.withdraw(entry.business_id, entry.pk, by=None, at=QUOTES + MINUTE)
        assert give_back(START + 15 * MINUTE) == 0
        assert give_back(START + 16 * MINUTE) == 1

    def test_who_withdrew_may_join_again_and_keeps_one_pool(self) -> None:
        first = approved(self.campaign, self.listing)
        actions.withdraw(first.business_id, first.pk, by=None, at=QUOTES + MINUTE)
        again = approved(self.campaign, self.listing, allotment=40, at=QUOTES + 2 * MINUTE)
        assert (again.pk, again.pool_id, shelves(self.listing)) == (first.pk, first.pool_id, (60, 40))
        assert give_back(START + 16 * MINUTE) == 0
        fewer = actions.withdraw(first.business_id, first.pk, by=None, at=QUOTES + 3 * MINUTE)
        assert fewer.state == "withdrawn"
        approved(self.campaign, self.listing, allotment=10, at=QUOTES + 4 * MINUTE)
        assert shelves(self.listing) == (90, 10)
        assert adds_up()

    def test_a_cancelled_campaign_tells_its_sellers_and_returns(self) -> None:
        approved(self.campaign, self.listing)
        waiting = a_listing(a_business("Songket Dewi"))
        an_entry(self.campaign, waiting)
        OutboxEvent.objects.all().delete()
        actions.cancel(self.campaign.pk, by=None, at=START + MINUTE)
        assert sorted(event.facts["cancelled"] for event in OutboxEvent.objects.filter(name="campaigns.ended")) == [True, True]
        assert give_back(START + 16 * MINUTE) == 0
        assert give_back(START + 17 * MINUTE) == 1
        assert shelves(self.listing) == (100, 0)
        for act in (actions.cancel, actions.publish):
            with pytest.raises(CampaignPhaseForbids):
                act(self.campaign.pk, by=None, at=START + 2 * MINUTE)
        entry = Entry.objects.get(business_id=waiting.business_id)
        with pytest.raises(CampaignPhaseForbids):
            actions.approve(entry.business_id, entry.pk, late_bp=0, by=None, at=START + 2 * MINUTE)


def together(*acts: Callable[[], object]) -> list[object]:
    """Runs them at one time, each with a connection of its own; a refusal is an answer."""
    found: list[object] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            ready.wait(10)
            found[place] = acts[place]()
        except Refusal as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


class Races(TransactionTestCase):
    def test_two_approvals_over_one_shelf_take_no_piece_twice(self) -> None:
        for _ in range(5):
            business = a_business()
            listing = a_listing(business, pieces=50)
            first = a_campaign(code=f"a-{new_id().hex[:10]}")
            second = a_campaign(code=f"b-{new_id().hex[:10]}", starts_at=END, quotes_from=END, ends_at=END + MINUTE)
            entries = [an_entry(campaign, listing, allotment=30) for campaign in (first, second)]
            answers = together(
                *[lambda entry=entry: actions.approve(entry.business_id, entry.pk, late_bp=0, by=None, at=BEFORE) for entry in entries]
            )
            assert sorted(type(answer) is Entry for answer in answers) == [False, True]
            refused = next(answer for answer in answers if type(answer) is not Entry)
            assert isinstance(refused, MayNotJoin) and refused.facts["needs"] == ["shelf_too_small"]
            assert shelves(listing) == (20, 30)

    def test_returns_side_by_side_with_takers_lose_no_piece(self) -> None:
        listing = a_listing(a_business(), pieces=60)
        entry = approved(a_campaign(), listing, allotment=40)
        at = END + 16 * MINUTE
        taken: list[int] = []

        def take() -> None:
            for _ in range(10):
                (got,) = stock.take(entry.business_id, [Ask(new_id(), entry.pool_id, 1)]).values()
                taken.append(int(got))

        together(take, lambda: [give_back(at) for _ in range(5)], take, lambda: [give_back(at) for _ in range(5)])
        ordinary, aside = shelves(listing)
        assert ordinary + aside + sum(taken) == 60
        assert aside == 0 or give_back(at) == 1
        moved = Movement.objects.aggregate(all=Sum("pieces"))["all"]
        assert moved == 60
