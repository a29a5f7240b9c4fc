-- pick_of_seller: products of one business on sale in a market, newest first.
-- in     business_id uuid; market text; listings int: how many of its newest listings hold that many products for certain; first, most int
-- out    business_id, product_id
-- plan   index listing_of_seller, read from its end
SELECT newest.business_id, newest.product_id
  FROM (SELECT variant.business_id, variant.product_id, listing.live_at
          FROM markets_listing AS listing
          JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
          JOIN catalogue_product AS product ON product.business_id = variant.business_id AND product.id = variant.product_id
         WHERE listing.business_id = %(business_id)s AND listing.market_id = %(market)s AND listing.state = 'live' AND product.state = 'ready'
         ORDER BY listing.live_at DESC
         LIMIT %(listings)s) AS newest
 GROUP BY newest.business_id, newest.product_id
 ORDER BY max(newest.live_at) DESC, newest.product_id DESC
OFFSET %(first)s LIMIT %(most)s
