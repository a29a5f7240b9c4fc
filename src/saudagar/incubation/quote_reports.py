"""The part of a report that is about quotes: what was refused and becomes possible, what was priced and becomes impossible or changes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from saudagar.foundation.money import shown
from saudagar.incubation.rules import quoting
from saudagar.incubation.rules.replaying import FEWEST_SELLERS, change, merged
from saudagar.incubation.wording import number, percent, said
from saudagar.markets.rules import HOME_CURRENCY

MOST_ROWS = 20
TABLES = {"refused": ("code", "destination", "chapter", "province", "size"), "priced": ("destination", "chapter", "province", "size")}
COLUMNS = {
    "refused": ("quotes", "sellers", "quotes_possible", "quotes_value", "quotes_landed", "levies"),
    "priced": ("quotes", "sellers", "quotes_lost", "quotes_value", "changed", "landed", "levies"),
}
FIGURES = {"refused": ("quotes", "possible"), "priced": ("quotes", "lost", "changed")}
WORDS = {"possible": "quotes_possible", "lost": "quotes_lost"}

Names = Callable[[str, Sequence[str]], str]  # kind of row, its key → words
Row = Mapping[str, Any]


def section(found: Mapping[str, Any] | None, names: Names, language: str, *, is_shared: bool) -> dict[str, Any] | None:
    """Ready words and numbers; None for a replay of before quotes were kept. is_shared: what is about few businesses is not told."""
    if found is None:
        return None
    notes = [said(name, language) for name in ("how_quotes_once", "how_quotes_sample", "how_quotes_private")]
    if found["unrated"]:
        notes.append(said("how_unrated", language, currencies=", ".join(found["unrated"])))
    blocks = [_block(kind, found[kind], names, language, is_shared=is_shared) for kind in ("refused", "priced")]
    heard = [f"{names('code', [code])}: {number(times, language)}" for code, times in found["heard"].items()]
    return {
        "title": said("quotes_title", language),
        "told": said("quotes_span", language, first=found["first_on"], last=found["last_on"])
        if found["first_on"]
        else said("quotes_none", language),
        "blocks": blocks if found["first_on"] else [],
        "heard_title": said("quotes_heard", language),
        "heard": [] if is_shared else heard,
        "how": notes,
    }


def _block(kind: str, found: Mapping[str, Any], names: Names, language: str, *, is_shared: bool) -> dict[str, Any]:
    totals = found["totals"]
    title = said(f"quotes_{kind}", language)
    if is_shared and totals["sellers"] < FEWEST_SELLERS:
        return {
            "title": title,
            "told": said("quotes_few" if totals["quotes"] else "nobody", language),
            "figures": [],
            "sums": [],
            "tables": [],
        }
    told = said("quotes_known", language, known=number(totals["known"], language)) if totals["known"] else ""
    columns = [said(name, language) for name in COLUMNS[kind]]
    tables = []
    for name in TABLES[kind]:
        rows = found["by"][name]
        rows = merged(rows, names=quoting.NAMES) if is_shared else rows
        if rows:
            cells = [(names(name, row["key"]), _cells(kind, row, language)) for row in rows[:MOST_ROWS]]
            tables.append(
                {
                    "title": said(f"by_{name}", language),
                    "columns": columns,
                    "rows": [{"name": words, "cells": own, "labelled": list(zip(columns, own, strict=True))} for words, own in cells],
                }
            )
    figures = [{"name": said(WORDS.get(name, name), language), "value": number(totals[name], language)} for name in FIGURES[kind]]
    return {"title": title, "told": told, "figures": figures, "sums": _sums(kind, totals, language), "tables": tables}


def _sums(kind: str, totals: Row, language: str) -> list[dict[str, str]]:
    def money(name: str) -> str:
        return shown(totals[name], HOME_CURRENCY, language)

    if kind == "refused":
        words = {"quotes_goods": "goods", "quotes_landed": "landed_new", "levies": "levies_new"}
        return [{"name": said(word, language), "value": money(name)} for word, name in words.items()]
    changes = [
        {
            "name": said(name, language),
            "value": f"{money(f'{name}_old')} → {money(f'{name}_new')} ({percent(change(totals, name), language)})",
        }
        for name in ("landed", "levies")
    ]
    return [{"name": said("quotes_lost_goods", language), "value": money("goods")}, *changes]


def _cells(kind: str, row: Row, language: str) -> list[str]:
    values = [number(row["quotes"], language), number(row["sellers"], language)]
    if kind == "refused":
        values.append(number(row["possible"], language))
        values += [shown(row[name], HOME_CURRENCY, language) for name in ("goods", "landed_new", "levies_new")]
        return values
    values += [number(row["lost"], language), shown(row["goods"], HOME_CURRENCY, language), number(row["changed"], language)]
    return values + [percent(change(row, name), language) for name in ("landed", "levies")]
