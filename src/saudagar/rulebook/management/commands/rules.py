"""./saudagar rules check | load | show | diff | list | cost | hs-score"""

import csv
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, ProgrammingError

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.foundation.typed import day, unreadable
from saudagar.foundation.whole import whole
from saudagar.rulebook import actions, files, queries
from saudagar.rulebook.batch import COLUMNS, NEEDED, NotAFile, work_out
from saudagar.rulebook.explaining import explained
from saudagar.rulebook.models import Release
from saudagar.rulebook.rules.checking import ERROR, SOON, Dated, by_certainty, coming, findings, passed
from saudagar.rulebook.rules.coverage import coverage, goods_of
from saudagar.rulebook.rules.differing import WHATS, differences
from saudagar.rulebook.rules.hs_score import calibration, scored
from saudagar.rulebook.rules.model import CERTAINTIES, Rulebook
from saudagar.rulebook.rules.reading import Unreadable, read, version_of
from saudagar.rulebook.rules.schedules import Rejected, Schedule, read_schedule, taken_in
from saudagar.rulebook.rules.switching import Carried, carried_over, positions, with_positions
from saudagar.rulebook.wording import hs_shown

UNWRITTEN = "Nothing was written."
SOME_REFUSED = 3  # exit status of `rules cost`: the file is written, and some of its parcels were refused


class Command(BaseCommand):
    help = "The rulebook: check files, bring them into force, show what applies to goods."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.prog = "./saudagar rules"
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="say what is wrong or doubtful in the release in force, or in a folder of rules")
        check.add_argument("folder", nargs="?", type=Path, help="a folder of rules; the release in force when left out")
        check.add_argument("--shipped", action="store_true", help="the rules that came with this version, in force or not")
        check.add_argument("--on", type=day, help="the day to check for, 2026-11-21; default today")
        load = verbs.add_parser("load", help="keep a folder of rules as a release and make it current")
        load.add_argument("folder", nargs="?", type=Path)
        load.add_argument("--switch", action="append", default=[], metavar="NAME=on|off", help="throw a switch in this release")
        load.add_argument("--hs", type=Path, metavar="CSV", help="load the HS nomenclature (section, hscode, description) as well")
        load.add_argument("--hs-only", type=Path, metavar="CSV", help="load the HS nomenclature and leave the rules alone")
        load.add_argument(
            "--tariff",
            nargs=2,
            metavar=("XX", "CSV"),
            help="take in the official schedule of country XX (code, rate, …)",
        )
        load.add_argument("--source", default="", help="with --tariff: what the schedule is called; every row names it")
        load.add_argument("--replaces", default="", help="with --tariff: end duty rows whose source begins so; default all")
        load.add_argument("--from", dest="valid_from", type=day, help="with --tariff: the first day it holds; default today")
        load.add_argument("--origin", default="", help="with --tariff: country of origin, for a preferential schedule")
        load.add_argument("--agreement", default="", help="with --tariff: the agreement, with --origin and --proof")
        load.add_argument("--proof", default="", help="with --tariff: the paper that gives the rate: form_e …")
        load.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="NAME=COLUMN",
            help="with --tariff: the file's column for hs, rate, vat, goods or unit (what a bare number is per: par 100 kg brut)",
        )
        show = verbs.add_parser("show", help="print what applies to goods in a destination, and why: show CN 090121 --on 2026-11-21")
        show.add_argument("destination")
        show.add_argument("hs")
        show.add_argument("--on", type=day)
        show.add_argument("--origin", default="ID")
        show.add_argument("--region", default="", help="province or state, where tax depends on it")
        show.add_argument("--release", help="a past release; default the current one")
        show.add_argument("--language", choices=["id", "en", "zh-hans"], default="en")
        diff = verbs.add_parser("diff", help="print what changed from one release, or folder of rules, to another")
        diff.add_argument("former", help="a release, or a folder")
        diff.add_argument("later", help="a release, or a folder")
        diff.add_argument("--language", choices=["id", "en", "zh-hans"], default="en")
        verbs.add_parser("list", help="the releases known here")
        covered = verbs.add_parser("coverage", help="how many goods each destination answers for, and how sure its rules are")
        covered.add_argument("folder", nargs="?", type=Path)
        covered.add_argument("--on", type=day, help="the day, 2026-11-21; default today")
        covered.add_argument("--missing", action="store_true", help="print the goods for which no rate of duty is known, and no table")
        score = verbs.add_parser(
            "hs-score", help="how often the right HS code comes first for labelled titles (title, language, hs, perhaps also)"
        )
        score.add_argument("titles", type=Path, nargs="+", metavar="CSV")
        score.add_argument(
            "--calibrate", action="store_true", help="print the rows of calibration.csv that these titles give, and no scores"
        )
        score.add_argument("--misses", action="store_true", help="print the titles whose first suggestion is wrong")
        cost = verbs.add_parser("cost", help="landed costs of many parcels: CSV in, CSV out")
        cost.add_argument("source", type=Path, metavar="IN.csv")
        cost.add_argument("target", type=Path, metavar="OUT.csv")
        cost.add_argument("--release", help="a past release; default the current one")
        cost.add_argument("--folder", type=Path, help="a folder of rules instead of a release")
        cost.add_argument("--language", choices=["id", "en", "zh-hans"], default="en", help="of the refusals")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "check": self.check_folder,
            "load": self.load,
            "show": self.show,
            "diff": self.diff,
            "coverage": self.coverage,
            "list": self.list,
            "hs-score": self.hs_score,
            "cost": self.cost,
        }
        try:
            verbs[verb](**options)
        except Refusal as refusal:
            raise CommandError(refusal.message(options.get("language") or "en")) from refusal
        except ProgrammingError as error:
            raise CommandError("The database has no tables yet. Run ./saudagar up once, or ./saudagar manage migrate.") from error

    def check_folder(self, folder: Path | None, shipped: bool, on: date | None, **_: Any) -> None:
        rulebook, which = self._asked_for(folder, is_shipped=shipped)
        try:
            nomenclature = queries.known_hs_codes()
        except Error:  # files can be checked before there is a database
            nomenclature = frozenset()
        found = findings(rulebook, on or now().date(), nomenclature)
        for finding in found:
            style = {"error": self.style.ERROR, "warning": self.style.WARNING}.get(finding.level, str)
            self.stdout.write(f"{style(finding.level):8} {finding.rule}: {finding.words}")
        today = on or now().date()
        self._say_days(f"Changes in the next {SOON.days} days:", coming(rulebook, today))
        self._say_days("Days that have passed, to be looked at:", passed(rulebook, today))
        counts = ", ".join(f"{count} {mark} ({CERTAINTIES[mark]})" for mark, count in by_certainty(rulebook).items())
        self.stdout.write(f"\n{which} {rulebook.version}: {', '.join(rulebook.destinations)}. Rules: {counts}.")
        if folder is None:
            self._say_standing()
        if any(finding.level == ERROR for finding in found):
            raise CommandError("The rulebook has errors.")
        self.stdout.write(self.style.SUCCESS("No errors."))

    def _asked_for(self, folder: Path | None, *, is_shipped: bool) -> tuple[Rulebook, str]:
        """What is to be checked, and what it is called: a folder, the shipped rules, or the release in force where there is one."""
        if folder is not None:
            return self._read(_texts(folder)), f"Folder {folder}, release"
        if not is_shipped:
            try:
                return queries.current_rulebook(), "The release in force,"
            except (Error, RuntimeError):  # there is no database yet, or no release in it
                pass
        return self._read(_texts(None)), "The shipped rules, release"

    def coverage(self, folder: Path | None, on: date | None, *, missing: bool = False, **_: Any) -> None:
        rulebook = self._read(_texts(folder))
        if missing:
            for each in coverage(rulebook, on or now().date(), goods_of(rulebook)):
                if each.without_duty:
                    self.stdout.write(f"{each.destination} {each.mode}: {' '.join(map(hs_shown, each.without_duty))}")
            return
        self.stdout.write("| place | way in | goods | duty | tax | preference | allowed | when | not | small | V / S / G / U | set aside |")
        self.stdout.write("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|")
        for each in coverage(rulebook, on or now().date(), goods_of(rulebook)):
            sure = " / ".join(str(each.rules[mark]) for mark in CERTAINTIES)
            rates = (each.goods, each.with_duty, each.with_tax, each.with_preference)
            sold = (each.allowed, each.allowed_when, each.not_allowed, each.only_small)
            self.stdout.write(f"| {each.destination} | {each.mode} | {' | '.join(map(str, rates + sold))} | {sure} | {each.idle} |")

    def load(self, folder: Path | None, switch: list[str], hs: Path | None, hs_only: Path | None, **options: Any) -> None:
        if options.get("tariff"):
            return self._load_tariff(**options)
        if hs or hs_only:
            try:
                number = actions.load_nomenclature(actions.nomenclature_rows(str(hs or hs_only)))
            except (OSError, ValueError) as error:
                raise CommandError(unreadable(error)) from error
            self.stdout.write(f"{number:,} HS codes loaded.")
        if hs_only:
            return
        wanted = _switched(switch)
        if folder is None:
            return self._take_shipped(wanted)
        texts = _texts(folder)
        texts = with_positions(texts, positions(texts) | wanted)
        rulebook = self._read(texts)
        errors = [finding for finding in findings(rulebook, now().date()) if finding.level == ERROR]
        if errors:
            raise CommandError("\n".join(f"{finding.rule}: {finding.words}" for finding in errors))
        # An officer's folder is a copy of the rules that came with this version.
        release = actions.load(texts, at=now(), base=version_of(_texts(None)))
        self.stdout.write(self.style.SUCCESS(f"Release {release.version} is in force: {release.title}."))

    def _take_shipped(self, wanted: Mapping[str, bool]) -> None:
        """The rules of this version, in place of whatever was loaded here; switches keep their positions."""
        try:
            release, carried = actions.take_shipped(at=now(), thrown_here=wanted)
        except Unreadable as unreadable:
            raise CommandError("\n".join(unreadable.faults)) from unreadable
        except Refusal as refusal:
            raise CommandError(refusal.message("en")) from refusal
        self._say_carried(carried)
        self.stdout.write(self.style.SUCCESS(f"Release {release.version} is in force: {release.title}."))

    def _say_days(self, title: str, days: Sequence[Dated]) -> None:
        if days:
            self.stdout.write(f"\n{title}")
        for each in days:
            off = " (its switch is off)" if each.is_off and each.what != "decide" else ""
            self.stdout.write(f"{each.day} {each.what:7} {each.place} {each.rule}: {each.words}{off}")

    def _say_carried(self, carried: Carried) -> None:
        if carried.kept:
            self.stdout.write(f"Switches thrown here keep their position: {carried.positions}.")
        if carried.same:
            self.stdout.write(f"Thrown here, and now so by themselves: {', '.join(carried.same)}.")
        if carried.gone:
            self.stdout.write(self.style.WARNING(f"Thrown here, and no longer there: {', '.join(carried.gone)}."))

    def _say_standing(self) -> None:
        """How the rules in force here stand to those of this version. Nothing where there is no database yet."""
        try:
            current, texts = Release.objects.filter(is_current=True).first(), files.texts()
            if current is None:
                return
            waiting = queries.waiting()
        except Error:
            return
        self.stdout.write(f"In force here: {current.version}.")
        self._say_carried(carried_over(texts, current.texts))
        if waiting:
            self.stdout.write(
                self.style.WARNING(
                    f"The rules of this version, {waiting.release.version}, wait: the law here was changed by hand. "
                    f"{waiting.changes} rules would change: ./saudagar rules diff {current.version} {waiting.release.version}. "
                    "Take them in: ./saudagar rules load"
                )
            )

    def show(
        self, destination: str, hs: str, on: date | None, origin: str, region: str, release: str | None, language: str, **_: Any
    ) -> None:
        digits = hs.replace(".", "").replace(" ", "")
        try:
            rulebook = queries.rulebook_of(release) if release else queries.current_rulebook()
            queries.check_hs_codes([digits])
            today = now().date()
            lines = explained(
                rulebook,
                destination.upper(),
                digits,
                origin.upper(),
                on or today,
                language,
                queries.hs_descriptions(digits),
                region.upper(),
                today=today,
            )
        except Refusal as refusal:
            raise CommandError(refusal.message(language)) from refusal
        self.stdout.write("\n".join(lines))

    def diff(self, former: str, later: str, language: str, **_: Any) -> None:
        try:
            old, new = (self._read(_texts(Path(each))) if Path(each).is_dir() else queries.rulebook_of(each) for each in (former, later))
        except Refusal as refusal:
            raise CommandError(refusal.message(language)) from refusal
        changes = differences(old, new)
        for change in changes:
            title = change.title(language)
            self.stdout.write(
                f"{WHATS[change.what][language]} {change.place} {change.kind_label(language)} {change.rule}  {title}".rstrip()
            )
            for sentence in change.sentences(language):
                self.stdout.write(f"    {sentence}")
        self.stdout.write(f"{old.version} → {new.version}: {len(changes)} differences.")

    def cost(self, source: Path, target: Path, release: str | None, folder: Path | None, language: str, **_: Any) -> None:
        if source.resolve() == target.resolve():
            raise CommandError("IN.csv and OUT.csv are the same file.")
        try:
            rulebook = self._read(_texts(folder)) if folder else queries.rulebook_of(release) if release else queries.current_rulebook()
            codes = queries.known_hs_codes()
            with (
                source.open(encoding="utf-8-sig", newline="") as read_from,
                whole(target) as fresh,
                fresh.open("w", encoding="utf-8", newline="") as written_to,
            ):
                report = work_out(read_from, written_to, rulebook, today=now().date(), language=language, nomenclature=codes)
        except Refusal as refusal:
            raise CommandError(refusal.message(language)) from refusal
        except NotAFile as fault:
            raise CommandError(f"{source}: {fault}. Columns: {', '.join(COLUMNS)}; needed: {', '.join(NEEDED)}. {UNWRITTEN}") from fault
        except csv.Error as error:
            raise CommandError(f"{source}: {error}. {UNWRITTEN}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{unreadable(error)} {UNWRITTEN}") from error
        for number, parcel, words in report.problems:
            self.stderr.write(f"line {number}: {parcel}: {words}")
        for words in report.cautions:
            self.stderr.write(self.style.WARNING(words))
        done = report.parcels - len(report.problems)
        said = f"{done:,} parcels worked out with {rulebook.version}, {len(report.problems):,} refused."
        if report.problems:
            raise CommandError(said, returncode=SOME_REFUSED)
        self.stdout.write(self.style.SUCCESS(said))

    def list(self, **_: Any) -> None:
        for release in queries.releases():
            mark = "→" if release.is_current else " "
            origin = "shipped" if release.is_shipped else "loaded here"
            self.stdout.write(f"{mark} {release.version}  {release.loaded_at:%Y-%m-%d %H:%M}  {origin}  {release.title}")

    def _load_tariff(
        self,
        tariff: Sequence[str],
        source: str,
        replaces: str,
        valid_from: date | None,
        origin: str,
        agreement: str,
        proof: str,
        column: Sequence[str],
        **_: Any,
    ) -> None:
        country, path = tariff[0].upper(), Path(tariff[1])
        if not source:
            raise CommandError("Say with --source what the schedule is called: every rate names where it comes from.")
        if bool(agreement) != bool(origin and proof):
            raise CommandError("A preferential schedule needs --agreement, --origin and --proof together.")
        schedule = Schedule(country, source, valid_from or now().date(), origin.upper(), agreement, proof)
        columns = dict(each.split("=", 1) for each in column if "=" in each)
        try:
            rows, rejected = read_schedule(path.read_text(encoding="utf-8-sig"), schedule, columns)
            current, used = queries.current_texts(), queries.tariff_ids(country)
            taken = taken_in(current, rows, schedule, replaces, used)
            wrong = {each.rule: each.words for each in findings(self._read(taken.texts), now().date()) if each.level == ERROR}
            if wrong:
                # A rate that the rulebook cannot use yet, for want of a VAT rate, is no reason to refuse the others.
                said = {(row["kind"], row["hs"]): wrong[row["id"]] for row in taken.begun if row["id"] in wrong}
                rejected += [Rejected(0, row, said[row["kind"], row["hs"]]) for row in rows if (row["kind"], row["hs"]) in said]
                rows = [row for row in rows if (row["kind"], row["hs"]) not in said]
                taken = taken_in(current, rows, schedule, replaces, used)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(unreadable(error)) from error
        except Refusal as refusal:
            raise CommandError(refusal.message("en")) from refusal
        if rejected:
            kept = path.with_name(f"{path.stem}.rejected.csv")
            with whole(kept) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(["line", "reason", "row"])
                writer.writerows([each.line or "", each.reason, " | ".join(filter(None, each.row.values()))] for each in rejected)
            self.stdout.write(self.style.WARNING(f"{len(rejected):,} rows rejected, with reasons: {kept}"))
        if not rows:
            raise CommandError("No row of the schedule could be read; nothing was changed.")
        if wrong:
            errors = [finding for finding in findings(self._read(taken.texts), now().date()) if finding.level == ERROR]
            if errors:
                raise CommandError("\n".join(f"{finding.rule}: {finding.words}" for finding in errors[:20]))
        if taken.texts == current:
            self.stdout.write(self.style.SUCCESS(f"Nothing changed: all {len(rows):,} rows of {country} are in force already."))
            return
        release = actions.load(taken.texts, at=now())
        if taken.made:
            upper = sum(row["certainty"] == "U" for row in taken.made)
            self.stdout.write(
                f"{len(taken.made):,} subheadings of six digits made from their lines; {upper:,} of them differ and give the upper end."
            )
        if taken.without:
            shown = ", ".join(taken.without[:8]) + (" …" if len(taken.without) > 8 else "")
            self.stdout.write(
                self.style.WARNING(f"{len(taken.without):,} subheadings have lines that differ: no rate for goods with six digits: {shown}")
            )
        self.stdout.write(
            self.style.SUCCESS(
                f"Release {release.version} is in force: {len(rows):,} rows of {country} taken in, {taken.ended:,} replaced, "
                f"{taken.unchanged:,} as they were."
            )
        )

    def hs_score(self, titles: Sequence[Path], misses: bool, calibrate: bool, **_: Any) -> None:
        """Scores against the nomenclature that is loaded, without what officers corrected: corrections would flatter it."""
        matcher = queries.hs_matcher_without_corrections()
        if calibrate:
            rows = [row for path in titles for row in files.rows(path)]
            for share, right in calibration(matcher.lexicon, matcher.nomenclature, rows):
                self.stdout.write(f"{share},{right}")
            return
        for path in titles:
            try:
                rows = files.rows(path)
            except (OSError, ValueError) as error:
                raise CommandError(unreadable(error)) from error
            began = time.perf_counter()
            scores, missed = scored(matcher, rows)
            each = (time.perf_counter() - began) * 1000 / max(len(rows), 1)
            self.stdout.write(f"{path.name}: {each:.2f} ms a title")
            for group, score in scores.items():
                self.stdout.write(f"  {group:6} {score}")
            for title, hs, found in missed if misses else ():
                self.stdout.write(f"    {hs} {title} → {', '.join(found)}")

    def _read(self, texts: dict[str, str]) -> Rulebook:
        try:
            return read(texts)
        except Unreadable as unreadable:
            raise CommandError("\n".join(["This is not a rulebook yet:", *unreadable.faults])) from unreadable


def _texts(folder: Path | None) -> dict[str, str]:
    if folder is not None and not (folder / "release.toml").is_file():
        raise CommandError(f"{folder} holds no release.toml: it is not a rulebook folder. Copy {files.SHIPPED} to begin one.")
    return files.texts(folder or files.SHIPPED)


def _switched(wanted: list[str]) -> dict[str, bool]:
    found = {}
    for text in wanted:
        name, _, state = text.partition("=")
        if state not in ("on", "off"):
            raise CommandError(f"--switch {text}: say NAME=on or NAME=off")
        found[name] = state == "on"
    return found
