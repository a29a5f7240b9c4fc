"""Changing the texts of a rulebook: the common changes as forms, anything else as the text of one file. Comments stay.

A rule is changed where it stands, which is how it reads best and how past orders are replayed; `dating` makes a law of a day of it.
"""

import csv
import io
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import msgspec

from saudagar.incubation.rules.dating import EARLIEST
from saudagar.incubation.rules.refusals import ChangesNothing, NoRulebook, NoSuchRule
from saudagar.rulebook.rules import Rulebook, Unreadable, read
from saudagar.rulebook.rules.differing import differences
from saudagar.rulebook.rules.model import Rule

Texts = Mapping[str, str]

# What was verified is not what is proposed: a changed rule is as sure as the proposal, which nobody has seen in a law yet. One that is
# uncertain stays so: it hangs on its switch.
PROPOSED = "G"
SURE = re.compile(r"""(?m)^(certainty\s*=\s*)["'][VS]["']""")


class Limit(msgspec.Struct, frozen=True, tag="limit", omit_defaults=True):
    """Another ceiling. begins, here and below: the first day it holds as law; None: the day the proposal becomes law."""

    rule: str
    at_most: str  # "8000.00"
    begins: date | None = None


class Tariff(msgspec.Struct, frozen=True, tag="rate", omit_defaults=True):
    """Another rate for goods; a row of its own where there is none. Rows of another way in or name, or of another member state, stay."""

    destination: str
    kind: Literal["duty", "extra", "excise", "vat"]
    hs: str
    rate: str  # "5%", "free", "max(5%, 0.20/kg)"
    origin: str = ""
    agreement: str = ""
    mode: str = ""  # the way in or scheme that the rate is for: "cbec"
    name: str = ""  # of a levy that stands beside others of its kind: "pph22"
    begins: date | None = None


class Fee(msgspec.Struct, frozen=True, tag="fee", omit_defaults=True):
    """A new fee."""

    destination: str
    amount: str  # "2.00"
    currency: str
    per: Literal["parcel", "line", "tariff_item", "unit"]
    name: str
    mode: str = ""  # the way in it is for: "cbec"; "" = all
    begins: date | None = None


class Throw(msgspec.Struct, frozen=True, tag="switch"):
    """Uncertain rules in use, or not."""

    name: str
    on: bool


class Share(msgspec.Struct, frozen=True, tag="share", omit_defaults=True):
    """Another part of the statutory levy under a scheme."""

    rule: str
    levy: Literal["duty", "extra", "excise", "vat"]
    share: str  # "70%"
    begins: date | None = None


class Text(msgspec.Struct, frozen=True, tag="text"):
    """The whole text of a file."""

    file: str
    text: str


Edit = Limit | Tariff | Fee | Throw | Share | Text


def edit_of(data: Any) -> Edit:
    return msgspec.convert(data, Edit)


def data_of(edit: Edit) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(edit)
    return found


@dataclass(frozen=True, slots=True)
class Edited:
    texts: dict[str, str]
    rules: tuple[str, ...]  # ids of what is changed or new


def edited(texts: Texts, edit: Edit, *, source: str) -> dict[str, str]:
    """The texts with one change made. Raises what `make` raises."""
    return make(texts, edit, source=source).texts


def make(texts: Texts, edit: Edit, *, source: str) -> Edited:
    """One change made. Raises NoSuchRule, NoRulebook, ChangesNothing. source: what the changed rule names as its source."""
    before = readable(texts)
    match edit:
        case Limit():
            changed = _set_in_toml(texts, edit.rule, "limit", {"at_most": edit.at_most}, source, instead=("below",))
        case Share():
            changed = _set_in_toml(texts, edit.rule, "scheme", {f"{edit.levy}_share": edit.share}, source)
        case Tariff():
            changed = _set_rate(texts, before, edit, source)
        case Fee():
            changed = _with_fee(texts, before, edit, source)
        case Throw():
            changed = _thrown(texts, before, edit)
        case Text():
            if edit.file not in texts:
                raise NoSuchRule("file", rule=edit.file)
            changed = {**texts, edit.file: edit.text.replace("\r\n", "\n")}
    found = differences(before, readable(changed))
    if all(each.name in ("source", "certainty") for change in found for each in change.fields):
        raise ChangesNothing()
    return Edited(dict(changed), tuple(change.rule for change in found))


def carried_over(edit: Edit, old: Rulebook, new: Rulebook) -> Edit:
    """The change as it is made on another base: of the rule that has taken the place of the one it names, when that was ended since."""
    if not isinstance(edit, Limit | Share):
        return edit
    before, after = _rule(old, edit.rule), _rule(new, edit.rule)
    if before is None or after is None or before.valid_to == after.valid_to:
        return edit
    same = [rule for there in new.destinations.values() for rule in there.rules() if rule.called == after.called]
    return msgspec.structs.replace(edit, rule=max(same, key=lambda rule: rule.valid_from).id)


def _rule(rulebook: Rulebook, identity: str) -> Rule | None:
    return next((rule for there in rulebook.destinations.values() for rule in (*there.limits, *there.schemes) if rule.id == identity), None)


def readable(texts: Texts) -> Rulebook:
    """Raises NoRulebook, which says where. The last few are kept: a change is read, told and shown from the same texts."""
    try:
        return _read(tuple(sorted(texts.items())))
    except Unreadable as error:
        raise NoRulebook(where="; ".join(error.faults[:5])) from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NoRulebook(where=f"{type(error).__name__}: {error}") from None


@lru_cache(maxsize=4)
def _read(texts: tuple[tuple[str, str], ...]) -> Rulebook:
    return read(dict(texts))


def checked(texts: Texts) -> Texts:
    """The same texts. Raises NoRulebook."""
    readable(texts)
    return texts


def only_changed(base: Texts, texts: Texts) -> dict[str, str]:
    return {name: text for name, text in texts.items() if base.get(name) != text}


def _set_in_toml(
    texts: Texts, rule: str, table: str, values: Mapping[str, str], source: str, instead: tuple[str, ...] = ()
) -> dict[str, str]:
    """Sets fields of the rule with this id, wherever it stands."""
    for name, text in texts.items():
        if not name.startswith("destinations/"):
            continue
        span = _block(text, rule, table)
        if span is None:
            continue
        block = text[slice(*span)]
        for field in instead:
            block = re.sub(rf"(?m)^{field}\s*=", f"{next(iter(values))} =", block)
        for field, value in {**values, "source": source}.items():
            block = _set_field(block, field, value)
        block = SURE.sub(rf'\g<1>"{PROPOSED}"', block)
        return {**texts, name: text[: span[0]] + block + text[span[1] :]}
    raise NoSuchRule("rule", rule=rule)


def _block(text: str, rule: str, table: str) -> tuple[int, int] | None:
    """Where the table of this rule begins and ends."""
    for head in re.finditer(rf"(?m)^\[\[{table}\]\][^\n]*\n", text):
        after = re.compile(r"(?m)^\[").search(text, head.end())
        end = after.start() if after else len(text)
        if re.search(rf'(?m)^id\s*=\s*"{re.escape(rule)}"', text[head.end() : end]):
            return head.end(), end
    return None


def _set_field(block: str, field: str, value: str) -> str:
    """One field of a table; its comment stays."""
    written = f"{field} = {quoted(value)}"
    found = re.search(rf'(?m)^{field}\s*=\s*("(?:[^"\\]|\\.)*"|[^#\n]*?)(\s*#[^\n]*)?$', block)
    if found:
        return block[: found.start()] + written + (found.group(2) or "") + block[found.end() :]
    return re.sub(r"(?m)^id\s*=[^\n]*\n", lambda line: line.group(0) + written + "\n", block, count=1)


def quoted(value: str) -> str:
    """A basic string of TOML."""
    return json.dumps(value, ensure_ascii=False)


def _file_of(before: Rulebook, texts: Texts, destination: str) -> str:
    """Code of the file a destination's rules stand in: its own, or that of its union."""
    if f"destinations/{destination}.toml" in texts:
        return destination
    there = before.destinations.get(destination)
    union = getattr(there, "union", "") if there else ""
    if union and f"destinations/{union}.toml" in texts:
        return str(union)
    raise NoSuchRule("destination", rule=destination)


def _set_rate(texts: Texts, before: Rulebook, edit: Tariff, source: str) -> dict[str, str]:
    code = _file_of(before, texts, edit.destination)
    name = f"tariffs/{code}.csv"
    reader = csv.DictReader(io.StringIO(texts.get(name, "")))
    columns, rows = list(reader.fieldnames or ()), list(reader)
    if not columns:
        raise NoSuchRule("destination", rule=name)
    # A customs union has one duty; VAT and excise are each member's own.
    region = edit.destination if code != edit.destination and edit.kind in ("vat", "excise") else ""
    asked = {
        "kind": edit.kind,
        "hs": edit.hs,
        "origin": edit.origin,
        "agreement": edit.agreement,
        "mode": edit.mode,
        "name": edit.name,
        "region": region,
    }
    columns += [name for name in (*asked, "proof") if (asked.get(name) or (name == "proof" and edit.agreement)) and name not in columns]
    same = [row for row in rows if all((row.get(name) or "") == value for name, value in asked.items()) and not row.get("valid_to")]
    for row in same:
        row["rate"], row["source"] = edit.rate, source
        row["certainty"] = PROPOSED if row.get("certainty") in ("V", "S") else row.get("certainty", PROPOSED)
    if not same:
        like = next((row for row in rows if row["kind"] == edit.kind and row["hs"] and edit.hs.startswith(row["hs"])), {})
        agreed = next((row for row in rows if edit.agreement and row.get("agreement") == edit.agreement), {})
        identity = "-".join(
            part.lower()
            for part in (code, "proposed", edit.kind, edit.hs, edit.origin, edit.agreement, edit.mode, edit.name, region)
            if part
        )
        taken = {row["id"] for row in rows}
        identity = next(each for n in range(1, 1000) if (each := identity if n == 1 else f"{identity}-{n}") not in taken)
        fresh = dict.fromkeys(columns, "")
        fresh |= asked | {
            "id": identity,
            "goods": like.get("goods") or "",
            "proof": agreed.get("proof") or "",
            "rate": edit.rate,
            "valid_from": EARLIEST.isoformat(),
            "certainty": PROPOSED,
            "source": source,
        }
        rows.append(fresh)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return {**texts, name: out.getvalue()}


def _with_fee(texts: Texts, before: Rulebook, edit: Fee, source: str) -> dict[str, str]:
    code = _file_of(before, texts, edit.destination)
    name = f"destinations/{code}.toml"
    if edit.mode and edit.mode not in {mode.name for mode in before.destinations[edit.destination].modes}:
        raise NoSuchRule("mode", rule=edit.mode)
    known = tomllib.loads(texts[name]).get("fee", [])
    taken = {fact.get("id") for fact in known}
    identity = next(each for n in range(1, 1000) if (each := f"{code.lower()}-proposed-fee-{n}") not in taken)
    words = ", ".join(f"{language} = {quoted(edit.name)}" for language in ("id", "en", '"zh-hans"'))
    block = f"""
[[fee]]
id = {quoted(identity)}
names = {{ {words} }}
amount = {quoted(edit.amount)}
currency = {quoted(edit.currency)}
per = {quoted(edit.per)}
{f"modes = [{quoted(edit.mode)}]{chr(10)}" if edit.mode else ""}collected = "checkout"
valid_from = {EARLIEST.isoformat()}
source = {quoted(source)}
certainty = "G"
"""
    return {**texts, name: texts[name].rstrip("\n") + "\n" + block}


def _thrown(texts: Texts, before: Rulebook, edit: Throw) -> dict[str, str]:
    if edit.name not in before.switches:
        raise NoSuchRule("name", rule=edit.name)
    here = tomllib.loads(texts.get("switched-here.toml", "")).get("switches", {})
    here[edit.name] = edit.on
    lines = "".join(f"{quoted(name)} = {'true' if on else 'false'}\n" for name, on in sorted(here.items()))
    return {**texts, "switched-here.toml": f"[switches]\n{lines}"}
