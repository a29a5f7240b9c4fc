"""Tests run against embedded PostgreSQL, as the platform itself does."""

from typing import Any

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The books refuse TRUNCATE, which is how Django empties tables after a test with real transactions: in tests it may."""
    from django.db import connection  # noqa: PLC0415

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("ledger_posting", "ledger_entry"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_never_truncated")
