-- sales_of_year: goods paid for since a moment, by seller and currency, of some of the sellers.
-- in     since timestamptz, parts int, part int
-- out    business_id, currency, goods
SELECT o.business_id, o.currency, sum(o.goods)
  FROM orders_order o
 WHERE o.paid_at >= %(since)s
   AND (uuid_hash(o.business_id) & 2147483647) %% %(parts)s = %(part)s
 GROUP BY 1, 2
