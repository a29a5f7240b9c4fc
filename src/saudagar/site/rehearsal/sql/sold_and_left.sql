-- sold_and_left: pools where pieces sold and pieces left are not together the pieces allotted, or fewer than none are left.
-- out    examined (pools), wrong, examples
-- same   stock.models.Movement: allotted = sum of movements; sold = pieces of orders neither expired nor cancelled
-- plan   one walk through movements, lines and pools
WITH allotted AS (
    SELECT business_id, pool_id, sum(pieces)::bigint AS pieces FROM stock_movement GROUP BY business_id, pool_id
), sold AS (
    SELECT line.business_id, line.pool_id, sum(line.quantity)::bigint AS pieces
      FROM orders_line AS line
      JOIN orders_order AS o ON o.business_id = line.business_id AND o.id = line.order_id
     WHERE o.state NOT IN ('expired', 'cancelled')
     GROUP BY line.business_id, line.pool_id
), judged AS (
    SELECT pool.id AS pool, coalesce(allotted.pieces, 0) AS allotted, coalesce(sold.pieces, 0) AS sold, pool.available AS "left",
           coalesce(allotted.pieces, 0) <> coalesce(sold.pieces, 0) + pool.available OR pool.available < 0 AS is_wrong
      FROM stock_pool AS pool
      LEFT JOIN allotted ON allotted.business_id = pool.business_id AND allotted.pool_id = pool.id
      LEFT JOIN sold ON sold.business_id = pool.business_id AND sold.pool_id = pool.id
)
SELECT count(*), count(*) FILTER (WHERE is_wrong),
       (SELECT jsonb_agg(to_jsonb(example) - 'is_wrong') FROM (SELECT * FROM judged WHERE is_wrong ORDER BY pool LIMIT 5) AS example)
  FROM judged
