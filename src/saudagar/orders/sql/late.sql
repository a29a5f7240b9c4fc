-- late: how many of their last paid orders some businesses sent late.
-- in     business_ids uuid[]; since timestamptz: paid from then on; at timestamptz; within_seconds int: time to send; most int: of one business
-- out    business_id, paid, late; a business without such orders is missing. A cancelled order was neither sent nor late.
-- plan   primary key (business_id, id) backwards, for ids are ordered by time
SELECT asked.business_id, count(*), count(*) FILTER (WHERE coalesce(sent.shipped_at, %(at)s) > sent.paid_at + %(within_seconds)s * interval '1 second')
  FROM unnest(%(business_ids)s::uuid[]) AS asked (business_id)
 CROSS JOIN LATERAL (
        SELECT orders_order.paid_at, orders_order.shipped_at
          FROM orders_order
         WHERE orders_order.business_id = asked.business_id AND orders_order.paid_at >= %(since)s AND orders_order.state <> 'cancelled'
         ORDER BY orders_order.id DESC
         LIMIT %(most)s
       ) AS sent
 GROUP BY asked.business_id
