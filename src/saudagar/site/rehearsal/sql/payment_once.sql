-- payment_once: captured payments whose share for an order is not exactly one thing: the order paid, or the money owed back.
-- out    examined (shares of captured payments), wrong (orders), examples
-- same   payments.actions._capture: the first payment pays the order, a later or late one is owed back; a refund for a cancelled
--        order is of an order that was paid
-- plan   one walk through payments, refunds and orders
WITH captured AS (
    SELECT share AS business_id, purchase_id AS id, count(*) AS times, sum(amount) AS amount
      FROM payments_payment, unnest(order_business_ids) AS share
     WHERE state = 'captured'
     GROUP BY share, purchase_id
), owed_back AS (
    SELECT order_business_id AS business_id, order_id AS id, count(*) AS times
      FROM payments_refund
     WHERE reason IN ('late', 'twice')
     GROUP BY order_business_id, order_id
), paid AS (
    SELECT business_id, id, 1 AS times FROM orders_order WHERE paid_at IS NOT NULL
), judged AS (
    SELECT id AS "order", coalesce(captured.times, 0) AS captured, coalesce(paid.times, 0) AS paid, coalesce(owed_back.times, 0) AS owed_back
      FROM captured
      FULL JOIN paid USING (business_id, id)
      FULL JOIN owed_back USING (business_id, id)
)
SELECT coalesce(sum(captured), 0)::bigint, count(*) FILTER (WHERE captured <> paid + owed_back),
       (SELECT jsonb_agg(to_jsonb(example)) FROM (SELECT * FROM judged WHERE captured <> paid + owed_back ORDER BY "order" LIMIT 5) AS example)
  FROM judged
