-- left: pieces left of each product of a campaign, for everybody.
-- in     campaign_id uuid; first int, most int: in order of approval
-- out    business_id, listing_id, left
-- plan   index entry_of_campaign, then primary keys of the pools
SELECT entry.business_id, entry.listing_id, pool.available
  FROM campaigns_entry AS entry
  JOIN stock_pool AS pool ON pool.business_id = entry.business_id AND pool.id = entry.pool_id
 WHERE entry.campaign_id = %(campaign_id)s AND entry.state = 'approved'
 ORDER BY entry.decided_at, entry.id
OFFSET %(first)s LIMIT %(most)s
