-- expire: close unpaid orders whose time is over; their pieces go back to pools and claims.
-- in     at timestamptz, most int
-- out    expired: how many orders
-- writes orders_order, stock_pool, campaigns_claim, foundation_outboxevent
-- locks  orders that nobody holds (a payment under way keeps its order), then pools, then claims, in (business_id, id) order
-- plan   partial index order_unpaid, then primary keys; what was locked is joined with nothing but its own table, for the planner
--        takes each of these lists for one row, and would compare all with all
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
    SELECT stock_pool.business_id, stock_pool.id, pieces.quantity
      FROM pieces
      JOIN stock_pool ON stock_pool.business_id = pieces.business_id AND stock_pool.id = pieces.pool_id
     ORDER BY stock_pool.business_id, stock_pool.id
       FOR UPDATE OF stock_pool
), returned AS (
    UPDATE stock_pool
       SET available = stock_pool.available + held.quantity
      FROM held
     WHERE stock_pool.business_id = held.business_id AND stock_pool.id = held.id
), claimed AS MATERIALIZED (
    SELECT orders_line.business_id, orders_line.claim_id AS id, sum(orders_line.quantity)::int AS pieces
      FROM due
      JOIN orders_line ON orders_line.business_id = due.business_id AND orders_line.order_id = due.id
     WHERE orders_line.claim_id IS NOT NULL
     GROUP BY orders_line.business_id, orders_line.claim_id
), held_claims AS MATERIALIZED (
    SELECT campaigns_claim.business_id, campaigns_claim.id, claimed.pieces
      FROM claimed
      JOIN campaigns_claim ON campaigns_claim.business_id = claimed.business_id AND campaigns_claim.id = claimed.id
       -- After the pools: whoever writes a claim holds the pool of its line.
     WHERE (SELECT count(*) FROM held) >= 0
     ORDER BY campaigns_claim.business_id, campaigns_claim.id
       FOR UPDATE OF campaigns_claim
), given_back AS (
    UPDATE campaigns_claim
       SET pieces = campaigns_claim.pieces - held_claims.pieces
      FROM held_claims
     WHERE campaigns_claim.business_id = held_claims.business_id AND campaigns_claim.id = held_claims.id
), told AS (
    INSERT INTO foundation_outboxevent (business_id, id, name, facts, happened_at, tries, retry_at, failure)
    SELECT business_id, gen_random_uuid(), 'orders.closed',
           jsonb_build_object('order', id, 'state', 'expired', 'reason', 'not_paid_in_time', 'was_paid', false),
           %(at)s, 0, %(at)s, ''
      FROM due
)
SELECT count(*) FROM due
