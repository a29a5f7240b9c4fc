"""The certificate as data, page and PDF, in three languages."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from html.parser import HTMLParser

import pytest

from saudagar.site.rehearsal import papers, words
from saudagar.site.rehearsal.certificate import certificate
from saudagar.site.rehearsal.checks import CHECKS, Found
from saudagar.site.rehearsal.copying import Copied
from saudagar.site.rehearsal.killing import Killed
from saudagar.site.rehearsal.play import Played
from saudagar.site.rehearsal.script import DEEDS, VICTIMS, Options
from saudagar.site.rehearsal.watching import Second

NOON = datetime(2026, 11, 11, 5, tzinfo=UTC)
START = int(NOON.timestamp())


def an_evening(**other: object) -> Played:
    played = Played(
        options=Options(orders=100, kill=True),
        opened_at=NOON - timedelta(seconds=5),
        doors_at=NOON,
        ended_at=NOON + timedelta(minutes=2),
        copied=Copied(businesses=9, orders=1234, has_demo=True),
        offers=[],
        found=[Found(code, 1200, 0) for code in CHECKS],
        before={},
        seconds={
            START + 1: Second(placed=40, refused=2, times_ms=[10.0, 20.0, 30.0]),
            START + 3: Second(placed=60, unsure=1, times_ms=[400.0]),
        },
        told=Counter(first=100, refused=2, again=5, unsure=1),
        deeds=Counter(pay=60, abandon=40),
        payers=Counter(done=60),
        notices={"success": 60, "forged": 1},
        killed=[Killed("server", START + 2.5)],
        items=[{"name": "Kopi <Gayo>", "listing": "T1", "allotted": 16, "sold": 14, "left": 2}],
        counts={"placed": 101, "expired": 30, "paid": 50, "captured": 60, "refunds": 10, "refunded": 10},
        campaign="11-11-2026",
    )
    return replace(played, **other)  # type: ignore[arg-type]


def test_it_says_what_was_played_and_what_was_proved() -> None:
    made = certificate(an_evening())
    assert json.loads(json.dumps(made)) == made
    assert (made["schema"], made["verdict"], made["failed"]) == ("saudagar-rehearsal/1", "passed", [])
    assert (
        made["numbers"] | {"acknowledged": 100, "orders_per_second": 50.0, "orders_per_second_most": 60, "most_ms": 400.0}
        == made["numbers"]
    )
    assert [row["placed"] for row in made["course"]] == [0, 40, 0, 60]
    assert made["course"][1] == {"second": 1, "placed": 40, "refused": 2, "unsure": 0, "p50_ms": 20.0, "p99_ms": 30.0}
    assert made["kills"] == [{"what": "server", "second": 2.5}]
    assert made["parameters"] | {"orders": 100, "kill": True, "seconds": 20.0, "pay_seconds": 12} == made["parameters"]
    assert [check["code"] for check in made["checks"]] == list(CHECKS)


def test_one_wrong_check_fails_it_and_is_named_with_its_example() -> None:
    found = [Found(code, 10, int(code == "quote_once"), ({"purchase": "p<1>"},) if code == "quote_once" else ()) for code in CHECKS]
    made = certificate(an_evening(found=found, before={"quote_once": 1}))
    assert (made["verdict"], made["failed"]) == ("failed", ["quote_once"])
    page = papers.page(made, "en")
    assert "FAILED" in page and "1 of 14 checks are wrong" in page
    assert "purchase p&lt;1&gt;" in page and "1 were wrong before the rehearsal" in page


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_page_needs_nothing_else(language: str) -> None:
    page = papers.page(certificate(an_evening()), language)
    assert words.said(words.TEXTS["passed"], language) in page
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org/2000/svg", "") and "https://" not in page
    assert "Kopi &lt;Gayo&gt;" in page and "Kopi <Gayo>" not in page
    assert page.count("<svg") == 3
    assert "11-11-2026" in page
    for code in CHECKS:
        assert escape(words.CHECK_WORDS[code][language]) in page
    Strict().feed(page)


class Strict(HTMLParser):
    """Whatever is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br", "rect", "line", "path", "circle", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line", "path", "circle", "polyline"):
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_pdf_is_one_page(language: str) -> None:
    made = certificate(an_evening())
    assert papers.pdf(made, language).startswith(b"%PDF")
    assert len(papers.pictures(made, language)) == 1


def test_the_lines_of_an_evening_have_gaps_where_nobody_was_answered() -> None:
    quiet = {START + second: Second(placed=1, times_ms=[5.0]) for second in (*range(5), *range(30, 35))}
    page = papers.page(certificate(an_evening(seconds=quiet)), "en")
    assert len(re.findall("<polyline", page)) == 4  # two lines, each in two stretches


def test_nothing_is_unsaid_in_any_language() -> None:
    for table in (words.CHECK_WORDS, words.COUNTED, words.LIMITS, words.VICTIMS, words.TEXTS, words.DEEDS, words.NOTICES):
        for key, said in table.items():
            assert set(said) == set(words.LANGUAGES), key
    assert set(words.CHECK_WORDS) == set(CHECKS)
    assert set(CHECKS.values()) <= set(words.COUNTED)
    assert set(words.DEEDS) == set(DEEDS)
    assert set(words.VICTIMS) == set(VICTIMS)
    assert words.number(1234567, "id") == "1.234.567" and words.number(12.5, "id") == "12,5" and words.number(12.5, "en") == "12.5"
