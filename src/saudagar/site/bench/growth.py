"""Whether orders stay as fast when many are stored already: orders a second after 10 thousand, 1 million, with --full 10 million.

What is stored was not placed one by one: real orders are placed through the API, and set-based SQL multiplies their rows, each
with an id and a moment of its own in the past 90 days, over all pools. Nine of ten are completed, one expired; stock is put right.
"""

import statistics
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from saudagar.foundation.ids import EPOCH_TICKS
from saudagar.site.bench.baskets import Offer, ask_quotes, order_body, two_line_baskets
from saudagar.site.bench.checks import check_orders, counts
from saudagar.site.bench.house import House
from saudagar.site.bench.orders import CONNECTIONS
from saudagar.site.bench.records import post
from saudagar.site.bench.results import Measure, Result, Round
from saudagar.site.bench.sitting import OPEN_LOOP_SHARE, Sitting

HELP = "orders a second with 10 thousand and 1 million orders already stored (10 million with --full): it must stay flat"
PATTERNS = 200  # real orders whose rows are multiplied
AT_ONCE = 100_000
DAYS = 90
# Not flat: slower by a fifth, and the database works a quarter more for one order. Either alone may be the machine.
LEAST_RATE, MOST_WORK = 0.8, 1.25
TABLES = ("orders_purchase", "orders_order", "orders_line", "stock_pool")

NEW_ROWS = """
    CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
    SELECT n, pool.business_id, pg_temp.thing_id(tick, n) AS id, pattern.business_id AS pattern_business_id, pattern.id AS pattern_id,
           pool.id AS first_pool, other.id AS second_pool, n %% 10 = 0 AS is_expired,
           to_timestamp((tick + %(epoch)s) / 100.0) AS placed_at
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
     CROSS JOIN LATERAL (SELECT %(now)s::bigint - 1 - (n * 7919 %% %(ticks)s::bigint) AS tick,
                                -- 1,000,003 is prime: every pool has its turn before one has its second.
                                n * 1000003 %% (SELECT count(*) FROM filled_pool) AS place) AS drawn
      JOIN filled_pool pool ON pool.place = drawn.place
      JOIN filled_pool other ON other.business_id = pool.business_id AND other.position = (pool.position + 1) %% pool.number
      JOIN filled_pattern pattern ON pattern.place = n %% (SELECT count(*) FROM filled_pattern)
"""
STOCK_PUT_RIGHT = """
    UPDATE stock_pool pool SET available = moved.pieces - coalesce(sold.pieces, 0)
      FROM (SELECT business_id, pool_id, sum(pieces) AS pieces FROM stock_movement GROUP BY 1, 2) moved
      LEFT JOIN (SELECT line.business_id, line.pool_id, sum(line.quantity) AS pieces
                   FROM orders_line line
                   JOIN orders_order o ON (o.business_id, o.id) = (line.business_id, line.order_id)
                  WHERE o.state NOT IN ('expired', 'cancelled') GROUP BY 1, 2) sold USING (business_id, pool_id)
     WHERE (pool.business_id, pool.id) = (moved.business_id, moved.pool_id)
       AND pool.available <> moved.pieces - coalesce(sold.pieces, 0)
"""
DONE = "CASE WHEN fresh.is_expired THEN NULL ELSE fresh.placed_at + interval '{} hours' END"
# What is different in each new row; everything else is as in the pattern.
CHANGES = {
    "orders_purchase": {
        "business_id": "fresh.business_id",
        "id": "fresh.id",
        "order_business_ids": "ARRAY[fresh.business_id]",
        "placed_at": "fresh.placed_at",
        "pay_by": "fresh.placed_at + (pattern.pay_by - pattern.placed_at)",
    },
    "orders_order": {
        "business_id": "fresh.business_id",
        "id": "fresh.id",
        "purchase_business_id": "fresh.business_id",
        "state": "CASE WHEN fresh.is_expired THEN 'expired' ELSE 'completed' END",
        "placed_at": "fresh.placed_at",
        "pay_by": "fresh.placed_at + (pattern.pay_by - pattern.placed_at)",
        "paid_at": DONE.format(0),
        "packed_at": DONE.format(4),
        "shipped_at": DONE.format(8),
        "delivered_at": DONE.format(48),
        "inspection_ends_at": DONE.format(96),
        "completed_at": DONE.format(96),
        "closed_at": "CASE WHEN fresh.is_expired THEN fresh.placed_at + interval '1 hour' END",
        "close_reason": "CASE WHEN fresh.is_expired THEN 'unpaid' ELSE '' END",
    },
    "orders_line": {
        "business_id": "fresh.business_id",
        # The id of its order, with its place in the low bits: `checkout.rules.quotes.line_id`.
        "id": "(left(fresh.id::text, 35) || to_hex(pattern.position + 1))::uuid",
        "order_id": "fresh.id",
        "listing_id": "CASE pattern.position WHEN 0 THEN fresh.first_pool ELSE fresh.second_pool END",
        "variant_id": "CASE pattern.position WHEN 0 THEN fresh.first_pool ELSE fresh.second_pool END",
        "pool_id": "CASE pattern.position WHEN 0 THEN fresh.first_pool ELSE fresh.second_pool END",
    },
}


def run(sitting: Sitting) -> Result:
    """Three rounds of 10,000 orders at each size, the first after a round that is not counted; --full: of 20,000, also at 10 million."""
    with sitting.house() as house:
        return measure(house, sitting)


def measure(house: House, sitting: Sitting) -> Result:
    levels = sitting.pick(tiny=(300, 2_000), normal=(10_000, 1_000_000), full=(10_000, 1_000_000, 10_000_000))
    rounds, orders = sitting.pick(tiny=(1, 100), normal=(3, 10_000), full=(3, 20_000))
    businesses, listings = sitting.pick(tiny=(10, 6), normal=(2_000, 50), full=(2_000, 50))
    offers = house.stage(businesses=businesses, listings=listings, pieces=10_000_000)
    found = Result("growth", "orders/s", facts={"pools": len(offers), "orders_a_round": orders})
    files: list[Path] = []
    before = counts(house)
    patterns = _place(house, "patterns", offers, min(PATTERNS, orders), found, files)
    assert patterns.value
    filled, by_level = 0, {}
    for level in levels:
        stored = counts(house).orders
        filled += fill(house, level - stored)
        made = [_place(house, f"{level}-{n}", offers, orders, found, files) for n in range(rounds + 1)]
        by_level[level] = made[1:]
        found.measures.append(Measure(f"with {level:,} orders stored", "orders/s", [one.value for one in made[1:]]))
        found.measures.append(Measure("  of the database, one order", "µs", [one.cpu_us["database"] for one in made[1:]]))
    found.rounds = by_level[levels[-1]]
    rate = found.value * OPEN_LOOP_SHARE
    found.open_loop = [_place(house, "open", offers, orders, found, files, rate=rate)]
    _compare(found, by_level[levels[0]], by_level[levels[-1]])
    found.facts |= {"levels": {str(level): [one.value for one in made] for level, made in by_level.items()}, "filled": filled}
    after = counts(house)
    # What was multiplied was not acknowledged to anybody.
    assert after.orders >= filled
    check_orders(house, found, files, before=before.more(filled, lines_an_order=2), lines_an_order=2)
    return found


def _place(house: House, name: str, offers: Sequence[Offer], number: int, found: Result, files: list[Path], rate: float = 0.0) -> Round:
    _, tokens, wrong = ask_quotes(house, f"quotes-{name}", list(two_line_baskets(offers, number, seed=len(files))))
    found.problems += wrong
    requests = [post("/api/v1/orders", order_body(token)) for token in tokens]
    connections = CONNECTIONS * 2 if rate else CONNECTIONS
    made, _ = house.round(f"growth-{name}", requests, good=(201,), connections=connections, rate=rate)
    files.append(house.answers_of(f"growth-{name}"))
    return made


def _compare(found: Result, small: list[Round], large: list[Round]) -> None:
    """Flat or not: the last size beside the first."""
    rate = found.value / max(statistics.median(one.value for one in small), 1e-9)
    work = _database(large) / max(_database(small), 1e-9)
    found.facts |= {"rate_kept": round(rate, 3), "database_work": round(work, 3)}
    found.measures.append(Measure("rate kept, largest beside smallest", "times", [rate]))
    found.measures.append(Measure("database's work for an order, likewise", "times", [work]))
    if len(large) > 1 and rate < LEAST_RATE and work > MOST_WORK:
        found.problems.append(f"not flat: {rate:.2f} of the rate, {work:.2f} times the database's work")


def _database(rounds: list[Round]) -> float:
    return statistics.median(one.cpu_us["database"] for one in rounds)


def fill(house: House, number: int) -> int:
    """Stores so many more orders of two lines, over two connections. Returns how many. About a minute for a million on two cores."""
    number = max(number, 0)
    if not number:
        return 0
    ((seconds, stored),) = house.rows("SELECT extract(epoch FROM now()), (SELECT count(*) FROM orders_order)")
    now = int(seconds * 100) - EPOCH_TICKS
    # Counted on from what is there, so that no id comes twice.
    parts = [(first, min(first + AT_ONCE, stored + number) - 1) for first in range(stored, stored + number, AT_ONCE)]
    with ThreadPoolExecutor(2) as side_by_side:
        list(side_by_side.map(lambda share: _fill(house, share, now), (parts[0::2], parts[1::2])))
    house.execute(STOCK_PUT_RIGHT)
    with psycopg.connect(house.database_url, autocommit=True) as connection:
        # What autovacuum would do in the middle of a measurement.
        connection.execute(f"VACUUM (FREEZE, ANALYZE) {', '.join(TABLES)}")
    return number


def _fill(house: House, parts: Sequence[tuple[int, int]], now: int) -> None:
    with psycopg.connect(house.database_url) as connection:
        connection.execute(THING_ID)
        connection.execute(FILLED_POOL)
        connection.execute("CREATE UNIQUE INDEX ON filled_pool (place)")
        connection.execute("CREATE UNIQUE INDEX ON filled_pool (business_id, position)")
        connection.execute(FILLED_PATTERN, {"most": PATTERNS})
        connection.execute("ANALYZE filled_pool")
        connection.commit()
        for first, last in parts:
            connection.execute(NEW_ROWS, {"first": first, "last": last, "now": now, "ticks": DAYS * 86_400 * 100, "epoch": EPOCH_TICKS})
            connection.execute("ANALYZE fresh")
            for table in CHANGES:
                connection.execute(_multiply(connection, table))
            connection.commit()


def _multiply(connection: psycopg.Connection, table: str) -> str:
    """An INSERT of new rows as their patterns are, but for CHANGES; whatever columns the table has."""
    names = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        " ORDER BY attnum",
        [table],
    ).fetchall()
    values = [CHANGES[table].get(name, f'pattern."{name}"') for (name,) in names]
    key = "order_id" if table == "orders_line" else "id"
    return (
        f"INSERT INTO {table} ({', '.join(name for (name,) in names)}) SELECT {', '.join(values)} FROM fresh "  # noqa: S608
        f"JOIN {table} pattern ON (pattern.business_id, pattern.{key}) = (fresh.pattern_business_id, fresh.pattern_id)"
    )


# As foundation.ids lays them out: 38 bits of time, then 29 that are random elsewhere and counted here.
THING_ID = """
    CREATE FUNCTION pg_temp.thing_id(tick bigint, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT (lpad(to_hex((tick << 10) | (n >> 19)), 12, '0') || '8' || lpad(to_hex((n >> 7) & 4095), 3, '0')
                || lpad(to_hex(128 | ((n & 127) >> 1)), 2, '0') || CASE n & 1 WHEN 1 THEN '80' ELSE '00' END || '000000000000')::uuid
    $$
"""
FILLED_POOL = """
    CREATE TEMPORARY TABLE filled_pool AS
    SELECT row_number() OVER () - 1 AS place, business_id, id, row_number() OVER (PARTITION BY business_id) - 1 AS position,
           count(*) OVER (PARTITION BY business_id) AS number
      FROM stock_pool WHERE available > 1000000  -- those that were staged for this
"""
FILLED_PATTERN = """
    CREATE TEMPORARY TABLE filled_pattern AS
    SELECT row_number() OVER () - 1 AS place, business_id, id
      FROM (SELECT o.business_id, o.id FROM orders_order o JOIN orders_line l ON (l.business_id, l.order_id) = (o.business_id, o.id)
             GROUP BY 1, 2 HAVING count(*) = 2 ORDER BY o.id DESC LIMIT %(most)s) AS real
"""
