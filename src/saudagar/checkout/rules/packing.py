"""Values and rows in PostgreSQL's binary format, as parameters of a statement. Pure.

Through psycopg's dumpers, value by value, packing cost more than all else that is done for an order in Python.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

# Object ids of types, the same in every PostgreSQL: catalog/pg_type.dat.
BYTEA, INT8, INT2, INT4, TEXT, UUID_, UUIDS = 17, 20, 21, 23, 25, 2950, 2951


def number(value: int, size: int = 4) -> bytes:
    return value.to_bytes(size, "big", signed=True)


def _head(oid: int, size: int) -> bytes:
    """What stands before a value in a composite."""
    return number(oid) + number(size)


NULL_UUID = _head(UUID_, -1)
AS_UUID = _head(UUID_, 16)
AS_INT4 = _head(INT4, 4)
_AS_INT2, _AS_INT8 = _head(INT2, 2), _head(INT8, 8)
_AS_TEXT, _AS_BYTEA, _AS_UUIDS = number(TEXT), number(BYTEA), number(UUIDS)
_SIZE_4, _SIZE_16 = number(4), number(16)


# Values as fields of a composite.


def uuid(value: UUID | None) -> bytes:
    return NULL_UUID if value is None else AS_UUID + value.bytes


def int2(value: int) -> bytes:
    return _AS_INT2 + number(value, 2)


def int4(value: int) -> bytes:
    return AS_INT4 + number(value)


def int8(value: int) -> bytes:
    return _AS_INT8 + number(value, 8)


def text(value: str) -> bytes:
    data = value.encode()
    return _AS_TEXT + number(len(data)) + data


def data(value: bytes) -> bytes:
    return _AS_BYTEA + number(len(value)) + value


def uuids(values: Iterable[UUID]) -> bytes:
    packed = uuid_array([value.bytes for value in values])
    return _AS_UUIDS + number(len(packed)) + packed


code = lru_cache(maxsize=1024)(text)  # for words that come again and again


# Whole parameters.


def row(count: int, *fields: bytes) -> bytes:
    """An element of an array of composites: its length, how many fields, the fields (any number of them in each part)."""
    body = b"".join(fields)
    return (len(body) + 4).to_bytes(4, "big") + count.to_bytes(4, "big") + body


def array(oid: int, elements: Sequence[bytes]) -> bytes:
    """A one-dimensional array without NULL, of elements that have their lengths before them."""
    if not elements:
        return number(0) + number(0) + number(oid)
    return b"".join((number(1), number(0), number(oid), number(len(elements)), number(1), *elements))


def uuid_array(values: Iterable[bytes]) -> bytes:
    return array(UUID_, [_SIZE_16 + value for value in values])


def int_array(values: Iterable[int]) -> bytes:
    return array(INT4, [_SIZE_4 + value.to_bytes(4, "big") for value in values])
