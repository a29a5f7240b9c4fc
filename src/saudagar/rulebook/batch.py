"""Landed costs of many parcels from a CSV file into another: `./saudagar rules cost IN.csv OUT.csv`.

In: one row for each line of goods; rows that follow each other and name the same parcel are one parcel. Facts of the parcel are read
from its first row and may be repeated. Amounts are written as people say them: 180.00. Out: a row for each part and for each total.
A parcel that cannot be worked out becomes one row that says why, and the others are done.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import TextIO

from saudagar.foundation.money import decimals, major
from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.rules import Item, LandedCost, Request, Rulebook, landed_cost
from saudagar.rulebook.rules.knowing import caution_beyond, check_registrations
from saudagar.rulebook.rules.refusals import BadHsCode
from saudagar.rulebook.rules.resolving import checked
from saudagar.rulebook.rules.saying import base_said

PARCEL = (
    "destination",
    "region",
    "currency",
    "date",
    "mode",
    "dispatch",
    "freight",
    "insurance",
    "registrations",
    "rates",
    "terms",
    "prices",
    "buyer_year",
    "buyer_grams",
    "buyer_uses",
)
GOODS = ("hs", "value", "quantity", "net_grams", "gross_grams", "origin", "reference")
COLUMNS = ("parcel", *PARCEL, *GOODS)
NEEDED = ("parcel", "destination", "currency", "hs", "value")
OUT = (
    "parcel",
    "row",
    "line",
    "reference",
    "hs",
    "kind",
    "name",
    "rate",
    "base",
    "measured",
    "amount",
    "customs_currency",
    "charged",
    "currency",
    "collected",
    "relief",
    "rule",
    "certainty",
    "source",
    "scheme",
    "release",
    "problem",
)
TOTALS = ("goods", "freight", "insurance", "duty", "tax", "contained_tax", "fees", "total", "due_at_checkout", "due_at_door")


class NotAFile(Exception):
    """The columns are not those of the form. Nothing was worked out."""


class _Fault(Exception):
    """What is wrong with one row, in words."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line


@dataclass
class Report:
    """How it went. problems: (line of the file, parcel, what is wrong)."""

    parcels: int = 0
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)  # each once, in words


def work_out(
    source: TextIO, target: TextIO, rulebook: Rulebook, *, today: date, language: str = "en", nomenclature: frozenset[str] = frozenset()
) -> Report:
    """Every parcel of the file, in its order. Raises NotAFile. nomenclature: all HS codes there are; empty when they are not known."""
    rows = csv.DictReader(source)
    names = [name.strip() for name in rows.fieldnames or ()]
    unknown, lacking = sorted(set(names) - set(COLUMNS)), [name for name in NEEDED if name not in names]
    if unknown or lacking:
        said = [f"unknown columns: {', '.join(unknown)}"] * bool(unknown) + [f"missing columns: {', '.join(lacking)}"] * bool(lacking)
        raise NotAFile("; ".join(said))
    rows.fieldnames = names
    written = csv.DictWriter(target, OUT, restval="")
    written.writeheader()
    report = Report()
    seen: set[str] = set()
    for parcel, group in groupby(_numbered(rows), key=lambda pair: pair[1].get("parcel", "")):
        lines = list(group)
        first = lines[0][0]
        report.parcels += 1
        try:
            if parcel in seen or not parcel:
                raise _Fault(first, f"parcel {parcel} stood further up already: keep its rows together" if parcel else "no parcel is named")
            seen.add(parcel)
            request = _request(lines, rulebook, today)
            for item in request.items:
                if nomenclature and item.hs[:6] not in nomenclature:
                    raise BadHsCode("hs", hs=checked(item.hs), unknown="code")
            written.writerows(_answer(parcel, landed_cost(request, rulebook), rulebook))
            beyond = caution_beyond(rulebook, request.on, today=today)
            if beyond and beyond[language] not in report.cautions:
                report.cautions.append(beyond[language])
            continue
        except _Fault as fault:
            number, code, words = fault.line, "bad_row", str(fault)
        except Refusal as refusal:
            number, code, words = first, refusal.code, refusal.message(language)
        report.problems.append((number, parcel, words))
        written.writerow({"parcel": parcel, "row": "refused", "line": number, "kind": code, "problem": f"line {number}: {words}"})
    return report


def _numbered(rows: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with the line of the file they stand on; empty ones are left out."""
    for row in rows:
        cells = {name: (cell or "").strip() for name, cell in row.items() if name is not None and not isinstance(cell, list)}
        if any(cells.values()):
            yield rows.line_num, cells


def _request(lines: list[tuple[int, dict[str, str]]], rulebook: Rulebook, today: date) -> Request:
    number, first = lines[0]
    for other, cells in lines[1:]:
        for name in PARCEL:
            if cells.get(name) and cells[name] != first.get(name):
                raise _Fault(other, f"{name} is {cells[name]!r} here and {first.get(name, '')!r} in the parcel's first row")
    currency, destination = first.get("currency", "").upper(), first.get("destination", "").upper()
    if not currency or not destination:
        raise _Fault(number, f"{'currency' if destination else 'destination'} is missing")
    known = rulebook.destinations.get(destination)
    registrations = first.get("registrations", "").replace(",", " ").replace(";", " ").split()
    check_registrations(rulebook, registrations)
    dispatch = first.get("dispatch", "").upper() or "ID"
    return Request(
        destination=destination,
        items=tuple(_item(line, cells, currency, dispatch) for line, cells in lines),
        currency=currency,
        on=_date(number, first.get("date", ""), today),
        mode=first.get("mode", ""),
        dispatch=dispatch,
        freight=_minor(number, first, "freight", currency),
        insurance=_minor(number, first, "insurance", currency),
        registrations=frozenset(registrations),
        buyer_year=_minor(number, first, "buyer_year", known.currency if known else currency),
        rates=_pairs(number, first, "rates"),
        prices=first.get("prices", ""),
        region=first.get("region", ""),
        terms=first.get("terms", "").upper() or "DDP",
        buyer_grams={hs: _number(number, "buyer_grams", grams) for hs, grams in _pairs(number, first, "buyer_grams").items()},
        buyer_uses=_whole(number, first, "buyer_uses", 0),
    )


def _item(line: int, cells: Mapping[str, str], currency: str, dispatch: str) -> Item:
    return Item(
        hs=cells.get("hs", "").replace(".", "").replace(" ", ""),
        value=_minor(line, cells, "value", currency),
        quantity=_whole(line, cells, "quantity", 1),
        net_grams=_whole(line, cells, "net_grams", 0),
        gross_grams=_whole(line, cells, "gross_grams", 0),
        origin=cells.get("origin", "").upper() or dispatch,
        reference=cells.get("reference", ""),
    )


def _minor(line: int, cells: Mapping[str, str], name: str, currency: str) -> int:
    """180.00 → 18000, exactly."""
    text = cells.get(name) or "0"
    try:
        amount = Decimal(text).scaleb(decimals(currency))
    except InvalidOperation:
        raise _Fault(line, f"{name} {text!r} is not an amount: write 180.00") from None
    if not amount.is_finite() or amount != amount.to_integral_value() or amount < 0:
        raise _Fault(line, f"{name} {text!r} is not an amount of {currency}")
    return int(amount)


def _whole(line: int, cells: Mapping[str, str], name: str, missing: int) -> int:
    return _number(line, name, cells[name]) if cells.get(name) else missing


def _number(line: int, name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise _Fault(line, f"{name} {text!r} is not a whole number")
    return int(text)


def _pairs(line: int, cells: Mapping[str, str], name: str) -> dict[str, str]:
    """USD=7.12;IDR=0.00045"""
    found = {}
    for pair in cells.get(name, "").split(";"):
        key, sign, value = pair.partition("=")
        if pair.strip() and not sign:
            raise _Fault(line, f"{name} {pair!r}: write KEY=VALUE;KEY=VALUE")
        if sign:
            found[key.strip()] = value.strip()
    return found


def _date(line: int, text: str, today: date) -> date:
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        raise _Fault(line, f"date {text!r} is not a day: write 2026-11-21") from None


def _answer(parcel: str, cost: LandedCost, rulebook: Rulebook) -> Iterable[dict[str, object]]:
    """A row for each part, then one for each total."""
    shared = {"parcel": parcel, "currency": cost.currency, "scheme": cost.scheme, "release": cost.release}
    places = rulebook.destinations[cost.destination].decimals
    for part in cost.parts:
        line = cost.lines[part.line]
        yield shared | {
            "row": "part",
            "line": part.line + 1,
            "reference": line.reference,
            "hs": line.hs,
            "kind": part.levy.kind,
            "name": part.levy.name,
            "rate": part.levy.rate,
            "base": Decimal(part.base).scaleb(-places),
            "measured": base_said(part.levy.rate, "en", net_grams=line.net_grams, gross_grams=line.gross_grams, pieces=line.quantity),
            "amount": Decimal(part.amount).scaleb(-places),
            "customs_currency": cost.customs_currency,
            "charged": major(part.charged, cost.currency),
            "collected": "contained" if part.levy.contained else part.levy.collected,
            "relief": part.relief,
            "rule": part.levy.rule,
            "certainty": part.levy.certainty,
            "source": part.levy.source,
        }
    for name in TOTALS:
        yield shared | {"row": "total", "kind": name, "charged": major(getattr(cost, name), cost.currency)}
