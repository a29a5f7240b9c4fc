from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.shipping.rules import code128, life, s10

MORNING = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
ROAD = [life.BOOKED, life.COLLECTING, life.PICKED_UP, life.IN_TRANSIT, life.DELIVERED]


def told(*words: str) -> list[tuple[datetime, str]]:
    return [(MORNING + timedelta(hours=hour), word) for hour, word in enumerate(words)]


@given(st.permutations(told(*ROAD)), st.integers(0, 5))
def test_the_order_of_hearing_and_repetition_do_not_matter(heard, repeated):
    assert life.state_after([*heard, *heard[:repeated]]) == life.DELIVERED


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ([], life.NEW),
        ([life.BOOKED], life.BOOKED),
        ([life.PICKED_UP, life.HELD], life.HELD),
        ([life.PICKED_UP, life.HELD, life.IN_TRANSIT], life.IN_TRANSIT),
        ([life.DELIVERED, life.IN_TRANSIT], life.DELIVERED),
        ([life.DELIVERED, life.RETURNING], life.RETURNING),
        ([life.RETURNING, life.RETURNED, life.IN_TRANSIT], life.RETURNED),
        ([life.PICKED_UP, life.NOTE], life.PICKED_UP),
        ([life.PICKED_UP, life.LOST], life.LOST),
        ([life.BOOKED, life.REFUSED], life.REFUSED),
    ],
)
def test_what_was_told_makes_the_state(words, state):
    assert life.state_after(told(*words)) == state


def test_in_one_second_the_later_on_the_road_counts():
    assert life.state_after([(MORNING, life.DELIVERED), (MORNING, life.IN_TRANSIT)]) == life.DELIVERED


def test_a_parcel_that_is_called_off_is_not_booked_again_by_a_late_word():
    assert life.state_after(told(life.BOOKED, life.COLLECTING), life.CANCELLING) == life.CANCELLING
    assert life.state_after(told(life.BOOKED, life.PICKED_UP), life.CANCELLING) == life.PICKED_UP


@pytest.mark.parametrize("number", ["RR473124829ID", "EE123456785ID", "RR202611218ID"])
def test_postal_item_numbers(number):
    assert s10.is_identifier(number)
    wrong = number[:9] + str((int(number[9]) + 1) % 10) + number[10:]
    assert not s10.is_identifier(wrong)


def test_numbers_that_are_no_item_numbers():
    for text in ("", "SBX0000000001", "rr473124829id", "RR47312482９ID"):
        assert not s10.is_identifier(text)


def test_code_128_as_other_makers_print_it():
    # The first with the check symbol of ISO/IEC 15417 set B; the bars as python-barcode 0.16 draws them.
    assert code128.values("PJJ123C") == [104, 48, 42, 42, 17, 18, 19, 35, 55, 106]
    modules = "".join(("1" if place % 2 == 0 else "0") * width for place, width in enumerate(code128.widths("PJJ123C")))
    assert modules == ("1101001000011101110110101101110001011011100010011100110110011100101100101110010001000110111010001101100011101011")


def test_code_128_packs_digits_in_pairs():
    assert code128.values("123456") == [105, 12, 34, 56, 44, 106]
    assert len(code128.widths("LX000000014ID")) == 6 * 13 + 7
    assert code128.values("LX000000014ID")[:6] == [104, 44, 56, 16, 99, 0]


def test_code_128_says_only_what_it_can():
    for text in ("", "运单"):
        with pytest.raises(ValueError):
            code128.values(text)


def test_bars_and_spaces_fill_eleven_modules_each():
    assert len(code128.SYMBOLS) == 107
    assert len(set(code128.SYMBOLS)) == 107
    for symbol in code128.SYMBOLS[:-1]:
        assert sum(map(int, symbol)) == 11
        assert sum(map(int, symbol[::2])) % 2 == 0  # bars are even: what a reader checks
