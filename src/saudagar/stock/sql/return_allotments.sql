-- return_allotments: what is left in allotments goes back to the ordinary shelf of the same outlet.
-- in     business_ids uuid[], pool_ids uuid[]: same length, allotments; at timestamptz
-- out    pieces: how many went back
-- writes stock_pool, stock_movement (one for each side)
-- locks  none of its own: hold_allotments has them. A statement of its own, for it must count what is there once nobody else can
--        change it; one statement would count with eyes it had before it waited.
-- plan   primary keys, and the index by variant for the shelf of an outlet
WITH gone AS MATERIALIZED (
    SELECT DISTINCT allotment.business_id, allotment.id, shelf.id AS shelf_id, allotment.available AS pieces
      FROM unnest(%(business_ids)s::uuid[], %(pool_ids)s::uuid[]) AS a (business_id, id)
      JOIN stock_pool AS allotment ON allotment.business_id = a.business_id AND allotment.id = a.id AND allotment.campaign_id IS NOT NULL
      JOIN stock_pool AS shelf ON shelf.business_id = allotment.business_id AND shelf.variant_id = allotment.variant_id
                              AND shelf.outlet_id = allotment.outlet_id AND shelf.campaign_id IS NULL
     WHERE allotment.available > 0
), change AS MATERIALIZED (
    SELECT business_id, id, -pieces AS pieces FROM gone
     UNION ALL
    SELECT business_id, shelf_id, sum(pieces)::int FROM gone GROUP BY business_id, shelf_id
), written AS (
    UPDATE stock_pool
       SET available = stock_pool.available + change.pieces
      FROM change
     WHERE stock_pool.business_id = change.business_id AND stock_pool.id = change.id
), told AS (
    INSERT INTO stock_movement (business_id, id, pool_id, pieces, reason, note, by_user, moved_at)
    SELECT business_id, gen_random_uuid(), id, pieces, 'campaign', '', NULL, %(at)s
      FROM change
)
SELECT coalesce(sum(pieces), 0) FROM gone
