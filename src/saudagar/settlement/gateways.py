"""What a gateway must do so that sellers can be paid through it. `settings.PAYOUT_GATEWAY` names the one in use."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from saudagar.payments import gateways
from saudagar.payments.rules.life import GatewayRefused, Status
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


class Bank:
    """The bank that the payments room speaks to (SNAP interbank transfer)."""

    def pay_out(self, reference: str, amount: int, currency: str, account: BankAccount) -> Answer:
        try:
            paid = gateways.pay_out(reference, amount, currency, gateways.Account(account.bank_code, account.number, account.holder))
        except GatewayRefused as refusal:
            # A refusal is certain only when the bank has no such transfer: the first try may have gone through and its answer been lost.
            if gateways.payout_status(reference) in (Status.UNKNOWN, Status.FAILED):
                return Answer(Outcome.FAILED, reason=str(refusal.facts.get("said", refusal)))
            return Answer(Outcome.ACCEPTED)
        return Answer(Outcome.PAID if paid.is_final else Outcome.ACCEPTED, paid.gateway_reference)

    def payout_status(self, reference: str) -> Answer:
        status = gateways.payout_status(reference)
        known = {Status.PAID: Outcome.PAID, Status.OPEN: Outcome.ACCEPTED, Status.FAILED: Outcome.FAILED}
        if status not in known:
            raise LookupError(f"the bank says {status} of a transfer it took")
        return Answer(known[status], reason="the bank says it failed" if status == Status.FAILED else "")


def payout_gateway() -> PayoutGateway:
    """The gateway in use."""
    made: PayoutGateway = import_string(settings.PAYOUT_GATEWAY)()
    return made
