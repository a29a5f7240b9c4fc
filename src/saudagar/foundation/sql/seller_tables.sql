-- seller_tables: tables that have a business_id, and the business table itself once it is there.
-- out    table_name
SELECT table_name::text
  FROM information_schema.columns
 WHERE table_schema = current_schema()
   AND ((column_name = 'business_id' AND is_nullable = 'NO') OR (table_name = 'registry_business' AND column_name = 'id'))
