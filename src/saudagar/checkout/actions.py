"""Pricing and placing for pages, and what a buyer imported in a year.

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
from saudagar.foundation.sealing import blind_index, seal
from saudagar.foundation.sql import statement
from saudagar.orders import queries as orders
from saudagar.orders.rules import BUYER_PURPOSE, buyer_bytes
from saudagar.rulebook.queries import current_rulebook, trials
from saudagar.rulebook.rules import from_data
from saudagar.rulebook.rules.refusals import OverYearLimit
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
    buyer_year = 0
    if basket.buyer_reference and market.rate is not None:
        found = queries.run(queries.year_read(market.mode, basket.buyer_reference, holds_from))
        buyer_year = int(found[0][0]) if found else 0
    priced = pricing.priced(
        basket,
        market,
        rows,
        quote_id=new_id(),
        rulebook=current_rulebook(),
        trials=trials(),
        cards=lanes.card_on(law_day(holds_from)),
        buyer_year=buyer_year,
        at=at,
        not_before=not_before,
        refused=None if keeper is None else keeper.refused,
    )
    if keeper is not None:
        keeper.priced(priced)
    return priced


def place(request: OrderRequest, *, buyer_id: UUID | None = None, at: datetime) -> Promise:
    """Places the quote of a page's form and returns it: its purchase is (quote.home, quote.id), also when it was placed before.

    Raises BadQuote, QuoteExpired, NotYet, AddressMismatch, IdentityNeeded, OverYearLimit, OutOfStock, Busy, Unavailable.
    """
    promised = tokens.opened(request.quote)
    if at > promised.expires_at:
        if queries.run(queries.placed_read(promised.home, promised.id)):
            return promised
        raise QuoteExpired("quote")
    requests.check_started(promised, at)
    buyer = requests.buyer(request, promised)
    if promised.year_limit:
        found = queries.run(queries.year_read(promised.scheme, buyer.identity, at))
        so_far = int(found[0][0]) if found else 0
        try:
            requests.check_year(promised, so_far)
        except OverYearLimit as refusal:
            if keeping.current is not None:
                keeping.current.refused_at_placing(promised, refusal, buyer_year=so_far)
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


def count_year(business_id: UUID, order_id: UUID, *, at: datetime, back: bool = False) -> None:
    """Counts a paid order towards its buyer's year, or takes it back when it was refunded; nothing where no identity was asked for."""
    count_years([(business_id, order_id)], at=at, back=back)


def count_years(keys: Sequence[tuple[UUID, UUID]], *, at: datetime, back: bool = False) -> None:
    """The same for many orders: business, order."""
    counted: Counter[tuple[bytes, str, int]] = Counter()
    for order in orders.orders_at(keys).values():
        identity = orders.buyer(order).identity if order.customs else ""
        if identity:
            kept = from_data(order.customs)
            year = (order.paid_at or at).astimezone(LAW_DAY).year
            counted[blind_index(kept.mode, identity), kept.mode, year] += kept.customs_value
    if counted:
        rows = [(*key, value) for key, value in counted.items()]
        columns = {name: [row[place] for row in rows] for place, name in enumerate(("buyers", "schemes", "years", "values"))}
        with connection.cursor() as cursor:
            cursor.execute(statement("saudagar.checkout", "take_back_year" if back else "count_year"), columns)
