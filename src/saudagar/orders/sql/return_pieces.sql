-- return_pieces: put the pieces of one order back where they were taken.
-- in     business_id uuid, order_id uuid
-- writes stock_pool
-- locks  its pools in id order, as the intake does
WITH pieces AS (
    SELECT pool_id, sum(quantity)::int AS quantity
      FROM orders_line
     WHERE business_id = %(business_id)s AND order_id = %(order_id)s
     GROUP BY pool_id
), held AS MATERIALIZED (
    SELECT id FROM stock_pool
     WHERE business_id = %(business_id)s AND id IN (SELECT pool_id FROM pieces)
     ORDER BY id FOR UPDATE
)
UPDATE stock_pool
   SET available = available + pieces.quantity
  FROM pieces, held
 WHERE stock_pool.business_id = %(business_id)s
   AND stock_pool.id = held.id
   AND pieces.pool_id = held.id
