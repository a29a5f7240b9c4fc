"""Which trade agreements would lower the duty on some goods, where, and how their origin is shown. Pure."""

from dataclasses import dataclass
from datetime import date

from saudagar.rulebook.rules.choosing import BY_DECLARATION, DECLARATION
from saudagar.rulebook.rules.model import Preference, Rulebook, TariffRow
from saudagar.rulebook.rules.resolving import remember, resolve


@dataclass(frozen=True, slots=True)
class Lower:
    """A destination that takes less under an agreement. Rates as written; usual "" where only agreements give one."""

    destination: str  # a country, or the union all of whose members do
    rate: str
    usual: str
    waived_up_to: int  # minor units of `currency`: up to here a declaration does in place of the paper; 0: never
    currency: str
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement and the paper by which origin is shown under it."""

    name: str  # "ACFTA"
    proof: str  # "form_e"
    places: tuple[Lower, ...]

    @property
    def is_declared(self) -> bool:
        """The exporter's own declaration is the proof, whatever the parcel is worth."""
        return self.proof == DECLARATION

    @property
    def takes_declaration(self) -> bool:
        """Somewhere a declaration does, at least for small parcels."""
        return self.is_declared or any(place.waived_up_to for place in self.places)


def agreements(rulebook: Rulebook, hs: str, origin: str, on: date) -> tuple[Agreement, ...]:
    """Those under which these goods pay less somewhere abroad than without, by name. Raises BadHsCode."""
    found: dict[tuple[str, str], dict[str, Lower]] = {}
    for code, there in rulebook.destinations.items():
        if code == origin:
            continue
        resolved = resolve(rulebook, code, hs, origin, on)
        for row in resolved.preferences:
            if not row.proof or not is_lower(row, resolved.duty):
                continue
            waiver = next((rule for rule in there.preferences if rule.holds(on) and _is_for(rule, row)), None)
            # All members of a union have one tariff.
            found.setdefault((row.agreement, row.proof), {})[there.union or code] = Lower(
                there.union or code,
                row.rate.text if row.rate else "0%",
                resolved.duty.rate.text if resolved.duty and resolved.duty.rate else "",
                waiver.waived_up_to if waiver else 0,
                (waiver.currency if waiver else "") or there.currency,
                row.source,
                row.certainty,
            )
    return tuple(Agreement(name, proof, tuple(places.values())) for (name, proof), places in sorted(found.items()))


def agreement(rulebook: Rulebook, name: str, hs: str, origin: str, on: date) -> Agreement | None:
    """One of them by its name; None where it does nothing for these goods."""
    return next((each for each in agreements(rulebook, hs, origin, on) if each.name == name), None)


def agreements_with(rulebook: Rulebook, destination: str) -> frozenset[str]:
    """Names of the agreements that some row of a destination's tariff speaks of: a claim under another is nothing there."""
    key = ("agreements_with", destination)
    found: frozenset[str] | None = rulebook.resolved.get(key)
    if found is None:
        there = rulebook.destinations.get(destination)
        found = frozenset(row.agreement for row in there.tariffs if row.agreement) if there else frozenset()
        remember(rulebook, key, found)
    return found


def is_lower(row: TariffRow, usual: TariffRow | None) -> bool:
    """Whether a rate can be less than the usual one; of rates by weight only the parcel can tell."""
    if usual is None or usual.rate is None or row.rate is None:
        return True
    return bool(usual.rate.terms or row.rate.terms) or row.rate.share < usual.rate.share


def needs_paper(agreement: Agreement, by: str) -> bool:
    """Whether what a seller chose can ask for a paper that somebody else gives."""
    return by != BY_DECLARATION and not agreement.is_declared


def _is_for(rule: Preference, row: TariffRow) -> bool:
    return rule.agreement == row.agreement and rule.paper in ("", row.proof)
