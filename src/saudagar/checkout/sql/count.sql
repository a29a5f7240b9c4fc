-- count: add to what buyers used.
-- in     buyers bytea[], tallies text[], periods text[], amounts bigint[]: same length, each buyer, tally and period once
-- locks  the rows in order, so that two workers cannot deadlock
INSERT INTO checkout_buyertally (buyer, tally, period, amount)
SELECT buyer, tally, period, amount
  FROM unnest(%(buyers)s::bytea[], %(tallies)s::text[], %(periods)s::text[], %(amounts)s::bigint[]) AS given (buyer, tally, period, amount)
 ORDER BY buyer, tally, period
    ON CONFLICT (buyer, tally, period) DO UPDATE SET amount = checkout_buyertally.amount + excluded.amount
