"""Work in the background: each job loads, calls one action, and may run twice."""

import logging
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from saudagar.foundation.clock import now
from saudagar.payments import actions, gateways, queries
from saudagar.payments.rules.life import GatewayBusy, GatewayRefused

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="payments.look_around")
def look_around(timestamp: int) -> None:
    """Every ten seconds: payments nobody told us about, and refunds that are due."""
    at = now()
    for business_id, payment_id in queries.payments_to_check(at=at):
        _defer_once(check_payment, f"payment {payment_id}", business_id=str(business_id), payment_id=str(payment_id))
    for business_id, refund_id in queries.refunds_to_send(at=at):
        _defer_once(send_refund, f"refund {refund_id}", business_id=str(business_id), refund_id=str(refund_id))


def _defer_once(task: Any, lock: str, **arguments: str) -> None:
    """Not a second time while the first one waits."""
    try:
        task.configure(queueing_lock=lock).defer(**arguments)
    except AlreadyEnqueued:
        pass


@app.task
def check_payment(business_id: str, payment_id: str) -> None:
    try:
        actions.check(UUID(business_id), UUID(payment_id), at=now())
    except (GatewayBusy, GatewayRefused) as refusal:
        log.warning("payment %s: %s", payment_id, refusal)  # it is asked about again


@app.task
def send_refund(business_id: str, refund_id: str) -> None:
    actions.send_refund(UUID(business_id), UUID(refund_id), at=now())


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="payments.read_settlements")
def read_settlements(timestamp: int) -> None:
    """Every hour: settlement files that were not read yet."""
    for name, gateway in gateways.known().items():
        try:
            fresh = [file for file in gateway.settlement_names() if file not in queries.known_settlements(name)]
            for file in fresh:
                actions.read_settlement(name, file, at=now())
        except (GatewayBusy, GatewayRefused) as refusal:
            log.warning("settlement files of %s: %s", name, refusal)
