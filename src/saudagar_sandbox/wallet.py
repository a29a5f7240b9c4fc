"""A wallet that speaks as Antom and Alipay+ do: pay, inquire, refund, cancel; every message signed with RSA."""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, unquote_plus, urlsplit

from saudagar_sandbox.world import World, dumps, rsa_sign, rsa_signed, somebody_elses_key

FAIL = "F"


def signed(world: World, method: str, path: str, headers: dict[str, str], body: str) -> bool:
    """Whether the platform sent this."""
    match = re.fullmatch(r"algorithm=RSA256,\s*keyVersion=\d+,\s*signature=(.+)", headers.get("signature", ""))
    client, time = headers.get("client-id", ""), headers.get("request-time", "")
    if not match or client != world.keys["ALIPAY_PLUS_CLIENT_ID"]:
        return False
    return rsa_signed(world.keys["ALIPAY_PLUS_PARTNER_PUBLIC_KEY"], f"{method} {path}\n{client}.{time}.{body}", unquote_plus(match[1]))


def call(world: World, path: str, headers: dict[str, str], body: str) -> dict[str, Any]:
    if not signed(world, "POST", path, headers, body):
        return _result("INVALID_SIGNATURE", FAIL, "The signature is invalid.")
    try:
        asked = json.loads(body)
    except ValueError:
        return _result("PARAM_ILLEGAL", FAIL, "Not JSON.")
    if not isinstance(asked, dict):
        return _result("PARAM_ILLEGAL", FAIL, "Not an object.")
    with world.store.change():
        return SERVICES[path](world, asked)


def signature(world: World, path: str, time: str, body: str) -> dict[str, str]:
    """Headers of an answer."""
    client = world.keys["ALIPAY_PLUS_CLIENT_ID"]
    text = f"POST {path}\n{client}.{time}.{body}"
    made = quote_plus(rsa_sign(world.keys["ALIPAY_PLUS_WALLET_PRIVATE_KEY"], text))
    return {"Client-Id": client, "Response-Time": time, "Signature": f"algorithm=RSA256,keyVersion=1,signature={made}"}


def notice(world: World, payment: dict[str, Any], kind: str, *, after: float = 0) -> None:
    result = {
        "pending": ("PAYMENT_IN_PROCESS", "U", "The payment is being processed."),
        "failed": ("ORDER_IS_CLOSED", FAIL, "The payment failed."),
        "cancelled": ("USER_CANCELED", FAIL, "The payer cancelled."),
    }.get(kind, ("SUCCESS", "S", "success."))
    amount = payment["paid_amount"] if payment["paid_amount"] is not None else payment["amount"]
    facts = json.loads(payment["facts"])
    body = dumps(
        {
            "notifyType": "PAYMENT_PENDING" if kind == "pending" else "PAYMENT_RESULT",
            "result": {"resultCode": result[0], "resultStatus": result[1], "resultMessage": result[2]},
            "paymentRequestId": payment["partner_reference"],
            "paymentId": payment["reference"],
            "paymentAmount": {"value": str(amount), "currency": payment["paid_currency"] or payment["currency"]},
            "paymentCreateTime": world.stamp(payment["created_at"]),
            "paymentTime": world.stamp(payment["paid_at"] or world.now()),
        }
    )
    url, client, time = facts["notify"], world.keys["ALIPAY_PLUS_CLIENT_ID"], str(int(world.now() * 1000))
    headers = {"Client-Id": client, "Request-Time": time}
    if kind != "unsigned":
        key = somebody_elses_key() if kind == "forged" else world.keys["ALIPAY_PLUS_WALLET_PRIVATE_KEY"]
        made = quote_plus(rsa_sign(key, f"POST {urlsplit(url).path}\n{client}.{time}.{body}"))
        headers["Signature"] = f"algorithm=RSA256,keyVersion=1,signature={made}"
    world.notify(payment["reference"], kind, url, headers, body, after=after)


def _pay(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    partner_reference, amount = asked.get("paymentRequestId"), _amount(asked.get("paymentAmount"))
    if not isinstance(partner_reference, str) or not 0 < len(partner_reference) <= 64 or amount is None:
        return _result("PARAM_ILLEGAL", FAIL, "paymentRequestId or paymentAmount is wrong.")
    if not str(asked.get("paymentNotifyUrl", "")).startswith(("http://", "https://")):
        return _result("PARAM_ILLEGAL", FAIL, "paymentNotifyUrl is missing.")
    currency = str(asked["paymentAmount"]["currency"])
    known = world.store.row("SELECT * FROM payment WHERE provider = 'wallet' AND partner_reference = ?", partner_reference)
    if known and (known["amount"], known["currency"]) != (amount, currency):
        return _result("REPEAT_REQ_INCONSISTENT", FAIL, "The same paymentRequestId came with another amount.")
    if not known:
        expires_at = None
        if asked.get("paymentExpiryTime"):
            try:
                expires_at = datetime.fromisoformat(str(asked["paymentExpiryTime"])).timestamp()
            except ValueError:
                return _result("PARAM_ILLEGAL", FAIL, "paymentExpiryTime is wrong.")
        order = asked.get("order") or {}
        world.store.add(
            "payment",
            reference=world.reference("WP"),
            partner_reference=partner_reference,
            provider="wallet",
            amount=amount,
            currency=currency,
            created_at=world.now(),
            expires_at=expires_at,
            facts={
                "notify": str(asked["paymentNotifyUrl"]),
                "redirect": str(asked.get("paymentRedirectUrl", "")),
                "merchant": str((order.get("merchant") or {}).get("merchantName", "SAUDAGAR")),
                "description": str(order.get("orderDescription", "")),
            },
        )
        known = world.store.row("SELECT * FROM payment WHERE provider = 'wallet' AND partner_reference = ?", partner_reference)
    assert known
    return _result("PAYMENT_IN_PROCESS", "U", "The payment in progress.") | {
        "paymentRequestId": partner_reference,
        "paymentId": known["reference"],
        "paymentAmount": {"value": str(amount), "currency": currency},
        "paymentCreateTime": world.stamp(known["created_at"]),
        "normalUrl": f"{world.own}/cashier/{known['reference']}",
    }


def _inquire(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    payment = _payment(world, asked)
    if not payment:
        return _result("ORDER_NOT_EXIST", FAIL, "The order does not exist.")
    amount = payment["paid_amount"] if payment["paid_amount"] is not None else payment["amount"]
    return _result("SUCCESS", "S", "success.") | {
        "paymentStatus": {"open": "PROCESSING", "paid": "SUCCESS", "failed": "FAIL", "cancelled": "CANCELLED"}[payment["status"]],
        "paymentRequestId": payment["partner_reference"],
        "paymentId": payment["reference"],
        "paymentAmount": {"value": str(amount), "currency": payment["paid_currency"] or payment["currency"]},
        **({"paymentTime": world.stamp(payment["paid_at"])} if payment["paid_at"] else {}),
    }


def _refund(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    payment, request_id, amount = _payment(world, asked), asked.get("refundRequestId"), _amount(asked.get("refundAmount"))
    if not payment:
        return _result("ORDER_NOT_EXIST", FAIL, "The order does not exist.")
    if not isinstance(request_id, str) or not request_id or amount is None:
        return _result("PARAM_ILLEGAL", FAIL, "refundRequestId or refundAmount is wrong.")
    known = world.store.row("SELECT * FROM refund WHERE provider = 'wallet' AND partner_reference = ?", request_id)
    if known and (known["payment"], known["amount"]) != (payment["reference"], amount):
        return _result("REPEAT_REQ_INCONSISTENT", FAIL, "The same refundRequestId came with another amount.")
    if not known:
        paid = payment["paid_amount"] if payment["paid_amount"] is not None else payment["amount"]
        if payment["status"] != "paid":
            return _result("ORDER_STATUS_INVALID", FAIL, "The order was not paid.")
        if payment["refunded"] + amount > paid:
            return _result("REFUND_AMOUNT_EXCEED", FAIL, "More than was paid.")
        known = {"reference": world.reference("WR")}
        world.store.add(
            "refund",
            reference=known["reference"],
            partner_reference=request_id,
            payment=payment["reference"],
            provider="wallet",
            amount=amount,
            currency=payment["paid_currency"] or payment["currency"],
            created_at=world.now(),
        )
        world.store.run("UPDATE payment SET refunded = refunded + ? WHERE reference = ?", amount, payment["reference"])
    return _result("SUCCESS", "S", "success.") | {
        "refundRequestId": request_id,
        "refundId": known["reference"],
        "paymentId": payment["reference"],
        "refundAmount": asked["refundAmount"],
        "refundTime": world.stamp(),
    }


def _cancel(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    payment = _payment(world, asked)
    if not payment:
        return _result("ORDER_NOT_EXIST", FAIL, "The order does not exist.")
    if payment["status"] == "paid":
        return _result("ORDER_STATUS_INVALID", FAIL, "The order was paid.")
    world.store.run("UPDATE payment SET status = 'cancelled' WHERE reference = ?", payment["reference"])
    return _result("SUCCESS", "S", "success.") | {"paymentId": payment["reference"], "cancelTime": world.stamp()}


SERVICES = {
    "/ams/api/v1/payments/pay": _pay,
    "/ams/api/v1/payments/inquiryPayment": _inquire,
    "/ams/api/v1/payments/refund": _refund,
    "/ams/api/v1/payments/cancel": _cancel,
}


def _payment(world: World, asked: dict[str, Any]) -> dict[str, Any] | None:
    return world.store.row(
        "SELECT * FROM payment WHERE provider = 'wallet' AND (reference = ? OR partner_reference = ?)",
        str(asked.get("paymentId", "")),
        str(asked.get("paymentRequestId", "")),
    )


def _amount(value: Any) -> int | None:
    """Minor units as a string of digits."""
    good = isinstance(value, dict) and re.fullmatch("[1-9][0-9]{0,15}", str(value.get("value", "")))
    return int(value["value"]) if good and re.fullmatch("[A-Z]{3}", str(value.get("currency", ""))) else None


def _result(code: str, status: str, message: str) -> dict[str, Any]:
    return {"result": {"resultCode": code, "resultStatus": status, "resultMessage": message}}
