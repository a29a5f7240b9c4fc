"""What customs of the destination asks of the buyer: named where a machine or the post must know of it, written on no paper."""

import json
from dataclasses import replace

import pytest

from saudagar.customs.printing import printed
from saudagar.customs.queries import parcel_facts
from saudagar.customs.rules.kinds import content
from saudagar.customs.tests.cast import a_parcel
from saudagar.customs.tests.sold import sold
from saudagar.customs.tests.test_kinds import ON, RATE, a_told_parcel, say, text_of
from saudagar.rulebook.queries import current_rulebook
from saudagar.shipping.tests.cast import CHEN, a_shop

PCCC = "P123456789012"


def to_korea(**changes):
    seoul = replace(a_parcel().addressee, name="Contoh Jimin", lines=("1 Example-ro", "Seoul 04524"), country="KR", postal_code="04524")
    return a_told_parcel(addressee=seoul, mode="parcel", buyer_identity="PCCC", buyer_number="•••••••••9012", **changes)


def test_the_post_and_the_carrier_are_told_that_there_is_one():
    assert say("itmatt", to_korea())["fields"]["references"]["addressee_identity"] == {
        "kind": "PCCC",
        "number": "•••••••••9012",
        "sent": "given to the carrier with the booking",
    }
    assert say("consignment_note", to_korea())["data"]["buyer_identity"] == "PCCC •••••••••9012: given to the carrier with the booking"
    assert "PCCC: with the electronic data" in text_of(say("cn23", to_korea()))


def test_where_customs_asks_for_nothing_nothing_is_named():
    plain = a_told_parcel()
    assert "addressee_identity" not in say("itmatt", plain)["fields"]["references"]
    assert "buyer_identity" not in say("consignment_note", plain)["data"]
    for kind in ("invoice", "packing_list"):
        assert "PCCC" not in text_of(say(kind, to_korea()))


@pytest.mark.django_db
def test_the_number_itself_is_in_no_paper_of_an_order():
    buyer = replace_buyer(CHEN, identity=PCCC, identity_kind="kr-pccc")
    order = sold(a_shop(), buyer)
    facts = parcel_facts(order, None, current_rulebook())
    assert facts.buyer_identity == "PCCC"
    assert PCCC not in repr(facts)
    for kind in ("invoice", "packing_list", "proforma"):
        said = content(kind, facts, (), sdr_rate=RATE, on=ON)
        assert PCCC not in json.dumps(said)
        assert PCCC.encode() not in printed(said, on=ON)


def test_the_incoterm_is_the_one_the_buyer_chose():
    at_door = to_korea(terms="DAP", duty=0, tax=0, order_total=245_50, paid=None)
    said = say("invoice", at_door)
    assert (said["terms"], said["terms_place"]) == ("DAP", "KR")
    assert "charged to the buyer at checkout" not in said["statement"]
    assert "DAP" in text_of(say("cn23", at_door))


def replace_buyer(buyer, **changes):
    return type(buyer)(**{**{name: getattr(buyer, name) for name in buyer.__struct_fields__}, **changes})
