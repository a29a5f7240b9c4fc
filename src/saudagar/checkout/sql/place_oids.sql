-- place_oids: the numbers of the composite types of place_types.sql in this database.
-- out    purchase, "order", line: one row
SELECT 'checkout_purchase'::regtype::oid, 'checkout_order'::regtype::oid, 'checkout_line'::regtype::oid
