-- place_batch: call checkout_place with one batch.
SELECT outcome, short_line, left_pieces FROM checkout_place(
    %(pool_businesses)s::uuid[], %(pool_ids)s::uuid[],
    %(purchase_ids)s::uuid[], %(purchase_homes)s::uuid[], %(purchase_markets)s::text[], %(purchase_currencies)s::text[],
    %(purchase_totals)s::bigint[], %(purchase_languages)s::text[], %(purchase_buyers)s::uuid[], %(purchase_methods)s::text[],
    %(purchase_pay_minutes)s::int[], %(purchase_end)s::int[],
    %(purchase_first_order)s::int[], %(purchase_last_order)s::int[],
    %(order_purchases)s::int[], %(order_businesses)s::uuid[], %(order_markets)s::text[], %(order_currencies)s::text[],
    %(order_languages)s::text[], %(order_amounts)s::bigint[], %(order_services)s::text[],
    %(order_countries)s::text[], %(order_towns)s::text[], %(order_buyers)s::bytea[], %(order_customs)s::text[],
    %(line_orders)s::int[], %(line_pools)s::int[], %(line_ids)s::uuid[], %(line_listings)s::uuid[], %(line_variants)s::uuid[],
    %(line_skus)s::text[], %(line_titles)s::text[], %(line_quantities)s::int[], %(line_prices)s::bigint[],
    %(line_totals)s::bigint[], %(line_places)s::int[],
    %(moment)s::timestamptz
)
