-- queue: products in one state in a curated market, for the officer; longest waiting first.
-- in     market text, state text, first int, most int
-- out    business_id, product_id, proposed at, featured at
-- plan   indexes listing_proposed, listing_live
SELECT variant.business_id, variant.product_id, min(listing.proposed_at) AS proposed_at, max(listing.featured_at) AS featured_at
  FROM markets_listing AS listing
  JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
 WHERE listing.market_id = %(market)s AND listing.state = %(state)s
 GROUP BY variant.business_id, variant.product_id
 ORDER BY proposed_at NULLS LAST, variant.product_id
OFFSET %(first)s LIMIT %(most)s
