"""Starting payments, taking in what gateways say, giving money back, reading settlement files.

Whatever a gateway says, and however often and in whatever order, ends in `batch.steps`: one transaction that locks payments and orders,
marks orders paid and posts their money. No HTTP call is made inside a transaction.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from saudagar.foundation import packing
from saudagar.foundation.ids import BadHandle, Kind, handle, parse_handle
from saudagar.ledger import actions as ledger
from saudagar.ledger.actions import OrderMoney
from saudagar.markets.models import Market
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order, Purchase
from saudagar.orders.rules import AWAITING_PAYMENT
from saudagar.payments import batch, events, gateways, queries
from saudagar.payments.batch import Heard
from saudagar.payments.gateways import Ask
from saudagar.payments.gateways.base import SettledLine
from saudagar.payments.models import Payment, Refund, SettlementFile
from saudagar.payments.rules import life, qris, snap
from saudagar.payments.rules.life import (
    GATEWAY_OF,
    GatewayBusy,
    GatewayRefused,
    NothingToGiveBack,
    NothingToPay,
    PaymentTimeOver,
    Status,
    Told,
    UnknownMethod,
    UnknownPayment,
    Verdict,
)

# After so long a refund that is "sending" is taken to have been cut off, and is sent again.
CUT_OFF = timedelta(minutes=3)

log = logging.getLogger(__name__)


def start(home_business_id: UUID, purchase_id: UUID, method: str, at: datetime) -> Payment:
    """What the buyer pays with, made on first request and the same on every later one. Not inside a transaction.

    raises  UnknownOrder, UnknownMethod, NothingToPay, PaymentTimeOver, QrisAmountTooHigh, GatewayBusy, GatewayRefused
    """
    payment = _begin(home_business_id, purchase_id, method, at)
    if payment.state != Payment.State.STARTING:
        return payment
    merchant = queries.merchant(payment.order_business_ids)
    purchase_handle = handle(Kind.PURCHASE, home_business_id, purchase_id)
    ask = Ask(
        reference=handle(Kind.PAYMENT, payment.business_id, payment.id),
        purchase=purchase_handle,
        amount=payment.amount,
        currency=payment.currency,
        merchant=merchant.name,
        city=merchant.city,
        expires_at=payment.expires_at,
        return_url=f"{settings.BASE_URL}/pay/{purchase_handle}/?returned=1",
        notice_url=f"{settings.BASE_URL}/api/v1/payments/{payment.gateway}/notices",
    )
    try:
        started = gateways.gateway(payment.gateway).start(ask)
    except GatewayRefused as refused:
        _end(payment, Payment.State.FAILED, failure=str(refused.facts.get("said", "")))
        raise
    with transaction.atomic():
        payment = _locked(payment.business_id, payment.id)
        payment.gateway_reference = payment.gateway_reference or started.gateway_reference
        payment.qr_payload, payment.link = started.qr_payload, started.link
        if payment.state == Payment.State.STARTING:  # a notice may have been faster
            payment.state = Payment.State.PENDING
        payment.save()
    return payment


@transaction.atomic
def _begin(home_business_id: UUID, purchase_id: UUID, method: str, at: datetime) -> Payment:
    """The live payment of this purchase and method; a new one when there is none."""
    purchase = order_queries.purchase(home_business_id, purchase_id)
    known = queries.live_payment(home_business_id, purchase_id, method)
    if known is not None and (known.state == Payment.State.CAPTURED or known.expires_at > at):
        return known
    if method not in GATEWAY_OF or method not in {purchase.method, *_market_methods(purchase)}:
        raise UnknownMethod(method=method)
    unpaid = [order for order in order_queries.orders_of(purchase) if order.state == AWAITING_PAYMENT]
    if not unpaid:
        raise NothingToPay(purchase=order_queries.purchase_handle(purchase))
    if purchase.pay_by <= at:
        raise PaymentTimeOver(pay_by=purchase.pay_by.isoformat())
    amount = sum(order.total for order in unpaid)
    if method == "qris":
        qris.check_limit(amount, on=at.astimezone(snap.JAKARTA).date())
    if known is not None:
        _end(known, Payment.State.EXPIRED)
    try:
        with transaction.atomic():
            return Payment.objects.create(
                business_id=home_business_id,
                purchase=purchase,
                method=method,
                gateway=GATEWAY_OF[method],
                amount=amount,
                currency=purchase.currency,
                order_business_ids=[order.business_id for order in unpaid],
                started_at=at,
                expires_at=purchase.pay_by,
                next_check_at=life.next_check(at, purchase.pay_by, checks=0, at=at),
            )
    except IntegrityError:
        # Somebody else began the same one at the same moment.
        found = queries.live_payment(home_business_id, purchase_id, method)
        if found is None:
            raise
        return found


def _market_methods(purchase: Purchase) -> list[str]:
    market = Market.objects.filter(code=purchase.market_code).first()
    return list(market.payment_methods) if market else []


def hear_notice(gateway_name: str, *, path: str, headers: Mapping[str, str], body: bytes, at: datetime) -> Verdict:
    """A gateway's notice, as it came over the wire.

    raises  KeyError for an unknown gateway, NoticeNotSigned, NoticeTooOld, NoticeUnreadable, UnknownPayment
    """
    heard = batch.heard_notice(gateway_name, path=path, headers=headers, body=body)
    verdict = take_in_all([heard], at=at)[0]
    if verdict is None:
        raise UnknownPayment(payment=heard.told.partner_reference[:40])
    return verdict


def check(business_id: UUID, payment_id: UUID, *, at: datetime) -> Payment:
    """Ask the gateway ourselves: a lost notice must not lose a payment. Not inside a transaction. Raises UnknownPayment, GatewayBusy."""
    payment = queries.payment(business_id, payment_id)
    if payment.state in (Payment.State.CAPTURED, Payment.State.MISMATCHED):
        return payment
    told, reference = None, handle(Kind.PAYMENT, business_id, payment_id)
    try:
        said = gateways.gateway(payment.gateway).status(reference)
        if said.partner_reference != reference:
            raise GatewayRefused(gateway=payment.gateway, said="answered about another payment")
        told = said
    finally:
        # Also when nobody answered: the next look is later, and rarer.
        if told is None or told.status not in (Status.PAID, Status.FAILED):
            _looked(payment, told, at=at)
    if told.status in (Status.PAID, Status.FAILED):
        take_in(payment.gateway, told, at=at)
    return queries.payment(business_id, payment_id)


@transaction.atomic
def _looked(payment: Payment, told: Told | None, *, at: datetime) -> None:
    payment = _locked(payment.business_id, payment.id)
    if payment.state not in (Payment.State.STARTING, Payment.State.PENDING):
        return
    payment.checks = min(payment.checks + 1, 1000)
    payment.next_check_at = life.next_check(payment.started_at, payment.expires_at, checks=payment.checks, at=at)
    unknown = told is not None and told.status == Status.UNKNOWN
    if unknown and payment.state == Payment.State.STARTING and at > payment.started_at + CUT_OFF:
        payment.state, payment.failure, payment.next_check_at = Payment.State.FAILED, "never reached the gateway", None
    elif payment.next_check_at is None:
        payment.state = Payment.State.EXPIRED
    payment.save()


def take_in(gateway_name: str, told: Told, *, at: datetime, body: str = "", headers: Mapping[str, str] | None = None) -> Verdict:
    """Takes in one thing a gateway truly said. Saying it again changes nothing. Raises UnknownPayment."""
    verdict = take_in_all([batch.heard(gateway_name, told, body=body, headers=headers)], at=at)[0]
    if verdict is None:
        raise UnknownPayment(payment=told.partner_reference[:40])
    return verdict


@transaction.atomic
def take_in_all(heard: Sequence[Heard], *, at: datetime) -> list[Verdict | None]:
    """Takes in what gateways truly said, in the order given; None: of a payment nobody knows. All or nothing is written."""
    steps = batch.steps(heard, at)
    connection.ensure_connection()
    packing.teach(connection.connection)
    # psycopg's own cursor: Django's writes parameters into the text of the statement.
    with psycopg.Cursor(connection.connection) as cursor:
        step = next(steps)
        while True:
            cursor.execute(*step)
            try:
                step = steps.send(cursor.fetchall())
            except StopIteration as done:
                return list(done.value)


@transaction.atomic
def owe_refund(business_id: UUID, order_id: UUID, *, at: datetime, reason: str = Refund.Reason.CANCELLED) -> Refund | None:
    """A paid order's money moves from escrow to what is owed to buyers. Once; None when it was owed before. Raises UnknownOrder."""
    order = order_queries.order(business_id, order_id)
    rows = Payment.objects.filter(
        business_id=order.purchase_business_id,
        purchase_id=order.id,  # they have the same
        state=Payment.State.CAPTURED,
        order_business_ids__contains=[business_id],
    )
    # The first one paid it; a second one was owed back when it came.
    payment = rows.order_by("captured_at", "id").first()
    if payment is None:
        log.error("order %s was paid, but no payment of it is known", handle(Kind.ORDER, business_id, order_id))
        return None
    refund = _owe(payment, order, reason, at=at)
    if refund is not None:
        ledger.owe_refund(_money(payment, order), reference=handle(Kind.REFUND, refund.business_id, refund.id), at=at)
    return refund


@transaction.atomic
def give_back(business_id: UUID, payment_id: UUID, *, at: datetime) -> Refund:
    """The operator's answer to a payment that did not match: what was paid goes back. Raises UnknownPayment, NothingToGiveBack."""
    payment = _locked(business_id, payment_id)
    if payment.state != Payment.State.MISMATCHED or not payment.paid_amount or not payment.paid_currency:
        raise NothingToGiveBack(payment=handle(Kind.PAYMENT, business_id, payment_id))
    refund, is_new = Refund.objects.get_or_create(
        business_id=business_id,
        payment=payment,
        order_business_id=business_id,
        defaults={
            "order_id": payment.purchase_id,
            "amount": payment.paid_amount,
            "currency": payment.paid_currency,
            "reason": Refund.Reason.MISMATCHED,
            "owed_at": at,
            "retry_at": at,
        },
    )
    if is_new:
        money = OrderMoney(business_id, payment.purchase_id, refund.currency, refund.amount)
        ledger.capture_late(money, reference=handle(Kind.REFUND, business_id, refund.id), at=at)
        events.refund_owed(refund, at=at)
    return refund


@transaction.atomic
def send_again(business_id: UUID, refund_id: UUID, *, at: datetime) -> Refund:
    """The operator has a refused refund tried once more. Raises UnknownPayment."""
    refund = _locked_refund(business_id, refund_id)
    if refund.state == Refund.State.REFUSED:
        refund.state, refund.retry_at = Refund.State.OWED, at
        refund.save()
    return refund


def _owe(payment: Payment, order: Order, reason: str, *, at: datetime) -> Refund | None:
    refund, is_new = Refund.objects.get_or_create(
        business_id=payment.business_id,
        payment=payment,
        order_business_id=order.business_id,
        defaults={
            "order_id": order.id,
            "amount": order.total,
            "currency": payment.currency,
            "reason": reason,
            "owed_at": at,
            "retry_at": at,
        },
    )
    if not is_new:
        return None
    events.refund_owed(refund, at=at)
    return refund


def send_refund(business_id: UUID, refund_id: UUID, *, at: datetime) -> Refund:
    """Has the gateway pay it back. Safe to repeat, also after a crash in the middle: the gateway knows the reference.

    Not inside a transaction.
    """
    with transaction.atomic():
        refund = _locked_refund(business_id, refund_id)
        if refund.retry_at is None or refund.retry_at > at:
            return refund
        # Whoever dies from here on leaves it due again a little later.
        refund.state, refund.tries, refund.retry_at = Refund.State.SENDING, min(refund.tries + 1, 1000), at + CUT_OFF
        refund.save()
        payment = queries.payment(business_id, refund.payment_id)
    reference = handle(Kind.REFUND, business_id, refund_id)
    failure, gateway_reference, is_final = "", "", False
    try:
        gateway_reference = gateways.gateway(payment.gateway).refund(
            reference=reference,
            payment=handle(Kind.PAYMENT, business_id, payment.id),
            gateway_reference=payment.gateway_reference,
            amount=refund.amount,
            currency=refund.currency,
        )
    except GatewayBusy:
        failure = "no answer"
    except GatewayRefused as refused:
        failure, is_final = str(refused.facts.get("said", "")), True
    with transaction.atomic():
        refund = _locked_refund(business_id, refund_id)
        if refund.state == Refund.State.PAID:
            return refund
        if failure:
            refund.state = Refund.State.REFUSED if is_final else Refund.State.OWED
            refund.failure, refund.retry_at = failure[:200], None if is_final else life.next_refund(refund.tries, at=at)
            log.error("refund %s was not paid: %s", reference, failure)
        else:
            refund.state, refund.paid_at, refund.retry_at, refund.failure = Refund.State.PAID, at, None, ""
            refund.gateway_reference = gateway_reference[:64]
            money = OrderMoney(refund.order_business_id, refund.order_id, refund.currency, refund.amount, business_id)
            ledger.pay_refund(money, reference=reference, at=at)
            events.refunded(refund, at=at)
        refund.save()
    return refund


@dataclass(frozen=True, slots=True)
class Read:
    """What a settlement file held."""

    lines: int
    matched: int
    differences: list[dict[str, str]]


def read_settlement(gateway_name: str, name: str, *, at: datetime) -> Read | None:
    """Fetches one settlement file and posts each line that is ours: gateway_clearing → custody. None when it was read before.

    What fits nothing of ours is kept with the file, for the operator. Not inside a transaction.
    """
    if name in queries.known_settlements(gateway_name):
        return None
    text, lines = gateways.gateway(gateway_name).settlement(name)
    differences: list[dict[str, str]] = []
    matched = 0
    # Line by line, each in its own transaction: a posting is one statement for one business, and is done once.
    for line in lines:
        reason = _settle(gateway_name, line, at=at)
        if reason:
            differences.append({"reference": line.reference, "partner_reference": line.partner_reference, "reason": reason})
        else:
            matched += 1
    SettlementFile.objects.get_or_create(
        gateway=gateway_name,
        name=name,
        defaults={"text": text, "lines": len(lines), "matched": matched, "differences": differences, "read_at": at},
    )
    if differences:
        log.error("settlement file %s of %s: %s of %s lines fit nothing", name, gateway_name, len(differences), len(lines))
    return Read(len(lines), matched, differences)


@transaction.atomic
def _settle(gateway_name: str, line: SettledLine, *, at: datetime) -> str:
    """Posts one line. Returns why it could not be, or nothing."""
    if line.kind == "transfer":
        return ""  # a payout left custody when it was posted; the books know it already
    kinds = {"payment": Kind.PAYMENT, "refund": Kind.REFUND}
    if line.kind not in kinds:
        return f"unknown kind {line.kind}"
    try:
        business_id, thing_id = parse_handle(line.partner_reference, kinds[line.kind])
    except BadHandle:
        return "not a reference of ours"
    if line.kind == "payment":
        payment = Payment.objects.select_for_update().filter(business_id=business_id, id=thing_id, gateway=gateway_name).first()
        if payment is None:
            return "unknown payment"
        given_back = payment.state == Payment.State.MISMATCHED and payment.refunds.filter(business_id=business_id).exists()
        if payment.state != Payment.State.CAPTURED and not given_back:
            return f"payment is {payment.state}"
        expected = (payment.paid_amount, payment.paid_currency) if given_back else (payment.amount, payment.currency)
        if expected != (line.gross, line.currency):
            return f"expected {expected[0]} {expected[1]}, settled {line.gross} {line.currency}"
        payment.settled_at = at
        payment.save(update_fields=["settled_at"])
    else:
        refund = Refund.objects.select_for_update().filter(business_id=business_id, id=thing_id).first()
        if refund is None:
            return "unknown refund"
        if refund.state != Refund.State.PAID:
            return f"refund is {refund.state}"
        if (-refund.amount, refund.currency) != (line.gross, line.currency):
            return f"expected {-refund.amount} {refund.currency}, settled {line.gross} {line.currency}"
        refund.settled_at = at
        refund.save(update_fields=["settled_at"])
    ledger.settle_gateway(business_id, reference=line.partner_reference, currency=line.currency, gross=line.gross, cost=line.fee, at=at)
    return ""


def _money(payment: Payment, order: Order) -> OrderMoney:
    return OrderMoney(order.business_id, order.id, order.currency, order.total, payment.business_id)


@transaction.atomic
def _end(payment: Payment, state: str, *, failure: str = "") -> None:
    payment = _locked(payment.business_id, payment.id)
    if payment.state in (Payment.State.STARTING, Payment.State.PENDING):
        payment.state, payment.failure = state, failure[:200]
        # An expired one is still asked about for a while: somebody may have paid at the last moment.
        payment.next_check_at = payment.next_check_at if state == Payment.State.EXPIRED else None
        payment.save()


def _locked(business_id: UUID, payment_id: UUID) -> Payment:
    payment = Payment.objects.select_for_update().filter(business_id=business_id, id=payment_id).first()
    if payment is None:
        raise UnknownPayment(payment=handle(Kind.PAYMENT, business_id, payment_id))
    return payment


def _locked_refund(business_id: UUID, refund_id: UUID) -> Refund:
    refund = Refund.objects.select_for_update().filter(business_id=business_id, id=refund_id).first()
    if refund is None:
        raise UnknownPayment(payment=handle(Kind.REFUND, business_id, refund_id))
    return refund
