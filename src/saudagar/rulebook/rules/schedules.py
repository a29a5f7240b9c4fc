"""Official tariff schedules (CSV of eight or ten digits) taken into a rulebook's texts. Pure: texts in, texts out."""

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from saudagar.rulebook.rules.model import Rate, TariffRow, Term
from saudagar.rulebook.rules.reading import rate
from saudagar.rulebook.rules.refusals import BadSchedule
from saudagar.rulebook.rules.succession import succeeded
from saudagar.rulebook.rules.switching import as_written

# How offices call their columns, lower case; the caller may name others.
NAMES = {
    "hs": (
        "hs",
        "hscode",
        "hs_code",
        "hs code",
        "code",
        "heading",
        "tariff",
        "tariff code",
        "pos tarif",
        "kode hs",
        "税则号列",
        "税号",
        "商品编码",
    ),
    "rate": ("rate", "duty", "duty rate", "mfn", "mfn rate", "general", "bm", "bea masuk", "tarif", "税率", "最惠国税率"),
    "vat": ("vat", "vat rate", "gst", "ppn", "kdv", "增值税率"),
    "goods": ("goods", "description", "uraian", "uraian barang", "商品名称", "货品名称"),
    "unit": ("unit", "duty unit", "rate unit", "satuan tarif", "计税单位"),
}
# What a bare number is an amount per, as offices write it, lower case.
UNITS = (
    (re.compile(r"(?:(?:par|je|per|pro)\s+)?100 ?kg\s+(?:brut|brutto|lordo|gross)"), "100kg gross"),
    (re.compile(r"(?:(?:par|je|per|pro)\s+)?(?:1 ?)?kg\s+(?:brut|brutto|lordo|gross)"), "kg gross"),
    (re.compile(r"(?:(?:par|je|per|pro)\s+)?100 ?kg(?:\s+(?:net|netto))?"), "100kg"),
    (re.compile(r"(?:(?:par|je|per|pro)\s+)?(?:1 ?)?kg(?:\s+(?:net|netto))?"), "kg"),
    (re.compile(r"(?:(?:par|je|per|pro)\s+)?(?:1 ?)?(?:pièce|piece|stück|stueck|unit|buah)(?:\(?s\)?)?"), "piece"),
)
FREE = frozenset(("free", "bebas", "nil", "exempt", "免税"))
COLUMNS = ("id", "kind", "hs", "goods", "origin", "agreement", "proof", "rate", "valid_from", "valid_to", "certainty", "source", "switch")


def _column(name: str, columns: Sequence[str], told: str | None) -> str | None:
    """The file's column for our name: as told, else by the names that offices use."""
    wanted = (told.strip().lower(),) if told else NAMES[name]
    return next((column for word in wanted for column in columns if column.strip().lower() == word), None)


@dataclass(frozen=True, slots=True)
class Rejected:
    line: int
    row: Mapping[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a file says, and where it holds."""

    country: str
    source: str
    valid_from: date
    origin: str = ""
    agreement: str = ""
    proof: str = ""


def read_schedule(text: str, schedule: Schedule, columns: Mapping[str, str]) -> tuple[list[dict[str, str]], list[Rejected]]:
    """Rows of `tariffs/XX.csv`, and the lines that are none with the reason. Raises BadSchedule when the columns are not found.

    A VAT rate beside the duty makes a row of its own; where the file has none the rulebook's holds.

    columns  our name (hs, rate, vat, goods, unit) → the file's, where it is none of NAMES; a unit makes a bare number an amount
    """
    first = text.lstrip("\ufeff").splitlines()[:1]
    delimiter = max(";\t|,", key=first[0].count) if first else ","
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    found = {name: _column(name, rows.fieldnames or (), columns.get(name)) for name in NAMES}
    lacking = [name for name in ("hs", "rate") if not found[name]]
    if lacking:
        raise BadSchedule("file", missing=", ".join(lacking))
    taken: dict[str, dict[str, str]] = {}
    taxed: list[dict[str, str]] = []
    rejected: list[Rejected] = []
    for row in rows:
        cells = {name: (row.get(column) or "").strip() for name, column in found.items() if column}
        known = {str(name): str(cell) for name, cell in row.items() if name}
        digits = re.sub(r"[\s.]", "", cells["hs"])
        try:
            if not (digits.isascii() and digits.isdigit() and len(digits) in (6, 8, 10)):
                raise ValueError(f"code {cells['hs']!r} is not 6, 8 or 10 digits")
            if digits in taken:
                raise ValueError(f"code {digits} stands twice: the first line holds")
            written = rate_written(cells["rate"], cells.get("unit", ""))
            rate(written)
            vat = rate_written(cells["vat"]) if cells.get("vat") else ""
            if vat:
                rate(vat)
        except ValueError as error:
            rejected.append(Rejected(rows.line_num, known, str(error)))
            continue
        goods = " ".join(cells.get("goods", "").split())[:200]
        taken[digits] = _row(schedule, digits, goods, written)
        if vat and not schedule.agreement:
            taxed.append(_row(schedule, digits, goods, vat, kind="vat"))
    return [*taken.values(), *taxed], rejected


def _row(schedule: Schedule, digits: str, goods: str, written: str, *, kind: str = "duty") -> dict[str, str]:
    parts = (schedule.country, "schedule", "vat" if kind == "vat" else "", schedule.agreement, schedule.origin, digits)
    return dict.fromkeys(COLUMNS, "") | {
        "id": "-".join(part for part in parts if part).lower(),
        "kind": kind,
        "hs": digits,
        "goods": goods,
        "origin": schedule.origin,
        "agreement": schedule.agreement,
        "proof": schedule.proof,
        "rate": written,
        "valid_from": schedule.valid_from.isoformat(),
        "certainty": "V",
        "source": schedule.source,
    }


def is_of_schedule(row: TariffRow) -> bool:
    """Whether it was taken in from an official schedule, which names all goods there are."""
    return "-schedule-" in row.id


def subheadings(rows: Sequence[Mapping[str, str]], schedule: Schedule, switches: Collection[str]) -> tuple[list[dict[str, str]], list[str]]:
    """Rows of six digits over longer codes, for goods of which six digits are known; and the subheadings that get none.

    Lines that agree give their rate. Lines that differ in one measure (percent, or francs by the 100 kg gross) give the upper end, marked
    uncertain, where the country has the switch for that (xx_upper_end_of_range): a quote must not be too low. Others stay without:
    no_tariff_data.
    """
    made: list[dict[str, str]] = []
    without: list[str] = []
    switch = f"{schedule.country.lower()}_upper_end_of_range"
    lines: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        lines.setdefault((row["kind"], row["hs"][:6]), []).append(row)
    for (kind, six), group in lines.items():
        if any(row["hs"] == six for row in group):
            continue
        rates = {row["rate"] for row in group}
        row = _row(schedule, six, f"all lines of {six}", next(iter(rates)), kind=kind)
        if len(rates) > 1:
            highest = _highest([rate(written) for written in rates])
            if highest is None or switch not in switches:
                if kind == "duty":
                    without.append(six)
                continue
            row["rate"] = highest.text
            row |= {"goods": f"lines of {six} differ", "certainty": "U", "switch": switch, "source": f"{schedule.source}: upper end"}
        made.append(row)
    return made, without


def _highest(rates: Sequence[Rate]) -> Rate | None:
    """The highest where they can be compared: all of the value, or all by the same measure, what is free among them."""
    taxed = [each for each in rates if each.terms or each.share]
    measures = {_measure(each) for each in taxed}
    if len(measures) > 1 or None in measures:
        return None
    return max(taxed, key=lambda each: sum(_of(each)))


def _of(rate: Rate) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    term = rate.terms[0] if rate.terms else Term(rate.share)
    return term.share, term.per_gram, term.per_piece, term.per_gross_gram


def _measure(rate: Rate) -> tuple[int, str] | None:
    """Which one measure a rate counts, and in which currency; None where it counts several, or is the higher or lower of two."""
    counted = [place for place, amount in enumerate(_of(rate)) if amount]
    if len(counted) != 1 or len(rate.terms) > 1:
        return None
    return counted[0], rate.terms[0].currency if rate.terms else ""


def rate_written(text: str, unit: str = "") -> str:
    """A rate as the rulebook writes it; a bare number is a percentage, or an amount where the file has a unit; a decimal comma a point.

    >>> rate_written("7,5"), rate_written("Free"), rate_written("12.0 %"), rate_written("5% + 4.30/kg")
    ('7.5%', '0%', '12.0%', '5% + 4.30/kg')
    >>> rate_written("63", "par 100 kg brut"), rate_written("0", "par 100 kg brut"), rate_written("3834", "par 1 pièce(s)")
    ('63/100kg gross', '0%', '3834/piece')
    """
    words = text.strip()
    if words.lower() in FREE:
        return "0%"
    amount = re.fullmatch(r"(\d+)(?:[.,](\d+))?", words)
    if amount and unit.strip(" %"):
        each = next((ours for theirs, ours in UNITS if theirs.fullmatch(" ".join(unit.lower().split()))), None)
        if each is None:
            raise ValueError(f"unit {unit!r} is not known: per 100 kg gross, per 100 kg, per kg, per piece")
        number = f"{amount[1]}{'.' + amount[2] if amount[2] else ''}"
        return f"{number}/{each}" if float(number) else "0%"
    plain = re.fullmatch(r"(\d+)(?:[.,](\d+))?\s*%?", words)
    if plain:
        return f"{plain[1]}{'.' + plain[2] if plain[2] else ''}%"
    return words


@dataclass(frozen=True, slots=True)
class Taken:
    """texts: the rulebook with the schedule; the same where every row of it stood there already. begun: rows that are new, under their
    ids; ended: how many rows end or go; unchanged: how many stay. made: rows of six digits over longer codes; without: six digits that
    got none, for their lines differ."""

    texts: dict[str, str]
    begun: Sequence[Mapping[str, str]]
    ended: int
    unchanged: int
    made: list[dict[str, str]]
    without: list[str]


def taken_in(
    texts: Mapping[str, str], rows: Sequence[dict[str, str]], schedule: Schedule, replaces: str, used: Collection[str] = frozenset()
) -> Taken:
    """The rulebook's texts with these rows as law from their first day on, in place of the duty rows of that source, agreement and origin.
    Of VAT only the same codes. What was law until then stays for its days, under its ids.

    replaces  source of the rows that end: as it is written there, or its beginning. Rows of the schedule's own source end as well, in the
              subheadings that are named now
    used      ids that any release has borne, besides those in the texts
    """
    name = f"tariffs/{schedule.country}.csv"
    if f"destinations/{schedule.country}.toml" not in texts:
        raise BadSchedule("country", missing=f"destinations/{schedule.country}.toml")
    taxed = {row["hs"] for row in rows if row["kind"] == "vat"}
    named = {(row["kind"], row["hs"][:6]) for row in rows}
    reader = csv.DictReader(io.StringIO(texts.get(name, "")))
    standing = list(reader)
    if taxed and any(row["kind"] == "vat" and (row.get("name") or row.get("region")) for row in standing):
        raise BadSchedule("vat", missing="one VAT for the country (here several stand side by side; leave its column out: --column vat=-)")
    replaced = {row["id"] for row in standing if _is_replaced(row, schedule, replaces, taxed, named)}
    # What another source says of six digits stays.
    known = {
        (row["kind"], row["hs"])
        for row in standing
        if row["id"] not in replaced and not row.get("mode") and _same_origin(row, schedule) and not _has_ended(row, schedule)
    }
    made, without = subheadings(rows, schedule, _switches(texts))
    made = [row for row in made if (row["kind"], row["hs"]) not in known]
    without = [six for six in without if ("duty", six) not in known]
    found = succeeded(standing, [*rows, *made], replaced=replaced, on=schedule.valid_from, used=used)
    if not found.begun and not found.ended:
        return Taken(dict(texts), (), 0, found.unchanged, made, without)
    fields = list(
        dict.fromkeys((*(reader.fieldnames or ()), *COLUMNS, *(("called",) if any(row["called"] for row in found.begun) else ())))
    )
    out = io.StringIO()
    writer = csv.DictWriter(out, fields, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(found.rows)
    return Taken({**texts, name: out.getvalue()}, found.begun, found.ended, found.unchanged, made, without)


def ids_in(text: str) -> set[str]:
    """The ids that a tariff file bears."""
    return {row["id"] for row in csv.DictReader(io.StringIO(text))}


def _is_replaced(
    row: Mapping[str, str], schedule: Schedule, replaces: str, taxed: Collection[str], named: Collection[tuple[str, str]]
) -> bool:
    if row.get("mode") or row["kind"] not in ("duty", "vat"):
        return False
    is_own = (row["kind"], row["hs"][:6]) in named and _same_origin(row, schedule) and row["source"].startswith(schedule.source)
    if row["kind"] == "vat":
        return is_own or (row["hs"] in taxed and not row.get("origin"))
    return is_own or (_same_origin(row, schedule) and row["source"].startswith(replaces))


def _has_ended(row: Mapping[str, str], schedule: Schedule) -> bool:
    return bool(row.get("valid_to")) and date.fromisoformat(row["valid_to"]) < schedule.valid_from


def _same_origin(row: Mapping[str, str], schedule: Schedule) -> bool:
    return (row.get("agreement") or "", row.get("origin") or "") == (schedule.agreement, schedule.origin)


def _switches(texts: Mapping[str, str]) -> frozenset[str]:
    return frozenset(as_written(texts))
