"""Reads of the books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Sum, Window

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.ledger.models import Entry


def balances(business_id: UUID) -> dict[tuple[str, str], int]:
    """(account, currency) -> balance of one business, where it is not zero."""
    rows = Entry.objects.filter(business_id=business_id).values("account", "currency").annotate(sum=Sum("amount")).order_by()
    return {(row["account"], row["currency"]): row["sum"] for row in rows if row["sum"]}


def balance(business_id: UUID, account: str, currency: str) -> int:
    """Balance of one account of one business: debit positive, credit negative."""
    rows = Entry.objects.filter(business_id=business_id, account=account, currency=currency)
    return rows.aggregate(sum=Sum("amount", default=0))["sum"]


def balances_of_order(business_id: UUID, order_id: UUID) -> dict[tuple[str, str], int]:
    """(account, currency) -> what stands there for one order."""
    rows = Entry.objects.filter(business_id=business_id, order_id=order_id).values("account", "currency")
    return {(row["account"], row["currency"]): row["sum"] for row in rows.annotate(sum=Sum("amount")).order_by() if row["sum"]}


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a statement of account."""

    posted_at: datetime
    kind: str
    reference: str
    order_id: UUID | None
    amount: int
    balance: int  # of the account after it


def statement_of_account(business_id: UUID, account: str, currency: str, *, most: int = 100) -> list[Movement]:
    """Newest first, each with the balance after it. One statement."""
    rows = (
        Entry.objects.filter(business_id=business_id, account=account, currency=currency)
        .annotate(after=Window(Sum("amount"), order_by=[F("posting__posted_at").asc(), F("id").asc()]))
        .order_by("-posting__posted_at", "-id")
        .values_list("posting__posted_at", "posting__kind", "posting__reference", "order_id", "amount", "after")
    )
    return [Movement(*row) for row in rows[:most]]


@across_sellers
def totals() -> Mapping[str, Mapping[str, int]]:
    """Currency -> account -> balance over all businesses."""
    found: dict[str, dict[str, int]] = {}
    rows = Entry.objects.values("currency", "account").annotate(sum=Sum("amount")).order_by("currency", "account")
    for row in rows:
        found.setdefault(row["currency"], {})[row["account"]] = row["sum"]
    return found


@dataclass(frozen=True, slots=True)
class Uneven:
    """A posting that does not sum to zero in a currency: there must never be one."""

    business_id: UUID
    posting_id: UUID
    kind: str | None  # None, as the reference: there is no such posting
    reference: str | None
    currency: str
    sum: int


@across_sellers
def uneven_postings(*, most: int = 50) -> list[Uneven]:
    """The proof: empty. The database refuses uneven postings; this finds what was done with its triggers switched off, and entries
    whose posting is not there (no key looks for it row by row)."""
    with connection.cursor() as cursor:
        cursor.execute(statement("saudagar.ledger", "uneven"), {"most": most})
        return [Uneven(*row) for row in cursor.fetchall()]


def captured(business_id: UUID, order_id: UUID, currency: str) -> int:
    """What the capture of one order put into escrow; 0 when there was none. Found by its key."""
    rows = Entry.objects.filter(
        business_id=business_id,
        posting__kind="capture",
        posting__reference__in=[str(order_id), handle(Kind.ORDER, business_id, order_id)],  # paid at its own home, or at another's
        posting__business_id=business_id,
        account="escrow",
        currency=currency,
    )
    return -rows.aggregate(sum=Sum("amount", default=0))["sum"]


@across_sellers
def of_kinds(kinds: Sequence[str], account: str) -> dict[str, int]:
    """Currency -> what postings of these kinds moved on one account, over all businesses."""
    rows = Entry.objects.filter(posting__kind__in=kinds, account=account).values("currency").annotate(sum=Sum("amount")).order_by()
    return {row["currency"]: row["sum"] for row in rows}
