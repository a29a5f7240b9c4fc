"""Whether everything was prepared for exactly this code and this database: then a start need not wait for Django to look."""

import hashlib
import json
import os
from pathlib import Path

from saudagar.site.environment import ROOT


def fingerprint(database_url: str) -> str:
    """Changes with any file of ours, the installed packages, the database and what decides about static files."""
    seen = [database_url, os.environ.get("SAUDAGAR_DEBUG", "")]
    files = [ROOT / "requirements.txt", ROOT / ".venv" / "installed"]
    for folder, folders, names in os.walk(ROOT / "src" / "saudagar"):
        folders[:] = [name for name in folders if name not in ("__pycache__", "tests")]
        files += [Path(folder) / name for name in names if not name.endswith(".mo")]
    for path in sorted(files):
        if path.exists():
            status = path.stat()
            seen.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def mark(var: Path, database_url: str, migrations: int) -> None:
    """Everything is done, and so many migrations have run."""
    _file(var).write_text(json.dumps({"fingerprint": fingerprint(database_url), "migrations": migrations}))


def migrations_when_done(var: Path, database_url: str) -> int | None:
    """How many migrations had run when this very state was prepared; None when it was not."""
    try:
        kept = json.loads(_file(var).read_text())
    except (OSError, ValueError):
        return None
    return int(kept["migrations"]) if kept["fingerprint"] == fingerprint(database_url) else None


def _file(var: Path) -> Path:
    return var / "prepared.json"
