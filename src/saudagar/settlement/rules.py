"""Who gets what of an order's money, and what a payout is. Pure.

A release splits what the buyer paid, in the market's currency:

    total = seller + platform fee + shipping + duty and tax + fees

The seller's part of an order in another currency than the payout currency is exchanged at the rate the quote named: the rupiah the
seller reads on the day of the order are the rupiah that come. What the exchange really brings is the platform's gain or loss.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec
from babel.numbers import format_decimal

from saudagar.foundation.money import LOCALES, SYMBOLS, decimals, nearest
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.ledger.rules import Account, Entry

PAYOUT_CURRENCY = "IDR"
LEAST_PAYOUT = 10_000_00  # Rp10,000: a transfer costs up to Rp2,500
MOST_PER_TRANSFER = 250_000_000_00  # BI-FAST carries at most Rp250 million; a single larger order goes alone
WITHHOLDING = Fraction(5, 1000)  # PPh 22, PMK 37/2025: 0.5 % of the gross price without PPN
ACCOUNT_PURPOSE = "settlement.account"

# How long to wait before the gateway is asked again: about a minute, then longer, at most six hours.
LONGEST_WAIT = timedelta(hours=6)


class PayoutState(StrEnum):
    """The life of a payout."""

    REQUESTED = "requested"  # gathered; the gateway has not confirmed that it has it
    SENT = "sent"  # the gateway has taken it
    PAID = "paid"  # the bank has it
    FAILED = "failed"  # the gateway says it will not be paid: mend the account, try again
    RETURNED = "returned"  # the bank sent it back after it was paid


FOLLOWS: Mapping[str, frozenset[str]] = {
    PayoutState.REQUESTED: frozenset({PayoutState.SENT, PayoutState.PAID, PayoutState.FAILED}),
    PayoutState.SENT: frozenset({PayoutState.PAID, PayoutState.FAILED}),
    PayoutState.PAID: frozenset({PayoutState.RETURNED}),
    PayoutState.FAILED: frozenset({PayoutState.REQUESTED}),
    PayoutState.RETURNED: frozenset({PayoutState.REQUESTED}),
}

# The money is still in our custody, and owed.
UNPAID = (PayoutState.REQUESTED, PayoutState.SENT, PayoutState.FAILED, PayoutState.RETURNED)


class NotInEscrow(Refusal):
    """The books do not hold the buyer's money for this order: nothing can be released. Facts: order, held, total (minor units)."""

    code = "not_in_escrow"
    status = 409
    words = {
        "id": "Dana pesanan {order} tidak ada di rekening bersama: {held} dari {total}.",
        "en": "The money of order {order} is not in escrow: {held} of {total}.",
        "zh-hans": "订单 {order} 的款项不在托管账户中：{held} / {total}。",
    }


class NoExchangeRate(Refusal):
    """The rate under which the order was priced is not known any more. Facts: order, currency."""

    code = "no_exchange_rate"
    status = 409
    words = {
        "id": "Kurs {currency} untuk pesanan {order} tidak ditemukan.",
        "en": "The exchange rate of {currency} for order {order} was not found.",
        "zh-hans": "找不到订单 {order} 的 {currency} 汇率。",
    }


class BadAccountNumber(Refusal):
    """An account number of this bank looks different. Facts: bank, digits."""

    code = "bad_account_number"
    status = 422
    words = {
        "id": "Nomor rekening {bank} terdiri dari {digits} angka. Periksa lagi buku tabungan Anda.",
        "en": "An account number at {bank} has {digits} digits. Please check your passbook.",
        "zh-hans": "{bank} 的账号为 {digits} 位数字，请核对存折。",
    }


class UnknownBank(Refusal):
    """A bank that is not in the list. Facts: bank."""

    code = "unknown_bank"
    status = 422
    words = {
        "id": "Bank {bank} belum ada dalam daftar kami.",
        "en": "Bank {bank} is not in our list yet.",
        "zh-hans": "暂不支持银行 {bank}。",
    }


class UnknownPayout(Refusal):
    """There is no such payout here, or it belongs to somebody else. Facts: payout."""

    code = "unknown_payout"
    status = 404
    words = {
        "id": "Pencairan {payout} tidak ditemukan.",
        "en": "There is no payout {payout}.",
        "zh-hans": "找不到打款 {payout}。",
    }


class WrongPayoutState(Refusal):
    """The payout has moved on, or is not there yet. Facts: state (now), wanted."""

    code = "wrong_payout_state"
    status = 409
    words = {
        "id": "Pencairan ini berstatus {state}; tidak bisa diubah menjadi {wanted}.",
        "en": "This payout is {state} and cannot become {wanted}.",
        "zh-hans": "该笔打款当前状态为 {state}，不能改为 {wanted}。",
    }


class NoPayoutAccount(Refusal):
    """The business has not said where its money should go."""

    code = "no_payout_account"
    status = 409
    words = {
        "id": "Isi dulu rekening bank tujuan pencairan.",
        "en": "Please enter the bank account for payouts first.",
        "zh-hans": "请先填写收款银行账户。",
    }


@dataclass(frozen=True, slots=True)
class Bill:
    """What a buyer paid for one order, minor units of the market's currency."""

    currency: str
    goods: int
    discount: int
    shipping: int
    duty: int
    tax: int
    fees: int

    @property
    def total(self) -> int:
        return self.goods - self.discount + self.shipping + self.duty + self.tax + self.fees


@dataclass(frozen=True, slots=True)
class Shares:
    """Who gets what of a bill. The first five are in the bill's currency and sum to its total."""

    seller: int
    fee: int  # the platform's, out of the seller's goods
    carrier: int
    duty_tax: int
    fees: int  # the platform's, paid by the buyer on top
    gross: int  # the seller's goods less discount, in the payout currency
    withheld: int  # PPh 22, in the payout currency
    net: int  # what the seller is paid, in the payout currency


def shares(bill: Bill, *, fee_bp: int, rate: Fraction | None = None, withholds: bool = False, contained_vat: int = 0) -> Shares:
    """Splits a bill.

    fee_bp         platform fee in basis points of the goods less discount, rounded half up to what can be charged (1 rupiah, 1 fen)
    rate           payout currency for one unit of the bill's currency, in major units; None where they are the same
    withholds      whether PPh 22 is withheld
    contained_vat  PPN in the goods of a seller who is registered for it (PKP): not part of the base of PPh 22

    >>> shares(Bill("IDR", goods=10_000_000, discount=0, shipping=1_000_000, duty=0, tax=0, fees=0), fee_bp=250).net
    9750000
    """
    sold = bill.goods - bill.discount
    fee = nearest(Fraction(sold * fee_bp, 10_000), bill.currency)
    seller = sold - fee
    gross, before_tax = exchanged(sold, bill.currency, rate), exchanged(seller, bill.currency, rate)
    base = gross - exchanged(contained_vat, bill.currency, rate)
    withheld = nearest(base * WITHHOLDING, PAYOUT_CURRENCY) if withholds else 0
    return Shares(
        seller=seller,
        fee=fee,
        carrier=bill.shipping,
        duty_tax=bill.duty + bill.tax,
        fees=bill.fees,
        gross=gross,
        withheld=withheld,
        net=before_tax - withheld,
    )


def exchanged(amount: int, currency: str, rate: Fraction | None) -> int:
    """Minor units of the payout currency, half up to what can be charged. Rate: payout currency for one unit, in major units."""
    if rate is None:
        if currency != PAYOUT_CURRENCY:
            raise ValueError(f"an amount in {currency} needs a rate")
        return amount
    return nearest(Fraction(amount, 10 ** decimals(currency)) * rate * 10 ** decimals(PAYOUT_CURRENCY), PAYOUT_CURRENCY)


def release_entries(order_id: UUID, bill: Bill, split: Shares) -> list[Entry]:
    """The posting of a release: escrow → everybody who has a share. Balanced in each currency."""

    def line(account: Account, currency: str, amount: int) -> Entry:
        return Entry(account, currency, amount, order_id)

    entries = [
        line(Account.ESCROW, bill.currency, bill.total),
        line(Account.PLATFORM_FEE, bill.currency, -(split.fee + split.fees)),
        line(Account.CARRIER_PAYABLE, bill.currency, -split.carrier),
        line(Account.DUTY_TAX_PAYABLE, bill.currency, -split.duty_tax),
        line(Account.TAX_WITHHELD, PAYOUT_CURRENCY, -split.withheld),
        line(Account.SELLER_PAYABLE, PAYOUT_CURRENCY, -split.net),
    ]
    if bill.currency != PAYOUT_CURRENCY:
        entries += [
            line(Account.FX_POSITION, bill.currency, -split.seller),
            line(Account.FX_POSITION, PAYOUT_CURRENCY, split.net + split.withheld),
        ]
    return [entry for entry in entries if entry.amount]


def rate_to_payout(*, base: str, quote: str, rate: Fraction, currency: str) -> Fraction | None:
    """The rate as payout currency for one unit of `currency`, whichever way round it was published; None if it is about others.

    >>> rate_to_payout(base="IDR", quote="CNY", rate=Fraction(1, 2250), currency="CNY")
    Fraction(2250, 1)
    """
    if (base, quote) == (currency, PAYOUT_CURRENCY):
        return rate
    if (base, quote) == (PAYOUT_CURRENCY, currency):
        return 1 / rate
    return None


def rate_shown(rate: Decimal | None, language: str | None) -> str:
    """A rate as people read it, with hundredths where it has them although rupiah are shown whole.

    >>> rate_shown(Decimal("2250.35"), "id"), rate_shown(Decimal(2250), "en")
    ('Rp2.250,35', 'Rp2,250')
    """
    number = format_decimal(rate or 1, format="#,##0.##", locale=LOCALES[spoken(language)])
    return SYMBOLS[PAYOUT_CURRENCY] + number


class HasNet(Protocol):
    @property
    def net(self) -> int: ...


R = TypeVar("R", bound=HasNet)


def portions(releases: Iterable[R], *, least: int = LEAST_PAYOUT, most: int = MOST_PER_TRANSFER) -> list[list[R]]:
    """Gathers releases, in order, into transfers of at most `most`, each release whole. What stays below `least` waits for more."""
    gathered: list[list[R]] = []
    for release in releases:
        if gathered and sum(row.net for row in gathered[-1]) + release.net <= most:
            gathered[-1].append(release)
        else:
            gathered.append([release])
    return [rows for rows in gathered if sum(row.net for row in rows) >= least]


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank that payouts go to. Code: of Bank Indonesia's clearing; digits: of an account number, least and most."""

    code: str
    name: str
    digits: tuple[int, int] = (8, 16)


BANKS: Sequence[Bank] = (
    Bank("002", "BRI", (15, 15)),
    Bank("008", "Bank Mandiri", (13, 13)),
    Bank("009", "BNI", (10, 10)),
    Bank("014", "BCA", (10, 10)),
    Bank("451", "Bank Syariah Indonesia (BSI)", (10, 10)),
    Bank("200", "BTN"),
    Bank("011", "Bank Danamon"),
    Bank("013", "Bank Permata"),
    Bank("022", "CIMB Niaga"),
    Bank("028", "OCBC Indonesia"),
    Bank("110", "Bank BJB"),
    Bank("111", "Bank DKI"),
    Bank("113", "Bank Jateng"),
    Bank("114", "Bank Jatim"),
    Bank("116", "Bank Aceh Syariah"),
    Bank("490", "Bank Neo Commerce"),
    Bank("535", "SeaBank"),
    Bank("542", "Bank Jago"),
)


def bank(code: str) -> Bank:
    """Raises UnknownBank."""
    for found in BANKS:
        if found.code == code:
            return found
    raise UnknownBank("bank_code", bank=code[:10])


class BankAccount(msgspec.Struct, frozen=True):
    """Where a payout goes."""

    bank_code: str
    number: str
    holder: str

    @property
    def last_characters(self) -> str:
        return self.number[-4:]


def checked_account(bank_code: str, number: str, holder: str) -> BankAccount:
    """An account as written on a passbook: spaces, dots and dashes are left out. Raises UnknownBank, BadAccountNumber."""
    found = bank(bank_code)
    digits = re.sub(r"[\s.\-]", "", number)
    least, most = found.digits
    if not (digits.isascii() and digits.isdigit() and least <= len(digits) <= most):
        raise BadAccountNumber("number", bank=found.name, digits=str(least) if least == most else f"{least}–{most}")
    return BankAccount(found.code, digits, " ".join(holder.split()).upper())


def account_bytes(account: BankAccount) -> bytes:
    return msgspec.json.encode(account)


def account_of(data: bytes) -> BankAccount:
    return msgspec.json.decode(data, type=BankAccount)


def wait(tries: int) -> timedelta:
    """Before asking the gateway again."""
    return min(timedelta(minutes=2 ** min(tries, 12)), LONGEST_WAIT)
