"""What the rule browser and its API show: destinations, their rules, what applies to goods, switches. Asks a rulebook, not tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from saudagar.foundation.money import shown
from saudagar.rulebook.rules import resolve
from saudagar.rulebook.rules.choosing import unreached
from saudagar.rulebook.rules.differing import differences
from saudagar.rulebook.rules.knowing import caution_beyond
from saudagar.rulebook.rules.model import Destination, Mode, Preference, Requirement, Rule, Rulebook, Switch, TariffRow
from saudagar.rulebook.rules.resolving import place
from saudagar.rulebook.rules.saying import percent_said, rate_said
from saudagar.rulebook.rules.selling import ProductFacts, Verdict, asked_of_buyer, may_sell
from saudagar.rulebook.wording import KINDS, RuleRow, hs_shown, kinds_of, mode_shown, row_of, word


@dataclass(frozen=True, slots=True)
class Country:
    """A destination in the list: how many rules it has, how sure they are, when they change next."""

    code: str
    name: str
    currency: str
    rules: int
    uncertain: int  # marked G or U, or set aside
    next_change: date | None
    union: str


@dataclass(frozen=True, slots=True)
class Tariff:
    """A row of the tariff, ready to show."""

    id: str
    kind: str
    kind_word: str
    hs: str
    goods: str
    rate: str
    agreement: str
    proof: str
    origin: str
    where: str  # way in, region, name: what narrows it
    row: RuleRow


@dataclass(frozen=True, slots=True)
class Way:
    """One way in for some goods: may they be sold that way, and the rules that decide it."""

    mode: Mode
    name: str
    verdict: Verdict
    on_list: bool | None  # None: no list, or no row on it
    rules: tuple[tuple[str, tuple[RuleRow, ...]], ...]  # kind, rules
    buyer: tuple[Requirement, ...]  # what the buyer must give or be told


@dataclass(frozen=True, slots=True)
class Applying:
    """All that applies to goods from an origin in a destination on a day."""

    destination: Destination
    hs: str
    goods: str
    on: date
    rows: tuple[Tariff, ...]
    idle: tuple[Tariff, ...]
    ways: tuple[Way, ...]
    caution: Mapping[str, str] | None  # the day lies beyond what the rules can know


@dataclass(frozen=True, slots=True)
class Hanging:
    """A switch with the rules that hang on it."""

    place: str  # the country's name, for all of a switch's rules stand in one place
    switch: Switch
    rules: tuple[tuple[str, RuleRow], ...]  # place, rule


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that is not the same in two releases."""

    kind: str
    place: str
    id: str
    title: str
    what: str  # added | removed | changed
    kind_word: str
    fields: tuple[tuple[str, str, str], ...]  # label, before, after


def countries(rulebook: Rulebook, on: date, language: str) -> list[Country]:
    """Every destination, by its name."""
    aside = dict.fromkeys(rulebook.destinations, 0)
    for rule in rulebook.idle:
        for code in _places(rule, rulebook):
            aside[code] += 1
    found = []
    for code, there in rulebook.destinations.items():
        rules = [rule for _kind, each in kinds_of(there) for rule in each]
        days = [day for rule in rules for day in (rule.valid_from, rule.valid_to) if day and day > on]
        found.append(
            Country(
                code,
                there.names[language],
                there.currency,
                len(rules) + aside[code],
                sum(rule.certainty in "GU" for rule in rules) + aside[code],
                min(days, default=None),
                getattr(there, "union", ""),
            )
        )
    return sorted(found, key=lambda country: country.name)


def destination(rulebook: Rulebook, code: str) -> Destination:
    """Refuses a destination the rulebook does not know."""
    return place(rulebook, code)


def rules_of(rulebook: Rulebook, there: Destination, on: date, language: str) -> list[tuple[str, str, tuple[RuleRow, ...]]]:
    """All rules but the tariff, by kind: kind, its name, rules. What is in force comes first; rules set aside are among them."""
    aside = [rule for rule in rulebook.idle if there.code in _places(rule, rulebook)]
    found = []
    for kind, rules in kinds_of(there):
        if kind == "tariffs":
            continue
        rows = [row_of(rule, kind, there, rulebook, on, language) for rule in (*rules, *(rule for rule in aside if _kind(rule) == kind))]
        if rows:
            found.append((kind, KINDS[kind][language], tuple(sorted(rows, key=lambda row: _STATES.index(row.state)))))
    return found


def tariff(rulebook: Rulebook, there: Destination, on: date, language: str, *, text: str = "", kind: str = "") -> list[Tariff]:
    """The rows of the tariff that match: digits match the HS code either way, words the goods, agreement, paper, source or id."""
    rows = [*there.tariffs, *(rule for rule in rulebook.idle if isinstance(rule, TariffRow) and there.code in _places(rule, rulebook))]
    wanted = " ".join(text.casefold().split())
    digits = wanted.replace(".", "").replace(" ", "")
    return [
        _tariff(row, there, rulebook, on, language)
        for row in sorted(rows, key=lambda row: (row.hs, KIND_ORDER.index(row.kind), row.id))
        if (not kind or row.kind == kind) and (not wanted or _matches(row, wanted, digits))
    ]


KIND_ORDER = ("duty", "extra", "excise", "vat", "list")
_STATES = ("holds", "to_come", "off", "ended")


def kinds(there: Destination, language: str) -> list[tuple[str, str]]:
    """The kinds of row a tariff has, for a choice: key, word."""
    known = {row.kind for row in there.tariffs}
    return [(kind, word(kind, language)) for kind in KIND_ORDER if kind in known]


def _matches(row: TariffRow, wanted: str, digits: str) -> bool:
    if digits.isdigit():
        return row.hs.startswith(digits) or (row.hs != "" and digits.startswith(row.hs))
    return any(wanted in text.casefold() for text in (row.goods, row.id, row.agreement, row.proof, row.source))


def applying(rulebook: Rulebook, code: str, hs: str, origin: str, on: date, language: str, *, today: date) -> Applying:
    """Rates, ways in and requirements for goods. Refuses an unknown destination and a wrong HS code."""
    there = destination(rulebook, code)
    found = resolve(rulebook, code, hs, origin, on)
    rows = list(_tariff_rows(found))
    return Applying(
        there,
        hs,
        next((row.goods for row in rows if row.hs and row.goods), ""),
        on,
        tuple(_tariff(row, there, rulebook, on, language) for row in rows),
        tuple(
            _tariff(rule, there, rulebook, on, language)
            for rule in rulebook.idle
            if isinstance(rule, TariffRow) and code in _places(rule, rulebook) and hs.startswith(rule.hs) and rule.holds(on)
        ),
        tuple(_ways(rulebook, there, hs, origin, on, found.lists, language)),
        caution_beyond(rulebook, on, today=today),
    )


def _tariff_rows(found: object) -> Iterator[TariffRow]:
    """The rows in what was resolved, whatever kinds there are; lists belong to a way in and are shown there."""
    for field in fields(found):  # type: ignore[arg-type]  # a dataclass
        value = getattr(found, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, TariffRow):
                yield each


def _ways(
    rulebook: Rulebook, there: Destination, hs: str, origin: str, on: date, lists: Mapping[str, TariffRow], language: str
) -> Iterator[Way]:
    for mode in there.modes:
        if mode.home != (there.code == origin):
            continue
        verdict = may_sell(rulebook, ProductFacts(hs, origin), there.code, on, mode=mode.name, dispatch=origin)
        schemes = [scheme for scheme in there.schemes if scheme.mode == mode.name and scheme.holds(on)]
        never = unreached(schemes)
        own = (*(scheme.id for scheme in schemes), mode.name)
        agreements = {row.agreement for row in resolve(rulebook, there.code, hs, origin, on, modes=own).preferences}
        groups = []
        for kind, rules in kinds_of(there):
            if kind in ("tariffs", "requirements", "prohibitions"):
                continue  # rows stand above; what is required or forbidden is in the verdict
            rows = tuple(
                row_of(rule, kind, there, rulebook, on, language)
                for rule in rules
                if rule.holds(on)
                and _concerns(rule, mode.name, hs, there)
                and rule.id not in never
                and (not isinstance(rule, Preference) or rule.agreement in agreements)
            )
            if rows:
                groups.append((KINDS[kind][language], rows))
        listed = lists.get(mode.name)
        buyer = asked_of_buyer(rulebook, there.code, on, mode=mode.name, dispatch=origin)
        yield Way(mode, mode.names[language], verdict, listed.listed if listed else None, tuple(groups), buyer)


def _concerns(rule: Rule, mode: str, hs: str, there: Destination) -> bool:
    modes = getattr(rule, "modes", None) or {getattr(rule, "mode", "") or mode}
    prefixes = getattr(rule, "hs", ()) or ("",)
    region = getattr(rule, "region", "")
    return (
        mode in modes
        and any(hs.startswith(prefix) for prefix in prefixes)
        and not any(hs.startswith(prefix) for prefix in getattr(rule, "but_hs", ()))
        and (not region or not getattr(there, "union", "") or region == there.code)
    )


def _tariff(row: TariffRow, there: Destination, rulebook: Rulebook, on: date, language: str) -> Tariff:
    rate = rate_said(row.rate.text, there.currency, language) if row.rate else ("✓" if row.listed else "✗")
    if row.base_share != 1:
        rate = f"{rate} × {percent_said(row.base_share, language)}"
    if row.from_unit_value is not None:
        rate = f"{rate} (≥ {shown(round(row.from_unit_value), there.currency, language)}/g)"
    paper = rulebook.papers.get(row.proof)
    narrowed = [mode_shown(row.mode, there, language), getattr(row, "region", ""), getattr(row, "name", "")]
    return Tariff(
        row.id,
        row.kind,
        word(row.kind, language),
        hs_shown(row.hs),
        row.goods,
        rate,
        row.agreement,
        paper.names[language] if paper else row.proof,
        row.origin,
        " · ".join(part for part in narrowed if part),
        row_of(row, "tariffs", there, rulebook, on, language),
    )


def switches(rulebook: Rulebook, on: date, language: str) -> list[Hanging]:
    """Each switch with the rules that hang on it, by the name of the place where they stand."""
    found: dict[str, list[tuple[str, RuleRow]]] = {name: [] for name in rulebook.switches}
    seen: set[str] = set()
    for there in rulebook.destinations.values():
        for kind, rules in kinds_of(there):
            for rule in rules:
                if rule.switch and rule.id not in seen:  # the members of a union share their rules
                    seen.add(rule.id)
                    found[rule.switch].append((_union_or_code(there), row_of(rule, kind, there, rulebook, on, language)))
    for origin in rulebook.origins.values():
        for rule in (*origin.requirements, *origin.prohibitions):
            if rule.switch:
                found[rule.switch].append((origin.code, row_of(rule, _kind(rule), None, rulebook, on, language)))
    for rule in rulebook.idle:
        if rule.switch:
            code = next(iter(_places(rule, rulebook)), "")
            there_or_none = rulebook.destinations.get(code)
            place = _union_or_code(there_or_none) if there_or_none else code
            found[rule.switch].append((place, row_of(rule, _kind(rule), there_or_none, rulebook, on, language)))
    hanging = [Hanging(_place_shown(rules, rulebook, language), rulebook.switches[name], tuple(rules)) for name, rules in found.items()]
    return sorted(hanging, key=lambda each: each.place)  # within a place as in the file


def changes(old: Rulebook, new: Rulebook, language: str) -> list[Change]:
    """What changed from one release to another: rules that came, went, or say something else now, and switches thrown."""
    found = []
    for each in differences(old, new):
        rows = []
        for field in each.fields:
            before, after = ("" if text == _NOTHING else text for text in field.shown(language))
            rows.append((field.label(language), "" if each.what == "added" else before, "" if each.what == "removed" else after))
        found.append(Change(each.kind, each.place, each.rule, each.title(language), each.what, each.kind_label(language), tuple(rows)))
    return found


_NOTHING = "–"


def _place_shown(rules: Sequence[tuple[str, RuleRow]], rulebook: Rulebook, language: str) -> str:
    """The place of the first of the rules; "" when none hangs on the switch."""
    code = rules[0][0] if rules else ""
    there = rulebook.unions.get(code) or rulebook.destinations.get(code)
    return there.names[language] if there else code


def _union_or_code(there: Destination) -> str:
    return getattr(there, "union", "") or there.code


def _places(rule: Rule, rulebook: Rulebook) -> Iterable[str]:
    """The destinations a rule that is set aside would hold in. A row of a tariff says it by its id: cn-mfn-0305."""
    code = getattr(rule, "destination", "") or getattr(rule, "place", "") or rule.id.partition("-")[0].upper()
    if code in rulebook.destinations:
        return (code,)
    unions = getattr(rulebook, "unions", {})
    return unions[code].members if code in unions else ()


def _kind(rule: Rule) -> str:
    name = {"TariffRow": "tariffs"}.get(type(rule).__name__, type(rule).__name__.lower() + "s")
    return name if name in KINDS else "requirements"
