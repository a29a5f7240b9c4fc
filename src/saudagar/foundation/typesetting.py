"""Printed papers: a Typst template and plain data become a PDF, with the fonts that ship with the project.

The template reads its data with `#let facts = json(bytes(sys.inputs.facts))`, and may set its text in `facts.fonts`: `families(country)`.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

FONTS = Path(__file__).parent / "fonts"
CHINESE, TRADITIONAL, JAPANESE, KOREAN, LATIN = "Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans"
THAI, ARABIC = "Noto Sans Thai", "Noto Sans Arabic"

# Which font comes first where something is read. The same character is drawn otherwise in Tokyo, Taipei and Shanghai; the Chinese font's
# Latin lacks letters of these countries, and half a word in another font is ugly.
FIRST = {
    "JP": JAPANESE,
    "KR": KOREAN,
    **dict.fromkeys(("TW", "HK", "MO"), TRADITIONAL),
    **dict.fromkeys(("VN", "TR", "PL", "CZ", "SK", "HU", "RO", "HR", "SI", "LT", "LV", "EE", "MT", "GR", "CY", "BG"), LATIN),
}

log = logging.getLogger(__name__)


def typeset(template: str, facts: Mapping[str, Any], *, at: datetime | None = None) -> bytes:
    """The PDF of a template (Typst source) filled with facts. The same facts and moment give the same bytes."""
    return _compiled(template, facts, "pdf", at, None)


def pictures(template: str, facts: Mapping[str, Any], *, dots_per_inch: float = 110) -> list[bytes]:
    """The same as PNG, one for each page: for previews and tests."""
    made = _compiled(template, facts, "png", None, dots_per_inch)
    return made if isinstance(made, list) else [made]


def families(country: str = "") -> list[str]:
    """The shipped fonts in the order in which they are to be tried for a paper that is read there.

    >>> families("JP")[:2], families()[0]
    (['Noto Sans CJK JP', 'Noto Sans CJK SC'], 'Noto Sans CJK SC')
    """
    usual = (CHINESE, LATIN, TRADITIONAL, JAPANESE, KOREAN, THAI, ARABIC)
    return list(dict.fromkeys((FIRST.get(country, CHINESE), *usual)))


def uncovered(text: str) -> list[str]:
    """Characters the shipped fonts lack, in order of appearance."""
    return list(dict.fromkeys(letter for letter in text if letter > "~" and letter not in _covered()))


@cache
def _covered() -> frozenset[str]:
    return frozenset((FONTS / "covered.txt").read_text(encoding="utf-8").replace("\n", ""))


def _compiled(
    template: str, facts: Mapping[str, Any], form: Literal["pdf", "png"], at: datetime | None, dots_per_inch: float | None
) -> Any:
    lacking = uncovered("".join(_texts(facts)))
    if lacking:
        log.warning("The shipped fonts lack %s; a font of this machine is used if there is one.", " ".join(lacking))
    return typst.compile(  # type: ignore[misc]  # the stub wants a type that only a fixed `output` gives
        template.encode(),
        format=form,
        ppi=dots_per_inch,
        font_paths=[str(FONTS)],
        # Only our fonts, so that a paper looks alike everywhere; a rare character is worth an exception.
        ignore_system_fonts=not lacking,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        timestamp=int((at or datetime(2026, 1, 1, tzinfo=UTC)).timestamp()),
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
