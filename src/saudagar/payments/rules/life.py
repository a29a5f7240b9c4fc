"""The life of a payment: what a gateway may say, what becomes of it, and when we ask ourselves. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from saudagar.foundation.refusals import Refusal

# Method of payment, as a market names it -> gateway.
GATEWAY_OF = {"qris": "snap_qris", "alipay": "alipay_plus", "wallet": "alipay_plus"}

# When a payment is asked about without having been told: minutes after it was started.
CHECK_MINUTES = (1, 2, 4, 8, 15, 30, 60, 120, 240)
# A payment nobody made is given up this long after it expired; until then a lost notice is made good.
GRACE = timedelta(hours=2)
# A payer who taps "I have paid" again and again makes us ask the gateway no more often than this.
LEAST_WAIT = timedelta(seconds=5)
# So much may a gateway's clock be ahead of ours.
CLOCKS_APART = timedelta(hours=1)
# Refunds are sent again after so many minutes; the last wait repeats.
REFUND_MINUTES = (1, 2, 5, 15, 60, 240)


class Status(StrEnum):
    """What a gateway says of a payment, whatever its own words."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"  # it has never heard of it


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a gateway said of one payment. Partner reference: our handle of it."""

    partner_reference: str
    status: Status
    amount: int | None  # minor units
    currency: str
    gateway_reference: str = ""


class Verdict(StrEnum):
    """What became of something told. Kept with the notice: never renamed."""

    CAPTURED = "captured"
    LATE = "late"  # captured, and at least one order's share is owed back
    REPEATED = "repeated"  # known already
    MISMATCHED = "mismatched"
    FAILED = "failed"
    IGNORED = "ignored"  # true, but changes nothing: still open, or older than what we know


def verdict(told: Told, *, state: str, amount: int, currency: str) -> Verdict:
    """What to do about it, before the orders are looked at. Success wins whatever the order of arrival."""
    if state == "captured":
        return Verdict.REPEATED if told.status == Status.PAID else Verdict.IGNORED
    if told.status == Status.PAID:
        fits = (told.amount, told.currency) == (amount, currency)
        return Verdict.CAPTURED if fits else Verdict.REPEATED if state == "mismatched" else Verdict.MISMATCHED
    if told.status == Status.FAILED and state in ("starting", "pending"):
        return Verdict.FAILED
    return Verdict.IGNORED


def plain(text: object) -> str:
    """A gateway's own word for something, as it can be kept: 64 letters at most. Raises NoticeUnreadable for what nobody can print.

    >>> plain("QR-1"), plain(17)
    ('QR-1', '17')
    """
    said = str(text)[:64]
    if not said.isprintable():  # NUL, which PostgreSQL does not hold, and halves of characters, which are no text
        raise NoticeUnreadable(reason="a reference that cannot be printed")
    return said


def check_signed_at(signed_at: datetime | None, *, at: datetime, oldest: timedelta) -> None:
    """A gateway signs each try anew, for days; a notice signed longer ago was written down by somebody. Repeating one changes nothing
    in any case. Raises NoticeTooOld, also for a moment that cannot be read.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    >>> check_signed_at(noon - timedelta(days=6), at=noon, oldest=timedelta(days=7))
    """
    if signed_at is None or not at - oldest <= signed_at <= at + CLOCKS_APART:
        raise NoticeTooOld


def next_check(started_at: datetime, expires_at: datetime, *, checks: int, at: datetime) -> datetime | None:
    """When to ask the gateway again, after so many checks; None when it is time to give up.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    >>> next_check(noon, noon + timedelta(minutes=30), checks=0, at=noon).minute
    1
    """
    if at >= expires_at + GRACE:
        return None
    minutes = CHECK_MINUTES[min(checks, len(CHECK_MINUTES) - 1)]
    return min(max(started_at + timedelta(minutes=minutes), at + timedelta(minutes=1)), expires_at + GRACE)


def next_refund(tries: int, *, at: datetime) -> datetime:
    """When a refund that was not taken is sent again. tries: so far, at least 1."""
    return at + timedelta(minutes=REFUND_MINUTES[min(tries, len(REFUND_MINUTES)) - 1])


class UnknownPayment(Refusal):
    """No such payment. Facts: payment."""

    code = "unknown_payment"
    status = 404
    words = {
        "id": "Pembayaran {payment} tidak ditemukan.",
        "en": "There is no payment {payment}.",
        "zh-hans": "找不到付款 {payment}。",
    }


class UnknownMethod(Refusal):
    """The market does not take this method. Facts: method."""

    code = "payment_method_unavailable"
    status = 422
    words = {
        "id": "Cara bayar {method} tidak tersedia di sini.",
        "en": "The payment method {method} is not available here.",
        "zh-hans": "此处不支持付款方式 {method}。",
    }


class NothingToPay(Refusal):
    """Every order of the purchase is paid already, or closed. Facts: purchase."""

    code = "nothing_to_pay"
    status = 409
    words = {
        "id": "Tidak ada lagi yang perlu dibayar untuk pembelian ini.",
        "en": "There is nothing left to pay for this purchase.",
        "zh-hans": "此次购买没有待付款项。",
    }


class PaymentTimeOver(Refusal):
    """The pieces were kept for the buyer until then, and no longer. Facts: pay_by."""

    code = "payment_time_over"
    status = 410
    words = {
        "id": "Waktu pembayaran sudah habis. Silakan pesan lagi.",
        "en": "The time to pay is over. Please order again.",
        "zh-hans": "付款时间已过，请重新下单。",
    }


class GatewayBusy(Refusal):
    """The gateway does not answer, or not in time. Trying again is right. Facts: gateway."""

    code = "payment_gateway_busy"
    status = 503
    words = {
        "id": "Penyedia pembayaran sedang sibuk. Coba lagi sebentar.",
        "en": "The payment provider is busy. Please try again in a moment.",
        "zh-hans": "支付机构繁忙，请稍后重试。",
    }


class GatewayRefused(Refusal):
    """The gateway understood and will not. Facts: gateway, said (its own words)."""

    code = "payment_gateway_refused"
    status = 502
    words = {
        "id": "Penyedia pembayaran menolak: {said}.",
        "en": "The payment provider refused: {said}.",
        "zh-hans": "支付机构拒绝：{said}。",
    }


class GatewayKnowsNot(GatewayRefused):
    """The gateway has never heard of it. Facts: gateway, said."""

    code = "payment_gateway_knows_not"


class NothingToGiveBack(Refusal):
    """Only what was paid with another amount or currency is given back by hand. Facts: payment."""

    code = "nothing_to_give_back"
    status = 409
    words = {
        "id": "Tidak ada uang yang perlu dikembalikan dari pembayaran {payment}.",
        "en": "There is nothing to give back of payment {payment}.",
        "zh-hans": "付款 {payment} 没有需要退还的款项。",
    }


class NoticeNotSigned(Refusal):
    """The notice does not carry the gateway's signature. Nothing of it is believed or kept."""

    code = "notice_not_signed"
    status = 401
    words = {
        "id": "Tanda tangan pemberitahuan tidak sah.",
        "en": "The notice is not signed by the gateway.",
        "zh-hans": "通知签名无效。",
    }


class NoticeTooOld(Refusal):
    """The notice is signed, but for another time: too long ago, in the future, or with no moment at all."""

    code = "notice_too_old"
    status = 401
    words = {
        "id": "Waktu pemberitahuan sudah lewat atau tidak sah.",
        "en": "The notice was signed too long ago, or for no valid time.",
        "zh-hans": "通知的签名时间已过期或无效。",
    }


class NoticeUnreadable(Refusal):
    """The notice is signed, but is not what was agreed. Facts: reason (English)."""

    code = "notice_unreadable"
    status = 400
    words = {
        "id": "Pemberitahuan tidak dapat dibaca: {reason}.",
        "en": "The notice cannot be read: {reason}.",
        "zh-hans": "无法读取通知：{reason}。",
    }
