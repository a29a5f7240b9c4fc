-- purchase_whole: purchases without all of their orders, orders without purchase, without lines, or whose lines do not add up.
-- out    examined (purchases and orders), wrong, examples
-- plan   one walk through purchases, orders and lines
WITH of_purchase AS (
    SELECT purchase.id AS thing, 'purchase' AS kind,
           count(o.id) <> cardinality(purchase.order_business_ids) OR coalesce(sum(o.total), 0) <> purchase.total AS is_wrong
      FROM orders_purchase AS purchase
      LEFT JOIN orders_order AS o
             ON o.id = purchase.id AND o.purchase_business_id = purchase.business_id AND o.business_id = ANY (purchase.order_business_ids)
     GROUP BY purchase.business_id, purchase.id
), of_order AS (
    SELECT o.id AS thing, 'order' AS kind, bool_or(purchase.id IS NULL) OR coalesce(sum(line.total), -1) <> o.goods AS is_wrong
      FROM orders_order AS o
      LEFT JOIN orders_purchase AS purchase ON purchase.business_id = o.purchase_business_id AND purchase.id = o.id
      LEFT JOIN orders_line AS line ON line.business_id = o.business_id AND line.order_id = o.id
     GROUP BY o.business_id, o.id
), judged AS (
    SELECT * FROM of_purchase UNION ALL SELECT * FROM of_order
)
SELECT count(*), count(*) FILTER (WHERE is_wrong),
       (SELECT jsonb_agg(to_jsonb(example) - 'is_wrong') FROM (SELECT * FROM judged WHERE is_wrong ORDER BY thing LIMIT 5) AS example)
  FROM judged
