-- pick_newest: products on sale in a market, newest first; of some categories or one seller when asked.
-- in     market text; categories text[], seller uuid: null for all; first int, most int; listings int: how many of the newest listings
--        hold that many products for certain, (first + most) x the most variants a product may have
-- out    business_id, product_id
-- plan   index listing_live, read from its end
SELECT newest.business_id, newest.product_id
  FROM (SELECT variant.business_id, variant.product_id, listing.live_at
          FROM markets_listing AS listing
          JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
          JOIN catalogue_product AS product ON product.business_id = variant.business_id AND product.id = variant.product_id
         WHERE listing.market_id = %(market)s AND listing.state = 'live' AND product.state = 'ready'
           AND (%(seller)s::uuid IS NULL OR listing.business_id = %(seller)s::uuid)
           AND (%(categories)s::text[] IS NULL OR product.category_id = ANY (%(categories)s::text[]))
         ORDER BY listing.live_at DESC
         LIMIT %(listings)s) AS newest
 GROUP BY newest.business_id, newest.product_id
 ORDER BY max(newest.live_at) DESC, newest.product_id DESC
OFFSET %(first)s LIMIT %(most)s
