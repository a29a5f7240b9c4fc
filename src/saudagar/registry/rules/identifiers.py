"""Numbers that identify a business or a person, checked by their structure. Of goods: catalogue.rules; of parcels: customs.rules.

Structure is all that can be known without asking the office that gave the number. A number that passes may still
belong to somebody else; an officer looks at it before a business is verified.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from stdnum import luhn

from saudagar.foundation.refusals import Refusal
from saudagar.people import rules as people


class IdentifierNotDigits(Refusal):
    """Something other than digits and separators. Facts: name."""

    code = "identifier_not_digits"
    status = 422
    words = {
        "id": "{name} hanya berisi angka.",
        "en": "A {name} holds digits only.",
        "zh-hans": "{name} 只能包含数字。",
    }


class IdentifierLength(Refusal):
    """Too few or too many digits. Facts: name, expected, found."""

    code = "identifier_length"
    status = 422
    words = {
        "id": "{name} harus {expected} angka; yang Anda isi {found} angka.",
        "en": "A {name} has {expected} digits; you entered {found}.",
        "zh-hans": "{name} 应为 {expected} 位数字，您输入了 {found} 位。",
    }


class IdentifierCheckDigit(Refusal):
    """The check digit does not fit the others: most often a typing slip. Facts: name."""

    code = "identifier_check_digit"
    status = 422
    words = {
        "id": "{name} ini salah ketik: angka pemeriksanya tidak cocok.",
        "en": "This {name} has a typing slip: its check digit does not fit.",
        "zh-hans": "该 {name} 输入有误：校验位不符。",
    }


class IdentifierImpossible(Refusal):
    """The right length, yet such a number is never given. Facts: name."""

    code = "identifier_impossible"
    status = 422
    words = {
        "id": "{name} seperti ini tidak pernah diterbitkan.",
        "en": "No such {name} is ever issued.",
        "zh-hans": "不存在这样的 {name}。",
    }


class NikBirthDate(Refusal):
    """Digits 7 to 12 of a NIK are no day on which its owner can be born. Facts: digits."""

    code = "nik_birth_date"
    status = 422
    words = {
        "id": "Angka ke-7 sampai ke-12 NIK adalah tanggal lahir (HHBBTT; perempuan HH+40). “{digits}” bukan tanggal.",
        "en": "Digits 7 to 12 of a NIK are the birth date (DDMMYY; women DD+40). “{digits}” is not a date.",
        "zh-hans": "NIK 第 7 至 12 位为出生日期（日月年；女性日数加 40）。“{digits}”不是有效日期。",
    }


class NikArea(Refusal):
    """The first six digits of a NIK cannot be an area. Facts: digits."""

    code = "nik_area"
    status = 422
    words = {
        "id": "Enam angka pertama NIK adalah kode wilayah. “{digits}” bukan kode wilayah.",
        "en": "The first six digits of a NIK are an area code. “{digits}” is not one.",
        "zh-hans": "NIK 前六位为行政区代码。“{digits}”不是有效代码。",
    }


class IdentifierKindUnknown(Refusal):
    """Asked to check a kind of number that is not known here. Facts: kind, kinds."""

    code = "identifier_kind_unknown"
    status = 422
    words = {
        "id": "Jenis nomor “{kind}” tidak dikenal. Yang dikenal: {kinds}.",
        "en": "Unknown kind of number “{kind}”. Known are: {kinds}.",
        "zh-hans": "未知的号码类型“{kind}”。可用类型：{kinds}。",
    }


class AreaNotFound(Refusal):
    """A warning: the area in a NIK is not in today's list; it may have been divided or renamed since. Facts: area."""

    code = "nik_area_unknown"
    status = 200
    words = {
        "id": "Kode wilayah {area} tidak ada dalam daftar sekarang; mungkin sudah dimekarkan. Nomor tetap diterima.",
        "en": "Area code {area} is not in today's list; it may have been divided since. The number is accepted all the same.",
        "zh-hans": "行政区代码 {area} 不在现行名单中，可能已经分立。该号码仍予接受。",
    }


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that passed the checks of its kind."""

    kind: str  # "nib", "nik", "npwp" …
    value: str  # as it is kept: no separators
    shown: str  # as it is printed: "09.254.294.3-407.000"
    facts: dict[str, object] = field(default_factory=dict)  # what the number itself says
    warnings: tuple[Refusal, ...] = ()  # accepted, but somebody should look

    @property
    def claim(self) -> tuple[str, str]:
        """Kind and value under which the number is unique. An NPWP that is a NIK is claimed as that NIK."""
        if self.kind == "npwp" and not self.value.startswith("0"):
            return "nik", self.value
        return self.kind, self.value


def _digits(text: str, *, name: str, lengths: tuple[int, ...]) -> str:
    compact = re.sub(r"[\s.\-/]", "", text)
    if not re.fullmatch(r"[0-9]+", compact):
        raise IdentifierNotDigits(name=name)
    if len(compact) not in lengths:
        raise IdentifierLength(name=name, expected=" / ".join(map(str, lengths)), found=len(compact))
    return compact


def nib(text: str) -> Identifier:
    """Nomor Induk Berusaha, from OSS: 13 digits, no public check digit (PP 28/2025)."""
    value = _digits(text, name="NIB", lengths=(13,))
    if not value.strip("0"):
        raise IdentifierImpossible(name="NIB")
    return Identifier("nib", value, value)


def nik(text: str, *, on: date, area_exists: Callable[[str], bool] | None = None) -> Identifier:
    """Nomor Induk Kependudukan: area at issue, birth date (women: day + 40), serial. No check digit.

    on           today: nobody is born after it
    area_exists  knows "31.71" or "31.71.01"? An unknown area is a warning, for regencies are divided and numbers stay

    >>> nik("3171015708450001", on=date(2026, 11, 21)).facts["sex"]
    'female'
    """
    value = _digits(text, name="NIK", lengths=(16,))
    if value[0] == "0" or value[0:2] == "10" or "00" in (value[2:4], value[4:6]):
        raise NikArea(digits=value[:6])
    if value[12:] == "0000":
        raise IdentifierImpossible(name="NIK")
    day, month, year = int(value[6:8]), int(value[8:10]), int(value[10:12])
    sex, day = ("female", day - 40) if day > 40 else ("male", day)
    born = []
    for century in (1900, 2000):  # the number does not say which
        try:
            candidate = date(century + year, month, day)
        except ValueError:
            continue
        if candidate <= on:
            born.append(candidate)
    if not born:
        raise NikBirthDate(digits=value[6:12])
    regency = f"{value[:2]}.{value[2:4]}"
    facts: dict[str, object] = {"sex": sex, "born": [candidate.isoformat() for candidate in born], "province": value[:2], "area": regency}
    unknown = area_exists is not None and not area_exists(regency)
    return Identifier("nik", value, _grouped(value), facts, (AreaNotFound(area=regency),) if unknown else ())


def _grouped(value: str, size: int = 4) -> str:
    return " ".join(value[start : start + size] for start in range(0, len(value), size))


def npwp(text: str, *, on: date, area_exists: Callable[[str], bool] | None = None) -> Identifier:
    """Tax number. 15 digits, the old form; 16 digits since 1 July 2024: a person's NIK, or 0 and the old form (PMK 136/2023).

    Kept with 16 digits. The first nine digits of the old form end in a Luhn check digit.
    """
    value = _digits(text, name="NPWP", lengths=(15, 16))
    if len(value) == 16 and value[0] != "0":
        person = nik(value, on=on, area_exists=area_exists)
        return Identifier("npwp", value, person.shown, person.facts | {"is_nik": True}, person.warnings)
    old = value[-15:]
    if not old[:9].strip("0"):
        raise IdentifierImpossible(name="NPWP")
    if not luhn.is_valid(old[:9]):
        raise IdentifierCheckDigit(name="NPWP")
    shown = f"{old[:2]}.{old[2:5]}.{old[5:8]}.{old[8]}-{old[9:12]}.{old[12:]}"
    return Identifier("npwp", "0" + old, shown, {"is_nik": False, "tax_office": old[9:12], "branch": old[12:]})


def nitku(text: str, *, on: date) -> Identifier:
    """Number of one place of business for tax: NPWP of 16 digits and six for the place, 000000 for the head office."""
    value = _digits(text, name="NITKU", lengths=(22,))
    npwp(value[:16], on=on)
    return Identifier("nitku", value, f"{value[:16]} {value[16:]}", {"is_head_office": value[16:] == "000000"})


def phone(text: str, *, country: str = "ID") -> Identifier:
    """A phone number, Indonesian unless it says otherwise."""
    found = people.phone(text, country=country)
    return Identifier("phone", found.e164, found.shown, {"country": found.country, "is_mobile": found.is_mobile})


KINDS = ("nib", "nik", "npwp", "nitku", "phone")


def check(kind: str, text: str, *, on: date, area_exists: Callable[[str], bool] | None = None) -> Identifier:
    """Check a number of a kind that is only known when running. Raises the refusals of this module, and PhoneNotValid."""
    match kind:
        case "nib":
            return nib(text)
        case "nik":
            return nik(text, on=on, area_exists=area_exists)
        case "npwp":
            return npwp(text, on=on, area_exists=area_exists)
        case "nitku":
            return nitku(text, on=on)
        case "phone":
            return phone(text)
    raise IdentifierKindUnknown(kind=kind[:40], kinds=", ".join(KINDS))


def masked(value: str) -> str:
    """A kept identifier as screens show it: the last four signs only, and not how many there are.

    >>> masked("0220202012345")
    '•••• 2345'
    """
    return f"•••• {value[-4:]}" if len(value) > 6 else "••••"
