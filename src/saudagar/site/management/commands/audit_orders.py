"""What must never be: an acknowledged purchase that is not there or says something else, an order that is there twice, pieces
that do not add up, pieces sold that were not there, books that do not sum to zero.

Everything is one set-based statement each: a million orders take seconds.
"""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand
from django.db import connection

from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.refusals import Refusal
from saudagar.foundation.walls import across_sellers
from saudagar.ledger import queries as ledger
from saudagar.site.bench.records import read_answers

MOST_TOLD = 1000  # problems of a kind; a broken run would fill the screen

POOLS_THAT_DO_NOT_ADD_UP = """
    SELECT pool.business_id, pool.id, pool.available, coalesce(moved.pieces, 0) - coalesce(sold.pieces, 0) AS should_be
      FROM stock_pool pool
      LEFT JOIN (SELECT business_id, pool_id, sum(pieces) AS pieces FROM stock_movement GROUP BY 1, 2) moved
             ON (moved.business_id, moved.pool_id) = (pool.business_id, pool.id)
      LEFT JOIN (SELECT line.business_id, line.pool_id, sum(line.quantity) AS pieces
                   FROM orders_line line
                   JOIN orders_order o ON (o.business_id, o.id) = (line.business_id, line.order_id)
                  WHERE o.state NOT IN ('expired', 'cancelled') GROUP BY 1, 2) sold
             ON (sold.business_id, sold.pool_id) = (pool.business_id, pool.id)
     WHERE pool.available <> coalesce(moved.pieces, 0) - coalesce(sold.pieces, 0) OR pool.available < 0
     LIMIT %s
"""

# The orders of a purchase have its id, which is the quote's: with the primary key (business_id, id) none can be there twice.
# Unnested, so that it becomes one hash join whatever the number; `= ANY` would look at each purchase by itself.
PURCHASES_NOT_WHOLE = """
    SELECT p.business_id, p.id, count(o.id), cardinality(p.order_business_ids)
      FROM orders_purchase p
     CROSS JOIN LATERAL unnest(p.order_business_ids) AS seller (id)
      LEFT JOIN orders_order o ON (o.business_id, o.id) = (seller.id, p.id)
     GROUP BY p.business_id, p.id HAVING count(o.id) <> cardinality(p.order_business_ids)
     LIMIT %s
"""
PURCHASES_THAT_DO_NOT_ADD_UP = """
    SELECT p.business_id, p.id, p.total, sum(o.total)
      FROM orders_purchase p
      JOIN orders_order o ON (o.purchase_business_id, o.id) = (p.business_id, p.id)
     GROUP BY p.business_id, p.id HAVING sum(o.total) <> p.total
     LIMIT %s
"""
ORDERS_WITHOUT_PURCHASE = """
    SELECT o.business_id, o.id
      FROM orders_order o
      LEFT JOIN orders_purchase p ON (p.business_id, p.id) = (o.purchase_business_id, o.id)
     WHERE p.id IS NULL
     LIMIT %s
"""
ORDERS_WHOSE_LINES_DO_NOT_ADD_UP = """
    SELECT o.business_id, o.id, o.goods, coalesce(l.total, 0)
      FROM orders_order o
      LEFT JOIN (SELECT business_id, order_id, sum(total) AS total FROM orders_line GROUP BY 1, 2) l
             ON (l.business_id, l.order_id) = (o.business_id, o.id)
     WHERE o.goods <> coalesce(l.total, 0)
     LIMIT %s
"""
# What foreign keys would say of tables that only the intake writes (docs/why/intake.md).
LINES_WITHOUT_ORDER = """
    SELECT l.business_id, l.order_id
      FROM orders_line l
      LEFT JOIN orders_order o ON (o.business_id, o.id) = (l.business_id, l.order_id)
     WHERE o.id IS NULL
     LIMIT %s
"""
ORDERS_WITHOUT_BUSINESS = """
    SELECT o.business_id, o.id
      FROM orders_order o
      LEFT JOIN registry_business b ON b.id = o.business_id
     WHERE b.id IS NULL
     LIMIT %s
"""
CLAIMS_THAT_DO_NOT_ADD_UP = """
    SELECT claim.business_id, claim.id, claim.pieces, coalesce(live.pieces, 0)
      FROM campaigns_claim claim
      LEFT JOIN (SELECT line.business_id, line.claim_id, sum(line.quantity) AS pieces
                   FROM orders_line line
                   JOIN orders_order o ON (o.business_id, o.id) = (line.business_id, line.order_id)
                  WHERE line.claim_id IS NOT NULL AND o.state NOT IN ('expired', 'cancelled') GROUP BY 1, 2) live
             ON (live.business_id, live.claim_id) = (claim.business_id, claim.id)
     WHERE claim.pieces <> coalesce(live.pieces, 0)
     LIMIT %s
"""
ACKNOWLEDGED_BUT_LOST = """
    SELECT told.handle FROM audit_told told
      LEFT JOIN orders_purchase p ON (p.business_id, p.id) = (told.business_id, told.id)
     WHERE p.id IS NULL
     LIMIT %s
"""
ACKNOWLEDGED_OTHERWISE = """
    SELECT told.handle, told.total, told.currency, p.total, p.currency FROM audit_told told
      JOIN orders_purchase p ON (p.business_id, p.id) = (told.business_id, told.id)
     WHERE (told.total, told.currency) <> (p.total, p.currency)
     LIMIT %s
"""
COUNTS = """
    SELECT (SELECT count(*) FROM orders_purchase), (SELECT count(*) FROM orders_order), (SELECT count(*) FROM orders_line)
"""
CHECKS = (
    (POOLS_THAT_DO_NOT_ADD_UP, "pool {1} has {2} pieces, should have {3}"),
    (PURCHASES_NOT_WHOLE, "purchase {1} has {2} orders instead of {3}"),
    (PURCHASES_THAT_DO_NOT_ADD_UP, "purchase {1} costs {2}, its orders {3}"),
    (ORDERS_WITHOUT_PURCHASE, "order {1} belongs to no purchase"),
    (ORDERS_WHOSE_LINES_DO_NOT_ADD_UP, "order {1} has goods for {2}, its lines for {3}"),
    (LINES_WITHOUT_ORDER, "a line belongs to no order: {1}"),
    (ORDERS_WITHOUT_BUSINESS, "order {1} belongs to no business"),
    (CLAIMS_THAT_DO_NOT_ADD_UP, "claim {1} counts {2} pieces, live orders have {3}"),
    (ACKNOWLEDGED_BUT_LOST, "acknowledged but lost: {0}"),
    (ACKNOWLEDGED_OTHERWISE, "acknowledged as {1} {2}, written as {3} {4}: {0}"),
)


class Command(BaseCommand):
    help = "Checks orders, stock and books; with files of the load generator, also that what was acknowledged is there, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("answers", nargs="*", type=Path)

    def handle(self, *, answers: list[Path], **_: Any) -> None:
        found = audit(row for path in answers for row in _rows(path))
        self.stdout.write(json.dumps(found, indent=1))
        if found["problems"]:
            raise SystemExit(1)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Answers as lines of JSON (buyers who do not give up), or raw (the load generators)."""
    with path.open("rb") as file:
        is_json = file.read(1) in (b"{", b"")
    if is_json:
        yield from map(json.loads, path.read_text().splitlines())
        return
    for answer in read_answers(path):
        row: dict[str, Any] = {"n": answer.n}
        if answer.status:
            row["status"] = answer.status
        if answer.status in (200, 201):
            row["body"] = answer.json()
        yield row


@across_sellers
def audit(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Facts and problems. `rows` are answers to `POST /api/v1/orders`."""
    statuses: Counter[str] = Counter()
    told: dict[str, tuple[UUID, UUID, int, str]] = {}
    firsts: Counter[str] = Counter()
    problems: list[str] = []
    for row in rows:
        statuses[str(row.get("status", "no answer"))] += 1
        if row.get("status") not in (200, 201):
            continue
        text = str(row["body"].get("purchase", ""))
        firsts[text] += row["status"] == 201
        try:
            told[text] = (*parse_handle(text, Kind.PURCHASE), int(row["body"]["total"]), str(row["body"]["currency"]))
        except (Refusal, KeyError):
            problems.append(f"acknowledged without a purchase: {row['body']}")
    problems += [f"told as new {times} times: {text}" for text, times in firsts.items() if times > 1]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE audit_told (handle text, business_id uuid, id uuid, total bigint, currency text)")
        try:
            # Text: the formats of Django's driver, which adapts what COPY is given.
            with cursor.copy("COPY audit_told FROM STDIN") as copy:
                for text, (business_id, purchase_id, total, currency) in told.items():
                    copy.write_row((text, business_id, purchase_id, total, currency))
            cursor.execute("ANALYZE audit_told")
            for query, words in CHECKS:
                cursor.execute(query, [MOST_TOLD])
                problems += [words.format(*row) for row in cursor.fetchall()]
            cursor.execute(COUNTS)
            purchases, orders, lines = cursor.fetchone()
            cursor.execute(
                "SELECT count(*) FROM audit_told told JOIN orders_purchase p ON (p.business_id, p.id) = (told.business_id, told.id)"
            )
            (heard,) = cursor.fetchone()
        finally:
            cursor.execute("DROP TABLE audit_told")
    problems += [f"posting {row.posting_id} sums to {row.sum} {row.currency}" for row in ledger.uneven_postings()]
    problems += [f"{currency} sums to {total}" for currency, accounts in ledger.totals().items() if (total := sum(accounts.values()))]
    return {
        "answers": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "acknowledged": len(told),
        "purchases": purchases,
        "unheard": purchases - heard,
        "orders": orders,
        "lines": lines,
        "problems": problems,
    }
