"""What the sandbox remembers: one SQLite file, every change on disk before it is answered."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
    reference TEXT PRIMARY KEY, partner_reference TEXT NOT NULL, provider TEXT NOT NULL,      -- provider: snap or wallet
    amount INTEGER NOT NULL, currency TEXT NOT NULL, paid_amount INTEGER, paid_currency TEXT, refunded INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'open',                                                      -- open paid failed cancelled
    created_at REAL NOT NULL, expires_at REAL, paid_at REAL, settlement TEXT, facts TEXT NOT NULL DEFAULT '{}',
    UNIQUE (provider, partner_reference));
CREATE TABLE IF NOT EXISTS refund (
    reference TEXT PRIMARY KEY, partner_reference TEXT NOT NULL, payment TEXT NOT NULL REFERENCES payment, provider TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, created_at REAL NOT NULL, settlement TEXT, UNIQUE (provider, partner_reference));
CREATE TABLE IF NOT EXISTS transfer (
    reference TEXT PRIMARY KEY, partner_reference TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    bank TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, created_at REAL NOT NULL, settlement TEXT);
CREATE TABLE IF NOT EXISTS shipment (
    reference TEXT PRIMARY KEY, partner_reference TEXT NOT NULL UNIQUE, waybill TEXT NOT NULL UNIQUE, tracking TEXT NOT NULL UNIQUE,
    company TEXT NOT NULL, service TEXT NOT NULL, status TEXT NOT NULL, price INTEGER NOT NULL, asked TEXT NOT NULL, history TEXT NOT NULL,
    created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, receiver TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
    created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY, about TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
    due_at REAL, tries INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS notice_due ON notice (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS token (token TEXT PRIMARY KEY, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS call (
    day TEXT NOT NULL, external_id TEXT NOT NULL, body_hash TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (day, external_id));
CREATE TABLE IF NOT EXISTS fault (provider TEXT PRIMARY KEY, kind TEXT NOT NULL, left_over INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


class Store:
    """One connection behind a lock: the sandbox is small, and what it says must be true."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(folder / "sandbox.sqlite3", check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction. Nested calls join it."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(statement, values)]

    def row(self, statement: str, *values: Any) -> dict[str, Any] | None:
        found = self.rows(statement, *values)
        return found[0] if found else None

    def run(self, statement: str, *values: Any) -> int:
        with self._lock:
            return self._connection.execute(statement, values).lastrowid or 0

    def add(self, table: str, **values: Any) -> int:
        packed = [json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value for value in values.values()]
        # Table and column names are ours, never a caller's.
        return self.run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", *packed)  # noqa: S608

    def count(self, name: str) -> int:
        """The next number of a series, never given twice."""
        with self.change():
            self.run("INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", name)
            found = self.row("SELECT value FROM counter WHERE name = ?", name)
        return int(found["value"]) if found else 1

    def close(self) -> None:
        self._connection.close()
