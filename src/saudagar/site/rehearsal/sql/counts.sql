-- counts: what the rehearsal came to, in numbers.
-- in     opened_at timestamptz
-- out    orders placed, of these expired, paid or further; payments captured; refunds owed; of these paid back
SELECT (SELECT count(*) FROM orders_order WHERE placed_at >= %(opened_at)s),
       (SELECT count(*) FROM orders_order WHERE placed_at >= %(opened_at)s AND state = 'expired'),
       (SELECT count(*) FROM orders_order WHERE placed_at >= %(opened_at)s AND paid_at IS NOT NULL),
       (SELECT count(*) FROM payments_payment WHERE captured_at >= %(opened_at)s),
       (SELECT count(*) FROM payments_refund WHERE owed_at >= %(opened_at)s),
       (SELECT count(*) FROM payments_refund WHERE owed_at >= %(opened_at)s AND state = 'paid')
