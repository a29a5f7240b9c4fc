"""SNAP BI, Bank Indonesia's standard for payment APIs: what is signed, and what answers mean.

source  Standar Nasional Open API Pembayaran, service codes 47 (QR), 51 (query), 52 (notice), 78 (refund), 18 and 36 (transfer), 73 (token)
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from saudagar.payments.rules.signatures import hmac_sha512, is_hmac_sha512, is_rsa_signature, rsa_signature

JAKARTA = timezone(timedelta(hours=7), "WIB")

# latestTransactionStatus
SUCCESS, INITIATED, PAYING, PENDING, REFUNDED, CANCELLED, FAILED, NOT_FOUND = "00", "01", "02", "03", "04", "05", "06", "07"

_MEANINGFUL = re.compile(r'"(?:[^"\\]|\\[\s\S])*+"?|[^" \t\r\n]++')  # texts, and what stands between white space


@dataclass(frozen=True, slots=True)
class ResponseCode:
    """`2004700`: HTTP status, service, case."""

    http: int
    service: str
    case: str

    @property
    def is_success(self) -> bool:
        return self.http == 200

    @property
    def may_retry(self) -> bool:
        """The same request under the same external id may be sent again: the provider was busy, slow or broken."""
        return self.http in {429, 500, 502, 503, 504} or (self.http, self.case) == (409, "00")


def response_code(text: str) -> ResponseCode:
    """
    >>> response_code("4015600")
    ResponseCode(http=401, service='56', case='00')
    """
    if not re.fullmatch("[1-5][0-9]{6}", text):
        return ResponseCode(500, "00", "00")
    return ResponseCode(int(text[:3]), text[3:5], text[5:])


def timestamp(at: datetime) -> str:
    """ISO 8601 in Jakarta's time, to the second: 2026-11-21T10:00:00+07:00."""
    return at.astimezone(JAKARTA).isoformat(timespec="seconds")


def moment(text: str) -> datetime | None:
    """What `timestamp` writes, read; None when it is no moment with a time zone.

    >>> moment("2026-11-21T10:00:00+07:00").isoformat(), moment("2026-11-21T10:00:00"), moment("now")
    ('2026-11-21T10:00:00+07:00', None, None)
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def minified(body: str) -> str:
    """JSON without the whitespace that means nothing. Keys keep their order, texts and numbers their spelling.

    >>> minified('{ "b": "x  y",\\n "a": 1.00 }')
    '{"b":"x  y","a":1.00}'
    """
    # Whoever calls has not been checked yet: possessive, and a text that never ends is taken as it is, so the time grows with the length.
    return "".join(_MEANINGFUL.findall(body))


def body_hash(body: str) -> str:
    return hashlib.sha256(minified(body).encode()).hexdigest()


def token_signature(private_key_pem: str, *, client_id: str, timestamp: str) -> str:
    """X-SIGNATURE of the request for an access token."""
    return rsa_signature(private_key_pem, f"{client_id}|{timestamp}")


def is_token_signature(public_key_pem: str, signature: str, *, client_id: str, timestamp: str) -> bool:
    return is_rsa_signature(public_key_pem, f"{client_id}|{timestamp}", signature)


def call_signature(secret: str, *, method: str, path: str, token: str, body: str, timestamp: str) -> str:
    """X-SIGNATURE of a call, symmetric. path: as requested, with its query."""
    return hmac_sha512(secret, f"{method}:{path}:{token}:{body_hash(body)}:{timestamp}")


def is_call_signature(secret: str, signature: str, *, method: str, path: str, token: str, body: str, timestamp: str) -> bool:
    return is_hmac_sha512(secret, f"{method}:{path}:{token}:{body_hash(body)}:{timestamp}", signature)


def notice_signature(private_key_pem: str, *, method: str, path: str, body: str, timestamp: str) -> str:
    """X-SIGNATURE of a notice, asymmetric: no token is involved."""
    return rsa_signature(private_key_pem, f"{method}:{path}:{body_hash(body)}:{timestamp}")


def is_notice_signature(public_key_pem: str, signature: str, *, method: str, path: str, body: str, timestamp: str) -> bool:
    return is_rsa_signature(public_key_pem, f"{method}:{path}:{body_hash(body)}:{timestamp}", signature)


def is_symmetric_notice_signature(secret: str, signature: str, *, method: str, path: str, body: str, timestamp: str) -> bool:
    """Some acquirers sign notices with the client secret and an empty token, or without the token's place."""
    hashed = body_hash(body)
    return is_hmac_sha512(secret, f"{method}:{path}:{hashed}:{timestamp}", signature) or is_hmac_sha512(
        secret, f"{method}:{path}::{hashed}:{timestamp}", signature
    )


def decimal(amount: int) -> str:
    """Minor units of the rupiah as SNAP writes them.

    >>> decimal(2500000)
    '25000.00'
    """
    return f"{amount // 100}.{amount % 100:02d}"


def minor(text: str) -> int | None:
    """Minor units of SNAP's `25000.00`; None when it is not an amount.

    >>> minor("25000.00"), minor("25000"), minor("25.000,00")
    (2500000, 2500000, None)
    """
    match = re.fullmatch(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?", text)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else None
