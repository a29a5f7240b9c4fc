"""An order to any of these destinations is worked out again from its customs snapshot, to the same minor unit."""

import json

import pytest

from saudagar.rulebook.rules import Item, Request, agrees, as_data, from_data, landed_cost, recompute, snapshot
from saudagar.rulebook.tests.cast import TODAY, shipped
from saudagar.rulebook.tests.destinations.asia import CHOCOLATE, CURRENCIES, DRESS

RATES = {"CNY": "7.1", "HKD": "7.8", "TWD": "31", "JPY": "150", "KRW": "1400", "SGD": "1.3", "MYR": "4.2", "THB": "33", "VND": "25000"}
RATES |= {"PHP": "57", "AUD": "1.5", "NZD": "1.7", "INR": "86", "IDR": "16000"}


@pytest.mark.parametrize("destination", CURRENCIES)
def test_in_dollars_with_every_registration(destination):
    request = Request(
        destination,
        (Item(DRESS, 123_45, 3, 700), Item(CHOCOLATE, 67_89, 2, 400)),
        "USD",
        TODAY,
        freight=17_31,
        insurance=1_07,
        dispatch="CN" if destination == "ID" else "ID",
        registrations=frozenset({"sg:ovr", "my:lvg", "au:gst", "nz:gst"}),
        rates={CURRENCIES[destination]: "1", "USD": RATES[CURRENCIES[destination]]},
        buyer_uses=9,
    )
    cost = landed_cost(request, shipped())
    kept = from_data(json.loads(json.dumps(as_data(snapshot(request, cost)))))

    assert (
        cost.total
        == cost.goods + cost.freight + cost.insurance + cost.duty + cost.tax + cost.fees
        == sum(line.total for line in cost.lines)
    )
    again = recompute(kept, shipped())
    assert (again, agrees(kept, again)) == (cost, True)
