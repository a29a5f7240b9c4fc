-- order_without_stock: orders for which there was no piece: counted in the order in which they were placed, they reach beyond what
--                      was ever allotted to the pool, or their pool does not exist.
-- out    examined (orders that stand), wrong, examples
-- plan   one walk through movements and lines, a window per pool
WITH allotted AS (
    SELECT business_id, pool_id, sum(pieces)::bigint AS pieces FROM stock_movement GROUP BY business_id, pool_id
), taken AS (
    SELECT o.business_id, o.id, line.pool_id,
           sum(line.quantity) OVER (PARTITION BY line.business_id, line.pool_id ORDER BY o.placed_at, o.id, line.position, line.id) AS so_far
      FROM orders_order AS o
      JOIN orders_line AS line ON line.business_id = o.business_id AND line.order_id = o.id
     WHERE o.state NOT IN ('expired', 'cancelled')
), judged AS (
    SELECT taken.business_id, taken.id AS "order", bool_or(pool.id IS NULL OR taken.so_far > coalesce(allotted.pieces, 0)) AS is_wrong
      FROM taken
      LEFT JOIN stock_pool AS pool ON pool.business_id = taken.business_id AND pool.id = taken.pool_id
      LEFT JOIN allotted ON allotted.business_id = taken.business_id AND allotted.pool_id = taken.pool_id
     GROUP BY taken.business_id, taken.id
)
SELECT count(*), count(*) FILTER (WHERE is_wrong),
       (SELECT jsonb_agg(to_jsonb(example) - 'is_wrong') FROM (SELECT * FROM judged WHERE is_wrong ORDER BY "order" LIMIT 5) AS example)
  FROM judged
