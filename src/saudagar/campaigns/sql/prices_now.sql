-- prices_now: campaign prices of some products in a market, now and soon.
-- in     market text; business_ids uuid[], product_ids uuid[]: same length; at timestamptz
-- out    business_id, product_id, listing_id, variant_id, campaign code, price, most_per_buyer, left, quotes_from, starts_at, ends_at;
--        one row per listing of a campaign that is open and not over; two campaigns never have one listing at one time
-- plan   index campaign_of_market: where no campaign is open nothing else is read; then entry_of_listing
SELECT entry.business_id, variant.product_id, entry.listing_id, variant.id, campaign.code, entry.price, entry.most_per_buyer,
       pool.available, campaign.quotes_from, campaign.starts_at, campaign.ends_at
  FROM campaigns_campaign AS campaign
 CROSS JOIN unnest(%(business_ids)s::uuid[], %(product_ids)s::uuid[]) AS asked (business_id, id)
  JOIN catalogue_variant AS variant ON variant.business_id = asked.business_id AND variant.product_id = asked.id
  JOIN markets_listing AS listing
    ON listing.business_id = asked.business_id AND listing.variant_id = variant.id AND listing.market_id = campaign.market_id
  JOIN campaigns_entry AS entry
    ON entry.business_id = asked.business_id AND entry.listing_id = listing.id AND entry.campaign_id = campaign.id
   AND entry.state = 'approved'
  JOIN stock_pool AS pool ON pool.business_id = entry.business_id AND pool.id = entry.pool_id
 WHERE campaign.market_id = %(market)s AND campaign.state = 'open' AND campaign.ends_at > %(at)s
 ORDER BY campaign.starts_at
