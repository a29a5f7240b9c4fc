"""What a list of administrative areas may hold. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

LEVELS = {2: 1, 5: 2, 8: 3, 13: 4}  # length of the code -> province, regency, district, village
_CODE = re.compile(r"[1-9]\d(\.\d\d(\.\d\d(\.[1-3]\d{3})?)?)?")


@dataclass(frozen=True, slots=True)
class AreaRow:
    code: str  # "11.04.09.2001"
    name: str
    level: int
    parent: str | None
    bps: str = ""  # province at Statistics Indonesia
    iso: str = ""  # ISO 3166-2, provinces only


@dataclass(frozen=True, slots=True)
class Rejected:
    line: int  # counted from 1, the header is line 1
    cells: tuple[str, ...]
    reason: str  # "code", "name", "twice", "parent"


def digest(lines: Iterable[list[str]], *, known: Collection[str] = ()) -> tuple[list[AreaRow], list[Rejected]]:
    """Reads a table whose header names code and name, and perhaps iso and bps_province. Parents come first in the answer.

    known  codes that are stored already, so that a file of districts may come alone
    """
    rows: dict[str, AreaRow] = {}
    places: dict[str, tuple[int, tuple[str, ...]]] = {}
    rejected: list[Rejected] = []
    columns: dict[str, int] = {}
    for line, cells in enumerate(lines, start=1):
        if not columns:
            header = [cell.strip().lower().lstrip("\ufeff") for cell in cells]
            columns = {name: header.index(name) for name in ("code", "name", "iso", "bps_province") if name in header}
            if "code" not in columns or "name" not in columns:
                columns = {"code": 0, "name": 1}  # no header: the first two columns
            else:
                continue
        if not any(cell.strip() for cell in cells):
            continue
        got = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
        code, name = _dotted(got["code"]), " ".join(got["name"].split())
        reason = "code" if not _CODE.fullmatch(code) else "name" if not 1 <= len(name) <= 100 else "twice" if code in rows else ""
        if reason:
            rejected.append(Rejected(line, tuple(cells), reason))
            continue
        level = LEVELS[len(code)]
        rows[code] = AreaRow(
            code, name, level, code.rpartition(".")[0] or None, got.get("bps_province", "") if level < 3 else "", got.get("iso", "")
        )
        places[code] = (line, tuple(cells))
    for code in sorted(rows, key=len):  # a child of a rejected parent is rejected too
        parent = rows[code].parent
        if parent and parent not in rows and parent not in known:
            rejected.append(Rejected(*places[code], "parent"))
            del rows[code]
    rejected.sort(key=lambda row: row.line)
    return sorted(rows.values(), key=lambda row: (row.level, row.code)), rejected


def _dotted(code: str) -> str:
    """ "1104" and "11.04" are the same; spreadsheets and statisticians leave the dots out."""
    digits = code.replace(".", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (2, 4, 6, 10):
        return code
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)
