-- medians: what sellers ask for a net kilogram of the same goods in the same market.
-- in     hs_codes text[]: HS6 codes, null for all
-- out    market_id, hs_code, median: minor units of the market's currency per net kilogram, sellers
-- each seller counts once per market and code, with the cheapest offer
SELECT each.market_id, each.hs_code, percentile_cont(0.5) WITHIN GROUP (ORDER BY each.per_kilogram)::float, count(*)
  FROM (
        SELECT listing.market_id, left(product.hs_code, 6) AS hs_code, listing.business_id,
               min(listing.price * 1000.0 / variant.net_grams) AS per_kilogram
          FROM markets_listing AS listing
          JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
          JOIN catalogue_product AS product ON product.business_id = variant.business_id AND product.id = variant.product_id
         WHERE listing.state = 'live' AND variant.net_grams > 0 AND product.hs_code <> ''
           AND (%(hs_codes)s::text[] IS NULL OR left(product.hs_code, 6) = ANY (%(hs_codes)s::text[]))
         GROUP BY listing.market_id, left(product.hs_code, 6), listing.business_id
       ) AS each
 GROUP BY each.market_id, each.hs_code
