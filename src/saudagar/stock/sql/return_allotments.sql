-- return_allotments: what is left in allotments goes back to the ordinary shelf of the same outlet.
-- in     business_ids uuid[], pool_ids uuid[]: same length, allotments; at timestamptz
-- out    pieces: how many went back
-- writes stock_pool, stock_movement (one for each side)
-- locks  allotments and shelves together, in (business_id, id) order, as the intake does
-- plan   primary keys, and pool_once for the shelf of a variant at an outlet
WITH asked AS MATERIALIZED (
    SELECT DISTINCT allotment.business_id, allotment.id, shelf.id AS shelf_id
      FROM unnest(%(business_ids)s::uuid[], %(pool_ids)s::uuid[]) AS a (business_id, id)
      JOIN stock_pool AS allotment ON allotment.business_id = a.business_id AND allotment.id = a.id AND allotment.campaign_id IS NOT NULL
      JOIN stock_pool AS shelf ON shelf.business_id = allotment.business_id AND shelf.variant_id = allotment.variant_id
                              AND shelf.outlet_id = allotment.outlet_id AND shelf.campaign_id IS NULL
), held AS MATERIALIZED (
    SELECT stock_pool.business_id, stock_pool.id, stock_pool.available
      FROM stock_pool
     WHERE (stock_pool.business_id, stock_pool.id) IN (SELECT business_id, id FROM asked UNION SELECT business_id, shelf_id FROM asked)
     ORDER BY stock_pool.business_id, stock_pool.id
       FOR UPDATE
), gone AS MATERIALIZED (
    -- Counted under the lock: an order placed meanwhile has taken its pieces.
    SELECT asked.business_id, asked.id, asked.shelf_id, held.available AS pieces
      FROM asked
      JOIN held ON held.business_id = asked.business_id AND held.id = asked.id
     WHERE held.available > 0
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
