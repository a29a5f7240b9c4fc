-- count_views: adds to how often product pages were sent; a product that is not there is passed over.
-- in     business_ids uuid[], product_ids uuid[], ids uuid[], markets text[], views int[]: same length, a product and market once; day date
INSERT INTO programme_productviews (business_id, id, product_id, market_code, day, views)
SELECT seen.business_id, seen.id, seen.product_id, seen.market, %(day)s, seen.views
  FROM unnest(%(business_ids)s::uuid[], %(ids)s::uuid[], %(product_ids)s::uuid[], %(markets)s::text[], %(views)s::int[])
       AS seen (business_id, id, product_id, market, views)
  JOIN catalogue_product AS product ON product.business_id = seen.business_id AND product.id = seen.product_id
 ORDER BY seen.business_id, seen.product_id, seen.market
    ON CONFLICT (business_id, product_id, market_code, day) DO UPDATE SET views = programme_productviews.views + EXCLUDED.views
