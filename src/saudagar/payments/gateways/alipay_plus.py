"""Wallets that speak as Antom and Alipay+ do: the buyer is sent to a cashier page and comes back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from saudagar.payments.gateways.base import NOTICE_HOURS, TIMEOUT, Ask, SettledLine, Started, send
from saudagar.payments.gateways.snap_qris import settled_lines
from saudagar.payments.rules import alipay_plus
from saudagar.payments.rules.life import (
    GatewayBusy,
    GatewayKnowsNot,
    GatewayRefused,
    NoticeNotSigned,
    NoticeUnreadable,
    Status,
    Told,
    check_signed_at,
    plain,
)

STATUSES = {
    "SUCCESS": Status.PAID,
    "FAIL": Status.FAILED,
    "CANCELLED": Status.FAILED,
    "PROCESSING": Status.OPEN,
    "PENDING": Status.OPEN,
}
BUSY = "UNKNOWN_EXCEPTION"  # the wallet tells again
PREFIX = "/ams/api/v1/payments"


@dataclass(frozen=True, slots=True)
class Settings:
    url: str
    client_id: str
    private_key: str
    wallet_public_key: str
    method: str
    notice_hours: int = NOTICE_HOURS


class AlipayPlus:
    name = "alipay_plus"

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime], transport: httpx.BaseTransport | None = None) -> None:
        self.settings = settings
        self._clock = clock
        self._client = httpx.Client(base_url=settings.url, timeout=TIMEOUT, transport=transport)
        self._base_path = urlsplit(settings.url).path.rstrip("/")

    def start(self, ask: Ask) -> Started:
        amount = {"currency": ask.currency, "value": str(ask.amount)}
        answer = self._call(
            "pay",
            {
                "productCode": "CASHIER_PAYMENT",
                "paymentRequestId": ask.reference,
                "order": {
                    "referenceOrderId": ask.purchase,
                    "orderDescription": ask.merchant,
                    "orderAmount": amount,
                    "merchant": {"merchantName": ask.merchant, "merchantMCC": "5499"},
                },
                "paymentAmount": amount,
                "paymentMethod": {"paymentMethodType": self.settings.method},
                "paymentExpiryTime": ask.expires_at.isoformat(timespec="seconds"),
                "paymentNotifyUrl": ask.notice_url,
                "paymentRedirectUrl": ask.return_url,
                "env": {"terminalType": "WAP"},
            },
        )
        link = str(answer.get("normalUrl", ""))
        if not link:
            raise GatewayRefused(gateway=self.name, said="no cashier page")
        return Started(str(answer.get("paymentId", "")), link=link)

    def status(self, reference: str) -> Told:
        try:
            answer = self._call("inquiryPayment", {"paymentRequestId": reference})
        except GatewayKnowsNot:
            return Told(reference, Status.UNKNOWN, None, "")
        return _told(answer, STATUSES.get(str(answer.get("paymentStatus", "")), Status.OPEN))

    def refund(self, *, reference: str, payment: str, gateway_reference: str, amount: int, currency: str) -> str:
        money = {"currency": currency, "value": str(amount)}
        body = {"paymentId": gateway_reference, "paymentRequestId": payment, "refundRequestId": reference, "refundAmount": money}
        return str(self._call("refund", body).get("refundId", ""))

    def read_notice(self, *, path: str, headers: Mapping[str, str], body: bytes) -> Told:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise NoticeNotSigned from None
        known = headers.get("client-id") == self.settings.client_id
        if not known or not self._is_signed(headers, path=path, moment=headers.get("request-time", ""), body=text):
            raise NoticeNotSigned
        check_signed_at(
            alipay_plus.moment(headers.get("request-time", "")), at=self._clock(), oldest=timedelta(hours=self.settings.notice_hours)
        )
        try:
            facts = msgspec.json.decode(body)
        except (ValueError, RecursionError):
            raise NoticeUnreadable(reason="not JSON") from None
        if not isinstance(facts, dict) or not isinstance(facts.get("result"), dict):
            raise NoticeUnreadable(reason="result is missing")
        # The S of a pending notice is not a payment.
        if facts.get("notifyType") != "PAYMENT_RESULT":
            return _told(facts, Status.OPEN)
        return _told(facts, {"S": Status.PAID, "F": Status.FAILED}.get(str(facts["result"].get("resultStatus", "")), Status.OPEN))

    def answer(self, *, taken: bool, status: int) -> dict[str, Any]:
        if taken:
            return {"result": {"resultCode": "SUCCESS", "resultStatus": "S", "resultMessage": "success"}}
        code = {401: "INVALID_SIGNATURE", 404: "ORDER_NOT_EXIST", 429: BUSY, 503: BUSY}.get(status, "PARAM_ILLEGAL")
        return {"result": {"resultCode": code, "resultStatus": "U" if code == BUSY else "F", "resultMessage": code.lower()}}

    def settlement_names(self) -> list[str]:
        path = "/settlements/wallet"
        answer = send(self.name, self._client, "GET", path, headers=self._signed("GET", path, ""))
        return [str(name) for name in answer.json()["settlements"]] if answer.is_success else []

    def settlement(self, name: str) -> tuple[str, list[SettledLine]]:
        path = f"/settlements/wallet/{name}.csv"
        answer = send(self.name, self._client, "GET", path, headers=self._signed("GET", path, ""))
        if not answer.is_success:
            raise GatewayRefused(gateway=self.name, said=answer.text[:100])
        return answer.text, settled_lines(answer.text)

    def _call(self, service: str, body: dict[str, Any]) -> dict[str, Any]:
        if not self.settings.private_key or not self.settings.client_id:
            raise GatewayBusy(gateway=self.name)
        path, text = f"{PREFIX}/{service}", json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        answer = send(self.name, self._client, "POST", path, body=text, headers=self._signed("POST", path, text))
        said = {name.lower(): value for name, value in answer.headers.items()}
        if not self._is_signed(said, path=self._base_path + path, moment=said.get("response-time", ""), body=answer.text):
            # An answer nobody vouches for is no answer; asking again is safe.
            raise GatewayBusy(gateway=self.name)
        facts = answer.json()
        result = facts.get("result") or {}
        if result.get("resultCode") == BUSY:
            raise GatewayBusy(gateway=self.name)
        if result.get("resultStatus") in ("S", "U"):
            return dict(facts)
        if result.get("resultCode") == "ORDER_NOT_EXIST":
            raise GatewayKnowsNot(gateway=self.name, said="ORDER_NOT_EXIST")
        raise GatewayRefused(gateway=self.name, said=str(result.get("resultCode", "")))

    def _signed(self, method: str, path: str, body: str) -> dict[str, str]:
        moment = str(int(self._clock().timestamp() * 1000))
        client_id, path = self.settings.client_id, self._base_path + path
        return {
            "Content-Type": "application/json; charset=UTF-8",
            "Client-Id": client_id,
            "Request-Time": moment,
            "Signature": alipay_plus.signature_header(
                self.settings.private_key, method=method, path=path, client_id=client_id, time=moment, body=body
            ),
        }

    def _is_signed(self, headers: Mapping[str, str], *, path: str, moment: str, body: str) -> bool:
        return bool(self.settings.wallet_public_key) and alipay_plus.is_signature_header(
            self.settings.wallet_public_key,
            headers.get("signature", ""),
            method="POST",
            path=path,
            client_id=self.settings.client_id,
            time=moment,
            body=body,
        )


def _told(facts: Mapping[str, Any], status: Status) -> Told:
    reference, amount = facts.get("paymentRequestId"), facts.get("paymentAmount")
    if not isinstance(reference, str) or not reference:
        raise NoticeUnreadable(reason="paymentRequestId is missing")
    amount = amount if isinstance(amount, dict) else {}
    return Told(
        partner_reference=reference,
        status=status,
        amount=alipay_plus.minor(amount.get("value")),
        currency=plain(amount.get("currency", ""))[:3],
        gateway_reference=plain(facts.get("paymentId", "")),
    )
