-- stock_without_order: pieces that are gone from their pool, and no order that stands has them.
-- out    examined (pieces gone), wrong (pieces), examples (pools)
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
    SELECT pool.id AS pool, coalesce(allotted.pieces, 0) - pool.available AS gone, coalesce(sold.pieces, 0) AS sold
      FROM stock_pool AS pool
      LEFT JOIN allotted ON allotted.business_id = pool.business_id AND allotted.pool_id = pool.id
      LEFT JOIN sold ON sold.business_id = pool.business_id AND sold.pool_id = pool.id
)
SELECT coalesce(sum(greatest(gone, 0)), 0)::bigint, coalesce(sum(greatest(gone - sold, 0)), 0)::bigint,
       (SELECT jsonb_agg(to_jsonb(example)) FROM (SELECT * FROM judged WHERE gone > sold ORDER BY pool LIMIT 5) AS example)
  FROM judged
