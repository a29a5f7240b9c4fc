"""Releases and payouts, again and again. Everything here may run twice, or die in the middle."""

from django.conf import settings
from procrastinate.contrib.django import app

from saudagar.foundation.clock import now
from saudagar.settlement import actions
from saudagar.settlement.gateways import payout_gateway


@app.periodic(cron="* * * * *")
@app.task(name="settlement.release_over", queueing_lock="settlement.release_over")
def release_over(timestamp: int) -> None:
    """Money of orders whose inspection is over."""
    while actions.release_over(at=now()) >= 200:
        pass


@app.periodic(cron=settings.PAYOUT_SCHEDULE)
@app.task(name="settlement.gather", queueing_lock="settlement.gather")
def gather(timestamp: int) -> None:
    """What was released becomes payouts."""
    actions.gather_all(at=now())


@app.periodic(cron="* * * * *")
@app.task(name="settlement.send_due", queueing_lock="settlement.send_due")
def send_due(timestamp: int) -> None:
    """Open payouts go to the gateway, or are asked about."""
    actions.send_due(payout_gateway(), at=now())
