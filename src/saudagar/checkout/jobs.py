"""Once a night: kept quotes of old days are forgotten."""

from django.conf import settings
from procrastinate.contrib.django import app

from saudagar.checkout import actions
from saudagar.foundation.clock import now


@app.periodic(cron="50 19 * * *")  # 02:50 in Jakarta
@app.task(queueing_lock="checkout.forget_kept")
def forget_kept(timestamp: int) -> None:
    actions.forget_kept(days=settings.KEEP_QUOTES_DAYS, most=settings.KEEP_QUOTES_MOST, at=now())
