-- reprice: automatic prices of one market anew, after a new exchange rate, margin or rounding. Across sellers, each row by its own seller's variant.
-- in     market text; factor_over, factor_under numeric: margin times exchange as an exact fraction, minor units to minor units;
--        rounding numeric; rate_id bigint or null
-- out    business_id, listing id, old price, new price: what changed
-- same   rules.automatic_price: rounded up to a multiple of `rounding`
WITH fresh AS (
    SELECT listing.business_id, listing.id, listing.price AS before,
           ((div(variant.price * %(factor_over)s::numeric, %(factor_under)s::numeric * %(rounding)s::numeric)
             + CASE WHEN mod(variant.price * %(factor_over)s::numeric, %(factor_under)s::numeric * %(rounding)s::numeric) > 0 THEN 1 ELSE 0 END)
            * %(rounding)s::numeric)::bigint AS price
      FROM markets_listing AS listing
      JOIN catalogue_variant AS variant ON variant.business_id = listing.business_id AND variant.id = listing.variant_id
     WHERE listing.market_id = %(market)s AND NOT listing.is_price_by_hand
), held AS MATERIALIZED (
    SELECT listing.business_id, listing.id
      FROM markets_listing AS listing
      JOIN fresh ON fresh.business_id = listing.business_id AND fresh.id = listing.id
     WHERE listing.price <> fresh.price OR listing.rate_id IS DISTINCT FROM %(rate_id)s::bigint
     ORDER BY listing.business_id, listing.id
       FOR UPDATE OF listing
)
UPDATE markets_listing
   SET price = fresh.price, rate_id = %(rate_id)s::bigint
  FROM fresh
  JOIN held ON held.business_id = fresh.business_id AND held.id = fresh.id
 WHERE markets_listing.business_id = held.business_id AND markets_listing.id = held.id
RETURNING markets_listing.business_id, markets_listing.id, fresh.before, markets_listing.price
