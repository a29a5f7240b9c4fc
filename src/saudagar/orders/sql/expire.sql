-- expire: close unpaid orders whose time is over; their pieces go back to pools and claims.
-- in     at timestamptz, most int
-- out    expired: how many orders
-- writes orders_order, stock_pool, campaigns_claim, foundation_outboxevent
-- locks  orders that nobody holds (a payment under way keeps its order), then pools, then claims, in (business_id, id) order
-- plan   partial index order_unpaid
WITH due AS MATERIALIZED (
    SELECT business_id, id
      FROM orders_order
     WHERE state = 'awaiting_payment' AND pay_by <= %(at)s
     ORDER BY pay_by
     LIMIT %(most)s
       FOR UPDATE SKIP LOCKED
), closed AS (
    UPDATE orders_order
       SET state = 'expired', closed_at = %(at)s, close_reason = 'not_paid_in_time'
      FROM due
     WHERE orders_order.business_id = due.business_id AND orders_order.id = due.id
), pieces AS MATERIALIZED (
    SELECT orders_line.business_id, orders_line.pool_id, sum(orders_line.quantity)::int AS quantity
      FROM due
      JOIN orders_line ON orders_line.business_id = due.business_id AND orders_line.order_id = due.id
     GROUP BY orders_line.business_id, orders_line.pool_id
), held AS MATERIALIZED (
    SELECT stock_pool.business_id, stock_pool.id
      FROM stock_pool
     WHERE (stock_pool.business_id, stock_pool.id) IN (SELECT business_id, pool_id FROM pieces)
     ORDER BY stock_pool.business_id, stock_pool.id
       FOR UPDATE
), returned AS (
    UPDATE stock_pool
       SET available = available + pieces.quantity
      FROM pieces
      JOIN held ON held.business_id = pieces.business_id AND held.id = pieces.pool_id
     WHERE stock_pool.business_id = held.business_id AND stock_pool.id = held.id
), claimed AS MATERIALIZED (
    SELECT orders_line.business_id, orders_line.claim_id AS id, sum(orders_line.quantity)::int AS pieces
      FROM due
      JOIN orders_line ON orders_line.business_id = due.business_id AND orders_line.order_id = due.id
     WHERE orders_line.claim_id IS NOT NULL
     GROUP BY orders_line.business_id, orders_line.claim_id
), held_claims AS MATERIALIZED (
    SELECT campaigns_claim.business_id, campaigns_claim.id
      FROM campaigns_claim
     WHERE (campaigns_claim.business_id, campaigns_claim.id) IN (SELECT business_id, id FROM claimed)
       -- After the pools: whoever writes a claim holds the pool of its line.
       AND (SELECT count(*) FROM held) >= 0
     ORDER BY campaigns_claim.business_id, campaigns_claim.id
       FOR UPDATE
), given_back AS (
    UPDATE campaigns_claim
       SET pieces = campaigns_claim.pieces - claimed.pieces
      FROM claimed
      JOIN held_claims ON held_claims.business_id = claimed.business_id AND held_claims.id = claimed.id
     WHERE campaigns_claim.business_id = held_claims.business_id AND campaigns_claim.id = held_claims.id
), told AS (
    INSERT INTO foundation_outboxevent (business_id, id, name, facts, happened_at, tries, retry_at, failure)
    SELECT business_id, gen_random_uuid(), 'orders.closed',
           jsonb_build_object('order', id, 'state', 'expired', 'reason', 'not_paid_in_time', 'was_paid', false),
           %(at)s, 0, %(at)s, ''
      FROM due
)
SELECT count(*) FROM due
