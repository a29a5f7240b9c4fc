"""Pieces that come back to an allotment long after its campaign."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from saudagar.campaigns import actions
from saudagar.foundation.clock import now

EVER = datetime(2020, 1, 1, tzinfo=UTC)
MOST = 500


@app.periodic(cron="7 * * * *")
@app.task(name="campaigns.return_late_pieces", queueing_lock="campaigns.return_late_pieces")
def return_late_pieces(timestamp: int) -> None:
    """An order cancelled weeks later gives its pieces to an allotment that nobody buys from any more: they go on to the shelf."""
    while actions.return_allotments(since=EVER, at=now(), most=MOST) == MOST:
        pass
