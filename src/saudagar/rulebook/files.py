"""The rulebook that ships with the project, and folders an officer keeps: names and texts of their files."""

import csv
from functools import cache
from pathlib import Path

from saudagar.rulebook.rules.hs_lexicon import Lexicon, lexicon

SHIPPED = Path(__file__).parent / "data"
HS_HELP = Path(__file__).parent / "hs_help"  # lists for finding HS codes: no rules, so no part of a release


def texts(folder: Path = SHIPPED) -> dict[str, str]:
    """Every TOML and CSV file below the folder, by its name relative to it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".toml", ".csv")
    }


@cache
def hs_lexicon() -> Lexicon:
    """The lists of `hs_help/`."""
    return lexicon(*(rows(HS_HELP / f"{name}.csv") for name in ("goods", "facts", "decisions", "notes", "gloss", "words", "calibration")))


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file whose first line names its columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
