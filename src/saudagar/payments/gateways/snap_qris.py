"""QRIS and bank transfers through an acquirer that speaks SNAP BI."""

import base64
import csv
import io
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from saudagar.payments.gateways.base import NOTICE_HOURS, TIMEOUT, Account, Ask, PaidOut, SettledLine, Started, number_of, send
from saudagar.payments.rules import snap
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
    snap.SUCCESS: Status.PAID,
    snap.INITIATED: Status.OPEN,
    snap.PAYING: Status.OPEN,
    snap.PENDING: Status.OPEN,
    snap.REFUNDED: Status.REFUNDED,
    snap.CANCELLED: Status.FAILED,
    snap.FAILED: Status.FAILED,
    snap.NOT_FOUND: Status.UNKNOWN,
}
# What refused notices are answered: case and words, by HTTP status.
ANSWERS = {
    401: ("00", "Unauthorized. Signature"),
    404: ("01", "Transaction Not Found"),
    429: ("00", "Too Many Requests"),
    503: ("00", "General Error"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    url: str
    client_id: str
    client_secret: str
    merchant_id: str
    channel_id: str
    private_key: str
    acquirer_public_key: str
    source_account: str
    notice_hours: int = NOTICE_HOURS


class SnapQris:
    name = "snap_qris"

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime], transport: httpx.BaseTransport | None = None) -> None:
        self.settings = settings
        self._clock = clock
        self._client = httpx.Client(base_url=settings.url, timeout=TIMEOUT, transport=transport)
        self._base_path = urlsplit(settings.url).path.rstrip("/")
        self._lock = threading.Lock()
        self._token, self._token_until = "", 0.0

    def start(self, ask: Ask) -> Started:
        body = {
            "partnerReferenceNo": ask.reference,
            "amount": {"value": snap.decimal(ask.amount), "currency": ask.currency},
            "merchantId": self.settings.merchant_id,
            "validityPeriod": snap.timestamp(ask.expires_at),
            "additionalInfo": {"merchantName": ask.merchant, "merchantCity": ask.city},
        }
        answer = self._call("/v1.0/qr/qr-mpm-generate", body, external_id=number_of("start", ask.reference))
        if not answer.get("qrContent"):
            raise GatewayRefused(gateway=self.name, said="no QR code")
        return Started(str(answer.get("referenceNo", "")), str(answer["qrContent"]), str(answer.get("qrUrl", "")))

    def status(self, reference: str) -> Told:
        body = {"originalPartnerReferenceNo": reference, "serviceCode": "47", "merchantId": self.settings.merchant_id}
        try:
            return _told(self._call("/v1.0/qr/qr-mpm-query", body))
        except GatewayKnowsNot:
            return Told(reference, Status.UNKNOWN, None, "")

    def refund(self, *, reference: str, payment: str, gateway_reference: str, amount: int, currency: str) -> str:
        body = {
            "merchantId": self.settings.merchant_id,
            "originalReferenceNo": gateway_reference,
            "originalPartnerReferenceNo": payment,
            "partnerRefundNo": reference,
            "refundAmount": {"value": snap.decimal(amount), "currency": currency},
            "reason": "refund",
        }
        return str(self._call("/v1.0/qr/qr-mpm-refund", body, external_id=number_of("refund", reference)).get("refundNo", ""))

    def pay_out(self, *, reference: str, amount: int, currency: str, account: Account) -> PaidOut:
        body = {
            "partnerReferenceNo": reference,
            "amount": {"value": snap.decimal(amount), "currency": currency},
            "beneficiaryAccountName": account.name,
            "beneficiaryAccountNo": account.number,
            "beneficiaryBankCode": account.bank,
            "sourceAccountNo": self.settings.source_account,
        }
        answer = self._call("/v1.0/transfer-interbank", body, external_id=number_of("payout", reference))
        return PaidOut(str(answer.get("referenceNo", "")), self.payout_status(reference) == Status.PAID)

    def payout_status(self, reference: str) -> Status:
        try:
            answer = self._call("/v1.0/transfer/status", {"originalPartnerReferenceNo": reference, "serviceCode": "18"})
        except GatewayKnowsNot:
            return Status.UNKNOWN
        return STATUSES.get(str(answer.get("latestTransactionStatus", "")), Status.OPEN)

    def read_notice(self, *, path: str, headers: Mapping[str, str], body: bytes) -> Told:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise NoticeNotSigned from None
        signed = bool(self.settings.acquirer_public_key) and snap.is_notice_signature(
            self.settings.acquirer_public_key,
            headers.get("x-signature", ""),
            method="POST",
            path=path,
            body=text,
            timestamp=headers.get("x-timestamp", ""),
        )
        if not signed or headers.get("x-partner-id", self.settings.client_id) != self.settings.client_id:
            raise NoticeNotSigned
        check_signed_at(snap.moment(headers.get("x-timestamp", "")), at=self._clock(), oldest=timedelta(hours=self.settings.notice_hours))
        try:
            facts = msgspec.json.decode(body)
        except (ValueError, RecursionError):
            raise NoticeUnreadable(reason="not JSON") from None
        if not isinstance(facts, dict):
            raise NoticeUnreadable(reason="not an object")
        return _told(facts)

    def answer(self, *, taken: bool, status: int) -> dict[str, Any]:
        if taken:
            return {"responseCode": "2005200", "responseMessage": "Successful"}
        case, words = ANSWERS.get(status, ("00", "Bad Request"))
        return {"responseCode": f"{status}52{case}", "responseMessage": words}

    def settlement_names(self) -> list[str]:
        answer = send(self.name, self._client, "GET", "/settlements/snap", headers=self._basic())
        return [str(name) for name in answer.json()["settlements"]] if answer.is_success else []

    def settlement(self, name: str) -> tuple[str, list[SettledLine]]:
        answer = send(self.name, self._client, "GET", f"/settlements/snap/{name}.csv", headers=self._basic())
        if not answer.is_success:
            raise GatewayRefused(gateway=self.name, said=answer.text[:100])
        return answer.text, settled_lines(answer.text)

    def _basic(self) -> dict[str, str]:
        return {"Authorization": f"Basic {base64_text(f'{self.settings.client_id}:{self.settings.client_secret}')}"}

    def _call(self, path: str, body: dict[str, Any], *, external_id: str | None = None) -> dict[str, Any]:
        """One service. The same external id makes the acquirer answer the same again: a try whose answer was lost is safe to repeat."""
        if not self.settings.private_key or not self.settings.client_id:
            raise GatewayBusy(gateway=self.name)
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        external_id = external_id or str(secrets.randbelow(10**32))
        for fresh in (False, True):
            stamp = snap.timestamp(self._clock())
            token = self._access_token(fresh=fresh)
            headers = {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {token}",
                "X-TIMESTAMP": stamp,
                "X-SIGNATURE": snap.call_signature(
                    self.settings.client_secret, method="POST", path=self._base_path + path, token=token, body=text, timestamp=stamp
                ),
                "X-PARTNER-ID": self.settings.client_id,
                "X-EXTERNAL-ID": external_id,
                "CHANNEL-ID": self.settings.channel_id,
            }
            answer = send(self.name, self._client, "POST", path, body=text, headers=headers)
            facts = _object(answer)
            code = snap.response_code(str(facts.get("responseCode", "")))
            if code.is_success and answer.is_success:
                return facts
            if (code.http, code.case) != (401, "01"):  # any other answer than "this token is no longer good"
                break
        if (code.http, code.case) == (404, "01"):
            raise GatewayKnowsNot(gateway=self.name, said="not found")
        if code.may_retry:
            raise GatewayBusy(gateway=self.name)
        said = f"{facts.get('responseCode', answer.status_code)} {facts.get('responseMessage', '')}"
        raise GatewayRefused(gateway=self.name, said=said.strip())

    def _access_token(self, *, fresh: bool) -> str:
        with self._lock:
            if fresh or time.monotonic() >= self._token_until:
                stamp = snap.timestamp(self._clock())
                headers = {
                    "Content-Type": "application/json",
                    "X-CLIENT-KEY": self.settings.client_id,
                    "X-TIMESTAMP": stamp,
                    "X-SIGNATURE": snap.token_signature(self.settings.private_key, client_id=self.settings.client_id, timestamp=stamp),
                }
                body = '{"grantType":"client_credentials"}'
                facts = _object(send(self.name, self._client, "POST", "/v1.0/access-token/b2b", body=body, headers=headers))
                if not facts.get("accessToken"):
                    raise GatewayRefused(gateway=self.name, said=f"no token: {facts.get('responseCode', '')}")
                self._token = str(facts["accessToken"])
                # A minute early: it must not run out on the way.
                self._token_until = time.monotonic() + max(int(facts.get("expiresIn", 900)) - 60, 1)
            return self._token


def settled_lines(text: str) -> list[SettledLine]:
    """The lines of a settlement file. Raises NoticeUnreadable when an amount is none."""

    def amount(written: str) -> int:
        found = snap.minor(written.removeprefix("-"))
        if found is None:
            raise NoticeUnreadable(reason=f"{written!r} is not an amount")
        return -found if written.startswith("-") else found

    return [
        SettledLine(row["kind"], row["reference"], row["partner_reference"], amount(row["gross"]), amount(row["fee"]), row["currency"])
        for row in csv.DictReader(io.StringIO(text))
    ]


def base64_text(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        facts = answer.json()
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _told(facts: Mapping[str, Any]) -> Told:
    reference = facts.get("originalPartnerReferenceNo")
    amount = facts.get("amount")
    if not isinstance(reference, str) or not reference:
        raise NoticeUnreadable(reason="originalPartnerReferenceNo is missing")
    amount = amount if isinstance(amount, dict) else {}
    return Told(
        partner_reference=reference,
        status=STATUSES.get(str(facts.get("latestTransactionStatus", "")), Status.OPEN),
        amount=snap.minor(str(amount.get("value", ""))),
        currency=plain(amount.get("currency", ""))[:3],
        gateway_reference=plain(facts.get("originalReferenceNo", "")),
    )
