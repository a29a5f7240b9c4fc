"""Official tariff schedules (CSV of eight or ten digits) taken into a rulebook's texts. Pure: texts in, texts out."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from saudagar.rulebook.rules.reading import rate
from saudagar.rulebook.rules.refusals import BadSchedule

# How offices call their columns, lower case; the caller may name others.
NAMES = {
    "hs": (
        "hs",
        "hscode",
        "hs_code",
        "hs code",
        "code",
        "heading",
        "tariff",
        "tariff code",
        "pos tarif",
        "kode hs",
        "税则号列",
        "税号",
        "商品编码",
    ),
    "rate": ("rate", "duty", "duty rate", "mfn", "mfn rate", "general", "bm", "bea masuk", "tarif", "税率", "最惠国税率"),
    "goods": ("goods", "description", "uraian", "uraian barang", "商品名称", "货品名称"),
}
FREE = frozenset(("free", "bebas", "nil", "exempt", "免税"))
COLUMNS = ("id", "kind", "hs", "goods", "origin", "agreement", "proof", "rate", "valid_from", "valid_to", "certainty", "source", "switch")


def _column(name: str, columns: Sequence[str], told: str | None) -> str | None:
    """The file's column for our name: as told, else by the names that offices use."""
    wanted = (told.strip().lower(),) if told else NAMES[name]
    return next((column for word in wanted for column in columns if column.strip().lower() == word), None)


@dataclass(frozen=True, slots=True)
class Rejected:
    line: int
    row: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a file says, and where it holds."""

    country: str
    source: str
    valid_from: date
    origin: str = ""
    agreement: str = ""
    proof: str = ""


def read_schedule(text: str, schedule: Schedule, columns: Mapping[str, str]) -> tuple[list[dict[str, str]], list[Rejected]]:
    """Rows of `tariffs/XX.csv`, and the lines that are none with the reason. Raises BadSchedule when the columns are not found.

    columns  our name (hs, rate, goods) → the file's, where it is none of NAMES
    """
    first = text.lstrip("\ufeff").splitlines()[:1]
    delimiter = max(";\t|,", key=first[0].count) if first else ","
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    found = {name: _column(name, rows.fieldnames or (), columns.get(name)) for name in NAMES}
    lacking = [name for name in ("hs", "rate") if not found[name]]
    if lacking:
        raise BadSchedule("file", missing=", ".join(lacking))
    taken: dict[str, dict[str, str]] = {}
    rejected: list[Rejected] = []
    for row in rows:
        cells = {name: (row.get(column) or "").strip() for name, column in found.items() if column}
        known = {str(name): str(cell) for name, cell in row.items() if name}
        digits = re.sub(r"[\s.]", "", cells["hs"])
        try:
            if not (digits.isascii() and digits.isdigit() and len(digits) in (6, 8, 10)):
                raise ValueError(f"code {cells['hs']!r} is not 6, 8 or 10 digits")
            if digits in taken:
                raise ValueError(f"code {digits} stands twice: the first line holds")
            written = rate_written(cells["rate"])
            rate(written)
        except ValueError as error:
            rejected.append(Rejected(rows.line_num, known, str(error)))
            continue
        taken[digits] = dict.fromkeys(COLUMNS, "") | {
            "id": "-".join(part for part in (schedule.country, "schedule", schedule.agreement, schedule.origin, digits) if part).lower(),
            "kind": "duty",
            "hs": digits,
            "goods": " ".join(cells.get("goods", "").split())[:200],
            "origin": schedule.origin,
            "agreement": schedule.agreement,
            "proof": schedule.proof,
            "rate": written,
            "valid_from": schedule.valid_from.isoformat(),
            "certainty": "V",
            "source": schedule.source,
        }
    return list(taken.values()), rejected


def rate_written(text: str) -> str:
    """A rate as the rulebook writes it; a bare number is a percentage, a decimal comma a point.

    >>> rate_written("7,5"), rate_written("Free"), rate_written("12.0 %"), rate_written("5% + 4.30/kg")
    ('7.5%', '0%', '12.0%', '5% + 4.30/kg')
    """
    words = text.strip()
    if words.lower() in FREE:
        return "0%"
    plain = re.fullmatch(r"(\d+)(?:[.,](\d+))?\s*%?", words)
    if plain:
        return f"{plain[1]}{'.' + plain[2] if plain[2] else ''}%"
    return words


def taken_in(texts: Mapping[str, str], rows: list[dict[str, str]], schedule: Schedule, replaces: str) -> tuple[dict[str, str], int]:
    """The rulebook's texts with these rows in place of the duty rows of that source, agreement and origin, and how many went.

    replaces  source of the rows that go: as it is written there, or its beginning
    """
    name = f"tariffs/{schedule.country}.csv"
    if f"destinations/{schedule.country}.toml" not in texts:
        raise BadSchedule("country", missing=f"destinations/{schedule.country}.toml")
    kept, gone = [], 0
    reader = csv.DictReader(io.StringIO(texts.get(name, "")))
    for row in reader:
        same = row["kind"] == "duty" and (row.get("agreement") or "", row.get("origin") or "") == (schedule.agreement, schedule.origin)
        if same and not row.get("mode") and row["source"].startswith(replaces):
            gone += 1
        else:
            kept.append(row)
    fields = [*(reader.fieldnames or COLUMNS)]
    fields += [column for column in COLUMNS if column not in fields]
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*kept, *rows])
    return {**texts, name: out.getvalue()}, gone
