"""The sale of a rehearsal, prepared in its copy of the data; prints what can be bought as JSON."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from saudagar.foundation.clock import now
from saudagar.site.rehearsal import staging
from saudagar.site.rehearsal.script import Options


class Command(BaseCommand):
    help = "Prepares the sale of a rehearsal: only for its throw-away copy of the data. `./saudagar rehearse` calls it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("options", help="what to prepare, JSON")

    def handle(self, *, options: str, **_: Any) -> None:
        try:
            with transaction.atomic():
                sale = staging.staged(Options(**json.loads(options)), at=now())
        except staging.NothingToRehearse as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(asdict(sale), default=str))
