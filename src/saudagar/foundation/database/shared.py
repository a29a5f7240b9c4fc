"""Connections that the requests of one web process share.

Each request runs in a thread of its own. With a connection each, three hundred phones at once would use up what the server has,
and everybody would meet an error.
"""

from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

SECONDS_TO_WAIT = 15.0
# Then asking anew begins anew: psycopg waits twice as long after each try in vain, and the database may be back long before.
SECONDS_TO_RECONNECT = 5.0


class SharedConnections(ConnectionPool[Any]):
    """A pool that hands out no broken connection, and when it meets one throws away all that lie there: what ended the one, a
    database that was started anew, ended the others too. psycopg itself would throw away one a second, then one in two."""

    def getconn(self, timeout: float | None = None) -> Any:
        for _ in range(3):
            connection = super().getconn(timeout)
            try:
                self.check_connection(connection)
            except psycopg.Error:
                self.putconn(connection)
                self.drain()
            else:
                return connection
        return super().getconn(timeout)


def share(wrapper: Any, *, most: int) -> SharedConnections:
    """From now on the threads of this process share at most so many connections. `wrapper`: Django's connection."""
    settings = wrapper.settings_dict
    settings["CONN_MAX_AGE"], settings["CONN_HEALTH_CHECKS"] = 0, False
    pool = SharedConnections(
        kwargs={**wrapper.get_connection_params(), "autocommit": True},  # as Django makes one; it sets autocommit itself later
        configure=wrapper._configure_connection,
        min_size=1,
        max_size=most,
        timeout=SECONDS_TO_WAIT,
        reconnect_timeout=SECONDS_TO_RECONNECT,
        open=False,
    )
    settings["OPTIONS"]["pool"] = True
    type(wrapper)._connection_pools[wrapper.alias] = pool
    return pool
