-- orders_to_replay: paid orders of some of the sellers, packed as they were kept.
-- in     since uuid (ids are ordered by time), parts int, part int: sellers are dealt out by the hash of their id
-- out    business_id, customs, province of the seat ('' when it is not known)
-- plan   one Seq Scan of orders for each part; nothing is sorted
SELECT o.business_id, o.customs, coalesce(left(b.area_id, 2), '')
  FROM orders_order o
  JOIN registry_business b ON b.id = o.business_id
 WHERE o.id >= %(since)s
   AND o.paid_at IS NOT NULL
   AND (uuid_hash(o.business_id) & 2147483647) %% %(parts)s = %(part)s
