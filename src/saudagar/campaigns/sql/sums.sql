-- sums: a campaign as a whole.
-- in     campaign_id uuid
-- out    entries that are approved, pieces left in their allotments, pieces of all allotments in live orders
-- plan   index entry_of_campaign, then primary keys of the pools and the index of movements by pool
SELECT count(*) FILTER (WHERE entry.state = 'approved'),
       coalesce(sum(pool.available) FILTER (WHERE entry.state = 'approved'), 0)::bigint,
       coalesce(sum(moved.pieces - pool.available), 0)::bigint
  FROM campaigns_entry AS entry
  JOIN stock_pool AS pool ON pool.business_id = entry.business_id AND pool.id = entry.pool_id
 CROSS JOIN LATERAL (
        SELECT coalesce(sum(movement.pieces), 0) AS pieces FROM stock_movement AS movement
         WHERE movement.business_id = pool.business_id AND movement.pool_id = pool.id) AS moved
 WHERE entry.campaign_id = %(campaign_id)s
