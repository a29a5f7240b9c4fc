-- purchases_at: many rows by their keys, whoever they belong to.
-- in     business_ids uuid[], ids uuid[]: same length
-- out    whole rows
-- plan   primary key only
SELECT found.*
  FROM unnest(%(business_ids)s::uuid[], %(ids)s::uuid[]) AS asked (business_id, id)
  JOIN orders_purchase AS found ON found.business_id = asked.business_id AND found.id = asked.id
