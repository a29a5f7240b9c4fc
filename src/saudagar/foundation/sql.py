"""SQL lives in files. `statement("saudagar.stock", "take")` is the text of `stock/sql/take.sql`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import psycopg
from django.db import connection

PREPARE_AFTER = 2  # times a connection has run a statement


@cache
def statement(package: str, name: str) -> str:
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def rows(text: str, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Reads with a statement that each connection plans once. For large statements that pages run again and again: planning one
    takes longer than running it. Django's own cursors never prepare."""
    if connection.queries_logged or connection.execute_wrappers:  # somebody counts statements
        with connection.cursor() as counted:
            counted.execute(text, facts)
            return list(counted.fetchall())
    connection.ensure_connection()
    with connection.wrap_database_errors:
        raw: Any = connection.connection
        raw.prepare_threshold = PREPARE_AFTER
        with psycopg.Cursor(raw) as cursor:
            return cursor.execute(text, facts).fetchall()
