"""Housekeeping of accounts."""

from datetime import timedelta

from procrastinate.contrib.django import app

from saudagar.foundation.clock import now
from saudagar.people import actions


@app.periodic(cron="40 3 * * *")
@app.task(name="people.forget_unproven")
def forget_unproven(timestamp: int) -> None:
    actions.forget_unproven(before=now() - timedelta(days=2))
