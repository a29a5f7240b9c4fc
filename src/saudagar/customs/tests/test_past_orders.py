"""An order of any past day is worked out again, under the release it names, to the same minor unit."""

import gzip
import json
from pathlib import Path

import pytest

from saudagar.rulebook.rules import agrees, from_data, read, recompute

KEPT = sorted((Path(__file__).parent / "golden").glob("*.json.gz"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name.removesuffix(".json.gz"))
def test_every_kept_parcel_costs_what_it_did(path):
    data = json.loads(gzip.decompress(path.read_bytes()))
    rulebook = read(data["texts"])
    assert rulebook.version == path.name.removesuffix(".json.gz")
    assert len(data["snapshots"]) >= 300
    for number, past in enumerate(data["snapshots"]):
        kept = from_data(past)
        assert agrees(kept, recompute(kept, rulebook)), number


def test_there_is_one_for_the_rules_that_ship():
    assert KEPT, "python -m saudagar.customs.tests.golden.make"
