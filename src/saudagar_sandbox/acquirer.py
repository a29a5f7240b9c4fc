"""A QRIS acquirer and bank that speaks SNAP BI: tokens, QR codes, queries, cancellations, refunds, transfers, settlement files."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from datetime import datetime
from typing import Any

from saudagar_sandbox import qris
from saudagar_sandbox.world import World, dumps, rsa_sign, rsa_signed, somebody_elses_key

Answer = tuple[int, dict[str, Any]]
STATUS = {"open": ("01", "Initiated"), "paid": ("00", "Success"), "failed": ("06", "Failed"), "cancelled": ("05", "Canceled")}
LIMIT = 10_000_000_00


class Refused(Exception):
    def __init__(self, http: int, case: str, message: str) -> None:
        super().__init__(message)
        self.http, self.case, self.message = http, case, message


def token(world: World, headers: dict[str, str], body: str) -> Answer:
    client, stamp = headers.get("x-client-key", ""), headers.get("x-timestamp", "")
    try:
        _check_time(world, stamp)
        if client != world.keys["SNAP_CLIENT_ID"]:
            raise Refused(401, "00", "Unauthorized. Unknown client")
        if not rsa_signed(world.keys["SNAP_PARTNER_PUBLIC_KEY"], f"{client}|{stamp}", headers.get("x-signature", "")):
            raise Refused(401, "00", "Unauthorized. Signature")
        if _json(body).get("grantType") != "client_credentials":
            raise Refused(400, "02", "Invalid Mandatory Field grantType")
    except Refused as refused:
        return refused.http, {"responseCode": f"{refused.http}73{refused.case}", "responseMessage": refused.message}
    fresh = secrets.token_urlsafe(48)
    world.store.run("DELETE FROM token WHERE expires_at < ?", world.now())
    world.store.add("token", token=fresh, expires_at=world.now() + 900)
    return 200, {
        "responseCode": "2007300",
        "responseMessage": "Successful",
        "accessToken": fresh,
        "tokenType": "Bearer",
        "expiresIn": "900",
    }


def call(world: World, method: str, path: str, headers: dict[str, str], body: str) -> Answer:
    """One call of a service: who asks is checked, and the same external id on the same day gets the same answer."""
    service, serve = SERVICES[path]
    try:
        _check_caller(world, method, path, headers, body)
        external_id = headers.get("x-external-id", "")
        if not re.fullmatch("[0-9]{1,36}", external_id):
            raise Refused(400, "01", "Invalid Field Format X-EXTERNAL-ID")
        day, digest = world.stamp()[:10], hashlib.sha256(f"{path}\n{_minified(body)}".encode()).hexdigest()
        with world.store.change():
            known = world.store.row("SELECT * FROM call WHERE day = ? AND external_id = ?", day, external_id)
            if known and known["body_hash"] != digest:
                raise Refused(409, "00", "Conflict. X-EXTERNAL-ID was used today")
            if known:
                return known["status"], json.loads(known["answer"])
            try:
                answer = 200, {"responseCode": f"200{service}00", "responseMessage": "Successful"} | serve(world, _json(body))
            except Refused as refused:
                answer = refused.http, {"responseCode": f"{refused.http}{service}{refused.case}", "responseMessage": refused.message}
            world.store.add("call", day=day, external_id=external_id, body_hash=digest, status=answer[0], answer=dumps(answer[1]))
            return answer
    except Refused as refused:
        return refused.http, {"responseCode": f"{refused.http}{service}{refused.case}", "responseMessage": refused.message}


def notice(world: World, payment: dict[str, Any], kind: str, *, after: float = 0, status: str | None = None) -> None:
    """Tell the platform about a payment. kind: success, pending, failed, …; forged and unsigned are what they say."""
    code, words = {"pending": ("03", "Pending"), "failed": STATUS["failed"], "cancelled": STATUS["cancelled"]}.get(kind, STATUS["paid"])
    amount = payment["paid_amount"] if payment["paid_amount"] is not None else payment["amount"]
    body = dumps(
        {
            "originalReferenceNo": payment["reference"],
            "originalPartnerReferenceNo": payment["partner_reference"],
            "latestTransactionStatus": code,
            "transactionStatusDesc": words,
            "amount": {"value": _decimal(amount), "currency": payment["paid_currency"] or payment["currency"]},
            "externalStoreId": "000000017",
            "additionalInfo": {"paidTime": world.stamp(payment["paid_at"] or world.now()), "issuer": "Bank Contoh", "payer": "R***"},
        }
    )
    stamp = world.stamp()
    headers = {
        "X-TIMESTAMP": stamp,
        "X-PARTNER-ID": world.keys["SNAP_CLIENT_ID"],
        "X-EXTERNAL-ID": str(secrets.randbelow(10**18)),
        "CHANNEL-ID": "95221",
    }
    if kind != "unsigned":
        key = somebody_elses_key() if kind == "forged" else world.keys["SNAP_ACQUIRER_PRIVATE_KEY"]
        digest = hashlib.sha256(_minified(body).encode()).hexdigest()
        headers["X-SIGNATURE"] = rsa_sign(key, f"POST:{world.snap_notices}:{digest}:{stamp}")
    world.notify(payment["reference"], kind, world.web + world.snap_notices, headers, body, after=after)


def is_partner(world: World, authorization: str) -> bool:
    """Settlement files are fetched with HTTP Basic: client id and secret."""
    expected = base64.b64encode(f"{world.keys['SNAP_CLIENT_ID']}:{world.keys['SNAP_CLIENT_SECRET']}".encode()).decode()
    return hmac.compare_digest(authorization.encode(), f"Basic {expected}".encode())


def _check_caller(world: World, method: str, path: str, headers: dict[str, str], body: str) -> None:
    stamp = headers.get("x-timestamp", "")
    _check_time(world, stamp)
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    if not world.store.row("SELECT 1 FROM token WHERE token = ? AND expires_at > ?", bearer, world.now()):
        raise Refused(401, "01", "Invalid Token (B2B)")
    if headers.get("x-partner-id") != world.keys["SNAP_CLIENT_ID"]:
        raise Refused(401, "00", "Unauthorized. Unknown partner")
    digest = hashlib.sha256(_minified(body).encode()).hexdigest()
    text = f"{method}:{path}:{bearer}:{digest}:{stamp}"
    signature = base64.b64encode(hmac.digest(world.keys["SNAP_CLIENT_SECRET"].encode(), text.encode(), "sha512")).decode()
    if not hmac.compare_digest(signature.encode(), headers.get("x-signature", "").encode()):
        raise Refused(401, "00", "Unauthorized. Signature")


def _check_time(world: World, stamp: str) -> None:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        raise Refused(400, "01", "Invalid Field Format X-TIMESTAMP") from None
    if moment.tzinfo is None or abs(moment.timestamp() - world.now()) > 300:
        raise Refused(401, "00", "Unauthorized. X-TIMESTAMP is too old or too new")


def _generate(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    partner_reference, amount = _text(asked, "partnerReferenceNo"), _amount(asked, "amount")
    if _text(asked, "merchantId") != world.keys["SNAP_MERCHANT_ID"]:
        raise Refused(404, "08", "Invalid Merchant")
    if amount > LIMIT:
        raise Refused(403, "02", "Exceeds Transaction Amount Limit")
    if world.store.row("SELECT 1 FROM payment WHERE provider = 'snap' AND partner_reference = ?", partner_reference):
        raise Refused(409, "01", "Duplicate partnerReferenceNo")
    expires_at = None
    if asked.get("validityPeriod"):
        try:
            expires_at = datetime.fromisoformat(str(asked["validityPeriod"])).timestamp()
        except ValueError:
            raise Refused(400, "01", "Invalid Field Format validityPeriod") from None
    more = asked.get("additionalInfo") or {}
    reference = world.reference("QR")
    content = qris.dynamic(
        amount=_decimal(amount).removesuffix(".00"),
        merchant=str(more.get("merchantName", "SAUDAGAR")),
        city=str(more.get("merchantCity", "JAKARTA")),
        reference=partner_reference,
    )
    world.store.add(
        "payment",
        reference=reference,
        partner_reference=partner_reference,
        provider="snap",
        amount=amount,
        currency="IDR",
        created_at=world.now(),
        expires_at=expires_at,
        facts={"qr": content, "merchant": str(more.get("merchantName", "SAUDAGAR"))},
    )
    return {
        "referenceNo": reference,
        "partnerReferenceNo": partner_reference,
        "qrContent": content,
        "qrUrl": f"{world.own}/bank/{reference}",
        "terminalId": "A01",
    }


def _query(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    payment = _payment(world, asked)
    code, words = STATUS[payment["status"]]
    if payment["status"] == "paid" and payment["refunded"] >= payment["amount"]:
        code, words = "04", "Refunded"
    amount = payment["paid_amount"] if payment["paid_amount"] is not None else payment["amount"]
    return {
        "originalReferenceNo": payment["reference"],
        "originalPartnerReferenceNo": payment["partner_reference"],
        "serviceCode": "47",
        "latestTransactionStatus": code,
        "transactionStatusDesc": words,
        "amount": {"value": _decimal(amount), "currency": payment["paid_currency"] or payment["currency"]},
        **({"paidTime": world.stamp(payment["paid_at"])} if payment["paid_at"] else {}),
    }


def _cancel(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    payment = _payment(world, asked)
    if payment["status"] == "paid":
        raise Refused(403, "15", "Transaction Not Permitted. Already paid")
    world.store.run("UPDATE payment SET status = 'cancelled' WHERE reference = ?", payment["reference"])
    return {"originalReferenceNo": payment["reference"], "cancelTime": world.stamp()}


def _refund(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    payment, partner_refund, amount = _payment(world, asked), _text(asked, "partnerRefundNo"), _amount(asked, "refundAmount")
    known = world.store.row("SELECT * FROM refund WHERE provider = 'snap' AND partner_reference = ?", partner_refund)
    if known and (known["payment"], known["amount"]) != (payment["reference"], amount):
        raise Refused(409, "01", "Duplicate partnerRefundNo")
    if not known:
        paid = payment["paid_amount"] if payment["paid_amount"] is not None else payment["amount"]
        if payment["status"] != "paid":
            raise Refused(403, "15", "Transaction Not Permitted. Not paid")
        if payment["refunded"] + amount > paid:
            raise Refused(403, "02", "Exceeds Transaction Amount Limit")
        reference = world.reference("RF")
        world.store.add(
            "refund",
            reference=reference,
            partner_reference=partner_refund,
            payment=payment["reference"],
            provider="snap",
            amount=amount,
            currency=payment["currency"],
            created_at=world.now(),
        )
        world.store.run("UPDATE payment SET refunded = refunded + ? WHERE reference = ?", amount, payment["reference"])
        known = {"reference": reference}
    return {
        "originalReferenceNo": payment["reference"],
        "originalPartnerReferenceNo": payment["partner_reference"],
        "refundNo": known["reference"],
        "partnerRefundNo": partner_refund,
        "refundAmount": {"value": _decimal(amount), "currency": "IDR"},
        "refundTime": world.stamp(),
    }


def _transfer(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    """Accounts that begin with 000 do not exist; transfers to those that begin with 999 wait for the tester."""
    partner_reference, amount = _text(asked, "partnerReferenceNo"), _amount(asked, "amount")
    account, bank = _text(asked, "beneficiaryAccountNo"), _text(asked, "beneficiaryBankCode")
    known = world.store.row("SELECT * FROM transfer WHERE partner_reference = ?", partner_reference)
    if known and (known["amount"], known["account"], known["bank"]) != (amount, account, bank):
        raise Refused(409, "01", "Duplicate partnerReferenceNo")
    if account.startswith("000"):
        raise Refused(404, "11", "Invalid Card/Account/Customer. Unknown beneficiary")
    if amount > 250_000_000_00:
        raise Refused(403, "02", "Exceeds Transaction Amount Limit")
    if not known:
        known = {"reference": world.reference("TF")}
        world.store.add(
            "transfer",
            reference=known["reference"],
            partner_reference=partner_reference,
            amount=amount,
            currency="IDR",
            bank=bank,
            account=account,
            name=str(asked.get("beneficiaryAccountName", "")),
            status="waiting" if account.startswith("999") else "done",
            created_at=world.now(),
        )
    return {"referenceNo": known["reference"], "partnerReferenceNo": partner_reference, "transactionDate": world.stamp()}


def _transfer_status(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    found = world.store.row("SELECT * FROM transfer WHERE partner_reference = ?", _text(asked, "originalPartnerReferenceNo"))
    if not found:
        raise Refused(404, "01", "Transaction Not Found")
    code, words = {"done": ("00", "Success"), "waiting": ("03", "Pending"), "failed": ("06", "Failed")}[found["status"]]
    return {
        "originalReferenceNo": found["reference"],
        "originalPartnerReferenceNo": found["partner_reference"],
        "latestTransactionStatus": code,
        "transactionStatusDesc": words,
        "amount": {"value": _decimal(found["amount"]), "currency": found["currency"]},
    }


SERVICES = {
    "/v1.0/qr/qr-mpm-generate": ("47", _generate),
    "/v1.0/qr/qr-mpm-query": ("51", _query),
    "/v1.0/qr/qr-mpm-cancel": ("77", _cancel),
    "/v1.0/qr/qr-mpm-refund": ("78", _refund),
    "/v1.0/transfer-interbank": ("18", _transfer),
    "/v1.0/transfer/status": ("36", _transfer_status),
}


def _payment(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    found = world.store.row(
        "SELECT * FROM payment WHERE provider = 'snap' AND (reference = ? OR partner_reference = ?)",
        str(asked.get("originalReferenceNo", "")),
        str(asked.get("originalPartnerReferenceNo", "")),
    )
    if not found:
        raise Refused(404, "01", "Transaction Not Found")
    return found


def _json(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise Refused(400, "00", "Bad Request") from None
    if not isinstance(value, dict):
        raise Refused(400, "00", "Bad Request")
    return value


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        raise Refused(400, "02", f"Invalid Mandatory Field {name}")
    return value


def _amount(asked: dict[str, Any], name: str) -> int:
    value = asked.get(name) or {}
    match = re.fullmatch(r"([0-9]{1,13})\.([0-9]{2})", str(value.get("value", "")))
    if not match or value.get("currency") != "IDR" or (int(match[1]), int(match[2])) == (0, 0):
        raise Refused(404, "13", "Invalid Amount")
    return int(match[1]) * 100 + int(match[2])


def _decimal(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def _minified(body: str) -> str:
    """Whitespace outside of strings goes; everything else stays as it came."""
    kept, inside, escaped = [], False, False
    for character in body:
        if inside or character not in " \t\r\n":
            kept.append(character)
        if character == '"' and not escaped:
            inside = not inside
        escaped = inside and character == "\\" and not escaped
    return "".join(kept)
