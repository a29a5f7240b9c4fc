"""What an officer should look at in a rulebook that can be read: overlaps, gaps, expired and lonely rules."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from saudagar.rulebook.rules.model import CERTAINTIES, Destination, Prohibition, Requirement, Rule, Rulebook, TariffRow

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    level: str
    rule: str
    words: str


def findings(rulebook: Rulebook, on: date, nomenclature: frozenset[str] = frozenset()) -> list[Finding]:
    """Errors make wrong or missing answers; warnings want a decision; notes tell what is not applied and why."""
    found: list[Finding] = []
    for destination in rulebook.destinations.values():
        rows: dict[tuple[object, ...], list[Rule]] = {}
        for row in destination.tariffs:
            rows.setdefault(_says(row), []).append(row)
        for group in rows.values():
            found += _in_time(group, on)
        schemes: dict[tuple[object, ...], list[Rule]] = {}
        for scheme in destination.schemes:
            schemes.setdefault(
                (scheme.mode, scheme.within_limit, scheme.above_limit, scheme.if_registration, scheme.unless_registration), []
            ).append(scheme)
        for group in schemes.values():
            found += _in_time(group, on)
        found += _whole(destination)
        if nomenclature:
            found += [
                Finding(WARNING, row.id, f"HS {row.hs} is not in the nomenclature")
                for row in destination.tariffs
                if row.hs and row.hs[:6] not in nomenclature
            ]
        for rule in (*destination.limits, *destination.requirements, *destination.prohibitions):
            if rule.valid_to and rule.valid_to < on and not _followed(rule, destination):
                found.append(Finding(NOTE, rule.id, f"ended on {rule.valid_to}"))
    used = Counter(rule.switch for rule in _all(rulebook) if rule.switch)
    for switch in rulebook.switches.values():
        if not used[switch.name]:
            found.append(Finding(WARNING, switch.name, "no rule hangs on this switch"))
        elif not switch.on:
            found.append(Finding(NOTE, switch.name, f"off, {used[switch.name]} rules not applied. Waits for: {switch.waits_for}"))
        else:
            found.append(Finding(NOTE, switch.name, f"on for {used[switch.name]} uncertain rules. Waits for: {switch.waits_for}"))
    return sorted(found, key=lambda finding: (ERROR, WARNING, NOTE).index(finding.level))


def by_certainty(rulebook: Rulebook) -> dict[str, int]:
    """How many rules of each certainty, those set aside included."""
    counted = Counter(rule.certainty for rule in _all(rulebook))
    return {mark: counted[mark] for mark in CERTAINTIES}


def _all(rulebook: Rulebook) -> Iterable[Rule]:
    for destination in rulebook.destinations.values():
        yield from destination.tariffs
        yield from destination.schemes
        yield from destination.limits
        yield from destination.requirements
        yield from destination.prohibitions
    for origin in rulebook.origins.values():
        yield from origin.requirements
        yield from origin.prohibitions
    yield from rulebook.idle


def _says(row: TariffRow) -> tuple[object, ...]:
    """What a row is about: two of the same may not hold on one day."""
    floors = row.from_unit_value, row.from_piece_value
    return row.kind, row.hs, row.origin, row.agreement, row.proof, row.mode, row.region, row.name, *floors


def _in_time(group: list[Rule], on: date) -> list[Finding]:
    """Rules that say the same thing for different days."""
    found = []
    group = sorted(group, key=lambda rule: rule.valid_from)
    for earlier, later in pairwise(group):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            found.append(Finding(ERROR, later.id, f"overlaps with {earlier.id}"))
        elif earlier.valid_to + timedelta(days=1) < later.valid_from:
            found.append(Finding(WARNING, later.id, f"nothing holds between {earlier.valid_to} ({earlier.id}) and {later.valid_from}"))
    last = group[-1]
    if last.valid_to and last.valid_to < on:
        found.append(Finding(WARNING, last.id, f"expired on {last.valid_to} and nothing follows it"))
    return found


def _whole(destination: Destination) -> list[Finding]:
    """What refers to something must find it; what is sold must have its tax."""
    found = []
    limits = {limit.id for limit in destination.limits}
    modes = {mode.name for mode in destination.modes}
    for scheme in destination.schemes:
        if scheme.mode not in modes:
            found.append(Finding(ERROR, scheme.id, f"there is no mode {scheme.mode}"))
        for name in (*scheme.within_limit, *scheme.above_limit):
            if name not in limits:
                found.append(Finding(ERROR, scheme.id, f"there is no limit {name}"))
    taxed = [row for row in destination.tariffs if row.kind == "vat"]
    for row in destination.tariffs:
        if row.kind in ("duty", "list") and row.listed and not any(_covers(tax, row) for tax in taxed):
            found.append(Finding(ERROR, row.id, f"HS {row.hs} has no VAT rate"))
    conditions: list[Requirement | Prohibition] = [*destination.requirements, *destination.prohibitions]
    for rule in conditions:
        if not rule.hs:
            found.append(Finding(ERROR, rule.id, 'names no goods (hs = [""] means all)'))
        for mode in rule.modes - modes:
            found.append(Finding(ERROR, rule.id, f"there is no mode {mode}"))
    return found


def _covers(tax: TariffRow, row: TariffRow) -> bool:
    return row.hs.startswith(tax.hs) and (tax.valid_to is None or (row.valid_to is not None and row.valid_to <= tax.valid_to))


def _followed(rule: Rule, destination: Destination) -> bool:
    """Whether another rule takes over on the day after."""
    return any(
        other.valid_from == rule.valid_to + timedelta(days=1)
        for other in (*destination.limits, *destination.requirements, *destination.prohibitions)
        if rule.valid_to and other.id != rule.id
    )
