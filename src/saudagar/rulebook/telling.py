"""The duty and tax of an order in words: its parts with rule and source, and which paper would have lowered them."""

from typing import Any

from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.queries import rulebook_of
from saudagar.rulebook.rules import at_stake, from_data, recompute, savings
from saudagar.rulebook.rules.labels import saving_words, stake_words
from saudagar.rulebook.rules.levies import NamedLevy, levies
from saudagar.rulebook.rules.snapshot import request_of


def of_order(customs: Any, language: str) -> list[NamedLevy]:
    """The levies of an order from its customs snapshot, under the release it was priced with. None at home without tax."""
    if not customs:
        return []
    kept = from_data(customs)
    try:
        rulebook = rulebook_of(kept.release)
        return levies(recompute(kept, rulebook), rulebook.destinations[kept.destination], language)
    except Refusal:  # a release that another installation knows: the order shows its sums
        return []


def stakes_of_order(customs: Any, language: str) -> dict[str, str]:
    """Of each proof of origin that an order was priced with, what its absence would cost: paper → "Without Form E …"."""
    if not customs:
        return {}
    kept = from_data(customs)
    if not kept.proofs:
        return {}
    try:
        rulebook = rulebook_of(kept.release)
        found = at_stake(request_of(kept), rulebook)
        return {stake.key: stake_words(stake, rulebook, kept.currency, language) for stake in found}
    except Refusal:
        return {}


def savings_of_order(customs: Any, language: str) -> list[str]:
    """What would make the same parcel cheaper: "With Form E this parcel pays 0 % instead of 15 %"."""
    if not customs:
        return []
    kept = from_data(customs)
    try:
        rulebook = rulebook_of(kept.release)
        customs = rulebook.destinations[kept.destination].currency
        return [saving_words(saving, rulebook, kept.currency, language, customs=customs) for saving in savings(request_of(kept), rulebook)]
    except Refusal:
        return []
