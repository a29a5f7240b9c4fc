-- orders_paid_between: orders paid between two moments, packed as they were kept.
-- in     since timestamptz, until timestamptz
-- out    business_id, customs, placed_at
-- plan   order_paid (BRIN); ten minutes of 160,000 orders that changed state six times each: 0.2 ms, a Seq Scan 188 ms (PG 18, 2 cores, 2026-11)
SELECT o.business_id, o.customs, o.placed_at
  FROM orders_order o
 WHERE o.paid_at >= %(since)s AND o.paid_at < %(until)s
