-- hold: lock pools of one seller, before take judges what they have.
-- in     business_id uuid, pool_ids uuid[]
-- out    nothing of use
-- locks  pools in (business_id, id) order, so batches side by side cannot deadlock
-- plan   the primary key (business_id, id) only
SELECT id FROM stock_pool WHERE business_id = %(business_id)s AND id = ANY (%(pool_ids)s::uuid[]) ORDER BY id FOR UPDATE
