-- orders_between: paid orders placed between two moments, packed as they were kept.
-- in     since timestamptz, until timestamptz
-- out    business_id, customs, market, placed_at, currency, goods, total
-- plan   order_paid (BRIN): nobody pays before the order is placed; an hour is for clocks that differ
SELECT o.business_id, o.customs, o.market_code, o.placed_at, o.currency, o.goods, o.total
  FROM orders_order o
 WHERE o.placed_at >= %(since)s AND o.placed_at < %(until)s
   AND o.paid_at >= %(since)s::timestamptz - interval '1 hour'
