-- release: give pieces back to the pools they were taken from, for many lines of one seller at once.
-- in     business_id uuid; pool_ids uuid[], pieces int[]: same length; a pool may stand several times
-- out    pool_id, available: every pool that was given something
-- locks  pools in (business_id, id) order, as take.sql and the intake do
WITH back AS (
    SELECT pool_id, sum(pieces)::int AS pieces
      FROM unnest(%(pool_ids)s::uuid[], %(pieces)s::int[]) AS b (pool_id, pieces)
     GROUP BY pool_id
), pool AS MATERIALIZED (
    SELECT id FROM stock_pool
     WHERE business_id = %(business_id)s AND id = ANY (%(pool_ids)s::uuid[])
     ORDER BY id FOR UPDATE
)
UPDATE stock_pool
   SET available = available + back.pieces
  FROM pool
  JOIN back ON back.pool_id = pool.id
 WHERE stock_pool.business_id = %(business_id)s AND stock_pool.id = pool.id
RETURNING stock_pool.id, stock_pool.available
