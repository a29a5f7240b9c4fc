-- bank_agrees: payments the bank took and the platform does not know, and the other way round; a wrong amount must stand as such.
-- in     opened_at timestamptz
-- out    examined (payments the bank knows), wrong, examples
-- plan   one walk through what the bank says and the payments started since the opening
WITH judged AS (
    SELECT coalesce(bank.payment_id, payment.id) AS payment, bank.amount AS at_the_bank, payment.amount AS asked, payment.state,
           CASE WHEN bank.payment_id IS NULL THEN payment.state IN ('captured', 'mismatched')
                WHEN payment.id IS NULL THEN true
                WHEN NOT bank.is_paid THEN payment.state IN ('captured', 'mismatched')
                WHEN bank.amount = payment.amount AND bank.currency = payment.currency THEN payment.state <> 'captured'
                ELSE payment.state <> 'mismatched' END AS is_wrong
      FROM rehearsal_bank AS bank
      FULL JOIN (SELECT * FROM payments_payment WHERE started_at >= %(opened_at)s) AS payment
             ON payment.business_id = bank.business_id AND payment.id = bank.payment_id
)
SELECT (SELECT count(*) FROM rehearsal_bank), count(*) FILTER (WHERE is_wrong),
       (SELECT jsonb_agg(to_jsonb(example) - 'is_wrong') FROM (SELECT * FROM judged WHERE is_wrong ORDER BY payment LIMIT 5) AS example)
  FROM judged
