"""./saudagar import products FILE --business HANDLE"""

import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from saudagar.catalogue.rules import digestion, headers, sheets
from saudagar.foundation.clock import now
from saudagar.foundation.ids import parse_business
from saudagar.foundation.refusals import LANGUAGES, Refusal
from saudagar.foundation.whole import whole
from saudagar.registry.models import Business
from saudagar.registry.queries import plant_names
from saudagar.rulebook.queries import known_hs_codes
from saudagar.stock import actions

WORDS = {
    "rejected": {"id": "Alasan ditolak", "en": "Reason", "zh-hans": "拒绝原因"},
}


class Command(BaseCommand):
    help = (
        "Takes in a product list (CSV or XLSX). Columns are recognised by their headers and contents; known SKUs are changed, "
        "others become drafts; nothing is deleted, so a list may be taken in again."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.prog = "./saudagar import products"
        parser.add_argument("file", type=Path)
        parser.add_argument("--business", required=True, metavar="HANDLE", help="whose goods these are, for example B7K2M…")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar='"HEADER=FIELD"',
            help='what a column means; "HEADER=" leaves it out. Fields: ' + ", ".join(headers.FIELDS),
        )
        parser.add_argument("--currency", default="IDR", help="what a price without a mark is in (IDR)")
        parser.add_argument("--rejected", type=Path, help="where rejected rows go (beside you: NAME.rejected.csv or .xlsx)")
        parser.add_argument("--language", choices=LANGUAGES, default="id", help="of the reasons (id)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        language = options["language"]
        started = time.monotonic()
        try:
            business_id = parse_business(options["business"])
            if not Business.objects.filter(id=business_id).exists():
                raise CommandError(f"There is no business {options['business']}.")
            sheet = sheets.read(file.read_bytes())
            chosen = dict(self._pair(text) for text in options["map"])
            guesses = headers.suggest(sheet.columns, sheet.rows, chosen)
            digest = digestion.digest(
                sheet.rows,
                guesses,
                first_row=sheet.first_row,
                currency=options["currency"],
                hs_known=known_hs_codes() or None,
                plants_known=plant_names(business_id),
            )
        except Refusal as refusal:
            raise CommandError(refusal.message(language)) from refusal
        self._show_mapping(guesses, sheet)
        if not options["dry_run"]:
            self._write(business_id, digest, file.name)
        self._reject(sheet, digest, options["rejected"] or Path(f"{file.stem}.rejected.{sheet.kind}"), language, dry_run=options["dry_run"])
        self.stdout.write(f"{len(sheet.rows):,} rows in {time.monotonic() - started:.1f} s.")

    def _pair(self, text: str) -> tuple[str, str]:
        header, mark, field = text.rpartition("=")
        if not mark:
            raise CommandError(f'Write --map "Header=field", not {text!r}.')
        return header, field.strip()

    def _show_mapping(self, guesses: list[headers.Guess], sheet: sheets.Sheet) -> None:
        self.stdout.write("Columns:")
        for guess in guesses:
            meaning = (
                f"→ {guess.field} ({guess.confidence} %)"
                if guess.field
                else "  left out"
                if guess.left_out
                else "  not understood, left out (use --map)"
            )
            self.stdout.write(f"  {guess.column[:32]:<32} {meaning:<24} {guess.sample[:48]}")
        doubtful = headers.contradictions(sheet.columns, sheet.rows)
        if doubtful:
            self.stdout.write(
                f"  Note: the numbers under {doubtful[0]} … {doubtful[-1]} run the other way than their headers say; they are left out."
            )

    def _write(self, business_id: UUID, digest: digestion.Digest, name: str) -> None:
        taken = actions.take_in_products(business_id, digest.products, by=None, at=now(), note=name, progress=self._progress)
        made = sum(variant.sku_is_made for product in digest.products for variant in product.variants)
        self.stdout.write(
            f"{taken.created:,} products made, {taken.changed:,} changed, {taken.unchanged:,} as they were; {digest.variants:,} variants, "
            f"{made:,} SKUs given, {len(taken.pieces):,} counts of stock."
        )
        for note, words in (
            ("title_from_address", "names taken from the address"),
            ("weight_from_title", "net weights taken from the name"),
        ):
            found = sum(note in product.notes for product in digest.products)
            if found:
                self.stdout.write(f"  {found:,} {words}: please look at them.")

    def _reject(self, sheet: sheets.Sheet, digest: digestion.Digest, target: Path, language: str, *, dry_run: bool) -> None:
        if not digest.rejected:
            return
        lines = [(each.row, each.cells, " ".join(reason.message(language) for reason in each.reasons)) for each in digest.rejected]
        for row, _cells, reason in lines[:5]:
            self.stdout.write(f"  row {row}: {reason}")
        if not dry_run:
            with whole(target) as fresh:
                fresh.write_bytes(sheets.rejected_rows(sheet, lines, WORDS["rejected"][language]))
        self.stdout.write(f"{len(lines):,} rows rejected" + ("." if dry_run else f": see {target}. Mend it and take it in as it is."))

    def _progress(self, done: int, every: int) -> None:
        if sys.stderr.isatty():
            filled = 30 * done // max(every, 1)
            self.stderr.write(f"\r[{'█' * filled}{'·' * (30 - filled)}] {done:,} / {every:,}" + ("\n" if done == every else ""), ending="")
            self.stderr.flush()
