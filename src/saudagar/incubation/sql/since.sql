-- since: the id and the moment from which on the last paid orders begin, and how many they are.
-- in     most int
-- out    id, moment (null when there are none), number
SELECT (min(last.id::text))::uuid, min(last.placed_at), count(*)
  FROM (SELECT id, placed_at FROM orders_order WHERE paid_at IS NOT NULL ORDER BY id DESC LIMIT %(most)s) AS last
