-- order_answered: purchases nobody was told of, beyond the buyers who never got a clear answer: a refused or forged quote that was
--                 placed nevertheless, or one placed twice.
-- in     opened_at timestamptz
-- out    examined (purchases since the opening), wrong, examples
-- plan   one walk through purchases and answers
WITH unheard AS (
    SELECT purchase.id AS purchase
      FROM orders_purchase AS purchase
     WHERE purchase.placed_at >= %(opened_at)s
       AND NOT EXISTS (SELECT FROM rehearsal_heard AS heard
                        WHERE heard.business_id = purchase.business_id AND heard.purchase_id = purchase.id)
), unsure AS (
    -- Whoever was answered clearly later on is not unsure any more.
    SELECT count(*) AS baskets
      FROM (SELECT basket FROM rehearsal_heard GROUP BY basket HAVING bool_and(told = 'unsure')) AS never
)
SELECT (SELECT count(*) FROM orders_purchase WHERE placed_at >= %(opened_at)s),
       greatest((SELECT count(*) FROM unheard) - (SELECT baskets FROM unsure), 0),
       (SELECT jsonb_agg(to_jsonb(example)) FROM (SELECT * FROM unheard ORDER BY purchase LIMIT 5) AS example)
