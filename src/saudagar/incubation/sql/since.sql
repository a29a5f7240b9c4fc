-- since: the id from which on the last paid orders begin, and how many they are.
-- in     most int
-- out    id (null when there are none), number
SELECT (min(last.id::text))::uuid, count(*)
  FROM (SELECT id FROM orders_order WHERE paid_at IS NOT NULL ORDER BY id DESC LIMIT %(most)s) AS last
