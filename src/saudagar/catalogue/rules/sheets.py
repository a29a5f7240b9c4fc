"""Lists as files: CSV in whatever dress, XLSX; read as text, and the rejected rows written back in the same form."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from saudagar.foundation.refusals import Refusal

from . import workbook
from .headers import header_row

LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_UNPACKED_BYTES = 300 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS = 4_000_000  # of the rectangle they span, empty ones included
TOP_ROWS = 12  # a shop's name, a date, an empty line may stand above the headers

# Opening a workbook may take more than a gigabyte: so many at once in one process, the others wait.
_openings = threading.BoundedSemaphore(2)


class SheetUnreadable(Refusal):
    """A file that is neither CSV nor XLSX, or is damaged."""

    code = "sheet_unreadable"
    status = 422
    words = {
        "id": "Berkas tidak terbaca. Simpan sebagai XLSX atau CSV lalu coba lagi.",
        "en": "The file cannot be read. Save it as XLSX or CSV and try again.",
        "zh-hans": "无法读取文件。请另存为 XLSX 或 CSV 后重试。",
    }


class SheetTooLarge(Refusal):
    """A file beyond the limits. Facts: megabytes, rows (the limits)."""

    code = "sheet_too_large"
    status = 413
    words = {
        "id": "Berkas terlalu besar: paling banyak {megabytes} MB dan {rows} baris.",
        "en": "The file is too large: at most {megabytes} MB and {rows} rows.",
        "zh-hans": "文件过大：最多 {megabytes} MB、{rows} 行。",
    }


class SheetEmpty(Refusal):
    """A file without any row below its headers."""

    code = "sheet_empty"
    status = 422
    words = {"id": "Berkas ini tidak berisi baris produk.", "en": "The file holds no product rows.", "zh-hans": "文件中没有商品行。"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as text. `rows` are below the headers; `first_row` is the line number of rows[0] as the person sees it."""

    kind: str  # "csv" or "xlsx"
    columns: list[str]
    rows: list[tuple[str, ...]]
    first_row: int
    delimiter: str = ","


def read(data: bytes) -> Sheet:
    """Read a list, whatever its name says: the bytes tell what it is."""
    if len(data) > LARGEST_BYTES:
        raise _too_large()
    if not data.strip(b"\x00\r\n\t "):
        raise SheetEmpty()
    is_xlsx = data.startswith(b"PK\x03\x04")
    delimiter = ","
    if is_xlsx:
        rows = _xlsx_rows(data)
    elif data.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise SheetUnreadable()
    else:
        rows, delimiter = _csv_rows(data)
    if not rows:
        raise SheetEmpty()
    top = header_row(rows)
    columns = _named(rows[top])
    below = list(rows[top + 1 :])
    if len(below) > MOST_ROWS:
        raise _too_large()
    if not any(any(row) for row in below):
        raise SheetEmpty()
    return Sheet("xlsx" if is_xlsx else "csv", columns, below, top + 2, delimiter)


def _too_large() -> SheetTooLarge:
    return SheetTooLarge(megabytes=LARGEST_BYTES // 1024 // 1024, rows=MOST_ROWS)


def _xlsx_rows(data: bytes) -> list[tuple[str, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED_BYTES:
                raise _too_large()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise SheetUnreadable() from fault
    frame = pl.read_ipc(io.BytesIO(_opened_apart(data)))
    return [tuple(_text(cell) for cell in row) for row in frame.rows()]


def _opened_apart(data: bytes) -> bytes:
    """The workbook as an Arrow table, read by a process of its own (workbook.py says why)."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "saudagar.catalogue.rules.workbook",
        *map(str, (MOST_ROWS + TOP_ROWS, MOST_COLUMNS, MOST_CELLS)),
    ]
    source = str(Path(__file__).resolve().parents[3])
    with _openings:
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": source}
            )
        except subprocess.TimeoutExpired:
            raise _too_large() from None
    if done.returncode == workbook.UNREADABLE:
        raise SheetUnreadable()
    if done.returncode:
        raise _too_large()  # out of memory or of time
    return done.stdout


def _csv_rows(data: bytes) -> tuple[list[tuple[str, ...]], str]:
    text = _decoded(data)
    head = text[:20_000]
    rows: list[tuple[str, ...]] = []
    cells = 0
    try:
        delimiter = max(",;\t|", key=lambda mark: _steadiness(head, mark))
        csv.field_size_limit(1_000_000)
        # Row by row: twenty megabytes of line ends are twenty million rows, and stop here after a hundred thousand.
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells += len(row)
            if len(row) > MOST_COLUMNS or len(rows) > MOST_ROWS + TOP_ROWS or cells > MOST_CELLS:
                raise _too_large()
            rows.append(tuple(_text(cell) for cell in row))
    except csv.Error as fault:
        raise SheetUnreadable() from fault
    return rows, delimiter


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # GB18030 takes almost any bytes: believed only when Chinese comes out of it.
        if encoding != "gb18030" or re.search(r"[\u4e00-\u9fff]{2}", text):
            if "\x00" in text:
                raise SheetUnreadable()
            return text
    raise SheetUnreadable()


def _steadiness(head: str, mark: str) -> int:
    counts = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=mark) if row]
    common = max(set(counts), key=counts.count) if counts else 1
    return 0 if common < 2 else counts.count(common) * 10 + common


def _text(cell: str | None) -> str:
    text = (cell or "").replace("\x00", "").replace("\u00a0", " ").strip()
    return text[1:] if _INERT.match(text) else text


# Spreadsheets run a cell that begins like this. An apostrophe before it makes it a text, to us and to them.
_RUNS = re.compile(r"[=@+\-\t\r]")
_INERT = re.compile(r"'[=@+\-]")
_FIGURE = re.compile(r"[+-]?[\d.,]+")


def _inert(cell: str) -> str:
    """A cell of somebody else's as it may stand in a CSV that people open: never a formula. Read again, it is what it was.

    >>> _inert("=HYPERLINK(1)"), _inert("-5"), _inert("Kopi")
    ("'=HYPERLINK(1)", '-5', 'Kopi')
    """
    return f"'{cell}" if _RUNS.match(cell) and not _FIGURE.fullmatch(cell) else cell


def _named(headers: Sequence[str]) -> list[str]:
    """Headers, each once: an empty one gets its column letter, a repeated one a number."""
    named: list[str] = []
    for place, header in enumerate(headers):
        name = header or _letter(place)
        copies = 2
        while name in named:
            name = f"{header or _letter(place)} {copies}"
            copies += 1
        named.append(name)
    return named


def _letter(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def rejected_rows(sheet: Sheet, rejected: Sequence[tuple[int, Sequence[str], str]], reason_header: str) -> bytes:
    """The rejected rows as a file of the same form and columns, with one more column that says why.

    rejected  (line number, cells, reason in words); the file can be mended and imported as it is
    """
    headers = [*sheet.columns, reason_header]
    width = len(sheet.columns)
    lines = [[*cells[:width], *[""] * (width - len(cells)), reason] for _row, cells, reason in rejected]
    out = io.BytesIO()
    if sheet.kind == "xlsx":
        frame = pl.DataFrame(lines, schema=dict.fromkeys(headers, pl.String), orient="row")
        from xlsxwriter import Workbook  # noqa: PLC0415 - only here, and slow to load

        with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
            frame.write_excel(book, autofit=True)
        return out.getvalue()
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=sheet.delimiter)
    writer.writerow([_inert(header) for header in headers])
    writer.writerows([_inert(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")
