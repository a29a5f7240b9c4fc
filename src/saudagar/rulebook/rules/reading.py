"""From the texts of a rulebook folder to a Rulebook. Pure: the texts come from files or from a stored release."""

import csv
import hashlib
import io
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from saudagar.foundation.money import decimals
from saudagar.rulebook.rules.identities import BY_PAPER
from saudagar.rulebook.rules.identities import KINDS as IDENTITIES
from saudagar.rulebook.rules.model import (
    CERTAINTIES,
    Destination,
    Fee,
    Flat,
    Implied,
    Limit,
    Mode,
    Origin,
    Paper,
    Preference,
    Prohibition,
    Rate,
    Registration,
    Relief,
    Requirement,
    Rounding,
    Rule,
    Rulebook,
    Scheme,
    Switch,
    TariffRow,
    Term,
    Union,
    Waiver,
)

LANGUAGES = ("id", "en", "zh-hans")
KINDS = ("duty", "extra", "excise", "vat", "list")
LEVIES = ("duty", "extra", "excise", "vat")
ROUNDED = ("duty_base", "duty", "extra", "excise", "vat_base", "vat", "fee")
MEASURES = ("order_value", "year_value", "unit_value", "line_value", "year_grams", "uses")
WINDOWS = ("year", "half_year", "day", "parcel")
PLACES = ("checkout", "border")
PER = ("parcel", "line", "tariff_item", "unit")


def _fields(rule: type, *more: str) -> frozenset[str]:
    """What an officer may write of a rule: its fields, without those that follow from others."""
    return frozenset({each.name for each in fields(rule)} - {"destination", "place", "is_exclusive"} | {*more})


FIELDS: Mapping[str, frozenset[str]] = {
    "scheme": _fields(Scheme),
    "limit": _fields(Limit, "below"),
    "relief": _fields(Relief, "below"),
    "waiver": _fields(Waiver, "below"),
    "fee": _fields(Fee),
    "preference": _fields(Preference),
    "requirement": _fields(Requirement),
    "prohibition": _fields(Prohibition),
}
TABLES = frozenset({"destination", "union", "member", "mode", *FIELDS})
HEAD = frozenset({"code", "currency", "decimals", "names", "regions"})
MODE = frozenset({"name", "names", "default", "home", "trade"})
COLUMNS = _fields(TariffRow) - {"from_piece_value"}


class Unreadable(Exception):
    """The folder is not a rulebook: every fault with its place, for `rules check` and `rules load`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def fingerprint(texts: Mapping[str, str]) -> str:
    """sha256 over names and texts, in the order of names."""
    canonical = json.dumps(dict(sorted(texts.items())), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def version_of(texts: Mapping[str, str]) -> str:
    """The name of the release these texts make, without reading the rules: as of, and the content's hash."""
    return f"{tomllib.loads(texts['release.toml'])['as_of']}-{fingerprint(texts)[:8]}"


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
        self.unions: dict[str, Union] = {}

    def rulebook(self) -> Rulebook:
        release = self._toml("release.toml")
        for fact in self._toml("switches.toml").get("switch", []):
            self.switches[fact["name"]] = Switch(fact["name"], bool(fact["on"]), fact.get("waits_for", ""), _day(fact.get("decide_by")))
        for name, state in self._toml("switched-here.toml").get("switches", {}).items():
            known = self.switches.get(name)
            if known is None:
                self.faults.append(f"switched-here.toml: no switch is called {name}")
            else:
                self.switches[name] = replace(known, on=bool(state))
        papers = {fact["key"]: self._paper(fact) for fact in self._toml("papers.toml").get("paper", [])}
        implied = tuple(
            Implied(fact["trait"], tuple(fact["hs"]), fact.get("unless")) for fact in self._toml("traits.toml").get("implied", [])
        )
        registrations = {fact["key"]: self._registration(fact) for fact in self._toml("registrations.toml").get("registration", [])}
        destinations: dict[str, Destination] = {}
        origins: dict[str, Origin] = {}
        for name in sorted(self.texts):
            if name.startswith("destinations/"):
                for destination in self._destinations(name):
                    if destination.code in destinations:
                        self.faults.append(f"{name}: {destination.code} has another file already")
                    destinations[destination.code] = destination
            elif name.startswith("origins/"):
                origin = self._origin(name)
                origins[origin.code] = origin
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
            registrations=MappingProxyType(registrations),
            unions=MappingProxyType(self.unions),
            idle=tuple(self.idle),
        )

    def _toml(self, name: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self.texts.get(name, ""))
        except tomllib.TOMLDecodeError as error:
            self.faults.append(f"{name}: {error}")
            return {}

    def _origin(self, name: str) -> Origin:
        data = self._toml(name)
        place = _Place(name, data.get("origin", {}).get("code", ""), "", 1)
        return Origin(
            place.code,
            self._live(self._rule(place, "requirement", fact, self._requirement) for fact in data.get("requirement", [])),
            self._live(self._rule(place, "prohibition", fact, self._prohibition) for fact in data.get("prohibition", [])),
        )

    def _destinations(self, name: str) -> list[Destination]:
        """The country of this file, or every member of the union."""
        data = self._toml(name)
        if "union" not in data:
            return [self._destination(name, data, data.get("destination", {}))]
        head = data["union"]
        shared = self._destination(name, data, head)
        members = data.get("member", [])
        self.unions[shared.code] = Union(shared.code, shared.names, tuple(fact["code"] for fact in members))
        if not members:
            self.faults.append(f"{name}: a union without members")
        return [
            replace(shared, code=fact["code"], names=self._words(f"{name}: {fact['code']}", fact.get("names", {})), union=shared.code)
            for fact in members
        ]

    def _destination(self, name: str, data: Mapping[str, Any], head: Mapping[str, Any]) -> Destination:
        code = head.get("code", "")
        self._known(f"{name}: [destination]", head, HEAD)
        self._known(name, data, TABLES)
        for fact in data.get("mode", []):
            self._known(f"{name}: mode {fact.get('name', '')}", fact, MODE)
        places = head.get("decimals", 2)
        place = _Place(name, code, head.get("currency", ""), 10**places)
        tariffs = self._live(self._tariffs(f"tariffs/{code}.csv", place.unit))
        by_prefix: dict[str, list[TariffRow]] = {}
        for row in tariffs:
            by_prefix.setdefault(row.hs, []).append(row)

        def of(table: str, make: Callable[[_Place, Mapping[str, Any], dict[str, Any]], Any]) -> tuple[Any, ...]:
            return self._live(self._rule(place, table, fact, make) for fact in data.get(table, []))

        found = Destination(
            code=code,
            currency=place.currency,
            decimals=places,
            names=self._words(name, head.get("names", {})),
            modes=tuple(
                Mode(
                    fact["name"],
                    self._words(name, fact.get("names", {})),
                    fact.get("default", False),
                    fact.get("home", False),
                    fact.get("trade", True),
                )
                for fact in data.get("mode", [])
            ),
            schemes=of("scheme", self._scheme),
            limits=of("limit", _limit),
            requirements=of("requirement", self._requirement),
            prohibitions=of("prohibition", self._prohibition),
            tariffs=tariffs,
            by_prefix=MappingProxyType({prefix: tuple(rows) for prefix, rows in by_prefix.items()}),
            reliefs=of("relief", _relief),
            waivers=of("waiver", _waiver),
            fees=of("fee", self._fee),
            preferences=of("preference", _preference),
            regions=MappingProxyType({key: _names(words) for key, words in head.get("regions", {}).items()}),
        )
        return replace(
            found,
            changes=_changes(found.rules()),
            tariff_changes=_changes(tariffs),
            tariff_names=frozenset(name for row in tariffs for name in (row.origin, row.mode)),
        )

    def _rule(
        self, place: "_Place", table: str, fact: Mapping[str, Any], make: Callable[["_Place", Mapping[str, Any], dict[str, Any]], Any]
    ) -> Any:
        """One rule of the destination's file, or None, with the fault noted."""
        head = self._head(place.name, fact)
        if head is None or not self._known(f"{place.name}: {head['id']}", fact, FIELDS[table]):
            return None
        try:
            return make(place, fact, head)
        except KeyError as error:
            self.faults.append(f"{place.name}: {head['id']}: {error.args[0]} is missing")
        except (ValueError, TypeError, AttributeError) as error:
            self.faults.append(f"{place.name}: {head['id']}: {error}")
        return None

    def _known(self, where: str, fact: Mapping[str, Any], names: frozenset[str]) -> bool:
        """A misspelt field would be a rule that is silently not there."""
        unknown = sorted(set(fact) - names)
        if unknown:
            self.faults.append(f"{where}: there is no {', '.join(unknown)} here")
        return not unknown

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
            "called": fact.get("called") or identity,
        }

    def _tariffs(self, name: str, unit: int) -> Iterable[TariffRow | None]:
        rows = csv.DictReader(io.StringIO(self.texts.get(name, "")))
        self._known(name, dict.fromkeys(rows.fieldnames or ()), COLUMNS)
        for number, fact in enumerate(rows, 2):
            if None in fact or None in fact.values():
                self.faults.append(f"{name} line {number}: {fact.get('id')}: has not as many cells as the first line")
                continue
            head = self._head(f"{name} line {number}", fact)
            if head is None:
                continue
            try:
                floors = _floors(fact["kind"], fact.get("from_unit_value") or "", unit)
                yield TariffRow(
                    **head,
                    kind=_one_of(fact["kind"], KINDS),
                    hs=_digits(fact["hs"]),
                    origin=fact.get("origin") or "",
                    agreement=fact.get("agreement") or "",
                    proof=fact.get("proof") or "",
                    mode=fact.get("mode") or "",
                    rate=None if fact["kind"] == "list" else rate(fact["rate"], unit),
                    base_share=share(fact.get("base_share") or "1"),
                    from_unit_value=floors.get("g"),
                    from_piece_value=floors.get("piece"),
                    listed=(fact.get("listed") or "yes") == "yes",
                    goods=fact.get("goods") or "",
                    region=fact.get("region") or "",
                    name=fact.get("name") or "",
                    basis=fact.get("basis") or "value",
                )
            except (ValueError, KeyError) as error:
                self.faults.append(f"{name} line {number}: {head['id']}: {error}")

    def _scheme(self, place: "_Place", fact: Mapping[str, Any], head: dict[str, Any]) -> Scheme:
        basis = _basis(fact["value_basis"])
        return Scheme(
            **head,
            destination=place.code,
            mode=fact["mode"],
            names=self._words(head["id"], fact.get("names", {})),
            value_basis=basis,
            duty_basis=_basis(fact["duty_basis"]) if "duty_basis" in fact else basis,
            vat_basis=_basis(fact["vat_basis"]) if "vat_basis" in fact else basis,
            duty_share=share(fact.get("duty_share", "1")),
            extra_share=share(fact.get("extra_share", "1")),
            excise_share=share(fact.get("excise_share", "1")),
            vat_share=share(fact.get("vat_share", "1")),
            rounding=_rounding(fact["rounding"], place.unit),
            roundings={_one_of(kind, ROUNDED): _rounding(each, place.unit) for kind, each in fact.get("roundings", {}).items()},
            chained=fact.get("chained", False),
            excise_base=_one_of(fact.get("excise_base", "inside"), ("inside", "added")),
            duty_in_vat_base=fact.get("duty_in_vat_base", True),
            flat_duty=_flat(fact["flat_duty"], place) if "flat_duty" in fact else None,
            flat_duty_in_vat_base=fact.get("flat_duty_in_vat_base", True),
            within_limit=_several(fact.get("within_limit")),
            above_limit=_several(fact.get("above_limit")),
            if_registration=_several(fact.get("if_registration")),
            unless_registration=_several(fact.get("unless_registration")),
            needs_registration=fact.get("needs_registration"),
            collected=_collected(fact.get("collected", {})),
            prices=_one_of(fact.get("prices", "exclusive"), ("exclusive", "inclusive")),
            listed_only=fact.get("listed_only", False),
        )

    def _fee(self, place: "_Place", fact: Mapping[str, Any], head: dict[str, Any]) -> Fee:
        if ("amount" in fact) == ("share" in fact):
            raise ValueError("a fee is an amount or a share, one of them")
        currency = fact.get("currency", place.currency)
        unit = place.unit_of(currency)
        return Fee(
            **head,
            destination=place.code,
            names=self._words(head["id"], fact.get("names", {})),
            amount=minor(fact["amount"], unit) if "amount" in fact else None,
            share=share(fact["share"]) if "share" in fact else None,
            of=_one_of(fact.get("of", "value"), ("value", "levies")),
            least=minor(fact["least"], unit) if "least" in fact else None,
            most=minor(fact["most"], unit) if "most" in fact else None,
            currency=currency,
            per=_one_of(fact.get("per", "parcel"), PER),
            region=fact.get("region", ""),
            modes=frozenset(_several(fact.get("modes"))),
            schemes=frozenset(_several(fact.get("schemes"))),
            within_limit=_several(fact.get("within_limit")),
            above_limit=_several(fact.get("above_limit")),
            in_vat_base=fact.get("in_vat_base", False),
            collected=_one_of(fact.get("collected", "border"), PLACES),
        )

    def _requirement(self, place: "_Place", fact: Mapping[str, Any], head: dict[str, Any]) -> Requirement:
        of, papers = fact.get("of", "product"), tuple(fact.get("any_of", []))
        identity = fact.get("identity") or next((BY_PAPER[key] for key in papers if of == "buyer" and key in BY_PAPER), "")
        if identity and of != "buyer":
            raise ValueError("only what is asked of a buyer has an identity")
        return Requirement(
            **head,
            place=place.code,
            modes=frozenset(fact.get("modes", [])),
            hs=tuple(fact.get("hs", [])),
            but_hs=tuple(fact.get("but_hs", [])),
            if_trait=fact.get("if_trait"),
            unless_trait=fact.get("unless_trait"),
            any_of=papers,
            blocks=fact.get("blocks", True),
            of=of,
            identity=_one_of(identity, ("", *IDENTITIES)),
            words=self._words(head["id"], fact.get("words", {})),
        )

    def _prohibition(self, place: "_Place", fact: Mapping[str, Any], head: dict[str, Any]) -> Prohibition:
        return Prohibition(
            **head,
            place=place.code,
            modes=frozenset(fact.get("modes", [])),
            hs=tuple(fact.get("hs", [])),
            if_trait=fact.get("if_trait"),
            unless_trait=fact.get("unless_trait"),
            words=self._words(head["id"], fact.get("words", {})),
        )

    def _registration(self, fact: Mapping[str, Any]) -> Registration:
        where = f"registrations.toml: {fact['key']}"
        return Registration(fact["key"], self._words(where, fact.get("names", {})), fact.get("of", "platform"))

    def _paper(self, fact: Mapping[str, Any]) -> Paper:
        where = f"papers.toml: {fact['key']}"
        return Paper(
            key=fact["key"],
            of=fact["of"],
            names=self._words(where, fact["names"]),
            given_by=self._words(where, fact["given_by"]),
            takes=self._words(where, fact["takes"]),
            if_trait=fact.get("if_trait", ""),
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


def rate(text: str, unit: int = 100) -> Rate:
    """A rate as officers write it: 13% · free · 4.30/kg · 38/100kg gross · 5% + 4.30/kg · max(5%, 0.20/kg) · min(30%, 4300/piece).

    Amounts are in the currency of the destination, of which `unit` minor units are one, or in the one named: 6.4% + EUR 40.27/100kg.

    >>> rate("13%"), rate("free").share
    (Rate(share=Fraction(13, 100), text='13%', terms=(), pick='max'), Fraction(0, 1))
    >>> rate("max(5%, 4.30/kg)").terms[1].per_gram, rate("38/100kg gross").terms[0].per_gross_gram
    (Fraction(43, 100), Fraction(19, 500))
    >>> rate("EUR 40.00/100kg").terms[0].currency
    'EUR'
    """
    words = text.strip()
    found = re.fullmatch(r"(max|min)\((.+)\)", words)
    terms = tuple(_term(part, words, unit) for part in (found[2].split(",") if found else [words]))
    if terms == (Term(terms[0].share),):
        return Rate(terms[0].share, words)
    return Rate(Fraction(0), words, terms, found[1] if found else "max")


def _term(text: str, whole: str, unit: int) -> Term:
    """5% + 4.30/kg"""
    ad_valorem = per_gram = per_piece = per_gross_gram = Fraction(0)
    currencies = set()
    for part in text.split("+"):
        word = part.strip()
        found = re.fullmatch(r"(?:([A-Z]{3}) )?(\d+(?:\.\d+)?)\s*(?:(%)|/(?:(g|kg|100kg)(?: (gross))?|(piece)))", word)
        if word == "free":
            continue
        if found is None or (found[1] and found[3]):
            raise ValueError(f"rate {whole!r} is not a percentage, nor an amount per g, kg, 100kg or piece, nor per 100kg gross")
        if found[3]:
            ad_valorem += share(word.replace(" ", ""))
            continue
        currencies.add(found[1] or "")
        amount = Fraction(found[2]) * (10 ** decimals(found[1]) if found[1] else unit)
        if found[6]:
            per_piece += amount
            continue
        each = amount / {"g": 1, "kg": 1_000, "100kg": 100_000}[found[4]]
        if found[5]:
            per_gross_gram += each
        else:
            per_gram += each
    if len(currencies) > 1:
        raise ValueError(f"rate {whole!r} adds amounts in several currencies")
    return Term(ad_valorem, per_gram, per_piece, "".join(currencies), per_gross_gram)


def minor(text: str, unit: int) -> int:
    """
    >>> minor("5000.00", 100)
    500000
    """
    try:
        amount = Fraction(str(text)) * unit
    except ValueError as error:
        raise ValueError(f"{text!r} is not an amount") from error
    if amount.denominator != 1 or amount < 0:
        raise ValueError(f"{text} is not an amount in whole minor units")
    return int(amount)


def _floors(kind: str, text: str, unit: int) -> dict[str, Fraction]:
    """ "10.00/g" or "15.00/piece": from this value on."""
    if not text:
        return {}
    amount, _, per = text.partition("/")
    if per not in ("g", "piece"):
        raise ValueError(f"from_unit_value {text!r} must be per g or per piece")
    if kind not in ("extra", "excise"):
        raise ValueError("from_unit_value is for extra and excise")
    return {per: Fraction(amount) * unit}


class _Place:
    """Whose file is read: name, country, currency and its minor units."""

    def __init__(self, name: str, code: str, currency: str, unit: int) -> None:
        self.name, self.code, self.currency, self.unit = name, code, currency, unit

    def unit_of(self, currency: str) -> int:
        return self.unit if currency == self.currency else 10 ** decimals(currency)


def _ceiling(place: _Place, fact: Mapping[str, Any], unit: int | None = None) -> dict[str, Any]:
    """at_most (inclusive) or below (exclusive), exactly one, and the currency it is said in."""
    if ("at_most" in fact) == ("below" in fact):
        raise ValueError("give at_most or below, one of them")
    currency = fact.get("currency", place.currency)
    each = place.unit_of(currency) if unit is None else unit
    return {"at_most": minor(fact.get("at_most", fact.get("below")), each), "is_exclusive": "below" in fact, "currency": currency}


def _limit(place: _Place, fact: Mapping[str, Any], head: dict[str, Any]) -> Limit:
    measure = _one_of(fact["measure"], MEASURES)
    counts = measure in ("year_grams", "uses")
    if measure == "year_grams" and not fact.get("hs"):
        raise ValueError("year_grams needs hs")
    if fact.get("relief") and measure != "uses":
        raise ValueError("only uses are counted by a relief")
    return Limit(
        **head,
        **_ceiling(place, fact, 1 if counts else None),
        destination=place.code,
        mode=fact.get("mode", ""),
        measure=measure,
        value_basis=_basis(fact.get("value_basis", []) if counts else fact["value_basis"]),
        refuses=fact.get("refuses", True),
        unless=fact.get("unless"),
        hs=tuple(_digits(prefix) for prefix in _several(fact.get("hs"))),
        window=_one_of(fact.get("window", "year"), WINDOWS),
        relief=fact.get("relief", ""),
        per=fact.get("per", ""),
    )


def _relief(place: _Place, fact: Mapping[str, Any], head: dict[str, Any]) -> Relief:
    return Relief(
        **head,
        **_ceiling(place, fact),
        destination=place.code,
        modes=frozenset(_several(fact.get("modes"))),
        schemes=frozenset(_several(fact.get("schemes"))),
        kinds=frozenset(_one_of(kind, LEVIES) for kind in fact["kinds"]),
        value_basis=_basis(fact["value_basis"]),
        per=_one_of(fact.get("per", "order"), ("order", "line", "unit")),
        hs=tuple(_digits(prefix) for prefix in _several(fact.get("hs"))),
        but_hs=tuple(_digits(prefix) for prefix in _several(fact.get("but_hs"))),
        if_origin=frozenset(_several(fact.get("if_origin"))),
    )


def _waiver(place: _Place, fact: Mapping[str, Any], head: dict[str, Any]) -> Waiver:
    return Waiver(
        **head,
        **_ceiling(place, fact),
        destination=place.code,
        modes=frozenset(_several(fact.get("modes"))),
        schemes=frozenset(_several(fact.get("schemes"))),
        kinds=frozenset(_one_of(kind, LEVIES) for kind in fact["kinds"]),
        per=_one_of(fact.get("per", "order"), ("order", "line")),
    )


def _preference(place: _Place, fact: Mapping[str, Any], head: dict[str, Any]) -> Preference:
    currency = fact.get("currency", place.currency)
    return Preference(
        **head,
        destination=place.code,
        agreement=fact["agreement"],
        paper=fact.get("paper", ""),
        waived_up_to=minor(fact["waived_up_to"], place.unit_of(currency)),
        currency=currency,
        declaration=fact["declaration"],
    )


def _rounding(fact: Mapping[str, Any], unit: int) -> Rounding:
    step = minor(fact["to"], unit)
    if step == 0:
        raise ValueError("rounding to nothing")
    return Rounding(step, _one_of(fact["way"], ("half-up", "down", "up")), _one_of(fact.get("per", "line"), ("line", "order")))


def _flat(fact: Mapping[str, Any], place: _Place) -> Flat:
    currency = fact.get("currency", place.currency)
    return Flat(minor(fact["amount"], place.unit_of(currency)), currency, _one_of(fact.get("per", "tariff_item"), PER))


def _collected(said: str | Mapping[str, str]) -> Mapping[str, str]:
    """One word for all levies, or one for each kind."""
    if isinstance(said, str):
        return {"": _one_of(said, PLACES)}
    return {_one_of(kind, LEVIES): _one_of(where, PLACES) for kind, where in said.items()}


def _several(said: str | Iterable[str] | None) -> tuple[str, ...]:
    """Nothing, one word or a list of them."""
    return () if said is None else (said,) if isinstance(said, str) else tuple(said)


def _names(words: str | Mapping[str, str]) -> Mapping[str, str]:
    """A proper name in three languages, or the same in all of them."""
    return dict.fromkeys(LANGUAGES, words) if isinstance(words, str) else {language: words[language] for language in LANGUAGES}


def _changes(rules: Iterable[Rule]) -> tuple[date, ...]:
    days = set()
    for rule in rules:
        days.add(rule.valid_from)
        if rule.valid_to and rule.valid_to < date.max:
            days.add(rule.valid_to + timedelta(days=1))
    return tuple(sorted(days))


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
