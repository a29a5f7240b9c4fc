-- paid_since: paid orders with an id from one on: the first of them, its moment, and how many they are.
-- in     first uuid (ids are ordered by time), paid_since timestamptz: an hour before its moment, for clocks that differ
-- out    id, moment (null when there are none), number
-- plan   order_paid (BRIN): nobody pays for an order before it has its id. IS TRUE keeps the primary key out of it: ids stand second there,
--        and all of it would be read
SELECT (min(o.id::text))::uuid, min(o.placed_at), count(*)
  FROM orders_order o
 WHERE (o.id >= %(first)s) IS TRUE AND o.paid_at >= %(paid_since)s
