"""Amounts, counts, weights and sizes as sellers write them, in Indonesian, English and Chinese habit.

A number is read in the way its writer most plausibly meant; what can be read in two ways is refused, never guessed.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from saudagar.foundation import money
from saudagar.foundation.refusals import Refusal

MULTIPLES = {
    "rb": 1_000, "ribu": 1_000, "k": 1_000, "千": 1_000,
    "jt": 1_000_000, "juta": 1_000_000, "m": 1_000_000, "万": 10_000, "萬": 10_000,
}  # fmt: skip
CURRENCY_MARKS = {
    "rp": "IDR", "rp.": "IDR", "idr": "IDR", "¥": "CNY", "￥": "CNY", "cny": "CNY", "rmb": "CNY", "元": "CNY",
    "$": "USD", "us$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR",
}  # fmt: skip
GRAMS = {
    "mg": Decimal("0.001"), "g": Decimal(1), "gr": Decimal(1), "gram": Decimal(1), "grams": Decimal(1), "克": Decimal(1),
    "ons": Decimal(100), "kg": Decimal(1000), "kgs": Decimal(1000), "kilo": Decimal(1000), "kilogram": Decimal(1000),
    "公斤": Decimal(1000), "千克": Decimal(1000), "斤": Decimal(500),
}  # fmt: skip
MILLIMETRES = {"mm": Decimal(1), "毫米": Decimal(1), "cm": Decimal(10), "厘米": Decimal(10), "m": Decimal(1000), "米": Decimal(1000)}

HEAVIEST_GRAMS = 1_000_000  # one tonne: heavier is a typing slip, not a piece of goods
DEAREST_MINOR = 10**14
LONGEST = 60  # characters of a figure with all its marks and words; what is longer is no figure, and would take its readers long
_FIGURE = r"\d[\d.,\s]*"


class AmountUnreadable(Refusal):
    """A price that cannot be read, or can be read in two ways. Facts: text."""

    code = "amount_unreadable"
    status = 422
    words = {
        "id": "Harga “{text}” tidak terbaca. Tulis seperti 107.000 atau Rp107.000.",
        "en": "The price “{text}” cannot be read. Write it like 107,000 or Rp107.000.",
        "zh-hans": "无法识别价格“{text}”。请写成 107,000 或 Rp107.000。",
    }


class AmountInOtherCurrency(Refusal):
    """A price with the mark of another currency than the column's. Facts: text, currency."""

    code = "amount_in_other_currency"
    status = 422
    words = {
        "id": "Harga “{text}” bukan dalam {currency}.",
        "en": "The price “{text}” is not in {currency}.",
        "zh-hans": "价格“{text}”的币种不是 {currency}。",
    }


class WeightUnreadable(Refusal):
    """A weight that cannot be read. Facts: text."""

    code = "weight_unreadable"
    status = 422
    words = {
        "id": "Berat “{text}” tidak terbaca. Tulis seperti 250 gr atau 1,5 kg.",
        "en": "The weight “{text}” cannot be read. Write it like 250 g or 1.5 kg.",
        "zh-hans": "无法识别重量“{text}”。请写成 250克 或 1.5公斤。",
    }


class SizeUnreadable(Refusal):
    """A size that cannot be read. Facts: text."""

    code = "size_unreadable"
    status = 422
    words = {
        "id": "Ukuran “{text}” tidak terbaca. Tulis seperti 20 x 10 x 5 cm.",
        "en": "The size “{text}” cannot be read. Write it like 20 x 10 x 5 cm.",
        "zh-hans": "无法识别尺寸“{text}”。请写成 20 x 10 x 5 cm。",
    }


class CountUnreadable(Refusal):
    """A number of pieces that cannot be read. Facts: text."""

    code = "count_unreadable"
    status = 422
    words = {
        "id": "Jumlah “{text}” tidak terbaca. Tulis bilangan bulat seperti 25.",
        "en": "The number “{text}” cannot be read. Write a whole number like 25.",
        "zh-hans": "无法识别数量“{text}”。请写整数，例如 25。",
    }


def number(text: str, *, one_mark_is_decimal: bool = False) -> Decimal:
    """A plain figure with separators of either habit.

    Two different marks: the last one is the decimal mark. One mark repeated: thousands. One mark once: thousands when exactly
    three digits follow (and the figure does not start with 0), else decimal. `one_mark_is_decimal` settles that last case the
    other way, for units such as kg where 1.500 is one and a half.

    >>> number("1.250.000,50"), number("107.000"), number("12,5"), number("0.500"), number("1.500", one_mark_is_decimal=True)
    (Decimal('1250000.50'), Decimal('107000'), Decimal('12.5'), Decimal('0.500'), Decimal('1.500'))
    """
    figure = re.sub(r"[\s\u00a0\u202f]", "", text)
    if re.fullmatch(r"\d(\.\d{1,15})?[eE]\+?\d\d?", figure, re.ASCII):  # what a spreadsheet makes of a long number
        return Decimal(figure)
    if len(figure) > 24 or not re.fullmatch(r"\d+([.,]\d+)*", figure, re.ASCII):
        raise ValueError(text)
    marks = re.findall(r"[.,]", figure)
    if len(set(marks)) == 2:
        if marks.count(marks[-1]) > 1 or marks[-1] in marks[:-1]:
            raise ValueError(text)
        whole, fraction = figure.rsplit(marks[-1], 1)
        return Decimal(f"{_without_thousands(whole, text)}.{fraction}")
    if len(marks) > 1:
        return Decimal(_without_thousands(figure, text))
    if len(marks) == 1:
        whole, fraction = figure.split(marks[0])
        if len(fraction) == 3 and not one_mark_is_decimal and whole.lstrip("0") and len(whole) <= 3:
            return Decimal(whole + fraction)
        return Decimal(f"{whole}.{fraction}")
    return Decimal(figure)


def _without_thousands(figure: str, text: str) -> str:
    first, *groups = re.split(r"[.,]", figure)
    if len(first) > 3 or any(len(group) != 3 for group in groups):
        raise ValueError(text)
    return first + "".join(groups)


def amount(text: str, currency: str = "IDR") -> int:
    """A price in minor units. Rupiah comes back whole.

    >>> amount("Rp107.000"), amount("Rp. 5.000,-"), amount("1,5 jt"), amount("12.50", "CNY"), amount("15000.0")
    (10700000, 500000, 150000000, 1250, 1500000)
    """
    shown = text.strip()
    if len(shown) > LONGEST:
        raise AmountUnreadable(text=shown[:LONGEST])
    rest = shown.lower().strip()
    rest = re.sub(r"(,-|,–|\.-|/-)$", "", rest)
    rest, named = _currency_of(rest)
    if named and named != currency:
        raise AmountInOtherCurrency(text=shown, currency=currency)
    found = re.fullmatch(rf"({_FIGURE}?)\s*(ribu|rb|juta|jt|k|千|万|萬)?", rest.strip())
    if not found:
        raise AmountUnreadable(text=shown)
    multiple = MULTIPLES.get(found[2] or "", 1)
    try:
        value = number(found[1], one_mark_is_decimal=multiple > 1) * multiple
    except (ValueError, InvalidOperation):
        raise AmountUnreadable(text=shown) from None
    read = money.minor(value, currency)
    if not 0 < read < DEAREST_MINOR:
        raise AmountUnreadable(text=shown)
    return read


def _currency_of(text: str) -> tuple[str, str | None]:
    for mark in sorted(CURRENCY_MARKS, key=len, reverse=True):
        if text.startswith(mark):
            return text[len(mark) :], CURRENCY_MARKS[mark]
        if text.endswith(mark):
            return text[: -len(mark)], CURRENCY_MARKS[mark]
    return text, None


def count(text: str) -> int:
    """Pieces: a whole number, also as marketplaces shorten it.

    >>> count("25"), count("1.250"), count("10 rb+"), count("54,6 rb"), count("(4.565 rating)"), count("25.0")
    (25, 1250, 10000, 54600, 4565, 25)
    """
    shown = text.strip()
    if len(shown) > LONGEST:
        raise CountUnreadable(text=shown[:LONGEST])
    found = re.fullmatch(
        rf"\(?\s*({_FIGURE}?)\s*(ribu|rb|juta|jt|k|千|万|萬)?\s*\+?\s*(pcs|pc|buah|bungkus|pack|rating|ulasan|terjual|个|件)?\s*\)?",
        shown.lower(),
    )
    if not found:
        raise CountUnreadable(text=shown)
    multiple = MULTIPLES.get(found[2] or "", 1)
    try:
        value = number(found[1], one_mark_is_decimal=multiple > 1) * multiple
    except (ValueError, InvalidOperation):
        raise CountUnreadable(text=shown) from None
    if value != value.to_integral_value() or value > 10_000_000:
        raise CountUnreadable(text=shown)
    return int(value)


def grams(text: str, unit: str = "g") -> int:
    """A weight in grams; `unit` is what the column's header names when the cell names none.

    >>> grams("1,5 kg"), grams("250gr"), grams("1.500"), grams("1.500 kg"), grams("2 ons"), grams("0.25", unit="kg")
    (1500, 250, 1500, 1500, 200, 250)
    """
    shown = text.strip()
    if len(shown) > LONGEST:
        raise WeightUnreadable(text=shown[:LONGEST])
    found = re.fullmatch(rf"({_FIGURE}?)\s*([a-z]+|克|公斤|千克|斤)?\.?", shown.lower())
    named = (found[2] if found else None) or unit
    if not found or named not in GRAMS:
        raise WeightUnreadable(text=shown)
    try:
        value = number(found[1], one_mark_is_decimal=GRAMS[named] > 1) * GRAMS[named]
    except (ValueError, InvalidOperation):
        raise WeightUnreadable(text=shown) from None
    whole = int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if not 0 < whole <= HEAVIEST_GRAMS:
        raise WeightUnreadable(text=shown)
    return whole


def millimetres(text: str, unit: str = "cm") -> int:
    """One length in millimetres.

    >>> millimetres("12,5"), millimetres("30 mm"), millimetres("1.2 m")
    (125, 30, 1200)
    """
    shown = text.strip()
    if len(shown) > LONGEST:
        raise SizeUnreadable(text=shown[:LONGEST])
    found = re.fullmatch(rf"({_FIGURE}?)\s*(mm|cm|m|毫米|厘米|米)?", shown.lower())
    if not found:
        raise SizeUnreadable(text=shown)
    try:
        value = number(found[1], one_mark_is_decimal=True) * MILLIMETRES[found[2] or unit]
    except (ValueError, InvalidOperation):
        raise SizeUnreadable(text=shown) from None
    whole = int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if not 0 < whole <= 10_000:
        raise SizeUnreadable(text=shown)
    return whole


def box(text: str, unit: str = "cm") -> tuple[int, int, int]:
    """Length, width, height in millimetres.

    >>> box("20 x 10 x 5 cm"), box("200*100*50mm")
    ((200, 100, 50), (200, 100, 50))
    """
    shown = text.strip()
    if len(shown) > LONGEST:
        raise SizeUnreadable(text=shown[:LONGEST])
    parts = re.split(r"\s*[x×*]\s*", shown.lower())
    if len(parts) != 3:
        raise SizeUnreadable(text=shown)
    named = re.search(r"(mm|cm|m|毫米|厘米|米)\s*$", parts[2])
    try:
        length, width, height = (millimetres(part, named[1] if named else unit) for part in parts)
    except SizeUnreadable:
        raise SizeUnreadable(text=shown) from None
    return length, width, height


def grams_in_title(title: str) -> int | None:
    """Net weight named in a title, when the title names exactly one; `10 x 20gr` is 200. Millilitres are not a weight.

    >>> grams_in_title("Finna Sambal Uleg (10 x 20gr)"), grams_in_title("Kobe 35gr Level 30"), grams_in_title("500 GR 1 KG")
    (200, 35, None)
    """
    unit = r"(kg|kilo|gram|grams|gr|g)\b"
    lowered = title.lower()
    found = set()
    bundle = rf"(\d{{1,3}})\s*x\s*(\d+(?:[.,]\d+)?)\s*{unit}|(\d+(?:[.,]\d+)?)\s*{unit}\s*x\s*(\d{{1,3}})"
    for pieces, each, each_unit, each_last, last_unit, pieces_last in re.findall(bundle, lowered):
        one = grams((each or each_last) + (each_unit or last_unit))
        found.add(one * int(pieces or pieces_last))
    if found:
        return found.pop() if len(found) == 1 else None
    for figure, named in re.findall(rf"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*{unit}", lowered):
        try:
            found.add(grams(figure + named))
        except WeightUnreadable:
            return None
    # "Isi 10", "50 pcs", "6 renceng" beside one weight: of one piece or of all? Not ours to say.
    if len(found) == 1 and re.search(
        r"\b(isi|pcs|pc|sachet|renceng|rtg|rcg|pack|paket|bundle)\s*\d|\d+\s*(pcs|pc|sachet|renceng|rtg|rcg|bks|pack|botol)\b", lowered
    ):
        return None
    return found.pop() if len(found) == 1 else None
