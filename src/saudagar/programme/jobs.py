"""Once a night: how ready everybody is."""

from procrastinate.contrib.django import app

from saudagar.foundation.clock import now
from saudagar.programme import actions


@app.periodic(cron="30 19 * * *")  # 02:30 in Jakarta, after listings were looked at
@app.task(queueing_lock="programme.work_out_readiness")
def work_out_readiness(timestamp: int) -> None:
    actions.work_out_all(at=now())
