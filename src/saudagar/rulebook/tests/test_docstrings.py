"""Examples in docstrings are true."""

import doctest

import pytest

from saudagar.rulebook.rules import landed, model, reading


@pytest.mark.parametrize("module", [landed, model, reading])
def test_examples(module):
    result = doctest.testmod(module, extraglobs={"Fraction": model.Fraction})
    assert result.attempted > 0
    assert result.failed == 0
