"""Once a day: papers end and rules begin at midnight."""

from procrastinate.contrib.django import app

from saudagar.foundation.clock import now
from saudagar.markets import actions


@app.periodic(cron="10 17 * * *")  # 00:10 in Jakarta
@app.task(queueing_lock="markets.look_at_all_again")
def look_at_all_again(timestamp: int) -> None:
    actions.look_at_all_again(at=now())
