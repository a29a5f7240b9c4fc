"""Trade rules as dated data, and pure functions over them. No database, no clock, no Django.

landed_cost(request, rulebook) -> LandedCost        duty and tax of a parcel, with rule, base, rate and source of each part
savings(request, rulebook) -> tuple[Saving, ...]        what each paper or registration would save
may_sell(rulebook, product, destination, on) -> Verdict        allowed, or the exact papers that are missing
snapshot(request, cost) -> CustomsSnapshot; recompute(kept, rulebook)        what an order keeps of its day
"""

from saudagar.rulebook.rules.counting import counted_limits
from saudagar.rulebook.rules.landed import Claim, Item, LandedCost, LineCost, Part, Proven, Request, landed_cost, mode_of, resolve
from saudagar.rulebook.rules.model import Rulebook
from saudagar.rulebook.rules.reading import Unreadable, fingerprint, read
from saudagar.rulebook.rules.savings import Saving, at_stake, savings
from saudagar.rulebook.rules.selling import ProductFacts, Verdict, asked_of_buyer, identity_asked, may_sell
from saudagar.rulebook.rules.snapshot import CustomsSnapshot, agrees, as_data, from_data, recompute, snapshot

__all__ = [
    "Claim",
    "CustomsSnapshot",
    "Item",
    "LandedCost",
    "LineCost",
    "Part",
    "ProductFacts",
    "Proven",
    "Request",
    "Rulebook",
    "Saving",
    "Unreadable",
    "Verdict",
    "agrees",
    "as_data",
    "asked_of_buyer",
    "at_stake",
    "counted_limits",
    "fingerprint",
    "from_data",
    "identity_asked",
    "landed_cost",
    "may_sell",
    "mode_of",
    "read",
    "recompute",
    "resolve",
    "savings",
    "snapshot",
]
