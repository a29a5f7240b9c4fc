"""A proposal changes rules where they stand. Here its texts are written anew, in two ways. Pure: texts in, texts out.

dated      what becomes law on a day: the rule that was ends the day before, the new one begins on it, under an id of its own and under the
           name by which other rules know the old one (`called`). One rulebook then tells both laws.
as_always  what past orders are replayed under: the changed rules hold on every day on which they or those before them have held.
"""

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from saudagar.incubation.rules.refusals import CannotBeDated

Texts = Mapping[str, str]
Fact = Mapping[str, Any]  # what a file says of one rule

# New rules hold from so early on that past orders can be replayed under them; as law they begin on its day.
EARLIEST = date(2019, 1, 1)
# What explains a rule and moves no amount: put right where it stands.
EXPLAINS = frozenset({"source", "certainty", "names", "words", "goods"})
TABLES = ("scheme", "limit", "relief", "waiver", "fee", "preference", "requirement", "prohibition")

_BLOCK = re.compile(rf"^\[\[({'|'.join(TABLES)})\]\][^\n]*\n", re.MULTILINE)
_ID = re.compile(r"""^id\s*=\s*["']([^"']+)["']""", re.MULTILINE)


def dated(base: Texts, texts: Texts, on: date, *, days: Mapping[str, date] | None = None, taken: Set[str] = frozenset()) -> dict[str, str]:
    """The proposed texts as law from a day on.

    base    the law they were made from
    on      the first day; `days`: rules that begin later, by id
    taken   ids that other rulebooks have used: never reused

    Rules whose days the text itself writes otherwise stay as written; so do a rule that has not begun by then, words and sources. A rule
    that has ended by then is not touched: the past stays as it was. Raises CannotBeDated.
    """
    used = {*taken, *(rule for each in (base, texts) for name, text in each.items() for rule in facts_of(name, text))}
    wanted = days or {}

    def write(rule: str, old: Fact | None, new: Fact | None) -> "Written | None":
        begins = max(on, wanted.get(rule, on))
        if old is None and new is not None and _day(new["valid_from"]) == EARLIEST and begins > EARLIEST:
            named = {"id": _unused(f"{rule}-{begins.isoformat()}", used), "called": rule} if rule in taken else {}
            return Written(old=None, new={**named, "valid_from": begins})
        if new is None and old is not None:
            return _gone(old, begins)
        if old is None or new is None or _only_explains(old, new):
            return None
        starts, ends = _day(old["valid_from"]), _day(old.get("valid_to"))
        if _days(old) != _days(new) or starts > begins:
            return None
        if ends and ends < begins:
            return Written(old={}, new=None)
        called = str(old.get("called") or rule)
        identity = _unused(f"{called}-{begins.isoformat()}", used)
        ended = None if starts == begins else {"valid_to": begins - timedelta(days=1)}
        return Written(old=ended, new={"id": identity, "called": called, "valid_from": begins})

    return _written(base, texts, write)


def as_always(base: Texts, texts: Texts) -> dict[str, str]:
    """The proposed texts as if they had been law on every day: a changed rule also holds on the days of those in whose place it stands."""
    found = dict(texts)
    for name in changed_files(base, texts):
        before, after = facts_of(name, base.get(name, "")), facts_of(name, texts[name])
        begins: dict[str, date] = {}
        gone: set[str] = set()
        for rule in before.keys() | after.keys():
            old, new = before.get(rule), after.get(rule)
            if new and old and (_only_explains(old, new) or _days(old) != _days(new)):
                continue
            about = new or old or {}
            own = _day(about["valid_from"])
            called = about.get("called") or rule
            earlier = [
                (other, fact)
                for other, fact in before.items()
                if other != rule and (fact.get("called") or other) == called and _day(fact["valid_from"]) < own
            ]
            gone |= {other for other, _ in earlier}
            if new and earlier:
                begins[rule] = min(_day(fact["valid_from"]) for _, fact in earlier)
        if gone:

            def write(rule: str, _old: Fact | None, _new: Fact | None, begins: Any = begins, gone: Any = gone) -> "Written | None":
                if rule in gone:
                    return Written(old=None, new=None)
                return Written(old=None, new={"valid_from": begins[rule]}) if rule in begins else None

            found |= _written({name: base.get(name, "")}, {name: texts[name]}, write, every=True)
    return found


def changed_files(base: Texts, texts: Texts) -> list[str]:
    """Files with rules in them that differ."""
    return [name for name, text in texts.items() if base.get(name) != text and name.startswith(("destinations/", "origins/", "tariffs/"))]


def facts_of(name: str, text: str) -> dict[str, Fact]:
    """id → what a file says of each of its rules; nothing for a file without dated rules."""
    if name.startswith("tariffs/"):
        return {row["id"]: {key: value for key, value in row.items() if key and value} for row in csv.DictReader(io.StringIO(text))}
    if not name.startswith(("destinations/", "origins/")):
        return {}
    data = tomllib.loads(text)
    return {fact["id"]: fact for table in TABLES for fact in data.get(table, [])}


def ids_in(name: str, text: str) -> list[str]:
    """Ids of the rules of a file, also of one that is no longer understood."""
    if name.startswith("tariffs/"):
        return [row["id"] for row in csv.DictReader(io.StringIO(text)) if row.get("id")]
    return _ID.findall(text) if name.startswith(("destinations/", "origins/")) else []


@dataclass(frozen=True, slots=True)
class Written:
    """What becomes of a rule: the text it had, with fields set, and the text that is proposed, with fields set. None: left out."""

    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


Write = Callable[[str, Fact | None, Fact | None], Written | None]  # None: as proposed


def _gone(old: Fact, begins: date) -> Written | None:
    """A rule that is not in the proposal: it stays for the days it has held."""
    ends = _day(old.get("valid_to"))
    if ends and ends < begins:
        return Written(old={}, new=None)
    return Written(old={"valid_to": begins - timedelta(days=1)}, new=None) if _day(old["valid_from"]) < begins else None


def _only_explains(old: Fact, new: Fact) -> bool:
    told, told_now = ({key: value for key, value in fact.items() if key not in EXPLAINS} for fact in (old, new))
    return told == told_now


def _days(fact: Fact) -> tuple[str, str]:
    return str(fact.get("valid_from", "")), str(fact.get("valid_to", ""))


def _day(value: Any) -> Any:
    """A day as TOML or CSV writes it."""
    return value if isinstance(value, date) or not value else date.fromisoformat(str(value))


def _unused(identity: str, used: set[str]) -> str:
    """The id, or the first of its kind that nobody bears; it is borne from now on."""
    found = next(each for n in range(1, 1000) if (each := identity if n == 1 else f"{identity}-{n}") not in used)
    used.add(found)
    return found


def _written(base: Texts, texts: Texts, write: Write, *, every: bool = False) -> dict[str, str]:
    found = dict(texts)
    for name in changed_files(base, texts) if not every else texts:
        before, after = facts_of(name, base.get(name, "")), facts_of(name, texts[name])
        ways: dict[str, Written] = {}
        for rule in dict.fromkeys((*before, *after)):
            old, new = before.get(rule), after.get(rule)
            way = None if old == new and not every else write(rule, old, new)
            if way is not None:
                ways[rule] = way
        if ways:
            make = _rows if name.startswith("tariffs/") else _blocks
            found[name] = make(name, base.get(name, ""), texts[name], ways)
    return found


# TOML: text is kept as it is, with its comments, but for the tables of these rules


@dataclass(frozen=True, slots=True)
class _Block:
    """The table of one rule: head and fields, and what stands between it and the next table (blank lines, comments)."""

    rule: str
    text: str
    after: str

    def with_fields(self, fields: Mapping[str, Any]) -> str:
        text = self.text
        for field, value in fields.items():
            text = _with_field(text, field, value)
        return text


def _blocks(name: str, base: str, text: str, ways: Mapping[str, Written]) -> str:
    old = {block.rule: block for block in _cut(base) if isinstance(block, _Block)}
    parts = list(_cut(text))
    lacking = [
        rule
        for rule, way in ways.items()
        if (way.old is not None and rule not in old)
        or (way.new is not None and rule not in {block.rule for block in parts if isinstance(block, _Block)})
    ]
    if lacking:
        raise CannotBeDated(rule=lacking[0], file=name)
    out: list[str] = []
    order, missing = list(old), {rule for rule, way in ways.items() if way.old is not None}
    at: dict[str, int] = {}  # rule → where a rule that stood behind it in the base goes
    for part in parts:
        if not isinstance(part, _Block):
            out.append(part)
            at.setdefault("", len(out))
            continue
        way = ways.get(part.rule)
        if way is None:
            out.append(part.text + part.after)
        else:
            written = [old[part.rule].with_fields(way.old)] if way.old is not None else []
            written += [part.with_fields(way.new)] if way.new is not None else []
            missing.discard(part.rule)
            out.append("\n".join(written) + (part.after if written else part.after.lstrip("\n")))
        at[part.rule] = len(out)
    # Rules that are gone from the text stood somewhere among others: the first scheme that fits is used, so the place counts.
    late: dict[int, str] = {}
    for place, rule in enumerate(order):
        if rule in missing:
            before = next((at[each] for each in reversed(order[:place]) if each in at), at.get("", len(out)))
            late[before] = late.get(before, "") + old[rule].with_fields(ways[rule].old or {}) + "\n"
    return "".join(late.get(n, "") + part for n, part in enumerate([*out, ""]))


def _cut(text: str) -> Iterator["str | _Block"]:
    """The tables of rules, and the texts between them."""
    end = 0
    for head in _BLOCK.finditer(text):
        if head.start() < end:
            continue
        if head.start() > end:
            yield text[end : head.start()]
        # A table of its own inside it ([scheme.rounding]) belongs to it.
        following = re.compile(rf"^\[(?!{head[1]}\.)", re.MULTILINE).search(text, head.end())
        end = following.start() if following else len(text)
        whole = text[head.start() : end]
        kept = re.search(r"(?:^[ \t]*(?:#[^\n]*)?\n)*\Z", whole, re.MULTILINE)
        cut = kept.start() if kept else len(whole)
        found = _ID.search(whole)
        if found:
            yield _Block(found[1], whole[:cut] if whole[:cut].endswith("\n") else whole[:cut] + "\n", whole[cut:])
        else:
            yield whole
    if end < len(text):
        yield text[end:]


def _with_field(text: str, field: str, value: Any) -> str:
    """One field of a table. A day stands bare; a new field comes behind valid_from, or behind the id."""
    written = f"{field} = {value.isoformat()}" if isinstance(value, date) else f'{field} = "{value}"'
    found = re.search(rf"""^{field}\s*=\s*("[^"\n]*"|'[^'\n]*'|[^#\n]*?)(\s*#[^\n]*)?$""", text, re.MULTILINE)
    if found:
        return text[: found.start()] + written + (found[2] or "") + text[found.end() :]
    behind = "valid_from" if field == "valid_to" else "id"
    return re.sub(rf"(?m)^{behind}\s*=[^\n]*\n", lambda line: line[0] + written + "\n", text, count=1)


# CSV


def _rows(name: str, base: str, text: str, ways: Mapping[str, Written]) -> str:
    old_reader, new_reader = csv.DictReader(io.StringIO(base)), csv.DictReader(io.StringIO(text))
    old, new = {row["id"]: row for row in old_reader}, {row["id"]: row for row in new_reader}
    columns = list(dict.fromkeys((*(new_reader.fieldnames or ()), *(old_reader.fieldnames or ()))))
    columns += [
        field
        for field in ("valid_to", "called")
        if field not in columns and any(field in each for way in ways.values() for each in (way.old or {}, way.new or {}))
    ]
    out: list[Mapping[str, Any]] = []
    for rule in _in_order(list(old), list(new)):
        way = ways.get(rule)
        if way is None:
            out += [new[rule]] if rule in new else []
            continue
        out += [{**old[rule], **way.old}] if way.old is not None else []
        out += [{**new[rule], **way.new}] if way.new is not None else []
    made = io.StringIO()
    writer = csv.DictWriter(made, columns, lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(out)
    return made.getvalue()


def _in_order(old: list[str], new: list[str]) -> list[str]:
    """All rules in the order of the new list, those that are gone behind the one they stood behind."""
    found, known = list(new), set(new)
    for place, rule in enumerate(old):
        if rule not in known:
            known.add(rule)
            behind = next((found.index(each) + 1 for each in reversed(old[:place]) if each in known), 0)
            found.insert(behind, rule)
    return found
