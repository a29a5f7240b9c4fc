"""What a piece of goods is called by machines: GTIN, SKU, HS code."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from saudagar.foundation.refusals import Refusal

LONGEST_SKU = 40
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class GtinWrong(Refusal):
    """A barcode number whose length or check digit is wrong. Facts: text."""

    code = "gtin_wrong"
    status = 422
    words = {
        "id": "Nomor barcode {text} salah. GTIN berisi 8, 12, 13 atau 14 angka dengan angka pemeriksa yang cocok.",
        "en": "The barcode number {text} is wrong. A GTIN has 8, 12, 13 or 14 digits with a matching check digit.",
        "zh-hans": "条码 {text} 有误。GTIN 应为 8、12、13 或 14 位数字，且校验位正确。",
    }


class GtinSpoiled(Refusal):
    """A barcode number a spreadsheet has rounded (8.99E+12). Facts: text."""

    code = "gtin_spoiled"
    status = 422
    words = {
        "id": "Barcode {text} sudah dibulatkan oleh lembar kerja. Jadikan kolomnya teks lalu isi lagi.",
        "en": "The barcode {text} was rounded by the spreadsheet. Make the column text and enter it again.",
        "zh-hans": "条码 {text} 被表格软件四舍五入了。请将该列设为文本后重新填写。",
    }


class SkuWrong(Refusal):
    """A SKU with other characters than letters, digits and . _ - /, or too long. Facts: text."""

    code = "sku_wrong"
    status = 422
    words = {
        "id": "SKU “{text}” hanya boleh berisi huruf, angka dan . _ - / (paling banyak 40).",
        "en": "The SKU “{text}” may hold only letters, digits and . _ - / (40 at most).",
        "zh-hans": "SKU“{text}”只能包含字母、数字及 . _ - /（最多 40 个字符）。",
    }


class HsCodeWrong(Refusal):
    """An HS code that is not 6 to 10 digits, or not in the nomenclature. Facts: text."""

    code = "hs_code_wrong"
    status = 422
    words = {
        "id": "Kode HS {text} tidak ada. Tulis sedikitnya 6 angka, misalnya 0901.21.",
        "en": "There is no HS code {text}. Write at least 6 digits, for example 0901.21.",
        "zh-hans": "不存在 HS 编码 {text}。请至少填写 6 位数字，例如 0901.21。",
    }


def check_digit(digits: str) -> int:
    """GS1 modulo 10: weights 3, 1, 3 … from the right.

    >>> check_digit("899123456789")
    1
    """
    return -sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits))) % 10


def gtin(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 as digits only.

    >>> gtin("8991234 567891"), gtin("8991234567891.0")
    ('8991234567891', '8991234567891')
    """
    shown = text.strip()
    if re.search(r"\d[eE]\+?\d", shown):
        raise GtinSpoiled(text=shown)
    digits = re.sub(r"[\s\-'’]", "", re.sub(r"\.0$", "", shown))
    if (
        not re.fullmatch(r"\d{8}|\d{12}|\d{13}|\d{14}", digits, re.ASCII)
        or not digits.strip("0")
        or int(digits[-1]) != check_digit(digits[:-1])
    ):
        raise GtinWrong(text=shown)
    return digits


def sku(text: str) -> str:
    """A SKU as it is kept: capitals, no spaces.

    >>> sku(" kopi gayo/250 ")
    'KOPI-GAYO/250'
    """
    kept = re.sub(r"\s+", "-", re.sub(r"\.0$", "", text.strip()).upper())
    if not re.fullmatch(rf"[A-Z0-9][A-Z0-9._/-]{{0,{LONGEST_SKU - 1}}}", kept):
        raise SkuWrong(text=text.strip()[:60])
    return kept


def made_sku(title: str, source: str) -> str:
    """A SKU for goods that came without one. The same source gives the same SKU, so a list imported twice meets itself.

    source  what marks the goods in the list they came from: their address there, or title and variant

    >>> made_sku("Sambal Bawang Bu Rudy (RESMI)", "https://example.test/a")
    'SAMBAL-BAWANG-BU-RUDY-ZB31K'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().upper()
    words = re.findall(r"[A-Z0-9]+", plain)
    stem = ""
    for word in words:
        if len(stem) + len(word) > 22:
            break
        stem += word + "-"
    mark = int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big")
    return (stem or "P-") + "".join(_CROCKFORD[mark >> shift & 31] for shift in (20, 15, 10, 5, 0))


def dotted(hs: str) -> str:
    """An HS code as people write it.

    >>> dotted("090121"), dotted("0901210000"), dotted("")
    ('0901.21', '0901.210000', '')
    """
    return f"{hs[:4]}.{hs[4:]}" if hs else ""


def hs_code(text: str) -> str:
    """An HS code as 6 to 10 digits without dots; a lost leading zero is put back for 5, 7 and 9 digits.

    >>> hs_code("0901.21"), hs_code("90121"), hs_code("0410.90.10")
    ('090121', '090121', '04109010')
    """
    digits = re.sub(r"[\s.]", "", re.sub(r"\.0$", "", text.strip()))
    if len(digits) in (5, 7, 9):
        digits = "0" + digits
    if not re.fullmatch(r"\d{6}|\d{8}|\d{10}", digits, re.ASCII) or not 1 <= int(digits[:2]) <= 97:
        raise HsCodeWrong(text=text.strip()[:40])
    return digits
