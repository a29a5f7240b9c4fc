-- keep: how ready products and businesses are, in place of what was known before.
-- in     rows of one length: business_ids uuid[], ids uuid[], product_ids uuid[] (null: the business), scores int[], confidences int[],
--        parts text[] (json), steps text[] (json); day date
-- out    nothing
INSERT INTO programme_readiness (business_id, id, product_id, day, score_tenths, confidence_tenths, parts, steps)
SELECT row.business_id, row.id, row.product_id, %(day)s, row.score, row.confidence, row.parts::jsonb, row.steps::jsonb
  FROM unnest(%(business_ids)s::uuid[], %(ids)s::uuid[], %(product_ids)s::uuid[], %(scores)s::int[], %(confidences)s::int[],
              %(parts)s::text[], %(steps)s::text[]) AS row (business_id, id, product_id, score, confidence, parts, steps)
    ON CONFLICT (business_id, product_id) DO UPDATE
   SET day = EXCLUDED.day, score_tenths = EXCLUDED.score_tenths, confidence_tenths = EXCLUDED.confidence_tenths,
       parts = EXCLUDED.parts, steps = EXCLUDED.steps
