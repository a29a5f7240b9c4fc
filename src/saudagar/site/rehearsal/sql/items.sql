-- items: what became of the hot items: allotted, sold and left.
-- in     pools uuid[]
-- out    pool_id, allotted, sold, left
-- plan   primary key of the pools; lines of all orders once
SELECT pool.id,
       (SELECT coalesce(sum(pieces), 0)::bigint FROM stock_movement AS m WHERE m.business_id = pool.business_id AND m.pool_id = pool.id),
       coalesce(sold.pieces, 0),
       pool.available
  FROM stock_pool AS pool
  LEFT JOIN (SELECT line.business_id, line.pool_id, sum(line.quantity)::bigint AS pieces
               FROM orders_line AS line
               JOIN orders_order AS o ON o.business_id = line.business_id AND o.id = line.order_id
              WHERE o.state NOT IN ('expired', 'cancelled') AND line.pool_id = ANY (%(pools)s::uuid[])
              GROUP BY line.business_id, line.pool_id) AS sold
         ON sold.business_id = pool.business_id AND sold.pool_id = pool.id
 WHERE pool.id = ANY (%(pools)s::uuid[])
