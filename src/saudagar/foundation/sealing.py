"""Personal data at rest: sealed so that a stolen database tells nothing, indexed so that a repetition is still found.

Keys come from the environment (`SAUDAGAR_KEYS`: "id:base64,id:base64", the first one seals, all of them open), so that a key
can be replaced while old data stays readable. A sealed text is: version, key id, nonce, AES-256-GCM of the text bound to its
purpose. What was sealed for one purpose does not open for another.
"""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = 1
NONCE_BYTES = 12


class Unreadable(ValueError):
    """Sealed data that no key opens: forged, cut, sealed for another purpose, or its key was taken away."""


@cache
def keys() -> dict[int, bytes]:
    """Key id -> 32 secret bytes; the first one seals. Read once from the environment by the settings."""
    return dict(settings.SEALING_KEYS)


@cache
def _cipher(key_id: int, purpose: str) -> AESGCM:
    return AESGCM(derived(key_id, f"seal {purpose}"))


@cache
def derived(key_id: int, purpose: str) -> bytes:
    """32 bytes for one purpose only, from the key with that id. Raises Unreadable for an unknown id."""
    if key_id not in keys():
        raise Unreadable(f"no key {key_id}")
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(keys()[key_id])


def seal(text: str | bytes, purpose: str) -> bytes:
    """Encrypted and authenticated under the newest key. 30 bytes longer than the text."""
    key_id = next(iter(keys()))
    nonce = os.urandom(NONCE_BYTES)
    data = text.encode() if isinstance(text, str) else text
    return bytes((VERSION, key_id)) + nonce + _cipher(key_id, purpose).encrypt(nonce, data, bytes((VERSION, key_id)))


def unseal_bytes(data: bytes | memoryview, purpose: str) -> bytes:
    """The bytes that were sealed for this purpose. Raises Unreadable."""
    data = bytes(data)
    if len(data) < 2 + NONCE_BYTES + 16 or data[0] != VERSION:
        raise Unreadable("not sealed data")
    head, nonce, rest = data[:2], data[2 : 2 + NONCE_BYTES], data[2 + NONCE_BYTES :]
    try:
        return _cipher(data[1], purpose).decrypt(nonce, rest, head)
    except InvalidTag:
        raise Unreadable("wrong key, wrong purpose, or changed data") from None


def unseal(data: bytes | memoryview, purpose: str) -> str:
    """The text that was sealed for this purpose. Raises Unreadable."""
    return unseal_bytes(data, purpose).decode()


def blind_index(kind: str, value: str) -> bytes:
    """16 bytes that are equal for equal values and tell nothing without the key: for unique constraints and look-ups.

    Always under the oldest key (the last one): a new key must not make every known number look new.
    """
    oldest = list(keys())[-1]
    return hmac.new(derived(oldest, f"index {kind}"), value.encode(), hashlib.sha256).digest()[:16]


def masked(value: str, *, shown: int = 4) -> str:
    """For screens: only the last characters, "••••••••1234"."""
    hidden = max(len(value) - shown, 0)
    return "•" * hidden + value[hidden:] if len(value) > shown else "•" * len(value)


def parse_keys(text: str) -> dict[int, bytes]:
    """The form of the environment: "2:base64,1:base64". Raises ValueError with a sentence that says how to mend it."""
    found: dict[int, bytes] = {}
    for part in text.split(","):
        number, _, secret = part.strip().partition(":")
        try:
            key_id, key = int(number), base64.b64decode(secret, validate=True)
        except ValueError:
            raise ValueError('SAUDAGAR_KEYS must look like "1:<base64 of 32 bytes>", newest first, separated by commas.') from None
        if not 0 < key_id < 256 or len(key) != 32:
            raise ValueError("Each key in SAUDAGAR_KEYS needs an id from 1 to 255 and exactly 32 bytes.")
        found[key_id] = key
    return found
