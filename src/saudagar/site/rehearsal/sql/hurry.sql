-- hurry: in a copy, what would be asked about in a minute is asked about now: payments nobody told of, refunds to send.
-- in     opened_at timestamptz
-- writes payments_payment, payments_refund
WITH asked AS (
    UPDATE payments_payment SET next_check_at = now() WHERE next_check_at IS NOT NULL AND started_at >= %(opened_at)s
)
UPDATE payments_refund SET retry_at = now() WHERE retry_at IS NOT NULL AND owed_at >= %(opened_at)s
