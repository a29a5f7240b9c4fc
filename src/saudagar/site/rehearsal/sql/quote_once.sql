-- quote_once: quotes that became more than one purchase, by the database (one id, two homes) or by what buyers were told (two
--             purchases for one quote, one purchase for two quotes, told twice that it is new).
-- out    examined (quotes that became a purchase), wrong, examples
-- plan   one walk through purchases placed since the opening and through the answers
WITH told AS (
    SELECT basket, business_id, purchase_id, told FROM rehearsal_heard WHERE told IN ('first', 'again')
), became_two AS (
    SELECT basket FROM told GROUP BY basket HAVING count(DISTINCT purchase_id) > 1
), judged AS (
    SELECT purchase_id AS purchase,
           count(DISTINCT basket) > 1 OR count(*) FILTER (WHERE told = 'first') > 1 OR count(DISTINCT business_id) > 1
           OR bool_or(basket IN (SELECT basket FROM became_two)) AS is_wrong
      FROM told
     GROUP BY purchase_id
     UNION ALL
    SELECT id, true FROM orders_purchase GROUP BY id HAVING count(*) > 1
)
SELECT count(DISTINCT purchase), count(DISTINCT purchase) FILTER (WHERE is_wrong),
       (SELECT jsonb_agg(DISTINCT to_jsonb(example) - 'is_wrong') FROM (SELECT * FROM judged WHERE is_wrong ORDER BY purchase LIMIT 5) AS example)
  FROM judged
