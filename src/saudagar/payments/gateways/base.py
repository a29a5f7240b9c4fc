"""What every gateway can do. An adapter speaks one provider's language and knows nothing of our tables.

Each call that moves money carries a reference of ours and may be sent again with the same one: providers answer it again
and do not do it twice.
"""

import hashlib
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx

from saudagar.payments.rules.life import GatewayBusy, Told

TIMEOUT = httpx.Timeout(6.0, connect=3.0)
NOTICE_HOURS = 7 * 24  # how long ago a notice may have been signed
WAITS = (0.2, 0.8)  # seconds before the second and the third try

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """A payment to be made. Reference: the payment's handle."""

    reference: str
    purchase: str  # handle, for the payer's records
    amount: int
    currency: str
    merchant: str
    city: str
    expires_at: datetime
    return_url: str
    notice_url: str


@dataclass(frozen=True, slots=True)
class Started:
    """What the buyer pays with: a QR payload, a link, or both."""

    gateway_reference: str
    qr_payload: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Where a payout goes. Bank: code of the clearing system, "014"."""

    bank: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A transfer the bank took. It is done when is_final, else `payout_status` tells later."""

    gateway_reference: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class SettledLine:
    """One line of a settlement file. Amounts in minor units; negative left the account."""

    kind: str  # payment, refund, transfer
    reference: str
    partner_reference: str
    gross: int
    fee: int
    currency: str


class Gateway(Protocol):
    name: str

    def start(self, ask: Ask) -> Started:
        """Raises GatewayBusy (try again with the same reference), GatewayRefused."""

    def status(self, reference: str) -> Told:
        """What the gateway knows of the payment with our reference. Raises GatewayBusy, GatewayRefused."""

    def refund(self, *, reference: str, payment: str, gateway_reference: str, amount: int, currency: str) -> str:
        """Pays back; returns the gateway's reference. Raises GatewayBusy, GatewayRefused."""

    def read_notice(self, *, path: str, headers: Mapping[str, str], body: bytes) -> Told:
        """Believes only what is signed. Headers by lower-case name. Raises NoticeNotSigned, NoticeUnreadable."""

    def answer(self, *, taken: bool, status: int) -> dict[str, Any]:
        """What the gateway wants to hear about its notice."""

    def settlement_names(self) -> list[str]: ...

    def settlement(self, name: str) -> tuple[str, list[SettledLine]]:
        """The file as it is, and its lines."""


def send(
    gateway: str, client: httpx.Client, method: str, path: str, *, body: str | None = None, headers: Mapping[str, str], tries: int = 3
) -> httpx.Response:
    """One exchange; tried again when nothing came back or the other side was broken. Raises GatewayBusy."""
    for wait in (*WAITS[: tries - 1], None):
        try:
            answer = client.request(method, path, content=body.encode() if body is not None else None, headers=dict(headers))
            if answer.status_code < 500 and answer.status_code != 429:
                return answer
            said = str(answer.status_code)
        except httpx.HTTPError as error:
            said = type(error).__name__
        log.warning("%s %s: %s", gateway, path, said)
        if wait is not None:
            time.sleep(wait)
    raise GatewayBusy(gateway=gateway)


def number_of(*parts: str) -> str:
    """A reference of digits only, always the same for the same parts: providers that want numbers get this one.

    >>> len(number_of("start", "Q1")), number_of("start", "Q1") == number_of("start", "Q1"), number_of("a").isdigit()
    (32, True, True)
    """
    return f"{int.from_bytes(hashlib.sha256('|'.join(parts).encode()).digest()[:16], 'big') % 10**32:032d}"
