"""UPU S10 item identifiers: RR123456785ID. Two letters, eight digits, a check digit, the country. Pure."""

from datetime import datetime

from saudagar.foundation.refusals import Refusal

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


class BadItemIdentifier(Refusal):
    """Not an S10 identifier, or its check digit is wrong. Facts: identifier."""

    code = "bad_item_identifier"
    status = 422
    words = {
        "id": "Nomor kiriman pos {identifier} tidak benar.",
        "en": "The postal item number {identifier} is not right.",
        "zh-hans": "邮件号码 {identifier} 有误。",
    }


def check_digit(serial: str) -> int:
    """
    >>> check_digit("47312482"), check_digit("12345678"), check_digit("20261121")
    (9, 5, 8)
    """
    check = 11 - sum(int(digit) * weight for digit, weight in zip(serial, WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(check, check)


def identifier(service: str, serial: int, country: str) -> str:
    """
    >>> identifier("EE", 12345678, "ID"), identifier("RR", 20261121, "ID")
    ('EE123456785ID', 'RR202611218ID')
    """
    digits = f"{serial:08d}"
    return f"{service}{digits}{check_digit(digits)}{country}"


def is_identifier(text: str) -> bool:
    """
    >>> is_identifier("RR473124829GB"), is_identifier("RR473124828GB"), is_identifier("JP2611210001")
    (True, False, False)
    """
    return (
        len(text) == 13
        and text.isascii()
        and text[:2].isalpha()
        and text[11:].isalpha()
        and text == text.upper()
        and text[2:11].isdigit()
        and check_digit(text[2:10]) == int(text[10])
    )


def read(text: str) -> str:
    """The identifier as it is written; spaces are forgiven. Refuses what is none."""
    tidy = text.replace(" ", "").upper()
    if not is_identifier(tidy):
        raise BadItemIdentifier("item_number", identifier=text)
    return tidy


class NumbersUsedUp(Refusal):
    """No number of this service is free: none was given, or all were used within twelve months. Facts: service, country."""

    code = "item_numbers_used_up"
    status = 503
    words = {
        "id": "Nomor kiriman {service}…{country} sudah habis. Minta rentang nomor baru kepada pos.",
        "en": "The item numbers {service}…{country} are used up. Ask the post for a new range.",
        "zh-hans": "{service}…{country} 邮件号码已用完，请向邮政申请新号段。",
    }


def may_be_used_again(issued_at: datetime, at: datetime) -> bool:
    """Twelve months after its last use, and not a day before (UPU S10)."""
    try:
        return at >= issued_at.replace(year=issued_at.year + 1)
    except ValueError:  # 29 February
        return at >= issued_at.replace(year=issued_at.year + 1, month=3, day=1)


def used_since(at: datetime) -> datetime:
    """A number given out after this moment may not be given out again at `at`."""
    try:
        return at.replace(year=at.year - 1)
    except ValueError:  # 29 February
        return at.replace(year=at.year - 1, day=28)
