-- dress: staged goods get what real ones have: texts in three languages, a category, papers, three pictures.
-- in     moment timestamptz
-- out    nothing
-- writes catalogue_product, catalogue_producttext, catalogue_certificate, catalogue_photo, media_picture
WITH categorised AS (
    UPDATE catalogue_product SET category_id = 'coffee-tea', brand = 'Uji'
), texts AS (
    INSERT INTO catalogue_producttext (business_id, id, product_id, language, title, description, keywords)
    SELECT text.business_id, gen_random_uuid(), text.product_id, added.language, replace(text.title, 'Kopi Uji', added.name),
           repeat(added.words, 3), ''
      FROM catalogue_producttext AS text,
           (VALUES ('en', 'Trial Coffee', 'Roasted in small batches, packed by hand. '), ('zh-hans', '试验咖啡', '小批量烘焙，手工包装。')) AS added (language, name, words)
     WHERE text.language = 'id'
), described AS (
    UPDATE catalogue_producttext SET description = repeat('Disangrai sedikit demi sedikit, dikemas dengan tangan. ', 3) WHERE language = 'id'
), papers AS (
    INSERT INTO catalogue_certificate (business_id, id, product_id, kind, number, issuer, state, state_reason, submitted_at)
    SELECT product.business_id, gen_random_uuid(), product.id, paper.kind, paper.number, '', 'accepted', '', %(moment)s
      FROM catalogue_product AS product, (VALUES ('pirt', '2062104000001-29'), ('halal', 'ID11110000000001126')) AS paper (kind, number)
), pictures AS (
    INSERT INTO media_picture (business_id, id, digest, width, height, added_at)
    SELECT business.id, gen_random_uuid(), repeat(md5(business.id::text || place), 2), 1200, 1200, %(moment)s
      FROM registry_business AS business, generate_series(1, 3) AS place
    RETURNING business_id, id
)
INSERT INTO catalogue_photo (business_id, id, product_id, picture_id, position)
SELECT product.business_id, gen_random_uuid(), product.id, pictures.id, row_number() OVER (PARTITION BY product.business_id, product.id) - 1
  FROM catalogue_product AS product
  JOIN pictures ON pictures.business_id = product.business_id
