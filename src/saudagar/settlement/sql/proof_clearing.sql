-- proof_clearing: what gateways still owe us by the books, against payments captured and refunds paid that no settlement file named.
-- in     most int
-- out    one row per currency (business_id null): clearing, unsettled, wrong (businesses that differ);
--        then the businesses that differ: business_id, currency, clearing, unsettled, 0
-- plan   one walk through entries, payments and refunds, joined on (business_id, currency): inside one shard group on a cluster
WITH clearing AS (
    SELECT business_id, currency, sum(amount)::bigint AS clearing
      FROM ledger_entry
     WHERE account = 'gateway_clearing'
     GROUP BY business_id, currency
), moved AS (
    SELECT business_id, currency, amount FROM payments_payment WHERE state = 'captured' AND settled_at IS NULL
    UNION ALL
    SELECT business_id, currency, -amount FROM payments_refund WHERE state = 'paid' AND settled_at IS NULL
), unsettled AS (
    SELECT business_id, currency, sum(amount)::bigint AS unsettled FROM moved GROUP BY business_id, currency
), compared AS (
    SELECT business_id, currency, coalesce(clearing, 0) AS clearing, coalesce(unsettled, 0) AS unsettled
      FROM clearing FULL JOIN unsettled USING (business_id, currency)
)
SELECT NULL::uuid, currency, sum(clearing)::bigint, sum(unsettled)::bigint, count(*) FILTER (WHERE clearing <> unsettled)
  FROM compared
 GROUP BY currency
UNION ALL
(SELECT business_id, currency, clearing, unsettled, 0
   FROM compared
  WHERE clearing <> unsettled
  ORDER BY business_id, currency
  LIMIT %(most)s)
