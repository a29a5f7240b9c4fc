-- return_pieces: put the pieces of one order back where they were taken, pools and claims.
-- in     business_id uuid, order_id uuid
-- writes stock_pool, campaigns_claim
-- locks  its pools, then its claims, in id order, as the intake does
WITH lines AS MATERIALIZED (
    SELECT pool_id, claim_id, quantity
      FROM orders_line
     WHERE business_id = %(business_id)s AND order_id = %(order_id)s
), pieces AS (
    SELECT pool_id, sum(quantity)::int AS quantity FROM lines GROUP BY pool_id
), held AS MATERIALIZED (
    SELECT id FROM stock_pool
     WHERE business_id = %(business_id)s AND id IN (SELECT pool_id FROM pieces)
     ORDER BY id FOR UPDATE
), claimed AS (
    SELECT claim_id AS id, sum(quantity)::int AS pieces FROM lines WHERE claim_id IS NOT NULL GROUP BY claim_id
), held_claims AS MATERIALIZED (
    SELECT id FROM campaigns_claim
     WHERE business_id = %(business_id)s AND id IN (SELECT id FROM claimed)
       -- After the pools: whoever writes a claim holds the pool of its line.
       AND (SELECT count(*) FROM held) >= 0
     ORDER BY id FOR UPDATE
), given_back AS (
    UPDATE campaigns_claim
       SET pieces = campaigns_claim.pieces - claimed.pieces
      FROM claimed, held_claims
     WHERE campaigns_claim.business_id = %(business_id)s
       AND campaigns_claim.id = held_claims.id
       AND claimed.id = held_claims.id
)
UPDATE stock_pool
   SET available = available + pieces.quantity
  FROM pieces, held
 WHERE stock_pool.business_id = %(business_id)s
   AND stock_pool.id = held.id
   AND pieces.pool_id = held.id
