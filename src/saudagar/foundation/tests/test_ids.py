"""Ids and the handles people see."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from saudagar.foundation import ids
from saudagar.foundation.ids import ALPHABET, BadHandle, Kind, handle, new_business_id, new_id, parse_business, parse_handle

kinds = st.sampled_from(Kind)


@given(st.text(ALPHABET, min_size=1, max_size=30))
def test_the_check_letter_is_luhns(body):
    assert ids._check_letter(body) == luhn.calc_check_digit(body, alphabet=ALPHABET)


@given(kinds)
def test_a_handle_leads_back_to_its_thing(kind):
    business, thing = new_business_id(), new_id()
    text = handle(kind, business, thing)
    assert len(text) == 25  # what fits QRIS tag 62-05
    assert parse_handle(text, kind) == (business, thing)
    assert parse_handle(f" {text.lower()} ", kind) == (business, thing)
    assert parse_business(handle(Kind.BUSINESS, business)) == business


@given(st.integers(1, 24), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_noticed(place, letter):
    text = handle(Kind.ORDER, new_business_id(), new_id())
    wrong = text[:place] + letter + text[place + 1 :]
    if wrong != text:
        with pytest.raises(BadHandle):
            parse_handle(wrong, Kind.ORDER)


@given(st.text(max_size=40))
def test_nonsense_is_refused(text):
    with pytest.raises(BadHandle):
        parse_handle(text, Kind.ORDER)
    with pytest.raises(BadHandle):
        parse_business(text)


def test_a_handle_of_another_kind_is_refused():
    with pytest.raises(BadHandle):
        parse_handle(handle(Kind.ORDER, new_business_id(), new_id()), Kind.PURCHASE)


def test_ids_are_ordered_by_time_and_valid_uuids(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_795_251_600_000_000_000)
    early = new_id()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_795_251_600_010_000_000)
    late = new_id()
    assert early < late
    for identity in (early, late, new_business_id()):
        assert (UUID(str(identity)).version, identity.variant) == (8, "specified in RFC 4122")
