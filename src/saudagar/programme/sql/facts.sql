-- facts: what orders, parcels, views, campaigns and listings say of every product that is ready, of many sellers at once.
-- in     business_ids uuid[]; at timestamptz; within_seconds int: time to send
-- out    one row per product: business_id, product_id, hs_code, origin, traits, capacity, grade, months (3), orders, late, late_days, defects,
--        buyers, repeat_buyers, views (null: nothing counted yet), campaigns, prices: json of {market: price per net kilogram}
-- reads  catalogue_product, catalogue_variant, orders_order, orders_line, orders_purchase, shipping_parcel, programme_supply,
--        programme_productviews, campaigns_entry, campaigns_campaign, markets_listing
WITH product AS (
    SELECT business_id, id, left(hs_code, 6) AS hs_code, origin, traits
      FROM catalogue_product
     WHERE business_id = ANY (%(business_ids)s::uuid[]) AND state = 'ready'
), placed AS (
    SELECT placed.business_id, placed.id, placed.purchase_business_id,
           floor(extract(epoch FROM %(at)s - placed.paid_at) / 2592000)::int AS month,
           greatest(0, extract(epoch FROM coalesce(placed.shipped_at, %(at)s) - placed.paid_at) - %(within_seconds)s) / 86400.0 AS late_days,
           placed.state = 'cancelled' AS is_cancelled,
           (placed.state = 'cancelled' AND placed.close_reason = 'out_of_stock')
           OR EXISTS (SELECT FROM shipping_parcel AS parcel
                       WHERE parcel.business_id = placed.business_id AND parcel.order_id = placed.id AND parcel.state IN ('returned', 'lost')
           ) AS is_defect
      FROM orders_order AS placed
     WHERE placed.business_id = ANY (%(business_ids)s::uuid[]) AND placed.paid_at > %(at)s - interval '90 days' AND placed.paid_at <= %(at)s
), line AS (
    SELECT line.business_id, variant.product_id, line.order_id, sum(line.quantity) AS pieces
      FROM placed
      JOIN orders_line AS line ON line.business_id = placed.business_id AND line.order_id = placed.id
      JOIN catalogue_variant AS variant ON variant.business_id = line.business_id AND variant.id = line.variant_id
     GROUP BY line.business_id, variant.product_id, line.order_id
), sold AS (
    SELECT line.business_id, line.product_id,
           coalesce(sum(line.pieces) FILTER (WHERE placed.month = 0 AND NOT placed.is_cancelled), 0)::int AS first,
           coalesce(sum(line.pieces) FILTER (WHERE placed.month = 1 AND NOT placed.is_cancelled), 0)::int AS second,
           coalesce(sum(line.pieces) FILTER (WHERE placed.month = 2 AND NOT placed.is_cancelled), 0)::int AS third,
           count(*) AS orders,
           count(*) FILTER (WHERE placed.late_days > 0 AND NOT placed.is_cancelled) AS late,
           coalesce(avg(placed.late_days) FILTER (WHERE NOT placed.is_cancelled), 0)::float AS late_days,
           count(*) FILTER (WHERE placed.is_defect) AS defects
      FROM line
      JOIN placed ON placed.business_id = line.business_id AND placed.id = line.order_id
     GROUP BY line.business_id, line.product_id
), buyer AS (
    SELECT each.business_id, each.product_id, count(*) AS buyers, count(*) FILTER (WHERE each.orders > 1) AS repeat_buyers
      FROM (
            SELECT line.business_id, line.product_id, purchase.buyer_id, count(*) AS orders
              FROM line
              JOIN placed ON placed.business_id = line.business_id AND placed.id = line.order_id AND NOT placed.is_cancelled
              JOIN orders_purchase AS purchase ON purchase.business_id = placed.purchase_business_id AND purchase.id = placed.id
             WHERE purchase.buyer_id IS NOT NULL
             GROUP BY line.business_id, line.product_id, purchase.buyer_id
           ) AS each
     GROUP BY each.business_id, each.product_id
), looked AS (
    SELECT business_id, product_id, sum(views)::int AS views
      FROM programme_productviews
     WHERE business_id = ANY (%(business_ids)s::uuid[]) AND day > (%(at)s AT TIME ZONE 'Asia/Jakarta')::date - 30
     GROUP BY business_id, product_id
), listing AS (
    SELECT listing.business_id, listing.id, variant.product_id, listing.market_id, listing.state,
           CASE WHEN variant.net_grams > 0 THEN listing.price * 1000.0 / variant.net_grams END AS per_kilogram
      FROM markets_listing AS listing
      JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
     WHERE listing.business_id = ANY (%(business_ids)s::uuid[])
), joined AS (
    SELECT listing.business_id, listing.product_id, count(DISTINCT entry.campaign_id) AS campaigns
      FROM listing
      JOIN campaigns_entry AS entry ON entry.business_id = listing.business_id AND entry.listing_id = listing.id AND entry.state = 'approved'
      JOIN campaigns_campaign AS campaign ON campaign.id = entry.campaign_id
     WHERE campaign.ends_at > %(at)s - interval '180 days' AND campaign.state <> 'cancelled'
     GROUP BY listing.business_id, listing.product_id
), price AS (
    SELECT each.business_id, each.product_id, json_object_agg(each.market_id, each.per_kilogram) AS prices
      FROM (SELECT business_id, product_id, market_id, min(per_kilogram)::float AS per_kilogram
              FROM listing WHERE state = 'live' AND per_kilogram IS NOT NULL GROUP BY business_id, product_id, market_id) AS each
     GROUP BY each.business_id, each.product_id
)
SELECT product.business_id, product.id, product.hs_code, product.origin, product.traits, supply.pieces_per_month, coalesce(supply.grade, ''),
       ARRAY[coalesce(sold.first, 0), coalesce(sold.second, 0), coalesce(sold.third, 0)], coalesce(sold.orders, 0), coalesce(sold.late, 0),
       coalesce(sold.late_days, 0), coalesce(sold.defects, 0), coalesce(buyer.buyers, 0), coalesce(buyer.repeat_buyers, 0),
       CASE WHEN EXISTS (SELECT FROM programme_productviews WHERE day > (%(at)s AT TIME ZONE 'Asia/Jakarta')::date - 30)
            THEN coalesce(looked.views, 0) END,
       coalesce(joined.campaigns, 0), price.prices
  FROM product
  LEFT JOIN programme_supply AS supply ON supply.business_id = product.business_id AND supply.product_id = product.id
  LEFT JOIN sold ON sold.business_id = product.business_id AND sold.product_id = product.id
  LEFT JOIN buyer ON buyer.business_id = product.business_id AND buyer.product_id = product.id
  LEFT JOIN looked ON looked.business_id = product.business_id AND looked.product_id = product.id
  LEFT JOIN joined ON joined.business_id = product.business_id AND joined.product_id = product.id
  LEFT JOIN price ON price.business_id = product.business_id AND price.product_id = product.id
 ORDER BY product.business_id, product.id
