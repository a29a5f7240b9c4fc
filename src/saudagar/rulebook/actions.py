"""Writes: bring a release into force, load the nomenclature."""

import csv
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from saudagar.audit.actions import note
from saudagar.rulebook import files, queries
from saudagar.rulebook.models import HsCode, HsCorrection, Pilot, Release
from saudagar.rulebook.rules.checking import ERROR, findings
from saudagar.rulebook.rules.reading import read
from saudagar.rulebook.rules.refusals import PilotsOverlap
from saudagar.rulebook.rules.switching import ReasonMissing, RulesHaveErrors, thrown


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


@transaction.atomic
def keep(texts: Mapping[str, str], *, at: datetime, by: UUID | None = None) -> Release:
    """Keep these texts as a release that is not in force, for a pilot. Raises Unreadable."""
    rulebook = read(texts)
    return Release.objects.get_or_create(
        version=rulebook.version,
        defaults={
            "sha256": rulebook.sha256,
            "title": rulebook.title,
            "texts": dict(texts),
            "is_shipped": False,
            "loaded_at": at,
            "loaded_by": by,
        },
    )[0]


@transaction.atomic
def begin_pilot(release: Release, *, provinces: Collection[str], markets: Collection[str], starts_at: datetime, ends_at: datetime) -> Pilot:
    """From a moment on this release is law for a cohort. Raises PilotsOverlap when another pilot has some of it in those days."""
    # One after the other: two that overlap must not both find nothing.
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE rulebook_pilot IN SHARE ROW EXCLUSIVE MODE")
    for other in Pilot.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at):
        if _meet(other.provinces, provinces) and _meet(other.markets, markets):
            raise PilotsOverlap(starts=other.starts_at.date().isoformat(), ends=other.ends_at.date().isoformat())
    made = Pilot.objects.create(release=release, provinces=sorted(provinces), markets=sorted(markets), starts_at=starts_at, ends_at=ends_at)
    transaction.on_commit(queries.forget)
    queries.forget()
    return made


def _meet(some: Collection[str], others: Collection[str]) -> bool:
    return not some or not others or not set(some).isdisjoint(others)


@transaction.atomic
def end_pilot(pilot_id: UUID, *, at: datetime) -> None:
    """From this moment the cohort has the law of everybody. Quotes given before keep their word."""
    pilot = Pilot.objects.select_for_update().get(id=pilot_id)
    if pilot.ends_at > at:
        pilot.ends_at = max(at, pilot.starts_at)
        pilot.save(update_fields=["ends_at"])
    transaction.on_commit(queries.forget)
    queries.forget()


def load_shipped(*, at: datetime) -> Release | None:
    """Bring the rulebook of this version of the project into force, unless an officer has loaded another. None when so."""
    current = Release.objects.filter(is_current=True).first()
    if current is not None and not current.is_shipped:
        return None
    return load(files.texts(), at=at, is_shipped=True)


@transaction.atomic
def throw_switch(name: str, *, on: bool, reason: str, by: UUID, at: datetime) -> Release:
    """Put an uncertain rule in force or out of it: a new release becomes current, and the trail says who did it and why.

    Refuses an unknown switch, one that stands that way already, a throw without a reason, and rules that would contradict each other.
    Orders of the past keep their release.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonMissing("reason")
    current = Release.objects.select_for_update().get(is_current=True)
    texts = thrown(current.texts, name, on=on)
    errors = [found for found in findings(read(texts), at.date()) if found.level == ERROR]
    if errors:
        raise RulesHaveErrors("state", findings="; ".join(f"{found.rule}: {found.words}" for found in errors[:5]))
    release = load(texts, at=at, by=by)
    note(
        "rulebook.switch_thrown",
        by=by,
        at=at,
        subject=release.version,
        facts={"switch": name, "state": "on" if on else "off", "before": current.version, "reason": reason[:500]},
    )
    return release


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
    transaction.on_commit(queries.forget_hs)
    queries.forget_hs()
    return len(codes)


def nomenclature_rows(path: str) -> Iterable[Mapping[str, str]]:
    """Rows of a CSV with the columns section, hscode, description: the shape of UN Comtrade's HS 2022."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = {"section", "hscode", "description"} - set(reader.fieldnames or ())
        if lacking:
            raise ValueError(f"{path} lacks the columns {', '.join(sorted(lacking))}")
        yield from reader


def learn_hs(texts: Iterable[str], hs: str, *, by: UUID | None, at: datetime) -> None:
    """Keep an officer's word: goods with these titles have this subheading. A later word replaces an earlier one.

    Belongs to the caller's transaction.
    """
    for text in dict.fromkeys(each.strip()[:300] for each in texts):
        if text:
            HsCorrection.objects.update_or_create(text=text, defaults={"hs": hs[:6], "by": by, "at": at})
    transaction.on_commit(queries.forget_hs)
