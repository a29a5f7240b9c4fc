-- quote_lines: everything the price of some listings depends on.
-- in     business_ids uuid[], listing_ids uuid[], pieces int[]: same length; market text; language text; dispatch text;
--        moment timestamptz: when the price shall hold
-- out    one row per listing that is live in the market and whose seller may sell; available is 0 where no pool has pieces.
--        The last seven columns are a campaign that runs at the moment: the cheapest with as many pieces left as are asked for,
--        else the cheapest.
-- reads  markets_listing, catalogue_variant, catalogue_product, catalogue_producttext, registry_business, registry_outlet, stock_pool,
--        campaigns_campaign, campaigns_entry
-- same   rules.pricing._asked
-- plan   primary keys, the index of pools by variant and of approved entries by listing only
SELECT listing.business_id, listing.id, listing.price, variant.id, variant.sku, coalesce(words.title, variant.sku),
       product.hs_code, product.origin, variant.net_grams, variant.gross_grams,
       variant.length_mm, variant.width_mm, variant.height_mm,
       business.name, business.is_vat_registered, pool.id, coalesce(pool.available, 0), coalesce(pool.area_id, business.area_id, ''),
       offer.campaign_id, offer.code, offer.price, offer.most_per_buyer, offer.pool_id, offer.available,
       coalesce(offer.area_id, business.area_id, '')
  FROM unnest(%(business_ids)s::uuid[], %(listing_ids)s::uuid[], %(pieces)s::int[]) AS asked (business_id, id, pieces)
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
  LEFT JOIN LATERAL (
        SELECT campaign.id AS campaign_id, campaign.code, entry.price, entry.most_per_buyer, allotment.id AS pool_id,
               allotment.available, outlet.area_id
          FROM campaigns_entry AS entry
          JOIN campaigns_campaign AS campaign ON campaign.id = entry.campaign_id
          JOIN stock_pool AS allotment ON allotment.business_id = entry.business_id AND allotment.id = entry.pool_id
          JOIN registry_outlet AS outlet ON outlet.business_id = allotment.business_id AND outlet.id = allotment.outlet_id
         WHERE entry.business_id = asked.business_id
           AND entry.listing_id = asked.id
           AND entry.state = 'approved'
           AND campaign.state = 'open'
           AND campaign.market_id = listing.market_id
           AND campaign.starts_at <= %(moment)s
           AND campaign.ends_at > %(moment)s
           AND allotment.country = %(dispatch)s
         ORDER BY (allotment.available >= asked.pieces) DESC, entry.price, entry.id
         LIMIT 1
       ) AS offer ON true
 WHERE listing.market_id = %(market)s
   AND listing.state = 'live'
   AND product.state = 'ready'
   AND NOT variant.is_retired
   AND business.state = 'verified'
