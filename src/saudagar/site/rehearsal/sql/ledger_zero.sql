-- ledger_zero: postings that do not sum to zero in a currency, and currencies whose books do not, or whose sellers' books do not meet.
-- out    examined (postings), wrong, examples
-- plan   one walk through the entries
WITH of_posting AS (
    SELECT posting_id::text AS what, currency, sum(amount) AS sum FROM ledger_entry GROUP BY business_id, posting_id, currency HAVING sum(amount) <> 0
), of_currency AS (
    SELECT 'all'::text AS what, currency, sum(amount) AS sum FROM ledger_entry GROUP BY currency HAVING sum(amount) <> 0
), between AS (
    SELECT 'inter_business'::text AS what, currency, sum(amount) AS sum
      FROM ledger_entry WHERE account = 'inter_business' GROUP BY currency HAVING sum(amount) <> 0
), judged AS (
    SELECT * FROM of_posting UNION ALL SELECT * FROM of_currency UNION ALL SELECT * FROM between
)
SELECT (SELECT count(*) FROM ledger_posting), count(*),
       (SELECT jsonb_agg(to_jsonb(example)) FROM (SELECT * FROM judged ORDER BY what LIMIT 5) AS example)
  FROM judged
