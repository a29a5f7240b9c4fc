"""Arrays in PostgreSQL's binary format, packed by hand, for statements that take many rows at once.

Through psycopg's dumpers, value by value, packing costs more than all else that is done for a row in Python. `teach` a connection, and
give what is packed here as the parameters of psycopg's own cursor; the statement casts each to its type: `%(ids)s::uuid[]`.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID as Uuid

from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format


class Packed(bytes):
    """A parameter that is in PostgreSQL's binary format already."""


class PackedDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: Buffer) -> Buffer:
        return obj


def teach(connection: AdaptContext) -> None:
    """Makes a connection able to send what is packed here."""
    connection.adapters.register_dumper(Packed, PackedDumper)


def _int4(value: int) -> bytes:
    return value.to_bytes(4, "big", signed=True)


_NULL = _int4(-1)
_LENGTH_1, _LENGTH_4, _LENGTH_8, _LENGTH_16 = map(_int4, (1, 4, 8, 16))
# Oids of types, the same in every PostgreSQL: catalog/pg_type.dat.
BOOL, BYTEA, INT8, INT2, INT4, TEXT, MOMENT, UUID, UUIDS = 16, 17, 20, 21, 23, 25, 1184, 2950, 2951
_FIRST_MOMENT, _MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def array(oid: int, elements: Sequence[bytes]) -> Packed:
    """One dimension, counted from 1. Elements with their lengths before them; oid: of their type."""
    if not elements:
        return Packed(_int4(0) + _int4(0) + _int4(oid))
    return Packed(b"".join((_int4(1), _int4(1), _int4(oid), _int4(len(elements)), _int4(1), *elements)))


def uuids(values: Iterable[Uuid | None]) -> Packed:
    return array(UUID, [_NULL if value is None else _LENGTH_16 + value.bytes for value in values])


def raw_uuids(values: Iterable[bytes]) -> Packed:
    """Of their 16 bytes each."""
    return array(UUID, [_LENGTH_16 + value for value in values])


def int4s(values: Iterable[int]) -> Packed:
    return array(INT4, [_LENGTH_4 + value.to_bytes(4, "big", signed=True) for value in values])


def int8s(values: Iterable[int | None]) -> Packed:
    return array(INT8, [_NULL if value is None else _LENGTH_8 + value.to_bytes(8, "big", signed=True) for value in values])


def booleans(values: Iterable[bool]) -> Packed:
    return array(BOOL, [_LENGTH_1 + (b"\1" if value else b"\0") for value in values])


def moments(values: Iterable[datetime]) -> Packed:
    counted = ((value - _FIRST_MOMENT) // _MICROSECOND for value in values)
    return array(MOMENT, [_LENGTH_8 + value.to_bytes(8, "big", signed=True) for value in counted])


def texts(values: Iterable[str | None]) -> Packed:
    """Raises UnicodeEncodeError for what is no text; PostgreSQL refuses NUL."""
    return blobs((None if value is None else value.encode() for value in values), TEXT)


def blobs(values: Iterable[bytes | None], oid: int = BYTEA) -> Packed:
    return array(oid, [_NULL if value is None else len(value).to_bytes(4, "big") + value for value in values])
