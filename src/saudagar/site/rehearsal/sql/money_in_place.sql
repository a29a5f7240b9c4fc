-- money_in_place: what lies in escrow is what paid orders cost, what is owed back is what refunds say, what gateways owe us is what
--                 they captured and did not settle yet.
-- in     in_escrow text[]: states of orders whose money lies in escrow
-- out    examined (orders, refunds and sellers compared), wrong, examples
-- same   settlement/sql/proof_escrow.sql, proof_clearing.sql
-- plan   one walk through entries, orders, payments and refunds
WITH escrow AS (
    SELECT business_id, order_id AS about, currency, -sum(amount)::bigint AS held
      FROM ledger_entry WHERE account = 'escrow' GROUP BY business_id, order_id, currency HAVING sum(amount) <> 0
), of_orders AS (
    SELECT business_id, id AS about, currency, total AS owed FROM orders_order WHERE state = ANY (%(in_escrow)s::text[])
), back AS (
    SELECT business_id, order_id AS about, currency, -sum(amount)::bigint AS held
      FROM ledger_entry WHERE account = 'refund_payable' GROUP BY business_id, order_id, currency HAVING sum(amount) <> 0
), of_refunds AS (
    SELECT order_business_id AS business_id, order_id AS about, currency, sum(amount)::bigint AS owed
      FROM payments_refund WHERE state <> 'paid' GROUP BY order_business_id, order_id, currency
), clearing AS (
    SELECT business_id, business_id AS about, currency, sum(amount)::bigint AS held
      FROM ledger_entry WHERE account = 'gateway_clearing' GROUP BY business_id, currency HAVING sum(amount) <> 0
), moved AS (
    SELECT business_id, currency, amount FROM payments_payment WHERE state = 'captured' AND settled_at IS NULL
    UNION ALL
    SELECT refund.business_id, refund.currency, refund.amount
      FROM payments_refund AS refund
      JOIN payments_payment AS payment ON payment.business_id = refund.business_id AND payment.id = refund.payment_id
     WHERE refund.reason = 'mismatched' AND payment.settled_at IS NULL
    UNION ALL
    SELECT business_id, currency, -amount FROM payments_refund WHERE state = 'paid' AND settled_at IS NULL
), of_gateways AS (
    SELECT business_id, business_id AS about, currency, sum(amount)::bigint AS owed FROM moved GROUP BY business_id, currency
), judged AS (
    SELECT 'escrow' AS account, about, currency, coalesce(held, 0) AS held, coalesce(owed, 0) AS owed
      FROM escrow FULL JOIN of_orders USING (business_id, about, currency)
    UNION ALL
    SELECT 'refund_payable', about, currency, coalesce(held, 0), coalesce(owed, 0)
      FROM back FULL JOIN of_refunds USING (business_id, about, currency)
    UNION ALL
    SELECT 'gateway_clearing', about, currency, coalesce(held, 0), coalesce(owed, 0)
      FROM clearing FULL JOIN of_gateways USING (business_id, about, currency)
)
SELECT count(*), count(*) FILTER (WHERE held <> owed),
       (SELECT jsonb_agg(to_jsonb(example)) FROM (SELECT * FROM judged WHERE held <> owed ORDER BY account, about LIMIT 5) AS example)
  FROM judged
