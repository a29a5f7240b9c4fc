"""Requests for quotes that nobody would send by accident: each is a basket or a refusal, and no database is asked to find out."""

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from saudagar.checkout.rules import faults, requests
from saudagar.checkout.rules.pricing import Basket, check_served, early_start
from saudagar.checkout.rules.quotes import MOST_LINES, MOST_PIECES
from saudagar.checkout.rules.requests import QuoteRequest
from saudagar.checkout.tests.cast import NOON
from saudagar.checkout.tests.test_pricing import HOME
from saudagar.foundation.ids import Kind, handle, new_business_id, new_id
from saudagar.foundation.refusals import Refusal

decode = msgspec.json.Decoder(QuoteRequest).decode

texts = st.text(max_size=60) | st.sampled_from(("", "11-11", "x" * 41, "²", "١٢٣", "\x00", "İ", "'; --", "../..", "{{7*7}}", "😀" * 50))
numbers = st.integers(-(2**70), 2**70) | st.sampled_from((0, -1, 2**31, 10**30, True, None, 1.5))
handles = st.builds(lambda: handle(Kind.LISTING, new_business_id(), new_id()))
anything = st.recursive(
    texts | numbers, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
lines = st.fixed_dictionaries({"listing": handles | texts | anything, "quantity": st.integers(1, 9) | numbers | anything})
bodies = st.fixed_dictionaries(
    {
        "market": st.just("id") | anything,
        "destination": st.just({"country": "ID", "region": "32.73"}) | st.fixed_dictionaries({"country": texts}) | anything,
        "lines": st.lists(lines, max_size=25) | anything,
    },
    optional=dict.fromkeys(("campaign", "shipping", "buyer_reference", "language"), texts | anything),
)


@settings(max_examples=300, deadline=None)
@given(bodies)
def test_a_basket_or_a_refusal(body: dict[str, Any]):
    data = json.dumps(body).encode()
    try:
        basket = requests.basket(decode(data), "en")
        check_served(basket, HOME)
        early_start(basket, HOME, NOON)
    except (msgspec.MsgspecError, UnicodeError):
        assert faults.invalid(data, QuoteRequest).body("id")["error"]["message"]
    except Refusal as refusal:
        assert refusal.body("id")["error"]["message"]
    else:
        assert isinstance(basket, Basket)
        assert 0 < len(basket.lines) <= MOST_LINES
        assert all(0 < pieces <= MOST_PIECES * len(body["lines"]) for _, _, pieces in basket.lines)
        assert basket.campaign == "", "no campaign is open in this market"
