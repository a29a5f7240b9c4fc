"""The payment page, in three languages and every state."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.test import Client

from saudagar.foundation.ids import Kind, handle
from saudagar.orders import actions as order_actions
from saudagar.payments import actions
from saudagar.payments.models import Payment
from saudagar.payments.tests.cast import a_purchase

pytestmark = pytest.mark.django_db


def address(purchase, rest=""):
    return f"/pay/{handle(Kind.PURCHASE, purchase.business_id, purchase.id)}/{rest}"


def page(purchase, language="en", rest=""):
    return Client(headers={"Accept-Language": language}).get(address(purchase, rest))


@pytest.mark.parametrize(
    ("language", "words", "amount"),
    [("id", "Pindai dan bayar", "Rp107.000"), ("en", "Scan and pay", "Rp107,000"), ("zh-hans", "扫码付款", "Rp107,000")],
)
def test_a_code_to_scan(sandbox, language, words, amount):
    purchase = a_purchase()
    shown = page(purchase, language)
    text = shown.content.decode()
    assert shown.status_code == 200 and words in text and amount in text and "Kopi Gayo Sari" in text
    assert "<svg" in text and " style=" not in text and "onclick" not in text
    assert shown["Cache-Control"].startswith("max-age=0")
    assert len(shown.content) < 50_000


@pytest.mark.parametrize(("currency", "method", "hours", "zone"), [("IDR", "qris", 7, "WIB"), ("CNY", "alipay", 8, "UTC+8")])
def test_the_clock_on_the_buyers_wall(sandbox, currency, method, hours, zone):
    purchase = a_purchase(12_500, currency=currency, method=method)
    there = purchase.pay_by.astimezone(timezone(timedelta(hours=hours)))
    assert f"Pay before {there:%H:%M} {zone}" in page(purchase).content.decode()


def test_the_code_as_a_picture(sandbox):
    purchase = a_purchase()
    assert page(purchase, rest="qris.png").status_code == 404
    page(purchase)
    picture = page(purchase, rest="qris.png")
    assert picture["Content-Type"] == "image/png" and picture.content.startswith(b"\x89PNG")


def test_a_wallet_leads_to_its_cashier_and_back(sandbox):
    purchase = a_purchase(12_500, currency="CNY", method="alipay")
    text = page(purchase, "zh-hans").content.decode()
    payment = Payment.objects.get()
    assert payment.link in text and "用支付宝付款" in text and "¥125.00" in text and "<svg" in text
    paid = sandbox.client.post(payment.link.removeprefix(sandbox.url) + "/pay")
    assert paid.headers["location"].endswith(address(purchase) + "?returned=1")
    # The buyer is back before the notice is.
    assert "谢谢" in page(purchase, "zh-hans", "?returned=1").content.decode()


def test_i_have_paid_asks_the_gateway(sandbox):
    purchase = a_purchase()
    page(purchase)
    fragment = page(purchase, rest="standing")
    assert "30 minutes left" in fragment.content.decode() and "HX-Refresh" not in fragment
    sandbox.do(Payment.objects.get(), "pay_silently")
    assert Client().post(address(purchase, "check")).status_code == 302
    text = page(purchase).content.decode()
    assert "Thank you" in text and f"/purchases/{handle(Kind.PURCHASE, purchase.business_id, purchase.id)}/" in text
    assert page(purchase, rest="standing")["HX-Refresh"] == "true"


def test_tapping_again_and_again_asks_once(sandbox, monkeypatch):
    purchase = a_purchase()
    page(purchase)
    asked = []
    monkeypatch.setattr(actions, "check", lambda *args, **facts: asked.append(args))
    for _ in range(5):
        Client().post(address(purchase, "check"))
    assert len(asked) == 1


def test_too_late_and_owed_back(sandbox):
    long_ago = datetime.now(UTC) - timedelta(minutes=31)
    purchase = a_purchase(at=long_ago)
    payment = actions.start(purchase.business_id, purchase.id, "qris", long_ago)
    assert "The time to pay is over" in page(purchase).content.decode()
    order_actions.expire(at=datetime.now(UTC))
    sandbox.do(payment, "late")
    Client().post(address(purchase, "check"))
    text = page(purchase).content.decode()
    assert "Refund" in text and "came after the time to pay was over" in text and "Thank you" not in text


def test_the_gateway_is_busy(sandbox):
    purchase = a_purchase()
    sandbox.fault("snap", "refuse", 3)
    text = page(purchase).content.decode()
    assert "could not be started" in text and "Try again" in text
    assert "Scan and pay" in page(purchase).content.decode()


def test_an_address_nobody_has():
    assert Client().get("/pay/P0000/").status_code == 404
