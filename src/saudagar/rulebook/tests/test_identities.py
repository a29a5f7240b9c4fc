"""Numbers that customs asks of buyers: right by their structure, or not."""

import pytest

from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Unreadable, asked_of_buyer, identity_asked, read
from saudagar.rulebook.rules.identities import KINDS, WrongIdentity
from saudagar.rulebook.tests.cast import TODAY, shipped


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        ("cn-ric", "310101199001010012", "310101199001010012"),
        ("cn-ric", "11010519491231002x", "11010519491231002X"),
        ("kr-pccc", " p1234-5678-9012", "P123456789012"),
        ("tw-id", "a123456789", "A123456789"),
        ("tw-id", "A800000014", "A800000014"),
        ("in-kyc", "AAPPV8261K", "AAPPV8261K"),
        ("in-kyc", "K 1234567", "K1234567"),
        ("tr-kimlik", "17291716060", "17291716060"),
        ("tr-kimlik", "C01X00T47", "C01X00T47"),
    ],
)
def test_it_is_kept_without_what_people_write_between(kind, written, kept):
    assert KINDS[kind].read(written) == kept


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("cn-ric", ""),
        ("cn-ric", "310101199001010013"),  # check digit
        ("kr-pccc", "123456789012"),
        ("kr-pccc", "P12345678901"),
        ("kr-pccc", "P1234567890123"),
        ("kr-pccc", "P１２３４５６７８９０１２"),  # digits of another script
        ("tw-id", "A123456788"),  # check digit
        ("tw-id", "A323456789"),  # neither man nor woman nor resident
        ("in-kyc", "12345678901"),
        ("tr-kimlik", "17291716061"),
        ("tr-kimlik", "abc"),
    ],
)
def test_what_cannot_be_is_not_kept(kind, written):
    with pytest.raises(WrongIdentity):
        KINDS[kind].read(written)


@pytest.mark.parametrize(
    ("destination", "kind"),
    [("CN", "cn-ric"), ("KR", "kr-pccc"), ("TW", "tw-id"), ("IN", "in-kyc"), ("TR", "tr-kimlik"), ("JP", ""), ("DE", "")],
)
def test_each_destination_names_its_kind(destination, kind):
    assert identity_asked(asked_of_buyer(shipped(), destination, TODAY)) == kind


def test_rulebooks_from_before_kinds_still_ask_for_chinas_number():
    old = texts()
    old["destinations/CN.toml"] = old["destinations/CN.toml"].replace('identity = "cn-ric"\n', "")
    assert identity_asked(asked_of_buyer(read(old), "CN", TODAY)) == "cn-ric"


@pytest.mark.parametrize(
    ("before", "after"), [('identity = "kr-pccc"', 'identity = "kr-unknown"'), ('of = "plant"\n', 'of = "plant"\nidentity = "kr-pccc"\n')]
)
def test_a_kind_nobody_can_check_is_a_fault(before, after):
    changed = texts()
    changed["destinations/KR.toml"] = changed["destinations/KR.toml"].replace(before, after)
    with pytest.raises(Unreadable):
        read(changed)
