-- standings: what a campaign's joining rules ask about some listings, and how they are shown.
-- in     campaign_id uuid; business_ids uuid[], listing_ids uuid[]: same length; language text, dispatch text
-- out    one row per listing of the campaign's market: business_id, listing_id, product_id, variant_id, title, kind, SKU, digest of the
--        first picture or '', pictures, ordinary price, is on sale, seller's name, is verified, pieces that can be set aside (with those
--        set aside for this campaign already), code of another campaign that has the listing at that time or ''
-- plan   primary keys, and the indexes by variant, product and listing
SELECT listing.business_id, listing.id, product.id, variant.id, coalesce(words.title, variant.sku),
       coalesce(variant.names ->> %(language)s, variant.names ->> 'id', ''), variant.sku, coalesce(picture.digest, ''),
       (SELECT count(*) FROM catalogue_photo AS photo WHERE photo.business_id = listing.business_id AND photo.product_id = product.id),
       listing.price, listing.state = 'live' AND product.state = 'ready' AND NOT variant.is_retired,
       business.name, business.state = 'verified',
       coalesce(shelf.available, 0) + coalesce(allotment.available, 0), coalesce(other.code, '')
  FROM unnest(%(business_ids)s::uuid[], %(listing_ids)s::uuid[]) AS asked (business_id, id)
  JOIN campaigns_campaign AS campaign ON campaign.id = %(campaign_id)s
  JOIN markets_listing AS listing
    ON listing.business_id = asked.business_id AND listing.id = asked.id AND listing.market_id = campaign.market_id
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
  LEFT JOIN LATERAL (
        SELECT pool.outlet_id, pool.available FROM stock_pool AS pool
         WHERE pool.business_id = asked.business_id AND pool.variant_id = variant.id AND pool.campaign_id = campaign.id
         ORDER BY pool.id LIMIT 1) AS allotment ON true
  LEFT JOIN LATERAL (
        SELECT pool.available FROM stock_pool AS pool
          JOIN registry_outlet AS outlet ON outlet.business_id = pool.business_id AND outlet.id = pool.outlet_id AND outlet.is_dispatch
         WHERE pool.business_id = asked.business_id AND pool.variant_id = variant.id AND pool.country = %(dispatch)s
           AND pool.campaign_id IS NULL AND (allotment.outlet_id IS NULL OR pool.outlet_id = allotment.outlet_id)
         ORDER BY pool.available DESC, pool.id LIMIT 1) AS shelf ON true
  LEFT JOIN LATERAL (
        SELECT there.code FROM campaigns_entry AS entry
          JOIN campaigns_campaign AS there ON there.id = entry.campaign_id
         WHERE entry.business_id = asked.business_id AND entry.listing_id = listing.id AND entry.state = 'approved'
           AND there.id <> campaign.id AND there.state = 'open'
           AND there.quotes_from < campaign.ends_at AND campaign.quotes_from < there.ends_at
         LIMIT 1) AS other ON true
