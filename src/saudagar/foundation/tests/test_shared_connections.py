import time
from contextlib import ExitStack

import pytest
from django.db import connection

from saudagar.foundation.database.shared import SharedConnections


@pytest.mark.django_db(transaction=True)
def test_when_the_database_ended_them_all_the_next_one_is_good_at_once():
    kwargs = {**connection.get_connection_params(), "autocommit": True}
    with SharedConnections(kwargs=kwargs, min_size=6, max_size=6, timeout=10, reconnect_timeout=5, open=True) as pool, ExitStack() as held:
        pool.wait()
        pids = [held.enter_context(pool.connection()).info.backend_pid for _ in range(6)]
        held.close()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [pids])
        begun = time.monotonic()
        for _ in range(6):
            with pool.connection() as fresh:
                assert fresh.execute("SELECT 1").fetchone() == (1,)
                assert fresh.info.backend_pid not in pids
        assert time.monotonic() - begun < 5
