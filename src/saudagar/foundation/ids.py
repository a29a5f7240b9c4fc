"""Ids that the application makes, and handles: what the public sees of a thing that belongs to a seller.

A business id carries 48 random bits, the id of a thing 38 bits of time (10 ms ticks since 2025, until 2112) and 29 random
bits. Both are valid UUIDs (version 8) whose other bits are zero, so that kind, business and thing together fit
25 characters: QRIS tag 62-05 holds no more, and any node finds the owner of a handle without a search.

>>> business, thing = new_business_id(), new_id()
>>> text = handle(Kind.ORDER, business, thing)
>>> len(text), parse_handle(text, Kind.ORDER) == (business, thing)
(25, True)
"""

import secrets
import time
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from saudagar.foundation.refusals import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U, so it can be read out over the phone
EPOCH_TICKS = 1735689600 * 100  # 2025-01-01T00:00:00Z in ticks of 10 ms

BUSINESS_BITS = 48
TIME_BITS, RANDOM_BITS = 38, 29
THING_BITS = TIME_BITS + RANDOM_BITS
TEXT_BITS = 115  # 23 characters of 5 bits: BUSINESS_BITS + THING_BITS

_LETTERS = frozenset(ALPHABET)
_AS_BASE_32 = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_AS_NUMBERS = bytes.maketrans(ALPHABET.encode(), bytes(range(32)))
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]  # ten bits each
_AS_DOUBLED = bytes.maketrans(ALPHABET.encode(), bytes(sum(divmod(value * 2, 32)) for value in range(32)))

_VERSION = 8 << 76  # RFC 9562: version nibble and variant bits of a version 8 UUID
_VARIANT = 2 << 62


class Kind(StrEnum):
    """What a handle points at: its first letter."""

    BUSINESS = "B"
    ORDER = "N"
    PURCHASE = "P"
    LISTING = "T"
    PRODUCT = "R"
    VARIANT = "V"
    POOL = "S"
    PAYMENT = "Q"
    REFUND = "F"
    PARCEL = "K"
    PAYOUT = "Y"
    OUTLET = "W"
    PLANT = "M"


class BadHandle(Refusal):
    """The address was mistyped, cut short, or made up. Facts: handle."""

    code = "bad_handle"
    status = 404
    words = {
        "id": "Alamat {handle} tidak dikenal. Periksa kembali tautan Anda.",
        "en": "The address {handle} is not known. Please check your link.",
        "zh-hans": "找不到 {handle}，请检查链接。",
    }


def new_business_id() -> UUID:
    """A business: 48 random bits. With 64 million businesses about seven pairs collide; the primary key refuses them."""
    return _spread(secrets.randbits(BUSINESS_BITS), BUSINESS_BITS)


def new_id() -> UUID:
    """Anything a business owns: ordered by time, so that indexes grow at one end."""
    ticks = time.time_ns() // 10_000_000 - EPOCH_TICKS
    return _spread(ticks << RANDOM_BITS | secrets.randbits(RANDOM_BITS), THING_BITS)


def first_id(at: datetime) -> UUID:
    """Not above any id that is made at that moment or later.

    >>> first_id(datetime.fromisoformat("2025-01-01T00:00Z"))
    UUID('00000000-0000-8000-8000-000000000000')
    """
    ticks = max(int(at.timestamp() * 100) - EPOCH_TICKS, 0)
    return _spread(ticks << RANDOM_BITS, THING_BITS)


def handle(kind: Kind, business_id: UUID, thing_id: UUID | None = None) -> str:
    """The public name of a thing: kind, business, thing, check character. 25 characters; 12 for a business itself."""
    number = business_id.int >> 80
    letters = _base32(number, 10) if thing_id is None else _base32(number << THING_BITS | _thing(thing_id), TEXT_BITS // 5)
    body = kind + letters
    return body + _check_letter(body)


def parse_handle(text: str, kind: Kind) -> tuple[UUID, UUID]:
    """The business and the thing of a handle. Raises BadHandle on a wrong kind, length, character or check character."""
    number = _checked(text, kind, length=TEXT_BITS // 5 + 2)
    return _spread(number >> THING_BITS, BUSINESS_BITS), _spread(number & ((1 << THING_BITS) - 1), THING_BITS)


def parse_business(text: str) -> UUID:
    """The business of a business handle. Raises BadHandle."""
    number = _checked(text, Kind.BUSINESS, length=12)
    if number >> BUSINESS_BITS:
        raise BadHandle(handle=text[:40])
    return _spread(number, BUSINESS_BITS)


def short_number(thing_id: UUID) -> str:
    """What people read out: the thing's own part of its handle, in groups. Unique inside one business."""
    text = _base32(_thing(thing_id), 14)
    return f"{text[:5]}-{text[5:10]}-{text[10:]}"


def parse_short_number(text: str) -> UUID | None:
    """The thing that people call by this short number; None when it is none. Small letters and missing dashes are forgiven.

    >>> parse_short_number(short_number(UUID("058d0d66-d1fe-8ed6-8200-000000000000")))
    UUID('058d0d66-d1fe-8ed6-8200-000000000000')
    """
    body = text.strip().upper().replace("-", "").replace(" ", "").translate(str.maketrans("ILO", "110"))
    if len(body) != 14 or not all(letter in ALPHABET for letter in body):
        return None
    number = 0
    for letter in body:
        number = number << 5 | ALPHABET.index(letter)
    return None if number >> THING_BITS else _spread(number, THING_BITS)


def _checked(text: str, kind: Kind, *, length: int) -> int:
    body = text.strip().upper()
    good = len(body) == length and body[0] == kind and _LETTERS.issuperset(body)
    if not good or _check_letter(body[:-1]) != body[-1]:
        raise BadHandle(handle=text[:40])
    return int(body[1:-1].translate(_AS_BASE_32), 32)


def _check_letter(body: str) -> str:
    """Luhn's, modulo 32, as `stdnum.luhn` has it, which takes as long as all else that is done with a handle."""
    letters = body.encode()
    total = sum(letters[-2::-2].translate(_AS_NUMBERS)) + sum(letters[::-2].translate(_AS_DOUBLED))
    return ALPHABET[-total % 32]


def _base32(number: int, length: int) -> str:
    pairs = "".join([_PAIRS[number >> shift & 1023] for shift in range((length - 1) // 2 * 10, -1, -10)])
    return pairs[length % 2 :]


def _spread(number: int, bits: int) -> UUID:
    """Lays a number into the free bits of a UUID, from the left: 48, then 12, then 62 bits."""
    free = number << 122 - bits
    return UUID(int=(free >> 74) << 80 | _VERSION | (free >> 62 & 0xFFF) << 64 | _VARIANT | free & (1 << 62) - 1)


def _thing(identity: UUID) -> int:
    """The 67 bits of a thing's id: 48, then 12, then 7."""
    number = identity.int
    return number >> 80 << 19 | (number >> 64 & 0xFFF) << 7 | number >> 55 & 0x7F
