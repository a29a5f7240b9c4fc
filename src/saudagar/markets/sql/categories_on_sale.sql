-- categories_on_sale: which categories have goods on sale in a market, and how many products.
-- in     market text
-- out    category code, products
SELECT product.category_id, count(DISTINCT (product.business_id, product.id))
  FROM markets_listing AS listing
  JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
  JOIN catalogue_product AS product ON product.business_id = variant.business_id AND product.id = variant.product_id
 WHERE listing.market_id = %(market)s AND listing.state = 'live' AND product.state = 'ready' AND product.category_id IS NOT NULL
 GROUP BY product.category_id
