"""Throwing a switch: the same texts, with one uncertain rule more or less in force. Pure: texts in, texts out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from saudagar.foundation.refusals import Refusal

HERE = "switched-here.toml"  # what this installation decided otherwise than switches.toml


class UnknownSwitch(Refusal):
    """The rulebook has no switch of that name. Facts: name."""

    code = "unknown_rule_switch"
    status = 404
    words = {
        "id": "Buku aturan tidak punya sakelar {name}.",
        "en": "The rulebook has no switch {name}.",
        "zh-hans": "规则库中没有开关 {name}。",
    }


class SwitchHasStood(Refusal):
    """The switch stands that way already. Facts: name, state (on or off)."""

    code = "rule_switch_unchanged"
    status = 409
    words = {
        "id": "Sakelar {name} sudah {state}.",
        "en": "The switch {name} is {state} already.",
        "zh-hans": "开关 {name} 已处于 {state} 状态。",
    }


class ReasonMissing(Refusal):
    """A switch decides what buyers pay: who throws it says what was learned. Facts: none."""

    code = "rule_switch_reason_missing"
    status = 422
    words = {
        "id": "Tulis apa yang menjadi dasar keputusan ini: surat, pasal, atau jawaban resmi.",
        "en": "Write what this decision rests on: a letter, an article, an official answer.",
        "zh-hans": "请写明依据：函件、条款或官方答复。",
    }


class RulesHaveErrors(Refusal):
    """With this change the rules would contradict each other. Facts: findings (English, rule by rule)."""

    code = "rules_have_errors"
    status = 409
    words = {
        "id": "Tidak diubah: aturan akan saling bertentangan. {findings}",
        "en": "Not changed: the rules would contradict each other. {findings}",
        "zh-hans": "未更改：规则之间将出现矛盾。{findings}",
    }


def thrown(texts: Mapping[str, str], name: str, *, on: bool) -> dict[str, str]:
    """The texts with this switch thrown. Refuses a switch nobody knows and one that stands that way already.

    A switch thrown back to what its author wrote leaves no trace, so the texts are again those of the earlier release.

    >>> texts = {"switches.toml": '[[switch]]\\nname = "a"\\non = false\\n'}
    >>> thrown(texts, "a", on=True)["switched-here.toml"]
    '[switches]\\na = true\\n'
    >>> thrown(thrown(texts, "a", on=True), "a", on=False) == texts
    True
    """
    written, here = as_written(texts), positions(texts)
    if name not in written:
        raise UnknownSwitch("switch", name=name)
    if here.get(name, written[name]) == on:
        raise SwitchHasStood("state", name=name, state="on" if on else "off")
    return with_positions(texts, here | {name: on})


def as_written(texts: Mapping[str, str]) -> dict[str, bool]:
    """Each switch as the author of the rules left it."""
    return {fact["name"]: bool(fact["on"]) for fact in tomllib.loads(texts.get("switches.toml", "")).get("switch", [])}


def positions(texts: Mapping[str, str]) -> dict[str, bool]:
    """The switches that were thrown here."""
    return {key: bool(state) for key, state in tomllib.loads(texts.get(HERE, "")).get("switches", {}).items()}


def without_positions(texts: Mapping[str, str]) -> dict[str, str]:
    """The rules alone: two releases that differ in nothing else differ in switches only."""
    return {key: text for key, text in texts.items() if key != HERE}


def with_positions(texts: Mapping[str, str], thrown_here: Mapping[str, bool]) -> dict[str, str]:
    """The texts with these switches thrown and no others. A position that the author wrote himself leaves no trace."""
    written, changed = as_written(texts), without_positions(texts)
    decided = {key: state for key, state in sorted(thrown_here.items()) if written.get(key) != state}
    if decided:
        changed[HERE] = "\n".join(["[switches]", *(f"{key} = {'true' if state else 'false'}" for key, state in decided.items()), ""])
    return changed


@dataclass(frozen=True, slots=True)
class Carried:
    """New rules with the positions of the old ones. kept: thrown here still; same: the new rules stand that way by themselves;
    gone: the new rules have no such switch."""

    texts: Mapping[str, str]
    kept: Mapping[str, bool]
    same: tuple[str, ...]
    gone: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """For the trail."""
        return {"kept": {name: _state(on) for name, on in self.kept.items()}, "same": list(self.same), "gone": list(self.gone)}

    @property
    def positions(self) -> str:
        """a on, b off"""
        return ", ".join(f"{name} {_state(on)}" for name, on in self.kept.items())


def carried_over(texts: Mapping[str, str], former: Mapping[str, str]) -> Carried:
    """These texts with the switches that were thrown in the former ones.

    >>> new = {"switches.toml": '[[switch]]\\nname = "a"\\non = false\\n'}
    >>> carried = carried_over(new, new | {HERE: "[switches]\\na = true\\nb = true\\n"})
    >>> carried.positions, carried.gone
    ('a on', ('b',))
    """
    written, before = as_written(texts), positions(former)
    kept = {name: on for name, on in sorted(before.items()) if name in written and written[name] != on}
    same = tuple(sorted(name for name, on in before.items() if written.get(name) == on))
    gone = tuple(sorted(before.keys() - written.keys()))
    return Carried(with_positions(texts, kept), kept, same, gone)


def _state(on: bool) -> str:
    return "on" if on else "off"
