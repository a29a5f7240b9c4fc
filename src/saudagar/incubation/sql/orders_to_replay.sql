-- orders_to_replay: paid orders of some of the sellers, packed as they were kept.
-- in     since uuid (ids are ordered by time), paid_since timestamptz: an hour before the moment of that id, for clocks that differ;
--        parts int, part int: sellers are dealt out by the hash of their id
-- out    business_id, customs, province of the seat ('' when it is not known)
-- plan   order_paid (BRIN) where they are a small part of all orders, else one Seq Scan for each part; nothing is sorted
SELECT o.business_id, o.customs, coalesce(left(b.area_id, 2), '')
  FROM orders_order o
  JOIN registry_business b ON b.id = o.business_id
 WHERE (o.id >= %(since)s) IS TRUE
   AND o.paid_at >= %(paid_since)s
   AND (uuid_hash(o.business_id) & 2147483647) %% %(parts)s = %(part)s
