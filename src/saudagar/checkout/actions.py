"""Pricing and placing for pages, and what a buyer used of the limits that count across orders.

Pages hand their orders to the collector of their process, so there is one write path; where none runs (tests, commands) the
same statement goes through Django's connection.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from django.db import connection, transaction

from saudagar.checkout import batch as batches
from saudagar.checkout import collector, keeping, queries, tokens, unsold
from saudagar.checkout.batch import Placing, RowTypes
from saudagar.checkout.models import KeptQuote
from saudagar.checkout.rules import pricing, requests
from saudagar.checkout.rules.keeping import Kept, oldest_to_keep
from saudagar.checkout.rules.placing import Verdict
from saudagar.checkout.rules.pricing import LAW_DAY, Basket, Priced, law_day
from saudagar.checkout.rules.promises import Promise
from saudagar.checkout.rules.refusals import NotSoldThere, QuoteExpired
from saudagar.checkout.rules.requests import OrderRequest
from saudagar.foundation import packing
from saudagar.foundation.ids import new_id
from saudagar.foundation.refusals import Refusal
from saudagar.foundation.sealing import blind_index, seal
from saudagar.foundation.sql import statement
from saudagar.orders import queries as orders
from saudagar.orders.rules import BUYER_PURPOSE, buyer_bytes
from saudagar.rulebook.queries import current_rulebook, trials
from saudagar.rulebook.rules import from_data
from saudagar.rulebook.rules.counting import Counted
from saudagar.rulebook.rules.snapshot import SAYS_WHAT_IT_COUNTS
from saudagar.shipping import rules as lanes

WAIT_SECONDS = 30


def quote(basket: Basket, *, at: datetime) -> Priced:
    """Prices a basket; `tokens.token(priced.quote)` is the promise. Raises whatever pricing, shipping and rulebook refuse."""
    keeper = keeping.current
    market = queries.market(queries.markets(queries.run(queries.markets_read(at))), basket.market)
    not_before = pricing.early_start(basket, market, at)
    holds_from = not_before or at
    wants = [queries.Want(basket, holds_from)]
    pricing.check_served(basket, market)
    try:
        queries.check_sold_there(basket, market, law_day(holds_from))
    except NotSoldThere as refusal:
        if keeper is not None:
            unsold.keep(keeper, basket, market, refusal, at=at, not_before=not_before)
        raise
    [rows] = queries.listing_rows(queries.run(queries.lines_read(wants)), wants)
    rulebook, pilots, day = current_rulebook(), trials(), law_day(holds_from)
    used = pricing.NOTHING_USED
    under = pricing.counts_under(basket, market, rulebook, pilots, day)
    if under is not None:
        key = requests.reference_key(basket.buyer_reference, under[1], basket.destination.country)
        used = queries.used(queries.run(queries.used_read(under[0], key, holds_from)))
    priced = pricing.priced(
        basket,
        market,
        rows,
        quote_id=new_id(),
        rulebook=rulebook,
        trials=pilots,
        cards=lanes.card_on(day),
        used=used,
        at=at,
        not_before=not_before,
        refused=None if keeper is None else keeper.refused,
    )
    if keeper is not None:
        keeper.priced(priced)
    return priced


def place(request: OrderRequest, *, buyer_id: UUID | None = None, at: datetime) -> Promise:
    """Places the quote of a page's form and returns it: its purchase is (quote.home, quote.id), also when it was placed before.

    Raises BadQuote, QuoteExpired, NotYet, AddressMismatch, IdentityNeeded, MobileNeeded, OverYearLimit, OverYearGrams, OverUses,
    LimitReached, OutOfStock, Busy, Unavailable.
    """
    promised = tokens.opened(request.quote)
    if at > promised.expires_at:
        if queries.run(queries.placed_read(promised.home, promised.id)):
            return promised
        raise QuoteExpired("quote")
    requests.check_started(promised, at)
    buyer = requests.buyer(request, promised)
    if promised.held:
        used = queries.used(queries.run(queries.used_read(promised.mode, requests.limit_key(buyer), at)))
        try:
            requests.check_limits(promised, used, law_day(at))
        except Refusal as refusal:
            if keeping.current is not None:
                keeping.current.refused_at_placing(promised, refusal, used=used, day=law_day(at))
            raise
    sealed = seal(buyer_bytes(buyer), BUYER_PURPOSE)
    placing = Placing(promised, sealed, buyer.address.city, request.payment, buyer_id, requests.buyer_key(buyer, promised))
    if collector.current is None:
        verdict = place_batch([placing], at=at)[0]
    else:
        verdict = collector.current.place_from_thread(placing).result(WAIT_SECONDS)
    requests.check_taken(promised, verdict)
    return promised


@transaction.atomic
def place_batch(batch: Sequence[Placing], *, at: datetime) -> list[Verdict]:
    """Places purchases in the order given, each whole or not at all, in one statement. A batch holds each quote once."""
    connection.ensure_connection()
    packing.teach(connection.connection)
    # psycopg's own cursor: Django's writes parameters into the text of the statement.
    with psycopg.Cursor(connection.connection) as cursor:
        types = RowTypes(*cursor.execute(statement("saudagar.checkout", "place_oids")).fetchall()[0])
        cursor.execute(statement("saudagar.checkout", "place_batch"), batches.parameters(batch, at, types))
        return batches.verdicts(batch, cursor.fetchall())


@transaction.atomic
def keep(rows: Sequence[Kept], *, at: datetime) -> None:
    """Writes quotes that were kept, through Django's connection; the door has connections of its own."""
    connection.ensure_connection()
    packing.teach(connection.connection)
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement("saudagar.checkout", "keep_quotes"), keeping.parameters(rows, at))


def forget_kept(*, days: int, most: int, at: datetime) -> int:
    """Deletes kept quotes of days longer ago than `days`, and whole days more, the oldest first, while there are more than `most`."""
    oldest = oldest_to_keep(queries.kept_by_day(), since=law_day(at) - timedelta(days=days), most=most)
    return KeptQuote.objects.filter(law_day__lt=oldest).delete()[0]


def count(business_id: UUID, order_id: UUID, *, at: datetime, back: bool = False) -> None:
    """Counts a paid order towards its buyer's limits, or takes it back when it was refunded; nothing where nothing is counted."""
    count_all([(business_id, order_id)], at=at, back=back)


def count_all(keys: Sequence[tuple[UUID, UUID]], *, at: datetime, back: bool = False) -> None:
    """The same for many orders: business, order."""
    counted: Counter[tuple[bytes, str, str]] = Counter()
    for order in orders.orders_at(keys).values():
        kept = from_data(order.customs) if order.customs else None
        if kept is None or not (kept.counts or kept.version < SAYS_WHAT_IT_COUNTS):
            continue
        buyer = orders.buyer(order)
        # Orders from before snapshots said so counted their value towards China's year, where they had an identity number.
        counts = kept.counts or ([Counted(f"{kept.destination} {kept.mode} value", "year", kept.customs_value)] if buyer.identity else [])
        for each in counts:
            tally, period = each.key((order.paid_at or at).astimezone(LAW_DAY).date())
            counted[blind_index(kept.mode, requests.limit_key(buyer)), tally, period] += each.amount
    if counted:
        # In one order everywhere, so that two workers cannot deadlock.
        rows = sorted((*key, amount) for key, amount in counted.items())
        columns = {name: [row[place] for row in rows] for place, name in enumerate(("buyers", "tallies", "periods", "amounts"))}
        with connection.cursor() as cursor:
            cursor.execute(statement("saudagar.checkout", "take_back" if back else "count"), columns)
