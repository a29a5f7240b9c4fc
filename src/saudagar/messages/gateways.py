"""The ways out of the house. Which one is used is said by the setting SMS_GATEWAY; e-mail goes through Django's EMAIL_BACKEND.

A gateway is any class with `send(to, text, reference)`. It raises on failure; the job tries again. The reference is the same
each time, so that a gateway that knows idempotency does not send twice.
"""

import logging
from functools import cache
from typing import Any, Protocol

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

SECONDS = 5.0


class SmsGateway(Protocol):
    def send(self, to: str, text: str, reference: str) -> None:
        """to: E.164. Raises when the gateway did not take it."""


class SandboxSms:
    """Posts to the sandbox server, which shows what it received at /inbox."""

    def send(self, to: str, text: str, reference: str) -> None:
        _post("/sms", {"to": to, "text": text, "reference": reference})


class ConsoleSms:
    """Writes to the log: for a machine without sandbox. Never in production, for the log would hold the codes."""

    def send(self, to: str, text: str, reference: str) -> None:
        log.warning("SMS to %s: %s", to, text)


class NoSms:
    """Production without a gateway: says so, and the letter shows it."""

    def send(self, to: str, text: str, reference: str) -> None:
        raise RuntimeError("No SMS gateway: set SAUDAGAR_SMS_GATEWAY to the dotted path of one.")


class MemorySms:
    """Keeps what was sent in `sent`, for tests."""

    sent: list[tuple[str, str]] = []

    def send(self, to: str, text: str, reference: str) -> None:
        self.sent.append((to, text))


@cache
def _gateway(path: str) -> SmsGateway:
    return import_string(path)()


def sms() -> SmsGateway:
    return _gateway(settings.SMS_GATEWAY)


class SandboxMail(BaseEmailBackend):
    """Django mail backend that posts to the sandbox server, which shows e-mail beside SMS."""

    def send_messages(self, email_messages: Any) -> int:
        count = 0
        for message in email_messages:
            count += self._send(message)
        return count

    def _send(self, message: EmailMessage) -> int:
        try:
            _post("/mail", {"to": ", ".join(message.to), "subject": str(message.subject), "text": str(message.body)})
        except httpx.HTTPError:
            if not self.fail_silently:
                raise
            return 0
        return 1


def _post(path: str, body: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {settings.SMS_SECRET}"}
    httpx.post(settings.SMS_URL + path, json=body, headers=headers, timeout=SECONDS).raise_for_status()
