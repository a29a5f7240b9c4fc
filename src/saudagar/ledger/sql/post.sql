-- post: write one posting of one business, head and entries, unless its (kind, reference) was posted before.
-- in     business_id uuid, posting_id uuid, kind, reference, at timestamptz;
--        entry_ids uuid[], accounts text[], currencies text[], amounts bigint[], order_ids uuid[]: same length
-- out    posted: one row, false when it had been posted before
-- same   rules.checked; the trigger ledger_balances refuses what does not sum to zero
-- locks  the unique key (business_id, kind, reference): the same posting made twice at once waits, then finds it done
-- plan   two inserts, no reads but the keys
WITH head AS (
    INSERT INTO ledger_posting (business_id, id, kind, reference, posted_at)
    VALUES (%(business_id)s, %(posting_id)s, %(kind)s, %(reference)s, %(at)s)
    ON CONFLICT (business_id, kind, reference) DO NOTHING
    RETURNING id
), written AS (
    INSERT INTO ledger_entry (business_id, id, posting_id, account, currency, amount, order_id)
    SELECT %(business_id)s, line.id, head.id, line.account, line.currency, line.amount, line.order_id
      FROM head
     CROSS JOIN unnest(%(entry_ids)s::uuid[], %(accounts)s::text[], %(currencies)s::text[], %(amounts)s::bigint[], %(order_ids)s::uuid[])
        AS line (id, account, currency, amount, order_id)
    RETURNING id
)
SELECT count(*) > 0 FROM written
