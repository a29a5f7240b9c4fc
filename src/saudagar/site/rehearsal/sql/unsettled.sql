-- unsettled: how much of the rehearsal is still on its way: events, unpaid orders, payments to be asked about now, refunds to send.
-- in     opened_at, at timestamptz
-- out    number
SELECT (SELECT count(*) FROM foundation_outboxevent)
     + (SELECT count(*) FROM orders_order WHERE state = 'awaiting_payment' AND placed_at >= %(opened_at)s)
     + (SELECT count(*) FROM payments_payment WHERE next_check_at <= %(at)s AND started_at >= %(opened_at)s)
     + (SELECT count(*) FROM payments_refund WHERE retry_at <= %(at)s AND owed_at >= %(opened_at)s)
