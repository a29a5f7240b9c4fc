"""Wallets that speak as Antom and Alipay+ do: what is signed in requests and in notices.

source  docs.antom.com, "Sign a request and verify the signature"; "notifyPayment"
"""

import re
from datetime import UTC, datetime
from urllib.parse import quote_plus, unquote_plus

from saudagar.payments.rules import snap
from saudagar.payments.rules.signatures import is_rsa_signature, rsa_signature


def signed_text(*, method: str, path: str, client_id: str, time: str, body: str) -> str:
    """
    >>> signed_text(method="POST", path="/ams/api/v1/payments/pay", client_id="C1", time="1795251600000", body="{}")
    'POST /ams/api/v1/payments/pay\\nC1.1795251600000.{}'
    """
    return f"{method} {path}\n{client_id}.{time}.{body}"


def signature_header(private_key_pem: str, *, method: str, path: str, client_id: str, time: str, body: str, key_version: str = "1") -> str:
    """The `Signature` header of a request."""
    text = signed_text(method=method, path=path, client_id=client_id, time=time, body=body)
    return f"algorithm=RSA256,keyVersion={key_version},signature={quote_plus(rsa_signature(private_key_pem, text))}"


def is_signature_header(public_key_pem: str, header: str, *, method: str, path: str, client_id: str, time: str, body: str) -> bool:
    """Whether the wallet signed exactly this body for this client, path and time. Another algorithm is not accepted."""
    parts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
    if parts.get("algorithm", "RSA256").upper() != "RSA256" or not parts.get("signature"):
        return False
    # Not every hop keeps the signature URL-encoded; base64 has no per cent sign, so what is encoded shows itself.
    signature = parts["signature"]
    signature = unquote_plus(signature) if "%" in signature else signature
    text = signed_text(method=method, path=path, client_id=client_id, time=time, body=body)
    return is_rsa_signature(public_key_pem, text, signature)


def moment(text: str) -> datetime | None:
    """`Request-Time`: milliseconds since 1970, or ISO 8601 with a time zone; None when it is neither.

    >>> moment("1795251600000").isoformat(), moment("2026-11-21T17:00:00+08:00").isoformat(), moment("")
    ('2026-11-21T09:00:00+00:00', '2026-11-21T17:00:00+08:00', None)
    """
    if re.fullmatch("[0-9]{12,14}", text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    return snap.moment(text)


def minor(text: object) -> int | None:
    """Minor units out of an amount's `value`, which is a string of digits; None when it is anything else."""
    return int(text) if isinstance(text, str) and re.fullmatch("[0-9]{1,16}", text) else None
