"""Writes: bring a release into force, load the nomenclature."""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from saudagar.audit.actions import note
from saudagar.rulebook import files, queries
from saudagar.rulebook.models import HsCode, HsCorrection, Pilot, Release
from saudagar.rulebook.rules.checking import ERROR, Finding, findings
from saudagar.rulebook.rules.reading import read
from saudagar.rulebook.rules.refusals import PilotsOverlap
from saudagar.rulebook.rules.switching import Carried, ReasonMissing, RulesHaveErrors, carried_over, positions, thrown, with_positions


@transaction.atomic
def load(texts: Mapping[str, str], *, at: datetime, is_shipped: bool = False, by: UUID | None = None, base: str = "") -> Release:
    """Keep these texts as a release and make it current. Raises Unreadable, with nothing changed, when they are no rulebook.

    Loading what is known already makes it current again and changes nothing else. base: the shipped release they were made from; that of
    the release in force when left out.
    """
    rulebook = read(texts)
    base = rulebook.version if is_shipped else base or _base_now()
    Release.objects.select_for_update().filter(is_current=True).exclude(version=rulebook.version).update(is_current=False)
    release, _ = Release.objects.update_or_create(
        version=rulebook.version,
        defaults={"is_current": True, "base": base} | ({"is_shipped": True} if is_shipped else {}),
        create_defaults={
            "sha256": rulebook.sha256,
            "title": rulebook.title,
            "texts": dict(texts),
            "is_shipped": is_shipped,
            "base": base,
            "is_current": True,
            "loaded_at": at,
            "loaded_by": by,
        },
    )
    transaction.on_commit(queries.forget)
    queries.forget()
    return release


def _base_now() -> str:
    return Release.objects.filter(is_current=True).values_list("base", flat=True).first() or ""


@transaction.atomic
def keep(texts: Mapping[str, str], *, at: datetime, by: UUID | None = None, is_shipped: bool = False) -> Release:
    """Keep these texts as a release that is not in force: for a pilot, or to be taken in later. Raises Unreadable."""
    rulebook = read(texts)
    release, is_new = Release.objects.get_or_create(
        version=rulebook.version,
        defaults={
            "sha256": rulebook.sha256,
            "title": rulebook.title,
            "texts": dict(texts),
            "is_shipped": is_shipped,
            "base": rulebook.version if is_shipped else _base_now(),
            "loaded_at": at,
            "loaded_by": by,
        },
    )
    if is_shipped and not is_new and not release.is_shipped:  # an officer had loaded what comes with the project now
        release.is_shipped, release.base = True, release.version
        release.save(update_fields=["is_shipped", "base"])
    return release


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


@transaction.atomic
def load_shipped(*, at: datetime) -> Release | None:
    """Bring the rulebook of this version of the project into force. None when it stays as it is.

    Switches that officers threw are carried over. Where the law in force has other changes (a folder that was loaded, a schedule, a
    proposal that became law), and where the new rules would contradict each other with these positions, it stays, and the new rules wait
    for an officer: queries.waiting.
    """
    texts = files.texts()
    shipped = keep(texts, at=at, is_shipped=True)
    current = Release.objects.select_for_update().filter(is_current=True).first()
    if current is None or current.is_shipped:
        return load(texts, at=at, is_shipped=True)
    if current.base == shipped.version or not queries.is_only_switched(current):
        return None
    carried = carried_over(texts, current.texts)
    if errors_of(carried.texts, at):
        return None
    return _bring_in("rulebook.shipped_brought_in", carried, current, shipped, by=None, at=at)


@transaction.atomic
def take_shipped(*, at: datetime, by: UUID | None = None, thrown_here: Mapping[str, bool] | None = None) -> tuple[Release, Carried]:
    """Put the rules of this version of the project in force in place of those loaded here; switches keep their positions.

    thrown_here  switches to throw besides. Refuses rules that would contradict each other; raises Unreadable for a switch nobody knows
    """
    texts = files.texts()
    shipped = keep(texts, at=at, is_shipped=True)
    current = Release.objects.select_for_update().filter(is_current=True).first()
    carried = carried_over(texts, current.texts if current else {})
    together = with_positions(texts, {**carried.kept, **(thrown_here or {})})
    carried = replace(carried, texts=together, kept=positions(together))
    _refuse_errors(carried.texts, at)
    return _bring_in("rulebook.shipped_taken", carried, current, shipped, by=by, at=at), carried


def _bring_in(action: str, carried: Carried, before: Release | None, shipped: Release, *, by: UUID | None, at: datetime) -> Release:
    release = load(carried.texts, at=at, by=by, base=shipped.version)
    if before is not None and before.version != release.version:
        note(action, by=by, at=at, subject=release.version, facts={"before": before.version, **carried.facts()})
    return release


def errors_of(texts: Mapping[str, str], at: datetime) -> list[Finding]:
    """What contradicts itself in them, at that moment."""
    return [found for found in findings(read(texts), at.date()) if found.level == ERROR]


def _refuse_errors(texts: Mapping[str, str], at: datetime) -> None:
    errors = errors_of(texts, at)
    if errors:
        raise RulesHaveErrors("state", findings="; ".join(f"{found.rule}: {found.words}" for found in errors[:5]))


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
    _refuse_errors(texts, at)
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
