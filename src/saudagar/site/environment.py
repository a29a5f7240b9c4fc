"""What the environment says, read once, at the start. A wrong value stops the start with a sentence that says how to mend it."""

import base64
import fcntl
import json
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from saudagar.foundation import postgres

ROOT = Path(__file__).resolve().parents[3]


class BadSetting(SystemExit):
    """The sentence is printed and the start ends."""


def var_folder() -> Path:
    """Where data of this installation lies: database, uploads, secrets, logs."""
    return Path(os.environ.get("SAUDAGAR_VAR") or ROOT / "var").resolve()


def whole_number(name: str, default: int, *, least: int = 0, most: int = 65535) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not least <= int(text) <= most:
        raise BadSetting(f"{name}={text!r} is not a whole number from {least} to {most}. Set {name} to one, or leave it out for {default}.")
    return int(text)


def switch(name: str, default: bool) -> bool:
    text = os.environ.get(name, "").lower()
    if text in ("", "1", "true", "yes", "0", "false", "no"):
        return default if not text else text in ("1", "true", "yes")
    raise BadSetting(f"{name}={text!r} is neither 1 nor 0.")


def words(name: str) -> tuple[str, ...]:
    """Several words between spaces or commas, each of the form "eu:ioss"."""
    found = tuple(dict.fromkeys(os.environ.get(name, "").replace(",", " ").split()))
    for word in found:
        if not re.fullmatch(r"[a-z]{2}:[a-z0-9]{2,10}", word):
            raise BadSetting(f"{name}: {word!r} is not a registration. Write country and scheme, like eu:ioss sg:ovr.")
    return found


def secret(name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """A secret from the environment; else one made at the first start and kept in var/secrets.json, readable by its owner only."""
    if os.environ.get(name):
        return os.environ[name]
    file = var_folder() / "secrets.json"
    try:
        kept = json.loads(file.read_text()) if file.exists() else {}
        return str(kept[name]) if name in kept else _make_secret(name, make, file)
    except PermissionError as error:
        raise BadSetting(
            f"{error.filename} cannot be used by this user. Start Saudagar as its owner, or set {name} in the environment."
        ) from None
    except json.JSONDecodeError:
        raise BadSetting(f"{file} is damaged. Put back its backup: what it sealed cannot be read without it.") from None


def given(name: str, default: str = "") -> str:
    """What somebody else gave us: from the environment, else from var/secrets.json, where the sandbox leaves its half in the demo."""
    if os.environ.get(name):
        return os.environ[name]
    file = var_folder() / "secrets.json"
    try:
        kept = json.loads(file.read_text()) if file.exists() else {}
    except PermissionError:
        raise BadSetting(f"{file} cannot be read by this user. Start Saudagar as its owner, or set {name} in the environment.") from None
    except json.JSONDecodeError:
        raise BadSetting(f"{file} is damaged. Put back its backup: what it sealed cannot be read without it.") from None
    return str(kept.get(name, default))


def named(name: str, default: str = "") -> str:
    """What the environment says, and nothing else."""
    return os.environ.get(name) or default


def _make_secret(name: str, make: Callable[[], str], file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_suffix(".lock").open("w") as lock:
        # Two processes that start together must not each make one and lose the other's.
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = json.loads(file.read_text()) if file.exists() else {}
        if name not in kept:
            kept[name] = make()
            fresh = file.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(kept, indent=1))
            fresh.replace(file)
        return str(kept[name])


def sealing_key() -> str:
    return "1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def database_url() -> str:
    """`DATABASE_URL`, or the embedded server, started when it is not running."""
    try:
        return os.environ.get("DATABASE_URL", "").strip() or postgres.ensure_running(var_folder())
    except postgres.PostgresError as error:
        raise BadSetting(str(error)) from None


def database(url: str) -> dict[str, object]:
    """Django's settings for an address like postgresql://user:password@host:5432/name?host=/socket/folder."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise BadSetting("DATABASE_URL must look like postgresql://user:password@host:5432/name (PostgreSQL 15 or newer).")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "saudagar.foundation.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
