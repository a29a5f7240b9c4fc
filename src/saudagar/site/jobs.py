"""Rehearsals that officers asked for. A job that runs twice plays once."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import close_old_connections, connection
from procrastinate.contrib.django import app

from saudagar.foundation.clock import now
from saudagar.site.rehearsal import actions, supervised

log = logging.getLogger(__name__)


@app.task(name="site.play_rehearsal")
def play_rehearsal(rehearsal_id: str) -> None:
    """On a copy, in a process of its own. Whatever happens the row tells how it ended, unless this process is killed."""
    this = UUID(rehearsal_id)
    found = actions.begin(this, at=now())
    if found is None:
        return

    def tell(progress: Mapping[str, Any]) -> None:
        _fresh_connection()
        actions.follow(this, progress, at=now())

    try:
        certificate = supervised.played(orders=found.orders, kill=found.kill, campaign=found.campaign, tell=tell)
    except Exception as error:
        if not isinstance(error, supervised.Broken):
            log.exception("rehearsal %s", rehearsal_id)
        _fresh_connection()
        actions.end(this, None, failure=str(error), at=now())
    else:
        _fresh_connection()
        actions.end(this, certificate, at=now())


def _fresh_connection() -> None:
    """It takes minutes: the database may have been started anew meanwhile."""
    if not connection.in_atomic_block:
        close_old_connections()
