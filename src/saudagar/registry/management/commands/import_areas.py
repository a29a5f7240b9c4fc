"""./saudagar import areas FILE"""

import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from saudagar.foundation.whole import whole
from saudagar.registry import areas

REASONS = {
    "code": "The code must look like 11, 11.04, 11.04.09 or 11.04.09.2001.",
    "name": "The name is missing or longer than 100 characters.",
    "twice": "This code stands in the file twice.",
    "parent": "The area around it is neither in the file nor known.",
}


class Command(BaseCommand):
    help = "Loads administrative areas of Indonesia from CSV or XLSX with the columns code and name. Adds and renames; deletes none."

    def add_arguments(self, parser: Any) -> None:
        parser.prog = "./saudagar import areas"
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        started = time.monotonic()
        outcome = areas.load(_lines(file), progress=self._progress)
        seconds = time.monotonic() - started
        self._progress(outcome.read, is_last=True)
        self.stdout.write(f"{outcome.read:,} rows read, {outcome.added:,} areas added, {outcome.changed:,} changed, in {seconds:.1f} s.")
        if outcome.rejected:
            target = file.with_name(file.stem + ".rejected.csv")
            with whole(target) as fresh, fresh.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(["line", "reason", "row"])
                writer.writerows([row.line, REASONS[row.reason], *row.cells] for row in outcome.rejected)
            self.stdout.write(f"{len(outcome.rejected):,} rows were rejected; see {target}, with line numbers and reasons.")

    def _progress(self, done: int, *, is_last: bool = False) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done:,} rows …" + ("\n" if is_last else ""), ending="")
            self.stderr.flush()


def _lines(file: Path) -> Iterator[list[str]]:
    if file.suffix.lower() in (".xlsx", ".xls"):
        import fastexcel  # noqa: PLC0415 - only for spreadsheets

        sheet = fastexcel.read_excel(file).load_sheet(0, header_row=None, dtypes="string")
        for row in sheet.to_polars().iter_rows():
            yield ["" if cell is None else str(cell) for cell in row]
        return
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            start = text.read(4096)
            text.seek(0)
            yield from csv.reader(text, delimiter=";" if start.count(";") > start.count(",") else ",")
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8 text. Save it as “CSV UTF-8”.") from error
