-- pick_featured: products the curator put forward in a market, latest first.
-- in     market text, first int, most int
-- out    business_id, product_id
-- plan   index listing_featured
SELECT business_id, product_id
  FROM (SELECT DISTINCT ON (variant.business_id, variant.product_id) variant.business_id, variant.product_id, listing.featured_at
          FROM markets_listing AS listing
          JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
         WHERE listing.market_id = %(market)s AND listing.state = 'live' AND listing.featured_at IS NOT NULL
         ORDER BY variant.business_id, variant.product_id, listing.featured_at DESC) AS featured
 ORDER BY featured_at DESC, product_id
OFFSET %(first)s LIMIT %(most)s
