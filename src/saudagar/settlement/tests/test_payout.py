"""A seller is paid what was released, once, whatever dies in between."""

from datetime import timedelta

import pytest
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from saudagar.audit.models import Entry as AuditEntry
from saudagar.foundation.models import OutboxEvent
from saudagar.ledger import queries as books
from saudagar.messages.models import Notice
from saudagar.registry.models import Business
from saudagar.settlement import actions, queries
from saudagar.settlement.gateways import Answer, Outcome
from saudagar.settlement.models import Payout, PayoutAccount, Release
from saudagar.settlement.rules import BadAccountNumber, NoPayoutAccount, UnknownPayout, WrongPayoutState
from saudagar.settlement.tests.cast import AT, Bank, a_business, an_account, an_order, owner_of

OVER = AT + timedelta(days=2)
LATER = OVER + timedelta(days=1)


def released(business, *goods):
    for amount in goods or (21_400_000,):
        actions.release(business.pk, an_order(business, goods=amount).id, at=OVER)


class Account(TestCase):
    def test_it_is_sealed_masked_noted_and_told(self):
        sari = a_business()
        an_account(sari)
        kept = an_account(sari, number="1234509876")
        assert PayoutAccount.objects.count() == 1
        assert kept.last_characters == "9876"
        assert b"12345" not in bytes(kept.sealed) and b"SARI" not in bytes(kept.sealed)
        notes = AuditEntry.objects.filter(business_id=sari.pk, action="settlement.account_changed")
        notes = sorted(notes, key=lambda entry: "before" in entry.facts)
        assert [entry.facts["account"] for entry in notes] == ["••••••7890", "••••••9876"]
        assert notes[1].facts["before"]["account"] == "••••7890" and notes[1].by == owner_of(sari)
        assert Notice.objects.filter(user_id=owner_of(sari), kind="settlement.account_changed").count() == 2

    def test_a_wrong_number_changes_nothing(self):
        sari = a_business()
        with pytest.raises(BadAccountNumber):
            an_account(sari, number="123")
        assert not PayoutAccount.objects.exists() and not Notice.objects.exists()


class PayoutTest(TestCase):
    def setUp(self):
        self.sari = a_business()
        self.bank = Bank()

    def pay(self, at=LATER):
        actions.gather_all(at=at)
        actions.send_due(self.bank, at=at)

    def test_from_release_to_the_bank(self):
        released(self.sari, 21_400_000, 10_000_000)
        an_account(self.sari)
        self.pay()

        payout = Payout.objects.get(business_id=self.sari.pk)
        assert (payout.state, payout.amount, payout.last_characters) == ("sent", 30_615_000, "7890")
        (reference,) = self.bank.known
        assert self.bank.known[reference][2].number == "1234567890"
        assert queries.payout_of_reference(reference) == (self.sari.pk, payout.id, 1)
        assert books.balance(self.sari.pk, "seller_payable", "IDR") == -30_615_000
        assert (queries.money(self.sari.pk).released, queries.money(self.sari.pk).under_way) == (0, 30_615_000)

        actions.send_due(self.bank, at=LATER + timedelta(hours=1))
        payout.refresh_from_db()
        assert payout.state == "sent"
        self.bank.becomes(Outcome.PAID)
        actions.send_due(self.bank, at=LATER + timedelta(hours=9))
        payout.refresh_from_db()
        assert (payout.state, payout.paid_at) == ("paid", LATER + timedelta(hours=9))
        assert books.balance(self.sari.pk, "seller_payable", "IDR") == 0
        assert books.balance(self.sari.pk, "custody", "IDR") == -30_615_000
        assert queries.money(self.sari.pk).paid_out == 30_615_000
        lines = queries.statement_lines(self.sari.pk, payout=payout)
        assert [line.release.net for line in lines] == [20_865_000, 9_750_000]
        assert Notice.objects.filter(user_id=owner_of(self.sari), kind="settlement.payout_paid").count() == 1
        assert OutboxEvent.objects.filter(business_id=self.sari.pk, name="settlement.payout_paid").count() == 1
        assert all(check.is_right for check in queries.proof())

    def test_without_an_account_the_money_waits(self):
        released(self.sari)
        self.pay()
        assert not Payout.objects.exists() and not self.bank.known
        assert queries.money(self.sari.pk).released == 20_865_000

    def test_small_change_waits(self):
        an_account(self.sari)
        released(self.sari, 900_000)
        self.pay()
        assert not Payout.objects.exists()
        released(self.sari, 900_000)
        self.pay()
        assert Payout.objects.get().amount == 2 * 877_500

    def test_the_money_of_a_suspended_business_stays_where_it_is(self):
        an_account(self.sari)
        released(self.sari)
        assert len(actions.gather(self.sari.pk, at=LATER)) == 1  # put together, and then stopped
        released(self.sari)
        for state, hours, paid in (("suspended", 2, 0), ("suspended", 4, 0), ("verified", 6, 2 * 20_865_000)):
            Business.objects.filter(pk=self.sari.pk).update(state=state)
            self.pay(at=LATER + timedelta(hours=hours))
            assert self.bank.paid == paid
        assert queries.money(self.sari.pk).released == 0

    def test_gathered_twice_is_paid_once(self):
        an_account(self.sari)
        released(self.sari)
        for _ in range(3):
            self.pay()
        assert Payout.objects.count() == 1 and self.bank.paid == 20_865_000

    def test_a_lost_answer_is_asked_for_again_under_the_same_reference(self):
        an_account(self.sari)
        released(self.sari)
        self.bank.says, self.bank.dies = Outcome.PAID, TimeoutError("no answer")
        self.pay()
        payout = Payout.objects.get()
        assert (payout.state, payout.tries, payout.failure) == ("requested", 1, "TimeoutError: no answer")
        assert payout.retry_at > LATER
        actions.send_due(self.bank, at=LATER)  # not yet
        assert len(self.bank.asked) == 1
        self.pay(at=LATER + timedelta(minutes=2))
        payout.refresh_from_db()
        assert payout.state == "paid" and self.bank.paid == 20_865_000 and len(self.bank.known) == 1
        assert books.balance(self.sari.pk, "custody", "IDR") == -20_865_000

    def test_a_process_killed_after_the_bank_paid_pays_nothing_twice(self):
        an_account(self.sari)
        released(self.sari)
        self.bank.says, self.bank.dies = Outcome.PAID, SystemExit(9)
        with pytest.raises(SystemExit):
            self.pay()
        assert Payout.objects.get().state == "requested"
        self.pay()
        assert Payout.objects.get().state == "paid" and len(self.bank.known) == 1 and self.bank.asked[0] == self.bank.asked[1]
        assert all(check.is_right for check in queries.proof())

    def test_failed_then_mended_and_tried_again(self):
        an_account(self.sari)
        released(self.sari)
        self.bank.says = Outcome.FAILED
        self.pay()
        payout = Payout.objects.get()
        assert (payout.state, payout.failure) == ("failed", "Account closed")
        assert books.balance(self.sari.pk, "seller_payable", "IDR") == -20_865_000
        assert Notice.objects.filter(user_id=owner_of(self.sari), kind="settlement.payout_failed").count() == 1
        self.pay()
        assert len(self.bank.asked) == 1

        an_account(self.sari, number="5554443332")
        actions.retry(self.sari.pk, payout.id, by=owner_of(self.sari), at=LATER)
        self.bank.says = Outcome.PAID
        self.pay()
        payout.refresh_from_db()
        assert (payout.state, payout.attempt, payout.last_characters) == ("paid", 2, "3332")
        assert [reference.partition("-")[2] for reference in self.bank.known] == ["", "2"]
        assert self.bank.paid == 20_865_000
        assert all(check.is_right for check in queries.proof())

    def test_returned_by_the_bank_it_is_owed_again(self):
        an_account(self.sari)
        released(self.sari)
        self.bank.says = Outcome.PAID
        self.pay()
        payout = Payout.objects.get()
        with pytest.raises(WrongPayoutState):
            actions.retry(self.sari.pk, payout.id, by=owner_of(self.sari), at=LATER)
        actions.take_back(self.sari.pk, payout.id, reason="Name differs", at=LATER)
        with pytest.raises(WrongPayoutState):
            actions.take_back(self.sari.pk, payout.id, reason="Name differs", at=LATER)
        assert books.balance(self.sari.pk, "seller_payable", "IDR") == -20_865_000
        assert books.balance(self.sari.pk, "custody", "IDR") == 0
        assert all(check.is_right for check in queries.proof())
        actions.retry(self.sari.pk, payout.id, by=owner_of(self.sari), at=LATER)
        self.pay()
        payout.refresh_from_db()
        assert payout.state == "paid" and books.balance(self.sari.pk, "seller_payable", "IDR") == 0
        assert all(check.is_right for check in queries.proof())

    def test_repeated_and_late_words_change_nothing(self):
        an_account(self.sari)
        released(self.sari)
        self.pay()
        payout = Payout.objects.get()
        for attempt, outcome in ((1, Outcome.PAID), (1, Outcome.PAID), (1, Outcome.FAILED), (1, Outcome.ACCEPTED), (2, Outcome.FAILED)):
            actions.record(self.sari.pk, payout.id, attempt, Answer(outcome), at=LATER)
        payout.refresh_from_db()
        assert payout.state == "paid" and books.balance(self.sari.pk, "custody", "IDR") == -20_865_000

    def test_money_under_way_keeps_its_account(self):
        an_account(self.sari)
        released(self.sari)
        actions.gather_all(at=LATER)
        an_account(self.sari, number="5554443332")
        actions.send_due(self.bank, at=LATER)
        assert [facts[2].number for facts in self.bank.known.values()] == ["1234567890"]

    def test_dewi_reaches_nothing_of_saris(self):
        an_account(self.sari)
        released(self.sari)
        self.pay()
        payout = Payout.objects.get()
        dewi = a_business("Keripik Dewi", owner="dewi@contoh.example")
        for attempt in (
            lambda: queries.payout(dewi.pk, payout.id),
            lambda: queries.payout_by_handle(queries.reference(payout), business_id=dewi.pk),
            lambda: actions.retry(dewi.pk, payout.id, by=owner_of(dewi), at=LATER),
        ):
            with pytest.raises(UnknownPayout):
                attempt()
        assert queries.money(dewi.pk) == queries.Money([], 0, 0, 0)
        assert queries.payouts(dewi.pk) == queries.upcoming(dewi.pk) == []

    def test_a_retry_needs_an_account(self):
        an_account(self.sari)
        released(self.sari)
        self.bank.says = Outcome.FAILED
        self.pay()
        PayoutAccount.objects.all().delete()
        with pytest.raises(NoPayoutAccount):
            actions.retry(self.sari.pk, Payout.objects.get().id, by=owner_of(self.sari), at=LATER)


class WhateverHappens(PropertyTestCase):
    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.sampled_from(["release", "gather", "ask", "die", "time out", "bank pays", "bank fails", "retry", "return"]), max_size=14
        )
    )
    def test_nobody_is_paid_twice_and_the_books_are_right(self, deeds):
        sari, bank, at = a_business(owner=""), Bank(), LATER
        sari_account = actions.set_account(sari.pk, bank_code="014", number="1234567890", holder="S", by=sari.pk, at=AT)
        returned = 0
        for deed in deeds:
            at += timedelta(days=1)
            match deed:
                case "release":
                    released(sari)
                case "gather":
                    actions.gather(sari.pk, at=at)
                case "ask" | "time out" | "die":
                    bank.dies = {"time out": TimeoutError(), "die": SystemExit(9)}.get(deed)
                    try:
                        actions.send_due(bank, at=at)
                    except SystemExit:
                        pass
                    bank.dies = None
                case "bank pays" | "bank fails":
                    word = Outcome.PAID if deed == "bank pays" else Outcome.FAILED
                    bank.known = {
                        name: (*facts[:3], word if facts[3] == Outcome.ACCEPTED else facts[3]) for name, facts in bank.known.items()
                    }
                case "retry" | "return":
                    for payout in Payout.objects.filter(business_id=sari.pk):
                        try:
                            if deed == "retry":
                                actions.retry(sari.pk, payout.id, by=sari.pk, at=at)
                            else:
                                actions.take_back(sari.pk, payout.id, reason="x", at=at)
                                returned += payout.amount
                        except WrongPayoutState:
                            pass
            assert [check.code for check in queries.proof() if not check.is_right] == []
        owed = sum(Release.objects.filter(business_id=sari.pk).values_list("net", flat=True))
        assert bank.paid - returned <= owed
        assert sari_account.business_id == sari.pk
