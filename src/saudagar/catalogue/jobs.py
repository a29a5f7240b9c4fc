"""Once a day: papers that end soon."""

from procrastinate.contrib.django import app

from saudagar.catalogue import actions
from saudagar.foundation.clock import now


@app.periodic(cron="40 0 * * *")  # 07:40 in Jakarta, when people read
@app.task(queueing_lock="catalogue.watch_certificates")
def watch_certificates(timestamp: int) -> None:
    at = now()
    actions.watch_certificates(on=at.astimezone(actions.JAKARTA).date(), at=at)
