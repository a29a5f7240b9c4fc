"""Replays that officers asked for, and what time does to proposals by itself."""

import os
from uuid import UUID

from procrastinate.contrib.django import app

from saudagar.foundation.clock import now
from saudagar.incubation import actions

MOST_PROCESSES = 8


@app.task(name="incubation.replay")
def replay(replay_id: str) -> None:
    """Run twice it does its work once: the row says who took it up."""
    actions.run_replay(UUID(replay_id), processes=min(os.cpu_count() or 1, MOST_PROCESSES), at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="incubation.keep_going", queueing_lock="incubation.keep_going")
def keep_going(timestamp: int) -> None:
    """Days that have come, orders computed under proposals in shadow, pilots measured."""
    actions.keep_going(at=now())


@app.periodic(cron="0 * * * *")
@app.task(name="incubation.new_day", queueing_lock="incubation.new_day")
def new_day(timestamp: int) -> None:
    """Also at the full hour, for a law begins with its day in Jakarta."""
    actions.keep_going(at=now())
