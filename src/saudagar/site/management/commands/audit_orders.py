"""What must never be: an acknowledged purchase that is not there, an order that is there twice, pieces that do not add up,
pieces sold that were not there, books that do not sum to zero.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.db import connection

from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.walls import across_sellers
from saudagar.ledger import queries as ledger
from saudagar.orders.models import Order, Purchase

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
"""

# The orders of a purchase have its id, which is the quote's: with the primary key (business_id, id) none can be there twice.
PURCHASES_NOT_WHOLE = """
    SELECT p.business_id, p.id, count(o.id), cardinality(p.order_business_ids)
      FROM orders_purchase p
      LEFT JOIN orders_order o ON o.id = p.id AND o.business_id = ANY (p.order_business_ids)
     GROUP BY p.business_id, p.id HAVING count(o.id) <> cardinality(p.order_business_ids)
"""
ORDERS_WITHOUT_PURCHASE = """
    SELECT o.business_id, o.id FROM orders_order o
     WHERE NOT EXISTS (SELECT FROM orders_purchase p WHERE (p.business_id, p.id) = (o.purchase_business_id, o.id))
"""


class Command(BaseCommand):
    help = "Checks orders, stock and books; with files of the load generator, also that what was acknowledged is there, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("answers", nargs="*", type=Path)

    def handle(self, *, answers: list[Path], **_: Any) -> None:
        found = audit([json.loads(line) for path in answers for line in path.read_text().splitlines()])
        self.stdout.write(json.dumps(found, indent=1))
        if found["problems"]:
            raise SystemExit(1)


@across_sellers
def audit(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Facts and problems. `rows` are lines of the load generator."""
    acknowledged = {row["body"]["purchase"]: row for row in rows if row.get("status") in (200, 201)}
    firsts: dict[str, int] = {}
    for row in rows:
        if row.get("status") == 201:
            firsts[row["body"]["purchase"]] = firsts.get(row["body"]["purchase"], 0) + 1
    there = set(Purchase.objects.values_list("business_id", "id"))
    told = {parse_handle(text, Kind.PURCHASE) for text in acknowledged}
    problems = [f"acknowledged but lost: {text}" for text in acknowledged if parse_handle(text, Kind.PURCHASE) not in there]
    problems += [f"told as new {times} times: {text}" for text, times in firsts.items() if times > 1]
    with connection.cursor() as cursor:
        cursor.execute(POOLS_THAT_DO_NOT_ADD_UP)
        problems += [f"pool {row[1]} has {row[2]} pieces, should have {row[3]}" for row in cursor.fetchall()]
        cursor.execute(PURCHASES_NOT_WHOLE)
        problems += [f"purchase {row[1]} has {row[2]} orders instead of {row[3]}" for row in cursor.fetchall()]
        cursor.execute(ORDERS_WITHOUT_PURCHASE)
        problems += [f"order {row[1]} belongs to no purchase" for row in cursor.fetchall()]
    problems += [f"posting {row.posting_id} sums to {row.sum} {row.currency}" for row in ledger.uneven_postings()]
    problems += [f"{currency} sums to {total}" for currency, accounts in ledger.totals().items() if (total := sum(accounts.values()))]
    statuses: dict[str, int] = {}
    for row in rows:
        name = str(row.get("status", "no answer"))
        statuses[name] = statuses.get(name, 0) + 1
    return {
        "answers": len(rows),
        "statuses": statuses,
        "acknowledged": len(acknowledged),
        "purchases": len(there),
        "unheard": len(there - told),
        "orders": Order.objects.count(),
        "problems": problems,
    }
