"""Examples in docstrings are true."""

import doctest

import pytest

from saudagar.rulebook.rules import labels, levying, model, parcel, reading, recipes, resolving


@pytest.mark.parametrize("module", [labels, levying, model, parcel, reading, recipes, resolving])
def test_examples(module):
    result = doctest.testmod(module, extraglobs={"Fraction": model.Fraction, "Flat": model.Flat})
    assert result.attempted > 0
    assert result.failed == 0
