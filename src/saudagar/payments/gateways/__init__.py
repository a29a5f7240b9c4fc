"""The gateways of this installation, by name."""

from functools import cache

from django.conf import settings

from saudagar.foundation.clock import now
from saudagar.payments.gateways import alipay_plus, snap_qris
from saudagar.payments.gateways.base import Account, Ask, Gateway, PaidOut, Started
from saudagar.payments.rules.life import GatewayRefused, Status

__all__ = ["Account", "Ask", "Gateway", "PaidOut", "Started", "bank", "gateway", "known", "pay_out", "payout_status"]


@cache
def known() -> dict[str, Gateway]:
    """Made once per process, so that connections and access tokens are kept."""
    wallet = alipay_plus.AlipayPlus(alipay_plus.Settings(**settings.ALIPAY_PLUS, notice_hours=settings.PAYMENT_NOTICE_HOURS), clock=now)
    return {"snap_qris": bank(), "alipay_plus": wallet}


@cache
def bank() -> snap_qris.SnapQris:
    return snap_qris.SnapQris(snap_qris.Settings(**settings.SNAP, notice_hours=settings.PAYMENT_NOTICE_HOURS), clock=now)


def gateway(name: str) -> Gateway:
    """Raises KeyError for a name nobody has."""
    return known()[name]


def pay_out(reference: str, amount: int, currency: str, account: Account) -> PaidOut:
    """A seller's money leaves for the seller's bank account. Safe to repeat with the same reference; call it outside of transactions.

    amount   minor units, rupiah only for now
    raises   GatewayBusy (try again later), GatewayRefused (unknown account, over the limit: tell the seller)
    """
    if currency != "IDR":
        raise GatewayRefused(gateway="snap_qris", said=f"no payouts in {currency}")
    return bank().pay_out(reference=reference, amount=amount, currency=currency, account=account)


def payout_status(reference: str) -> Status:
    """What became of a payout that was not final: PAID, OPEN, FAILED, UNKNOWN. Raises GatewayBusy."""
    return bank().payout_status(reference)
