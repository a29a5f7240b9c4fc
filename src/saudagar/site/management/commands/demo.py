"""Demo data: a cast, eight businesses in eight provinces, forty products, orders in every state, and a campaign."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection, transaction

from saudagar.foundation import outbox
from saudagar.foundation.clock import now
from saudagar.people import demo as people
from saudagar.programme import actions as readiness
from saudagar.registry.models import Business
from saudagar.rulebook.actions import load_shipped
from saudagar.site.demo import campaign, shops, story
from saudagar.site.events import HEARERS

PATIENCE_SECONDS = 15.0
LOADING = 0x5A0DA6A5


class Command(BaseCommand):
    help = "Fills an empty installation with invented people, shops and orders."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This installation is not a demo (SAUDAGAR_DEMO=0): its data stays its own.")
        at = now()
        # All or nothing, so that a start that is broken off in the middle begins anew the next time; and once, when two copies start.
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])
            if Business.objects.exists():
                raise CommandError("There are businesses already. Demo data goes into an empty installation only.")
            load_shipped(at=at)
            cast = people.prepare_all(at=at)
            for done in shops.open_shops(cast, at=at - timedelta(days=30)):
                self.stderr.write(f"  {done}") if options["verbosity"] > 1 else None
            for done in campaign.open_campaign(cast, at=at):
                self.stderr.write(f"  {done}") if options["verbosity"] > 1 else None
        (settings.VAR / "demo.json").write_text(json.dumps(sign_ins()))
        with sandbox():
            for done in story.live(cast, at=at):
                self.stderr.write(f"  {done}") if options["verbosity"] > 1 else None
        while outbox.deliver(HEARERS, at=now()):
            pass
        # Otherwise it comes in the night, and the first look finds nothing.
        readiness.work_out_all(at=now())


def sign_ins() -> list[dict[str, str]]:
    """What `./saudagar up` shows: who there is, and how each signs in."""
    return [
        {"role": person.role, "who": person.name, "login": person.email or person.phone, "password": people.PASSWORD}
        for person in people.CAST
    ]


@contextmanager
def sandbox() -> Iterator[None]:
    """The sandbox, for as long as the story is lived: the one that runs, or one started for it."""
    if _answers():
        yield
        return
    var = settings.VAR
    command = [sys.executable, "-m", "saudagar_sandbox", "--port", str(urlsplit(settings.SANDBOX_URL).port)]
    command += ["--data", str(var / "sandbox"), "--secrets", str(var / "secrets.json"), "--web", settings.BASE_URL]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not _answers():
            if process.poll() is not None or time.monotonic() > until:
                raise CommandError("The sandbox does not start, so nobody could pay or deliver. Try: python -m saudagar_sandbox")
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def _answers() -> bool:
    try:
        return httpx.get(f"{settings.SANDBOX_URL}/healthz", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
