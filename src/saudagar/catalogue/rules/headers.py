"""Which column of a foreign list means what: suggested from the header's words and from what stands below it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.resources import files

from saudagar.foundation.refusals import Refusal

from . import identifiers, numbers

SURE, LIKELY = 90, 60
SAMPLE = 40
LONGEST_HEADER = 80  # characters that are looked at

_HEADERS: dict[str, list[str]] = json.loads(files("saudagar.catalogue").joinpath("data", "headers.json").read_text(encoding="utf-8"))
# Known, and not goods data: what another marketplace measured or who else sells it. Left out on purpose, and said so.
LEFT_OUT = frozenset(_HEADERS.pop("left_out"))
# field -> how sellers, marketplaces and wholesalers head such a column.
FIELDS = _HEADERS


class UnknownColumn(Refusal):
    """A mapping that names a column the list does not have, or a field we do not know. Facts: name."""

    code = "import_unknown_column"
    status = 422
    words = {
        "id": "Kolom atau isian “{name}” tidak dikenal.",
        "en": "There is no column or field “{name}”.",
        "zh-hans": "没有名为“{name}”的列或字段。",
    }


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column most likely means."""

    column: str
    field: str | None  # None: not taken over
    confidence: int  # per cent
    left_out: bool = False  # known, but no business of ours
    unit: str | None = None  # named in the header: "Berat (kg)"
    sample: str = ""

    @property
    def is_sure(self) -> bool:
        return self.confidence >= SURE


def plain(header: str) -> str:
    """A header without case, brackets, stars and punctuation.

    >>> plain(" *Nama_Produk (wajib) "), plain("HS编码")
    ('nama produk', 'hs编码')
    """
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", header[:LONGEST_HEADER])
    lowered = re.sub(r"[(（\[].*?[)）\]]", " ", spaced).lower()
    return " ".join(re.findall(r"[^\W_]+", lowered))


def unit_in(header: str) -> str | None:
    """The unit a header names in brackets or as its last word.

    >>> unit_in("Berat (kg)"), unit_in("重量(克)"), unit_in("Berat")
    ('kg', '克', None)
    """
    for word in re.findall(r"[^\W\d_]+", header.lower())[1:]:
        if word in numbers.GRAMS or word in numbers.MILLIMETRES:
            return word
    return None


def _reads(reader: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            reader(text)
        except Refusal:
            return False
        return True

    return fits


FITS: dict[str, Callable[[str], bool]] = {
    "price": _reads(numbers.amount),
    "stock": _reads(numbers.count),
    "weight": _reads(lambda text: numbers.grams(text, "kg" if "," in text or "." in text else "g")),
    "net_weight": _reads(lambda text: numbers.grams(text, "kg" if "," in text or "." in text else "g")),
    "length": _reads(numbers.millimetres),
    "width": _reads(numbers.millimetres),
    "height": _reads(numbers.millimetres),
    "size": _reads(numbers.box),
    "gtin": _reads(identifiers.gtin),
    "sku": _reads(identifiers.sku),
    "hs_code": _reads(identifiers.hs_code),
    "address": lambda text: text.startswith(("http://", "https://")),
    "photo": lambda text: text.startswith(("http://", "https://")) or bool(re.search(r"\.(jpe?g|png|webp)$", text, re.IGNORECASE)),
    "title": lambda text: len(text) >= 2 and not re.fullmatch(r"[\d.,\s]+", text) and not text.startswith("http"),
}
# What a column shows of itself when its header says nothing.
_SPEAKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("price", lambda text: bool(re.match(r"(rp|idr|¥|￥)", text.lower())) and FITS["price"](text)),
    ("gtin", lambda text: len(text) >= 12 and FITS["gtin"](text)),
    ("photo", lambda text: bool(re.match(r"https?://\S+\.(jpe?g|png|webp)", text, re.IGNORECASE))),
    ("address", FITS["address"]),
    ("weight", lambda text: bool(re.search(r"\d\s*(kg|gr?|gram)$", text.lower())) and FITS["weight"](text)),
)


def suggest(columns: Sequence[str], rows: Sequence[Sequence[str]], chosen: Mapping[str, str] | None = None) -> list[Guess]:
    """What each column means, one guess per column in the order of the list; no field twice.

    columns  headers as they stand in the list
    rows     the list's rows, as text, "" where empty; the first forty with something in them are looked at
    chosen   what a person decided: header -> field, or "" to leave the column out; wins over everything
    """
    chosen = _checked(chosen or {}, columns)
    samples = {column: [row[place] for row in rows if place < len(row) and row[place]][:SAMPLE] for place, column in enumerate(columns)}
    offers = []
    for place, column in enumerate(columns):
        if column in chosen:
            continue
        for field, words_score in _by_words(column).items():
            offers.append((_weighed(field, words_score, samples[column]), -place, field, column))
        shown = _by_contents(samples[column])
        if shown:
            offers.append((60, -place, shown, column))
    taken = {field: column for column, field in chosen.items() if field}
    settled = {column: (field, 100) for column, field in chosen.items()}
    for score, _place, field, column in sorted(offers, reverse=True):
        if score >= LIKELY and field not in taken and column not in settled and not _is_left_out(column):
            taken[field] = column
            settled[column] = (field, score)
    return [
        Guess(
            column=column,
            field=settled.get(column, (None, 0))[0] or None,
            confidence=settled.get(column, (None, 0))[1],
            left_out=_is_left_out(column) and column not in chosen,
            unit=unit_in(column),
            sample=samples[column][0] if samples[column] else "",
        )
        for column in columns
    ]


def _checked(chosen: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    by_plain = {column.strip().casefold(): column for column in columns}
    found = {}
    for name, field in chosen.items():
        column = by_plain.get(name.strip().casefold())
        if column is None:
            raise UnknownColumn(name=name)
        if field and field not in FIELDS:
            raise UnknownColumn(name=field)
        found[column] = field
    return found


def _is_left_out(column: str) -> bool:
    return plain(column) in LEFT_OUT


def _by_words(column: str) -> dict[str, int]:
    header = plain(column)
    scores = {}
    for field, names in FIELDS.items():
        if header in names or header.replace(" ", "") in (name.replace(" ", "") for name in names):
            scores[field] = 95
        elif header:
            nearest = max(SequenceMatcher(None, header, name).ratio() for name in names)
            if nearest >= 0.8:
                scores[field] = int(nearest * 85)
    if not scores:  # "Kode HS barang ekspor": the longest name wholly inside the header
        for field, names in FIELDS.items():
            inside = [name for name in names if len(name) > 3 and re.search(rf"\b{re.escape(name)}\b", header)]
            if inside:
                scores[field] = min(80, 60 + len(max(inside, key=len)))
    return scores


def _weighed(field: str, score: int, sample: Sequence[str]) -> int:
    """The words' score, raised a little when the cells agree and lowered much when they contradict."""
    fits = FITS.get(field)
    if not fits or not sample:
        return score
    share = sum(map(fits, sample)) / len(sample)
    if share >= 0.8:
        return min(99, score + 4)
    return score if share >= 0.5 or len(sample) < 3 else score - 45  # two wrong cells prove nothing


def _by_contents(sample: Sequence[str]) -> str | None:
    if len(sample) < 3:
        return None
    for field, fits in _SPEAKS:
        if sum(map(fits, sample)) / len(sample) >= 0.8:
            return field
    return None


def header_row(rows: Sequence[Sequence[str]], within: int = 12) -> int:
    """Where the headers stand: the first row of the top ones that most of all reads like headers.

    Lists often begin with the shop's name, a date, an empty line.
    """
    best, where = -1, 0
    for place, row in enumerate(rows[:within]):
        cells = [cell for cell in row if cell]
        known = sum(1 for cell in cells if len(cell) <= 60 and (_is_left_out(cell) or max(_by_words(cell).values(), default=0) >= LIKELY))
        score = known * 10 + min(len(cells), 9) if known else 0
        if score > best:
            best, where = score, place
    return where


def contradictions(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns whose numbers say the opposite of their headers: star counts listed from five to one under headers from one to five.

    Told by the mean rating standing beside them. Returns the headers concerned.
    """
    places = {plain(column): place for place, column in enumerate(columns)}
    stars = [places[name] for star in range(1, 6) if (name := f"rating {star} count") in places]
    mean_at = places.get("product rating", places.get("rating"))
    if len(stars) < 5 or mean_at is None:
        return []
    forward = backward = 0
    for row in rows:
        try:
            counts = [numbers.count(row[place]) for place in stars]
            mean = float(row[mean_at].replace(",", "."))
        except (Refusal, ValueError, IndexError):
            continue
        total = sum(counts)
        if not total:
            continue
        as_headed = sum(star * counted for star, counted in enumerate(counts, start=1)) / total
        turned = sum((6 - star) * counted for star, counted in enumerate(counts, start=1)) / total
        forward += abs(as_headed - mean) < 0.15
        backward += abs(turned - mean) < 0.15
    return [columns[place] for place in stars] if backward > 2 * forward + 2 else []
