-- hold_allotments: lock allotments and the ordinary shelves of the same outlets, before return_allotments counts them.
-- in     business_ids uuid[], pool_ids uuid[]: same length, allotments
-- out    nothing of use
-- locks  all of them together, in (business_id, id) order, as the intake does
-- plan   primary keys, and the index by variant for the shelf of an outlet
SELECT pool.id
  FROM stock_pool AS pool
 WHERE (pool.business_id, pool.id) IN (
       SELECT a.business_id, a.id FROM unnest(%(business_ids)s::uuid[], %(pool_ids)s::uuid[]) AS a (business_id, id)
        UNION
       SELECT shelf.business_id, shelf.id
         FROM unnest(%(business_ids)s::uuid[], %(pool_ids)s::uuid[]) AS a (business_id, id)
         JOIN stock_pool AS allotment ON allotment.business_id = a.business_id AND allotment.id = a.id
         JOIN stock_pool AS shelf ON shelf.business_id = allotment.business_id AND shelf.variant_id = allotment.variant_id
                                 AND shelf.outlet_id = allotment.outlet_id AND shelf.campaign_id IS NULL)
 ORDER BY pool.business_id, pool.id
   FOR UPDATE OF pool
