"""S10: check digits, numbers that are not used twice within twelve months, and parcels that get one at booking."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import TestCase, TransactionTestCase
from hypothesis import given
from hypothesis import strategies as st

from saudagar.shipping import actions, carriers, printing, queries, rules
from saudagar.shipping.actions import issue_item_number
from saudagar.shipping.models import IssuedNumber, NumberRange
from saudagar.shipping.rules import rates, s10
from saudagar.shipping.rules.life import CarrierSilent
from saudagar.shipping.tests.cast import CHEN, a_shop, an_order

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("service", "serial", "country", "identifier"),
    [
        ("RR", 47312482, "GB", "RR473124829GB"),
        ("EE", 12345678, "ID", "EE123456785ID"),
        ("RR", 20261121, "ID", "RR202611218ID"),
        ("LX", 0, "ID", "LX000000005ID"),
    ],
)
def test_known_identifiers(service, serial, country, identifier):
    assert s10.identifier(service, serial, country) == identifier
    assert s10.is_identifier(identifier)


@given(st.integers(0, 99_999_999), st.integers(2, 9), st.integers(1, 9))
def test_one_wrong_digit_is_found(serial, place, more):
    right = s10.identifier("RR", serial, "ID")
    digit = str((int(right[place]) + more) % 10)
    wrong = right[:place] + digit + right[place + 1 :]
    # 10 becomes 0 and 11 becomes 5: of those two sums the digit alone cannot tell them from 0 and 5 themselves.
    ambiguous = right[10] in "05"
    assert not s10.is_identifier(wrong) or ambiguous


@pytest.mark.parametrize("text", ["", "RR20261121ID", "RR202611218I", "rr202611218id", "RR20261121８ID", "1R202611218ID", "RR202611218IDX"])
def test_what_is_none(text):
    assert not s10.is_identifier(text)


def test_spaces_are_forgiven_and_errors_refused():
    assert s10.read("rr 202 611 218 id") == "RR202611218ID"
    with pytest.raises(s10.BadItemIdentifier):
        s10.read("RR202611219ID")


class Issuing(TestCase):
    def a_range(self, **more):
        facts = {"service": "RR", "first": 10, "last": 12, "next_serial": 10, "source": "test"} | more
        return NumberRange.objects.create(**facts)

    def issue(self, at):
        return issue_item_number("RR", issued_for="K", at=at)

    def test_one_after_the_other(self):
        self.a_range()
        assert [self.issue(AT)[:10] for _ in range(3)] == ["RR00000010", "RR00000011", "RR00000012"]

    def test_none_is_used_again_within_twelve_months(self):
        self.a_range()
        for _ in range(3):
            self.issue(AT)
        with pytest.raises(s10.NumbersUsedUp):
            self.issue(AT + timedelta(days=364))
        assert IssuedNumber.objects.count() == 3
        assert self.issue(AT + timedelta(days=365)).startswith("RR00000010")

    def test_without_a_range(self):
        with pytest.raises(s10.NumbersUsedUp):
            self.issue(AT)

    def test_a_second_range_follows_the_first(self):
        self.a_range(), self.a_range(first=50, last=51, next_serial=50)
        assert [self.issue(AT)[2:10] for _ in range(5)] == ["00000010", "00000011", "00000012", "00000050", "00000051"]
        with pytest.raises(s10.NumbersUsedUp):
            self.issue(AT)
        with pytest.raises(ValidationError):
            NumberRange(service="RR", first=12, last=20, next_serial=12, source="x").full_clean()
        NumberRange(service="RR", first=13, last=20, next_serial=13, source="x").full_clean()
        with pytest.raises(ValidationError):
            NumberRange(service="rr", first=13, last=20, next_serial=13, source="x").full_clean()

    def test_how_many_are_left(self):
        self.a_range(), self.a_range(service="EE", first=0, last=99_999_999, next_serial=99_999_999)
        self.issue(AT), issue_item_number("EE", issued_for="K", at=AT)

        def left(at):
            return {each.service: (each.left, each.of, each.is_low) for each in queries.numbers_left(at=at)}

        assert left(AT) == {"RR": (2, 3, True), "EE": (99_999_999, 100_000_000, False)}
        assert left(AT + timedelta(days=365)) == {"RR": (3, 3, True), "EE": (100_000_000, 100_000_000, False)}

    def test_what_is_free_and_what_is_counted_are_the_same(self):
        for at in (datetime(2028, 2, 29, 3, tzinfo=UTC), datetime(2029, 2, 28, 3, tzinfo=UTC), AT):
            for days in (364, 365, 366, 367):
                before = at - timedelta(days=days)
                if s10.may_be_used_again(before, at):
                    assert before <= s10.used_since(at), (before, at)

    def test_a_card_that_wants_numbers_without_a_range_is_seen(self):
        with our_numbers():
            (found,) = queries.numbers_left(at=AT)
        assert (found.service, found.left, found.is_low) == ("LX", 0, True) and "pos-packet" in found.wanted_by


@contextmanager
def our_numbers():
    """The post's packets are numbered by us."""
    real = rates.card_on(AT.date())
    cards = tuple(
        replace(card, services=tuple(replace(each, item_numbers="LX") if each.service == "packet" else each for each in card.services))
        for card in real
    )
    with patch.object(rules, "card_on", lambda day: cards):
        yield


class Silent(carriers.Aggregator):
    """A carrier that numbers nothing, and does not answer while `is_silent`."""

    is_silent = False
    asked: ClassVar[list] = []

    def book(self, shipment):
        self.asked.append(shipment)
        if Silent.is_silent:
            raise CarrierSilent(carrier="pos")
        return carriers.Booking("ship1", "", 3_200_000)


class Booked(TestCase):
    def setUp(self):
        Silent.asked.clear()
        Silent.is_silent = False
        self.shop = a_shop()
        self.order = an_order(self.shop, CHEN)
        self.business_id = self.shop.business_id
        for entered in (
            our_numbers(),
            patch.object(carriers, "gateway_for", lambda courier: Silent("pos", url="", key="", webhook_secret="")),
        ):
            entered.__enter__()
            self.addCleanup(entered.__exit__, None, None, None)

    def book(self):
        parcel = actions.prepare(self.business_id, self.order.id, at=AT)
        return actions.book(self.business_id, parcel.id, at=AT)

    def a_range(self, **more):
        return NumberRange.objects.create(**{"service": "LX", "first": 1, "last": 2, "next_serial": 1, "source": "test"} | more)

    def test_a_parcel_gets_a_number_of_ours_at_booking(self):
        self.a_range()
        booked = self.book()
        number = s10.identifier("LX", 1, "ID")
        assert (booked.item_number, booked.waybill, booked.state) == (number, number, "booked")
        assert Silent.asked[0].item_number == number
        assert IssuedNumber.objects.get().issued_for == queries.parcel_handle(booked)
        assert number[:2] in printing.facts([booked], at=AT)["labels"][0]["waybill_shown"]

    def test_a_booking_that_is_repeated_keeps_its_number(self):
        self.a_range()
        Silent.is_silent = True
        for _ in range(3):
            with pytest.raises(CarrierSilent):
                self.book()
        Silent.is_silent = False
        assert self.book().item_number == s10.identifier("LX", 1, "ID")
        assert {shipment.item_number for shipment in Silent.asked} == {s10.identifier("LX", 1, "ID")}
        assert NumberRange.objects.get().next_serial == 2

    def test_without_a_number_nothing_is_booked_until_there_is_one(self):
        with pytest.raises(s10.NumbersUsedUp):
            self.book()
        parcel = queries.parcel_of(self.business_id, self.order.id)
        assert (parcel.state, parcel.item_number, Silent.asked) == ("new", "", []) and "used up" in parcel.failure
        self.a_range()
        assert actions.ask(self.business_id, parcel.id, at=AT + timedelta(hours=1)).waybill == s10.identifier("LX", 1, "ID")


class Racing(TransactionTestCase):
    def test_two_who_book_at_once_never_get_one_number(self):
        NumberRange.objects.create(service="LX", first=0, last=99, next_serial=0, source="test")

        def issue(_):
            try:
                return issue_item_number("LX", issued_for="K", at=AT)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            given_out = list(pool.map(issue, range(40)))
        assert len(set(given_out)) == 40 and NumberRange.objects.get().next_serial == 40
