-- proof_escrow: what lies in escrow against the orders that are paid and not released, order by order.
-- in     most int: how many wrong rows are wanted
-- out    one row per currency (business_id and order_id null): held, owed, wrong (orders that differ);
--        then the orders that differ: business_id, order_id, currency, held, owed, state
-- same   orders.rules.IN_ESCROW
-- plan   one walk through entries and orders, joined on (business_id, order): both come from one instant on one machine,
--        and stay inside one shard group on a cluster
WITH held AS (
    SELECT business_id, order_id, currency, -sum(amount)::bigint AS held
      FROM ledger_entry
     WHERE account = 'escrow'
     GROUP BY business_id, order_id, currency
    HAVING sum(amount) <> 0
), owed AS (
    SELECT business_id, id AS order_id, currency, total AS owed
      FROM orders_order
     WHERE state = ANY (%(states)s::text[])
), compared AS (
    SELECT business_id, order_id, currency, coalesce(held, 0) AS held, coalesce(owed, 0) AS owed
      FROM held FULL JOIN owed USING (business_id, order_id, currency)
)
SELECT NULL::uuid, NULL::uuid, currency, sum(held)::bigint, sum(owed)::bigint, count(*) FILTER (WHERE held <> owed) AS wrong
  FROM compared
 GROUP BY currency
UNION ALL
(SELECT business_id, order_id, currency, held, owed, 0
   FROM compared
  WHERE held <> owed
  ORDER BY business_id, order_id
  LIMIT %(most)s)
