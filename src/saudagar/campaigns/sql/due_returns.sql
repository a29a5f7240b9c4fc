-- due_returns: allotments whose last quote has expired and that still hold pieces.
-- in     since timestamptz, at timestamptz: entries whose turn came after `since` and no later than `at`; most int
-- out    business_id, pool_id, by key
-- plan   partial index entry_returns, then primary keys of the pools
SELECT entry.business_id, entry.pool_id
  FROM campaigns_entry AS entry
  JOIN stock_pool AS pool ON pool.business_id = entry.business_id AND pool.id = entry.pool_id
 WHERE entry.pool_id IS NOT NULL
   AND entry.returns_at > %(since)s
   AND entry.returns_at <= %(at)s
   AND pool.available > 0
 ORDER BY entry.business_id, entry.pool_id
 LIMIT %(most)s
