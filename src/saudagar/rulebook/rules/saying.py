"""Rates and numbers as people read them, in their language: "7,5%", "€3.00 for each kind of goods (HS6)", "CHF 4.30 a kilogram".

The rules keep a rate as officers write it ("max(5%, 0.20/kg)"), and so do levies and snapshots; this is how it is shown.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from saudagar.foundation.money import SEPARATORS, SYMBOLS, minor, shown

Words = Mapping[str, str]

EACH: dict[str, Words] = {
    # what a flat amount is for
    "tariff_item": {
        "id": "{amount} untuk tiap jenis barang (HS6)",
        "en": "{amount} for each kind of goods (HS6)",
        "zh-hans": "每种商品（HS6）{amount}",
    },
    "parcel": {"id": "{amount} per paket", "en": "{amount} per parcel", "zh-hans": "每个包裹 {amount}"},
    "line": {"id": "{amount} per baris barang", "en": "{amount} per line of goods", "zh-hans": "每行商品 {amount}"},
    "unit": {"id": "{amount} per buah", "en": "{amount} per piece", "zh-hans": "每件 {amount}"},
}
UNITS: dict[str, Words] = {
    "g": {"id": "{amount} per gram", "en": "{amount} per gram", "zh-hans": "每克 {amount}"},
    "kg": {"id": "{amount} per kg", "en": "{amount} per kg", "zh-hans": "每公斤 {amount}"},
    "100kg": {"id": "{amount} per 100 kg", "en": "{amount} per 100 kg", "zh-hans": "每 100 公斤 {amount}"},
    "g gross": {"id": "{amount} per gram bruto", "en": "{amount} per gram gross", "zh-hans": "每克毛重 {amount}"},
    "kg gross": {"id": "{amount} per kg bruto", "en": "{amount} per kg gross", "zh-hans": "每公斤毛重 {amount}"},
    "100kg gross": {"id": "{amount} per 100 kg bruto", "en": "{amount} per 100 kg gross", "zh-hans": "每 100 公斤毛重 {amount}"},
    "piece": {"id": "{amount} per buah", "en": "{amount} per piece", "zh-hans": "每件 {amount}"},
}
MEASURED: dict[str, Words] = {
    # what a rate counts that is not of the value
    "gross": {"id": "{number} kg bruto", "en": "{number} kg gross", "zh-hans": "毛重 {number} 公斤"},
    "net": {"id": "{number} kg neto", "en": "{number} kg net", "zh-hans": "净重 {number} 公斤"},
    "piece": {"id": "{number} buah", "en": "{number} pcs", "zh-hans": "{number} 件"},
}
PICKED: dict[str, Words] = {
    "max": {"id": "{rates}, yang lebih tinggi", "en": "{rates}, whichever is higher", "zh-hans": "{rates}（取较高者）"},
    "min": {"id": "{rates}, yang lebih rendah", "en": "{rates}, whichever is lower", "zh-hans": "{rates}（取较低者）"},
}
OR: Words = {"id": " atau ", "en": " or ", "zh-hans": " 或 "}
FREE: Words = {"id": "bebas", "en": "free", "zh-hans": "免税"}

FLAT = re.compile(r"([A-Z]{3}) (\d+(?:\.\d+)?) / (tariff_item|parcel|line|unit)")
PICK = re.compile(r"(max|min)\((.+?)\)")
PER_UNIT = re.compile(r"(?:([A-Z]{3}) )?(\d+(?:\.\d+)?)\s*/((?:100kg|kg|g)(?: gross)?|piece)")
NUMBER = re.compile(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])")


def rate_said(text: str, currency: str, language: str) -> str:
    """A rate as it is written in the rules or in a levy, for people. currency: the destination's, for specific rates that name no other.

    >>> rate_said("EUR 3.00 / tariff_item", "EUR", "en"), rate_said("7.5% × 70%", "CNY", "id")
    ('€3.00 for each kind of goods (HS6)', '7,5% × 70%')
    >>> rate_said("max(5%, 0.20/kg) × 70%", "EUR", "en")
    '5% or €0.20 per kg, whichever is higher × 70%'
    >>> rate_said("6.4% + EUR 40.27/100kg", "TRY", "id")
    '6,4% + €40,27 per 100 kg'
    """
    flat = FLAT.fullmatch(text)
    if flat:
        return each_said(minor(flat[2], flat[1]), flat[1], flat[3], language)
    picked = PICK.search(text)
    if picked:
        rates = OR[language].join(_plain(part.strip(), currency, language) for part in picked[2].split(","))
        said = PICKED[picked[1]][language].format(rates=rates)
        return text[: picked.start()] + said + number_said(text[picked.end() :], language)
    return _plain(text, currency, language)


def base_said(text: str, language: str, *, net_grams: int, gross_grams: int, pieces: int) -> str:
    """What a rate counts beside the value: weights and pieces; "" where it is of the value alone.

    >>> base_said("38/100kg gross", "en", net_grams=500, gross_grams=520, pieces=2)
    '0.52 kg gross'
    >>> base_said("max(5%, 4.30/kg + 0.20/piece)", "id", net_grams=500, gross_grams=0, pieces=2)
    '0,5 kg neto, 2 buah'
    """
    units = {found[3] for found in PER_UNIT.finditer(text)}
    counted = {
        "gross": (any(unit.endswith("gross") for unit in units), f"{Decimal(gross_grams) / 1000:f}"),
        "net": (any(unit in ("g", "kg", "100kg") for unit in units), f"{Decimal(net_grams) / 1000:f}"),
        "piece": ("piece" in units, str(pieces)),
    }
    said = [
        MEASURED[each][language].format(number=number_said(number, language))
        for each, (is_counted, number) in counted.items()
        if is_counted
    ]
    return ("、" if language == "zh-hans" else ", ").join(said)


def sum_said(text: str, currency: str, language: str, *, net_grams: int, gross_grams: int, pieces: int) -> str:
    """A rate and what it counts, for people.

    >>> sum_said("38/100kg gross", "EUR", "en", net_grams=500, gross_grams=520, pieces=1)
    '0.52 kg gross × €38 per 100 kg'
    >>> sum_said("max(5%, 0.20/kg)", "EUR", "en", net_grams=500, gross_grams=520, pieces=1)
    '5% or €0.20 per kg, whichever is higher; 0.5 kg net'
    """
    base = base_said(text, language, net_grams=net_grams, gross_grams=gross_grams, pieces=pieces)
    if base and PER_UNIT.match(text) and " + " not in text:
        return f"{base} × {rate_said(text.replace(' gross', ''), currency, language)}"
    rate = rate_said(text, currency, language)
    return f"{rate}{'；' if language == 'zh-hans' else '; '}{base}" if base else rate


def each_said(amount: int, currency: str, per: str, language: str) -> str:
    """So much for each of something. amount: minor units.

    >>> each_said(200, "CNY", "parcel", "en"), each_said(200, "CNY", "parcel", "zh-hans")
    ('¥2.00 per parcel', '每个包裹 ¥2.00')
    """
    return EACH[per][language].format(amount=shown(amount, currency, language))


def percent_said(share: Fraction, language: str) -> str:
    """
    >>> percent_said(Fraction(7, 10), "en"), percent_said(Fraction(11, 12), "en"), percent_said(Fraction(1, 8), "id")
    ('70%', '11/12', '12,5%')
    """
    hundredfold = share * 100
    if 10_000 % hundredfold.denominator:
        return str(share)
    return number_said(f"{float(hundredfold):.10g}%", language)


def number_said(text: str, language: str) -> str:
    """Numbers inside a text, with the decimal mark of the language.

    >>> number_said("11.4% × 70%", "id"), number_said("11.4%", "en"), number_said("art. 2.3.4", "id")
    ('11,4% × 70%', '11.4%', 'art. 2.3.4')
    """
    mark = ".".translate(SEPARATORS[language])
    return NUMBER.sub(rf"\1{mark}\2", text)


def whole_said(number: int, language: str) -> str:
    """
    >>> whole_said(20000, "en"), whole_said(20000, "id")
    ('20,000', '20.000')
    """
    return f"{number:,}".translate(SEPARATORS[language])


def _plain(text: str, currency: str, language: str) -> str:
    if text == "free":
        return FREE[language]

    def per_unit(found: re.Match[str]) -> str:
        own = found[1] or currency
        symbol = SYMBOLS.get(own, own + "\u00a0")
        amount = f"{Decimal(found[2]):,f}".translate(SEPARATORS[language])
        return UNITS[found[3]][language].format(amount=symbol + amount)

    # Amounts first: once they are in words, no number with a point is left but percentages.
    parts = [PER_UNIT.sub(per_unit, part) if PER_UNIT.search(part) else number_said(part, language) for part in text.split(" + ")]
    return " + ".join(parts)
