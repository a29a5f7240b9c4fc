"""The door for notices, spoken to as the server speaks to it."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.ledger import queries as books
from saudagar.ledger.models import Posting
from saudagar.orders import actions as orders
from saudagar.orders.models import Order
from saudagar.payments import gateways
from saudagar.payments.door import MOST_BYTES, NoticeDoor
from saudagar.payments.models import Notice, Payment, Refund
from saudagar.payments.rules import alipay_plus, snap
from saudagar.payments.tests.cast import a_purchase
from saudagar.payments.tests.test_taking import a_payment

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/v1/payments/snap_qris/notices"
WALLET = "/api/v1/payments/alipay_plus/notices"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch):
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    public = made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    monkeypatch.setattr(settings, "SNAP", settings.SNAP | {"client_id": "C1", "acquirer_public_key": public})
    monkeypatch.setattr(settings, "ALIPAY_PLUS", settings.ALIPAY_PLUS | {"client_id": "C1", "wallet_public_key": public})
    gateways.known.cache_clear()
    gateways.bank.cache_clear()
    yield made.private_bytes(*kinds).decode()
    gateways.known.cache_clear()
    gateways.bank.cache_clear()


def notice(key: str, payment: Payment, status: str = snap.SUCCESS, *, signed_at: datetime | None = None, **other: Any):
    """Path, headers and body as the acquirer would send them."""
    facts = {
        "originalPartnerReferenceNo": handle(Kind.PAYMENT, payment.business_id, payment.id),
        "originalReferenceNo": "QR-1",
        "latestTransactionStatus": status,
        "amount": {"value": snap.decimal(payment.amount), "currency": "IDR"},
        **other,
    }
    body, stamp = json.dumps(facts), snap.timestamp(signed_at or datetime.now(UTC))
    signature = snap.notice_signature(key, method="POST", path=PATH, body=body, timestamp=stamp)
    return PATH, {"x-timestamp": stamp, "x-signature": signature, "x-partner-id": "C1"}, body.encode()


async def post(door: NoticeDoor, path: str, headers: dict[str, str], body: bytes):
    scope = {"path": path, "method": "POST", "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    assert door.is_for(scope)
    await door(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"]), dict(sent[0]["headers"])


@asynccontextmanager
async def a_door():
    address = {name: value for name, value in connection.get_connection_params().items() if isinstance(value, str | int)}
    door = NoticeDoor(make_conninfo(**address))
    await door.open()
    try:
        yield door
    finally:
        await door.close()


def told(*sent, break_after_commit: bool = False, most_waiting: int = 1000):
    """Sends all at once; returns the answers."""

    async def run():
        async with a_door() as door:
            door.commit.most_waiting = most_waiting
            write, broken = door.commit.write, []

            async def breaks(batch, at, is_again):
                verdicts = await write(batch, at, is_again)
                if not broken:
                    broken.append(batch)
                    raise psycopg.OperationalError("the connection broke before the answer came")
                return verdicts

            if break_after_commit:
                door.commit.write = breaks
            return await asyncio.gather(*(post(door, *one) for one in sent))

    return asyncio.run(run())


def test_taken_in_and_answered_as_the_gateway_expects(key):
    purchase = a_purchase()
    payment = a_payment(purchase)

    ((status, body, _),) = told(notice(key, payment))

    assert (status, body) == (200, {"responseCode": "2005200", "responseMessage": "Successful"})
    payment.refresh_from_db()
    assert (payment.state, payment.gateway_reference, payment.next_check_at) == ("captured", "QR-1", None)
    assert books.balances(purchase.business_id) == {("gateway_clearing", "IDR"): 10_700_000, ("escrow", "IDR"): -10_700_000}
    kept = Notice.objects.get()
    assert (kept.verdict, kept.times, sorted(kept.headers)) == ("captured", 1, ["x-signature", "x-timestamp"])


def test_the_wallets_notice(key):
    purchase = a_purchase(12_500, currency="CNY", method="alipay")
    payment = a_payment(purchase)
    Payment.objects.filter(id=payment.id).update(gateway="alipay_plus", currency="CNY")
    reference = handle(Kind.PAYMENT, payment.business_id, payment.id)
    facts = {"notifyType": "PAYMENT_RESULT", "result": {"resultStatus": "S"}, "paymentRequestId": reference, "paymentId": "W1"}
    body = json.dumps(facts | {"paymentAmount": {"value": "12500", "currency": "CNY"}})

    def signed(time: str):
        header = alipay_plus.signature_header(key, method="POST", path=WALLET, client_id="C1", time=time, body=body)
        return WALLET, {"client-id": "C1", "request-time": time, "signature": header}, body.encode()

    now = datetime.now(UTC)
    old = told(signed(str(int((now - timedelta(days=8)).timestamp() * 1000))))
    assert old[0][:2] == (401, {"result": {"resultCode": "INVALID_SIGNATURE", "resultStatus": "F", "resultMessage": "invalid_signature"}})
    fresh = told(signed(str(int(now.timestamp() * 1000))), signed(now.isoformat()))
    assert [answer[1]["result"]["resultStatus"] for answer in fresh] == ["S", "S"]
    assert Order.objects.get().state == "paid" and Posting.objects.count() == 1


def test_two_hundred_at_once_are_one_posting(key):
    payment = a_payment(a_purchase())
    one = notice(key, payment)

    answers = told(*[one] * 200)

    assert {status for status, _, _ in answers} == {200}
    assert Posting.objects.count() == 1 and Notice.objects.get().times == 200


def test_what_nobody_can_believe_or_keep_does_not_spoil_the_others(key):
    good = [a_payment(a_purchase()) for _ in range(6)]
    poisoned = a_payment(a_purchase())
    path, headers, body = notice(key, good[0])
    unknown = Payment(business_id=poisoned.business_id, id=new_id(), amount=1)
    other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    bad = {
        "forged": (notice(other_key.decode(), poisoned), 401),
        "changed": ((path, headers, body.replace(b"107000", b"107001")), 401),
        "unsigned": ((path, {}, body), 401),
        "signed for another path": ((WALLET, headers, body), 401),
        "no utf-8": ((path, headers, b"\xff"), 401),
        "too large": ((path, headers, b"x" * (MOST_BYTES + 1)), 400),
        "NUL": (notice(key, poisoned, originalReferenceNo="QR\0"), 400),
        "half a character": (notice(key, poisoned, originalReferenceNo="QR\ud800"), 400),
        "unknown": (notice(key, unknown), 404),
        "no reference of ours": (notice(key, poisoned, originalPartnerReferenceNo="Q1"), 404),
        "no reference": (notice(key, poisoned, originalPartnerReferenceNo=None), 400),
        "signed long ago": (notice(key, poisoned, signed_at=datetime.now(UTC) - timedelta(days=8)), 401),
        "signed tomorrow": (notice(key, poisoned, signed_at=datetime.now(UTC) + timedelta(days=1)), 401),
    }
    sent = (
        [notice(key, payment) for payment in good[:3]] + [one for one, _ in bad.values()] + [notice(key, payment) for payment in good[3:]]
    )

    answers = told(*sent)

    assert dict(zip(bad, [status for status, _, _ in answers[3:-3]], strict=True)) == {name: status for name, (_, status) in bad.items()}
    assert [status for status, _, _ in answers[:3] + answers[-3:]] == [200] * 6
    assert Payment.objects.filter(state="captured").count() == Posting.objects.count() == Notice.objects.count() == 6


def test_one_that_the_database_refuses_is_told_again_and_the_others_are_taken(key, caplog):
    """A posting that stands in the books already, though its order waits for payment: the batch fails, the others go through."""
    payments = [a_payment(a_purchase()) for _ in range(5)]
    Posting.objects.create(
        business_id=payments[2].business_id, kind="capture", reference=str(payments[2].purchase_id), posted_at=datetime.now(UTC)
    )

    answers = told(*[notice(key, payment) for payment in payments])

    assert [status for status, _, _ in answers] == [200, 200, 503, 200, 200]
    assert answers[2][2][b"retry-after"] and answers[2][1]["responseCode"] == "5035200"
    assert Order.objects.filter(state="paid").count() == 4
    assert "could not be written" in caplog.text


def test_a_connection_that_breaks_between_commit_and_answer(key):
    payments = [a_payment(a_purchase()) for _ in range(3)]

    answers = told(*[notice(key, payment) for payment in payments], break_after_commit=True)

    assert [status for status, _, _ in answers] == [200] * 3
    assert Posting.objects.count() == 3
    assert {balance for payment in payments for balance in books.balances(payment.business_id).values()} == {10_700_000, -10_700_000}


def test_paid_after_expiry_in_the_middle_of_a_batch(key):
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    late, good = a_payment(a_purchase(at=long_ago)), a_payment(a_purchase())
    orders.expire(at=datetime.now(UTC))

    answers = told(notice(key, good), notice(key, late), notice(key, late, snap.PENDING))

    assert [status for status, _, _ in answers] == [200] * 3
    assert books.balances(late.business_id) == {("gateway_clearing", "IDR"): 10_700_000, ("refund_payable", "IDR"): -10_700_000}
    assert [(refund.reason, refund.state) for refund in Refund.objects.all()] == [("late", "owed")]
    assert books.balances(good.business_id)["escrow", "IDR"] == -10_700_000


def test_too_many_waiting_are_told_to_come_again(key):
    payments = [a_payment(a_purchase()) for _ in range(5)]

    answers = told(*[notice(key, payment) for payment in payments], most_waiting=2)

    assert sorted(status for status, _, _ in answers) == [200, 200, 429, 429, 429]
    refused = [answer for answer in answers if answer[0] == 429]
    assert refused[0][1] == {"responseCode": "4295200", "responseMessage": "Too Many Requests"} and refused[0][2][b"retry-after"]
    assert Order.objects.filter(state="paid").count() == 2
