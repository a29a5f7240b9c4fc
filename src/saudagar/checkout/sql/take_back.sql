-- take_back: take back what was counted of buyers; never below zero.
-- in     buyers bytea[], tallies text[], periods text[], amounts bigint[]: same length, each buyer, tally and period once
-- locks  the rows in the order in which count takes them
WITH given AS (
    SELECT * FROM unnest(%(buyers)s::bytea[], %(tallies)s::text[], %(periods)s::text[], %(amounts)s::bigint[]) AS given (buyer, tally, period, amount)
), held AS MATERIALIZED (
    SELECT kept.id, given.amount
      FROM checkout_buyertally AS kept
      JOIN given USING (buyer, tally, period)
     ORDER BY kept.buyer, kept.tally, kept.period
       FOR UPDATE OF kept
)
UPDATE checkout_buyertally
   SET amount = greatest(checkout_buyertally.amount - held.amount, 0)
  FROM held
 WHERE checkout_buyertally.id = held.id
