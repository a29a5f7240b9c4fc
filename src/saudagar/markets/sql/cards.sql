-- cards: what a storefront shows of some products in lists, in the order given.
-- in     business_ids uuid[], product_ids uuid[]: same length; market text, language text, dispatch text
-- out    business_id, product_id, title, cheapest listing's id and price, how many variants are on sale, pieces left (0: sold out),
--        digest of the first photo or '', seller's name, name of the seller's area or '', is featured, category or ''
-- plan   primary keys and the indexes by product and variant
SELECT asked.business_id, asked.product_id, COALESCE(words.title, ''), offer.listing_id, offer.price, offer.variants, offer.available,
       COALESCE(photo.digest, ''), business.name, COALESCE(area.name, ''), offer.is_featured, COALESCE(product.category_id, '')
  FROM unnest(%(business_ids)s::uuid[], %(product_ids)s::uuid[]) WITH ORDINALITY AS asked (business_id, product_id, place)
  JOIN catalogue_product AS product ON product.business_id = asked.business_id AND product.id = asked.product_id
  JOIN registry_business AS business ON business.id = asked.business_id
  LEFT JOIN foundation_area AS area ON area.code = business.area_id
  JOIN LATERAL (
        SELECT (array_agg(listing.id ORDER BY listing.price, variant.position))[1] AS listing_id, min(listing.price) AS price, count(*) AS variants,
               sum(COALESCE((SELECT sum(pool.available) FROM stock_pool AS pool
                              WHERE pool.business_id = listing.business_id AND pool.variant_id = listing.variant_id
                                AND pool.country = %(dispatch)s AND pool.campaign_id IS NULL), 0))::bigint AS available,
               bool_or(listing.featured_at IS NOT NULL) AS is_featured
          FROM catalogue_variant AS variant
          JOIN markets_listing AS listing ON listing.business_id = variant.business_id AND listing.variant_id = variant.id
         WHERE variant.business_id = asked.business_id AND variant.product_id = asked.product_id
           AND listing.market_id = %(market)s AND listing.state = 'live'
       ) AS offer ON offer.variants > 0
  LEFT JOIN LATERAL (
        SELECT text.title
          FROM catalogue_producttext AS text
         WHERE text.business_id = asked.business_id AND text.product_id = asked.product_id
         ORDER BY (text.language = %(language)s) DESC, (text.language = 'en') DESC, text.language
         LIMIT 1
       ) AS words ON true
  LEFT JOIN LATERAL (
        SELECT picture.digest
          FROM catalogue_photo AS shot
          JOIN media_picture AS picture ON picture.business_id = shot.business_id AND picture.id = shot.picture_id
         WHERE shot.business_id = asked.business_id AND shot.product_id = asked.product_id
         ORDER BY shot.position, shot.id
         LIMIT 1
       ) AS photo ON true
 WHERE business.state = 'verified'
 ORDER BY asked.place
