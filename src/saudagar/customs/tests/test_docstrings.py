"""Examples in docstrings are true."""

import doctest

import pytest

from saudagar.customs.rules import consignment_note, lacks, words, zh_label


@pytest.mark.parametrize("module", [consignment_note, lacks, words, zh_label])
def test_examples(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
