"""Writes: bring a release into force, load the nomenclature."""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from saudagar.rulebook import files, queries
from saudagar.rulebook.models import HsCode, Release
from saudagar.rulebook.rules.reading import read


@transaction.atomic
def load(texts: Mapping[str, str], *, at: datetime, is_shipped: bool = False, by: UUID | None = None) -> Release:
    """Keep these texts as a release and make it current. Raises Unreadable, with nothing changed, when they are no rulebook.

    Loading what is known already makes it current again and changes nothing else.
    """
    rulebook = read(texts)
    Release.objects.select_for_update().filter(is_current=True).exclude(version=rulebook.version).update(is_current=False)
    release, _ = Release.objects.update_or_create(
        version=rulebook.version,
        defaults={"is_current": True},
        create_defaults={
            "sha256": rulebook.sha256,
            "title": rulebook.title,
            "texts": dict(texts),
            "is_shipped": is_shipped,
            "is_current": True,
            "loaded_at": at,
            "loaded_by": by,
        },
    )
    transaction.on_commit(queries.forget)
    queries.forget()
    return release


def load_shipped(*, at: datetime) -> Release | None:
    """Bring the rulebook of this version of the project into force, unless an officer has loaded another. None when so."""
    current = Release.objects.filter(is_current=True).first()
    if current is not None and not current.is_shipped:
        return None
    return load(files.texts(), at=at, is_shipped=True)


@transaction.atomic
def load_nomenclature(rows: Iterable[Mapping[str, str]]) -> int:
    """Replace the nomenclature by these rows (section, hscode, description). Returns how many codes there are."""
    codes = {
        row["hscode"]: HsCode(code=row["hscode"], section=row["section"], description=row["description"])
        for row in rows
        if row["hscode"].isdigit() and len(row["hscode"]) in (2, 4, 6)
    }
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rulebook_hscode")
    HsCode.objects.bulk_create(codes.values(), batch_size=2000)
    return len(codes)


def nomenclature_rows(path: str) -> Iterable[Mapping[str, str]]:
    """Rows of a CSV with the columns section, hscode, description: the shape of UN Comtrade's HS 2022."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = {"section", "hscode", "description"} - set(reader.fieldnames or ())
        if lacking:
            raise ValueError(f"{path} lacks the columns {', '.join(sorted(lacking))}")
        yield from reader
