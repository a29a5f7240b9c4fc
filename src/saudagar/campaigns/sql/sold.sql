-- sold: what became of allotments.
-- in     business_ids uuid[], pool_ids uuid[]: same length
-- out    business_id, pool_id, left, sold: pieces in live orders (all that was moved in or out, less what is left)
-- plan   primary keys of the pools and the index of movements by pool
SELECT pool.business_id, pool.id, pool.available,
       coalesce((SELECT sum(movement.pieces) FROM stock_movement AS movement
                  WHERE movement.business_id = pool.business_id AND movement.pool_id = pool.id), 0)::int - pool.available
  FROM unnest(%(business_ids)s::uuid[], %(pool_ids)s::uuid[]) AS asked (business_id, id)
  JOIN stock_pool AS pool ON pool.business_id = asked.business_id AND pool.id = asked.id
