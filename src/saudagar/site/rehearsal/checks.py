"""What is proved at the end. Each check is one statement over whole tables (`sql/<code>.sql`): how much it looked at, how much is wrong.

`certified` is the verdict over what was found: pure. `found` asks the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from saudagar.foundation.sql import statement
from saudagar.orders.rules import IN_ESCROW

PACKAGE = "saudagar.site.rehearsal"

# Code -> what is counted. In the order in which they are shown. Codes are public: never renamed.
CHECKS = {
    "sold_and_left": "pools",
    "order_without_stock": "orders",
    "stock_without_order": "pieces",
    "quote_once": "quotes",
    "acknowledged_kept": "purchases",
    "order_answered": "purchases",
    "forged_refused": "forgeries",
    "purchase_whole": "records",
    "limit_kept": "buyers",
    "payment_once": "payments",
    "bank_agrees": "payments",
    "ledger_zero": "postings",
    "money_in_place": "balances",
    "settled": "orders",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer of the intake to one basket. Told: first (201), again (200), refused (a clear 4xx), unsure (no clear answer)."""

    basket: int
    told: str
    business_id: UUID | None = None
    purchase_id: UUID | None = None
    total: int | None = None  # minor units, as answered


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quote as it was promised."""

    basket: int
    buyer: int
    pieces: int
    total: int  # minor units


@dataclass(frozen=True, slots=True)
class Banked:
    """One payment as the bank knows it."""

    business_id: UUID
    payment_id: UUID
    is_paid: bool
    amount: int  # minor units, what was paid or asked
    currency: str


@dataclass(frozen=True, slots=True)
class Notes:
    """What the rehearsal wrote down beside the database."""

    opened_at: datetime
    heard: Sequence[Heard] = ()
    quoted: Sequence[Quoted] = ()
    banked: Sequence[Banked] = ()
    limits: Mapping[tuple[UUID, UUID], int] = field(default_factory=dict)  # (business, listing) -> most pieces per buyer
    forged: Sequence[tuple[str, bool]] = ()  # quote, forged, unsigned, early; whether it was taken
    notices_waiting: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What one check counted."""

    code: str
    examined: int
    wrong: int
    examples: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks together. A check that looked at nothing proves nothing: it is told, and does not fail."""

    passed: bool
    failed: Sequence[str]
    idle: Sequence[str]


def certified(found: Iterable[Found]) -> Verdict:
    """Passed when every check of CHECKS was made and found nothing wrong.

    >>> certified([Found(code, 1, 0) for code in CHECKS]).passed
    True
    >>> certified([Found(code, 1, int(code == "ledger_zero")) for code in CHECKS]).failed
    ['ledger_zero']
    """
    rows = {row.code: row for row in found}
    failed = [code for code in CHECKS if code not in rows or rows[code].wrong]
    idle = [code for code in CHECKS if code in rows and not rows[code].examined and not rows[code].wrong]
    return Verdict(not failed, failed, idle)


def found(connection: "psycopg.Connection[Any]", notes: Notes, *, at: datetime) -> list[Found]:
    """Makes every check in one transaction of its own instant, and leaves nothing behind."""
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute(statement(PACKAGE, "heard"))
        _write_down(cursor, notes)
        given = {"opened_at": notes.opened_at, "at": at, "notices_waiting": notes.notices_waiting, "in_escrow": sorted(IN_ESCROW)}
        return [_found(cursor, code, given) for code in CHECKS]


def _found(cursor: "psycopg.Cursor[Any]", code: str, given: Mapping[str, Any]) -> Found:
    cursor.execute(statement(PACKAGE, code), given)
    row = cursor.fetchone()
    assert row is not None
    examined, wrong, examples = row
    return Found(code, examined, wrong, tuple(examples or ()))


def _write_down(cursor: "psycopg.Cursor[Any]", notes: Notes) -> None:
    tables: dict[str, Iterable[tuple[Any, ...]]] = {
        "rehearsal_heard": ((row.basket, row.told, row.business_id, row.purchase_id, row.total) for row in notes.heard),
        "rehearsal_quoted": ((row.basket, row.buyer, row.pieces, row.total) for row in notes.quoted),
        "rehearsal_bank": ((row.business_id, row.payment_id, row.is_paid, row.amount, row.currency) for row in notes.banked),
        "rehearsal_limit": ((*key, most) for key, most in notes.limits.items()),
        "rehearsal_forged": notes.forged,
    }
    for table, rows in tables.items():
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    cursor.execute("ANALYZE rehearsal_heard, rehearsal_quoted, rehearsal_bank")
