-- sales_of_year: sellers whose goods paid for since a moment are worth more than so much.
-- in     since timestamptz; currencies text[], factors float8[]: what one minor unit of each is worth; above float8
-- out    business_id, worth
-- plan   once for a whole replay, not for each part: order_paid (BRIN) where a year is a small part of all orders, else one Seq Scan on all
--        cores. Of 300,000 orders of 690 days: a year 186 ms, a month 18 (PG 18, 2 busy cores, 2026-11)
SELECT sold.business_id, sum(sold.goods * rated.factor)
  FROM (SELECT o.business_id, o.currency, sum(o.goods) AS goods
          FROM orders_order o
         WHERE o.paid_at >= %(since)s
         GROUP BY 1, 2) AS sold
  JOIN unnest(%(currencies)s::text[], %(factors)s::float8[]) AS rated (currency, factor) ON rated.currency = sold.currency
 GROUP BY 1
HAVING sum(sold.goods * rated.factor) > %(above)s
