-- was_placed: whether a quote has become a purchase.
-- in     business_id uuid (home), quote_id uuid
-- out    one row when it has
SELECT 1 FROM orders_purchase WHERE business_id = %(business_id)s AND id = %(quote_id)s
