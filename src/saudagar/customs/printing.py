"""Customs papers as files: `paper(kind, facts)` and `printed(content)` make PDF, `written(content)` JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from saudagar.customs.rules import consignments, zh_label
from saudagar.customs.rules.papers import KINDS, PROFORMA, ParcelFacts, paper_facts
from saudagar.foundation import typesetting
from saudagar.shipping.rules.code128 import widths

TEMPLATES = Path(__file__).parent / "typst"


def paper(kind: str, facts: ParcelFacts, *, sdr_rate: Fraction | None = None) -> bytes:
    """The PDF of one paper of a parcel. The same facts give the same bytes.

    Refuses PaperIncomplete, PapersDisagree, WrongForm, UnknownPaper, ProofExpired.
    """
    return printed(paper_facts(kind, facts, sdr_rate=sdr_rate), on=facts.posted_on, country=facts.addressee.country)


def preview(kind: str, facts: ParcelFacts, *, sdr_rate: Fraction | None = None, dots_per_inch: float = 110) -> list[bytes]:
    """The pages of the same paper as PNG."""
    content = paper_facts(kind, facts, sdr_rate=sdr_rate)
    return typesetting.pictures(_template(_sheet(kind)), _set(content, facts.addressee.country), dots_per_inch=dots_per_inch)


def printed(content: Mapping[str, Any], *, on: date, country: str = "") -> bytes:
    """The PDF of what a paper says (`rules.kinds.content`), dated that day, in the fonts of the country where it is read."""
    return typesetting.typeset(_template(_sheet(content["kind"])), _set(content, country), at=datetime.combine(on, time(), UTC))


def written(content: Mapping[str, Any]) -> bytes:
    """What a paper says as JSON, without the words of the form."""
    told = {key: value for key, value in content.items() if key not in ("words", "columns", "shares", "rows", "closing")}
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _set(content: Mapping[str, Any], country: str) -> dict[str, Any]:
    item = content.get("item_number")
    return {**content, "bars": widths(item) if item else [], "fonts": typesetting.families(country)}


def _sheet(kind: str) -> str:
    """Which template sets a paper."""
    if kind in (PROFORMA, consignments.INVOICE):
        return "invoice"
    if kind == consignments.PACKING:
        return "packing_list"
    return kind if kind in (*KINDS, zh_label.KIND) else "sheet"


@cache
def _template(name: str) -> str:
    return "\n".join((TEMPLATES / f"{each}.typ").read_text(encoding="utf-8") for each in ("common", name))
