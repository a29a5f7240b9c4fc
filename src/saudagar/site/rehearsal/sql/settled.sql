-- settled: what is still on its way: events not heard, orders of the rehearsal past their time to pay, notices the bank could not bring.
-- in     opened_at, at timestamptz; notices_waiting int
-- out    examined (orders since the opening), wrong, examples
-- plan   outbox, partial index order_unpaid
WITH waiting AS (
    SELECT name AS what, count(*) AS number, max(right(rtrim(failure, E'\n'), 200)) AS failure FROM foundation_outboxevent GROUP BY name
    UNION ALL
    SELECT 'awaiting_payment', count(*), '' FROM orders_order
     WHERE state = 'awaiting_payment' AND pay_by <= %(at)s AND placed_at >= %(opened_at)s HAVING count(*) > 0
    UNION ALL
    SELECT 'notices', %(notices_waiting)s::bigint, '' WHERE %(notices_waiting)s::bigint > 0
)
SELECT (SELECT count(*) FROM orders_order WHERE placed_at >= %(opened_at)s), coalesce(sum(number), 0)::bigint,
       (SELECT jsonb_agg(to_jsonb(example)) FROM (SELECT * FROM waiting ORDER BY what LIMIT 5) AS example)
  FROM waiting
