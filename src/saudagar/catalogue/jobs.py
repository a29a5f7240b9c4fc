"""Once a day: papers and statements of origin that end soon."""

from procrastinate.contrib.django import app

from saudagar.catalogue import actions
from saudagar.foundation.clock import now


@app.periodic(cron="40 0 * * *")  # 07:40 in Jakarta, when people read
@app.task(queueing_lock="catalogue.watch_certificates")
def watch_certificates(timestamp: int) -> None:
    at = now()
    on = at.astimezone(actions.JAKARTA).date()
    actions.watch_certificates(on=on, at=at)
    actions.watch_origin(on=on, at=at)
