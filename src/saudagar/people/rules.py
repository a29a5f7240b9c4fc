"""What a person gives to be found and reached: phone number, e-mail. Pure."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from saudagar.foundation.refusals import Refusal


class PhoneNotValid(Refusal):
    """The text is not a phone number that exists. Facts: value."""

    code = "phone_invalid"
    status = 422
    words = {
        "id": "“{value}” bukan nomor telepon yang benar. Contoh: 0812-3456-7890, atau +86 138 0013 8000 untuk nomor luar negeri.",
        "en": "“{value}” is not a valid phone number. Example: 0812-3456-7890, or +86 138 0013 8000 for a number abroad.",
        "zh-hans": "“{value}”不是有效的电话号码。例如：0812-3456-7890；国外号码：+86 138 0013 8000。",
    }


class ContactNotUnderstood(Refusal):
    """The text is neither a phone number nor an e-mail address. Facts: value."""

    code = "contact_invalid"
    status = 422
    words = {
        "id": "“{value}” bukan nomor telepon dan bukan alamat email.",
        "en": "“{value}” is neither a phone number nor an e-mail address.",
        "zh-hans": "“{value}”既不是电话号码，也不是电子邮箱地址。",
    }


class TooManyTries(Refusal):
    """Asked too often in a short time. No facts."""

    code = "too_many_tries"
    status = 429
    words = {
        "id": "Terlalu sering mencoba. Tunggu beberapa menit, lalu coba lagi.",
        "en": "Too many tries. Wait a few minutes, then try again.",
        "zh-hans": "尝试次数过多。请等几分钟后再试。",
    }


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number that exists in its country's plan."""

    e164: str  # "+6281234567890"
    country: str  # "ID"
    is_mobile: bool  # can it receive a text message?
    shown: str  # "+62 812-3456-7890"


_ID_MOBILE = re.compile(r"628[1-9]\d{7,10}")
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def phone(text: str, *, country: str = "ID") -> Phone:
    """A phone number as people write it, made into one form.

    country  whose habits to read it with when it carries no country code
    raises   PhoneNotValid

    >>> phone("0812 3456 7890").e164
    '+6281234567890'
    >>> phone("138 0013 8000", country="CN").e164
    '+8613800138000'
    """
    refused = PhoneNotValid(value=text.strip()[:40])
    if len(text) > 40 or not re.fullmatch(r"\+?[\d\s().\-/]+", text.strip()):
        raise refused
    digits = re.sub(r"\D", "", text)
    is_international = text.strip().startswith("+")
    if not is_international and digits.startswith("00"):
        digits, is_international = digits[2:], True
    if country == "ID" and not is_international:
        # People write the number with 0, with 62, with both, or with neither.
        if digits.startswith("620"):
            digits = "62" + digits[3:]
        elif digits.startswith("0"):
            digits = "62" + digits[1:]
        elif digits.startswith("8"):
            digits = "62" + digits
        is_international = digits.startswith("62")
    try:
        parsed = phonenumbers.parse(("+" if is_international else "") + digits, country)
    except phonenumbers.NumberParseException as error:
        raise refused from error
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    is_indonesian_mobile = parsed.country_code == 62 and _ID_MOBILE.fullmatch(e164[1:]) is not None
    # New Indonesian prefixes reach the library late: the ministry's pattern decides there.
    if not (is_indonesian_mobile or phonenumbers.is_valid_number(parsed)):
        raise refused
    return Phone(
        e164=e164,
        country="ID" if parsed.country_code == 62 else phonenumbers.region_code_for_number(parsed) or "",
        is_mobile=is_indonesian_mobile or phonenumbers.number_type(parsed) in _MOBILE,
        shown=_indonesian_mobile_shown(e164)
        if is_indonesian_mobile
        else phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL),
    )


def _indonesian_mobile_shown(e164: str) -> str:
    rest = e164[3:]
    return "-".join(["+62 " + rest[:3], rest[3:7], rest[7:]])


def phone_shown(e164: str) -> str:
    """A kept number in groups, for its owner's eyes; empty stays empty."""
    return phone(e164).shown if e164 else ""


def phone_masked(e164: str) -> str:
    """A phone number its owner recognises and nobody else can call: "+62 812-••••-7890"."""
    parsed = phone(e164)
    spots = [place for place, sign in enumerate(parsed.shown) if sign.isdigit()]
    code = len(parsed.e164) - len(str(phonenumbers.parse(e164).national_number)) - 1
    hidden = set(spots[code + min(3, (len(spots) - code) // 3) : -4 if len(spots) - code > 7 else -2])
    return "".join("•" if place in hidden else sign for place, sign in enumerate(parsed.shown))


_EMAIL = re.compile(r"[^@\s<>\"',;:()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]{2,}")


def email(text: str) -> str:
    """An e-mail address in the form it is kept in.  Raises ContactNotUnderstood.

    >>> email(" Sari@Example.COM ")
    'sari@example.com'
    """
    address = text.strip().lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address) or ".." in address:
        raise ContactNotUnderstood(value=text.strip()[:60])
    return address


def email_masked(address: str) -> str:
    """'s••i@example.com': first and last letter of the name, the whole domain."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}••{name[-1:] if len(name) > 2 else ''}@{domain}"


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a person: exactly one of the two is set."""

    phone: str = ""
    email: str = ""

    @property
    def masked(self) -> str:
        return phone_masked(self.phone) if self.phone else email_masked(self.email)


def contact(text: str) -> Contact:
    """What somebody typed into "phone or e-mail".  Raises PhoneNotValid or ContactNotUnderstood."""
    if "@" in text:
        return Contact(email=email(text))
    if re.search(r"\d", text):
        return Contact(phone=phone(text).e164)
    raise ContactNotUnderstood(value=text.strip()[:60])
