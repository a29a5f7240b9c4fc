-- product: what a product's page shows of it, in one market.
-- in     business_id, product_id uuid; market, dispatch text; moment timestamptz; of_plants text[]: kinds of papers given to plants
-- out    one row, none where it is not on sale: category, its names, HS code, origin, brand; the seller's name, about, emblem, town,
--        province; JSON: texts {language: [title, description]}, variants [[id, sku, gtin, names, net grams, is retired, listing, price,
--        pieces available]] in their order (listing null: not sold here), papers {kind: number}; digests of its pictures; other open
--        markets where it is sold; when a campaign next begins or ends for it, or null
-- reads  catalogue_*, markets_listing, markets_market, stock_pool, registry_business, registry_outlet, registry_plant, foundation_area, media_picture,
--        campaigns_campaign, campaigns_entry
-- plan   primary keys and the indexes by product, plant, variant and listing only
SELECT product.category_id, category.names::json, product.hs_code, product.origin, product.brand,
       business.name, business.about::json, business.emblem, coalesce(town.name, ''), coalesce(province.name, ''),
       (SELECT json_object_agg(text.language, json_build_array(text.title, text.description))
          FROM catalogue_producttext AS text
         WHERE text.business_id = product.business_id AND text.product_id = product.id),
       offer.variants,
       -- Which papers count is said by catalogue.rules.certificates.is_counted.
       (SELECT json_object_agg(counted.kind, counted.number)
          FROM (SELECT paper.kind, paper.number
                  FROM catalogue_certificate AS paper
                 WHERE paper.business_id = product.business_id AND paper.plant_id IS NULL
                   AND (paper.product_id = product.id OR paper.product_id IS NULL) AND paper.state = 'accepted' AND paper.number <> ''
                   AND NOT (paper.kind = ANY (%(of_plants)s)
                            AND EXISTS (SELECT FROM catalogue_productplant AS made
                                         WHERE made.business_id = product.business_id AND made.product_id = product.id))
                 UNION ALL
                SELECT paper.kind, paper.number
                  FROM catalogue_productplant AS made
                  JOIN registry_plant AS plant ON plant.business_id = made.business_id AND plant.id = made.plant_id AND plant.is_active
                  JOIN catalogue_certificate AS paper ON paper.business_id = made.business_id AND paper.plant_id = made.plant_id
                 WHERE made.business_id = product.business_id AND made.product_id = product.id
                   AND paper.state = 'accepted' AND paper.number <> '') AS counted),
       ARRAY (SELECT picture.digest
                FROM catalogue_photo AS photo
                JOIN media_picture AS picture ON picture.business_id = photo.business_id AND picture.id = photo.picture_id
               WHERE photo.business_id = product.business_id AND photo.product_id = product.id
               ORDER BY photo.position, photo.id),
       ARRAY (SELECT market.code::text
                FROM markets_market AS market
               WHERE market.is_open
                 AND EXISTS (SELECT FROM catalogue_variant AS variant
                               JOIN markets_listing AS listing ON listing.business_id = variant.business_id AND listing.variant_id = variant.id
                              WHERE variant.business_id = product.business_id AND variant.product_id = product.id
                                AND listing.market_id = market.code AND listing.state = 'live')
               ORDER BY market.position, market.code),
       (SELECT min(CASE WHEN campaign.starts_at > %(moment)s THEN campaign.starts_at ELSE campaign.ends_at END)
          FROM catalogue_variant AS variant
          JOIN markets_listing AS listing ON listing.business_id = variant.business_id AND listing.variant_id = variant.id
          JOIN campaigns_entry AS entry ON entry.business_id = listing.business_id AND entry.listing_id = listing.id
          JOIN campaigns_campaign AS campaign ON campaign.id = entry.campaign_id
         WHERE variant.business_id = product.business_id AND variant.product_id = product.id
           AND entry.state = 'approved' AND campaign.state = 'open' AND campaign.market_id = %(market)s AND campaign.ends_at > %(moment)s)
  FROM catalogue_product AS product
  JOIN registry_business AS business ON business.id = product.business_id
  LEFT JOIN catalogue_category AS category ON category.code = product.category_id
  LEFT JOIN foundation_area AS town ON town.code = business.area_id
  LEFT JOIN foundation_area AS province ON province.code = left(business.area_id, 2)
  JOIN LATERAL (
        SELECT json_agg(json_build_array(
                   variant.id, variant.sku, variant.gtin, variant.names, variant.net_grams, variant.is_retired, listing.id, listing.price,
                   coalesce((SELECT sum(pool.available)
                               FROM stock_pool AS pool
                               JOIN registry_outlet AS outlet ON outlet.business_id = pool.business_id AND outlet.id = pool.outlet_id
                              WHERE pool.business_id = listing.business_id AND pool.variant_id = listing.variant_id
                                AND pool.country = %(dispatch)s AND pool.campaign_id IS NULL AND outlet.is_dispatch), 0)
                   ) ORDER BY variant.position, variant.id) AS variants,
               count(listing.id) AS many
          FROM catalogue_variant AS variant
          LEFT JOIN markets_listing AS listing
                 ON listing.business_id = variant.business_id AND listing.variant_id = variant.id
                AND listing.market_id = %(market)s AND listing.state = 'live'
         WHERE variant.business_id = product.business_id AND variant.product_id = product.id
       ) AS offer ON offer.many > 0
 WHERE product.business_id = %(business_id)s
   AND product.id = %(product_id)s
   AND product.state = 'ready'
   AND business.state = 'verified'
