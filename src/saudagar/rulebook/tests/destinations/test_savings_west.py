"""Which paper or registration lowers the cost in Europe, the Americas and the Middle East."""

import pytest

from saudagar.rulebook.rules import Item, Request, savings
from saudagar.rulebook.tests.cast import TODAY, shipped
from saudagar.rulebook.tests.destinations.west import CURRENCIES, DRESS, SHAWL, SHIRT


@pytest.mark.parametrize(
    ("destination", "hs", "value", "expected"),
    [
        # 24 + 19 % × 224 = 66.56; 19.20 + 19 % × 219.20 = 41.648: 60.85
        ("DE", SHIRT, 200_00, {"origin_declaration": 5_71, "rex_statement": 5_71}),
        # 24 + 20 % × 224 = 68.80; 19.20 + 20 % × 219.20 = 63.04
        ("GB", SHIRT, 200_00, {"origin_declaration": 5_76}),
        # 321 + 25 % × 3,321 = 1,151.25; 25 % × 3,000 = 750
        ("NO", DRESS, 3_000_00, {"no:voec": 401_25, "origin_declaration": 401_25}),
        # 100 + 5 % × 2,100 = 205; 5 % × 2,000 = 100
        ("AE", SHIRT, 2_000_00, {"form_iu": 105_00}),
        ("US", SHAWL, 60_00, {}),  # no agreement
    ],
)
def test_what_would_lower_it(destination, hs, value, expected):
    request = Request(destination, (Item(hs, value),), CURRENCIES.get(destination, "EUR"), TODAY)
    assert {each.key: each.saved for each in savings(request, shipped())} == expected
