"""The levies of a landed cost in words, each once, however many lines it was worked out for."""

from dataclasses import dataclass

from saudagar.rulebook.rules.labels import NOT_DUE, levy_label
from saudagar.rulebook.rules.landed import LandedCost
from saudagar.rulebook.rules.model import Destination
from saudagar.rulebook.rules.recipes import Levy
from saudagar.rulebook.rules.saying import rate_said


@dataclass(frozen=True, slots=True)
class NamedLevy:
    """One levy of a parcel. amount: minor units of the currency of the landed cost."""

    kind: str
    label: str  # "Import duty (15%)", "Import duty (0%, ACFTA)", "Import duty (15%): not due"
    amount: int
    rule: str
    source: str
    is_contained: bool
    is_at_door: bool  # the carrier asks for it; otherwise it is paid with the order


def levies(cost: LandedCost, destination: Destination, language: str) -> list[NamedLevy]:
    """A levy that a threshold lets off stays, at 0, and names the rule that does; a duty under an agreement names it."""
    agreements = {proof.rule: proof.agreement for proof in cost.proofs}
    found: dict[tuple[str, str, str, str], tuple[Levy, int]] = {}
    for part in cost.parts:
        key = (part.levy.kind, part.levy.rate, part.levy.rule, part.relief)
        found[key] = (part.levy, found[key][1] + part.charged) if key in found else (part.levy, part.charged)
    return [
        _named(levy, amount, relief, cost, destination, language, agreements.get(levy.rule, ""))
        for (_kind, _rate, _rule, relief), (levy, amount) in found.items()
    ]


def _named(levy: Levy, amount: int, relief: str, cost: LandedCost, destination: Destination, language: str, agreement: str) -> NamedLevy:
    said = ", ".join(each for each in (rate_said(levy.rate, destination.currency, language) if levy.rate else "", agreement) if each)
    label = levy_label(levy, destination, language) + (f" ({said})" if said else "")
    rule, source = levy.rule, levy.source
    if relief:
        label = NOT_DUE[language].format(label=label)
        rule = relief
        source = next((each.source for each in (*destination.reliefs, *destination.waivers) if each.id == relief), source)
    is_at_door = cost.terms == "DAP" and levy.collected == "border"
    return NamedLevy(levy.kind, label, amount, rule, source, levy.contained, is_at_door)
