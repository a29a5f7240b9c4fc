"""Rates that a proposal changes for a heading, and that longer codes keep: the longest prefix wins. Pure."""

from collections.abc import Sequence
from datetime import date

from saudagar.incubation.rules.editing import Edit, Tariff
from saudagar.rulebook.rules import Rulebook

MOST_NAMED = 8
KEPT: dict[str, str] = {
    "id": "Tarif untuk {hs} ke {destination} tidak sampai ke {number} kode yang lebih panjang, yang tetap memakai tarifnya: {codes}.",
    "en": "The rate for {hs} to {destination} does not reach {number} longer codes, which keep their own: {codes}.",
    "zh-hans": "{destination} {hs}的税率不影响 {number} 个更长的编码，它们保持自己的税率：{codes}。",
}
ALL_GOODS = {"id": "semua barang", "en": "all goods", "zh-hans": "所有商品"}


def outranked(proposed: Rulebook, edit: Tariff, on: date) -> tuple[str, ...]:
    """Longer codes of these goods whose own rows win over the changed one, in order. on: rows that have ended by then do not count."""
    there = proposed.destinations.get(edit.destination)
    if there is None:
        return ()
    asked = edit.kind, edit.agreement, edit.mode, edit.name
    return tuple(
        sorted(
            {
                row.hs
                for row in there.tariffs
                if (row.kind, row.agreement, row.mode, row.name) == asked
                and len(row.hs) > len(edit.hs)
                and row.hs.startswith(edit.hs)
                and row.origin in ("", edit.origin)
                and (row.valid_to is None or row.valid_to >= on)
            }
        )
    )


def cautions(proposed: Rulebook, edits: Sequence[Edit], on: date, language: str) -> list[str]:
    """A sentence for each changed rate that longer codes do not take over. Codes that the proposal changes as well are left out."""
    rates = [edit for edit in edits if isinstance(edit, Tariff)]
    told = []
    for edit in rates:
        same = {each.hs for each in rates if (each.destination, each.kind, each.agreement) == (edit.destination, edit.kind, edit.agreement)}
        codes = [hs for hs in outranked(proposed, edit, on) if hs not in same]
        if codes:
            shown = ", ".join(codes[:MOST_NAMED]) + (" …" if len(codes) > MOST_NAMED else "")
            goods = f"HS {edit.hs}" if edit.hs else ALL_GOODS[language]
            told.append(KEPT[language].format(hs=goods, destination=edit.destination, number=len(codes), codes=shown))
    return told
