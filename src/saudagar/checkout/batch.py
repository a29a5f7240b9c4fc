"""A batch of purchases as the columns that `sql/place.sql` takes, and its answer as verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.checkout.rules.placing import Outcome, PoolKey, Verdict
from saudagar.checkout.rules.quotes import Quote, QuotedLine, line_id


@dataclass(frozen=True, slots=True)
class Placing:
    """One quote that somebody wants to place: the promise, and who buys."""

    quote: Quote
    buyer_sealed: bytes
    town: str
    method: str
    buyer_id: UUID | None = None


def columns(batch: Sequence[Placing], moment: datetime) -> dict[str, Any]:
    """The parameters of one call: arrays of equal length for pools, purchases, orders and lines. Indexes count from 1."""
    pools: list[PoolKey] = sorted(
        {(order.business_id, line.pool_id) for placing in batch for order in placing.quote.orders for line in order.lines}
    )
    place_of = {pool: place for place, pool in enumerate(pools, 1)}
    quotes = [placing.quote for placing in batch]
    orders = [(place, placing, order) for place, placing in enumerate(batch, 1) for order in placing.quote.orders]
    lines: list[tuple[int, int, UUID, QuotedLine, int]] = []
    ends, firsts, lasts, at_order = [], [], [], 0
    for quote in quotes:
        firsts.append(at_order + 1)
        for order in quote.orders:
            at_order += 1
            lines.extend(
                (at_order, place_of[order.business_id, line.pool_id], line_id(quote.id, place), line, place)
                for place, line in enumerate(order.lines)
            )
        ends.append(len(lines))
        lasts.append(at_order)
    return {
        "pool_businesses": [pool[0] for pool in pools],
        "pool_ids": [pool[1] for pool in pools],
        "purchase_ids": [quote.id for quote in quotes],
        "purchase_homes": [quote.home for quote in quotes],
        "purchase_markets": [quote.market for quote in quotes],
        "purchase_currencies": [quote.currency for quote in quotes],
        "purchase_totals": [quote.total for quote in quotes],
        "purchase_languages": [quote.language for quote in quotes],
        "purchase_buyers": [placing.buyer_id for placing in batch],
        "purchase_methods": [placing.method for placing in batch],
        "purchase_pay_minutes": [quote.pay_minutes for quote in quotes],
        "purchase_end": ends,
        "purchase_first_order": firsts,
        "purchase_last_order": lasts,
        "order_purchases": [place for place, _, _ in orders],
        "order_businesses": [order.business_id for _, _, order in orders],
        "order_markets": [placing.quote.market for _, placing, _ in orders],
        "order_currencies": [placing.quote.currency for _, placing, _ in orders],
        "order_languages": [placing.quote.language for _, placing, _ in orders],
        "order_amounts": [
            amount
            for _, _, order in orders
            for amount in (order.goods, order.discount, order.shipping, order.duty, order.tax, order.fees, order.total)
        ],
        "order_services": [order.service for _, _, order in orders],
        "order_countries": [placing.quote.country for _, placing, _ in orders],
        "order_towns": [placing.town for _, placing, _ in orders],
        "order_buyers": [placing.buyer_sealed for _, placing, _ in orders],
        "order_customs": [order.customs.decode() for _, _, order in orders],
        "line_orders": [row[0] for row in lines],
        "line_pools": [row[1] for row in lines],
        "line_ids": [row[2] for row in lines],
        "line_listings": [row[3].listing_id for row in lines],
        "line_variants": [row[3].variant_id for row in lines],
        "line_skus": [row[3].sku for row in lines],
        "line_titles": [row[3].title for row in lines],
        "line_quantities": [row[3].quantity for row in lines],
        "line_prices": [row[3].unit_price for row in lines],
        "line_totals": [row[3].total for row in lines],
        "line_places": [row[4] for row in lines],
        "moment": moment,
    }


def verdicts(batch: Sequence[Placing], rows: Sequence[tuple[int, int, int]]) -> list[Verdict]:
    """The answer of a call, in order of the batch. The line found short is counted inside its own purchase, from 0."""
    judged, first_line = [], 0
    for placing, (outcome, short_line, left) in zip(batch, rows, strict=True):
        judged.append(Verdict(Outcome(outcome), short_line - 1 - first_line if short_line else -1, left))
        first_line += sum(len(order.lines) for order in placing.quote.orders)
    return judged
