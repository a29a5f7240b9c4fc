-- take: take pieces for a batch of order lines of one seller.
-- in     business_id uuid; line_ids uuid[], pool_ids uuid[], pieces int[]: same length, in order of arrival
-- out    line_id, taken: one row per line, in order; an unknown pool is not taken
-- same   rules.take_in_order, for many pools at once
-- locks  none of its own: hold has them. A statement of its own, for this one must judge what is there once nobody else can change
--        it; one that locks and judges can judge by what was there before it waited.
-- plan   the primary key (business_id, id) only
WITH asked AS (
    SELECT line_id, pool_id, pieces, place
      FROM unnest(%(line_ids)s::uuid[], %(pool_ids)s::uuid[], %(pieces)s::int[]) WITH ORDINALITY AS a (line_id, pool_id, pieces, place)
), pool AS MATERIALIZED (
    SELECT id, available FROM stock_pool
     WHERE business_id = %(business_id)s AND id = ANY (%(pool_ids)s::uuid[])
), counted AS (
    -- stock_left() forgets refused lines. A running sum() would let one big
    -- refused line starve the small ones behind it.
    SELECT asked.line_id, asked.pool_id, asked.pieces, asked.place, pool.available,
           stock_left(pool.available, asked.pieces) OVER (PARTITION BY asked.pool_id ORDER BY asked.place ROWS UNBOUNDED PRECEDING) AS left_after
      FROM asked
      JOIN pool ON pool.id = asked.pool_id
), judged AS (
    SELECT line_id, pool_id, pieces, place,
           pieces <= COALESCE(lag(left_after) OVER (PARTITION BY pool_id ORDER BY place), available) AS taken
      FROM counted
), written AS (
    UPDATE stock_pool
       SET available = available - gone.pieces
      FROM (SELECT pool_id, sum(pieces)::int AS pieces FROM judged WHERE taken GROUP BY pool_id) AS gone
     WHERE stock_pool.business_id = %(business_id)s AND stock_pool.id = gone.pool_id
)
SELECT asked.line_id, COALESCE(judged.taken, false)
  FROM asked
  LEFT JOIN judged ON judged.place = asked.place
 ORDER BY asked.place
