"""What shipping does by itself."""

import logging

from procrastinate.contrib.django import app

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.shipping import actions, queries

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="shipping.check", queueing_lock="shipping.check")
def check(timestamp: int) -> None:
    """Once a minute: books what could not be booked, calls off what must not travel, and asks after parcels that were silent
    for long, for a webhook may be lost. Each parcel carries when it is due next."""
    for business_id, parcel_id in queries.to_check(at=now()):
        try:
            actions.ask(business_id, parcel_id, at=now())
        except Refusal as refusal:
            log.warning("parcel %s of business %s: %s", parcel_id, business_id, refusal)
