"""Reads for sellers (their money) and for operators (the proof)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils.formats import number_format
from django.utils.translation import get_language

from saudagar.foundation.ids import Kind, handle, parse_handle, short_number
from saudagar.foundation.money import minor, shown
from saudagar.foundation.refusals import spoken
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.ledger import queries as books
from saudagar.ledger.rules import Account, account_name
from saudagar.markets.models import ExchangeRate, Market
from saudagar.orders.models import Order
from saudagar.orders.rules import DELIVERED, IN_ESCROW
from saudagar.registry import queries as registry
from saudagar.registry.models import Business
from saudagar.settlement import rules
from saudagar.settlement.models import Payout, PayoutAccount, Release
from saudagar.settlement.rules import PAYOUT_CURRENCY, UNPAID, Bill, NoExchangeRate, PayoutState, Shares, UnknownPayout

MOST_WRONG = 50

# How an order is shared


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who gets what of one order, and what that was worked out from."""

    bill: Bill
    fee_bp: int
    rate: Fraction | None  # payout currency for one unit of the order's currency
    contained_vat: int
    shares: Shares


@dataclass(frozen=True, slots=True)
class Terms:
    """What the sharing of some orders of one business needs to know, read once for all of them."""

    fees_bp: dict[str, int]  # market -> platform fee
    is_vat_registered: bool
    rates: dict[int, ExchangeRate]


def terms(business_id: UUID, orders: Sequence[Order]) -> Terms:
    """Three statements, whatever the number."""
    business = registry.business(business_id)
    return Terms(
        fees_bp=dict(Market.objects.values_list("code", "fee_bp")),
        is_vat_registered=business is not None and business.is_vat_registered,
        rates=ExchangeRate.objects.in_bulk([rate_id for order in orders if (rate_id := _named_rate(order))]),
    )


def sharing(order: Order, known: Terms | None = None) -> Sharing:
    """As it will be released. Raises NoExchangeRate."""
    known = known or terms(order.business_id, [order])
    bill = Bill(order.currency, order.goods, order.discount, order.shipping, order.duty, order.tax, order.fees)
    rate = _rate(order, known)
    # PPN in the home prices of a registered seller (PKP), who declares it; others charge none.
    vat = int(order.customs.get("contained_tax") or 0) if known.is_vat_registered and order.currency == PAYOUT_CURRENCY else 0
    fee_bp = known.fees_bp[order.market_code]
    return Sharing(
        bill, fee_bp, rate, vat, rules.shares(bill, fee_bp=fee_bp, rate=rate, withholds=settings.WITHHOLD_PPH22, contained_vat=vat)
    )


def _named_rate(order: Order) -> int | None:
    """The id of the rate the quote named."""
    named = str(order.customs.get("exchange_rate_id") or "")
    return int(named) if named.isdigit() and order.currency != PAYOUT_CURRENCY else None


def _rate(order: Order, known: Terms) -> Fraction | None:
    """Payout currency for one unit of the order's, as the quote named it; None where they are the same."""
    if order.currency == PAYOUT_CURRENCY:
        return None
    if named := _named_rate(order):
        row = known.rates.get(named)
    else:
        # Nothing was exchanged when it was priced (a price set by hand): the rate of the day it was placed.
        pair = [order.currency, PAYOUT_CURRENCY]
        rows = ExchangeRate.objects.filter(base__in=pair, quote__in=pair, valid_from__lte=order.placed_at)
        row = rows.order_by("-valid_from").first()
    rate = row and rules.rate_to_payout(base=row.base, quote=row.quote, rate=Fraction(row.rate), currency=order.currency)
    if not rate:
        raise NoExchangeRate(order=handle(Kind.ORDER, order.business_id, order.id), currency=order.currency)
    return rate


# A seller's money


def account(business_id: UUID) -> PayoutAccount | None:
    """Where a business is paid to: the bank and the last characters; the number stays sealed."""
    return PayoutAccount.objects.filter(business_id=business_id).first()


@dataclass(frozen=True, slots=True)
class Money:
    """Where a seller's money stands, minor units."""

    in_escrow: list[tuple[str, int]]  # (currency, amount): whole orders, before fee and shipping
    released: int  # in the payout currency, in no payout yet
    under_way: int  # in payouts that have not arrived
    paid_out: int
    currency: str = PAYOUT_CURRENCY


def money(business_id: UUID) -> Money:
    """Four sums. Escrow comes from the books, the rest from releases and payouts: the proof compares them."""
    balances = books.balances(business_id)
    escrow = sorted((currency, -amount) for (name, currency), amount in balances.items() if name == Account.ESCROW and amount)
    released = Release.objects.filter(business_id=business_id, payout__isnull=True).aggregate(sum=Sum("net", default=0))["sum"]
    payouts = dict(Payout.objects.filter(business_id=business_id).values_list("state").annotate(Sum("amount")).order_by())
    return Money(
        in_escrow=escrow,
        released=released,
        under_way=sum(payouts.get(state, 0) for state in UNPAID),
        paid_out=payouts.get(PayoutState.PAID, 0),
    )


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An order whose money is still in escrow, and when it comes."""

    order: Order
    handle: str
    inspection_days: int  # of the market, counted from delivery
    net: int | None  # in the payout currency, as it will be released; None when that cannot be said

    @property
    def releases_at(self) -> datetime | None:
        """None until it is delivered."""
        return self.order.inspection_ends_at if self.order.state == DELIVERED else None


def upcoming(business_id: UUID, *, most: int = 50) -> list[Upcoming]:
    """Orders in escrow: those with a date first, soonest first."""
    days = dict(Market.objects.values_list("code", "inspection_days"))
    rows = list(Order.objects.filter(business_id=business_id, state__in=list(IN_ESCROW)).defer("buyer_sealed").order_by("id")[:most])
    known = terms(business_id, rows)
    found = [Upcoming(order, handle(Kind.ORDER, business_id, order.id), days[order.market_code], _net(order, known)) for order in rows]
    return sorted(found, key=lambda row: (row.releases_at is None, row.releases_at or row.order.placed_at))


def _net(order: Order, known: Terms) -> int | None:
    try:
        return sharing(order, known).shares.net
    except NoExchangeRate:
        return None


def payouts(business_id: UUID, *, before: UUID | None = None, most: int = 30) -> list[Payout]:
    """Newest first."""
    rows = Payout.objects.filter(business_id=business_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[:most])


def payout(business_id: UUID, payout_id: UUID) -> Payout:
    """Raises UnknownPayout."""
    found = Payout.objects.filter(business_id=business_id, id=payout_id).first()
    if found is None:
        raise UnknownPayout(payout=handle(Kind.PAYOUT, business_id, payout_id))
    return found


def payout_by_handle(text: str, *, business_id: UUID) -> Payout:
    """The payout of a handle, of this business only. Raises BadHandle, UnknownPayout."""
    owner, payout_id = parse_handle(text, Kind.PAYOUT)
    if owner != business_id:
        raise UnknownPayout(payout=text)
    return payout(business_id, payout_id)


def reference(payout: Payout) -> str:
    """What the gateway knows this attempt by."""
    name = handle(Kind.PAYOUT, payout.business_id, payout.id)
    return name if payout.attempt == 1 else f"{name}-{payout.attempt}"


def payout_of_reference(text: str) -> tuple[UUID, UUID, int]:
    """(business, payout, attempt) of a gateway's reference: for its notices. Raises BadHandle."""
    name, _, attempt = text.partition("-")
    business_id, payout_id = parse_handle(name, Kind.PAYOUT)
    return business_id, payout_id, int(attempt) if attempt.isdigit() else 1


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One order on a statement. Seller's figures first in the order's currency, then in the payout's."""

    release: Release
    order: Order
    handle: str

    @property
    def sold(self) -> int:
        return self.order.goods - self.order.discount

    @property
    def duty_tax(self) -> int:
        return self.order.duty + self.order.tax

    @property
    def is_exchanged(self) -> bool:
        return self.order.currency != self.release.currency

    @property
    def number(self) -> str:
        return short_number(self.order.id)

    @property
    def fee_shown(self) -> str:
        return number_format(f"{self.release.fee_bp / 100:g}") + "%"

    @property
    def fee_taken(self) -> int:
        return -self.release.fee

    @property
    def one(self) -> int:
        """One unit of the order's currency."""
        return minor(1, self.order.currency)

    @property
    def rate_shown(self) -> str:
        """What that one unit was exchanged into, to the hundredth: Rp2.250,35."""
        return rules.rate_shown(self.release.rate, get_language())


def statement_lines(business_id: UUID, *, payout: Payout | None) -> list[StatementLine]:
    """The orders of one payout; without one, what is released and waits for its payout. One statement."""
    rows = Release.objects.filter(business_id=business_id, payout=payout.id if payout else None)
    rows = rows.select_related("order").defer("order__buyer_sealed", "order__customs").order_by("id")
    return [StatementLine(row, row.order, handle(Kind.ORDER, business_id, row.order_id)) for row in rows]


# For the worker


@across_sellers
def businesses_to_pay(*, most: int = 500) -> list[UUID]:
    """Businesses with a bank account and something released that is in no payout, except those that are suspended."""
    waiting = Release.objects.filter(payout__isnull=True, net__gt=0).values("business_id")
    suspended = Business.objects.filter(state=Business.State.SUSPENDED).values("id")
    rows = PayoutAccount.objects.filter(business_id__in=waiting).exclude(business_id__in=suspended).order_by("business_id")
    return list(rows.values_list("business_id", flat=True)[:most])


@across_sellers
def payouts_due(*, at: datetime, most: int = 100) -> list[tuple[UUID, UUID]]:
    """(business_id, payout_id) of open payouts the gateway is to be asked about, longest waiting first."""
    rows = Payout.objects.filter(state__in=[PayoutState.REQUESTED, PayoutState.SENT], retry_at__lte=at).order_by("retry_at")
    return list(rows.values_list("business_id", "id")[:most])


# The proof


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a proof, with what it is called and what it must be."""

    name: str
    currency: str
    value: int
    wanted: int

    @property
    def title(self) -> str:
        return account_name(self.name, spoken(get_language()))

    @property
    def is_right(self) -> bool:
        return self.value == self.wanted


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that offends, with its address and what was found."""

    kind: str
    reference: str
    business: str
    facts: dict[str, Any]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Facts as people read them."""
        currency = str(self.facts.get("currency", PAYOUT_CURRENCY))
        return [
            (name, shown(fact, currency, get_language()) if isinstance(fact, int) else str(fact))
            for name, fact in self.facts.items()
            if name != "currency"
        ]


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence that must hold. Code: "zero", "escrow", "releases", "payouts", "clearing"."""

    code: str
    figures: list[Figure]
    wrong: list[Wrong]
    wrong_count: int

    @property
    def is_right(self) -> bool:
        return self.wrong_count == 0 and all(figure.is_right for figure in self.figures)


@across_sellers
def proof() -> list[Check]:
    """Everything the books must say about themselves and about the orders and payouts, with the rows that offend. Empty `wrong`: proven."""
    return [_zero(), _escrow(), _clearing(), _releases(), _payouts()]


def _zero() -> Check:
    totals = books.totals()
    figures = [Figure("sum", currency, sum(accounts.values()), 0) for currency, accounts in totals.items()]
    figures += [
        Figure(Account.INTER_BUSINESS, currency, accounts[Account.INTER_BUSINESS], 0)
        for currency, accounts in totals.items()
        if Account.INTER_BUSINESS in accounts
    ]
    uneven = books.uneven_postings(most=MOST_WRONG)
    wrong = [
        Wrong("posting", f"{row.kind} {row.reference}", handle(Kind.BUSINESS, row.business_id), {"sum": row.sum, "currency": row.currency})
        for row in uneven
    ]
    return Check("zero", figures, wrong, len(wrong))


def _escrow() -> Check:
    figures, wrong, count = [], [], 0
    for business_id, order_id, currency, held, owed, off in _rows("proof_escrow", states=sorted(IN_ESCROW)):
        if business_id is None:
            figures.append(Figure("escrow", currency, held, owed))
            count += off
        else:
            facts = {"held": held, "owed": owed, "currency": currency}
            wrong.append(Wrong("order", handle(Kind.ORDER, business_id, order_id), handle(Kind.BUSINESS, business_id), facts))
    return Check("escrow", sorted(figures, key=lambda figure: figure.currency), wrong, count)


def _clearing() -> Check:
    figures, wrong, count = [], [], 0
    for business_id, currency, clearing, unsettled, off in _rows("proof_clearing"):
        if business_id is None:
            figures.append(Figure(Account.GATEWAY_CLEARING, currency, clearing, unsettled))
            count += off
        else:
            name = handle(Kind.BUSINESS, business_id)
            wrong.append(Wrong("business", name, name, {"held": clearing, "owed": unsettled, "currency": currency}))
    return Check("clearing", sorted(figures, key=lambda figure: figure.currency), wrong, count)


def _releases() -> Check:
    wrong, count = [], 0
    for business_id, order_id, net, of_books in _rows("proof_releases"):
        if business_id is None:
            count = of_books
        else:
            facts = {"net": net, "of_books": of_books, "currency": PAYOUT_CURRENCY}
            wrong.append(Wrong("order", handle(Kind.ORDER, business_id, order_id), handle(Kind.BUSINESS, business_id), facts))
    released = Release.objects.aggregate(sum=Sum("net", default=0))["sum"]
    owed = released - Release.objects.filter(payout__state=PayoutState.PAID).aggregate(sum=Sum("net", default=0))["sum"]
    held = -books.totals().get(PAYOUT_CURRENCY, {}).get(Account.SELLER_PAYABLE, 0)
    return Check("releases", [Figure("seller_payable", PAYOUT_CURRENCY, held, owed)], wrong, count)


def _payouts() -> Check:
    wrong, count, paid = [], 0, 0
    for business_id, payout_id, state, amount, of_orders, of_books in _rows("proof_payouts"):
        if business_id is None:
            paid, count = of_orders, of_books
        else:
            facts = {"state": state, "amount": amount, "of_orders": of_orders, "of_books": of_books, "currency": PAYOUT_CURRENCY}
            wrong.append(Wrong("payout", handle(Kind.PAYOUT, business_id, payout_id), handle(Kind.BUSINESS, business_id), facts))
    of_books = books.of_kinds(["payout", "payout_returned"], Account.SELLER_PAYABLE).get(PAYOUT_CURRENCY, 0)
    return Check("payouts", [Figure("paid_out", PAYOUT_CURRENCY, of_books, paid)], wrong, count)


def _rows(name: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement("saudagar.settlement", name), {"most": MOST_WRONG, **params})
        return cursor.fetchall()


@across_sellers
def account_totals() -> list[tuple[str, str, int]]:
    """(name of the account, currency, balance) over all books, for the operator."""
    language = spoken(get_language())
    return [
        (account_name(name, language), currency, amount)
        for currency, accounts in books.totals().items()
        for name, amount in sorted(accounts.items())
    ]
