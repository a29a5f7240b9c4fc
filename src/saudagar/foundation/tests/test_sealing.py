"""Sealed data opens with its key and for its purpose only."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.foundation import sealing
from saudagar.foundation.sealing import Unreadable, blind_index, masked, parse_keys, seal, unseal


@pytest.fixture
def with_keys(monkeypatch):
    def use(*pairs):
        monkeypatch.setattr(sealing, "keys", lambda: dict(pairs))
        sealing._cipher.cache_clear()
        sealing.derived.cache_clear()

    yield use
    sealing._cipher.cache_clear()
    sealing.derived.cache_clear()


@given(st.text(max_size=200))
def test_there_and_back(text):
    assert unseal(seal(text, "test"), "test") == text


def test_for_its_purpose_only():
    with pytest.raises(Unreadable):
        unseal(seal("3201", "identity nik"), "phone")


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place, change):
    data = bytearray(seal("Jl. Contoh 1", "test"))
    data[place % len(data)] ^= change
    with pytest.raises(Unreadable):
        unseal(bytes(data), "test")


def test_an_old_key_still_opens_and_indexes(with_keys):
    old, new = (1, b"o" * 32), (2, b"n" * 32)
    with_keys(old)
    before, index = seal("Bu Sari", "test"), blind_index("nib", "2101260000101")
    with_keys(new, old)
    assert unseal(before, "test") == "Bu Sari"
    assert seal("Bu Sari", "test")[1] == 2
    assert blind_index("nib", "2101260000101") == index
    with_keys(new)
    with pytest.raises(Unreadable):
        unseal(before, "test")


def test_an_index_tells_kinds_apart():
    assert blind_index("nib", "1") == blind_index("nib", "1") != blind_index("npwp", "1")


def test_masked():
    assert (masked("+6281200000101"), masked("123")) == ("••••••••••0101", "•••")


@pytest.mark.parametrize(
    "text", ["", "1", "1:", "1:short", "0:" + base64.b64encode(b"k" * 32).decode(), "x:" + base64.b64encode(b"k" * 32).decode()]
)
def test_bad_keys_stop_the_start(text):
    with pytest.raises(ValueError, match="SAUDAGAR_KEYS"):
        parse_keys(text)
