"""The duty and tax of an order in words: its parts with rule and source, and which paper would have lowered them."""

from dataclasses import dataclass
from typing import Any

from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.queries import rulebook_of
from saudagar.rulebook.rules import LandedCost, Rulebook, from_data, recompute, savings
from saudagar.rulebook.rules.labels import levy_label, saving_words
from saudagar.rulebook.rules.snapshot import request_of


@dataclass(frozen=True, slots=True)
class Told:
    """One levy of an order. Amount in minor units of the order's currency."""

    label: str
    amount: int
    rule: str
    source: str
    is_contained: bool
    is_at_door: bool  # the carrier asks for it; otherwise it was paid with the order


def told(cost: LandedCost, rulebook: Rulebook, language: str) -> list[Told]:
    """The levies of a landed cost, each once, however many lines it was worked out for."""
    there = rulebook.destinations[cost.destination]
    found: dict[tuple[str, str, str], list[Any]] = {}
    for part in cost.parts:
        entry = found.setdefault((part.levy.kind, part.levy.rate, part.levy.rule), [part.levy, 0])
        entry[1] += part.charged
    return [
        Told(
            levy_label(levy, there, language) + (f" ({rate})" if rate else ""),
            amount,
            rule,
            levy.source,
            levy.contained,
            cost.terms == "DAP" and levy.collected == "border",
        )
        for (_kind, rate, rule), (levy, amount) in found.items()
    ]


def of_order(customs: Any, language: str) -> list[Told]:
    """The levies of an order from its customs snapshot, under the release it was priced with. None at home without tax."""
    if not customs:
        return []
    kept = from_data(customs)
    try:
        rulebook = rulebook_of(kept.release)
        return told(recompute(kept, rulebook), rulebook, language)
    except Refusal:  # a release that another installation knows: the order shows its sums
        return []


def savings_of_order(customs: Any, language: str) -> list[str]:
    """What would make the same parcel cheaper: "With Form E this parcel pays 0 % instead of 15 %"."""
    if not customs:
        return []
    kept = from_data(customs)
    try:
        rulebook = rulebook_of(kept.release)
        return [saving_words(saving, rulebook, kept.currency, language) for saving in savings(request_of(kept), rulebook)]
    except Refusal:
        return []
