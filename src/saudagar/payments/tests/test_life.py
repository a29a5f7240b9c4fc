"""Payments over real HTTP with real signatures: the sandbox is a process of its own, the notices are carried by hand."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.models import OutboxEvent
from saudagar.ledger import queries as books
from saudagar.orders import actions as order_actions
from saudagar.orders.models import Order
from saudagar.payments import actions, gateways, hearers, queries
from saudagar.payments.models import Notice, Payment, Refund
from saudagar.payments.rules import life, qris
from saudagar.payments.rules.life import GatewayBusy, GatewayRefused, NothingToPay, PaymentTimeOver, Status, Told, UnknownMethod, Verdict
from saudagar.payments.tests.cast import a_business, a_purchase

pytestmark = pytest.mark.django_db


def started(purchase, at=None, method=None):
    return actions.start(purchase.business_id, purchase.id, method or purchase.method, at or datetime.now(UTC))


def carry(notice):
    """Brings a notice to the door the way the gateway would."""
    path = "/api/v1/payments/" + notice["url"].split("/payments/")[1]
    headers = dict(notice["headers"])
    return Client().post(path, notice["body"], content_type="application/json", headers=headers)


def orders(purchase):
    return {row.business_id: row for row in Order.objects.filter(id=purchase.id)}


def state(purchase):
    return [order.state for order in orders(purchase).values()]


def events(name):
    return [event.facts for event in OutboxEvent.objects.filter(name=name)]


def test_a_code_is_made_once_and_says_what_is_to_be_paid(sandbox):
    purchase = a_purchase(10_700_000)

    payment = started(purchase)

    read = qris.parse(payment.qr_payload)
    assert (read.is_dynamic, read.total, read.merchant_name) == (True, 10_700_000, "Kopi Gayo Sari")
    assert read.reference == handle(Kind.PAYMENT, payment.business_id, payment.id)
    assert started(purchase) == payment and Payment.objects.count() == 1


@pytest.mark.parametrize(("currency", "method"), [("IDR", "qris"), ("CNY", "alipay")])
def test_a_paid_purchase(sandbox, currency, method):
    purchase = a_purchase(12_500, currency=currency, method=method)
    payment = started(purchase)
    sandbox.do(payment, "pay")

    (notice,) = sandbox.notices(payment)
    answer = carry(notice)

    assert answer.status_code == 200
    taken = answer.json()
    assert taken.get("responseCode") == "2005200" or taken["result"]["resultStatus"] == "S"
    payment.refresh_from_db()
    assert (payment.state, state(purchase)) == ("captured", ["paid"])
    assert books.balances(purchase.business_id) == {("gateway_clearing", currency): 12_500, ("escrow", currency): -12_500}
    assert len(events("orders.paid")) == 1
    assert Notice.objects.get().verdict == "captured"


@pytest.mark.parametrize(("currency", "method"), [("IDR", "qris"), ("CNY", "alipay")])
def test_repeated_notices_change_nothing(sandbox, currency, method):
    purchase = a_purchase(12_500, currency=currency, method=method)
    payment = started(purchase)
    sandbox.do(payment, "pay")
    sandbox.do(payment, "repeat")
    notices = sandbox.notices(payment)
    assert len(notices) == 4

    assert [carry(notice).status_code for notice in notices] == [200] * 4

    assert Notice.objects.get().times == 4
    assert books.balances(purchase.business_id) == {("gateway_clearing", currency): 12_500, ("escrow", currency): -12_500}
    assert len(events("orders.paid")) == 1


@pytest.mark.parametrize(("currency", "method"), [("IDR", "qris"), ("CNY", "alipay")])
@pytest.mark.parametrize("deed", ["forge", "unsigned"])
def test_forged_notices_are_not_believed_and_not_kept(sandbox, currency, method, deed):
    purchase = a_purchase(12_500, currency=currency, method=method)
    payment = started(purchase)
    sandbox.do(payment, deed)
    (notice,) = sandbox.notices(payment)

    assert carry(notice).status_code == 401

    payment.refresh_from_db()
    assert (payment.state, state(purchase)) == ("pending", ["awaiting_payment"])
    assert books.balances(purchase.business_id) == {} and not Notice.objects.exists()


@pytest.mark.parametrize(("currency", "method"), [("IDR", "qris"), ("CNY", "alipay")])
def test_a_true_notice_with_one_digit_changed_is_forged(sandbox, currency, method):
    purchase = a_purchase(12_500, currency=currency, method=method)
    payment = started(purchase)
    sandbox.do(payment, "mismatch", amount=100)
    (notice,) = sandbox.notices(payment)
    raised = notice | {"body": notice["body"].replace('"1.00"', '"125.00"').replace('"100"', '"12500"')}
    assert raised["body"] != notice["body"]

    assert carry(raised).status_code == 401
    assert state(purchase) == ["awaiting_payment"]


@pytest.mark.parametrize(("currency", "method"), [("IDR", "qris"), ("CNY", "alipay")])
@pytest.mark.parametrize("deed", ["mismatch", "other_currency"])
def test_another_amount_or_currency_is_flagged_and_not_captured(sandbox, currency, method, deed):
    purchase = a_purchase(12_500, currency=currency, method=method)
    payment = started(purchase)
    sandbox.do(payment, deed)
    (notice,) = sandbox.notices(payment)

    assert carry(notice).status_code == carry(notice).status_code == 200

    payment.refresh_from_db()
    assert (payment.state, state(purchase)) == ("mismatched", ["awaiting_payment"])
    assert (payment.paid_amount, payment.paid_currency) != (12_500, currency)
    assert books.balances(purchase.business_id) == {}
    assert Notice.objects.get().verdict == "mismatched" and len(events("payments.mismatched")) == 1
    assert queries.mismatched_payments() == [payment]


@pytest.mark.parametrize(("currency", "method"), [("IDR", "qris"), ("CNY", "alipay")])
def test_what_did_not_match_is_given_back_by_hand(sandbox, currency, method):
    purchase = a_purchase(12_500, currency=currency, method=method)
    payment = started(purchase)
    with pytest.raises(life.NothingToGiveBack):
        actions.give_back(payment.business_id, payment.id, at=datetime.now(UTC))
    sandbox.do(payment, "mismatch", amount=12_400)
    carry(sandbox.notices(payment)[0])

    refund = actions.give_back(payment.business_id, payment.id, at=datetime.now(UTC))
    assert actions.give_back(payment.business_id, payment.id, at=datetime.now(UTC)) == refund
    assert books.balances(purchase.business_id) == {("gateway_clearing", currency): 12_400, ("refund_payable", currency): -12_400}
    assert actions.send_refund(refund.business_id, refund.id, at=datetime.now(UTC)).state == "paid"
    assert books.balances(purchase.business_id) == {}

    provider = {"qris": "snap", "alipay": "wallet"}[method]
    sandbox.client.post(f"/tester/settlements/{provider}")
    name = gateways.gateway(payment.gateway).settlement_names()[-1]
    references = [row["partner_reference"] for row in actions.read_settlement(payment.gateway, name, at=datetime.now(UTC)).differences]
    assert handle(Kind.PAYMENT, payment.business_id, payment.id) not in references
    assert books.balances(purchase.business_id) == {}


def test_out_of_order_success_wins(sandbox):
    purchase = a_purchase()
    payment = started(purchase)
    sandbox.do(payment, "out_of_order")
    success, pending = sandbox.notices(payment)

    for notice in (success, pending, success):
        assert carry(notice).status_code == 200

    assert state(purchase) == ["paid"]
    assert sorted(Notice.objects.values_list("verdict", "times")) == [("captured", 2), ("ignored", 1)]


def test_failed_then_tried_again(sandbox):
    purchase = a_purchase()
    payment = started(purchase)
    sandbox.do(payment, "fail")
    assert carry(sandbox.notices(payment)[0]).status_code == 200
    payment.refresh_from_db()
    assert payment.state == "failed"

    again = started(purchase)
    assert again.id != payment.id and again.qr_payload != payment.qr_payload
    sandbox.do(again, "pay")
    carry(sandbox.notices(again)[0])
    assert state(purchase) == ["paid"]


def test_paid_after_the_order_expired_is_owed_and_paid_back(sandbox):
    long_ago = datetime.now(UTC) - timedelta(minutes=31)
    purchase = a_purchase(at=long_ago)
    payment = started(purchase, at=long_ago)
    order_actions.expire(at=datetime.now(UTC))
    assert state(purchase) == ["expired"]
    sandbox.do(payment, "late")

    assert carry(sandbox.notices(payment)[0]).status_code == 200

    order = orders(purchase)[purchase.business_id]
    assert order.state == "expired"
    assert books.balances(purchase.business_id) == {("gateway_clearing", "IDR"): 10_700_000, ("refund_payable", "IDR"): -10_700_000}
    refund = queries.refund_of_order(order)
    assert (refund.state, refund.reason, queries.open_refunds()) == ("owed", "late", [refund])

    actions.send_refund(refund.business_id, refund.id, at=datetime.now(UTC))

    refund.refresh_from_db()
    assert (refund.state, refund.gateway_reference[:2]) == ("paid", "RF")
    assert books.balances(purchase.business_id) == {}
    # Once more, whoever asks: nothing moves.
    actions.send_refund(refund.business_id, refund.id, at=datetime.now(UTC))
    carry(sandbox.notices(payment)[0])
    assert books.balances(purchase.business_id) == {} and len(events("payments.refunded")) == 1
    row = next(row for row in sandbox.client.get("/tester/payments").json()["payments"] if row["reference"] == payment.gateway_reference)
    assert row["refunded"] == 10_700_000


@pytest.mark.parametrize(("currency", "method"), [("IDR", "qris"), ("CNY", "alipay")])
def test_a_cancelled_order_is_paid_back(sandbox, currency, method):
    purchase = a_purchase(12_500, currency=currency, method=method)
    payment = started(purchase)
    sandbox.do(payment, "pay")
    carry(sandbox.notices(payment)[0])

    order_actions.cancel(purchase.business_id, purchase.id, reason="seller", at=datetime.now(UTC))
    (closed,) = events("orders.closed")
    for _ in range(2):  # an event that is heard twice owes once
        hearers.order_closed(purchase.business_id, closed, datetime.now(UTC))

    assert books.balances(purchase.business_id) == {("gateway_clearing", currency): 12_500, ("refund_payable", currency): -12_500}
    refund = Refund.objects.get()
    actions.send_refund(refund.business_id, refund.id, at=datetime.now(UTC))
    assert books.balances(purchase.business_id) == {}


def test_one_order_of_a_basket_is_paid_back_and_crosses_the_books(sandbox):
    purchase = a_purchase(10_000_000, 4_200_000)
    home, other = purchase.order_business_ids
    payment = started(purchase)
    assert payment.amount == 14_200_000
    sandbox.do(payment, "pay")
    carry(sandbox.notices(payment)[0])
    assert state(purchase) == ["paid", "paid"]
    assert books.balances(home) == {
        ("gateway_clearing", "IDR"): 14_200_000,
        ("escrow", "IDR"): -10_000_000,
        ("inter_business", "IDR"): -4_200_000,
    }

    order_actions.cancel(other, purchase.id, reason="buyer", at=datetime.now(UTC))
    hearers.order_closed(other, events("orders.closed")[0], datetime.now(UTC))
    refund = Refund.objects.get()
    assert (refund.business_id, refund.order_business_id, refund.amount) == (home, other, 4_200_000)
    actions.send_refund(refund.business_id, refund.id, at=datetime.now(UTC))

    assert books.balances(other) == {}
    assert books.balances(home) == {("gateway_clearing", "IDR"): 10_000_000, ("escrow", "IDR"): -10_000_000}
    assert orders(purchase)[home].state == "paid"


def test_paid_twice_by_two_methods_owes_the_second(sandbox):
    purchase = a_purchase(12_500, currency="CNY", method="alipay")
    first = started(purchase)
    # The wallet's page was opened, it failed, the buyer began again, and then both went through.
    sandbox.do(first, "fail")
    carry(sandbox.notices(first)[0])
    second = started(purchase)
    sandbox.do(second, "pay")
    carry(sandbox.notices(second)[0])
    told = Told(handle(Kind.PAYMENT, first.business_id, first.id), Status.PAID, 12_500, "CNY", first.gateway_reference)

    assert actions.take_in("alipay_plus", told, at=datetime.now(UTC)) == Verdict.LATE

    assert books.balances(purchase.business_id) == {
        ("gateway_clearing", "CNY"): 25_000,
        ("escrow", "CNY"): -12_500,
        ("refund_payable", "CNY"): -12_500,
    }
    assert Refund.objects.get().reason == "twice"
    # Cancelling the order gives back the first payment, not the second once more.
    order_actions.cancel(purchase.business_id, purchase.id, reason="seller", at=datetime.now(UTC))
    hearers.order_closed(purchase.business_id, events("orders.closed")[0], datetime.now(UTC))
    assert books.balances(purchase.business_id) == {("gateway_clearing", "CNY"): 25_000, ("refund_payable", "CNY"): -25_000}


@pytest.mark.parametrize(("currency", "method"), [("IDR", "qris"), ("CNY", "alipay")])
def test_a_lost_notice_does_not_lose_the_payment(sandbox, currency, method):
    purchase = a_purchase(12_500, currency=currency, method=method)
    payment = started(purchase)
    at = datetime.now(UTC)
    assert queries.payments_to_check(at=at) == []
    assert queries.payments_to_check(at=at + timedelta(minutes=2)) == [(payment.business_id, payment.id)]
    assert actions.check(payment.business_id, payment.id, at=at + timedelta(minutes=2)).state == "pending"
    sandbox.do(payment, "pay_silently")

    assert actions.check(payment.business_id, payment.id, at=at + timedelta(minutes=4)).state == "captured"
    assert state(purchase) == ["paid"]
    assert queries.payments_to_check(at=at + timedelta(days=1)) == []


def test_nobody_pays_and_it_is_given_up(sandbox):
    purchase = a_purchase()
    payment = started(purchase)
    at = payment.expires_at + life.GRACE
    assert actions.check(payment.business_id, payment.id, at=at).state == "expired"
    assert queries.payments_to_check(at=at + timedelta(days=1)) == []


def test_the_gateway_is_down_and_comes_back(sandbox):
    purchase = a_purchase()
    sandbox.fault("snap", "refuse", 3)
    with pytest.raises(GatewayBusy):
        started(purchase)
    payment = started(purchase)
    assert payment.state == "pending" and Payment.objects.count() == 1

    sandbox.fault("snap", "refuse", 1)  # once is not noticed
    assert actions.check(payment.business_id, payment.id, at=datetime.now(UTC)).checks == 1


def test_an_answer_lost_on_the_way_does_not_make_two(sandbox):
    purchase = a_purchase()
    gateways.bank()._access_token(fresh=True)
    sandbox.fault("snap", "vanish", 1)
    payment = started(purchase)
    mine = [
        row
        for row in sandbox.client.get("/tester/payments").json()["payments"]
        if row["partner_reference"] == handle(Kind.PAYMENT, payment.business_id, payment.id)
    ]
    assert len(mine) == 1 and mine[0]["facts"]["qr"] == payment.qr_payload


def test_a_refund_whose_answer_is_lost_is_paid_once(sandbox):
    purchase = a_purchase(12_500, currency="CNY", method="alipay")
    payment = started(purchase)
    sandbox.do(payment, "pay")
    carry(sandbox.notices(payment)[0])
    order_actions.cancel(purchase.business_id, purchase.id, reason="seller", at=datetime.now(UTC))
    hearers.order_closed(purchase.business_id, events("orders.closed")[0], datetime.now(UTC))
    refund = Refund.objects.get()
    at = datetime.now(UTC)
    sandbox.fault("wallet", "vanish", 3)

    assert actions.send_refund(refund.business_id, refund.id, at=at).state == "owed"
    assert queries.refunds_to_send(at=at) == []
    assert queries.refunds_to_send(at=at + timedelta(minutes=2)) == [(refund.business_id, refund.id)]
    assert actions.send_refund(refund.business_id, refund.id, at=at + timedelta(minutes=2)).state == "paid"
    assert books.balances(purchase.business_id) == {}


def test_what_the_gateway_will_not_pay_back_is_for_the_operator(sandbox):
    purchase = a_purchase()
    payment = started(purchase)
    told = Told(handle(Kind.PAYMENT, payment.business_id, payment.id), Status.PAID, 10_700_000, "IDR")
    actions.take_in("snap_qris", told, at=datetime.now(UTC))  # the acquirer itself knows of no payment
    order_actions.cancel(purchase.business_id, purchase.id, reason="seller", at=datetime.now(UTC))
    refund = actions.owe_refund(purchase.business_id, purchase.id, at=datetime.now(UTC))
    actions.send_refund(refund.business_id, refund.id, at=datetime.now(UTC))
    refund.refresh_from_db()
    assert refund.state == "refused" and refund.retry_at is None
    assert actions.send_again(refund.business_id, refund.id, at=datetime.now(UTC)).state == "owed"
    assert actions.send_refund(refund.business_id, refund.id, at=datetime.now(UTC)).state == "refused"
    refund.refresh_from_db()
    assert refund.failure.startswith("4037815") and queries.open_refunds() == [refund]
    assert books.balances(purchase.business_id)[("refund_payable", "IDR")] == -10_700_000


def test_settlement_files_reconcile(sandbox):
    purchase = a_purchase(10_000_000, 4_200_000)
    home, other = purchase.order_business_ids
    payment = started(purchase)
    sandbox.do(payment, "pay")
    carry(sandbox.notices(payment)[0])
    order_actions.cancel(other, purchase.id, reason="buyer", at=datetime.now(UTC))
    refund = actions.owe_refund(other, purchase.id, at=datetime.now(UTC))
    actions.send_refund(refund.business_id, refund.id, at=datetime.now(UTC))
    wrong = started(a_purchase(12_345_00))
    sandbox.do(wrong, "mismatch")
    carry(sandbox.notices(wrong)[0])
    sandbox.client.post("/tester/settlements/snap")
    gateway = gateways.gateway("snap_qris")
    name = gateway.settlement_names()[-1]

    read = actions.read_settlement("snap_qris", name, at=datetime.now(UTC))

    mine = [row for row in read.differences if row["partner_reference"] == handle(Kind.PAYMENT, wrong.business_id, wrong.id)]
    assert mine[0]["reason"] == "payment is mismatched"
    assert books.balances(home) == {("custody", "IDR"): 10_000_000, ("escrow", "IDR"): -10_000_000}
    payment.refresh_from_db()
    assert payment.settled_at
    assert actions.read_settlement("snap_qris", name, at=datetime.now(UTC)) is None


def test_refused_before_the_gateway_is_asked(sandbox):
    at = datetime.now(UTC)
    with pytest.raises(UnknownMethod):
        started(a_purchase(), method="cash")
    with pytest.raises(PaymentTimeOver):
        started(a_purchase(at=at - timedelta(minutes=31)), at=at)
    purchase = a_purchase(at=at - timedelta(minutes=31))
    order_actions.expire(at=at)
    with pytest.raises(NothingToPay):
        started(purchase, at=at)
    assert not Payment.objects.exists()


def test_more_than_qris_carries_is_refused_before_the_acquirer_is_asked(sandbox):
    with pytest.raises(qris.QrisAmountTooHigh):
        started(a_purchase(10_000_001_00))
    assert not Payment.objects.exists()


def test_what_the_acquirer_refuses_can_be_begun_again(sandbox, monkeypatch):
    purchase = a_purchase()
    monkeypatch.setitem(settings.SNAP, "merchant_id", "nobody")
    with pytest.raises(GatewayRefused) as caught:
        started(purchase)
    assert caught.value.facts["said"] == "4044708 Invalid Merchant"
    assert [(row.state, row.failure) for row in Payment.objects.all()] == [("failed", "4044708 Invalid Merchant")]
    monkeypatch.setitem(settings.SNAP, "merchant_id", sandbox.keys["SNAP_MERCHANT_ID"])
    gateways.known.cache_clear()
    gateways.bank.cache_clear()
    assert started(purchase).state == "pending"


def test_payouts(sandbox):
    account = gateways.Account("014", "1234567890", "Sari Contoh")
    first = gateways.pay_out("Y-1", 5_000_000, "IDR", account)
    assert first.is_final and gateways.pay_out("Y-1", 5_000_000, "IDR", account) == first
    with pytest.raises(GatewayRefused):
        gateways.pay_out("Y-2", 5_000_000, "IDR", gateways.Account("014", "0001", "Nobody"))
    waiting = gateways.pay_out("Y-3", 5_000_000, "IDR", gateways.Account("014", "9991", "Slow"))
    assert not waiting.is_final and gateways.payout_status("Y-3") == Status.OPEN
    sandbox.client.post("/tester/transfers/Y-3/fail")
    assert gateways.payout_status("Y-3") == Status.FAILED
    assert gateways.payout_status("Y-unknown") == Status.UNKNOWN


def test_the_api_gives_what_to_pay_with(sandbox):
    purchase = a_purchase()
    address = f"/api/v1/purchases/{handle(Kind.PURCHASE, purchase.business_id, purchase.id)}/payment"
    body = Client().get(address).json()
    assert (body["status"], body["amount"], body["currency"], body["method"]) == ("pending", 10_700_000, "IDR", "qris")
    assert qris.parse(body["qris"]).total == 10_700_000 and body["redirect"].startswith(sandbox.url)
    assert Client().get(address).json() == body
    assert Client().get(address + "?method=cash").json()["error"]["code"] == "payment_method_unavailable"


def test_the_api_reads_codes():
    good = qris.dynamic(qris.parse(GOOD), 2_500_000).payload()
    read = Client().post("/api/v1/qris/parse", json.dumps({"payload": good}), content_type="application/json").json()
    assert (read["merchant_name"], read["amount"], read["merchant_number"]) == ("WARUNG BU SARI", 2_500_000, "ID1026000000012")
    bad = Client().post("/api/v1/qris/parse", json.dumps({"payload": good[:-1] + "0"}), content_type="application/json")
    assert (bad.status_code, bad.json()["error"]["code"]) == (422, "qris_checksum_wrong")


def test_notices_of_nobody(sandbox):
    assert Client().post("/api/v1/payments/nobody/notices", "{}", content_type="application/json").status_code == 404
    for body in ("", "{", "[]", "\xff", "x" * 70_000):
        assert Client().post("/api/v1/payments/snap_qris/notices", body, content_type="application/json").status_code in (400, 401)


def test_a_payment_of_another_gateway_is_unknown_to_this_one(sandbox):
    purchase = a_purchase()
    payment = started(purchase)
    told = Told(handle(Kind.PAYMENT, payment.business_id, payment.id), Status.PAID, 10_700_000, "IDR")
    with pytest.raises(life.UnknownPayment):
        actions.take_in("alipay_plus", told, at=datetime.now(UTC))
    assert state(purchase) == ["awaiting_payment"]


GOOD = (
    "00020101021126620016ID.CO.CONTOH.WWW011893600998000000001702090000000170303UMI51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI"
    "5204581253033605802ID5914WARUNG BU SARI6007BANDUNG61054015463043662"
)


@pytest.mark.django_db(transaction=True)
def test_the_same_notice_at_once_from_eight_sides(sandbox):
    purchase = a_purchase(businesses=[a_business()])
    payment = started(purchase)
    told = Told(handle(Kind.PAYMENT, payment.business_id, payment.id), Status.PAID, 10_700_000, "IDR")
    gate, verdicts = threading.Barrier(8), []

    def say():
        gate.wait()
        try:
            verdicts.append(actions.take_in("snap_qris", told, at=datetime.now(UTC), body="{}"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=say) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(verdicts) == ["captured"] + ["repeated"] * 7
    assert books.balances(purchase.business_id) == {("gateway_clearing", "IDR"): 10_700_000, ("escrow", "IDR"): -10_700_000}
    assert Notice.objects.get().times == 8


@pytest.mark.django_db(transaction=True)
def test_a_payment_and_an_expiry_at_once_leave_money_in_one_place(sandbox):
    for _ in range(5):
        long_ago = datetime.now(UTC) - timedelta(minutes=31)
        purchase = a_purchase(at=long_ago)
        payment = started(purchase, at=long_ago)
        told = Told(handle(Kind.PAYMENT, payment.business_id, payment.id), Status.PAID, 10_700_000, "IDR")
        gate = threading.Barrier(2)

        def pay(told=told, gate=gate):
            gate.wait()
            try:
                actions.take_in("snap_qris", told, at=datetime.now(UTC))
            finally:
                connections.close_all()

        def expire(gate=gate):
            gate.wait()
            try:
                order_actions.expire(at=datetime.now(UTC))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=pay), threading.Thread(target=expire)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        account = {"paid": "escrow", "expired": "refund_payable"}[state(purchase)[0]]
        assert books.balances(purchase.business_id) == {("gateway_clearing", "IDR"): 10_700_000, (account, "IDR"): -10_700_000}
