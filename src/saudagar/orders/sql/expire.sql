-- expire: close unpaid orders whose time is over and return their pieces to the pools they were taken from.
-- in     at timestamptz, most int
-- out    expired: how many orders
-- writes orders_order, stock_pool, foundation_outboxevent
-- locks  orders that nobody holds (a payment under way keeps its order), then pools in (business_id, id) order
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
), told AS (
    INSERT INTO foundation_outboxevent (business_id, id, name, facts, happened_at, tries, retry_at, failure)
    SELECT business_id, gen_random_uuid(), 'orders.closed',
           jsonb_build_object('order', id, 'state', 'expired', 'reason', 'not_paid_in_time', 'was_paid', false),
           %(at)s, 0, %(at)s, ''
      FROM due
)
SELECT count(*) FROM due
