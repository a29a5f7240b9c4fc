"""What is different between two rulebooks: rule by rule, field by field, in words. Works for every kind of rule there is or will be."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from saudagar.foundation.money import decimals, minor, shown
from saudagar.rulebook.rules.fields import field_label
from saudagar.rulebook.rules.model import Destination, Rate, Rounding, Rule, Rulebook
from saudagar.rulebook.rules.saying import number_said

Words = Mapping[str, str]

WHATS: dict[str, Words] = {
    "added": {"id": "Ditambahkan", "en": "Added", "zh-hans": "新增"},
    "removed": {"id": "Dihapus", "en": "Removed", "zh-hans": "删除"},
    "changed": {"id": "Diubah", "en": "Changed", "zh-hans": "修改"},
}
STATES: dict[bool, Words] = {
    True: {"id": "berlaku", "en": "in use", "zh-hans": "启用"},
    False: {"id": "sakelar mati", "en": "switched off", "zh-hans": "停用"},
}
KINDS: dict[str, Words] = {
    "TariffRow": {"id": "Baris tarif", "en": "Tariff row", "zh-hans": "税率"},
    "Scheme": {"id": "Skema pungutan", "en": "Scheme", "zh-hans": "征收方式"},
    "Limit": {"id": "Batas", "en": "Limit", "zh-hans": "限额"},
    "Relief": {"id": "Pembebasan", "en": "Relief", "zh-hans": "免征"},
    "Waiver": {"id": "Jumlah kecil yang tidak dipungut", "en": "Small amount not collected", "zh-hans": "小额免收"},
    "Fee": {"id": "Biaya", "en": "Fee", "zh-hans": "费用"},
    "Preference": {"id": "Preferensi asal barang", "en": "Preference by origin", "zh-hans": "原产地优惠"},
    "Requirement": {"id": "Persyaratan", "en": "Requirement", "zh-hans": "准入要求"},
    "Prohibition": {"id": "Larangan", "en": "Prohibition", "zh-hans": "禁止"},
    "Mode": {"id": "Cara masuk", "en": "Way in", "zh-hans": "进口方式"},
    "Paper": {"id": "Surat", "en": "Paper", "zh-hans": "单证"},
    "Implied": {"id": "Sifat barang", "en": "Trait of goods", "zh-hans": "商品特性"},
    "Switch": {"id": "Sakelar", "en": "Switch", "zh-hans": "开关"},
    "Registration": {"id": "Pendaftaran", "en": "Registration", "zh-hans": "注册"},
    "Destination": {"id": "Negara tujuan", "en": "Destination", "zh-hans": "目的地"},
}
# Amounts in minor units of the rule's currency, or of its destination's.
AMOUNTS = {"at_most", "amount", "least", "most", "waived_up_to"}
AMOUNT = re.compile(r"(\d+(?:\.\d+)?) ([A-Z]{3})")
UNSHOWN = {"by_prefix", "resolved", "changes"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a rule, before and after, as values of the rule and as text that needs no language."""

    name: str
    before: Any
    after: Any
    before_text: str
    after_text: str

    def label(self, language: str) -> str:
        return field_label(self.name, language)

    def shown(self, language: str) -> tuple[str, str]:
        """Before and after for people; words in their language where the value has words."""
        return _shown(self.before, self.before_text, language), _shown(self.after, self.after_text, language)


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that was added, removed or changed. `before` or `after` is None when there is none.

    A rule that takes the place of another is told as a change: `rule` is its own id, `before` the rule that was, whose end is told as well.
    """

    what: str  # added | removed | changed
    kind: str  # the rule's class: TariffRow, Limit …
    place: str  # destination or origin: "CN"; a rule that member states share is named by the first of them
    rule: str  # id
    before: Any
    after: Any
    fields: tuple[FieldChange, ...]  # of an added or removed rule: what it says

    def kind_label(self, language: str) -> str:
        words = KINDS.get(self.kind)
        return words[language] if words else self.kind

    def title(self, language: str) -> str:
        """What the rule is called, or which goods it is about."""
        rule = self.after if self.after is not None else self.before
        for name in ("names", "words"):
            words = getattr(rule, name, None)
            if words:
                return str(words.get(language) or "")
        goods = getattr(rule, "goods", "")
        return f"HS {rule.hs} {goods}".strip() if goods or (isinstance(getattr(rule, "hs", None), str) and rule.hs) else ""

    def sentences(self, language: str) -> list[str]:
        """Each changed field in a line: "at most: ¥5,000.00 → ¥8,000.00"."""
        if self.what != "changed":
            side = 1 if self.what == "added" else 0
            return [f"{each.label(language)}: {each.shown(language)[side]}" for each in self.fields]
        return [f"{each.label(language)}: {' → '.join(each.shown(language))}" for each in self.fields]

    def text(self, language: str) -> str:
        """The whole change in one line."""
        head = " ".join(part for part in (WHATS[self.what][language], self.place, self.kind_label(language), self.rule) if part)
        return f"{head}: {'; '.join(self.sentences(language))}"


def differences(old: Rulebook, new: Rulebook) -> tuple[Change, ...]:
    """Everything that is different, by place and rule. A rule that only changed files, or its place in a file, is not.

    The order of schemes decides which is used first; a changed order is told as a change of the destination's field `schemes`.
    """
    before, after = dict(_things(old)), dict(_things(new))
    found = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        place, currency, decimals = (other or one)[1:4]  # type: ignore[index]
        one = one or _predecessor(key, other, before)
        was, now = (one[0] if one else None), (other[0] if other else None)
        units = Units(currency, decimals)
        changes = list(_fields(was, now, units))
        if was is not None and now is not None and _name(was) != _name(now):
            changes.insert(0, FieldChange("id", was.id, now.id, was.id, now.id))
        if one and other and one[4] != other[4]:
            changes.insert(0, FieldChange("in_use", one[4], other[4], "", ""))
        if changes:
            what = "added" if one is None else "removed" if other is None else "changed"
            found.append(Change(what, key[0], place, key[1], was, now, tuple(changes)))
    return tuple(sorted(found, key=lambda change: (change.place, change.kind, change.rule)))


def _predecessor(key: tuple[str, str], thing: "Thing | None", before: Mapping[tuple[str, str], "Thing"]) -> "Thing | None":
    """The rule in whose place a new one stands: the last that went by the same name."""
    rule = thing[0] if thing else None
    if not isinstance(rule, Rule) or rule.called == rule.id:
        return None
    same = [each for (kind, _id), each in before.items() if kind == key[0] and each[0].called == rule.called]
    return max(same, key=lambda each: each[0].valid_from, default=None)


def places_touched(changes: tuple[Change, ...], old: Rulebook, new: Rulebook) -> frozenset[str]:
    """Destinations whose landed cost the changes may move: all others give the same amounts under both rulebooks."""
    if not changes:
        return frozenset()
    touched = {
        code for code in old.destinations.keys() | new.destinations.keys() if old.destinations.get(code) != new.destinations.get(code)
    }
    return frozenset(touched)


@dataclass(frozen=True, slots=True)
class Units:
    currency: str
    decimals: int


Thing = tuple[Any, str, str, int, bool]  # rule, place, currency, decimals, in use


def _things(rulebook: Rulebook) -> Iterator[tuple[tuple[str, str], Thing]]:
    """Every rule with its place, once: rules that member states share come from the first of them."""
    known: set[tuple[str, str]] = set()
    for code in sorted(rulebook.destinations):
        destination = rulebook.destinations[code]
        units = destination.currency, destination.decimals
        place = getattr(destination, "union", "") or code
        yield ("Destination", code), (_head(destination), code, *units, True)
        for field in fields(destination):
            value = getattr(destination, field.name)
            if field.name in UNSHOWN or not isinstance(value, tuple):
                continue
            for thing in value:
                if not is_dataclass(thing):
                    continue
                key = (type(thing).__name__, _name(thing) if isinstance(thing, Rule) else f"{code} {_name(thing)}")
                if key not in known:
                    known.add(key)
                    yield key, (thing, place, *units, True)
    for code, origin in sorted(rulebook.origins.items()):
        for thing in (*origin.requirements, *origin.prohibitions):
            key = (type(thing).__name__, thing.id)
            if key not in known:
                known.add(key)
                yield key, (thing, code, "", 2, True)
    for rule in rulebook.idle:
        place = getattr(rule, "destination", "") or getattr(rule, "place", "") or rule.id[:2].upper()
        there = rulebook.destinations.get(place)
        key = (type(rule).__name__, rule.id)
        if key not in known:
            known.add(key)
            yield key, (rule, place, there.currency if there else "", there.decimals if there else 2, False)
    for name in ("papers", "switches", "registrations"):
        for key_name, thing in getattr(rulebook, name, {}).items():
            yield (type(thing).__name__, key_name), (thing, "", "", 2, True)
    for implied in rulebook.implied:
        yield ("Implied", implied.trait), (implied, "", "", 2, True)


@dataclass(frozen=True, slots=True)
class Head:
    """What a destination is beside its rules."""

    names: Mapping[str, str]
    currency: str
    decimals: int
    schemes: tuple[str, ...]  # in the order in which they are tried


def _head(destination: Destination) -> Head:
    return Head(destination.names, destination.currency, destination.decimals, tuple(scheme.id for scheme in destination.schemes))


def _name(thing: Any) -> str:
    for name in ("id", "name", "key", "trait"):
        if hasattr(thing, name):
            return str(getattr(thing, name))
    return type(thing).__name__


def _fields(was: Any, now: Any, units: Units) -> Iterator[FieldChange]:
    thing = now if now is not None else was
    for field in fields(thing):
        before, after = getattr(was, field.name, None), getattr(now, field.name, None)
        if field.name in ("id", "called", "destination", "place") or before == after:
            continue
        if isinstance(thing, Head) and field.name == "schemes" and before and after and set(before) != set(after):
            continue  # told by the schemes themselves
        if (was is None or now is None) and (after if was is None else before) in (None, "", (), frozenset(), {}):
            continue
        currency = getattr(thing, "currency", "") or units.currency
        own = units if currency == units.currency else Units(currency, decimals(currency))
        yield FieldChange(field.name, before, after, as_text(field.name, before, own, was), as_text(field.name, after, own, now))


def as_text(name: str, value: Any, units: Units, rule: Any = None) -> str:
    """A value of a rule as an officer writes it.

    >>> as_text("at_most", 500000, Units("CNY", 2)), as_text("vat_share", Fraction(7, 10), Units("", 2))
    ('5000.00 CNY', '70%')
    """
    if value is None or value == "":
        return "–"
    if name in AMOUNTS and isinstance(value, int):
        if getattr(rule, "measure", "") in ("year_grams", "uses"):
            return f"{value} g" if getattr(rule, "measure", "") == "year_grams" else str(value)
        whole, part = divmod(value, 10**units.decimals)
        return f"{whole}.{part:0{units.decimals}d} {units.currency}" if units.decimals else f"{whole} {units.currency}"
    if isinstance(value, Rate):
        return value.text
    if isinstance(value, Rounding):
        return f"{Fraction(value.step, 10**units.decimals)} {value.way}"
    if isinstance(value, Fraction):
        percent = value * 100
        return f"{percent}%" if percent.denominator == 1 else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {as_text('', each, units)}" for key, each in value.items())
    if isinstance(value, frozenset):
        return ", ".join(sorted(str(each) or "*" for each in value)) or "–"
    if isinstance(value, tuple):
        return ", ".join(str(each) or "*" for each in value) or "–"
    return str(value)


def _shown(value: Any, text: str, language: str) -> str:
    amount = AMOUNT.fullmatch(text)
    if amount:
        return shown(minor(amount[1], amount[2]), amount[2], language)
    if isinstance(value, Rate | Fraction):
        return number_said(text, language)
    if isinstance(value, bool) and not text:
        return STATES[value][language]
    if isinstance(value, Mapping) and language in value:
        return str(value[language])
    return text
