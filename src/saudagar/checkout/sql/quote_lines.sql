-- quote_lines: everything the price of some listings depends on.
-- in     of one length, one entry per line, for one basket or many: places int[] (by which the line is known again), business_ids uuid[],
--        listing_ids uuid[], pieces int[], markets text[], languages text[], moments timestamptz[] (when the price shall hold);
--        dispatch text
-- out    place, then one row per line whose listing is live in the market and whose seller may sell; available is 0 where no pool
--        has pieces. The last seven columns are a campaign that runs at the moment: the cheapest with as many pieces left as are
--        asked for, else the cheapest.
-- reads  markets_listing, catalogue_variant, catalogue_product, catalogue_producttext, catalogue_originstatement, registry_business,
--        registry_outlet, stock_pool, shipping_hazardstatement, campaigns_campaign, campaigns_entry
-- same   rules.pricing._asked; catalogue.queries.claims_in_force
-- plan   nested loops over primary keys, the indexes of texts and of statements of origin by product, of pools by variant and of
--        approved entries by listing. The door prepares it once per connection under `reading.PLAN`, which allows nothing else: to
--        plan it takes longer than to run it. Statements of origin: 2 µs a line where there is none, 8 µs with three (PG 18, 2026-11).
SELECT asked.place, asked.business_id, asked.id, asked.price, variant.id, variant.sku, coalesce(words.title, variant.sku),
       product.hs_code, product.origin, variant.net_grams, variant.gross_grams,
       variant.length_mm, variant.width_mm, variant.height_mm,
       business.name, business.is_vat_registered, pool.id, coalesce(pool.available, 0), coalesce(pool.area_id, business.area_id, ''),
       stated.flash_point, coalesce(stated.battery, ''),
       (SELECT jsonb_agg(jsonb_build_array(said.agreement, said.shown_by, said.criterion, said.regional_value, said.valid_until)
                         ORDER BY said.agreement)::text
          FROM catalogue_originstatement AS said
         WHERE said.business_id = asked.business_id AND said.product_id = product.id AND said.state = 'stated'
           AND said.hs = product.hs_code AND said.origin = product.origin),
       offer.campaign_id, offer.code, offer.price, offer.most_per_buyer, offer.pool_id, offer.available,
       coalesce(offer.area_id, business.area_id, '')
  FROM (
        SELECT wanted.*, listing.price, listing.variant_id
          FROM unnest(%(places)s::int[], %(business_ids)s::uuid[], %(listing_ids)s::uuid[], %(pieces)s::int[], %(markets)s::text[],
                      %(languages)s::text[], %(moments)s::timestamptz[])
               AS wanted (place, business_id, id, pieces, market, language, moment)
          JOIN markets_listing AS listing
            ON listing.business_id = wanted.business_id AND listing.id = wanted.id AND listing.market_id = wanted.market
         WHERE listing.state = 'live'
        OFFSET 0 -- a fence: joined with the rest in one go, some plans walk through all listings of the business
       ) AS asked
  JOIN catalogue_variant AS variant ON variant.business_id = asked.business_id AND variant.id = asked.variant_id
  JOIN catalogue_product AS product ON product.business_id = asked.business_id AND product.id = variant.product_id
  JOIN registry_business AS business ON business.id = asked.business_id
  LEFT JOIN shipping_hazardstatement AS stated ON stated.business_id = asked.business_id AND stated.product_id = product.id
  LEFT JOIN LATERAL (
        SELECT title || CASE WHEN variant.names ->> text.language <> '' THEN ', ' || (variant.names ->> text.language) ELSE '' END AS title
          FROM catalogue_producttext AS text
         WHERE text.business_id = asked.business_id AND text.product_id = product.id
         ORDER BY (text.language = asked.language) DESC, (text.language = 'en') DESC, (text.language = 'id') DESC
         LIMIT 1
       ) AS words ON true
  LEFT JOIN LATERAL (
        SELECT stock_pool.id, stock_pool.available, outlet.area_id
          FROM stock_pool
          JOIN registry_outlet AS outlet ON outlet.business_id = stock_pool.business_id AND outlet.id = stock_pool.outlet_id
         WHERE stock_pool.business_id = asked.business_id
           AND stock_pool.variant_id = asked.variant_id
           AND stock_pool.country = %(dispatch)s
           AND stock_pool.campaign_id IS NULL
           AND outlet.is_dispatch
         ORDER BY stock_pool.available DESC, stock_pool.id
         LIMIT 1
       ) AS pool ON true
  LEFT JOIN LATERAL (
        SELECT entry.*, allotment.available, outlet.area_id
          FROM (
                SELECT entry.id, campaign.id AS campaign_id, campaign.code, entry.price, entry.most_per_buyer, entry.pool_id
                  FROM campaigns_entry AS entry
                  JOIN campaigns_campaign AS campaign ON campaign.id = entry.campaign_id
                 WHERE entry.business_id = asked.business_id
                   AND entry.listing_id = asked.id
                   AND entry.state = 'approved'
                   AND campaign.state = 'open'
                   AND campaign.market_id = asked.market
                   AND campaign.starts_at <= asked.moment
                   AND campaign.ends_at > asked.moment
                OFFSET 0
               ) AS entry
          JOIN stock_pool AS allotment ON allotment.business_id = asked.business_id AND allotment.id = entry.pool_id
          JOIN registry_outlet AS outlet ON outlet.business_id = asked.business_id AND outlet.id = allotment.outlet_id
         WHERE allotment.country = %(dispatch)s
         ORDER BY (allotment.available >= asked.pieces) DESC, entry.price, entry.id
         LIMIT 1
       ) AS offer ON true
 WHERE product.state = 'ready'
   AND NOT variant.is_retired
   AND business.state = 'verified'
