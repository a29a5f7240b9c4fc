"""A schedule that follows another: which rows of a tariff end, which begin, and under which ids. Pure: rows in, rows out.

An id names one law and is never given to another, for orders keep the ids of the rules they were worked out under. So a row that says
something else now ends the day before, and what is said from then on has an id of its own and the name of the old one (`called`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from saudagar.rulebook.rules.reading import rate

Row = Mapping[str, str]

# What a row is about: two of the same do not hold on one day (checking.py finds them).
ABOUT = ("kind", "hs", "origin", "agreement", "proof", "mode", "region", "name", "from_unit_value")
# What it says of that. Where it was read and what the goods are called may differ, and the row stays as it is.
SAYS = ("certainty", "switch", "basis", "base_share", "listed")
ORDINARY = {"basis": "value", "base_share": "1", "listed": "yes"}


@dataclass(frozen=True, slots=True)
class Succession:
    """rows: the tariff, what stood there in its order. begun: those of them that are new. ended: how many end, or never were law.
    unchanged: how many of the wanted rows stood there already."""

    rows: list[Row]
    begun: list[Row]
    ended: int
    unchanged: int


def succeeded(standing: Sequence[Row], wanted: Iterable[Row], *, replaced: Collection[str], on: date, used: Collection[str]) -> Succession:
    """A tariff in which the wanted rows hold from a day on in place of others.

    replaced  ids of those others
    used      ids that any release has borne

    A row that has ended by then stays, and so does one that begins later: the wanted row ends the day before it.
    """
    lines: dict[tuple[str, ...], list[Row]] = {}
    for row in standing:
        lines.setdefault(_about(row), []).append(row)
    borne = {*used, *(row["id"] for row in standing)}
    begun: list[Row] = []
    same: set[str] = set()
    unchanged = 0
    for row in wanted:
        line = sorted(lines.get(_about(row), ()), key=_from)
        until = next((_before(_from(each)) for each in line if _from(each) > on), "")
        stays = next(
            (each for each in line if _holds(each, on) and (each.get("valid_to") or "") == until and _says(each) == _says(row)), None
        )
        if stays is not None:
            same.add(stays["id"])
            unchanged += 1
            continue
        before = next((each for each in reversed(line) if _from(each) <= on), None)
        identity = _unborne(row["id"], on, borne)
        called = (before.get("called") or before["id"]) if before is not None else row["id"]
        begun.append({**row, "id": identity, "called": "" if called == identity else called, "valid_to": until})
    rows: list[Row] = []
    ended = 0
    for row in standing:
        if row["id"] not in replaced or row["id"] in same or not _holds(row, on):
            rows.append(row)
            continue
        ended += 1
        if _from(row) < on:
            rows.append({**row, "valid_to": _before(on)})
    return Succession([*rows, *begun], begun, ended, unchanged)


def _about(row: Row) -> tuple[str, ...]:
    return tuple(row.get(name) or "" for name in ABOUT)


def _says(row: Row) -> tuple[object, ...]:
    found = rate(row["rate"]) if row.get("rate") else None
    said = (found.share, found.terms, found.pick) if found else ()  # 7.5% and 7.50% are one rate
    return said, *(row.get(name) or ORDINARY.get(name, "") for name in SAYS)


def _holds(row: Row, on: date) -> bool:
    return _from(row) <= on and (not row.get("valid_to") or on <= date.fromisoformat(row["valid_to"]))


def _from(row: Row) -> date:
    return date.fromisoformat(row["valid_from"])


def _before(day: date) -> str:
    return (day - timedelta(days=1)).isoformat()


def _unborne(identity: str, on: date, borne: set[str]) -> str:
    """The id, or one with the day it begins, that nobody bears; it is borne from now on."""
    dated = f"{identity}-{on.isoformat()}"
    tries = (identity, dated, *(f"{dated}-{n}" for n in range(2, 1000)))
    found = next(each for each in tries if each not in borne)
    borne.add(found)
    return found
