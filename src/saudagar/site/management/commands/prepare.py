"""What must be done before web and worker may start; each step does nothing when it was done already."""

import hashlib
import json
import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from saudagar.foundation import translations
from saudagar.foundation.clock import now
from saudagar.people import demo
from saudagar.registry.models import Business
from saudagar.rulebook import actions as rulebook
from saudagar.site import environment, prepared

# Two copies that start at once prepare one after the other.
PREPARING = 0x5A0DA6A4


class Command(BaseCommand):
    help = "Prepares a start: translations, migrations, static files, the rules that came with this version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--report", type=int, help="file descriptor for what the supervisor wants to know, as JSON")

    def handle(self, *, report: int | None = None, **_: Any) -> None:
        with self._step("Translations") as did:
            did(translations.compile_all())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
            try:
                self._migrate()
                if not settings.DEMO and demo.anybody():
                    raise CommandError(
                        "This database holds the invented people of the demo, whose password everybody knows. Start in earnest with an "
                        "empty one: another folder (SAUDAGAR_VAR) or another database (DATABASE_URL)."
                    )
                # What came with this version, unless an officer has put another release into force.
                rulebook.load_shipped(at=now())
                self._collect_static_files()
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])
        wants_demo = settings.DEMO and not Business.objects.exists()
        if not wants_demo:
            prepared.mark(settings.VAR, environment.database_url(), len(MigrationRecorder(connection).applied_migrations()))
        if report is not None:
            with os.fdopen(report, "w") as file:
                json.dump({"wants_demo": wants_demo}, file)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        open_steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if open_steps:
            with self._step("Migrations") as did:
                try:
                    call_command("migrate", interactive=False, verbosity=0)
                except InconsistentMigrationHistory as error:
                    raise CommandError(
                        f"The database was made by another history of this project: {error} "
                        "Go back to the version that made it, or begin anew: rm -rf var (everything in it is lost)."
                    ) from None
                did(len(open_steps))

    def _collect_static_files(self) -> None:
        fingerprint = _static_fingerprint()
        mark = Path(settings.STATIC_ROOT) / ".fingerprint"
        if mark.exists() and mark.read_text() == fingerprint:
            return
        with self._step("Static files") as did:
            call_command("collectstatic", interactive=False, verbosity=0, clear=False)
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.write_text(fingerprint)
            did(1)

    @contextmanager
    def _step(self, name: str) -> Iterator[Any]:
        begun = time.monotonic()
        done: list[int] = []
        yield done.append
        if done and done[0]:
            self.stdout.write(f"· {name} ({time.monotonic() - begun:.1f} s)")
            self.stdout.flush()


def _static_fingerprint() -> str:
    """Changes when any static file of ours or of a package comes, goes or changes."""
    seen = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            seen.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()
