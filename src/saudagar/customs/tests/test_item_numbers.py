"""S10: check digits, and numbers that are not used twice within twelve months."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st

from saudagar.customs.actions import issue_item_number
from saudagar.customs.models import IssuedNumber, NumberRange
from saudagar.customs.rules import s10

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
