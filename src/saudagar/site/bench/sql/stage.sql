-- stage: sellers with stock, each with so many products, one variant, pool and live listing of each.
-- in     businesses uuid[]; listings int: per business; pieces int: in each pool; area text; price bigint; moment timestamptz;
--        tick bigint: `foundation.ids` counts time in these; all ids made here carry this one
-- out    business_id, id: one row per listing, which is also the id of its product, variant, pool and movement
-- writes registry_business, registry_outlet, catalogue_product, catalogue_producttext, catalogue_variant, stock_pool,
--        stock_movement, markets_listing
-- plan   inserts of whole sets; the checks of foreign keys cost most: 100,000 listings of 2,000 sellers take about 10 s
WITH seller AS (
    INSERT INTO registry_business (id, name, legal_form, state, state_reason, area_id, about, emblem, is_vat_registered, created_at)
    SELECT id, 'Kopi Uji ' || place, '', 'verified', '', %(area)s, '{}', '', false, %(moment)s
      FROM unnest(%(businesses)s::uuid[]) WITH ORDINALITY AS given (id, place)
    RETURNING id
), thing AS MATERIALIZED (
    -- A thing's id: 38 bits of time, 29 bits that are random elsewhere and counted here, laid into a UUID of version 8.
    SELECT seller.id AS business_id, place,
           (lpad(to_hex(%(tick)s::bigint << 10), 12, '0') || '8' || lpad(to_hex(place >> 7), 3, '0')
            || lpad(to_hex(128 | ((place & 127) >> 1)), 2, '0') || CASE place & 1 WHEN 1 THEN '80' ELSE '00' END
            || '000000000000')::uuid AS id
      FROM seller CROSS JOIN generate_series(1, %(listings)s::int) AS place
), outlet AS (
    INSERT INTO registry_outlet (business_id, id, name, kind, country, area_id, address, postal_code, is_dispatch)
    SELECT business_id, id, 'Gudang', 'warehouse', 'ID', %(area)s, '', '', true FROM thing WHERE place = 1
    RETURNING business_id, id
), product AS (
    INSERT INTO catalogue_product (business_id, id, state, hs_code, origin, traits, brand, updated_at)
    SELECT business_id, id, 'ready', '090121', 'ID', '{}', '', %(moment)s FROM thing
), words AS (
    INSERT INTO catalogue_producttext (business_id, id, product_id, language, title, description, keywords)
    SELECT business_id, id, id, 'id', 'Kopi Uji ' || place, '', '' FROM thing
), variant AS (
    INSERT INTO catalogue_variant (business_id, id, product_id, sku, gtin, names, price, net_grams, gross_grams,
                                   length_mm, width_mm, height_mm, position, is_retired)
    SELECT business_id, id, id, 'UJI-' || place, '', '{}', %(price)s, 250, 270, 0, 0, 0, 0, false FROM thing
), pool AS (
    INSERT INTO stock_pool (business_id, id, variant_id, outlet_id, country, available)
    SELECT thing.business_id, thing.id, thing.id, outlet.id, 'ID', %(pieces)s FROM thing JOIN outlet USING (business_id)
), movement AS (
    INSERT INTO stock_movement (business_id, id, pool_id, pieces, reason, note, moved_at)
    SELECT business_id, id, id, %(pieces)s, 'receipt', '', %(moment)s FROM thing
)
INSERT INTO markets_listing (business_id, id, variant_id, market_id, state, state_reason, price, is_price_by_hand, live_at)
SELECT business_id, id, id, 'id', 'live', '', %(price)s, false, %(moment)s FROM thing
RETURNING business_id, id
