-- pick_search: products on sale in a market whose words match, best first.
-- in     market text; stems text: words to be stemmed in Indonesian and English, or ''; exact text: a tsquery of exact words;
--        categories text[] or null; first int, most int
-- out    business_id, product_id
-- plan   GIN index product_search
WITH asked AS (
    SELECT CASE WHEN %(stems)s::text = '' THEN to_tsquery('simple', %(exact)s)
                ELSE plainto_tsquery('indonesian', %(stems)s) || plainto_tsquery('english', %(stems)s) || to_tsquery('simple', %(exact)s)
           END AS words
), found AS MATERIALIZED (
    SELECT text.business_id, text.product_id, max(ts_rank(text.search, asked.words)) AS rank
      FROM catalogue_producttext AS text, asked
     WHERE text.search @@ asked.words
     GROUP BY text.business_id, text.product_id
)
SELECT found.business_id, found.product_id
  FROM found
  JOIN catalogue_product AS product ON product.business_id = found.business_id AND product.id = found.product_id
 WHERE product.state = 'ready'
   AND (%(categories)s::text[] IS NULL OR product.category_id = ANY (%(categories)s::text[]))
   AND EXISTS (SELECT FROM markets_listing AS listing
                 JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
                WHERE variant.business_id = found.business_id AND variant.product_id = found.product_id
                  AND listing.business_id = found.business_id AND listing.market_id = %(market)s AND listing.state = 'live')
 ORDER BY found.rank DESC, found.product_id DESC
OFFSET %(first)s LIMIT %(most)s
