"""Customs papers as PDF: `paper(kind, facts)`."""

from datetime import UTC, datetime, time
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from saudagar.customs.rules.papers import ParcelFacts, paper_facts
from saudagar.foundation import typesetting
from saudagar.shipping.rules.code128 import widths

TEMPLATES = Path(__file__).parent / "typst"


def paper(kind: str, facts: ParcelFacts, *, sdr_rate: Fraction | None = None) -> bytes:
    """The PDF of one paper: cn22, cn23 or invoice. The same facts give the same bytes.

    Refuses PaperIncomplete, PapersDisagree, WrongForm, UnknownPaper.
    """
    printed = _printed(kind, facts, sdr_rate)
    return typesetting.typeset(_template(kind), printed, at=datetime.combine(facts.posted_on, time(), UTC))


def preview(kind: str, facts: ParcelFacts, *, sdr_rate: Fraction | None = None, dots_per_inch: float = 110) -> list[bytes]:
    """The pages of the same paper as PNG."""
    return typesetting.pictures(_template(kind), _printed(kind, facts, sdr_rate), dots_per_inch=dots_per_inch)


def _printed(kind: str, facts: ParcelFacts, sdr_rate: Fraction | None) -> dict[str, Any]:
    printed = paper_facts(kind, facts, sdr_rate=sdr_rate)
    return {**printed, "bars": widths(facts.item_number) if facts.item_number else []}


@cache
def _template(kind: str) -> str:
    return "\n".join((TEMPLATES / f"{name}.typ").read_text(encoding="utf-8") for name in ("common", kind))
