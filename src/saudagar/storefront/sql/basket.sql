-- basket: the listings of a basket as its page shows them.
-- in     business_ids uuid[], listing_ids uuid[]: same length; market, language, dispatch text
-- out    one row per listing that is live in the market: ids, title, kind, seller, SKU, picture digest, price, pieces available
-- plan   primary keys and the index by variant only
SELECT listing.business_id, listing.id, product.id, coalesce(words.title, variant.sku), coalesce(variant.names ->> %(language)s, ''),
       business.name, variant.sku, coalesce(picture.digest, ''), listing.price,
       coalesce((SELECT max(pool.available) FROM stock_pool AS pool
                   JOIN registry_outlet AS outlet ON outlet.business_id = pool.business_id AND outlet.id = pool.outlet_id AND outlet.is_dispatch
                  WHERE pool.business_id = listing.business_id AND pool.variant_id = listing.variant_id
                    AND pool.country = %(dispatch)s AND pool.campaign_id IS NULL), 0)
  FROM unnest(%(business_ids)s::uuid[], %(listing_ids)s::uuid[]) AS asked (business_id, id)
  JOIN markets_listing AS listing ON listing.business_id = asked.business_id AND listing.id = asked.id
  JOIN catalogue_variant AS variant ON variant.business_id = asked.business_id AND variant.id = listing.variant_id
  JOIN catalogue_product AS product ON product.business_id = asked.business_id AND product.id = variant.product_id
  JOIN registry_business AS business ON business.id = asked.business_id
  LEFT JOIN LATERAL (
        SELECT text.title FROM catalogue_producttext AS text
         WHERE text.business_id = asked.business_id AND text.product_id = product.id
         ORDER BY (text.language = %(language)s) DESC, (text.language = 'en') DESC, (text.language = 'id') DESC LIMIT 1) AS words ON true
  LEFT JOIN LATERAL (
        SELECT media_picture.digest FROM catalogue_photo AS photo
          JOIN media_picture ON media_picture.business_id = photo.business_id AND media_picture.id = photo.picture_id
         WHERE photo.business_id = asked.business_id AND photo.product_id = product.id
         ORDER BY photo.position, photo.id LIMIT 1) AS picture ON true
 WHERE listing.market_id = %(market)s
   AND listing.state = 'live'
   AND product.state = 'ready'
   AND business.state = 'verified'
