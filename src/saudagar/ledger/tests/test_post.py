"""Whatever postings the ledger accepts sum to zero, are written once, and stay as they were."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.foundation.ids import new_business_id, new_id
from saudagar.ledger import actions, queries, rules
from saudagar.ledger.models import Entry as EntryRow
from saudagar.ledger.models import Posting
from saudagar.ledger.rules import Account, Entry, Side, Unbalanced

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ORDER = new_id()

entries = st.builds(
    Entry,
    account=st.sampled_from(list(Account)),
    currency=st.sampled_from(["IDR", "CNY", "JPY"]),
    amount=st.integers(-(10**12), 10**12),
    order_id=st.just(ORDER),
)


def balanced(lines: list[Entry]) -> list[Entry]:
    """The lines, and one more in each currency that makes them even."""
    return [*lines, *(Entry("custody", currency, -off) for currency, off in rules.sums(lines).items())]


class Post(TestCase):
    @given(st.lists(entries, max_size=8), st.booleans())
    def test_what_is_accepted_sums_to_zero_and_what_does_not_is_refused(self, lines, even):
        business = new_business_id()
        lines = balanced(lines) if even else lines
        written = [line for line in lines if line.amount]

        try:
            posted = actions.post(business, kind="test", reference="1", entries=lines, at=AT)
        except Unbalanced:
            assert rules.sums(lines) or not written
            assert not Posting.objects.filter(business_id=business).exists()
        else:
            assert posted and written and not rules.sums(lines)
            rows = EntryRow.objects.filter(business_id=business)
            kept = [Entry(row.account, row.currency, row.amount, row.order_id) for row in rows]
            assert sorted(map(repr, kept)) == sorted(repr(Entry(str(e.account), e.currency, e.amount, e.order_id)) for e in written)
        assert queries.uneven_postings() == []

    @given(st.lists(entries.filter(lambda entry: entry.amount), min_size=1, max_size=6))
    def test_the_database_alone_refuses_what_does_not_balance(self, lines):
        business = new_business_id()
        posting = Posting.objects.create(business_id=business, kind="test", reference="1", posted_at=AT)
        rows = [
            EntryRow(business_id=business, posting=posting, account=e.account, currency=e.currency, amount=e.amount, order_id=e.order_id)
            for e in lines
        ]
        if rules.sums(lines):
            with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
                EntryRow.objects.bulk_create(rows)
            assert not EntryRow.objects.filter(business_id=business).exists()
        else:
            EntryRow.objects.bulk_create(rows)

    def test_the_same_thing_is_posted_once(self):
        business = new_business_id()
        lines = [Entry("gateway_clearing", "IDR", 10_700_000, ORDER), Entry("escrow", "IDR", -10_700_000, ORDER)]

        assert actions.post(business, kind="capture", reference="1", entries=lines, at=AT)
        assert not actions.post(business, kind="capture", reference="1", entries=lines, at=AT)
        assert actions.post(new_business_id(), kind="capture", reference="1", entries=lines, at=AT)

        assert queries.balances(business) == {("gateway_clearing", "IDR"): 10_700_000, ("escrow", "IDR"): -10_700_000}
        assert queries.balances_of_order(business, ORDER) == queries.balances(business)
        assert queries.balance(business, "escrow", "IDR") == -10_700_000
        assert queries.balance(business, "escrow", "CNY") == 0

    def test_it_is_one_statement(self):
        with self.assertNumQueries(1):
            actions.post(
                new_business_id(),
                kind="t",
                reference="1",
                entries=balanced([Entry("custody", "IDR", 5), Entry("escrow", "IDR", -3, ORDER)]),
                at=AT,
            )

    def test_an_unknown_account_and_nameless_escrow_are_refused(self):
        for wrong in (Entry("pocket", "IDR", 5), Entry("escrow", "IDR", 5)):
            with pytest.raises(ValueError):
                actions.post(new_business_id(), kind="t", reference="1", entries=[wrong, Entry("custody", "IDR", -5)], at=AT)
        assert not Posting.objects.exists()

    def test_a_posting_is_never_changed(self):
        business = new_business_id()
        actions.post(business, kind="t", reference="1", entries=[Entry("custody", "IDR", 5), Entry("platform_fee", "IDR", -5)], at=AT)
        posting = Posting.objects.get(business_id=business)
        more = [
            EntryRow(business_id=business, posting=posting, account=name, currency="IDR", amount=n)
            for name, n in (("custody", 1), ("escrow", -1))
        ]
        more[1].order_id = ORDER
        attempts = {
            "append-only": [
                lambda: EntryRow.objects.filter(business_id=business).update(amount=7),
                lambda: EntryRow.objects.filter(business_id=business).update(account="escrow"),
                lambda: EntryRow.objects.filter(business_id=business).delete(),
                lambda: Posting.objects.filter(business_id=business).update(kind="u"),
                lambda: Posting.objects.filter(business_id=business)._raw_delete("default"),
            ],
            "written before": [lambda: EntryRow.objects.bulk_create(more)],
        }
        for words, tries in attempts.items():
            for attempt in tries:
                with pytest.raises(IntegrityError, match=words), transaction.atomic():
                    attempt()
        assert queries.balances(business) == {("custody", "IDR"): 5, ("platform_fee", "IDR"): -5}

    def test_the_books_are_not_emptied(self):
        for table in ("ledger_entry", "ledger_posting"):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_never_truncated")
                cursor.execute(f"TRUNCATE {table} CASCADE")

    def test_statement_of_account(self):
        business = new_business_id()
        for number, amount in enumerate([500, -200, 50], start=1):
            actions.post(
                business,
                kind="t",
                reference=str(number),
                entries=balanced([Entry("seller_payable", "IDR", -amount)]),
                at=AT + timedelta(minutes=number),
            )
        found = queries.statement_of_account(business, "seller_payable", "IDR")
        assert [(move.reference, move.amount, move.balance) for move in found] == [("3", -50, -350), ("2", 200, -300), ("1", -500, -500)]


class Orphans(TestCase):
    def test_an_entry_whose_posting_is_not_there_is_found(self):
        """No foreign key looks for it: the proof does."""
        business_id, posting_id = new_business_id(), new_id()
        EntryRow.objects.bulk_create(
            [
                EntryRow(business_id=business_id, posting_id=posting_id, account=account, currency="IDR", amount=amount)
                for account, amount in (("custody", 5), ("platform_fee", -5))
            ]
        )
        [found] = queries.uneven_postings()
        assert (found.business_id, found.posting_id, found.kind, found.sum) == (business_id, posting_id, None, 0)


class Linked(TestCase):
    @given(st.lists(entries, min_size=1, max_size=4))
    def test_money_between_two_businesses_crosses_once_and_each_side_balances(self, lines):
        home, other = new_business_id(), new_business_id()
        off = rules.sums(lines)
        answer = [Entry("custody", currency, -amount) for currency, amount in off.items()]
        if not off:
            with pytest.raises(Unbalanced):
                actions.post_linked(Side(home, lines), Side(other, answer), kind="t", reference="1", at=AT)
            return
        assert actions.post_linked(Side(home, lines), Side(other, answer), kind="t", reference="1", at=AT)
        assert not actions.post_linked(Side(home, lines), Side(other, answer), kind="t", reference="1", at=AT)
        for currency, amount in off.items():
            crossed = sum(entry.amount for entry in lines if entry.account == "inter_business" and entry.currency == currency)
            assert queries.balance(home, "inter_business", currency) == crossed - amount
            assert queries.balance(other, "inter_business", currency) == amount
        assert queries.uneven_postings() == []

    def test_sides_that_hand_over_different_amounts_are_refused(self):
        home, other = new_business_id(), new_business_id()
        with pytest.raises(Unbalanced):
            actions.post_linked(
                Side(home, [Entry("custody", "IDR", 5)]), Side(other, [Entry("custody", "IDR", -4)]), kind="t", reference="1", at=AT
            )
        assert not Posting.objects.exists()

    def test_one_business_needs_no_crossing(self):
        business = new_business_id()
        actions.post_linked(
            Side(business, [Entry("custody", "IDR", 5)]), Side(business, [Entry("platform_fee", "IDR", -5)]), kind="t", reference="1", at=AT
        )
        assert queries.balances(business) == {("custody", "IDR"): 5, ("platform_fee", "IDR"): -5}


@pytest.mark.django_db(transaction=True)
def test_the_same_posting_at_the_same_time_is_written_once():
    business, both, answers = new_business_id(), Barrier(2), []

    def post():
        lines = [Entry("custody", "IDR", 5), Entry("platform_fee", "IDR", -5)]
        try:
            with transaction.atomic():
                both.wait()
                answers.append(actions.post(business, kind="t", reference="1", entries=lines, at=AT))
        finally:
            connection.close()

    threads = [Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True]
    assert queries.balance(business, "custody", "IDR") == 5
