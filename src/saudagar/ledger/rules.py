"""Accounts, and what a posting must be. Pure.

Every business has its own set of accounts for the money that passes through the platform on its behalf. Debit is positive,
credit negative: what the platform holds or may claim has a positive balance, what it owes a negative one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import Refusal


class Account(StrEnum):
    """Where money stands. Names are written into every entry: never renamed, never reused."""

    GATEWAY_CLEARING = "gateway_clearing"  # captured by a gateway, not yet settled to us (claim)
    CUSTODY = "custody"  # at the licensed payment provider or bank (claim)
    ESCROW = "escrow"  # paid by buyers, owed to buyer or seller until release; always names its order (debt)
    SELLER_PAYABLE = "seller_payable"  # released, not yet paid out (debt)
    PLATFORM_FEE = "platform_fee"  # earned by the platform (income)
    DUTY_TAX_PAYABLE = "duty_tax_payable"  # duty and import tax collected for the state of destination (debt)
    TAX_WITHHELD = "tax_withheld"  # PPh 22 withheld from the seller for the Indonesian treasury (debt)
    CARRIER_PAYABLE = "carrier_payable"  # shipping collected for the carrier (debt)
    REFUND_PAYABLE = "refund_payable"  # owed to buyers, until the gateway has paid it back (debt)
    LOAN_PAYABLE = "loan_payable"  # kept from releases for a lender (debt)
    FX_POSITION = "fx_position"  # money waiting to be exchanged: the platform's exchange risk, in both currencies
    INTER_BUSINESS = "inter_business"  # between the books of two businesses: zero over all books
    GATEWAY_COST = "gateway_cost"  # what gateways kept for themselves when they settled (cost)


CAPTURE = "capture"
CAPTURE_LATE = "capture_late"

# For people who read the books; programs go by the codes. "sum" and "paid_out" are figures of the proof.
NAMES: Mapping[str, Mapping[str, str]] = {
    "gateway_clearing": {"id": "Tagihan ke gerbang pembayaran", "en": "Due from gateways", "zh-hans": "应收支付机构款"},
    "custody": {"id": "Dana di bank kustodian", "en": "In custody", "zh-hans": "存管资金"},
    "escrow": {"id": "Rekening bersama", "en": "Escrow", "zh-hans": "担保账户"},
    "seller_payable": {"id": "Utang ke penjual", "en": "Owed to sellers", "zh-hans": "应付卖家"},
    "platform_fee": {"id": "Pendapatan layanan", "en": "Platform fee", "zh-hans": "平台服务费"},
    "duty_tax_payable": {"id": "Utang bea dan pajak", "en": "Duty and tax owed", "zh-hans": "应付关税与税款"},
    "tax_withheld": {"id": "Pajak yang dipungut", "en": "Tax withheld", "zh-hans": "代扣税款"},
    "carrier_payable": {"id": "Utang ke kurir", "en": "Owed to carriers", "zh-hans": "应付承运商"},
    "refund_payable": {"id": "Utang pengembalian dana", "en": "Refunds owed", "zh-hans": "应付退款"},
    "loan_payable": {"id": "Cicilan untuk pemberi pinjaman", "en": "Kept for lenders", "zh-hans": "代收贷款还款"},
    "fx_position": {"id": "Posisi valuta asing", "en": "Currency position", "zh-hans": "外汇头寸"},
    "inter_business": {"id": "Antarpembukuan usaha", "en": "Between businesses", "zh-hans": "商户间往来"},
    "gateway_cost": {"id": "Biaya gerbang pembayaran", "en": "Cost of gateways", "zh-hans": "支付渠道成本"},
    "sum": {"id": "Jumlah semua", "en": "Sum of everything", "zh-hans": "全部合计"},
    "paid_out": {"id": "Sudah dicairkan", "en": "Paid out", "zh-hans": "已打款"},
}


def account_name(code: str, language: str) -> str:
    """An account as people call it, in one of the three languages."""
    return NAMES[code][language]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a posting: minor units, debit positive, credit negative."""

    account: Account | str
    currency: str
    amount: int
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two businesses has to post when money crosses between their books."""

    business_id: UUID
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement of money in the books of one business; the same (kind, reference) is posted once."""

    business_id: UUID
    kind: str
    reference: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """An amount of one order. Home: the business its purchase is paid at, when that is another.

    The orders of one purchase share its id: what stands in the books of the home names another seller's order by its handle.
    """

    business_id: UUID
    order_id: UUID
    currency: str
    amount: int
    home_business_id: UUID | None = None

    @property
    def is_at_home(self) -> bool:
        return self.home_business_id in (None, self.business_id)

    @property
    def reference(self) -> str:
        return str(self.order_id) if self.is_at_home else handle(Kind.ORDER, self.business_id, self.order_id)

    def at_home(self, account: Account, amount: int) -> Side:
        entry = Entry(account, self.currency, amount, self.order_id if self.is_at_home else None)
        return Side(self.home_business_id or self.business_id, [entry])

    def at_order(self, account: Account, amount: int) -> Side:
        return Side(self.business_id, [Entry(account, self.currency, amount, self.order_id)])


class Unbalanced(Refusal):
    """The entries of a posting do not sum to zero in each currency, or there are none. Facts: kind, reference, sums."""

    code = "unbalanced_posting"
    status = 500  # never the asker's fault
    words = {
        "id": "Pembukuan {kind} {reference} tidak seimbang: {sums}.",
        "en": "The posting {kind} {reference} does not balance: {sums}.",
        "zh-hans": "记账 {kind} {reference} 不平衡：{sums}。",
    }


def sums(entries: Iterable[Entry]) -> dict[str, int]:
    """Currency -> sum of the entries, only where it is not zero.

    >>> sums([Entry("escrow", "IDR", -700), Entry("custody", "IDR", 700), Entry("custody", "CNY", 5)])
    {'CNY': 5}
    """
    total: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        total[entry.currency] += entry.amount
    return {currency: amount for currency, amount in sorted(total.items()) if amount}


def checked(entries: Iterable[Entry], *, kind: str, reference: str) -> list[Entry]:
    """The entries as they are written: those of nothing left out. Raises Unbalanced; ValueError for what no caller may pass."""
    written = [entry for entry in entries if entry.amount]
    off = sums(written)
    if off or not written:
        raise Unbalanced(kind=kind, reference=reference, sums=off)
    for entry in written:
        Account(entry.account)
        if entry.account == Account.ESCROW and entry.order_id is None:
            raise ValueError("money in escrow belongs to an order: name it")
        if len(entry.currency) != 3:
            raise ValueError(f"{entry.currency!r} is not a currency")
    return written


def crossing(side: Side, other: Side, *, kind: str, reference: str) -> tuple[list[Entry], list[Entry]]:
    """Completes both sides with what crosses `inter_business`. Raises Unbalanced when they do not hand over the same amounts."""
    here, there = sums(side.entries), sums(other.entries)
    if not here or here != {currency: -amount for currency, amount in there.items()}:
        raise Unbalanced(kind=kind, reference=reference, sums={"here": here, "there": there})
    return _completed(side, here), _completed(other, there)


def linked(one: Side, other: Side, *, kind: str, reference: str) -> list[Posting]:
    """What both businesses post, in their order, so that two of these side by side wait for each other and cannot deadlock.

    Raises Unbalanced.
    """
    if one.business_id == other.business_id:
        return [Posting(one.business_id, kind, reference, checked([*one.entries, *other.entries], kind=kind, reference=reference))]
    mine, theirs = crossing(one, other, kind=kind, reference=reference)
    sides = sorted([(one.business_id, mine), (other.business_id, theirs)], key=lambda side: side[0])
    return [Posting(business_id, kind, reference, checked(entries, kind=kind, reference=reference)) for business_id, entries in sides]


def captured(money: OrderMoney) -> list[Posting]:
    """A gateway captured the payment of an order: gateway_clearing → escrow, once per order."""
    sides = money.at_home(Account.GATEWAY_CLEARING, money.amount), money.at_order(Account.ESCROW, -money.amount)
    return linked(*sides, kind=CAPTURE, reference=money.reference)


def captured_late(money: OrderMoney, reference: str) -> list[Posting]:
    """It came after the order was closed, or a second time: gateway_clearing → refund_payable. Reference: of the refund."""
    sides = money.at_home(Account.GATEWAY_CLEARING, money.amount), money.at_order(Account.REFUND_PAYABLE, -money.amount)
    return linked(*sides, kind=CAPTURE_LATE, reference=f"{reference}:{money.reference}")


def _completed(side: Side, off: dict[str, int]) -> list[Entry]:
    orders = {entry.order_id for entry in side.entries}
    order_id = orders.pop() if len(orders) == 1 else None
    return [*side.entries, *(Entry(Account.INTER_BUSINESS, currency, -amount, order_id) for currency, amount in off.items())]
