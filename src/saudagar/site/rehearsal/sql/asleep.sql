-- asleep: in a copy, what lay waiting for its time waits on: nothing of the past ends, is asked about or paid while it is rehearsed.
-- writes orders_order, payments_payment, payments_refund, settlement_payout, shipping_parcel
UPDATE orders_order SET pay_by = pay_by + interval '10 years' WHERE state = 'awaiting_payment';
UPDATE orders_order SET inspection_ends_at = inspection_ends_at + interval '10 years' WHERE state = 'delivered';
UPDATE payments_payment SET next_check_at = NULL WHERE next_check_at IS NOT NULL;
UPDATE payments_refund SET retry_at = NULL WHERE retry_at IS NOT NULL;
UPDATE settlement_payout SET retry_at = retry_at + interval '10 years' WHERE retry_at IS NOT NULL;
UPDATE shipping_parcel SET check_at = NULL WHERE check_at IS NOT NULL;
