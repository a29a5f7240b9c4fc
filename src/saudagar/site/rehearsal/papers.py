"""The certificate for people: one page of HTML without scripts, and an A4 page as PDF. Pure functions of the certificate's data."""

from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from django.template import Context, Engine

from saudagar.foundation import typesetting
from saudagar.site.rehearsal import charts, words
from saudagar.site.rehearsal.words import TEXTS, said

Certificate = Mapping[str, Any]


def page(certificate: Certificate, language: str) -> str:
    """A whole HTML document that needs nothing else."""
    text = files("saudagar.site.rehearsal").joinpath("certificate.html").read_text(encoding="utf-8")
    # Everything is ready text: the engine needs no settings, so this also works where nothing is set up.
    return Engine().from_string(text).render(Context({**shown(certificate, language)}, use_l10n=False, use_tz=False))


def pdf(certificate: Certificate, language: str) -> bytes:
    return typesetting.typeset(_template(), shown(certificate, language), at=datetime.fromisoformat(certificate["ended_at"]))


def pictures(certificate: Certificate, language: str) -> list[bytes]:
    """The PDF's pages as PNG."""
    return typesetting.pictures(_template(), shown(certificate, language))


def _template() -> str:
    return files("saudagar.site.rehearsal").joinpath("certificate.typ").read_text(encoding="utf-8")


def shown(certificate: Certificate, language: str) -> dict[str, Any]:
    """What page and PDF show: words, in order, ready to print."""

    def text(key: str, **facts: Any) -> str:
        return said(TEXTS[key], language, **facts)

    def number(value: float) -> str:
        return words.number(value, language)

    numbers, passed = certificate["numbers"], certificate["verdict"] == "passed"
    return {
        "language": {"zh-hans": "zh-Hans"}.get(language, language),
        "title": text("title"),
        "about": text("about"),
        "is_passed": passed,
        "verdict": text(certificate["verdict"]),
        "verdict_words": text(f"{certificate['verdict']}_words", checks=len(certificate["checks"]), failed=len(certificate["failed"])),
        "page": text("page"),
        "figures": [
            {"name": text("placed"), "value": number(numbers["placed"])},
            {"name": text("rate"), "value": number(numbers["orders_per_second_most"])},
            {"name": text("times"), "value": f"{number(numbers['p50_ms'])} / {number(numbers['p99_ms'])} ms"},
            {"name": text("refused"), "value": number(numbers["refused"])},
            {"name": text("captured"), "value": number(numbers["captured"])},
            {"name": text("refunds"), "value": number(numbers["refunds"])},
            {"name": text("expired"), "value": number(numbers["expired"])},
            {"name": text("kills"), "value": number(len(certificate["kills"]))},
        ],
        "checks_title": text("checks"),
        "columns": [text("checks"), text("examined"), text("wrong")],
        "checks": [_check(row, language) for row in certificate["checks"]],
        "charts": _charts(certificate, language),
        "how_title": text("how"),
        "how": _how(certificate, language),
        "limits_title": text("limits"),
        "limits": [said(words.LIMITS[code], language) for code in certificate["limits"]],
    }


def _check(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    counted = said(words.COUNTED[row["counted"]], language)
    notes, mood = [], "wrong" if row["wrong"] else "right" if row["examined"] else "idle"
    if mood == "idle":
        notes.append(said(TEXTS["idle"], language))
    if row["wrong_before"]:
        notes.append(said(TEXTS["wrong_before"], language, wrong=words.number(row["wrong_before"], language)))
    notes += [", ".join(f"{name} {fact}" for name, fact in example.items()) for example in row["examples"]]
    return {
        "code": row["code"],
        "name": said(words.CHECK_WORDS[row["code"]], language),
        "examined": f"{words.number(row['examined'], language)} {counted}",
        "wrong": words.number(row["wrong"], language),
        "mood": mood,
        "mark": {"right": "✓", "wrong": "✗", "idle": "–"}[mood],
        "notes": notes,
    }


def _charts(certificate: Certificate, language: str) -> list[dict[str, str]]:
    course, below = certificate["course"], said(TEXTS["seconds"], language)
    titles = {name: said(TEXTS[name], language) for name in ("chart_rate", "chart_times", "chart_items")}
    made = [
        (
            "chart_rate",
            charts.bars_over_time(
                [row["placed"] for row in course],
                certificate["kills"],
                below=below,
                title=titles["chart_rate"],
                killed=said(TEXTS["killed"], language),
            ),
        ),
        (
            "chart_times",
            charts.lines_over_time(
                {"p50": [row["p50_ms"] for row in course], "p99": [row["p99_ms"] for row in course]},
                below=below,
                title=titles["chart_times"],
            ),
        ),
    ]
    if certificate["items"]:
        items = [(row["name"], row["sold"], row["left"]) for row in certificate["items"][:12]]
        sold, left = said(TEXTS["sold"], language), said(TEXTS["left"], language)
        made.append(("chart_items", charts.shares(items, sold=sold, left=left, title=titles["chart_items"])))
    return [{"title": titles[name], "svg": svg} for name, svg in made]


def _how(certificate: Certificate, language: str) -> list[dict[str, str]]:
    parameters, machine, version, data = (certificate[name] for name in ("parameters", "machine", "version", "data"))

    def text(key: str, **facts: Any) -> str:
        return said(TEXTS[key], language, **facts)

    def tally(counts: Mapping[str, int], names: Mapping[str, words.Words]) -> str:
        most_first = sorted(counts.items(), key=lambda pair: -pair[1])
        told = [f"{said(names[name], language) if name in names else name} {words.number(times, language)}" for name, times in most_first]
        return " · ".join(told) or text("none")

    kills = " · ".join(
        f"{said(words.VICTIMS[kill['what']], language)} {words.number(kill['second'], language)} s" for kill in certificate["kills"]
    )
    commit = " ".join(part for part in (version["package"], version["commit"], text("changed") if version["is_changed"] else "") if part)
    copied = text("copied", businesses=words.number(data["businesses"], language), orders=words.number(data["orders"], language))
    crowd = {name: words.number(parameters[name], language) for name in ("orders", "skus", "hot", "connections")}
    rows = [
        ("opened", f"{certificate['opened_at'].replace('T', ' ').replace('+00:00', '')} UTC"),
        (
            "machine",
            text("cores", cores=machine["cores"], memory=words.number(machine["memory_gb"], language), processor=machine["processor"]),
        ),
        ("version", commit or "–"),
        ("data", copied if data["copied"] else text("staged")),
        *([("campaign", data["campaign"])] if data["campaign"] else []),
        ("crowd", text("crowd_words", **crowd, seed=parameters["seed"], pay=parameters["pay_seconds"])),
        (
            "repeats",
            text(
                "repeats_words",
                again=words.number(certificate["numbers"]["again"], language),
                unsure=words.number(certificate["numbers"]["unsure"], language),
            ),
        ),
        ("buyers", tally(certificate["buyers"], words.DEEDS)),
        ("notices", tally(certificate["notices"], words.NOTICES)),
        ("kills", kills or text("none")),
    ]
    return [{"name": text(name), "value": value} for name, value in rows]
