-- receive: many variants come in at one outlet; a shelf that was not there is made.
-- in     business_id uuid, outlet_id uuid; variant_ids uuid[], pieces int[], pool_ids uuid[], movement_ids uuid[]: same length, a variant
--        once; the ids are used for what has to be made
--        note text, by_user uuid, at timestamptz
-- out    pool_id, available
-- locks  the pools, in id order: those there are locked before any is written
WITH place AS (
    SELECT id, country FROM registry_outlet WHERE business_id = %(business_id)s AND id = %(outlet_id)s
), came AS (
    SELECT c.variant_id, c.pieces, c.pool_id, c.movement_id
      FROM unnest(%(variant_ids)s::uuid[], %(pieces)s::int[], %(pool_ids)s::uuid[], %(movement_ids)s::uuid[]) AS c (variant_id, pieces, pool_id, movement_id)
      JOIN catalogue_variant ON catalogue_variant.business_id = %(business_id)s AND catalogue_variant.id = c.variant_id
), held AS MATERIALIZED (
    SELECT id, variant_id FROM stock_pool
     WHERE business_id = %(business_id)s AND outlet_id = %(outlet_id)s AND campaign_id IS NULL AND variant_id = ANY (%(variant_ids)s::uuid[])
     ORDER BY id FOR UPDATE
), shelved AS (
    INSERT INTO stock_pool (business_id, id, variant_id, outlet_id, country, campaign_id, available)
    SELECT %(business_id)s, COALESCE(held.id, came.pool_id), came.variant_id, place.id, place.country, NULL, came.pieces
      FROM came
     CROSS JOIN place
      LEFT JOIN held ON held.variant_id = came.variant_id
     ORDER BY 2
        ON CONFLICT (business_id, variant_id, outlet_id, campaign_id) DO UPDATE SET available = stock_pool.available + EXCLUDED.available
    RETURNING id, variant_id, available
), told AS (
    INSERT INTO stock_movement (business_id, id, pool_id, pieces, reason, note, by_user, moved_at)
    SELECT %(business_id)s, came.movement_id, shelved.id, came.pieces, 'receipt', %(note)s, %(by_user)s, %(at)s
      FROM shelved
      JOIN came ON came.variant_id = shelved.variant_id
)
SELECT id, available FROM shelved
