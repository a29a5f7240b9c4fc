-- hold: lock payments and the orders they are to pay, and read what judging them needs.
-- in     business_ids uuid[], ids uuid[]: same length, distinct, sorted
-- out    one row per payment and order: place (of the payment, from 1), purchase_id, gateway, state, amount, currency, gateway_reference;
--        order_business_id, order_state, order_total, order_currency, was_paid
-- locks  payments in (business_id, id) order, then orders in (business_id, id) order, and nothing else: whoever holds an order (an
--        expiry, a cancellation) never waits for a payment. What was waited for is read as it stands then.
-- plan   primary keys only
WITH held AS MATERIALIZED (
    SELECT asked.place, payment.business_id, payment.id, payment.purchase_id, payment.order_business_ids, payment.gateway, payment.state,
           payment.amount, payment.currency, payment.gateway_reference
      FROM unnest(%(business_ids)s::uuid[], %(ids)s::uuid[]) WITH ORDINALITY AS asked (business_id, id, place)
      JOIN payments_payment AS payment ON payment.business_id = asked.business_id AND payment.id = asked.id
     ORDER BY payment.business_id, payment.id
       FOR NO KEY UPDATE OF payment
)
SELECT held.place, held.purchase_id, held.gateway, held.state, held.amount, held.currency, held.gateway_reference,
       orders_order.business_id, orders_order.state, orders_order.total, orders_order.currency, orders_order.paid_at IS NOT NULL
  FROM held
 CROSS JOIN LATERAL unnest(held.order_business_ids) AS seller (business_id)
  JOIN orders_order ON orders_order.business_id = seller.business_id AND orders_order.id = held.purchase_id
 ORDER BY orders_order.business_id, orders_order.id
   FOR NO KEY UPDATE OF orders_order
