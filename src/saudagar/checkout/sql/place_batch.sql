-- place_batch: call checkout_place with one batch.
SELECT purchase, outcome, line, left_pieces FROM checkout_place(
    %(pool_businesses)s::uuid[], %(pool_ids)s::uuid[], %(pool_pieces)s::int[],
    %(claim_businesses)s::uuid[], %(claim_ids)s::uuid[], %(claim_mosts)s::int[],
    %(purchases)s::checkout_purchase[], %(orders)s::checkout_order[], %(lines)s::checkout_line[],
    %(purchase_ends)s::int[], %(line_pools)s::int[], %(line_claims)s::int[], %(line_pieces)s::int[],
    %(event_id)s::uuid, %(moment)s::timestamptz
)
