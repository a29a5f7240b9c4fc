-- quote_lines: everything the price of some listings depends on.
-- in     business_ids uuid[], listing_ids uuid[]: same length; market text; language text; dispatch text
-- out    one row per listing that is live in the market and whose seller may sell; available is 0 where no pool has pieces
-- reads  markets_listing, catalogue_variant, catalogue_product, catalogue_producttext, registry_business, registry_outlet, stock_pool
-- plan   primary keys and the index by variant only
SELECT listing.business_id, listing.id, listing.price, variant.id, variant.sku, coalesce(words.title, variant.sku),
       product.hs_code, product.origin, variant.net_grams, variant.gross_grams,
       variant.length_mm, variant.width_mm, variant.height_mm,
       business.name, business.is_vat_registered, pool.id, coalesce(pool.available, 0), coalesce(pool.area_id, business.area_id, '')
  FROM unnest(%(business_ids)s::uuid[], %(listing_ids)s::uuid[]) AS asked (business_id, id)
  JOIN markets_listing AS listing ON listing.business_id = asked.business_id AND listing.id = asked.id
  JOIN catalogue_variant AS variant ON variant.business_id = asked.business_id AND variant.id = listing.variant_id
  JOIN catalogue_product AS product ON product.business_id = asked.business_id AND product.id = variant.product_id
  JOIN registry_business AS business ON business.id = asked.business_id
  LEFT JOIN LATERAL (
        SELECT title || CASE WHEN variant.names ->> language <> '' THEN ', ' || (variant.names ->> language) ELSE '' END AS title
          FROM catalogue_producttext AS text
         WHERE text.business_id = asked.business_id AND text.product_id = product.id
         ORDER BY (text.language = %(language)s) DESC, (text.language = 'en') DESC, (text.language = 'id') DESC
         LIMIT 1
       ) AS words ON true
  LEFT JOIN LATERAL (
        SELECT stock_pool.id, stock_pool.available, outlet.area_id
          FROM stock_pool
          JOIN registry_outlet AS outlet ON outlet.business_id = stock_pool.business_id AND outlet.id = stock_pool.outlet_id
         WHERE stock_pool.business_id = asked.business_id
           AND stock_pool.variant_id = listing.variant_id
           AND stock_pool.country = %(dispatch)s
           AND stock_pool.campaign_id IS NULL
           AND outlet.is_dispatch
         ORDER BY stock_pool.available DESC, stock_pool.id
         LIMIT 1
       ) AS pool ON true
 WHERE listing.market_id = %(market)s
   AND listing.state = 'live'
   AND product.state = 'ready'
   AND NOT variant.is_retired
   AND business.state = 'verified'
