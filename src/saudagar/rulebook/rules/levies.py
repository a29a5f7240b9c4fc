"""The levies of a landed cost in words, each once, however many lines it was worked out for."""

from collections.abc import Sequence
from dataclasses import dataclass

from saudagar.rulebook.rules.labels import NOT_DUE, levy_label
from saudagar.rulebook.rules.landed import LandedCost, LineCost
from saudagar.rulebook.rules.levying import Part
from saudagar.rulebook.rules.model import Destination
from saudagar.rulebook.rules.recipes import Levy
from saudagar.rulebook.rules.saying import sum_said


@dataclass(frozen=True, slots=True)
class NamedLevy:
    """One levy of a parcel. amount: minor units of the currency of the landed cost."""

    kind: str
    # "Import duty (15%)", "Import duty (0%, ACFTA)", "Import duty (15%): not due", "Import duty (0.52 kg gross × CHF 38 per 100 kg)"
    label: str
    amount: int
    rule: str
    source: str
    is_contained: bool
    is_at_door: bool  # the carrier asks for it; otherwise it is paid with the order


def levies(cost: LandedCost, destination: Destination, language: str) -> list[NamedLevy]:
    """A levy that a threshold lets off stays, at 0, and names the rule that does; a duty under an agreement names it."""
    agreements = {proof.rule: proof.agreement for proof in cost.proofs}
    found: dict[tuple[str, str, str, str], list[Part]] = {}
    for part in cost.parts:
        found.setdefault((part.levy.kind, part.levy.rate, part.levy.rule, part.relief), []).append(part)
    return [_named(parts, cost, destination, language, agreements.get(parts[0].levy.rule, "")) for parts in found.values()]


def _named(parts: Sequence[Part], cost: LandedCost, destination: Destination, language: str, agreement: str) -> NamedLevy:
    levy, relief, amount = parts[0].levy, parts[0].relief, sum(part.charged for part in parts)
    rate = counted_said(levy, [cost.lines[part.line] for part in parts], destination.currency, language) if levy.rate else ""
    said = ", ".join(each for each in (rate, agreement) if each)
    label = levy_label(levy, destination, language) + (f" ({said})" if said else "")
    rule, source = levy.rule, levy.source
    if relief:
        label = NOT_DUE[language].format(label=label)
        rule = relief
        source = next((each.source for each in (*destination.reliefs, *destination.waivers) if each.id == relief), source)
    is_at_door = cost.terms == "DAP" and levy.collected == "border"
    return NamedLevy(levy.kind, label, amount, rule, source, levy.contained, is_at_door)


def counted_said(levy: Levy, lines: Sequence[LineCost], currency: str, language: str) -> str:
    """The rate of a levy, and the weights or pieces of the lines it was counted on."""
    return sum_said(
        levy.rate,
        currency,
        language,
        net_grams=sum(line.net_grams for line in lines),
        gross_grams=sum(line.gross_grams for line in lines),
        pieces=sum(line.quantity for line in lines),
    )
