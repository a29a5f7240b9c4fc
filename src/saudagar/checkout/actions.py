"""Placing: the one write path. Pages and tests call `place_batch` through Django's connection; the collector runs the same statement."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from saudagar.checkout import batch as batches
from saudagar.checkout.batch import Placing
from saudagar.checkout.rules.placing import Verdict
from saudagar.foundation.sql import statement


@transaction.atomic
def place_batch(batch: Sequence[Placing], *, at: datetime) -> list[Verdict]:
    """Places purchases in the order given, each whole or not at all, in one statement. A batch holds each quote once."""
    with connection.cursor() as cursor:
        cursor.execute(statement("saudagar.checkout", "place_batch"), batches.columns(batch, at))
        return batches.verdicts(batch, cursor.fetchall())
