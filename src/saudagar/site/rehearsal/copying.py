"""The throw-away copy: database and folder of its own, from a consistent snapshot of what runs; the real one is only read.

`pg_dump` reads in one repeatable-read transaction, so the copy is of one instant while the real one goes on. What would act by
itself or tell somebody is left behind: jobs, sessions, events on their way. What lay waiting for its time is put to sleep. The copy
knows no provider, and none of their keys. It is given the sealing keys, through the environment of its processes and never on disk: who
hears of an order opens what was sealed before, as in earnest.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from saudagar.foundation.postgres import Cluster, binaries
from saudagar.foundation.sql import statement

PACKAGE = "saudagar.site.rehearsal"

# Tables that come empty.
LEFT_BEHIND = (
    "procrastinate_*",
    "django_session",
    "people_cache",
    "foundation_outboxevent",
    "django_admin_log",
    "notices_letter",
    "mfa_authenticator",
)
# What of the environment reaches the copy: nothing that names a provider, a key, a database or a proxy.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


class CannotCopy(RuntimeError):
    """The data could not be copied; the text says why."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What came over."""

    businesses: int
    orders: int
    has_demo: bool


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What the copy inherits of the environment of whoever started it."""
    return {name: value for name, value in given.items() if name in KEPT}


def copy(source_url: str, var: Path) -> Copied | None:
    """Copies a database into an embedded server in `var`; None when there is nothing worth a copy. Raises CannotCopy."""
    try:
        with psycopg.connect(source_url, connect_timeout=10) as source:
            if source.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone() != (True,):
                return None
            if source.execute("SELECT EXISTS (SELECT FROM registry_business)").fetchone() == (False,):
                return None
    except psycopg.errors.UndefinedTable:
        return None
    except psycopg.Error as error:
        raise CannotCopy(f"The database does not answer: {str(error).strip()}") from None
    target_url = Cluster(var).ensure_running()
    _pour(source_url, target_url)
    with psycopg.connect(target_url) as target:
        target.execute(statement(PACKAGE, "asleep"))
        row = target.execute(statement(PACKAGE, "copied")).fetchone()
    assert row is not None
    return Copied(*row)


def _pour(source_url: str, target_url: str) -> None:
    tools, given = binaries(), environment(os.environ)
    out = [str(tools / "pg_dump"), "--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--no-comments"]
    out += [f"--exclude-table-data={table}" for table in LEFT_BEHIND]
    into = [str(tools / "pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={target_url}"]
    with (
        subprocess.Popen([*out, f"--dbname={source_url}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=given) as dump,
        subprocess.Popen(into, stdin=dump.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=given) as restore,
    ):
        assert dump.stdout is not None
        dump.stdout.close()
        _, wrong_there = restore.communicate()
        assert dump.stderr is not None
        wrong_here = dump.stderr.read()
    # When the second one fails the first one sees only that nobody listens any more.
    for name, process, said in (("pg_restore", restore, wrong_there), ("pg_dump", dump, wrong_here)):
        if process.returncode:
            raise CannotCopy(f"{name} failed: {said.decode(errors='replace').strip()[-1000:]}")


def shorten_pay_time(url: str, *, seconds: int) -> None:
    """Orders placed in the copy must be paid within so many seconds: by a trigger, whoever places them and however."""
    with psycopg.connect(url) as connection:
        connection.execute(statement(PACKAGE, "pay_time").replace("{seconds}", str(int(seconds))))
