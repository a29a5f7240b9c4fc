"""Reads: the rulebook in force, and any past one. Each process reads a release once and keeps it."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock

from django.db import connection
from django.db.models.fields.json import KeyTextTransform

from saudagar.audit import queries as audit
from saudagar.foundation.clock import now
from saudagar.people import queries as people
from saudagar.rulebook import files
from saudagar.rulebook.models import HsCode, HsCorrection, Pilot, Release
from saudagar.rulebook.rules.differing import differences
from saudagar.rulebook.rules.hs_matching import Correction, Matcher, Suggestion, asked_text, said
from saudagar.rulebook.rules.hs_own import own_codes
from saudagar.rulebook.rules.model import Rulebook
from saudagar.rulebook.rules.piloting import Trial
from saudagar.rulebook.rules.reading import fingerprint, read, version_of
from saudagar.rulebook.rules.refusals import BadHsCode, NoNomenclature, UnknownRelease
from saudagar.rulebook.rules.resolving import checked
from saudagar.rulebook.rules.schedules import ids_in
from saudagar.rulebook.rules.switching import Carried, carried_over, positions, without_positions

LOOK_AGAIN_SECONDS = 5.0

_lock = Lock()
_current: tuple[float, str] | None = None  # when it was last asked, version
_trials: tuple[float, tuple[Trial, ...]] | None = None


def current_rulebook() -> Rulebook:
    """The release in force. Asks the database at most every five seconds; otherwise it costs nothing."""
    global _current
    known = _current
    if known is None or time.monotonic() - known[0] > LOOK_AGAIN_SECONDS:
        with _lock:
            version = Release.objects.filter(is_current=True).values_list("version", flat=True).first()
            if version is None:
                raise RuntimeError("No rulebook is loaded. Run: ./saudagar rules load")
            _current = known = (time.monotonic(), version)
    return rulebook_of(known[1])


def trials() -> tuple[Trial, ...]:
    """Pilots that run or are to come, the first one first. Asks the database at most every five seconds; usually there are none."""
    global _trials
    known = _trials
    if known is None or time.monotonic() - known[0] > LOOK_AGAIN_SECONDS:
        found = tuple(
            Trial(rulebook_of(row.release_id), frozenset(row.provinces), frozenset(row.markets), row.starts_at, row.ends_at)
            for row in pilots_after(now())
        )
        _trials = known = (time.monotonic(), found)
    return known[1]


def pilots_after(at: datetime) -> list[Pilot]:
    """Pilots that are not over at a moment."""
    return list(Pilot.objects.filter(ends_at__gt=at).order_by("starts_at", "id"))


@lru_cache(maxsize=8)
def rulebook_of(version: str) -> Rulebook:
    """The rulebook of one release, as it was. Refuses a version that was never loaded here."""
    texts = Release.objects.filter(version=version).values_list("texts", flat=True).first()
    if texts is None:
        raise UnknownRelease("release", version=version)
    rulebook = read(texts)
    if rulebook.version != version:
        raise RuntimeError(f"Release {version} was changed in the database: its texts now make {rulebook.version}.")
    return rulebook


def current_texts() -> dict[str, str]:
    """The files of the release in force, to make the next one from."""
    return dict(Release.objects.get(is_current=True).texts)


def tariff_ids(country: str) -> frozenset[str]:
    """Ids that the rows of a country's tariff have borne in any release: orders name them, so they name nothing else."""
    releases = Release.objects.annotate(tariff=KeyTextTransform(f"tariffs/{country}.csv", "texts")).filter(tariff__isnull=False)
    return frozenset().union(*(ids_in(text) for text in releases.order_by().values_list("tariff", flat=True).distinct()))


def forget() -> None:
    """Look again at once: after a load, and in tests."""
    global _current, _trials
    _current = _trials = None


def is_only_switched(release: Release) -> bool:
    """Whether it is a shipped rulebook with nothing changed but switches."""
    return Release.objects.filter(is_shipped=True, sha256=fingerprint(without_positions(release.texts))).exists()


def thrown_here() -> dict[str, bool]:
    """The switches of the release in force that were thrown here."""
    return positions(current_texts())


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rules that came with this version of the project and are not in force, for the law here was changed by hand."""

    release: Release  # of the shipped rules
    current: Release
    carried: Carried  # switches that would keep their position, and those that are no more
    changes: int  # rules that would say something else


def waiting() -> Waiting | None:
    """The shipped rules that wait for an officer; None where they are in force, with or without switches thrown here."""
    current = Release.objects.get(is_current=True)
    if current.is_shipped:
        return None
    texts = files.texts()
    release = Release.objects.filter(version=version_of(texts)).first()
    if release is None or release.version == current.base:
        return None
    carried = carried_over(texts, current.texts)
    return Waiting(release, current, carried, len(differences(rulebook_of(current.version), read(carried.texts))))


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """A shipped rulebook that was put in place of another: what became of the switches thrown here."""

    release: str
    before: str
    kept: Mapping[str, str]  # switch → on | off
    same: Sequence[str]  # stand that way by themselves now
    gone: Sequence[str]
    by: str
    at: datetime


def brought_in(most: int = 5) -> list[BroughtIn]:
    """The latest times that rules of a new version came into force, the newest first."""
    entries = audit.search(action="rulebook.shipped_")[0][:most]
    names = people.names(entry.by for entry in entries if entry.by)
    return [
        BroughtIn(
            entry.subject,
            entry.facts.get("before", ""),
            entry.facts.get("kept", {}),
            entry.facts.get("same", []),
            entry.facts.get("gone", []),
            names.get(entry.by, "–") if entry.by else "",
            entry.at,
        )
        for entry in entries
    ]


def releases() -> list[Release]:
    """All releases without their texts, the latest first."""
    return list(Release.objects.defer("texts").order_by("-loaded_at"))


def release(version: str) -> Release:
    """One release without its texts. Refuses a version that was never loaded here."""
    found = Release.objects.defer("texts").filter(version=version).first()
    if found is None:
        raise UnknownRelease("release", version=version)
    return found


@dataclass(frozen=True, slots=True)
class Throw:
    """A switch that was thrown: what the trail keeps of it."""

    switch: str
    state: str  # on | off
    reason: str
    by: str
    at: datetime
    release: str
    before: str


def throws(most: int = 20) -> list[Throw]:
    """The latest throws of switches, the newest first."""
    entries = audit.search(action="rulebook.switch_thrown")[0][:most]
    names = people.names(entry.by for entry in entries if entry.by)
    return [
        Throw(
            entry.facts.get("switch", ""),
            entry.facts.get("state", ""),
            entry.facts.get("reason", ""),
            names.get(entry.by, "–") if entry.by else "–",
            entry.at,
            entry.subject,
            entry.facts.get("before", ""),
        )
        for entry in entries
    ]


def hs_descriptions(hs: str) -> dict[str, str]:
    """Chapter, heading and subheading of a code, as far as the nomenclature is loaded."""
    return dict(HsCode.objects.filter(code__in=[hs[:2], hs[:4], hs[:6]]).order_by("code").values_list("code", "description"))


def check_hs_codes(codes: Iterable[str]) -> None:
    """Refuses a code whose six-digit subheading the nomenclature does not have; says nothing where none is loaded. One statement."""
    asked = {code[:6]: code for code in codes}
    known = set(HsCode.objects.filter(code__in=asked).values_list("code", flat=True))
    for subheading, code in asked.items():
        if subheading not in known and has_nomenclature():
            raise BadHsCode("hs", hs=checked(code), unknown="code")


def known_hs_codes() -> frozenset[str]:
    """Every code of the nomenclature; empty when it is not loaded."""
    return frozenset(HsCode.objects.values_list("code", flat=True))


_matcher: tuple[float, tuple[int, ...], Matcher] | None = None  # when it was last asked, what it was made of, the matcher
_matcher_lock = Lock()


def hs_matcher() -> Matcher:
    """What finds HS codes for a title. Built once per process; every five seconds it looks whether codes or corrections changed.

    Where no nomenclature is loaded it knows the codes of our own lists only: everyday goods. See has_nomenclature.
    """
    global _matcher
    known = _matcher
    if known is None or time.monotonic() - known[0] > LOOK_AGAIN_SECONDS:
        with _matcher_lock:
            known = _matcher
            made_of = _hs_made_of()
            if known is None or known[1] != made_of:
                nomenclature = dict(HsCode.objects.values_list("code", "description")) or own_codes(files.hs_lexicon())
                corrections = [Correction(text, hs) for text, hs in HsCorrection.objects.order_by("at").values_list("text", "hs")]
                known = (0.0, made_of, Matcher(files.hs_lexicon(), nomenclature, corrections))
            _matcher = known = (time.monotonic(), made_of, known[2])
    return known[2]


def has_nomenclature() -> bool:
    """Whether the HS nomenclature is loaded. Without it suggestions come from our own lists, and codes are not checked against it."""
    return HsCode.objects.exists()


def hs_matcher_without_corrections() -> Matcher:
    """The lists and the nomenclature alone, to be measured. Raises NoNomenclature."""
    nomenclature = dict(HsCode.objects.values_list("code", "description"))
    if not nomenclature:
        raise NoNomenclature
    return Matcher(files.hs_lexicon(), nomenclature)


def _hs_made_of() -> tuple[int, ...]:
    """What changes when the nomenclature is loaded anew or an officer corrects: rows and the newest transaction of both tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(max(xmin::text::bigint), 0),"
            " (SELECT count(*) FROM rulebook_hscorrection), (SELECT coalesce(max(xmin::text::bigint), 0) FROM rulebook_hscorrection)"
            " FROM rulebook_hscode"
        )
        return tuple(cursor.fetchone())


def forget_hs() -> None:
    """Look again at once: after codes are loaded or a correction is kept, and in tests."""
    global _matcher
    _matcher = None


def hs_suggestions(text: str, *, limit: int = 5) -> list[Suggestion]:
    """The likeliest HS subheadings for a title, best first. Raises EmptyHsText, HsTextTooLong."""
    return hs_matcher().suggest(asked_text(text), limit)


def hs_reasons(suggestion: Suggestion, language: str) -> list[str]:
    """Why, as sentences in id, en or zh-hans."""
    return [said(reason, files.hs_lexicon().notes, language) for reason in suggestion.reasons]
