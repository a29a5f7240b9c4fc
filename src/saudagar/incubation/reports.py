"""A replay for people and programs, and the link to share it: ready words and numbers, for the page and for the PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.core import signing

from saudagar.foundation import typesetting
from saudagar.foundation.money import shown
from saudagar.incubation import charts, queries, quote_reports
from saudagar.incubation.models import Replay
from saudagar.incubation.rules.refusals import NoSuchReport
from saudagar.incubation.rules.replaying import FEWEST_SELLERS, change, merged, winners
from saudagar.incubation.wording import TEXTS, number, percent, said
from saudagar.markets.rules import HOME_CURRENCY
from saudagar.registry.queries import provinces
from saudagar.rulebook.models import HsCode
from saudagar.rulebook.queries import rulebook_of
from saudagar.rulebook.rules.differing import Change

SALT = "incubation.report"
SHARED_FOR = timedelta(days=90)
STEPS = ("≤−20", "≤−10", "≤−5", "≤−2", "<0", "0", "≤+2", "≤+5", "≤+10", "≤+20", ">+20")
COLUMNS = ("orders", "sellers", "landed", "levies", "seller", "lost", "gained", "expected")
MOST_ROWS = 40
MOST_BARS = 12
MIDDLE = 5


def token_of(made: Replay) -> str:
    """Of the link that lets anybody read what of a replay may be read by anybody."""
    return signing.dumps(str(made.pk), salt=SALT)


def shared(token: str) -> Replay:
    """The replay of a shared link. Raises NoSuchReport."""
    try:
        key = signing.loads(token, salt=SALT, max_age=SHARED_FOR)
    except signing.BadSignature:
        raise NoSuchReport() from None
    found = Replay.objects.select_related("proposal__base", "proposal__release").filter(id=UUID(key)).first()
    if found is None:
        raise NoSuchReport()
    return done(found)


def done(made: Replay) -> Replay:
    """Raises NoSuchReport while it is not."""
    if made.state != Replay.State.DONE:
        raise NoSuchReport()
    return made


def figures(made: Replay, language: str, *, is_shared: bool) -> dict[str, Any]:
    """The same for programs: numbers as they were counted, amounts in whole minor units of the home currency. is_shared as above."""
    assert made.result is not None and made.ended_at is not None
    found, proposal = made.result, made.proposal
    names = _Names(made, language)
    fewest = FEWEST_SELLERS if is_shared else 1
    by = {name: merged(rows) if is_shared else rows for name, rows in found["by"].items()}

    def row(numbers: Mapping[str, Any], name: str) -> dict[str, Any]:
        percents = {part: change(numbers, part) for part in ("landed", "levies", "seller")}
        return {**numbers, "name": name, "change_percent": percents}

    def ends(*, lose: bool) -> list[dict[str, Any]]:
        return [row(each, names.segment(each["key"])) for each in winners(found["segments"], lose=lose, fewest=fewest)]

    return {
        "replay": str(made.pk),
        "proposal": str(proposal.pk),
        "title": proposal.title,
        "why": proposal.why,
        "authority": proposal.authority,
        "ended_at": made.ended_at,
        "first_on": found["first_on"],
        "last_on": found["last_on"],
        "currency": HOME_CURRENCY,
        "is_current": made.texts_sha256 == proposal.texts_sha256,
        "changes": [_told(each, language) for each in queries.changes(proposal)] if made.texts_sha256 == proposal.texts_sha256 else [],
        "totals": row(found["totals"], ""),
        "by": {name: [row(each, names.of(name, each["key"])) for each in rows] for name, rows in by.items()},
        "winners": ends(lose=False),
        "losers": ends(lose=True),
        "histogram": [{"percent": step, "orders": count} for step, count in zip(STEPS, found["histogram"], strict=True)],
        "unreadable": found["unreadable"],
        "refusals": {} if is_shared else found["refusals"],
        "without_rate": found["unrated"],
        "elasticities": made.elasticities,
        "fewest_sellers": fewest,
        "base": made.base_version,
        "texts_sha256": made.texts_sha256,
        "result_sha256": made.result_sha256,
    }


def report(made: Replay, language: str, *, is_shared: bool) -> dict[str, Any]:
    """is_shared: for anybody with the link; what is about few businesses is merged, or not told."""
    assert made.result is not None and made.ended_at is not None
    found, proposal = made.result, made.proposal
    names = _Names(made, language)
    totals = found["totals"]
    fewest = FEWEST_SELLERS if is_shared else 1
    by = {name: merged(rows) if is_shared else rows for name, rows in found["by"].items()}
    elasticities = {chapter: value for chapter, value in made.elasticities.items() if value}
    notes = [said(name, language) for name in ("how_orders", "how_group", "how_margin", "how_money")]
    if found["unrated"]:
        notes.append(said("how_unrated", language, currencies=", ".join(found["unrated"])))
    if elasticities:
        told = ", ".join(f"{names.of('chapter', [chapter]) + ' ' if chapter else ''}{value:g}" for chapter, value in elasticities.items())
        notes.append(said("how_demand", language, elasticities=told))
    else:
        notes.append(said("how_no_demand", language))
    if is_shared:
        notes.append(said("how_private", language))
    histogram = charts.histogram(found["histogram"], STEPS, title=said("histogram", language), middle=MIDDLE)
    bars = [(names.of("destination", row["key"]), change(row, "landed")) for row in by["destination"][:MOST_BARS]]
    return {
        "title": said("title", language),
        "name": proposal.title,
        "why": proposal.why,
        "by": said("by", language, authority=proposal.authority),
        "changes_title": said("changes", language),
        "changes": [_told(each, language) for each in queries.changes(proposal)] if made.texts_sha256 == proposal.texts_sha256 else [],
        "replayed": said(
            "replayed",
            language,
            orders=number(totals["orders"], language),
            sellers=number(totals["sellers"], language),
            first=found["first_on"],
            last=found["last_on"],
        ),
        "figures": [
            {"name": said("landed", language), "value": percent(change(totals, "landed"), language)},
            {"name": said("levies", language), "value": percent(change(totals, "levies"), language)},
            {"name": said("seller", language), "value": percent(change(totals, "seller"), language)},
            {"name": said("changed", language), "value": number(totals["changed"], language)},
            {"name": said("lost", language), "value": number(totals["lost"], language)},
            {"name": said("gained", language), "value": number(totals["gained"], language)},
            {"name": said("expected", language), "value": number(round(totals["expected"]), language)},
        ],
        "sums": [
            {
                "name": said(name, language),
                "before": shown(totals[f"{name}_old"], HOME_CURRENCY, language),
                "after": shown(totals[f"{name}_new"], HOME_CURRENCY, language),
            }
            for name in ("landed", "levies", "seller")
        ],
        "charts": [
            {"title": said("histogram", language), "svg": histogram},
            {"title": said("chart_destination", language), "svg": charts.changes(bars, title=said("chart_destination", language))},
        ],
        "columns": [said(name, language) for name in COLUMNS],
        "tables": [
            {"title": said(f"by_{name}", language), "rows": [_cells(row, names.of(name, row["key"]), language) for row in rows[:MOST_ROWS]]}
            for name, rows in by.items()
            if rows
        ],
        "extremes": [
            {
                "title": said(title, language),
                "rows": [
                    {
                        "name": names.segment(row["key"]),
                        "orders": number(row["orders"], language),
                        "change": percent(change(row, "landed"), language),
                    }
                    for row in winners(found["segments"], lose=title == "losers", fewest=fewest)
                ],
                "nobody": said("nobody", language),
            }
            for title in ("winners", "losers")
        ],
        "quotes": quote_reports.section(found.get("quotes"), names.of, language, is_shared=is_shared),
        "how_title": said("how", language),
        "how": notes,
        "proofs": [
            {"name": said("base", language), "value": made.base_version},
            {"name": said("texts", language), "value": made.texts_sha256},
            {"name": said("result", language), "value": made.result_sha256},
        ],
        "signed_title": said("signed", language),
        "signatures": [
            f"{row.signature.name}, {row.signature.office}, {row.signature.counterpart.authority} · {row.signature.at:%Y-%m-%d %H:%M} UTC"
            for row in queries.signatures(proposal)
            if row.signature.texts_sha256 == made.texts_sha256 and row.is_alive
        ],
        "page": said("page", language),
        "made_at": f"{made.ended_at:%Y-%m-%d %H:%M} UTC",
        "orders_word": said("orders", language),
    }


def pdf(made: Replay, language: str, *, is_shared: bool) -> bytes:
    template = files("saudagar.incubation").joinpath("typst", "report.typ").read_text(encoding="utf-8")
    return typesetting.typeset(template, report(made, language, is_shared=is_shared), at=made.ended_at)


def _told(each: Change, language: str) -> str:
    """A change in one line. That the proposal is its source goes without saying."""
    return replace(each, fields=tuple(field for field in each.fields if field.name != "source")).text(language)


def _cells(row: Mapping[str, Any], name: str, language: str) -> dict[str, Any]:
    values = [number(row["orders"], language), number(row["sellers"], language)]
    values += [percent(change(row, part), language) for part in ("landed", "levies", "seller")]
    values += [number(row["lost"], language), number(row["gained"], language), number(round(row["expected"]), language)]
    return {"name": name, "cells": values, "labelled": list(zip((said(column, language) for column in COLUMNS), values, strict=True))}


class _Names:
    """Words for the keys of rows."""

    def __init__(self, made: Replay, language: str) -> None:
        self.language = language
        self.destinations = rulebook_of(made.base_version).destinations
        self.provinces = {area.code: area.name for area in provinces()}
        self.chapters = dict(HsCode.objects.filter(code__regex="^[0-9]{2}$").values_list("code", "description"))

    def of(self, kind: str, key: Sequence[str]) -> str:
        value = key[0]
        if value == "*":
            return said("others", self.language)
        if kind == "destination":
            there = self.destinations.get(value)
            return there.names[self.language] if there else value
        if kind == "chapter":
            words = self.chapters.get(value, "").split(";")[0].capitalize()
            return f"{value} {words}"[:44] if words else f"HS {value}"
        if kind == "province":
            return self.provinces.get(value) or value or said("unknown", self.language)
        return said(value, self.language) if value in TEXTS else value

    def segment(self, key: Sequence[str]) -> str:
        return " · ".join(self.of(kind, [value]) for kind, value in zip(("destination", "chapter", "province"), key, strict=True))
