"""Loading administrative areas: all 91,599 in one COPY."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO

from django.db import connection, transaction

from saudagar.foundation.sql import statement
from saudagar.registry.rules import areas

PACE = 5000  # rows between two reports of progress


@dataclass(frozen=True, slots=True)
class Outcome:
    read: int
    added: int
    changed: int
    rejected: list[areas.Rejected]


def shipped() -> list[areas.AreaRow]:
    """The provinces and regencies that come with the project."""
    text = files("saudagar.registry").joinpath("data", "areas.csv").read_text(encoding="utf-8")
    rows, rejected = areas.digest(csv.reader(StringIO(text)))
    assert not rejected, rejected
    return rows


def load_shipped() -> Outcome:
    """Puts in the 38 provinces and 514 regencies. Safe to repeat."""
    return _store(shipped(), [])


def load(lines: Iterable[list[str]], *, progress: Callable[[int], None] = lambda done: None) -> Outcome:
    """Takes in a list of areas: adds new ones, renames changed ones, deletes none. Rows that make no sense are returned with the reason.

    lines     rows of a table, header first: code and name, and perhaps iso and bps_province
    progress  is told now and then how many rows were read
    """

    def counted() -> Iterator[list[str]]:
        for count, line in enumerate(lines):
            if count % PACE == 0:
                progress(count)
            yield line

    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM foundation_area")
        known = {code for (code,) in cursor.fetchall()}
    rows, rejected = areas.digest(counted(), known=known)
    return _store(rows, rejected)


@transaction.atomic
def _store(rows: list[areas.AreaRow], rejected: list[areas.Rejected]) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE fresh_area "
            "(code text, name text, level smallint, parent_id text, bps_code text, iso_code text) ON COMMIT DROP"
        )
        with cursor.copy("COPY fresh_area FROM STDIN") as copy:
            for row in rows:
                copy.write_row((row.code, row.name, row.level, row.parent, row.bps, row.iso))
        cursor.execute(statement("saudagar.registry", "take_in_areas"))
        added, changed = cursor.fetchone()
        cursor.execute("DROP TABLE fresh_area")
    return Outcome(read=len(rows) + len(rejected), added=added, changed=changed, rejected=rejected)
