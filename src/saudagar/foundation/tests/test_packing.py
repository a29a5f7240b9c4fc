"""What is packed by hand is what psycopg would have sent."""

from datetime import UTC, datetime
from uuid import UUID

import psycopg
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from saudagar.foundation import packing


def read_back(packed: packing.Packed, name: str) -> list:
    connection.ensure_connection()
    packing.teach(connection.connection)
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(f"SELECT %(values)s::{name}[]", {"values": packed}).fetchone()[0]


class Packing(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(st.none() | st.uuids()),
        st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)),
        st.lists(st.integers(-(2**31), 2**31 - 1)),
        st.lists(st.none() | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))),
        st.lists(st.none() | st.binary()),
        st.lists(st.booleans()),
        st.lists(st.integers(-(10**9), 10**10).map(lambda seconds: datetime.fromtimestamp(seconds / 8, UTC))),
    )
    def test_the_database_reads_what_was_packed(self, uuids, longs, ints, texts, blobs, booleans, moments):
        assert [value and UUID(str(value)) for value in read_back(packing.uuids(uuids), "uuid")] == uuids
        assert read_back(packing.int8s(longs), "bigint") == longs
        assert read_back(packing.int4s(ints), "int") == ints
        assert read_back(packing.texts(texts), "text") == texts
        assert [value if value is None else bytes(value) for value in read_back(packing.blobs(blobs), "bytea")] == blobs
        assert read_back(packing.booleans(booleans), "boolean") == booleans
        assert read_back(packing.moments(moments), "timestamptz") == moments
