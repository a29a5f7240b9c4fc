"""From the texts of a rulebook folder to a Rulebook. Pure: the texts come from files or from a stored release."""

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from saudagar.rulebook.rules.model import (
    CERTAINTIES,
    Destination,
    Implied,
    Limit,
    Mode,
    Origin,
    Paper,
    Prohibition,
    Rate,
    Requirement,
    Rounding,
    Rule,
    Rulebook,
    Scheme,
    Switch,
    TariffRow,
)

LANGUAGES = ("id", "en", "zh-hans")
KINDS = ("duty", "excise", "vat", "list")


class Unreadable(Exception):
    """The folder is not a rulebook: every fault with its place, for `rules check` and `rules load`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def fingerprint(texts: Mapping[str, str]) -> str:
    """sha256 over names and texts, in the order of names."""
    canonical = json.dumps(dict(sorted(texts.items())), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read(texts: Mapping[str, str]) -> Rulebook:
    """The rulebook written in these files (name → text). Raises Unreadable with all faults at once."""
    return _Reader(texts).rulebook()


class _Reader:
    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.faults: list[str] = []
        self.ids: dict[str, str] = {}
        self.switches: dict[str, Switch] = {}
        self.idle: list[Rule] = []

    def rulebook(self) -> Rulebook:
        release = self._toml("release.toml")
        for fact in self._toml("switches.toml").get("switch", []):
            self.switches[fact["name"]] = Switch(fact["name"], bool(fact["on"]), fact.get("waits_for", ""))
        for name, state in self._toml("switched-here.toml").get("switches", {}).items():
            known = self.switches.get(name)
            if known is None:
                self.faults.append(f"switched-here.toml: no switch is called {name}")
            else:
                self.switches[name] = Switch(name, bool(state), known.waits_for)
        papers = {fact["key"]: self._paper(fact) for fact in self._toml("papers.toml").get("paper", [])}
        implied = tuple(
            Implied(fact["trait"], tuple(fact["hs"]), fact.get("unless")) for fact in self._toml("traits.toml").get("implied", [])
        )
        destinations: dict[str, Destination] = {}
        origins: dict[str, Origin] = {}
        for name in sorted(self.texts):
            if name.startswith("destinations/"):
                destination = self._destination(name)
                destinations[destination.code] = destination
            elif name.startswith("origins/"):
                data = self._toml(name)
                code = data.get("origin", {}).get("code", "")
                origins[code] = Origin(
                    code,
                    self._live(self._requirement(name, fact, code) for fact in data.get("requirement", [])),
                    self._live(self._prohibition(name, fact, code) for fact in data.get("prohibition", [])),
                )
        places: list[Destination | Origin] = [*destinations.values(), *origins.values()]
        for place in places:
            for requirement in place.requirements:
                for key in requirement.any_of:
                    if key not in papers:
                        self.faults.append(f"{requirement.id}: paper {key} is not in papers.toml")
        if self.faults:
            raise Unreadable(self.faults)
        sha256 = fingerprint(self.texts)
        return Rulebook(
            version=f"{release['as_of']}-{sha256[:8]}",
            sha256=sha256,
            title=release.get("title", ""),
            destinations=MappingProxyType(destinations),
            origins=MappingProxyType(origins),
            papers=MappingProxyType(papers),
            implied=implied,
            switches=MappingProxyType(self.switches),
            idle=tuple(self.idle),
        )

    def _toml(self, name: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self.texts.get(name, ""))
        except tomllib.TOMLDecodeError as error:
            self.faults.append(f"{name}: {error}")
            return {}

    def _destination(self, name: str) -> Destination:
        data = self._toml(name)
        head = data.get("destination", {})
        code = head.get("code", "")
        decimals = head.get("decimals", 2)
        unit = 10**decimals
        tariffs = self._live(self._tariffs(f"tariffs/{code}.csv", unit))
        by_prefix: dict[str, list[TariffRow]] = {}
        for row in tariffs:
            by_prefix.setdefault(row.hs, []).append(row)
        return Destination(
            code=code,
            currency=head.get("currency", ""),
            decimals=decimals,
            names=self._words(name, head.get("names", {})),
            modes=tuple(
                Mode(fact["name"], self._words(name, fact.get("names", {})), fact.get("default", False), fact.get("home", False))
                for fact in data.get("mode", [])
            ),
            schemes=self._live(self._scheme(name, fact, code, unit) for fact in data.get("scheme", [])),
            limits=self._live(self._limit(name, fact, code, unit) for fact in data.get("limit", [])),
            requirements=self._live(self._requirement(name, fact, code) for fact in data.get("requirement", [])),
            prohibitions=self._live(self._prohibition(name, fact, code) for fact in data.get("prohibition", [])),
            tariffs=tariffs,
            by_prefix=MappingProxyType({prefix: tuple(rows) for prefix, rows in by_prefix.items()}),
        )

    def _live(self, rules: Iterable[Any]) -> tuple[Any, ...]:
        """Rules that apply; those whose switch is off are set aside."""
        live = []
        for rule in rules:
            if rule is None:
                continue
            if rule.switch and not self.switches[rule.switch].on:
                self.idle.append(rule)
            else:
                live.append(rule)
        return tuple(live)

    def _head(self, place: str, fact: Mapping[str, Any]) -> dict[str, Any] | None:
        """id, days, source, certainty, switch: or None, with the fault noted."""
        identity = fact.get("id") or ""
        where = f"{place}: {identity or 'a rule without id'}"
        before = len(self.faults)
        if not identity:
            self.faults.append(f"{where}")
        elif identity in self.ids:
            self.faults.append(f"{where}: the id is used already in {self.ids[identity]}")
        self.ids[identity] = place
        if not fact.get("source"):
            self.faults.append(f"{where}: no source")
        if fact.get("certainty") not in CERTAINTIES:
            self.faults.append(f"{where}: certainty must be one of {', '.join(CERTAINTIES)}")
        switch = fact.get("switch") or None
        if fact.get("certainty") == "U" and not switch:
            self.faults.append(f"{where}: an uncertain rule needs a switch")
        if switch and switch not in self.switches:
            self.faults.append(f"{where}: no switch is called {switch}")
        valid_from, valid_to = _day(fact.get("valid_from")), _day(fact.get("valid_to"))
        if valid_from is None:
            self.faults.append(f"{where}: valid_from is missing or not a day")
        elif valid_to is not None and valid_to < valid_from:
            self.faults.append(f"{where}: valid_to is before valid_from")
        if len(self.faults) > before:
            return None
        return {
            "id": identity,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "source": fact["source"],
            "certainty": fact["certainty"],
            "switch": switch,
        }

    def _tariffs(self, name: str, unit: int) -> Iterable[TariffRow | None]:
        for number, fact in enumerate(csv.DictReader(io.StringIO(self.texts.get(name, ""))), 2):
            head = self._head(f"{name} line {number}", fact)
            if head is None:
                continue
            try:
                yield TariffRow(
                    **head,
                    kind=_one_of(fact["kind"], KINDS),
                    hs=_digits(fact["hs"]),
                    origin=fact.get("origin") or "",
                    agreement=fact.get("agreement") or "",
                    proof=fact.get("proof") or "",
                    mode=fact.get("mode") or "",
                    rate=None if fact["kind"] == "list" else rate(fact["rate"]),
                    base_share=share(fact.get("base_share") or "1"),
                    from_unit_value=_unit_value(fact.get("from_unit_value") or "", unit),
                    listed=(fact.get("listed") or "yes") == "yes",
                    goods=fact.get("goods") or "",
                )
            except (ValueError, KeyError) as error:
                self.faults.append(f"{name} line {number}: {head['id']}: {error}")

    def _scheme(self, name: str, fact: Mapping[str, Any], code: str, unit: int) -> Scheme | None:
        head = self._head(name, fact)
        if head is None:
            return None
        try:
            rounding = fact["rounding"]
            return Scheme(
                **head,
                destination=code,
                mode=fact["mode"],
                names=self._words(head["id"], fact.get("names", {})),
                value_basis=_basis(fact["value_basis"]),
                duty_share=share(fact.get("duty_share", "1")),
                excise_share=share(fact.get("excise_share", "1")),
                vat_share=share(fact.get("vat_share", "1")),
                rounding=Rounding(minor(rounding["to"], unit), _one_of(rounding["way"], ("half-up", "down", "up"))),
                within_limit=fact.get("within_limit"),
                above_limit=fact.get("above_limit"),
                needs_registration=fact.get("needs_registration"),
                prices=_one_of(fact.get("prices", "exclusive"), ("exclusive", "inclusive")),
                listed_only=fact.get("listed_only", False),
            )
        except (ValueError, KeyError) as error:
            self.faults.append(f"{name}: {head['id']}: {error}")
            return None

    def _limit(self, name: str, fact: Mapping[str, Any], code: str, unit: int) -> Limit | None:
        head = self._head(name, fact)
        if head is None:
            return None
        try:
            return Limit(
                **head,
                destination=code,
                mode=fact["mode"],
                measure=_one_of(fact["measure"], ("order_value", "year_value")),
                value_basis=_basis(fact["value_basis"]),
                at_most=minor(fact["at_most"], unit),
                unless=fact.get("unless"),
            )
        except (ValueError, KeyError) as error:
            self.faults.append(f"{name}: {head['id']}: {error}")
            return None

    def _requirement(self, name: str, fact: Mapping[str, Any], code: str) -> Requirement | None:
        head = self._head(name, fact)
        if head is None:
            return None
        return Requirement(
            **head,
            place=code,
            modes=frozenset(fact.get("modes", [])),
            hs=tuple(fact.get("hs", [])),
            but_hs=tuple(fact.get("but_hs", [])),
            if_trait=fact.get("if_trait"),
            unless_trait=fact.get("unless_trait"),
            any_of=tuple(fact.get("any_of", [])),
            blocks=fact.get("blocks", True),
            of=fact.get("of", "product"),
            words=self._words(head["id"], fact.get("words", {})),
        )

    def _prohibition(self, name: str, fact: Mapping[str, Any], code: str) -> Prohibition | None:
        head = self._head(name, fact)
        if head is None:
            return None
        return Prohibition(
            **head,
            place=code,
            modes=frozenset(fact.get("modes", [])),
            hs=tuple(fact.get("hs", [])),
            if_trait=fact.get("if_trait"),
            unless_trait=fact.get("unless_trait"),
            words=self._words(head["id"], fact.get("words", {})),
        )

    def _paper(self, fact: Mapping[str, Any]) -> Paper:
        where = f"papers.toml: {fact['key']}"
        return Paper(
            key=fact["key"],
            of=fact["of"],
            names=self._words(where, fact["names"]),
            given_by=self._words(where, fact["given_by"]),
            takes=self._words(where, fact["takes"]),
        )

    def _words(self, where: str, words: Mapping[str, str]) -> Mapping[str, str]:
        lacking = [language for language in LANGUAGES if not words.get(language)]
        if lacking:
            self.faults.append(f"{where}: no words in {', '.join(lacking)}")
        return MappingProxyType(dict(words))


def share(text: str) -> Fraction:
    """
    >>> share("70%"), share("11/12"), share("1")
    (Fraction(7, 10), Fraction(11, 12), Fraction(1, 1))
    """
    text = str(text).strip()
    found = Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)
    if not 0 <= found <= 10:
        raise ValueError(f"{text} is not a share")
    return found


def rate(text: str) -> Rate:
    """An ad valorem rate. Specific and compound duties ("4.30 CNY/kg") come with the destinations that have them."""
    if not text.strip().endswith("%"):
        raise ValueError(f"rate {text!r} is not a percentage")
    return Rate(share(text), text.strip())


def minor(text: str, unit: int) -> int:
    """
    >>> minor("5000.00", 100)
    500000
    """
    amount = Fraction(str(text)) * unit
    if amount.denominator != 1 or amount < 0:
        raise ValueError(f"{text} is not an amount in whole minor units")
    return int(amount)


def _unit_value(text: str, unit: int) -> Fraction | None:
    if not text:
        return None
    amount, _, per = text.partition("/")
    if per != "g":
        raise ValueError(f"from_unit_value {text!r} must be per g")
    return Fraction(amount) * unit


def _basis(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(_one_of(part, ("goods", "freight", "insurance")) for part in parts)


def _digits(text: str) -> str:
    if text and not (text.isdigit() and text.isascii() and 2 <= len(text) <= 10):
        raise ValueError(f"hs {text!r} must be 2 to 10 digits")
    return text


def _one_of(text: str, allowed: tuple[str, ...]) -> str:
    if text not in allowed:
        raise ValueError(f"{text!r} must be one of {', '.join(allowed)}")
    return text


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
