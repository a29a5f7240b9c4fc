-- owed_before: shares of these payments that are owed back already. Asked while the payments are held.
-- in     business_ids uuid[], ids uuid[]: same length
-- out    business_id, payment_id, order_business_id
SELECT refund.business_id, refund.payment_id, refund.order_business_id
  FROM unnest(%(business_ids)s::uuid[], %(ids)s::uuid[]) AS asked (business_id, id)
  JOIN payments_refund AS refund ON refund.business_id = asked.business_id AND refund.payment_id = asked.id
