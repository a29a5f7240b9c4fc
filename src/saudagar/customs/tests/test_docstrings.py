"""Examples in docstrings are true."""

import doctest

import pytest

from saudagar.customs.rules import s10


@pytest.mark.parametrize("module", [s10])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
