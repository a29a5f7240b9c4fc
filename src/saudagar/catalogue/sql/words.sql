-- words: what the texts of some products of one seller should be found by.
-- in     business_id uuid, product_ids uuid[]
-- out    text id, language, title, description, other words (brand, SKUs, barcodes, variant names), name of the category in that language
SELECT catalogue_producttext.id, catalogue_producttext.language, catalogue_producttext.title, catalogue_producttext.description,
       concat_ws(' ', catalogue_product.brand, goods.words),
       COALESCE(catalogue_category.names ->> catalogue_producttext.language, '')
  FROM catalogue_producttext
  JOIN catalogue_product
    ON catalogue_product.business_id = catalogue_producttext.business_id AND catalogue_product.id = catalogue_producttext.product_id
  LEFT JOIN catalogue_category ON catalogue_category.code = catalogue_product.category_id
  LEFT JOIN LATERAL (
       SELECT string_agg(concat_ws(' ', catalogue_variant.sku, catalogue_variant.gtin,
                                   catalogue_variant.names ->> catalogue_producttext.language), ' ') AS words
         FROM catalogue_variant
        WHERE catalogue_variant.business_id = catalogue_product.business_id AND catalogue_variant.product_id = catalogue_product.id
       ) AS goods ON true
 WHERE catalogue_producttext.business_id = %(business_id)s
   AND catalogue_product.business_id = %(business_id)s
   AND catalogue_producttext.product_id = ANY (%(product_ids)s::uuid[])
