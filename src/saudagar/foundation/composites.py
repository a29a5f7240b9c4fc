"""Rows of composite types in PostgreSQL's binary format: `row` of fields, into `packing.array` of the type's oid. Pure.

Each function gives a value as a field: the oid of its type, its length, its bytes.
"""

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from saudagar.foundation.packing import BYTEA, INT2, INT4, INT8, TEXT, UUIDS, uuids
from saudagar.foundation.packing import UUID as UUID_OID


def _number(value: int, size: int = 4) -> bytes:
    return value.to_bytes(size, "big", signed=True)


def _head(oid: int, size: int) -> bytes:
    return _number(oid) + _number(size)


NULL_UUID = _head(UUID_OID, -1)
AS_UUID = _head(UUID_OID, 16)
AS_INT4 = _head(INT4, 4)
_AS_INT2, _AS_INT8 = _head(INT2, 2), _head(INT8, 8)
_AS_TEXT, _AS_BYTEA, _AS_UUIDS = _number(TEXT), _number(BYTEA), _number(UUIDS)


def uuid(value: UUID | None) -> bytes:
    return NULL_UUID if value is None else AS_UUID + value.bytes


def int2(value: int) -> bytes:
    return _AS_INT2 + _number(value, 2)


def int4(value: int) -> bytes:
    return AS_INT4 + _number(value)


def int8(value: int) -> bytes:
    return _AS_INT8 + _number(value, 8)


def text(value: str) -> bytes:
    data = value.encode()
    return _AS_TEXT + _number(len(data)) + data


def blob(value: bytes) -> bytes:
    return _AS_BYTEA + _number(len(value)) + value


def uuid_array(values: Iterable[UUID]) -> bytes:
    packed = uuids(values)
    return _AS_UUIDS + _number(len(packed)) + packed


code = lru_cache(maxsize=1024)(text)  # for words that come again and again


def values(fields: bytes) -> list[bytes]:
    """The bytes of each field; NULL is empty.

    >>> values(int2(7) + text("ya") + NULL_UUID)
    [b'\\x00\\x07', b'ya', b'']
    """
    found, place = [], 0
    while place < len(fields):
        size = max(int.from_bytes(fields[place + 4 : place + 8], "big", signed=True), 0)
        found.append(fields[place + 8 : place + 8 + size])
        place += 8 + size
    return found


def row(count: int, *parts: bytes) -> bytes:
    """An element of an array of composites. count: fields in all parts together."""
    body = b"".join(parts)
    return (len(body) + 4).to_bytes(4, "big") + count.to_bytes(4, "big") + body
