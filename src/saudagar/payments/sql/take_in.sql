-- take_in: write what was judged of a batch of notices: payments, orders, books, refunds owed, events, and the notices themselves.
-- in     changed_*   payments that changed; null: as it was
--        paid_*      orders that are paid now, by a payment of their own business: posted gateway_clearing → escrow
--        apart_*     orders that are paid now at another business's home
--        posting_*, entry_*  what else is posted, whole (crossings between books, money owed back); entry_postings: index, from 1
--        refund_*, event_*, notice_*; notice_places: the how-manieth new one of its payment
--        most int    notices kept of one payment; at timestamptz. Arrays of one group have the same length.
-- out    changed, paid, written: rows that were changed, orders marked, lines posted
-- same   rules.taking (the law), ledger.rules.captured (the lines of an order paid at home)
-- writes payments_payment, payments_refund, payments_notice, orders_order, ledger_posting, ledger_entry, foundation_outboxevent
-- locks  what `hold` holds; an order and a payment are captured at most once, so the posting has the order's id and its lines those of
--        order and payment: even the primary keys refuse a second one
-- plan   primary keys only; four indexes more: posting_once, notice_once, order_open, outbox_due
WITH changed AS (
    UPDATE payments_payment AS payment
       SET state = now.state,
           gateway_reference = now.gateway_reference,
           failure = coalesce(now.failure, payment.failure),
           paid_amount = coalesce(now.paid_amount, payment.paid_amount),
           paid_currency = coalesce(now.paid_currency, payment.paid_currency),
           captured_at = CASE WHEN now.ends AND now.state = 'captured' THEN %(at)s ELSE payment.captured_at END,
           next_check_at = CASE WHEN now.ends THEN NULL ELSE payment.next_check_at END
      FROM unnest(%(changed_businesses)s::uuid[], %(changed_ids)s::uuid[], %(changed_states)s::text[], %(changed_references)s::text[],
                  %(changed_failures)s::text[], %(changed_amounts)s::bigint[], %(changed_currencies)s::text[], %(changed_ends)s::boolean[])
        AS now (business_id, id, state, gateway_reference, failure, paid_amount, paid_currency, ends)
     WHERE payment.business_id = now.business_id AND payment.id = now.id
 RETURNING 1
), paid AS MATERIALIZED (
    SELECT * FROM unnest(%(paid_businesses)s::uuid[], %(paid_orders)s::uuid[], %(paid_payments)s::uuid[], %(paid_currencies)s::text[],
                         %(paid_amounts)s::bigint[]) AS paid (business_id, id, payment_id, currency, amount)
), marked AS (
    UPDATE orders_order
       SET state = 'paid', paid_at = %(at)s
      FROM (SELECT business_id, id FROM paid
             UNION ALL SELECT * FROM unnest(%(apart_businesses)s::uuid[], %(apart_orders)s::uuid[])) AS now
     WHERE orders_order.business_id = now.business_id AND orders_order.id = now.id AND orders_order.state = 'awaiting_payment'
 RETURNING 1
), posting AS (
    INSERT INTO ledger_posting (business_id, id, kind, reference, posted_at)
    SELECT business_id, id, 'capture', id::text, %(at)s FROM paid
     UNION ALL
    SELECT business_id, id, kind, reference, %(at)s
      FROM unnest(%(posting_businesses)s::uuid[], %(posting_ids)s::uuid[], %(posting_kinds)s::text[], %(posting_references)s::text[])
        AS posting (business_id, id, kind, reference)
), written AS (
    INSERT INTO ledger_entry (business_id, id, posting_id, account, currency, amount, order_id)
    SELECT paid.business_id, line.id, paid.id, line.account, paid.currency, line.amount, paid.id
      FROM paid
     CROSS JOIN LATERAL (VALUES (paid.id, 'gateway_clearing', paid.amount), (paid.payment_id, 'escrow', -paid.amount))
        AS line (id, account, amount)
     UNION ALL
    SELECT business_id, id, posting_id, account, currency, amount, order_id
      FROM unnest(%(entry_businesses)s::uuid[], %(entry_ids)s::uuid[], %(entry_postings)s::uuid[], %(entry_accounts)s::text[],
                  %(entry_currencies)s::text[], %(entry_amounts)s::bigint[], %(entry_orders)s::uuid[])
        AS entry (business_id, id, posting_id, account, currency, amount, order_id)
 RETURNING 1
), owed AS (
    INSERT INTO payments_refund (business_id, id, payment_id, order_business_id, order_id, amount, currency, reason, state,
                                 gateway_reference, failure, tries, retry_at, owed_at)
    SELECT business_id, id, payment_id, order_business_id, order_id, amount, currency, reason, 'owed', '', '', 0, %(at)s, %(at)s
      FROM unnest(%(refund_businesses)s::uuid[], %(refund_ids)s::uuid[], %(refund_payments)s::uuid[], %(refund_order_businesses)s::uuid[],
                  %(refund_orders)s::uuid[], %(refund_amounts)s::bigint[], %(refund_currencies)s::text[], %(refund_reasons)s::text[])
        AS refund (business_id, id, payment_id, order_business_id, order_id, amount, currency, reason)
), told AS (
    INSERT INTO foundation_outboxevent (business_id, id, name, facts, happened_at, tries, retry_at, failure)
    SELECT business_id, gen_random_uuid(), name, facts::jsonb, %(at)s, 0, %(at)s, ''
      FROM unnest(%(event_businesses)s::uuid[], %(event_names)s::text[], %(event_facts)s::text[]) AS event (business_id, name, facts)
), kept AS (
    INSERT INTO payments_notice AS known (business_id, id, payment_id, digest, body, headers, verdict, times, received_at)
    SELECT business_id, gen_random_uuid(), payment_id, digest, body, headers::jsonb, verdict, times, %(at)s
      FROM unnest(%(notice_businesses)s::uuid[], %(notice_payments)s::uuid[], %(notice_digests)s::bytea[], %(notice_bodies)s::text[],
                  %(notice_headers)s::text[], %(notice_verdicts)s::text[], %(notice_times)s::int[], %(notice_places)s::int[])
        AS notice (business_id, payment_id, digest, body, headers, verdict, times, place)
     WHERE (SELECT count(*) + notice.place <= %(most)s OR bool_or(before.digest = notice.digest)
              FROM payments_notice AS before
             WHERE before.business_id = notice.business_id AND before.payment_id = notice.payment_id)
        ON CONFLICT (business_id, payment_id, digest) DO UPDATE SET times = known.times + excluded.times
)
SELECT (SELECT count(*) FROM changed), (SELECT count(*) FROM marked), (SELECT count(*) FROM written)
