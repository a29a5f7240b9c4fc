"""What a gateway must do so that sellers can be paid through it. `settings.PAYOUT_GATEWAY` names the one in use."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from saudagar.settlement.rules import BankAccount


class Outcome(StrEnum):
    """What a gateway says about a transfer."""

    ACCEPTED = "accepted"  # on its way
    PAID = "paid"
    FAILED = "failed"  # it never will be paid under this reference


@dataclass(frozen=True, slots=True)
class Answer:
    """A gateway's word. What it does not know for certain (time-out, 5xx) it raises instead."""

    outcome: Outcome
    gateway_reference: str = ""
    reason: str = ""


class PayoutGateway(Protocol):
    """Transfers to bank accounts. The reference is the key: whatever is asked twice under one reference is paid once."""

    def pay_out(self, reference: str, amount: int, currency: str, account: BankAccount) -> Answer:
        """Pays, or says what has become of it when it was asked before. Raises when the answer did not come."""

    def payout_status(self, reference: str) -> Answer:
        """What has become of it. Raises when the answer did not come."""


class NotConnected:
    """No gateway is set up: payouts wait, and say why."""

    def pay_out(self, reference: str, amount: int, currency: str, account: BankAccount) -> Answer:
        raise ConnectionError("No payout gateway is connected: set SAUDAGAR_PAYOUT_GATEWAY.")

    def payout_status(self, reference: str) -> Answer:
        raise ConnectionError("No payout gateway is connected: set SAUDAGAR_PAYOUT_GATEWAY.")


def payout_gateway() -> PayoutGateway:
    """The gateway in use."""
    made: PayoutGateway = import_string(settings.PAYOUT_GATEWAY)()
    return made
