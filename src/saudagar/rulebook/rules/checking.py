"""What an officer should look at in a rulebook that can be read: overlaps, gaps, expired and lonely rules."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from saudagar.rulebook.rules.model import (
    CERTAINTIES,
    Destination,
    Fee,
    Limit,
    Prohibition,
    Relief,
    Requirement,
    Rule,
    Rulebook,
    Scheme,
    TariffRow,
    Waiver,
)
from saudagar.rulebook.rules.resolving import resolve
from saudagar.rulebook.rules.schedules import is_of_schedule

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class Finding:
    level: str
    rule: str
    words: str


def findings(rulebook: Rulebook, on: date, nomenclature: frozenset[str] = frozenset()) -> list[Finding]:
    """Errors make wrong or missing answers; warnings want a decision; notes tell what is not applied and why."""
    found: list[Finding] = []
    goods = _goods(rulebook)
    for place in _places(rulebook):
        found += _through_time(place, on)
        found += _references(rulebook, place)
        found += _whole(place)
        found += _unanswered(rulebook, place, goods, on)
        if nomenclature:
            found += [
                Finding(WARNING, row.id, f"HS {row.hs} is not in the nomenclature")
                for row in place.tariffs
                if row.hs and row.hs[:6] not in nomenclature
            ]
    found += _switches(rulebook)
    return sorted(found, key=lambda finding: (ERROR, WARNING, NOTE).index(finding.level))


@dataclass(frozen=True, slots=True)
class Dated:
    """A day on which something changes, or was to be decided. what: begins (first day) | ends (last day) | decide (a switch)."""

    day: date
    what: str
    place: str
    rule: str
    words: str  # what it says, in short and in English
    is_off: bool = False  # behind a switch that is off
    about: tuple[object, ...] = ()  # what one that follows it would be about too


SOON = timedelta(days=60)
SCHEDULE = ("schedule",)  # what the rows of an official schedule are about


def coming(rulebook: Rulebook, on: date) -> list[Dated]:
    """What begins, ends or must be decided from that day on, sixty days ahead; the first one first."""
    return sorted(
        (each for each in _days(rulebook) if on <= each.day <= on + SOON and (each.what != "begins" or each.day > on)),
        key=lambda each: (each.day, each.place, each.rule),
    )


def passed(rulebook: Rulebook, on: date) -> list[Dated]:
    """Facts that have ended in the last sixty days with nothing after them, and switches whose day has passed: somebody should look."""
    days = list(_days(rulebook))
    begun = {(each.place, each.about, each.day) for each in days if each.what == "begins"}

    def is_followed(each: Dated) -> bool:
        after = each.day + timedelta(days=1)
        return (each.place, each.about, after) in begun or (each.place, SCHEDULE, after) in begun

    found = [
        each
        for each in days
        if each.day < on and (each.what == "decide" or (each.what == "ends" and each.day >= on - SOON and not is_followed(each)))
    ]
    return sorted(found, key=lambda each: (each.day, each.place, each.rule))


def _days(rulebook: Rulebook) -> Iterable[Dated]:
    places = [(place.union or place.code, place.rules(), False) for place in _places(rulebook)]
    places += [(origin.code, (*origin.requirements, *origin.prohibitions), False) for origin in rulebook.origins.values()]
    places.append(("", rulebook.idle, True))
    for name, rules, is_off in places:
        yield from _schedule_days(name, rules, is_off)
        for rule in rules:
            if isinstance(rule, TariffRow) and is_of_schedule(rule):
                continue
            place, words, about = name or rule.id.partition("-")[0].upper(), _short(rule), _about(rule)
            yield Dated(rule.valid_from, "begins", place, rule.id, words, is_off, about)
            if rule.valid_to:
                yield Dated(rule.valid_to, "ends", place, rule.id, words, is_off, about)
    for switch in rulebook.switches.values():
        if switch.decide_by:
            yield Dated(switch.decide_by, "decide", switch.name.partition("_")[0].upper(), switch.name, switch.waits_for, not switch.on)


def _schedule_days(place: str, rules: Iterable[Rule], is_off: bool) -> Iterable[Dated]:
    """The rows of an official schedule that begin or end on one day are one line: there may be ten thousand."""
    days: dict[tuple[date, str], list[TariffRow]] = {}
    for rule in rules:
        if isinstance(rule, TariffRow) and is_of_schedule(rule):
            days.setdefault((rule.valid_from, "begins"), []).append(rule)
            if rule.valid_to:
                days.setdefault((rule.valid_to, "ends"), []).append(rule)
    for (day, what), rows in days.items():
        first = rows[0]
        words = _short(first) if len(rows) == 1 else f"{len(rows):,} rows: {first.source}"
        yield Dated(day, what, place or first.id.partition("-")[0].upper(), first.id, words, is_off, SCHEDULE)


def _short(rule: Rule) -> str:
    """ "30% extra s232: upholstered wood seats", or what the rule says in English."""
    if isinstance(rule, TariffRow):
        head = " ".join(part for part in (rule.rate.text if rule.rate else "", rule.kind, rule.name, rule.agreement, rule.region) if part)
        return f"{head}: {rule.goods or rule.hs or 'all goods'}"
    words = getattr(rule, "words", None) or getattr(rule, "names", None) or {}
    return words.get("en") or type(rule).__name__.lower()


def _about(rule: Rule) -> tuple[object, ...]:
    return _says(rule) if isinstance(rule, TariffRow) else (type(rule),)


def _places(rulebook: Rulebook) -> Iterable[Destination]:
    """Every destination, of a union its first member: members share their rules."""
    seen = set()
    for destination in rulebook.destinations.values():
        if destination.union not in seen:
            yield destination
        if destination.union:
            seen.add(destination.union)


def _switches(rulebook: Rulebook) -> Iterable[Finding]:
    used = Counter(rule.switch for rule in _all(rulebook) if rule.switch)
    for switch in rulebook.switches.values():
        if not used[switch.name]:
            yield Finding(WARNING, switch.name, "no rule hangs on this switch")
        elif not switch.on:
            yield Finding(NOTE, switch.name, f"off, {used[switch.name]} rules not applied. Waits for: {switch.waits_for}")
        else:
            yield Finding(NOTE, switch.name, f"on for {used[switch.name]} uncertain rules. Waits for: {switch.waits_for}")


def by_certainty(rulebook: Rulebook) -> dict[str, int]:
    """How many rules of each certainty, those set aside included."""
    counted = Counter(rule.certainty for rule in _all(rulebook))
    return {mark: counted[mark] for mark in CERTAINTIES}


def _all(rulebook: Rulebook) -> Iterable[Rule]:
    for place in _places(rulebook):
        yield from place.rules()
    for origin in rulebook.origins.values():
        yield from origin.requirements
        yield from origin.prohibitions
    yield from rulebook.idle


def _says(row: TariffRow) -> tuple[object, ...]:
    """What a row is about: two of the same may not hold on one day."""
    floors = row.from_unit_value, row.from_piece_value
    return row.kind, row.hs, row.origin, row.agreement, row.proof, row.mode, row.region, row.name, *floors


def _through_time(place: Destination, on: date) -> Iterable[Finding]:
    """Overlaps, gaps, and what has ended with nothing after it."""
    rows: dict[tuple[object, ...], list[TariffRow]] = {}
    for row in place.tariffs:
        rows.setdefault(_says(row), []).append(row)
    # An official schedule names all goods there are: what ends the day before one begins was replaced by it.
    replaced_on = {row.valid_from - timedelta(days=1) for row in place.tariffs if is_of_schedule(row)}
    for group in rows.values():
        yield from _in_time(group)
        last = max(group, key=lambda row: row.valid_from)
        if last.valid_to and last.valid_to < on:
            if last.kind == "extra" or last.agreement or last.valid_to in replaced_on or _covered(last, place, on):
                yield Finding(NOTE, last.id, f"ended on {last.valid_to}")
            else:
                yield Finding(WARNING, last.id, f"expired on {last.valid_to} and nothing follows it")
    schemes: dict[tuple[object, ...], list[Scheme]] = {}
    for scheme in place.schemes:
        chosen_by = scheme.within_limit, scheme.above_limit, scheme.if_registration, scheme.unless_registration
        schemes.setdefault((scheme.mode, chosen_by), []).append(scheme)
    for several in schemes.values():
        yield from _in_time(several)
    for mode in place.modes:
        if not any(scheme.mode == mode.name and scheme.holds(on) for scheme in place.schemes):
            yield Finding(WARNING, f"{place.code} {mode.name}", f"no scheme holds on {on}")
    others = (*place.limits, *place.reliefs, *place.waivers, *place.fees, *place.preferences, *place.requirements, *place.prohibitions)
    lines: dict[tuple[type, str], list[Rule]] = {}
    for rule in others:
        lines.setdefault((type(rule), rule.called), []).append(rule)
    for line in lines.values():
        yield from _in_time(line)
    follow_ups = {rule.valid_from for rule in others}
    for rule in others:
        if rule.valid_to and rule.valid_to < on and rule.valid_to + timedelta(days=1) not in follow_ups:
            yield Finding(NOTE, rule.id, f"ended on {rule.valid_to}")


def _in_time(group: Sequence[Rule]) -> Iterable[Finding]:
    """Rules that say the same thing for different days."""
    for earlier, later in pairwise(sorted(group, key=lambda rule: rule.valid_from)):
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            yield Finding(ERROR, later.id, f"overlaps with {earlier.id}")
        elif earlier.valid_to + timedelta(days=1) < later.valid_from:
            yield Finding(WARNING, later.id, f"nothing holds between {earlier.valid_to} ({earlier.id}) and {later.valid_from}")


def _covered(row: TariffRow, place: Destination, on: date) -> bool:
    """Whether a wider row answers for these goods after the end of this one."""
    return any(
        other.kind == row.kind
        and other.holds(on)
        and not other.agreement
        and other.mode in ("", row.mode)
        and other.region in ("", row.region)
        and other.origin in ("", row.origin)
        for length in (*range(len(row.hs), 1, -1), 0)
        for other in place.by_prefix.get(row.hs[:length], ())
    )


def _references(rulebook: Rulebook, place: Destination) -> Iterable[Finding]:
    """What a rule names must be there."""
    limits = {limit.called for limit in place.limits} | {rule.called for rule in rulebook.idle if isinstance(rule, Limit)}
    schemes = {scheme.called for scheme in place.schemes} | {rule.called for rule in rulebook.idle if isinstance(rule, Scheme)}
    modes = {mode.name for mode in place.modes}
    regions = set(rulebook.unions[place.union].members) if place.union else set(place.regions)
    papers = set(rulebook.papers)

    def lacking(rule: Rule, what: str, named: Iterable[str], known: set[str]) -> Iterable[Finding]:
        for name in sorted(set(named) - known - {""}):
            yield Finding(ERROR, rule.id, f"there is no {what} {name}")

    for scheme in place.schemes:
        registrations = (*scheme.if_registration, *scheme.unless_registration, scheme.needs_registration or "")
        yield from lacking(scheme, "mode", [scheme.mode], modes)
        yield from lacking(scheme, "limit", (*scheme.within_limit, *scheme.above_limit), limits)
        yield from lacking(scheme, "registration", registrations, set(rulebook.registrations))
    reliefs = {relief.called for relief in place.reliefs} | {rule.called for rule in rulebook.idle if isinstance(rule, Relief)}
    for limit in place.limits:
        yield from lacking(limit, "mode", [limit.mode], modes)
        yield from lacking(limit, "relief", [limit.relief], reliefs)
    narrowed: list[Relief | Waiver | Fee] = [*place.reliefs, *place.waivers, *place.fees]
    for rule in narrowed:
        yield from lacking(rule, "mode", rule.modes, modes)
        yield from lacking(rule, "scheme", rule.schemes, schemes)
    for fee in place.fees:
        yield from lacking(fee, "limit", (*fee.within_limit, *fee.above_limit), limits)
        yield from lacking(fee, "region", [fee.region], regions)
    agreements = {row.agreement for row in place.tariffs} | {row.agreement for row in rulebook.idle if isinstance(row, TariffRow)}
    for preference in place.preferences:
        yield from lacking(preference, "paper", [preference.paper, preference.declaration], papers)
        yield from lacking(preference, "row of agreement", [preference.agreement], agreements)
    names = {row.name for row in place.tariffs}
    for row in place.tariffs:
        yield from lacking(row, "mode or scheme", [row.mode], modes | schemes)
        yield from lacking(row, "region", [row.region], regions)
        yield from lacking(row, "tax", [row.basis], names | {"value", "duty"})
        yield from lacking(row, "paper", [row.proof], papers)
    conditions: list[Requirement | Prohibition] = [*place.requirements, *place.prohibitions]
    for condition in conditions:
        yield from lacking(condition, "mode", condition.modes, modes)


def _whole(place: Destination) -> Iterable[Finding]:
    """What is sold must have its tax; a limit must do something; a condition must concern something."""
    choosers: list[Scheme | Fee] = [*place.schemes, *place.fees]
    used = {name for chooser in choosers for name in (*chooser.within_limit, *chooser.above_limit)}
    for limit in place.limits:
        if not limit.refuses and limit.called not in used:
            yield Finding(WARNING, limit.id, "does not refuse, and no scheme or fee asks for it")
    if sum(mode.default for mode in place.modes) > 1:
        yield Finding(ERROR, place.code, "has more than one usual mode")
    for mode in place.modes:
        if mode.name == place.default_mode() and not mode.trade:
            yield Finding(ERROR, f"{place.code} {mode.name}", "is the usual way in, and no way for a shop")
    if any(scheme.vat_share for scheme in place.schemes):
        is_taxed = _taxed(place)
        for row in place.tariffs:
            if row.kind in ("duty", "list") and row.listed and not is_taxed(row):
                yield Finding(ERROR, row.id, f"HS {row.hs} has no VAT rate")
    conditions: list[Requirement | Prohibition] = [*place.requirements, *place.prohibitions]
    for rule in conditions:
        if not rule.hs:
            yield Finding(ERROR, rule.id, 'names no goods (hs = [""] means all)')


def _taxed(place: Destination) -> Callable[[TariffRow], bool]:
    """Tells of a row whether some VAT covers it; one that ends covers only what ends. By prefixes, for a schedule has ten thousand rows."""
    every = {row.hs for row in place.tariffs if row.kind == "vat"}
    lasting = {row.hs for row in place.tariffs if row.kind == "vat" and row.valid_to is None}

    def is_taxed(row: TariffRow) -> bool:
        known = lasting if row.valid_to is None else every
        return any(row.hs[:length] in known for length in range(len(row.hs) + 1))

    return is_taxed


def _goods(rulebook: Rulebook) -> list[str]:
    """Goods that some destination has a duty for: subheadings, and headings of which no subheading is named. Not those of official
    schedules: they name everything there is."""
    rows = (row for place in _places(rulebook) for row in place.tariffs if row.kind == "duty" and len(row.hs) >= 4)
    named = {row.hs[:6] for row in rows if not is_of_schedule(row)}
    parents = {hs[:4] for hs in named if len(hs) > 4}
    return sorted(hs for hs in named if len(hs) == 6 or (len(hs) == 4 and hs not in parents))


def _unanswered(rulebook: Rulebook, place: Destination, goods: Sequence[str], on: date) -> Iterable[Finding]:
    """Goods that others list and this destination has no answer for: they are refused there."""
    for mode in (mode for mode in place.modes if not mode.home):
        schemes = [scheme for scheme in place.schemes if scheme.mode == mode.name and scheme.holds(on)]
        if not schemes:
            continue
        said: dict[str, list[str]] = {}
        for code in rulebook.unions[place.union].members if place.union else (place.code,):
            for words in _lacking(rulebook, code, goods, on, schemes):
                said.setdefault(words, []).append(code)
        for words, codes in said.items():
            yield Finding(NOTE, f"{', '.join(codes) if len(codes) < 5 else place.union} {mode.name}", words)


def _lacking(rulebook: Rulebook, code: str, goods: Sequence[str], on: date, schemes: Sequence[Scheme]) -> Iterable[str]:
    own = (*(scheme.called for scheme in schemes), schemes[0].mode)
    found = {hs: resolve(rulebook, code, hs.ljust(6, "0"), "ID", on, modes=own) for hs in goods}
    lacks: dict[str, list[str]] = {}
    if all(scheme.duty_share and not scheme.flat_duty for scheme in schemes):
        lacks["duty"] = [hs for hs, each in found.items() if each.duty is None and not each.preferences]
    if all(scheme.vat_share for scheme in schemes):
        lacks["VAT"] = [hs for hs, each in found.items() if not each.vats]
    for kind, codes in lacks.items():
        if codes:
            shown = ", ".join(codes[:8]) + (" …" if len(codes) > 8 else "")
            yield f"no {kind} rate for {len(codes)} of {len(goods)} goods: {shown}"
