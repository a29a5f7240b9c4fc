"""Jobs deferred inside the worker belong to the transaction they are deferred in."""

import asyncio

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from saudagar.payments.jobs import send_refund
from saudagar.site.management.commands.worker import jobs_connector


def defer(*, take_back: bool) -> None:
    """As a hearer does, in a thread of the worker."""
    try:
        with transaction.atomic():
            send_refund.defer(business_id="b", refund_id="r")
            transaction.set_rollback(take_back)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("take_back", "jobs"), [(True, 0), (False, 1)])
def test_a_job_is_there_when_and_only_when_its_transaction_is(take_back: bool, jobs: int) -> None:
    async def in_the_worker() -> None:
        async with app.open_async():
            await asyncio.to_thread(defer, take_back=take_back)

    with app.replace_connector(jobs_connector()):
        asyncio.run(in_the_worker())
    assert ProcrastinateJob.objects.filter(task_name="saudagar.payments.jobs.send_refund").count() == jobs
